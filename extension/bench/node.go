package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// nodeScript echoes as the others do and prints how many milliseconds it took.
const nodeScript = `
	const WebSocket = require("ws")
	const [url, size, window, total] = [process.argv[1], ...process.argv.slice(2).map(Number)]
	const payload = Buffer.alloc(size, "x")
	const socket = new WebSocket(url, { perMessageDeflate: false })
	let sent = 0, received = 0, start
	socket.on("open", () => {
		start = process.hrtime.bigint()
		for (; sent < window; sent++) socket.send(payload)
	})
	socket.on("message", () => {
		received++
		if (sent < total) { sent++; socket.send(payload) }
		else if (received === total) {
			console.log(Number(process.hrtime.bigint() - start))
			process.exit(0)
		}
	})`

// nodeClient is npm's ws in Node: NODE_PATH must lead to it.
func nodeClient(url string, r *row) (time.Duration, error) {
	if exec.Command("node", "-e", `require("ws")`).Run() != nil {
		return 0, fmt.Errorf("Node's ws is %w: npm install ws, and NODE_PATH set to its node_modules", errMissing)
	}
	out, err := exec.Command("node", "-e", nodeScript, url, strconv.Itoa(r.size), strconv.Itoa(r.window), strconv.Itoa(r.messages)).Output()
	if err != nil {
		return 0, fmt.Errorf("node: %w", err)
	}
	ns, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return time.Duration(ns), err
}
