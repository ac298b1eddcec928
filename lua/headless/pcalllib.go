package headless

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// protection is what pcall and xpcall need.
//
// gopher-lua's own pcall, when it catches an error, parts the locals of all
// functions that are still running from the closures that share them: a
// counter that a callback counts up stands still for its function ever after.
// Its xpcall keeps them and spoils those of the functions that failed. Both
// happen to the frames of one thread only; so a protected call gets a thread of
// its own.
type protection struct {
	spare     []*lua.LState               // threads for the next calls
	home      map[*lua.LState]*lua.LState // a protected call's thread -> the one that made it
	trace     string                      // of the error that an xpcall handler is looking at
	traceback lua.LValue                  // gopher-lua's debug.traceback
	raise     *lua.LFunction              // error
}

func (e *Engine) openPCall() error {
	e.protection.home = make(map[*lua.LState]*lua.LState)
	e.protection.raise = e.L.NewFunction(baseError)
	e.L.SetGlobal("error", e.protection.raise)
	e.L.SetGlobal("pcall", e.L.NewFunction(e.basePCall))
	e.L.SetGlobal("xpcall", e.L.NewFunction(e.baseXPCall))
	coroutine, ok := e.L.GetGlobal("coroutine").(*lua.LTable)
	if !ok {
		return errors.New("no table coroutine")
	}
	coroutine.RawSetString("running", e.L.NewFunction(e.coroutineRunning))
	debug, ok := e.L.GetGlobal("debug").(*lua.LTable)
	if !ok {
		return errors.New("no table debug")
	}
	e.protection.traceback = debug.RawGetString("traceback")
	debug.RawSetString("traceback", e.L.NewFunction(e.debugTraceback))
	return nil
}

// baseError is error(message [, level]). gopher-lua's writes a space in front of
// a message that has no place, as in pcall(error, "e").
func baseError(L *lua.LState) int {
	message, level := L.Get(1), L.OptInt(2, 1)
	if lua.LVCanConvToString(message) && level > 0 {
		if place := L.Where(level); place != "" && place[0] != '[' { // "[G]:" is a Go function
			message = lua.LString(place + " " + message.String())
		}
	}
	L.Error(message, 0)
	return 0
}

// protect calls L's argument first with those after it, on another thread. The
// results are pushed on L and counted.
func (e *Engine) protect(L *lua.LState, first int) (results int, err error) {
	p := &e.protection
	var th *lua.LState
	if last := len(p.spare) - 1; last >= 0 {
		th, p.spare = p.spare[last], p.spare[:last]
	} else {
		th, _ = e.L.NewThread() // its context is canceled with the state's
	}
	current := L.G.CurrentThread
	p.home[th] = current
	ended := false
	defer func() {
		delete(p.home, th)
		L.G.CurrentThread = current
		if ended { // a task that is ended leaves it in the middle of something
			th.SetTop(0)
			p.spare = append(p.spare, th)
		}
	}()
	fn, isFunction := L.Get(first).(*lua.LFunction)
	if !isFunction && L.GetMetaField(L.Get(first), "__call") == lua.LNil {
		ended = true
		return 0, &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("attempt to call a " + L.Get(first).Type().String() + " value")}
	}
	nargs := L.GetTop() - first
	L.XMoveTo(th, nargs+1)
	err = th.PCall(nargs, lua.MultRet, nil)
	ended = true
	if err != nil {
		// What a Go function raises has no place when it was called from here,
		// but the space that would follow; and it takes itself for a file.
		var api *lua.ApiError
		if isFunction && fn.IsG && fn != e.protection.raise && errors.As(err, &api) {
			if text, ok := api.Object.(lua.LString); ok {
				trimmed := strings.TrimPrefix(string(text), " ")
				api.Object = lua.LString(strings.Replace(trimmed, " to main chunk (", " to ? (", 1))
			}
		}
		return 0, err
	}
	results = th.GetTop()
	th.XMoveTo(L, results)
	return results, nil
}

// Call calls fn with args, protected, on a thread of its own: so fn may call a Go
// function that calls Step, as a spec that waits does, and keep its locals when
// a callback fails meanwhile. The error holds what was raised and its traceback.
func (e *Engine) Call(fn *lua.LFunction, args ...lua.LValue) error {
	top := e.L.GetTop()
	defer e.L.SetTop(top)
	e.L.Push(fn)
	for _, arg := range args {
		e.L.Push(arg)
	}
	_, err := e.protect(e.L, top+1)
	return err
}

// raised is the value that was raised, and where.
func raised(err error) (value lua.LValue, trace string) {
	var api *lua.ApiError
	if errors.As(err, &api) {
		return api.Object, api.StackTrace
	}
	return lua.LString(err.Error()), ""
}

// basePCall is pcall(f, …).
func (e *Engine) basePCall(L *lua.LState) int {
	L.CheckAny(1)
	n, err := e.protect(L, 1)
	if err != nil {
		value, _ := raised(err)
		L.Push(lua.LFalse)
		L.Push(value)
		return 2
	}
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

// baseXPCall is xpcall(f, handler, …); like LuaJIT's it hands on the arguments.
//
// Differs from Lua: the handler runs after the failed functions are left.
// debug.traceback tells it where they were all the same.
func (e *Engine) baseXPCall(L *lua.LState) int {
	L.CheckAny(1)
	handler := L.CheckAny(2)
	L.Remove(2)
	n, err := e.protect(L, 1)
	if err == nil {
		L.Insert(lua.LTrue, L.GetTop()-n+1)
		return n + 1
	}
	value, trace := raised(err)
	outer := e.protection.trace
	e.protection.trace = trace
	defer func() { e.protection.trace = outer }()
	L.SetTop(0)
	L.Push(handler)
	L.Push(value)
	if n, err = e.protect(L, 1); err != nil {
		value, _ = raised(err) // the handler's own error is the result
	} else {
		value = L.Get(L.GetTop() - n + 1) // the first one; nil for none
	}
	L.Push(lua.LFalse)
	L.Push(value)
	return 2
}

// coroutineRunning is coroutine.running(): nil on the main thread, where a
// protected call's thread counts as the one that made it.
func (e *Engine) coroutineRunning(L *lua.LState) int {
	current := L.G.CurrentThread
	for home, ok := e.protection.home[current]; ok; home, ok = e.protection.home[current] {
		current = home
	}
	if current == L.G.MainThread {
		L.Push(lua.LNil)
	} else {
		L.Push(current)
	}
	return 1
}

// debugTraceback is debug.traceback. Within xpcall's handler it is the trace of
// the error.
func (e *Engine) debugTraceback(L *lua.LState) int {
	message := L.Get(1)
	if e.protection.trace != "" && message.Type() != lua.LTThread {
		switch message.(type) {
		case lua.LString, lua.LNumber:
			L.Push(lua.LString(message.String() + "\n" + e.protection.trace))
		case *lua.LNilType:
			L.Push(lua.LString(e.protection.trace))
		default: // Lua hands back what is no text
			L.Push(message)
		}
		return 1
	}
	nargs := L.GetTop()
	L.Insert(e.protection.traceback, 1)
	L.Call(nargs, 1)
	return 1
}
