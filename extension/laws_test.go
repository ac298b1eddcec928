package extension

import (
	"fmt"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestLaw1OneExtensionForOneState(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	e := New(Options{})
	defer e.Close()
	if err := e.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := e.Open(L); err == nil || !strings.Contains(err.Error(), "open already") {
		t.Errorf("a second Open: %v", err)
	}
	if err := New(Options{}).Open(L); err == nil || !strings.Contains(err.Error(), "this Lua state has") {
		t.Errorf("a second extension on the state: %v", err)
	}
	if err := L.DoString(`assert(require("websocket") == websocket)`); err != nil {
		t.Errorf("the global and the module are not the same table: %v", err)
	}
}

func TestOpenRefusesOptionsThatCantBeMeant(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if err := New(Options{MaxMessage: -1}).Open(L); err == nil || !strings.Contains(err.Error(), "Options.MaxMessage is negative") {
		t.Errorf("got %v", err)
	}
}

// TestLaw1MainStateIsKept: connect in a coroutine, the callback on the main
// state, after the coroutine has ended.
func TestLaw1MainStateIsKept(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.do(`coroutine.wrap(function()
			open("ws://echo.test/", nil, { connected = function() log(tostring(coroutine.running())) end })
		end)()`)
		r.frames(2)
		r.expect("connected", "nil")
	})
}

func TestLaw2AFailedCallbackIsReportedAndTheRestGoesOn(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.do(`open("ws://echo.test/", nil, { connected = function(_, connection)
			websocket.send(connection, "one") websocket.send(connection, "two")
			error("oops")
		end })`)
		r.frames(3)
		if len(r.errors) != 1 || !strings.Contains(r.errors[0], "<string>:3: oops") ||
			!strings.Contains(r.errors[0], "stack traceback") || !strings.HasPrefix(r.errors[0], "websocket: callback echo.test:80: ") {
			t.Errorf("reported %q, want the error with its place and traceback", r.errors)
		}
		r.errors = nil
		r.expect("connected", "message one", "message two")
	})
}

// TestLaw2CallbacksActFreely: connect, send, disconnect inside callbacks.
func TestLaw2CallbacksActFreely(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.do(`
			local other
			local first = open("ws://echo.test/", nil, {
				connected = function(_, connection)
					other = open("ws://echo.test/", nil, { connected = function() websocket.disconnect(connection) end })
				end,
				disconnected = function(_, connection)
					websocket.disconnect(connection)
					websocket.disconnect(other)
				end,
			})`)
		r.frames(8)
		r.expect("connected", "connected", "disconnected 1000", "disconnected 1000")
		if n := r.ext.Active(); n != 0 {
			t.Errorf("%d connections are active, want 0", n)
		}
	})
}

// TestLaw3ErrorAndDisconnectedAreOneUnit: no budget parts them.
func TestLaw3ErrorAndDisconnectedAreOneUnit(t *testing.T) {
	inBubble(t, Options{MaxEvents: 1}, func(r *rig) {
		r.do(`open("ws://nobody.test/")`)
		r.frame()
		r.expect("error", "disconnected 1006")
	})
}

func TestLaw4EffectsComeLater(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.do(`open("ws://echo.test/", nil, { connected = function(_, connection)
			open("nonsense")
			log("returned")
		end })`)
		r.frame()
		r.expect("connected", "returned")
		r.frame()
		r.expect("error", "disconnected 1006")
	})
}

func TestLaw4NestedUpdatePanics(t *testing.T) {
	for name, call := range map[string]func(e *Extension){
		"Update": func(e *Extension) { e.Update() },
		"Close":  func(e *Extension) { e.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(r *rig) {
				var caught any
				r.L.SetGlobal("tick", r.L.NewFunction(func(*lua.LState) int {
					defer func() { caught = recover() }()
					call(r.ext)
					return 0
				}))
				r.do(`open("ws://echo.test/", nil, { connected = function() tick() end })`)
				r.frame()
				if caught == nil || !strings.Contains(fmt.Sprint(caught), "law 4") {
					t.Errorf("recovered %v, want a panic that names law 4", caught)
				}
				r.frame() // the extension is still whole
			})
		})
	}
}

