package luasrc

import (
	lua "github.com/yuin/gopher-lua"
)

// invalidTimer is timer.INVALID_TIMER_HANDLE, Defold's value.
const invalidTimer = lua.LNumber(1<<32 - 1)

// openBare enters timer (delay, cancel) and socket (gettime) where the state has
// none. They stand on the extension's tickwire.core, which they look for when
// they are called: so the extension may be opened before or after.
func openBare(L *lua.LState) {
	if L.GetGlobal("timer") == lua.LNil {
		lib := L.SetFuncs(L.NewTable(), map[string]lua.LGFunction{
			"delay":  timerDelay,
			"cancel": timerCancel,
		})
		lib.RawSetString("INVALID_TIMER_HANDLE", invalidTimer)
		enter(L, "timer", lib)
	}
	if L.GetGlobal("socket") == lua.LNil && L.GetField(packageField(L, "preload"), "socket") == lua.LNil {
		enter(L, "socket", L.SetFuncs(L.NewTable(), map[string]lua.LGFunction{"gettime": socketGettime}))
	}
}

// enter makes a library a global, and what require gives.
func enter(L *lua.LState, name string, lib *lua.LTable) {
	L.SetGlobal(name, lib)
	if loaded, ok := packageField(L, "loaded").(*lua.LTable); ok && loaded.RawGetString(name) == lua.LNil {
		loaded.RawSetString(name, lib)
	}
}

func packageField(L *lua.LState, name string) lua.LValue {
	pkg, ok := L.GetGlobal("package").(*lua.LTable)
	if !ok {
		return lua.LNil
	}
	return pkg.RawGetString(name)
}

// timerDelay is timer.delay(seconds, repeating, callback) -> handle. The
// callback gets self, handle and the seconds since it was called last; 0 is the
// next Update.
func timerDelay(L *lua.LState) int {
	seconds, repeating, callback := L.CheckNumber(1), L.CheckBool(2), L.CheckFunction(3)
	if !(seconds >= 0) { // NaN is none
		L.ArgError(1, "0 s or more is expected, got "+seconds.String())
	}
	handle := callCore(L, "timer.delay", "after", seconds, callback, lua.LBool(repeating))
	if handle == lua.LNil {
		handle = invalidTimer
	}
	L.Push(handle)
	return 1
}

// timerCancel is timer.cancel(handle) -> whether it was alive.
func timerCancel(L *lua.LState) int {
	L.Push(callCore(L, "timer.cancel", "cancel", L.CheckNumber(1)))
	return 1
}

// socketGettime is socket.gettime(): the extension's clock, seconds since 1970
// with their fraction.
func socketGettime(L *lua.LState) int {
	L.Push(callCore(L, "socket.gettime", "time"))
	return 1
}

// callCore calls a function of tickwire.core, and raises in the name of ours
// where the state has none.
func callCore(L *lua.LState, ours, name string, args ...lua.LValue) lua.LValue {
	loaded := L.GetField(L.Get(lua.RegistryIndex), "_LOADED")
	core, ok := L.GetField(loaded, "tickwire.core").(*lua.LTable)
	if !ok {
		L.RaiseError("%s: this Lua state has no websocket extension: the host has to call Open of an extension.Extension on it", ours)
	}
	L.Push(L.GetField(core, name)) // filled at the first look
	for _, arg := range args {
		L.Push(arg)
	}
	L.Call(len(args), 1)
	result := L.Get(-1)
	L.Pop(1)
	return result
}
