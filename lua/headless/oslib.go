package headless

import (
	"errors"

	lua "github.com/yuin/gopher-lua"
)

// openOS makes os tell the engine's time, so that it agrees with timers in
// virtual time too, and keeps os.exit from ending the process. The rest of os
// stays gopher-lua's.
func (e *Engine) openOS() error {
	lib, ok := e.L.GetGlobal("os").(*lua.LTable)
	if !ok {
		return errors.New("no table os")
	}
	date, time := lib.RawGetString("date"), lib.RawGetString("time")
	e.L.SetFuncs(lib, map[string]lua.LGFunction{
		"clock": e.osClock,
		"date":  func(L *lua.LState) int { return e.osDate(L, date) },
		"time":  func(L *lua.LState) int { return e.osTime(L, time) },
		"exit":  e.osExit,
	})
	return nil
}

// osClock is os.clock(): seconds since the engine began.
//
// Differs from Lua: time that passes, not time that the processor worked.
func (e *Engine) osClock(L *lua.LState) int {
	L.Push(lua.LNumber(e.options.Clock.Now().Sub(e.started).Seconds()))
	return 1
}

// osTime is os.time([table]), whole seconds since 1970.
func (e *Engine) osTime(L *lua.LState, original lua.LValue) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(e.options.Clock.Now().Unix()))
		return 1
	}
	table := L.CheckTable(1)
	L.Push(original)
	L.Push(table)
	L.Call(1, 1)
	return 1
}

// osDate is os.date([format [, time]]); time is the engine's by default.
func (e *Engine) osDate(L *lua.LState, original lua.LValue) int {
	format := L.OptString(1, "%c")
	at := L.OptInt64(2, e.options.Clock.Now().Unix())
	L.Push(original)
	L.Push(lua.LString(format))
	L.Push(lua.LNumber(at))
	L.Call(2, 1)
	return 1
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
