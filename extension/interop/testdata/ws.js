"use strict";
const { server, path, closed, digits } = require("./listen.js");
const { WebSocketServer } = require("ws");

new WebSocketServer({ server: server(), perMessageDeflate: true }).on("connection", (socket, request) => {
	socket.on("close", closed);
	const [what, code, reason] = path(request.url);
	switch (what) {
	case "echo":
		socket.on("message", (data, binary) => socket.send(data, { binary }));
		break;
	case "close":
		socket.close(Number(code), reason);
		break;
	case "fragments":
		socket.send(digits.slice(0, 1), { fin: false });
		socket.send(digits.slice(1, 30000), { fin: false });
		socket.send("", { fin: false });
		socket.send(digits.slice(30000), { fin: true });
		break;
	case "ping":
		socket.on("pong", (data) => socket.send(`pong: ${data}`));
		socket.ping("are you there");
	}
});
