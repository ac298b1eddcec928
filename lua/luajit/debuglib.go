package luajit

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

func (r *Runtime) openDebug() error {
	lib, err := r.library("debug")
	if err != nil {
		return err
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"getfenv":      debugGetFEnv,
		"gethook":      debugGetHook,
		"getinfo":      r.debugGetInfo,
		"getlocal":     r.debugGetLocal,
		"getmetatable": r.debugGetMetatable,
		"getregistry":  debugGetRegistry,
		"getupvalue":   debugGetUpvalue,
		"setfenv":      debugSetFEnv,
		"sethook":      debugSetHook,
		"setlocal":     r.debugSetLocal,
		"setmetatable": r.debugSetMetatable,
		"setupvalue":   debugSetUpvalue,
		"traceback":    r.debugTraceback,
		"upvalueid":    debugUpvalueID,
		"upvaluejoin":  debugUpvalueJoin,
	})
	return nil
}

// thread is what a thread as an optional first argument means: its stack, nil if
// it doesn't run and doesn't wait in a yield, and where the other arguments
// begin.
func (r *Runtime) thread(L *lua.LState) (co *coroutine, stack *lua.LState, first int) {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		return r.now(), L, 1
	}
	switch co := coroutineOf(th); co {
	case nil, r.now():
		return r.now(), L, 2
	default:
		return co, co.at, 2
	}
}

// in looks at the stack of a coroutine as if that ran.
func (r *Runtime) in(co *coroutine, look func()) {
	running := r.L.G.CurrentThread
	r.L.G.CurrentThread = co.th
	defer func() { r.L.G.CurrentThread = running }()
	look()
}

// debugTraceback is debug.traceback([thread,] [message [, level]]).
func (r *Runtime) debugTraceback(L *lua.LState) int {
	co, stack, n := r.thread(L)
	message := L.Get(n)
	text, isText := toText(message)
	if !isText && n <= L.GetTop() { // what is no text comes back, nil too
		L.Push(message)
		return 1
	}
	level := 0
	if stack == L {
		level = 1
	}
	level = optInt(L, n+1, level)
	trace := "stack traceback:"
	switch p := r.now().protection; {
	case p != nil && p.trace != "" && stack == L:
		trace = p.trace
	case stack != nil:
		r.in(co, func() { trace = r.traceback(stack, level) })
	}
	if isText {
		trace = text + "\n" + trace
	}
	L.Push(lua.LString(trace))
	return 1
}

// debugGetInfo is debug.getinfo([thread,] function [, what]).
func (r *Runtime) debugGetInfo(L *lua.LState) int {
	co, stack, n := r.thread(L)
	what := optString(L, n+1, "flnSu")
	if strings.Trim(what, "flnSuL") != "" {
		argError(L, n+1, "invalid option")
	}
	var f frame
	if fn, ok := L.Get(n).(*lua.LFunction); ok {
		f = frame{fn: fn, pc: -1}
	} else {
		number, ok := toNumber(L.Get(n))
		if !ok {
			argError(L, n, "function or level expected")
		}
		if number < 0 || stack == nil {
			L.Push(lua.LNil)
			return 1
		}
		r.in(co, func() { f, ok = r.level(stack, toInt(number)) })
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
	}
	t := L.CreateTable(0, 10)
	for _, c := range what {
		f.describe(t, c)
	}
	L.Push(t)
	return 1
}

// describe enters what one letter of debug.getinfo asks for.
func (f frame) describe(t *lua.LTable, what rune) {
	set := t.RawSetString
	proto := f.fn.Proto
	switch what {
	case 'S':
		if f.fn.IsG {
			set("what", lua.LString("C"))
			set("source", lua.LString("=[C]"))
			set("short_src", lua.LString("[C]"))
			set("linedefined", lua.LNumber(-1))
			set("lastlinedefined", lua.LNumber(-1))
			return
		}
		kind, source := "Lua", "@"+proto.SourceName
		if proto.LineDefined == 0 {
			kind = "main"
		}
		if strings.HasPrefix(proto.SourceName, "[string ") {
			source = proto.SourceName
		}
		set("what", lua.LString(kind))
		set("source", lua.LString(source))
		set("short_src", lua.LString(proto.SourceName))
		set("linedefined", lua.LNumber(proto.LineDefined))
		set("lastlinedefined", lua.LNumber(proto.LastLineDefined))
	case 'l':
		line := -1
		if f.debug != nil && !f.fn.IsG {
			line = f.line()
		}
		set("currentline", lua.LNumber(line))
	case 'u':
		set("nups", lua.LNumber(len(f.fn.Upvalues)))
		if f.fn.IsG {
			set("nparams", lua.LNumber(0))
			set("isvararg", lua.LTrue)
			return
		}
		set("nparams", lua.LNumber(proto.NumParameters))
		set("isvararg", lua.LBool(proto.IsVarArg&lua.VarArgIsVarArg != 0))
	case 'n':
		kind, name := "", ""
		if f.debug != nil {
			kind, name = f.calledAs()
		}
		set("namewhat", lua.LString(kind))
		if kind != "" {
			set("name", lua.LString(name))
		}
	case 'f':
		set("func", f.fn)
	case 'L':
		if !f.fn.IsG {
			lines := &lua.LTable{Metatable: lua.LNil}
			for _, line := range proto.DbgSourcePositions {
				lines.RawSet(lua.LNumber(line), lua.LTrue)
			}
			set("activelines", lines)
		}
	}
}

