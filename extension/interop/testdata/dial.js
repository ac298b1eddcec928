"use strict";
// A client of the library argv[2] against the server at argv[3]; argv[4] is
// "compressed" or "plain". It prints a line for each thing that it saw.
const [library, url, mode] = process.argv.slice(2);
const { readFileSync } = require("fs");
const ca = process.env.CA && readFileSync(process.env.CA);

const open = {
	"ws": (path) => new (require("ws"))(url + path, "chat", { ca, perMessageDeflate: mode === "compressed" }),
	"websocket": (path) => new (require("websocket").w3cwebsocket)(url + path, "chat", "http://game.test", undefined, undefined,
		{ tlsOptions: { ca } }),
	"faye-websocket": (path) => new (require("faye-websocket").Client)(url + path, ["chat"],
		{ tls: { ca }, extensions: mode === "compressed" ? [require("permessage-deflate")] : [] }),
}[library];

const connect = (path, { opened, received }) => new Promise((done) => {
	const socket = open(path);
	socket.binaryType = "arraybuffer";
	socket.onopen = () => opened && opened(socket);
	socket.onmessage = ({ data }) => received && received(socket, data);
	socket.onerror = (error) => console.log(`error ${error.message}`);
	socket.onclose = ({ code, reason }) => done([code, String(reason)]);
});
const sizes = [1, 0, 125, 126, 127, 1000, 65535, 65536, 65537, 300000, 1 << 20, 5];
const text = (n, i) => String.fromCharCode(97 + i).repeat(Math.max(0, n - 2)) + (n > 1 ? "ü" : n ? "x" : "");
const bytes = (n, i) => Buffer.alloc(n, Buffer.from([0, 255, i]));

(async () => {
	// websocket keeps an empty text to itself.
	const want = sizes.flatMap((n, i) => n === 0 && library === "websocket" ? [bytes(n, i)] : [text(n, i), bytes(n, i)]);
	let right = 0, seen = 0;
	const end = await connect("/echo", {
		opened: (socket) => {
			console.log(`open ${socket.protocol}`);
			for (const one of want) socket.send(one);
		},
		received: (socket, data) => {
			const one = want[seen++];
			right += typeof one === "string" ? data === one : typeof data !== "string" && Buffer.from(data).equals(one);
			if (seen === want.length) socket.close(3001, "done ü");
		},
	});
	console.log(`echoed ${right === want.length ? "all" : right}`);
	console.log("closed by us", end[0]);
	console.log("closed by it", ...await connect("/close/4001/bye%20now", {}));
	console.log("closed without a word", (await connect("/go", {}))[0]);
	await connect("/ping", { received: (socket, data) => { console.log(`pinged ${data}`); socket.close(1000); } });
	process.exit(0);
})();
