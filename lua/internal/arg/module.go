package arg

import lua "github.com/yuin/gopher-lua"

// Modules are the modules of one state that are filled at the first look into
// them: a state keeps no functions that it never calls. Until then pairs finds
// nothing in one. Make it with [NewModules].
type Modules struct {
	L     *lua.LState
	meta  *lua.LTable // of all that nobody has looked into
	fills map[*lua.LTable]func(module *lua.LTable)
}

// NewModules returns none yet.
func NewModules(L *lua.LState) *Modules {
	m := &Modules{L: L, fills: make(map[*lua.LTable]func(*lua.LTable))}
	m.meta = L.CreateTable(0, 1)
	m.meta.RawSetString("__index", L.NewFunction(m.index))
	return m
}

// Add makes name a global table and what require(name) returns, for fill to
// enter what it holds. A table that is there already is filled up.
func (m *Modules) Add(name string, fill func(module *lua.LTable)) {
	module, ok := m.L.GetGlobal(name).(*lua.LTable)
	if !ok {
		module = m.L.CreateTable(0, 0) // NewTable makes room for 32
		m.L.SetGlobal(name, module)
		if loaded, ok := m.L.GetField(m.L.GetGlobal("package"), "loaded").(*lua.LTable); ok {
			loaded.RawSetString(name, module)
		}
	}
	if before := m.fills[module]; before != nil {
		m.fills[module] = func(module *lua.LTable) { before(module); fill(module) }
		return
	}
	m.fills[module] = fill
	m.L.SetMetatable(module, m.meta)
}

// Functions is Add for a module of functions alone.
func (m *Modules) Functions(name string, functions func() map[string]Func) {
	m.Add(name, func(module *lua.LTable) { Fill(m.L, module, functions()) })
}

// index fills a module; from then on it is a table like any other.
func (m *Modules) index(L *lua.LState) int {
	module, ok := L.Get(1).(*lua.LTable)
	if !ok {
		return 0
	}
	if fill := m.fills[module]; fill != nil {
		delete(m.fills, module)
		L.SetMetatable(module, lua.LNil)
		fill(module)
	}
	L.Push(module.RawGet(L.Get(2)))
	return 1
}
