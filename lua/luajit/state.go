package luajit

import lua "github.com/yuin/gopher-lua"

// NewState makes a state with gopher-lua's libraries that is about as deep as
// LuaJIT's and starts small. gopher-lua's own fails at unpack of 7,000 and at a
// recursion of 250, and takes 160 KiB.
func NewState() *lua.LState {
	L := lua.NewState(lua.Options{
		CallStackSize:       16 * 1024, // frames; costs a byte each until it is used
		MinimizeStackMemory: true,
		RegistrySize:        2 * 1024, // values, 16 bytes each
		RegistryMaxSize:     1024 * 1024,
		RegistryGrowStep:    8 * 1024,
	})
	// A coroutine and a pcall take their sizes from here: most are shallow and
	// many.
	L.Options.CallStackSize = 8 * 1024
	L.Options.RegistrySize = 128
	L.Options.RegistryMaxSize = 256 * 1024
	L.Options.RegistryGrowStep = 1024
	return L
}
