package luajit

import lua "github.com/yuin/gopher-lua"

// NewState makes a state for Open, which gives it all libraries; it is about as deep
// as LuaJIT's and starts small. gopher-lua's own fails at unpack of 7,000 and at a
// recursion of 250, and takes 160 KiB.
func NewState() *lua.LState {
	L := lua.NewState(lua.Options{
		CallStackSize:       16 * 1024, // frames; costs a byte each until it is used
		MinimizeStackMemory: true,
		RegistrySize:        512, // values, 16 bytes each: enough for most scripts, for ever
		RegistryMaxSize:     1024 * 1024,
		RegistryGrowStep:    8 * 1024,
		SkipOpenLibs:        true,
	})
	openLibraries(L)
	// A coroutine and a pcall take their sizes from here: most are shallow and
	// many.
	L.Options.CallStackSize = 8 * 1024
	L.Options.RegistrySize = 128
	L.Options.RegistryMaxSize = 256 * 1024
	L.Options.RegistryGrowStep = 1024
	return L
}

// openLibraries opens those of gopher-lua's libraries that Open does not open at
// the first look into them, with tables that are as large as what they hold: a new
// one of gopher-lua's has room for 32 items and 32 fields, which is 3 KiB.
func openLibraries(L *lua.LState) {
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, openPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.StringLibName, lua.OpenString},
	} {
		L.Push(L.NewFunction(library.open))
		L.Push(lua.LString(library.name))
		L.Call(1, 0)
	}
}

// openPackage is gopher-lua's, with smaller tables.
func openPackage(L *lua.LState) int {
	lua.OpenPackage(L)
	lib, ok := L.Get(-1).(*lua.LTable)
	if !ok {
		return 1
	}
	preload, loaded := L.CreateTable(0, 8), L.CreateTable(0, 32)
	loaded.RawSetString(lua.LoadLibName, lib)
	lib.RawSetString("preload", preload)
	lib.RawSetString("loaded", loaded)
	L.G.Registry.RawSetString("_LOADED", loaded)
	return 1
}
