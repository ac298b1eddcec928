// What a scenario's script has in the browser; prelude.lua is the same in Lua.
// run(server, script) gives the lines that the script and its sockets told.
async function run(server, script) {
	"use strict";
	const lines = [];
	const reports = []; // of handlers that raised: told at the end
	let watched = 0;
	let end;
	const ended = new Promise(resolve => { end = resolve; });

	// show writes a value as prelude.lua does; binary data may need a promise.
	const show = value => {
		if (value instanceof Blob) {
			return value.arrayBuffer().then(buffer => "blob(" + new Uint8Array(buffer).join(",") + ")");
		}
		if (value instanceof ArrayBuffer) {
			return "buffer(" + new Uint8Array(value).join(",") + ")";
		}
		if (value === undefined || value === null) {
			return "nil";
		}
		if (typeof value === "string" && value.length > 200) {
			return "text of " + new TextEncoder().encode(value).length + " bytes";
		}
		return String(value);
	};
	// log writes a line.
	const log = (...values) => {
		lines.push(Promise.all(values.map(show)).then(texts => texts.join(" ")));
	};
	// attempt calls fn and writes what it raised.
	const attempt = (what, fn) => {
		try {
			fn();
			log(what, "ok");
		} catch (problem) {
			log(what, "raises", problem.name);
		}
	};
	// later calls fn in another turn of the loop.
	const later = fn => setTimeout(fn, 30);
	// finish ends the scenario, a little later: what still comes is told.
	const finish = () => setTimeout(end, 30);
	// watch writes what a socket tells. Once all sockets that are watched have
	// closed, the scenario ends.
	const watch = (socket, name) => {
		const prefix = name === undefined ? "" : name + ": ";
		watched++;
		socket.addEventListener("open", () =>
			log(prefix + "open", socket.readyState, "[" + socket.protocol + "]", "[" + socket.extensions + "]"));
		socket.addEventListener("message", event => log(prefix + "message", socket.readyState, event.data));
		socket.addEventListener("error", () => log(prefix + "error", socket.readyState));
		socket.addEventListener("close", event => {
			log(prefix + "close", socket.readyState, event.code, "[" + event.reason + "]", event.wasClean);
			watched--;
			if (watched === 0) { // unless a handler of this event opens the next one
				later(() => { if (watched === 0) finish(); });
			}
		});
		return socket;
	};
	addEventListener("error", event => {
		reports.push(Promise.resolve("reported " + (event.error && event.error.message)));
		event.preventDefault();
	}, { signal: (run.reports = new AbortController()).signal });
	setTimeout(() => { log("timed out"); end(); }, 10000);
	try {
		script({ server, log, attempt, finish, watch, later });
	} catch (problem) {
		log("the script raises", problem.name);
		end();
	}
	await ended;
	run.reports.abort();
	return Promise.all(lines.concat(reports));
}
