package luasocket_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/luasocket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a Lua state with the module.
type host struct {
	*luasocket.Library
	t    *testing.T
	L    *lua.LState
	self lua.LValue
}

func (h *host) Instance() lua.LValue { return h.self }

// granted lets scripts do everything, on real sockets.
func granted() luasocket.Options {
	return luasocket.Options{
		Listen:     new(net.ListenConfig).Listen,
		PermitPort: func(string) error { return nil },
		MaxBlock:   10 * time.Second,
	}
}

func newHost(t *testing.T, o luasocket.Options) *host {
	t.Helper()
	h := &host{t: t, L: lua.NewState(), self: lua.LNil}
	o.Host = h
	h.Library = luasocket.New(o)
	if err := h.Open(h.L); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		h.L.Close()
	})
	return h
}

// run runs code, whose asserts fail the test.
func (h *host) run(code string) {
	h.t.Helper()
	if err := h.L.DoString(code); err != nil {
		h.t.Fatal(err)
	}
}

// TestLoopback: real sockets, with the blocking calls that scripts for a desktop
// make.
func TestLoopback(t *testing.T) {
	newHost(t, granted()).run(`
		local server = assert(socket.bind("127.0.0.1", 0))
		local ip, port = server:getsockname()
		assert(ip == "127.0.0.1" and port > 0)
		local client = assert(socket.connect(ip, port))
		client:setoption("tcp-nodelay", true)
		local other = assert(server:accept())
		assert(client:send("hello\n") == 6)
		assert(other:receive() == "hello")
		other:settimeout(0)
		local _, full, taken = other:send(("x"):rep(20000000))
		assert(full == "timeout" and taken > 200000, full)
		other:close()
		local got, err, partial = 0
		repeat
			local data
			data, err, partial = client:receive(65536)
			got = got + #(data or partial)
		until not data
		assert(err == "closed", err)
		assert(got == taken, got)
		assert(client:receive() == nil)
		server:close()
		local ok, why = socket.connect(ip, port)
		assert(ok == nil and why == "connection refused", why)`)
}

// TestCloseSendsTheRest: what was sent before close goes out.
func TestCloseSendsTheRest(t *testing.T) {
	newHost(t, granted()).run(`
		local server = assert(socket.bind("127.0.0.1", 0))
		local client = assert(socket.connect(server:getsockname()))
		local other = assert(server:accept())
		assert(client:send(("x"):rep(200000)) == 200000)
		client:shutdown("send")
		assert(other:send("and back\n") == 9)
		assert(client:receive() == "and back")
		client:close()
		local data, err = other:receive("*a")
		assert(data and #data == 200000, err)`)
}

func TestUDP(t *testing.T) {
	newHost(t, granted()).run(`
		local a, b = assert(socket.udp()), assert(socket.udp())
		assert(a:setsockname("127.0.0.1", 0) == 1)
		local ip, port = a:getsockname()
		assert(ip == "127.0.0.1" and port > 0)
		a:settimeout(0)
		local data, why = a:receivefrom()
		assert(data == nil and why == "timeout")
		a:settimeout(5)
		assert(b:sendto("hello\0there", "127.0.0.1", port) == 1)
		local from_ip, from_port
		data, from_ip, from_port = a:receivefrom()
		assert(data == "hello\0there" and from_ip == "127.0.0.1", data)
		assert(from_port == select(2, b:getsockname()))

		assert(b:setpeername("127.0.0.1", port) == 1)
		assert(b:send("first") == 1 and b:send("") == 1 and b:send("third") == 1)
		assert(a:receive() == "first" and a:receive() == "" and a:receive(3) == "thi")
		assert(select(2, b:getpeername()) == port)
		assert(tostring(b):find("udp{connected}", 1, true))

		-- Others than the peer are not heard.
		local c = socket.udp()
		assert(c:sendto("from a stranger", "127.0.0.1", select(2, b:getsockname())) == 1)
		assert(a:sendto("from the peer", "127.0.0.1", select(2, b:getsockname())) == 1)
		b:settimeout(5)
		assert(b:receive() == "from the peer")

		local readable = socket.select({a, b}, nil, 0)
		assert(#readable == 0)
		b:send("more")
		readable = socket.select({a, b}, nil, 5)
		assert(#readable == 1 and readable[1] == a)

		local ok, err = c:sendto("x", "game.example", 80)
		assert(ok == nil and err == "host or service not provided, or not known", err)
		ok, err = c:sendto(("x"):rep(70000), "127.0.0.1", port)
		assert(ok == nil and err == "message too long", err)
		ok, err = socket.udp():send("x")
		assert(ok == nil and err == "destination address required", err)
		ok, err = c:setoption("ip-add-membership", {multiaddr = "239.0.0.1", interface = "*"})
		assert(ok == nil and err == "multicast is not supported here", err)
		assert(c:setoption("broadcast", true) == 1)
		assert(c:close() == 1)
		assert(select(2, c:receive()) == "closed")
		assert(select(2, c:sendto("x", "127.0.0.1", port)) == "closed")
		local good, text = pcall(c.sendto, c, "x", "127.0.0.1", "http")
		assert(not good and text:find("bad argument #4 to 'sendto' %(number expected, got string%)"), text)`)
}

