package luaspec

import (
	lua "github.com/yuin/gopher-lua"
)

// world is what a spec file's engine is wired to.
type world struct{}

// wire puts the library, and what a script may require, on the engine.
func wire(r *runner) (*world, error) {
	if err := r.engine.Add((*libraryModule)(r)); err != nil {
		return nil, err
	}
	return &world{}, nil
}

func (w *world) close() error { return nil }

// libraryModule is the spec library as a module of the engine, so that require
// finds what it enters.
type libraryModule runner

func (m *libraryModule) Open(L *lua.LState) error {
	r := (*runner)(m)
	r.L = L
	if err := r.openLibrary(); err != nil {
		return err
	}
	r.openBlocks()
	r.openWaits()
	return nil
}

func (*libraryModule) Update()               {}
func (*libraryModule) Flush()                {}
func (*libraryModule) Release(lua.LValue)    {}
func (*libraryModule) Active() int           { return 0 }
func (*libraryModule) Wake() <-chan struct{} { return nil }
func (*libraryModule) Close() error          { return nil }
