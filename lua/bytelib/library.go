package bytelib

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// Library is the modules of one Lua state. It belongs to the goroutine that runs
// the state.
type Library struct {
	L                      *lua.LState
	bufferMeta, streamMeta *lua.LTable // made when one is needed
}

// Open makes crypt, zlib, buffer and image globals and what require returns.
func Open(L *lua.LState) *Library {
	l := &Library{L: L}
	modules := arg.NewModules(L)
	modules.Functions("crypt", cryptFunctions)
	modules.Functions("zlib", zlibFunctions)
	modules.Add("buffer", l.fillBuffer)
	modules.Add("image", l.fillImage)
	return l
}
