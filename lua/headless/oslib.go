package headless

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

// openOS keeps os.exit from ending the process.
func (e *Engine) openOS() error {
	lib, ok := e.L.GetGlobal("os").(*lua.LTable)
	if !ok {
		return errors.New("no table os")
	}
	lazy.Add(e.L, lib, func() { lib.RawSetString("exit", e.L.NewFunction(e.osExit)) })
	return nil
}

// osExit is os.exit([code]).
//
// Differs from Lua: it is sys.exit. The frame goes on to its end, instances get
// their final and connections their close frame.
func (e *Engine) osExit(L *lua.LState) int {
	switch code := L.Get(1).(type) {
	case *lua.LNilType:
		e.Exit(0)
	case lua.LBool: // LuaJIT's: true is success
		if code {
			e.Exit(0)
		} else {
			e.Exit(1)
		}
	default:
		e.Exit(L.CheckInt(1))
	}
	return 0
}
