package arg

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

// Modules are the modules of one state that are filled at the first look into
// them. Make it with [NewModules].
type Modules struct{ L *lua.LState }

// NewModules returns those of L.
func NewModules(L *lua.LState) Modules { return Modules{L} }

// Add makes name a global table and what require(name) returns, for fill to
// enter what it holds. A table that is there already is filled up.
func (m Modules) Add(name string, fill func(module *lua.LTable)) {
	module, ok := m.L.GetGlobal(name).(*lua.LTable)
	if !ok {
		module = m.L.CreateTable(0, 0) // NewTable makes room for 32
		m.L.SetGlobal(name, module)
		if loaded, ok := m.L.GetField(m.L.GetGlobal("package"), "loaded").(*lua.LTable); ok {
			loaded.RawSetString(name, module)
		}
	}
	lazy.Add(m.L, module, func() { fill(module) })
}

// Functions is Add for a module of functions alone.
func (m Modules) Functions(name string, functions func() map[string]Func) {
	m.Add(name, func(module *lua.LTable) { Fill(m.L, module, functions()) })
}
