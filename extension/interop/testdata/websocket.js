"use strict";
const { server, path, closed, digits } = require("./listen.js");
const { server: WebSocketServer } = require("websocket");

// It sends everything above 16 KiB in fragments.
new WebSocketServer({ httpServer: server(), maxReceivedFrameSize: 4 << 20, maxReceivedMessageSize: 4 << 20 }).on("request", (request) => {
	const connection = request.accept(request.requestedProtocols[0] || null, request.origin);
	connection.on("close", closed);
	const [what, code, reason] = path(request.resource);
	switch (what) {
	case "echo":
		connection.on("message", (m) => m.type === "utf8" ? connection.sendUTF(m.utf8Data) : connection.sendBytes(m.binaryData));
		break;
	case "close":
		connection.close(Number(code), reason);
		break;
	case "fragments":
		connection.sendUTF(digits);
		break;
	case "ping":
		connection.on("pong", (data) => connection.sendUTF(`pong: ${data}`));
		connection.ping("are you there");
	}
});
