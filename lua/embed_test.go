package luasrc_test

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

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

// TestOpenWithoutPackage holds that a state without require is an error.
func TestOpenWithoutPackage(t *testing.T) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	if err := luasrc.Open(L); err == nil || !strings.Contains(err.Error(), "package.loaders") {
		t.Errorf("Open: %v, want an error about package.loaders", err)
	}
}
