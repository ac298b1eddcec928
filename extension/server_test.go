package extension

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// serving are Options that let scripts listen in the rig's network.
func serving(o Options) Options {
	if o.Listen == nil {
		o.Listen = []string{"*", "unix"}
	}
	return o
}

// inServer is inBubble for servers: host(address, params, on) listens, with each
// event in the log behind "s:".
func inServer(t *testing.T, o Options, f func(r *rig)) {
	t.Helper()
	var network *wstest.Network
	o = serving(o)
	o.Listener = func(ctx context.Context, kind, address string) (net.Listener, error) {
		return network.ListenContext(ctx, kind, address)
	}
	inBubble(t, o, func(r *rig) {
		network = r.network
		r.do(`
			local names = {
				[websocket.EVENT_CONNECTED] = "connected", [websocket.EVENT_DISCONNECTED] = "disconnected",
				[websocket.EVENT_MESSAGE] = "message", [websocket.EVENT_ERROR] = "error", [websocket.EVENT_REQUEST] = "request",
			}
			function host(address, params, on)
				return websocket.listen(address, params, function(self, connection, data)
					local name = names[data.event]
					log("s:" .. name .. (data.event == websocket.EVENT_MESSAGE and " " .. data.message or "") .. (data.code and " " .. data.code or ""))
					if on and on[name] then on[name](self, connection, data) end
				end)
			end`)
		f(r)
	})
}

// expectAll is expect where two ends of a connection tell of the same thing, and
// which is first is the scheduler's choice.
func (r *rig) expectAll(want ...string) {
	r.t.Helper()
	slices.Sort(r.lines)
	slices.Sort(want)
	r.expect(want...)
}

func TestListenIsACapability(t *testing.T) {
	for _, test := range []struct {
		rules   []string
		address string
		want    string // of the error, "" for none
	}{
		{[]string{}, "127.0.0.1:80", `websocket: listen on 127.0.0.1:80: not allowed here: a host allows it with Options.Listen`},
		{[]string{"loopback"}, "127.0.0.1:80", ""},
		{[]string{"loopback"}, "127.9.9.9:80", ""},
		{[]string{"loopback"}, "[::1]:0", ""},
		{[]string{"loopback"}, "localhost:80", ""},
		{[]string{"loopback"}, "[::ffff:127.0.0.1]:80", ""},
		{[]string{"loopback"}, ":80", `websocket: listen on :80: not allowed here, only "loopback": a host allows it with Options.Listen`},
		{[]string{"loopback"}, "0.0.0.0:80", "not allowed"},
		{[]string{"loopback"}, "[::]:80", "not allowed"},
		{[]string{"loopback"}, "10.0.0.1:80", "not allowed"},
		{[]string{"loopback"}, "unix:/a", "not allowed"},
		{[]string{"loopback:8000-8999"}, "127.0.0.1:8080", ""},
		{[]string{"loopback:8000-8999"}, "127.0.0.1:9000", "not allowed"},
		{[]string{"loopback:8000-8999"}, "127.0.0.1:0", "not allowed"},
		{[]string{"*"}, ":0", ""},
		{[]string{"*"}, "10.0.0.1:80", ""},
		{[]string{"*"}, "unix:/a", "not allowed"},
		{[]string{":8080"}, "0.0.0.0:8080", ""},
		{[]string{":8080"}, "10.0.0.1:8080", ""},
		{[]string{":8080"}, ":8081", "not allowed"},
		{[]string{"0.0.0.0:8080"}, ":8080", ""},
		{[]string{"10.0.0.0/8", "192.168.1.5:80"}, "10.1.2.3:81", ""},
		{[]string{"10.0.0.0/8", "192.168.1.5:80"}, "192.168.1.5:80", ""},
		{[]string{"10.0.0.0/8", "192.168.1.5:80"}, "192.168.1.5:81", "not allowed"},
		{[]string{"10.0.0.0/8"}, ":80", "not allowed"},
		{[]string{"0.0.0.0/8"}, "0.0.0.0:80", "not allowed"},
		{[]string{"[::1]:80"}, "[::1]:80", ""},
		{[]string{"unix"}, "unix:/run/a.sock", ""},
		{[]string{"unix"}, "127.0.0.1:80", "not allowed"},
		{[]string{"unix:/run/game/"}, "unix:/run/game/a.sock", ""},
		{[]string{"unix:/run/game/"}, "unix:/run/game/../a.sock", "not allowed"},
		{[]string{"unix:/run/game/"}, "unix:/run/games.sock", "not allowed"},
		{[]string{"unix:/run/game.sock"}, "unix:/run/game.sock", ""},
		{[]string{"unix:/run/game.sock"}, "unix:/run/game.sock/a", "not allowed"},
	} {
		t.Run(fmt.Sprint(test.rules, test.address), func(t *testing.T) {
			inServer(t, Options{Listen: test.rules}, func(r *rig) {
				r.L.SetGlobal("address", lua.LString(test.address))
				r.do(`local server, why = host(address) log(tostring(why)) if server then server:close() end`)
				got := strings.Join(r.lines, "")
				if test.want == "" && got != "nil" || !strings.Contains(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
				r.lines = nil
			})
		})
	}
}

func TestListenRulesThatCantBeMeant(t *testing.T) {
	for _, rule := range []string{"", "lopback", "game.example", "127.0.0.1:", "127.0.0.1:http", ":0", "8080", "10.0.0.0/33", "unix:", "[::1", "1.2.3.4:9-8"} {
		if err := CheckListenRule(rule); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the rule %q ", rule)) {
			t.Errorf("CheckListenRule(%q): %v", rule, err)
		}
		L := lua.NewState()
		if err := New(Options{Listen: []string{rule}}).Open(L); err == nil || !strings.Contains(err.Error(), "Options.Listen: ") {
			t.Errorf("Open with the rule %q: %v", rule, err)
		}
		L.Close()
	}
}