func TestLaw8Budgets(t *testing.T) {
	const script = `
		local connection
		connection = open("ws://echo.test/", nil, { connected = function() for i = 1, 6 do websocket.send(connection, ("x"):rep(100)) end end })`
	for _, test := range []struct {
		name    string
		options Options
		want    []int // events a frame
	}{
		{"events", Options{MaxEvents: 2}, []int{1, 2, 2, 2}},
		{"bytes", Options{MaxBytes: 250}, []int{1, 3, 3}},
		{"none", Options{}, []int{1, 6}},
		{"time", Options{MaxTime: time.Millisecond}, []int{1, 1, 1, 1, 1, 1, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.options, func(r *rig) {
				if test.name == "time" {
					r.L.SetGlobal("log", r.L.NewFunction(func(*lua.LState) int {
						r.lines = append(r.lines, "slow")
						time.Sleep(2 * time.Millisecond) // the bubble's time: a slow callback
						return 0
					}))
				}
				r.do(script)
				for i, want := range test.want {
					r.frame()
					if len(r.lines) != want {
						t.Errorf("frame %d delivered %d events, want %d", i, len(r.lines), want)
					}
					r.lines = nil
				}
			})
		})
	}
}

// TestLaw8IsFair: a flood on one connection does not keep another's message from
// the next frame.
func TestLaw8IsFair(t *testing.T) {
	inBubble(t, Options{MaxEvents: 40}, func(r *rig) {
		r.do(`
			a = open("ws://echo.test/")
			b = open("ws://echo.test/")`)
		r.frames(2)
		r.lines = nil
		r.do(`for i = 1, 500 do websocket.send(a, "flood") end websocket.send(b, "quiet")`)
		r.frame() // sends
		r.frame() // delivers a first part
		at := -1
		for i, line := range r.lines {
			if line == "message quiet" {
				at = i
			}
		}
		if at < 0 {
			t.Errorf("the first 40 of 501 events, %d delivered, do not hold the quiet connection's", len(r.lines))
		}
		if n := len(r.lines); n != 40 {
			t.Errorf("%d events in a frame, want the budget of 40", n)
		}
	})
}

func TestLaw9NothingAfterClose(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.do(`connection = open("ws://echo.test/") open("ws://echo.test/")`)
		r.frames(1)
		r.lines = nil
		if err := r.ext.Close(); err != nil {
			t.Fatal(err)
		}
		r.frames(3)
		r.expect()
		r.do(`
			local ok, problem = pcall(websocket.send, connection, "x")
			assert(not ok and problem:find("Invalid connection"), problem)
			websocket.disconnect(connection)
			assert(websocket.state(connection) == "closed")
			ok, problem = pcall(open, "ws://echo.test/")
			assert(not ok and problem:find("the extension is closed"), problem)`)
		if err := r.ext.Close(); err != nil {
			t.Errorf("a second Close: %v", err)
		}
	})
}

// TestLaw9CloseIsBounded: whatever the peers do.
func TestLaw9CloseIsBounded(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		r.network.Blackhole("hole.test")
		r.do(`
			mute = open("ws://echo.test/mute", nil, {})
			open("ws://hole.test/", { timeout = 3600000 })`)
		r.frames(2)
		start := time.Now()
		if err := r.ext.Close(); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("Close took %v, want at most 1s", d)
		}
	})
}

func TestLaw9ReleasedScriptsHearNothing(t *testing.T) {
	host := &instances{current: lua.LNil}
	inBubble(t, Options{Host: host}, func(r *rig) {
		one, two := r.L.NewTable(), r.L.NewTable()
		host.current = one
		r.do(`a = open("ws://echo.test/") b = open("ws://echo.test/")`)
		host.current = two
		r.do(`c = open("ws://echo.test/")`)
		host.current = lua.LNil
		r.frames(1)
		r.lines = nil
		r.ext.Release(one)
		if n := r.ext.Active(); n != 1 {
			t.Errorf("%d active, want the other script's 1", n)
		}
		r.frames(3)
		r.do(`
			assert(not pcall(websocket.send, a, "x"))
			assert(websocket.state(b) == "closed")
			websocket.send(c, "alive")`)
		r.frames(3)
		r.expect("message alive")
		r.ext.Release(one) // nothing left: no effect
	})
}

// TestHost: self is the instance that connected, and the running one while its
// callback runs.
func TestHost(t *testing.T) {
	host := &instances{current: lua.LNil}
	inBubble(t, Options{Host: host}, func(r *rig) {
		self, other := r.L.NewTable(), r.L.NewTable()
		r.L.SetGlobal("check", r.L.NewFunction(func(L *lua.LState) int {
			if L.Get(1) != self || host.current != self {
				t.Errorf("self is %v and the running instance %v, want %v", L.Get(1), host.current, self)
			}
			return 0
		}))
		host.current = self
		r.do(`open("ws://echo.test/", nil, { connected = check, disconnected = check, message = function(self, connection)
			check(self)
			websocket.disconnect(connection)
			error("the instance is put back all the same")
		end })
		function hello() end`)
		host.current = other
		r.frame()
		r.do(`-- sent by nobody`)
		if host.current != other {
			t.Errorf("after a callback the running instance is %v, want the one before", host.current)
		}
	})
}
