package luajit

import (
	"runtime"

	lua "github.com/yuin/gopher-lua"
)

// Version is the LuaJIT whose behaviour this is.
const (
	Version    = "LuaJIT 2.1.0-beta3"
	versionNum = 20100
)

// jitNames are LuaJIT's words for Go's.
var jitNames = map[string]string{
	"linux": "Linux", "darwin": "OSX", "windows": "Windows", "freebsd": "BSD", "openbsd": "BSD", "netbsd": "BSD",
	"amd64": "x64", "386": "x86",
}

func (r *Runtime) openJIT() error {
	accept := func(*lua.LState) int { return 0 }
	lib := r.newLibrary("jit", map[string]lua.LGFunction{
		"flush":  accept,
		"off":    accept,
		"on":     accept,
		"status": jitStatus,
		"attach": accept,
	})
	name := func(of, fallback string) lua.LString {
		if name, ok := jitNames[of]; ok {
			return lua.LString(name)
		}
		return lua.LString(fallback)
	}
	lib.RawSetString("version", lua.LString(Version))
	lib.RawSetString("version_num", lua.LNumber(versionNum))
	lib.RawSetString("os", name(runtime.GOOS, "Other"))
	lib.RawSetString("arch", name(runtime.GOARCH, runtime.GOARCH))
	opt := r.L.SetFuncs(r.L.CreateTable(0, 1), map[string]lua.LGFunction{"start": accept})
	lib.RawSetString("opt", opt)
	return nil
}

// openPreload enters what require opens at its first use.
func (r *Runtime) openPreload() error {
	r.preload("jit.opt", func(L *lua.LState) int {
		L.Push(L.GetField(L.GetField(r.loaded(), "jit"), "opt"))
		return 1
	})
	r.preloadTable("new", tableNew)
	r.preloadTable("clear", tableClear)
	r.preload("ffi", func(L *lua.LState) int {
		raise(L, "ffi: this Lua has no FFI: it can't call C")
		return 0
	})
	return nil
}

// preloadTable is require "table.name", which enters the function in table too.
func (r *Runtime) preloadTable(name string, fn lua.LGFunction) {
	r.preload("table."+name, func(L *lua.LState) int {
		value := L.NewFunction(fn)
		if lib, err := r.library("table"); err == nil {
			lib.RawSetString(name, value)
		}
		L.Push(value)
		return 1
	})
}

// jitStatus is jit.status(): scripts ask whether it is true.
func jitStatus(L *lua.LState) int {
	L.Push(lua.LTrue)
	return 1
}