// TestServersAreActive: a server keeps a host going until it is closed.
func TestServersAreActive(t *testing.T) {
	inServer(t, Options{}, func(r *rig) {
		r.do(`server = host("127.0.0.1:80")`)
		if n := r.ext.Active(); n != 1 {
			t.Errorf("%d are active, want the server", n)
		}
		r.do(`open("ws://127.0.0.1/")`)
		r.frames(3)
		r.expectAll("s:request", "s:connected", "connected")
		if n := r.ext.Active(); n != 3 {
			t.Errorf("%d are active, want the server and both ends", n)
		}
		r.do(`server:close()`)
		r.frames(3)
		r.expectAll("disconnected 1001", "s:disconnected 1001")
		if n := r.ext.Active(); n != 0 {
			t.Errorf("%d are active, want none", n)
		}
	})
}

// TestLaw9ReleasedServersClose: those of a script that is gone, with its
// connections, and no others.
func TestLaw9ReleasedServersClose(t *testing.T) {
	instance := &instances{current: lua.LNil}
	inServer(t, Options{Host: instance}, func(r *rig) {
		one, two := r.L.NewTable(), r.L.NewTable()
		instance.current = one
		r.do(`a = host("127.0.0.1:80")`)
		instance.current = two
		r.do(`b = host("127.0.0.1:81") open("ws://127.0.0.1:80/") open("ws://127.0.0.1:81/")`)
		instance.current = lua.LNil
		r.frames(3)
		r.lines = nil
		r.ext.Release(one)
		r.frames(3)
		r.expect("disconnected 1001")
		r.do(`
			assert(not a.listening and b.listening and a.count == 0 and b.count == 1)
			open("ws://127.0.0.1:80/")`)
		r.frames(2)
		r.expect("error", "disconnected 1006")
	})
}

// TestLaw9ReleasedInsideItsRequest: a script that deletes itself when a client asks
// accepts nobody, and hears no more.
func TestLaw9ReleasedInsideItsRequest(t *testing.T) {
	instance := &instances{current: lua.LNil}
	inServer(t, Options{Host: instance}, func(r *rig) {
		self := r.L.NewTable()
		r.L.SetGlobal("release", r.L.NewFunction(func(*lua.LState) int { r.ext.Release(self); return 0 }))
		instance.current = self
		r.do(`host("127.0.0.1:80", nil, { request = release })`)
		instance.current = lua.LNil
		r.do(`open("ws://127.0.0.1/")`)
		r.frames(4)
		r.expect("s:request", "error", "disconnected 1006")
		if n := r.ext.Active(); n != 0 {
			t.Errorf("%d are active, want none", n)
		}
	})
}

