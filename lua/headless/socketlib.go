package headless

import lua "github.com/yuin/gopher-lua"

// openSocket gives the part of LuaSocket that needs no network. It is the
// global and what require "socket" returns.
func (e *Engine) openSocket() error {
	e.register("socket", map[string]lua.LGFunction{
		"gettime": e.socketGettime,
	})
	return nil
}

// socketGettime is socket.gettime(): the engine's clock, seconds since 1970
// with their fraction.
func (e *Engine) socketGettime(L *lua.LState) int {
	now := e.options.Clock.Now()
	L.Push(lua.LNumber(float64(now.Unix()) + float64(now.Nanosecond())/1e9))
	return 1
}
