package luajit_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

// Libraries are made at the first look into them; no look may tell.
func TestLazyLibraries(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"a field", `return math.floor(1.5), bit.band(6, 3), type(io.stdout)`, "1 2 userdata"},
		{"pairs", `local n = 0 for name in pairs(math) do n = n + 1 end return n > 20`, "true"},
		{"next", `return next(os) ~= nil`, "true"},
		{"rawget", `return type(rawget(debug, "traceback"))`, "function"},
		{"rawset", `rawset(io, "read", 5) return io.read, type(io.write)`, "5 function"},
		{"getmetatable", `return getmetatable(coroutine), debug.getmetatable(jit)`, "nil nil"},
		{"setmetatable", `setmetatable(os, { __index = function() return "new" end }) return os.none, type(os.time)`, "new function"},
		{"debug.setmetatable", `debug.setmetatable(math, { __index = function() return "new" end }) return math.none, math.floor(2.5)`, "new 2"},
		{"table.foreach", `local n = 0 table.foreach(bit, function() n = n + 1 end) return n`, "12"},
		{"erasing", `math.random = nil return math.random, math.floor(1)`, "nil 1"},
		{"replacing", `function table.insert() return "mine" end return table.insert(), type(table.remove)`, "mine function"},
		{"require", `return require("bit") == bit, require("math") == math, package.loaded.io == io, require("jit.opt") == jit.opt`, "true true true true"},
		{"a strict _G", `
			setmetatable(_G, { __index = function(_, name) error("no " .. name) end, __newindex = function(_, name) error("new " .. name) end })
			return math.floor(1), io.type(5), bit.bnot(0), jit.status()`, "1 nil -1 true"},
		{"a global that is gone", `local m = math math = nil return m.floor(1), math, package.loaded.math == m`, "1 nil true"},
		{"in a coroutine", `return coroutine.wrap(function() return os.time() > 0, coroutine.running() ~= nil end)()`, "true true"},
		{"its functions", `
			local list = { 3, 1, 2 } table.sort(list)
			return table.concat(list, ","), require("table.new")(1, 1) ~= nil, type(table.new)`, "1,2,3 true function"},
	} {
		t.Run(c.name, func(t *testing.T) {
			L, r := open(t, luajit.Options{})
			if got := do(t, L, r, c.code); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A host that has opened a library itself keeps its table.
func TestHostsOwnLibrary(t *testing.T) {
	L := luajit.NewState()
	defer L.Close()
	own := L.CreateTable(0, 0)
	L.G.Global.RawSetString("math", own)
	r, err := luajit.Open(L, luajit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if L.GetGlobal("math") != lua.LValue(own) || own.RawGetString("floor") == lua.LNil {
		t.Error("math is another table, or lacks LuaJIT's functions")
	}
}