// TestEveryAddress: what listens everywhere says so as IPv4 does.
func TestEveryAddress(t *testing.T) {
	newHost(t, granted()).run(`
		local server = assert(socket.bind("*", 0))
		local ip, port, family = server:getsockname()
		assert(ip == "0.0.0.0" and family == "inet", ip)
		local client = assert(socket.connect("127.0.0.1", port))
		local other = assert(server:accept())
		assert(other:getpeername() == "127.0.0.1", other:getpeername())
		client:close()`)
}

// TestCapabilities: what the host doesn't grant is an error, and no script gets
// past it.
func TestCapabilities(t *testing.T) {
	t.Run("ports", func(t *testing.T) {
		newHost(t, luasocket.Options{}).run(`
			local server, err = socket.bind("127.0.0.1", 0)
			assert(server == nil and err == "no script may open a port here", err)
			local ok
			ok, err = socket.tcp():bind("*", 0)
			assert(ok == nil and err == "no script may open a port here", err)
			ok, err = socket.udp():setsockname("*", 9)
			assert(ok == nil and err == "no script may open a port here", err)
			ok, err = socket.udp():setsockname("127.0.0.1", 0)
			assert(ok == nil and err == "no script may open a port here", err)
			-- A port that any send would open is nobody's capability.
			local u = socket.udp()
			assert(u:setsockname("*", 0) == 1 and u:setoption("broadcast", true) == 1)
			local ip, port = u:getsockname()
			assert(ip == "0.0.0.0" and port > 0, ip)`)
	})
	t.Run("packets", func(t *testing.T) {
		var asked []string
		o := granted()
		o.Permit = func(_ context.Context, scheme, address string) error {
			asked = append(asked, scheme+" "+address)
			if strings.HasPrefix(address, "10.") {
				return errors.New("denied by a rule")
			}
			return nil
		}
		newHost(t, o).run(`
			local u = socket.udp()
			for _ = 1, 3 do
				local ok, err = u:sendto("x", "10.1.2.3", 9)
				assert(ok == nil and err == "denied by a rule", err)
			end
			for _ = 1, 3 do assert(u:sendto("x", "127.0.0.1", 9) == 1) end
			u:setpeername("10.1.2.3", 9)
			local ok, err = u:send("x")
			assert(ok == nil and err == "denied by a rule", err)
			assert(u:sendto("x", "::ffff:10.1.2.3", 9) == nil)`)
		want := strings.Repeat("udp 10.1.2.3:9 ", 3) + "udp 127.0.0.1:9 " + strings.Repeat("udp 10.1.2.3:9 ", 2)
		if got := strings.Join(asked, " ") + " "; got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
	})
	t.Run("how many", func(t *testing.T) {
		o := granted()
		o.MaxSockets = 2
		newHost(t, o).run(`
			local a, b = assert(socket.tcp()), assert(socket.udp())
			local c, err = socket.tcp()
			assert(c == nil and err == "too many open files", err)
			assert(select(2, socket.connect("127.0.0.1", 9)) == "too many open files")
			a:close()
			assert(socket.tcp())`)
	})
}

