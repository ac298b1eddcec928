// Package lazy fills tables of a Lua state at the first look into them: a state
// keeps no functions that its scripts never call. Most scripts never open a file,
// and a thousand states of them save a thousand tables of files' functions.
//
// Reading and writing a field wakes a table by itself. What goes around
// metamethods (pairs, next, rawget, rawset, getmetatable …) calls Wake first, so
// that a script sees no difference.
package lazy

import lua "github.com/yuin/gopher-lua"

// tables are the tables of one state that nobody has looked into.
type tables struct {
	meta  *lua.LTable // of all of them
	fills map[*lua.LTable]func()
}

// registryKey is where a state has its tables.
const registryKey = "github.com/tickwire/tickwire/lua/internal/lazy"

func of(L *lua.LState) *tables {
	if data, ok := L.G.Registry.RawGetString(registryKey).(*lua.LUserData); ok {
		if t, ok := data.Value.(*tables); ok {
			return t
		}
	}
	t := &tables{meta: L.CreateTable(0, 2), fills: make(map[*lua.LTable]func())}
	mark := &lua.LUserData{Value: t, Metatable: lua.LNil}
	t.meta.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		module := L.CheckTable(1)
		Wake(module)
		L.Push(L.GetTable(module, L.Get(2)))
		return 1
	}))
	t.meta.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		module := L.CheckTable(1)
		Wake(module)
		L.SetTable(module, L.Get(2), L.Get(3))
		return 0
	}))
	t.meta.Metatable = mark // by which Wake knows it
	L.G.Registry.RawSetString(registryKey, mark)
	return t
}

// Add has fill called at the first look into table, which has no metatable. A
// second fill for the same table runs after the first.
func Add(L *lua.LState, table *lua.LTable, fill func()) {
	t := of(L)
	if before := t.fills[table]; before != nil {
		t.fills[table] = func() { before(); fill() }
		return
	}
	t.fills[table] = fill
	table.Metatable = t.meta
}

// Wake fills a table that is still to be filled. Others stay as they are.
func Wake(table *lua.LTable) {
	meta, ok := table.Metatable.(*lua.LTable)
	if !ok {
		return
	}
	mark, ok := meta.Metatable.(*lua.LUserData)
	if !ok {
		return
	}
	t, ok := mark.Value.(*tables)
	if !ok {
		return
	}
	table.Metatable = lua.LNil
	if fill := t.fills[table]; fill != nil {
		delete(t.fills, table)
		fill()
	}
}

// WakeValue is Wake for a value that may be none.
func WakeValue(v lua.LValue) {
	if table, ok := v.(*lua.LTable); ok {
		Wake(table)
	}
}