// debugGetLocal is debug.getlocal([thread,] level, n).
func (r *Runtime) debugGetLocal(L *lua.LState) int {
	f, n := r.checkLevel(L)
	name, value := f.L.GetLocal(f.debug, n)
	if name == "" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(name))
	L.Push(value)
	return 2
}

// debugSetLocal is debug.setlocal([thread,] level, n, value).
func (r *Runtime) debugSetLocal(L *lua.LState) int {
	_, _, first := r.thread(L)
	value := checkAny(L, first+2)
	f, n := r.checkLevel(L)
	if name := f.L.SetLocal(f.debug, n, value); name != "" {
		L.Push(lua.LString(name))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// checkLevel is the frame and the number of a local that the arguments name.
func (r *Runtime) checkLevel(L *lua.LState) (frame, int) {
	co, stack, first := r.thread(L)
	level, n := checkInt(L, first), checkInt(L, first+1)
	var f frame
	found := false
	if stack != nil && level >= 0 {
		r.in(co, func() { f, found = r.level(stack, level) })
	}
	if !found {
		argError(L, first, "level out of range")
	}
	return f, n
}

func (r *Runtime) debugGetMetatable(L *lua.LState) int {
	v := checkAny(L, 1)
	L.Push(r.hideType(v, rawMetatable(L, v)))
	return 1
}

func (r *Runtime) debugSetMetatable(L *lua.LState) int {
	if mt := L.Get(2); mt != lua.LNil && mt.Type() != lua.LTTable || L.GetTop() < 2 {
		argError(L, 2, "nil or table expected")
	}
	v, mt := L.Get(1), L.Get(2)
	lazy.WakeValue(v)
	if own, ok := r.types[v.Type()]; ok && mt == lua.LNil {
		mt = own
	}
	L.SetMetatable(v, mt)
	L.SetTop(1)
	return 1
}

func debugGetFEnv(L *lua.LState) int {
	L.Push(L.GetFEnv(checkAny(L, 1)))
	return 1
}

func debugSetFEnv(L *lua.LState) int {
	env := checkTable(L, 2)
	switch L.Get(1).(type) {
	case *lua.LFunction, *lua.LUserData:
		L.SetFEnv(L.Get(1), env)
	default:
		raise(L, "'setfenv' cannot change environment of given object")
	}
	L.SetTop(1)
	return 1
}

func debugGetRegistry(L *lua.LState) int {
	L.Push(L.Get(lua.RegistryIndex))
	return 1
}

func debugGetUpvalue(L *lua.LState) int {
	name, value := L.GetUpvalue(checkFunction(L, 1), checkInt(L, 2))
	if name == "" {
		return 0
	}
	L.Push(lua.LString(name))
	L.Push(value)
	return 2
}

func debugSetUpvalue(L *lua.LState) int {
	fn, n, value := checkFunction(L, 1), checkInt(L, 2), checkAny(L, 3)
	if name := L.SetUpvalue(fn, n, value); name != "" {
		L.Push(lua.LString(name))
		return 1
	}
	return 0
}

// checkUpvalue is an upvalue that two arguments name.
func checkUpvalue(L *lua.LState, n int) **lua.Upvalue {
	fn, number := checkFunction(L, n), checkInt(L, n+1)
	if number < 1 || number > len(fn.Upvalues) {
		argError(L, n+1, "invalid upvalue index")
	}
	return &fn.Upvalues[number-1]
}

// debugUpvalueID gives the same userdata for the same variable.
func debugUpvalueID(L *lua.LState) int {
	L.Push(&lua.LUserData{Value: *checkUpvalue(L, 1), Metatable: upvalueIDs(L)})
	return 1
}

// upvalueIDs makes two ids of one variable equal.
func upvalueIDs(L *lua.LState) *lua.LTable {
	mt := L.NewTypeMetatable("luajit upvalue")
	if mt.RawGetString("__eq") == lua.LNil {
		mt.RawSetString("__eq", L.NewFunction(func(L *lua.LState) int {
			a, b := L.CheckUserData(1), L.CheckUserData(2)
			L.Push(lua.LBool(a.Value == b.Value))
			return 1
		}))
	}
	return mt
}

func debugUpvalueJoin(L *lua.LState) int {
	to, from := checkUpvalue(L, 1), checkUpvalue(L, 3)
	*to = *from
	return 0
}

// debugSetHook takes a hook away, and can't set one.
//
// Differs from LuaJIT: the VM has no hooks.
func debugSetHook(L *lua.LState) int {
	if _, ok := L.Get(1).(*lua.LState); ok {
		L.Remove(1)
	}
	if L.Get(1) != lua.LNil {
		raise(L, "debug.sethook: this Lua has no hooks")
	}
	return 0
}

func debugGetHook(L *lua.LState) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(""))
	L.Push(lua.LNumber(0))
	return 3
}

// rawMetatable is a value's metatable whatever its __metatable says.
func rawMetatable(L *lua.LState, v lua.LValue) lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		lazy.Wake(v)
		return v.Metatable
	case *lua.LUserData:
		return v.Metatable
	}
	return L.GetMetatable(v)
}
