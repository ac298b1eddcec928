package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// compareK6 measures against k6, whose scripts are programs on an event loop as
// ours are: one virtual user, its sockets on one loop.
func compareK6(s *session) error {
	return s.rows([]row{
		{name: "32 B, W = 1, against k6", size: 32, window: 1, messages: 20_000, peer: k6Client},
		{name: "32 B, 100 connections, W = 1, against k6", size: 32, window: 1, connections: 100, messages: 100_000, peer: k6Client},
		{name: "32 B, W = 256, against k6", size: 32, window: 256, messages: 100_000, peer: k6Client},
	})
}

// k6Script echoes as the others do and prints how many milliseconds it took.
const k6Script = `
	import { WebSocket } from "k6/websockets"
	const { url, size, window, total, connections } = JSON.parse(__ENV.ROW)
	const payload = new Uint8Array(size).fill(120).buffer
	export const options = { vus: 1, iterations: 1 }
	export default function () {
		let open = 0, sent = 0, received = 0, start
		const sockets = []
		for (let i = 0; i < connections; i++) {
			const socket = new WebSocket(url)
			socket.binaryType = "arraybuffer"
			socket.onopen = () => {
				if (++open < connections) return
				start = Date.now()
				for (const each of sockets) {
					for (let n = 0; n < window; n++, sent++) each.send(payload)
				}
			}
			socket.onmessage = () => {
				received++
				if (sent < total) { sent++; socket.send(payload) }
				else if (received === total) {
					console.log("took " + (Date.now() - start) + " ms")
					for (const each of sockets) each.close()
				}
			}
			socket.onerror = e => { throw new Error(e.error) }
			sockets.push(socket)
		}
	}`

// k6Client is k6 in a process of its own: PATH must lead to it.
func k6Client(url string, r *row) (time.Duration, error) {
	k6, err := exec.LookPath("k6")
	if err != nil {
		return 0, fmt.Errorf("k6 is %w: go install go.k6.io/k6@v1.8.1", errMissing)
	}
	folder, err := os.MkdirTemp("", "bench-k6-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	script := filepath.Join(folder, "echo.js")
	if err := os.WriteFile(script, []byte(k6Script), 0o600); err != nil {
		return 0, err
	}
	row, err := json.Marshal(map[string]any{"url": url, "size": r.size, "window": r.window, "total": r.messages, "connections": max(r.connections, 1)})
	if err != nil {
		return 0, err
	}
	out, err := exec.Command(k6, "run", "--quiet", "--no-usage-report", "--log-format", "raw", "-e", "ROW="+string(row), script).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("k6: %w\n%s", err, out)
	}
	_, after, found := strings.Cut(string(out), "took ")
	number, _, _ := strings.Cut(after, " ms")
	if ms, err := strconv.Atoi(number); found && err == nil {
		return time.Duration(ms) * time.Millisecond, nil
	}
	return 0, fmt.Errorf("k6 printed no time:\n%s", out)
}
