package luasrc_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
)

// run runs a script in a host that has nothing but the extension and the
// modules, until the global done is set.
func run(t *testing.T, o extension.Options, script string) *lua.LState {
	t.Helper()
	L := lua.NewState()
	t.Cleanup(L.Close)
	o.OnError = func(err error) { t.Error(err) }
	ext := extension.New(o)
	if err := ext.Open(L); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ext.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(script); err != nil {
		t.Fatal(err)
	}
	timeout := time.NewTimer(20 * time.Second)
	defer timeout.Stop()
	for L.GetGlobal("done") == lua.LNil {
		select {
		case <-ext.Wake():
		case <-timeout.C:
			t.Fatal("done was not set in 20 s")
		}
		ext.Update()
		ext.Flush()
	}
	return L
}

// TestOverteServerNeedsAGrant holds that a script opens no port where the host
// does not let it, and hears why.
func TestOverteServerNeedsAGrant(t *testing.T) {
	L := run(t, extension.Options{}, `
		local server = require("tickwire.overte").WebSocketServer.new({ port = 0 })
		code, text, listening, port = server.error, server.errorString, server.listening, server.port
		server:close()
		done = true
	`)
	if got := L.GetGlobal("code"); got != lua.LNumber(3) {
		t.Errorf("error is %v, want 3, SocketAccessError", got)
	}
	if L.GetGlobal("listening") != lua.LFalse || L.GetGlobal("port") != lua.LNumber(0) {
		t.Errorf("listening is %v, port is %v", L.GetGlobal("listening"), L.GetGlobal("port"))
	}
	if text := L.GetGlobal("text").String(); !strings.Contains(text, "not allowed here") || !strings.Contains(text, "Options.Listen") {
		t.Errorf("errorString is %q: it should say that it is not allowed, and what allows it", text)
	}
}

// TestOverteServes holds that a host without an engine serves and connects over
// loopback.
func TestOverteServes(t *testing.T) {
	L := run(t, extension.Options{Listen: []string{"loopback"}}, `
		local overte = require("tickwire.overte")
		local server = overte.WebSocketServer.new()
		assert(server.listening, server.errorString)
		server.newConnection:connect(function(socket)
			socket.onmessage = function(message) socket:send(message.data .. "!") end
		end)
		local socket = overte.WebSocket.new(server.url)
		socket.onopen = function() socket:send("hello") end
		socket.onmessage = function(message) heard = message.data server:close() end
		socket.onclose = function(data) done = data.code .. " " .. data.reason end
	`)
	if got := L.GetGlobal("heard").String(); got != "hello!" {
		t.Errorf("heard %q", got)
	}
	if got := L.GetGlobal("done").String(); got != "1001 Server closing." {
		t.Errorf("closed with %q", got)
	}
}

// TestOverteErrorsOfTheHost holds the SocketErrors that come of the host and its
// system, which specs don't have.
func TestOverteErrorsOfTheHost(t *testing.T) {
	failing := func(errno syscall.Errno) extension.Options {
		return extension.Options{Dialer: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)}
		}}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	nameless := extension.Options{Lookup: func(context.Context, string) ([]string, error) {
		return nil, &net.DNSError{Err: "no answer", Name: "game.example", IsTimeout: true}
	}}
	everywhere := extension.Options{Listen: []string{"*"}}
	const connect = `overte.WebSocket.new("ws://203.0.113.7/").onerror = function(code) done = code end`
	const throughProxy = `overte.WebSocket.new("ws://203.0.113.7/", { proxy = "http://203.0.113.8:3128" }).onerror = function(code) done = code end`
	for _, c := range []struct {
		name    string
		options extension.Options
		script  string
		want    int
	}{
		{"the policy forbids the address", extension.Options{Policy: extension.Policy{Deny: []string{"203.0.113.0/24"}}}, connect, 3},
		{"the system forbids it", failing(syscall.EACCES), connect, 3},
		{"no more sockets", failing(syscall.EMFILE), connect, 4},
		{"the connections are as many as may be", extension.Options{MaxConnections: 1, Dialer: failing(syscall.EMFILE).Dialer},
			`overte.WebSocket.new("ws://203.0.113.7/") ` + connect, 4},
		{"the network can't be reached", failing(syscall.ENETUNREACH), connect, 7},
		{"no answer from the server", failing(syscall.ETIMEDOUT), connect, 5},
		{"no answer from the name server", nameless, `overte.WebSocket.new("ws://game.example/").onerror = function(code) done = code end`, 5},
		{"no answer from the proxy", failing(syscall.ETIMEDOUT), throughProxy, 16},
		{"the proxy's network can't be reached", failing(syscall.ENETUNREACH), throughProxy, 7},
		{"a host without servers", everywhere, `websocket.listen = nil done = overte.WebSocketServer.new().error`, 10},
		{"a port that is taken", everywhere,
			fmt.Sprintf(`done = overte.WebSocketServer.new({ port = %d }).error`, taken.Addr().(*net.TCPAddr).Port), 8},
		{"an address of another computer", everywhere, `done = overte.WebSocketServer.new({ address = "203.0.113.7" }).error`, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			L := run(t, c.options, `local overte = require("tickwire.overte") `+c.script)
			if got := L.GetGlobal("done"); got != lua.LNumber(c.want) {
				t.Errorf("got %v, want %d", got, c.want)
			}
		})
	}
}
