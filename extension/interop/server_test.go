package interop

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// server is a kind of WebSocket server and what it can do beside echoing texts.
type server struct {
	name  string
	start func(t *testing.T, env ...string) *running

	binary      bool // echoes binaries
	stepwise    bool // takes no message while it has one to echo
	fragments   bool // sends messages in fragments
	subprotocol bool
	closes      bool // closes when asked to, and says how it was closed
	pings       bool
	deflates    bool // compresses where it is asked to
	secure      bool // speaks TLS with the files KEY and CERT of its environment
}

// running is one that was started.
type running struct {
	program *program
	port    string
}

const aptGet = "apt-get install --no-install-recommends "

var servers = []*server{
	{name: "ws", start: node("ws@8.23.0"), binary: true, fragments: true, subprotocol: true, closes: true, pings: true, secure: true, deflates: true},
	{name: "websocket", start: node("websocket@1.0.35"), binary: true, fragments: true, subprotocol: true, closes: true, pings: true, secure: true},
	{name: "faye-websocket", start: node("faye-websocket@0.11.4", "permessage-deflate@0.1.7"), binary: true, subprotocol: true, closes: true, pings: true, secure: true, deflates: true},
	{name: "python3-websockets", start: startPython, binary: true, fragments: true, subprotocol: true, closes: true, pings: true, secure: true, deflates: true},
	{name: "websocketd", start: startWebsocketd, stepwise: true},
}

// node starts testdata/NAME.js, which needs the npm packages NAME@VERSION and
// others.
func node(want ...string) func(t *testing.T, env ...string) *running {
	return func(t *testing.T, env ...string) *running {
		t.Helper()
		path := findNode(t, want...)
		name, _, _ := strings.Cut(want[0], "@")
		return announced(t, start(t, "testdata", env, path, name+".js"))
	}
}

// findNode gives a Node that has these npm packages, NAME@VERSION.
func findNode(t *testing.T, want ...string) string {
	t.Helper()
	path := find(t, "node", "see https://nodejs.org")
	for _, one := range want {
		name, _, _ := strings.Cut(one, "@")
		if err := exec.Command(path, "-e", "require('"+name+"')").Run(); err != nil {
			missing(t, "the npm package "+name, "npm install --prefix DIR "+one+" and set NODE_PATH=DIR/node_modules")
		}
	}
	return path
}

func announced(t *testing.T, p *program) *running {
	t.Helper()
	return &running{program: p, port: p.await(t, "listening ")}
}

func startPython(t *testing.T, env ...string) *running {
	t.Helper()
	return announced(t, start(t, "testdata", env, findPython(t), "serve_websockets.py"))
}

// findPython gives a Python that has websockets.
func findPython(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} { // Debian's packages are for the latter
		if exec.Command(python, "-c", "import websockets").Run() == nil {
			return python
		}
	}
	missing(t, "the Python module websockets", aptGet+"python3-websockets")
	return ""
}

func startWebsocketd(t *testing.T, env ...string) *running {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("it echoes through cat")
	}
	path := find(t, "websocketd", aptGet+"websocketd")
	port := freePort(t)
	p := start(t, "testdata", env, path, "--port="+port, "--address=127.0.0.1", "cat")
	awaitPort(t, port)
	return &running{program: p, port: port}
}
