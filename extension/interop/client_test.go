package interop

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is a script with one connection.
type client struct {
	t      *testing.T
	L      *lua.LState
	ext    *extension.Extension
	events []*lua.LTable // delivered and not looked at yet
}

// connect has a script connect to url with params, the inside of a Lua table.
func connect(t *testing.T, config *tls.Config, url, params string) *client {
	t.Helper()
	c := &client{t: t, L: lua.NewState(), ext: extension.New(extension.Options{TLS: config})}
	if err := c.ext.Open(c.L); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.ext.Close(); err != nil {
			t.Error(err)
		}
		c.L.Close()
	})
	c.L.SetGlobal("url", lua.LString(url))
	c.L.SetGlobal("callback", c.L.NewFunction(func(L *lua.LState) int {
		c.events = append(c.events, L.CheckTable(3))
		return 0
	}))
	c.do("connection = websocket.connect(url, { timeout = 10000, " + params + " }, callback)")
	return c
}

func (c *client) do(code string) {
	c.t.Helper()
	if err := c.L.DoString(code); err != nil {
		c.t.Fatal(err)
	}
}

// next waits for an event, which must be of this kind.
func (c *client) next(kind lua.LNumber) *lua.LTable {
	c.t.Helper()
	late := time.After(patience)
	for len(c.events) == 0 {
		c.ext.Update()
		c.ext.Flush()
		if len(c.events) > 0 {
			break
		}
		select {
		case <-c.ext.Wake():
		case <-late:
			c.t.Fatalf("no event within %v, want %v", patience, kind)
		}
	}
	event := c.events[0]
	c.events = c.events[1:]
	if got := event.RawGetString("event"); got != kind {
		c.t.Fatalf("event %v, want %v: %v, code %v", got, kind, event.RawGetString("message"), event.RawGetString("code"))
	}
	return event
}

const (
	connected    = lua.LNumber(0)
	disconnected = lua.LNumber(1)
	message      = lua.LNumber(2)
	failed       = lua.LNumber(3)
)

// send sends payload as websocket.DATA_TYPE_TEXT or _BINARY.
func (c *client) send(kind int, payload string) {
	c.t.Helper()
	c.L.SetGlobal("payload", lua.LString(payload))
	c.L.SetGlobal("kind", lua.LNumber(kind))
	c.do("websocket.send(connection, payload, { type = kind })")
}

// expectEnd waits for DISCONNECTED and holds it against what is wanted.
func (c *client) expectEnd(code int, reason string, clean bool) {
	c.t.Helper()
	end := c.next(disconnected)
	if got := end.RawGetString("code"); got != lua.LNumber(code) {
		c.t.Errorf("code %v, want %d", got, code)
	}
	if got := end.RawGetString("reason"); got != lua.LString(reason) {
		c.t.Errorf("reason %q, want %q", got, reason)
	}
	if got := end.RawGetString("clean"); got != lua.LBool(clean) {
		c.t.Errorf("clean %v, want %t", got, clean)
	}
}

// expectError waits for ERROR and DISCONNECTED and holds the former against what
// is wanted: its stage, its cause, a part of its message, and no password.
func (c *client) expectError(stage, cause, text string) {
	c.t.Helper()
	e := c.next(failed)
	if e.RawGetString("stage") != lua.LString(stage) || e.RawGetString("cause") != lua.LString(cause) {
		c.t.Errorf("stage %v, cause %v, want %s and %s", e.RawGetString("stage"), e.RawGetString("cause"), stage, cause)
	}
	if got := e.RawGetString("message").String(); !strings.Contains(got, text) || containsAny(got, "s3cret", "guess") {
		c.t.Errorf("message %q, want %q in it and no password", got, text)
	}
	c.expectEnd(1006, "", false)
}
