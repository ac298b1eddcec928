package extension

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is an extension on a Lua state, with an in-memory echo server at
// ws://echo.test/, in a synctest bubble. Scripts call log(text).
type rig struct {
	t       *testing.T
	L       *lua.LState
	ext     *Extension
	network *wstest.Network
	lines   []string
	errors  []string
	files   map[string]string // which address stands for a socket file
}

// prelude gives scripts open(url, params, on): on[event] is called for an event,
// and each event is logged with its name.
const prelude = `
	local names = {
		[websocket.EVENT_CONNECTED] = "connected", [websocket.EVENT_DISCONNECTED] = "disconnected",
		[websocket.EVENT_MESSAGE] = "message", [websocket.EVENT_ERROR] = "error",
	}
	function open(url, params, on)
		return websocket.connect(url, params, function(self, connection, data)
			local name = names[data.event]
			log(name .. (data.event == websocket.EVENT_MESSAGE and " " .. data.message or "") .. (data.code and " " .. data.code or ""))
			if on and on[name] then on[name](self, connection, data) end
		end)
	end
`

func inBubble(t *testing.T, o Options, f func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, L: lua.NewState(), network: wstest.NewNetwork(nil)}
		defer r.L.Close()
		listener, err := r.network.Listen("echo.test:80")
		if err != nil {
			t.Fatal(err)
		}
		server, err := wstest.NewEchoServer(wstest.Options{Listener: listener})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
			if network == "unix" {
				network, address = "tcp", r.files[address]
			}
			return r.network.DialContext(ctx, network, address)
		}
		if o.OnError == nil {
			o.OnError = func(err error) { r.errors = append(r.errors, err.Error()) }
		}
		r.ext = New(o)
		if err := r.ext.Open(r.L); err != nil {
			t.Fatal(err)
		}
		r.L.SetGlobal("log", r.L.NewFunction(func(L *lua.LState) int {
			r.lines = append(r.lines, L.CheckString(1))
			return 0
		}))
		r.do(prelude)
		f(r)
		if err := r.ext.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (r *rig) do(code string) {
	r.t.Helper()
	if err := r.L.DoString(code); err != nil {
		r.t.Fatal(err)
	}
}

// frame is one frame of a host, the network at rest before it.
func (r *rig) frame() {
	synctest.Wait()
	r.ext.Update()
	r.ext.Flush()
}

// frames runs n frames.
func (r *rig) frames(n int) {
	for range n {
		r.frame()
	}
	synctest.Wait()
}

// expect holds what was logged since the last expect against want.
func (r *rig) expect(want ...string) {
	r.t.Helper()
	if got := strings.Join(r.lines, "|"); got != strings.Join(want, "|") {
		r.t.Errorf("logged %q, want %q", got, strings.Join(want, "|"))
	}
	r.lines = nil
	if len(r.errors) > 0 {
		r.t.Errorf("callbacks failed: %q", r.errors)
		r.errors = nil
	}
}

// instances is a Host.
type instances struct{ current lua.LValue }

func (h *instances) Instance() lua.LValue { return h.current }
func (h *instances) SetInstance(self lua.LValue) lua.LValue {
	previous := h.current
	h.current = self
	return previous
}
