package luajit

import (
	"math"
	"runtime"
	"runtime/metrics"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

// iterators are the functions that pairs and ipairs give.
type iterators struct{ next, ipairs *lua.LFunction }

// maxResults bounds what unpack and string.byte return.
const maxResults = 8000

func (r *Runtime) openBase() error {
	L := r.L
	for _, name := range []string{"channel", "_printregs", "_GOPHER_LUA_VERSION"} { // gopher-lua's alone
		L.SetGlobal(name, lua.LNil)
		if loaded, ok := r.loaded().(*lua.LTable); ok {
			loaded.RawSetString(name, lua.LNil)
		}
	}
	for name, fn := range map[string]lua.LGFunction{
		"collectgarbage": r.baseCollectGarbage,
		"gcinfo":         baseGCInfo,
		"getfenv":        r.baseGetFEnv,
		"getmetatable":   r.baseGetMetatable,
		"ipairs":         r.baseIpairs,
		"next":           baseNext,
		"newproxy":       baseNewProxy,
		"pairs":          r.basePairs,
		"print":          r.basePrint,
		"rawequal":       baseRawEqual,
		"rawget":         baseRawGet,
		"rawset":         baseRawSet,
		"select":         baseSelect,
		"setfenv":        r.baseSetFEnv,
		"setmetatable":   baseSetMetatable,
		"tonumber":       baseToNumber,
		"tostring":       baseToString,
		"type":           baseType,
		"unpack":         baseUnpack,
	} {
		L.SetGlobal(name, L.NewFunction(fn))
	}
	r.iterators.next, _ = L.GetGlobal("next").(*lua.LFunction)
	r.iterators.ipairs = L.NewFunction(baseIpairsNext)
	return nil
}

// toStringMeta is what a value's __tostring returns, nil if it has none.
func toStringMeta(L *lua.LState, v lua.LValue) lua.LValue {
	fn, ok := L.GetMetaField(v, "__tostring").(*lua.LFunction)
	if !ok {
		return nil
	}
	L.Push(fn)
	L.Push(v)
	L.Call(1, 1)
	result := L.Get(-1)
	L.Pop(1)
	return result
}

// plainText is a value's text without its metatable.
func plainText(v lua.LValue) string {
	if text, ok := toText(v); ok {
		return text
	}
	return v.String()
}

// ToString is tostring(v): __tostring, or the text that LuaJIT writes. It raises
// if __tostring returns no text.
func ToString(L *lua.LState, v lua.LValue) string {
	if text, ok := toText(v); ok {
		return text
	}
	result := toStringMeta(L, v)
	if result == nil {
		return v.String()
	}
	text, ok := toText(result)
	if !ok {
		raise(L, "'tostring' must return a string to 'print'")
	}
	return text
}

func baseToString(L *lua.LState) int {
	v := checkAny(L, 1)
	if result := toStringMeta(L, v); result != nil {
		L.Push(result) // whatever it is
	} else {
		L.Push(lua.LString(plainText(v)))
	}
	return 1
}

// basePrint is print(…): one Write a line.
func (r *Runtime) basePrint(L *lua.LState) int {
	var line []byte
	for n := 1; n <= L.GetTop(); n++ {
		if n > 1 {
			line = append(line, '\t')
		}
		line = append(line, ToString(L, L.Get(n))...)
	}
	line = append(line, '\n')
	if _, err := r.options.Stdout.Write(line); err != nil {
		raise(L, "print: write output: %v", err)
	}
	return 0
}

func baseToNumber(L *lua.LState) int {
	base := optInt(L, 2, 10)
	if base == 10 {
		if n, ok := toNumber(checkAny(L, 1)); ok {
			L.Push(lua.LNumber(n))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
	text := checkString(L, 1)
	if base < 2 || base > 36 {
		argError(L, 2, "base out of range")
	}
	if n, ok := parseBase(text, base); ok {
		L.Push(lua.LNumber(n))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func baseType(L *lua.LState) int {
	L.Push(lua.LString(typeName(checkAny(L, 1))))
	return 1
}

func baseSelect(L *lua.LState) int {
	top := L.GetTop()
	if text, ok := L.Get(1).(lua.LString); ok && text != "" && text[0] == '#' {
		L.Push(lua.LNumber(top - 1))
		return 1
	}
	n := checkInt(L, 1)
	switch {
	case n < 0:
		n += top
	case n > top:
		n = top
	}
	if n < 1 {
		argError(L, 1, "index out of range")
	}
	return top - n
}

func baseUnpack(L *lua.LState) int {
	t := checkTable(L, 1)
	from, to := optInt(L, 2, 1), 0
	if L.Get(3) == lua.LNil {
		to = t.Len()
	} else {
		to = checkInt(L, 3)
	}
	if from > to {
		return 0
	}
	if to-from >= maxResults || to-from < 0 {
		raise(L, "too many results to unpack")
	}
	for i := from; i <= to; i++ {
		L.Push(rawGetInt(t, i))
	}
	return to - from + 1
}

// rawGetInt also finds what is no array item.
func rawGetInt(t *lua.LTable, i int) lua.LValue {
	if i >= 1 && i < lua.MaxArrayIndex {
		return t.RawGetInt(i)
	}
	return t.RawGetH(lua.LNumber(i))
}

func baseNext(L *lua.LState) int {
	t := checkTable(L, 1)
	if L.Get(2) == lua.LNil {
		lazy.Wake(t)
	}
	key, value := t.Next(L.Get(2))
	L.Push(key)
	if key == lua.LNil {
		return 1
	}
	L.Push(value)
	return 2
}

func (r *Runtime) basePairs(L *lua.LState) int {
	checkAny(L, 1)
	t := checkTable(L, 1)
	L.Push(r.iterators.next)
	L.Push(t)
	L.Push(lua.LNil)
	return 3
}

func (r *Runtime) baseIpairs(L *lua.LState) int {
	checkAny(L, 1)
	t := checkTable(L, 1)
	L.Push(r.iterators.ipairs)
	L.Push(t)
	L.Push(lua.LNumber(0))
	return 3
}

func baseIpairsNext(L *lua.LState) int {
	t := checkTable(L, 1)
	i := checkInt(L, 2) + 1
	value := t.RawGetInt(i)
	if value == lua.LNil {
		return 0
	}
	L.Push(lua.LNumber(i))
	L.Push(value)
	return 2
}

func baseRawEqual(L *lua.LState) int {
	a, b := checkAny(L, 1), checkAny(L, 2)
	L.Push(lua.LBool(L.RawEqual(a, b)))
	return 1
}

func baseRawGet(L *lua.LState) int {
	t, key := checkTable(L, 1), checkAny(L, 2)
	lazy.Wake(t)
	L.Push(t.RawGet(key))
	return 1
}

func baseRawSet(L *lua.LState) int {
	t, key, value := checkTable(L, 1), checkAny(L, 2), checkAny(L, 3)
	lazy.Wake(t)
	switch n, isNumber := key.(lua.LNumber); {
	case key == lua.LNil:
		L.Error(lua.LString("table index is nil"), 0)
	case isNumber && math.IsNaN(float64(n)):
		L.Error(lua.LString("table index is NaN"), 0)
	}
	t.RawSet(key, value)
	L.SetTop(1)
	return 1
}

func (r *Runtime) baseGetMetatable(L *lua.LState) int {
	v := checkAny(L, 1)
	lazy.WakeValue(v)
	L.Push(r.hideType(v, L.GetMetatable(v)))
	return 1
}

func baseSetMetatable(L *lua.LState) int {
	t := checkTable(L, 1)
	lazy.Wake(t)
	mt, isTable := L.Get(2).(*lua.LTable)
	if !isTable && (L.Get(2) != lua.LNil || L.GetTop() < 2) {
		argError(L, 2, "nil or table expected")
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		raise(L, "cannot change a protected metatable")
	}
	if isTable {
		t.Metatable = mt
	} else {
		t.Metatable = lua.LNil
	}
	L.SetTop(1)
	return 1
}

func baseNewProxy(L *lua.LState) int {
	proxy := L.NewUserData()
	switch model := L.Get(1).(type) {
	case lua.LBool:
		if model {
			proxy.Metatable = L.NewTable()
		}
	case *lua.LNilType:
	case *lua.LUserData:
		if model.Metatable == lua.LNil {
			argError(L, 1, "boolean or proxy expected")
		}
		proxy.Metatable = model.Metatable
	default:
		argError(L, 1, "boolean or proxy expected")
	}
	L.Push(proxy)
	return 1
}

// environment is the function that getfenv and setfenv mean: nil for the
// thread's own.
func (r *Runtime) environment(L *lua.LState, optional bool) *lua.LFunction {
	if fn, ok := L.Get(1).(*lua.LFunction); ok {
		return fn
	}
	level := 1
	if !optional || L.Get(1) != lua.LNil {
		level = checkInt(L, 1)
	}
	if level < 0 {
		argError(L, 1, "invalid level")
	}
	if level == 0 {
		return nil
	}
	f, ok := r.level(L, level)
	if !ok {
		argError(L, 1, "invalid level")
	}
	return f.fn
}

func (r *Runtime) baseGetFEnv(L *lua.LState) int {
	env := L.G.Global
	if fn := r.environment(L, true); fn == nil {
		env = L.Env
	} else if !fn.IsG && fn.Env != nil {
		env = fn.Env
	}
	L.Push(env)
	return 1
}

func (r *Runtime) baseSetFEnv(L *lua.LState) int {
	env := checkTable(L, 2)
	fn := r.environment(L, false)
	switch {
	case fn == nil:
		L.Env = env
		return 0
	case fn.IsG:
		raise(L, "'setfenv' cannot change environment of given object")
	}
	fn.Env = env
	L.Push(fn)
	return 1
}

// memory is how much the whole process holds, in KiB: the VM has no count of
// its own.
func memory() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64()) / 1024
}

// collectStep is how much must have been allocated since a collection for the
// next one to run, in KiB: it is the whole process's, and many states may ask.
const collectStep = 4096

// baseCollectGarbage is collectgarbage([opt [, arg]]).
//
// Differs from LuaJIT: the collector is Go's, for the whole process; it can't
// be stopped, and a pause or a step changes nothing.
func (r *Runtime) baseCollectGarbage(L *lua.LState) int {
	switch checkOption(L, 1, "collect", "stop", "restart", "collect", "count", "\xff", "step", "setpause", "setstepmul", "\xff", "isrunning") {
	case "count":
		L.Push(lua.LNumber(memory()))
	case "collect":
		if now := memory(); now > r.collected+collectStep || now < r.collected {
			runtime.GC()
			r.collected = memory()
		}
		L.Push(lua.LNumber(0))
	case "step":
		L.Push(lua.LTrue) // a cycle ended: who loops until then gets on
	case "setpause", "setstepmul":
		L.Push(lua.LNumber(200))
	case "isrunning":
		L.Push(lua.LTrue)
	default:
		L.Push(lua.LNumber(0))
	}
	return 1
}

func baseGCInfo(L *lua.LState) int {
	L.Push(lua.LNumber(math.Floor(memory())))
	return 1
}
