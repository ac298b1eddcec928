package luajit

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

// lazyLibrary is one that a state has from the first look on.
type lazyLibrary struct {
	name string
	base lua.LGFunction // gopher-lua's; nil for none
	open func() error   // puts LuaJIT's over it
}

// openLazily enters an empty table for the library, unless the state has it: NewState
// leaves it out.
func (r *Runtime) openLazily(lib lazyLibrary) error {
	if _, there := r.L.G.Global.RawGetString(lib.name).(*lua.LTable); there {
		return lib.open()
	}
	table := r.L.CreateTable(0, 0)
	r.enter(lib.name, table)
	lazy.Add(r.L, table, func() {
		r.build(lib).ForEach(func(key, value lua.LValue) {
			if table.RawGet(key) == lua.LNil { // else the host has put its own there
				table.RawSet(key, value)
			}
		})
	})
	return nil
}

// build makes the library beside the globals, whatever scripts have done to them.
func (r *Runtime) build(lib lazyLibrary) *lua.LTable {
	L := r.L
	globals, top := L.G.Global, L.GetTop()
	loaded, ok := r.loaded().(*lua.LTable)
	if !ok {
		loaded = L.CreateTable(0, 0)
	}
	before := loaded.RawGetString(lib.name)
	L.G.Global = L.CreateTable(0, 1)
	loaded.RawSetString(lib.name, lua.LNil)
	defer func() {
		L.G.Global = globals
		loaded.RawSetString(lib.name, before)
		L.SetTop(top)
	}()
	if lib.base != nil {
		lib.base(L)
	}
	if err := lib.open(); err != nil { // there is nothing that could be missing
		L.RaiseError("%v", err)
	}
	built, _ := L.G.Global.RawGetString(lib.name).(*lua.LTable)
	return built
}
