package luasrc_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
)

// TestOpen holds that a plain state finds the modules, and keeps what it has.
func TestOpen(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(`
		local signal = require("tickwire.signal").new()
		local got = {}
		signal:connect(function(a, b) got[#got + 1] = a + b end)
		signal:emit(1, 2)
		assert(got[1] == 3)
		assert(require("tickwire.signal") == require("tickwire.signal"))
		assert(json.encode({1}) == "[1]")
		assert(require("json") == json)
	`); err != nil {
		t.Error(err)
	}
	if err := L.DoString(`require "tickwire.nothing"`); err == nil || !strings.Contains(err.Error(), "no embedded file 'tickwire/nothing.lua'") {
		t.Errorf("a module that isn't there: %v", err)
	}
}

// TestOpenKeepsJSON holds that a host's own json stays.
func TestOpenKeepsJSON(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("json", lua.LString("mine"))
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	if got := L.GetGlobal("json"); got != lua.LString("mine") {
		t.Errorf("json is %v", got)
	}
}

// TestOpenKeepsTimerAndSocket holds that a host's own timer and socket stay,
// also where require makes them only later.
func TestOpenKeepsTimerAndSocket(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if err := L.DoString(`
		timer = "mine"
		package.preload.socket = function() return "mine" end`); err != nil {
		t.Fatal(err)
	}
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(`assert(timer == "mine" and socket == nil and require("socket") == "mine")`); err != nil {
		t.Error(err)
	}
}

// TestTimerAndSocket holds what a bare host's scripts get, whichever Open came
// first.
func TestTimerAndSocket(t *testing.T) {
	for name, order := range map[string]int{"the extension first": 0, "the modules first": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				L := lua.NewState()
				defer L.Close()
				ext := extension.New(extension.Options{OnError: func(err error) { t.Error(err) }})
				open := []func(*lua.LState) error{ext.Open, luasrc.Open}
				if err := errors.Join(open[order](L), open[1-order](L)); err != nil {
					t.Fatal(err)
				}
				defer ext.Close()
				if err := L.DoString(`
					assert(require("timer") == timer and require("socket") == socket)
					start, told = socket.gettime(), {}
					local function note(name)
						return function(self, handle, elapsed)
							told[#told + 1] = ("%s %s %.2f %.2f"):format(name, tostring(self), elapsed, socket.gettime() - start)
							if #told == 4 then assert(timer.cancel(handle)) end
						end
					end
					timer.delay(0.25, false, note("once"))
					timer.delay(0.1, true, note("again"))
					local never = timer.delay(0.1, false, note("never"))
					assert(timer.cancel(never) and not timer.cancel(never))
					for wrong, call in pairs({
						["0 s or more"] = function() timer.delay(-1, false, print) end,
						["number expected"] = function() timer.delay("soon", false, print) end,
						["boolean expected"] = function() timer.delay(1, nil, print) end,
						["function expected"] = function() timer.delay(1, false) end,
					}) do
						local ok, problem = pcall(call)
						assert(not ok and problem:find(wrong), problem)
					end
				`); err != nil {
					t.Fatal(err)
				}
				for ext.Active() > 0 {
					<-ext.Wake()
					ext.Update()
				}
				if err := L.DoString(`
					told = table.concat(told, "|")
					assert(told == "again nil 0.10 0.10|again nil 0.10 0.20|once nil 0.25 0.25|again nil 0.10 0.30", told)`); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestTimersAreBounded holds that one more gives Defold's invalid handle.
func TestTimersAreBounded(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{MaxTimers: 1})
	defer ext.Close()
	if err := errors.Join(ext.Open(L), luasrc.Open(L), L.DoString(`
		assert(timer.delay(1, false, print) ~= timer.INVALID_TIMER_HANDLE)
		assert(timer.delay(1, false, print) == timer.INVALID_TIMER_HANDLE)`)); err != nil {
		t.Error(err)
	}
}

// TestWithoutExtension holds that the error says what is missing.
func TestWithoutExtension(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{`timer.delay(1, false, print)`, `timer.cancel(1)`, `socket.gettime()`, `require("tickwire.async")`, `require("tickwire.w3c")`} {
		if err := L.DoString(code); err == nil || !strings.Contains(err.Error(), "extension") {
			t.Errorf("%s: %v, want an error that says that the extension is missing", code, err)
		}
	}
}

// TestOpenWithoutPackage holds that a state without require is an error.
func TestOpenWithoutPackage(t *testing.T) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	if err := luasrc.Open(L); err == nil || !strings.Contains(err.Error(), "package.loaders") {
		t.Errorf("Open: %v, want an error about package.loaders", err)
	}
}