// TestReleaseClosesSockets: those of the script that is deleted, and no others.
func TestReleaseClosesSockets(t *testing.T) {
	h := newHost(t, granted())
	h.self = lua.LString("mine")
	h.run(`server = assert(socket.bind("127.0.0.1", 0))
		client = assert(socket.connect(server:getsockname()))`)
	h.self = lua.LString("another's")
	h.run(`other = assert(server:accept())`)
	h.Release(lua.LString("nobody's"))
	h.run(`assert(client:send("x\n") == 2 and other:receive() == "x")`)
	h.Release(lua.LString("mine"))
	h.run(`
		assert(select(2, client:send("x")) == "closed")
		assert(select(2, server:accept()) == "closed")
		assert(select(2, other:receive()) == "closed")
		assert(other:send("x") == 1)`)
}

// TestCloseJoins: also what waits for a peer, and a dial that is under way.
func TestCloseJoins(t *testing.T) {
	o := granted()
	o.Dial = func(ctx context.Context, _, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "stuck.test:") {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
	o.Lookup = func(ctx context.Context, _ string) ([]string, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	o.MaxBlock = time.Millisecond
	h := newHost(t, o)
	h.run(`
		local server = assert(socket.bind("127.0.0.1", 0))
		local clients = {}
		for i = 1, 5 do clients[i] = socket.tcp(); clients[i]:settimeout(0); clients[i]:connect(server:getsockname()) end
		local u = socket.udp()
		assert(u:setsockname("127.0.0.1", 0) == 1)
		local stuck = socket.tcp()
		stuck:settimeout(0)
		assert(select(2, stuck:connect("stuck.test", 80)) == "timeout")
		assert(select(2, stuck:connect("stuck.test", 80)) == "Operation already in progress")
		assert(select(2, stuck:send("x")) == "timeout")
		local closed = socket.tcp()
		closed:settimeout(0)
		closed:connect("stuck.test", 80)
		closed:close()
		assert(select(2, socket.dns.toip("game.example")) == "timeout")`)
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	h.run(`
		assert(select(2, socket.connect("127.0.0.1", 9)) ~= nil)
		assert(socket.udp():sendto("x", "127.0.0.1", 9) == nil)`)
	if n := h.Active(); n != 0 {
		t.Errorf("%d active", n)
	}
}

// TestLateConnectionIsClosed: a dial that comes through when its socket is closed
// leaves nothing open.
func TestLateConnectionIsClosed(t *testing.T) {
	gate := make(chan struct{})
	near, far := net.Pipe()
	o := granted()
	o.Dial = func(context.Context, string, string) (net.Conn, error) {
		<-gate
		return near, nil
	}
	h := newHost(t, o)
	h.run(`
		local client = socket.tcp()
		client:settimeout(0)
		client:connect("late.test", 80)
		client:close()`)
	close(gate)
	if _, err := far.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the connection is still open: %v", err)
	}
	far.Close()
}

// TestManyAtOnce: select over hundreds.
func TestManyAtOnce(t *testing.T) {
	newHost(t, granted()).run(`
		local server = assert(socket.bind("127.0.0.1", 0))
		local all, clients, heard = {server}, {}, 0
		for i = 1, 200 do
			clients[i] = assert(socket.connect(server:getsockname()))
			clients[i]:send("number " .. i .. "\n")
		end
		while heard < 200 do
			for _, ready in ipairs((assert(socket.select(all, nil, 10)))) do
				if ready == server then
					local other = server:accept()
					other:settimeout(0)
					all[#all + 1] = other
				else
					local line, err = ready:receive()
					if line then
						assert(line:match("^number %d+$"), line)
						heard = heard + 1
					end
				end
			end
		end`)
}
