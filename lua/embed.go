// Package luasrc holds the Lua modules that come with Tickwire, as
// require "tickwire.NAME" finds them: pure Lua on the native websocket module.
//
// The headless engine takes them as headless.Options.Modules; a Go program with
// a plain gopher-lua state calls [Open].
package luasrc

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajson"
)

//go:embed tickwire/*.lua
var files embed.FS

// Modules returns the modules as files: "tickwire/signal.lua" is what
// require "tickwire.signal" loads.
func Modules() fs.FS { return files }

// Open has require find the modules on a state that has no engine of its own,
// after everything that it finds already, and enters json, timer (delay, cancel)
// and socket (gettime) where the state has none. All but json need the
// extension: without it their use raises an error that says so. Its Open may
// come before or after; a host's own json, timer and socket come before. Call
// from the tick goroutine, once a state.
func Open(L *lua.LState) error {
	loaders, ok := L.GetField(L.Get(lua.RegistryIndex), "_LOADERS").(*lua.LTable)
	if !ok {
		return errors.New("luasrc: open: the state has no package.loaders; open gopher-lua's package library first")
	}
	loaders.Append(L.NewFunction(load))
	if L.GetGlobal("json") == lua.LNil {
		luajson.Open(L)
	}
	openBare(L)
	return nil
}

// load is a searcher of package.loaders.
func load(L *lua.LState) int {
	name := L.CheckString(1)
	file := strings.ReplaceAll(name, ".", "/") + ".lua"
	if path.Clean(file) != file {
		return 0
	}
	text, err := fs.ReadFile(files, file)
	if err != nil {
		L.Push(lua.LString(fmt.Sprintf("\n\tno embedded file '%s'", file)))
		return 1
	}
	fn, err := L.Load(strings.NewReader(string(text)), "embedded/"+file)
	if err != nil {
		L.RaiseError("error loading module '%s': %v", name, err)
	}
	L.Push(fn)
	return 1
}