// TestLaw9NothingAfterCloseOfServers: Close ends servers too, with all that is
// under way.
func TestLaw9NothingAfterCloseOfServers(t *testing.T) {
	inServer(t, Options{}, func(r *rig) {
		r.do(`server = host("127.0.0.1:80") open("ws://127.0.0.1/")`)
		r.frames(3)
		r.lines = nil
		r.do(`open("ws://127.0.0.1/")`)
		start := time.Now()
		if err := r.ext.Close(); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("Close took %v", d)
		}
		r.frames(2)
		r.expect()
		r.do(`
			assert(not server.listening)
			server:close()
			local ok, problem = pcall(host, "127.0.0.1:80")
			assert(not ok and problem:find("the extension is closed"), problem)`)
	})
}

// TestQuotaOfServers: a script's quota holds for those it accepts.
func TestQuotaOfServers(t *testing.T) {
	instance := &instances{current: lua.LNil}
	inServer(t, Options{Host: instance, Quota: Quota{Connections: 1, SendMessages: 2}}, func(r *rig) {
		instance.current = r.L.NewTable()
		r.do(`server = host("127.0.0.1:80", nil, { connected = function(_, connection) client = connection end })`)
		for range 2 {
			instance.current = r.L.NewTable()
			r.do(`open("ws://127.0.0.1/", nil, { error = function(_, _, data) log(data.handshake_response.status .. " " .. data.handshake_response.response) end })`)
			r.frames(4)
		}
		r.expectAll("s:request", "s:connected", "connected", "error", "503 the server is full\n", "disconnected 1006")
		r.do(`
			assert(websocket.broadcast(server, "one") == 1)
			assert(websocket.broadcast(server, "two") == 1)
			local ok, problem = pcall(websocket.broadcast, server, "three")
			assert(not ok and problem:find("the script's quota of 2 messages a second is used up"), problem)
			ok, problem = pcall(websocket.send, client, "three")
			assert(not ok and problem:find("the script's quota of 2 messages a second is used up"), problem)`)
		r.frames(2)
		r.expect("message one", "message two")
	})
}

// TestServersInOtherStates: what one extension listens on is none of another's.
func TestServersInOtherStates(t *testing.T) {
	inServer(t, Options{}, func(r *rig) {
		other := New(Options{})
		L := lua.NewState()
		defer L.Close()
		if err := other.Open(L); err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		r.do(`server = host("127.0.0.1:80")`)
		L.SetGlobal("server", r.L.GetGlobal("server"))
		if err := L.DoString(`websocket.broadcast(server, "x")`); err == nil || !strings.Contains(err.Error(), "want a server") {
			t.Errorf("another state's broadcast: %v", err)
		}
		r.do(`assert(getmetatable(server) == false)`)
	})
}

