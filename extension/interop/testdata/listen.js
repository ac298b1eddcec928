"use strict";
// A plain or a TLS server on a free port of 127.0.0.1, which ends with its
// standard input. With CLIENTS it demands certificates that this file vouches
// for.
const fs = require("fs");

exports.server = () => {
	const { KEY, CERT, CLIENTS } = process.env;
	const clients = CLIENTS ? { requestCert: true, ca: fs.readFileSync(CLIENTS) } : {};
	const server = KEY
		? require("https").createServer({ key: fs.readFileSync(KEY), cert: fs.readFileSync(CERT), ...clients })
		: require("http").createServer();
	server.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
	process.stdin.resume().on("end", () => process.exit());
	return server;
};

exports.path = (url) => decodeURIComponent(url).split("/").slice(1);
exports.closed = (code, reason) => console.log(`closed ${code} ${reason}`);
exports.digits = "0123456789".repeat(5000);
