package lazy_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

// TestFirstLook: reading, writing and Wake fill a table, once; what isn't there is
// nil as ever, and the metatable is gone.
func TestFirstLook(t *testing.T) {
	looks := map[string]string{
		"reading":         `assert(lib.one == 1)`,
		"reading nothing": `assert(lib.none == nil and lib.one == 1)`,
		"writing":         `lib.own = 5 assert(lib.own == 5 and lib.one == 1)`,
		"erasing":         `lib.one = nil assert(lib.one == nil and lib.two == 2)`,
		"a new metatable": `assert(lib.one == 1) setmetatable(lib, { __index = function() return "new" end }) assert(lib.none == "new")`,
	}
	for name, look := range looks {
		t.Run(name, func(t *testing.T) {
			L := lua.NewState()
			defer L.Close()
			lib, fills := L.CreateTable(0, 0), 0
			L.SetGlobal("lib", lib)
			lazy.Add(L, lib, func() {
				fills++
				lib.RawSetString("one", lua.LNumber(1))
			})
			lazy.Add(L, lib, func() { lib.RawSetString("two", lua.LNumber(2)) })
			if lib.RawGetString("one") != lua.LNil {
				t.Error("filled before the first look")
			}
			if err := L.DoString(look); err != nil {
				t.Error(err)
			}
			if fills != 1 {
				t.Errorf("%d fills, want 1", fills)
			}
		})
	}
}

// TestWakeLeavesOthers: a table with a metatable of its own, or with none, is none
// of ours.
func TestWakeLeavesOthers(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	lib := L.CreateTable(0, 0)
	lazy.Add(L, lib, func() { lib.RawSetString("one", lua.LNumber(1)) })
	other, meta := L.CreateTable(0, 0), L.CreateTable(0, 0)
	other.Metatable = meta
	lazy.Wake(other)
	if other.Metatable != lua.LValue(meta) {
		t.Error("lost its metatable")
	}
	lazy.WakeValue(lua.LNil)
	lazy.WakeValue(lib)
	if lib.RawGetString("one") != lua.LNumber(1) || lib.Metatable != lua.LNil {
		t.Error("Wake has not filled the table")
	}
}
