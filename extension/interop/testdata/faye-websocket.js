"use strict";
const { server, path, closed } = require("./listen.js");
const WebSocket = require("faye-websocket");
const deflate = require("permessage-deflate");

server().on("upgrade", (request, stream, body) => {
	const socket = new WebSocket(request, stream, body, ["chat"], { extensions: [deflate] });
	socket.on("close", (event) => closed(event.code, event.reason));
	socket.on("open", () => {
		const [what, code, reason] = path(request.url);
		switch (what) {
		case "echo":
			socket.on("message", (event) => socket.send(event.data));
			break;
		case "close":
			socket.close(Number(code), reason);
			break;
		case "ping":
			socket.ping("are you there", () => socket.send("pong: are you there"));
		}
	});
});