// TestServerTLS: wss, with and without client certificates, and what speaks no TLS
// there.
func TestServerTLS(t *testing.T) {
	inServer(t, Options{AllowInsecureTLS: true}, func(r *rig) {
		ca, err := wstest.NewCA(nil)
		if err != nil {
			t.Fatal(err)
		}
		certificate, key := pemOf(t, must(ca.Certificate("127.0.0.1")))
		r.L.SetGlobal("ca", lua.LString(ca.PEM()))
		r.L.SetGlobal("certificate", lua.LString(certificate))
		r.L.SetGlobal("key", lua.LString(key))
		r.do(`
			server = host("127.0.0.1:443", { tls = { certificate = certificate, key = key } }, {
				request = function(_, _, data) log(tostring(data.request.secure)) end,
				message = function(_, connection, data) websocket.send(connection, data.message) end,
			})
			assert(server.url == "wss://127.0.0.1:443/")
			open(server.url, { tls = { ca = ca } }, { connected = function(_, connection) websocket.send(connection, "secret") end })`)
		r.frames(6)
		r.expectAll("s:request", "true", "s:connected", "connected", "s:message secret", "message secret")
		r.do(`open("ws://127.0.0.1:443/", nil, { error = function(_, _, data) log(data.handshake_response.response) end })`)
		r.frames(3)
		r.expect("error", "this port speaks TLS: want wss:// or https://\n", "disconnected 1006")
		r.do(`server:close()`)
		r.frames(3)
		r.expectAll("disconnected 1001", "s:disconnected 1001")

		r.do(`
			server = host("127.0.0.1:443", { tls = { certificate = certificate, key = key, ca = ca, min_version = "1.3" } })
			open(server.url, { tls = { ca = ca } }, { error = function(_, _, data) log(data.stage .. "/" .. data.cause) end })`)
		r.frames(4)
		r.expect("error", "tls/certificate", "disconnected 1006")
		certificate, key = pemOf(t, must(ca.ClientCertificate("somebody")))
		r.L.SetGlobal("client_certificate", lua.LString(certificate))
		r.L.SetGlobal("client_key", lua.LString(key))
		r.do(`open(server.url, { tls = { ca = ca, certificate = client_certificate, key = client_key } })`)
		r.frames(4)
		r.expectAll("s:request", "s:connected", "connected")
	})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// pemOf writes a certificate and its key as people keep them.
func pemOf(t *testing.T, c tls.Certificate) (certificate, key []byte) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, cert := range c.Certificate {
		certificate = append(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...)
	}
	return certificate, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// loopbackServer runs code on a state with real sockets.
func loopbackServer(t *testing.T, code string, arguments ...string) string {
	t.Helper()
	L := lua.NewState()
	defer L.Close()
	ext := New(Options{Listen: []string{"loopback", "unix"}})
	if err := ext.Open(L); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ext.Close(); err != nil {
			t.Error(err)
		}
	}()
	var lines []string
	L.SetGlobal("log", L.NewFunction(func(L *lua.LState) int {
		lines = append(lines, L.CheckString(1))
		return 0
	}))
	for i, argument := range arguments {
		L.SetGlobal(fmt.Sprintf("argument%d", i+1), lua.LString(argument))
	}
	if err := L.DoString(code); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for ext.Active() > 0 {
		select {
		case <-ext.Wake():
		case <-ctx.Done():
			t.Fatalf("still active after 20 s; logged %q", lines)
		}
		ext.Update()
		ext.Flush()
	}
	return strings.Join(lines, "|")
}

// echoOnce serves argument1 to one client, which says goodbye.
const echoOnce = `
	local server, why = websocket.listen(argument1, nil, function(self, connection, data)
		if data.event == websocket.EVENT_MESSAGE then websocket.send(connection, data.message) end
	end)
	if not server then return log(why) end
	websocket.connect(server.url, nil, function(self, connection, data)
		if data.event == websocket.EVENT_CONNECTED then websocket.send(connection, ("x"):rep(200000)) end
		if data.event == websocket.EVENT_ERROR then log(data.message) end
		if data.event == websocket.EVENT_MESSAGE then log(tostring(#data.message)) server:close() end
		if data.event == websocket.EVENT_DISCONNECTED then log(tostring(data.code)) server:close() end
	end)`

func TestServerOnLoopback(t *testing.T) {
	if got := loopbackServer(t, echoOnce, "127.0.0.1:0"); got != "200000|1001" {
		t.Errorf("logged %q", got)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	if got := loopbackServer(t, echoOnce, address); got != "websocket: listen on "+address+": the address is in use" {
		t.Errorf("logged %q", got)
	}
}

// TestHandleSize: what every connection weighs beside the network's part, on
// machines of 64 bits.
func TestHandleSize(t *testing.T) {
	const word = unsafe.Sizeof(uintptr(0))
	if got, most := unsafe.Sizeof(handle{}), 16*word; got > most { // 128: a size class of Go's allocator
		t.Errorf("a handle has %d bytes, want at most %d", got, most)
	}
}
