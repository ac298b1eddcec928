package luaspec

import (
	"embed"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

//go:embed lua/*.lua
var library embed.FS

// native is what the Lua half of the library asks of the Go half.
func (r *runner) nativeFuncs() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"same":       r.nativeSame,
		"difference": r.nativeDifference,
		"format":     r.nativeFormat,
		"number":     nativeNumber,
		"fail":       r.nativeFail,
		"misuse":     nativeMisuse,
		"assert":     r.nativeAssert,
	}
}

// openLibrary loads the Lua half and enters its globals and modules.
func (r *runner) openLibrary() error {
	L := r.L
	native := L.SetFuncs(L.NewTable(), r.nativeFuncs())
	loadPart := L.NewFunction(func(L *lua.LState) int {
		proto := r.options.library[L.CheckString(1)]
		if proto == nil {
			L.RaiseError("no part %s", L.CheckString(1))
		}
		L.Replace(1, L.NewFunctionFromProto(proto))
		L.Call(L.GetTop()-1, 1)
		return 1
	})
	main := L.NewFunctionFromProto(r.options.library["library"])
	if err := L.CallByParam(lua.P{Fn: main, NRet: 1, Protect: true}, native, loadPart); err != nil {
		return fmt.Errorf("luaspec: open library: %w", err)
	}
	parts := L.CheckTable(-1)
	L.Pop(1)
	L.GetField(parts, "globals").(*lua.LTable).ForEach(func(name, value lua.LValue) {
		L.SetGlobal(name.String(), value)
	})
	loaded := L.GetField(L.GetGlobal("package"), "loaded").(*lua.LTable)
	L.GetField(parts, "modules").(*lua.LTable).ForEach(func(name, value lua.LValue) {
		loaded.RawSet(name, value)
	})
	r.takeSnapshot = L.GetField(parts, "take_snapshot").(*lua.LFunction)
	return nil
}

// compileLibrary compiles the Lua half, once for all files of a run.
func compileLibrary() (map[string]*lua.FunctionProto, error) {
	files, err := library.ReadDir("lua")
	if err != nil {
		return nil, fmt.Errorf("luaspec: compile library: %w", err)
	}
	protos := make(map[string]*lua.FunctionProto, len(files))
	for _, file := range files {
		source, err := library.ReadFile("lua/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("luaspec: compile library: %w", err)
		}
		name := strings.TrimSuffix(file.Name(), ".lua")
		if protos[name], err = luajit.Compile(source, libraryMark+name); err != nil {
			return nil, fmt.Errorf("luaspec: compile library: %w", err)
		}
	}
	return protos, nil
}

// native.same(a, b, ignore_eq) -> boolean, crumbs or nil
func (r *runner) nativeSame(L *lua.LState) int {
	ok, crumbs := same(L, L.Get(1), L.Get(2), L.ToBool(3))
	L.Push(lua.LBool(ok))
	if len(crumbs) == 0 {
		return 1
	}
	list := L.CreateTable(len(crumbs), 0)
	for _, key := range crumbs {
		list.Append(key)
	}
	L.Push(list)
	return 2
}

// native.difference(passed, expected, deep) -> text or nil
func (r *runner) nativeDifference(L *lua.LState) int {
	text := difference(L, L.Get(1), L.Get(2), L.ToBool(3))
	if text == "" {
		return 0
	}
	L.Push(lua.LString(text))
	return 1
}

// native.format(value, crumbs or nil, with_address, levels, mark) -> text
func (r *runner) nativeFormat(L *lua.LState) int {
	f := formatting{address: L.ToBool(3), levels: 3, mark: "*"}
	if list, ok := L.Get(2).(*lua.LTable); ok {
		for i := 1; i <= list.Len(); i++ {
			f.crumbs = append(f.crumbs, list.RawGetInt(i))
		}
	}
	if n, ok := L.Get(4).(lua.LNumber); ok {
		f.levels = int(n)
	}
	if s, ok := L.Get(5).(lua.LString); ok {
		f.mark = string(s)
	}
	L.Push(lua.LString(formatValue(L.Get(1), f)))
	return 1
}

func nativeNumber(L *lua.LState) int {
	L.Push(lua.LString(formatNumber(L.CheckNumber(1))))
	return 1
}

func (r *runner) nativeFail(L *lua.LState) int {
	r.fail(L, L.CheckString(1))
	return 0
}

func nativeMisuse(L *lua.LState) int {
	misuse(L, L.CheckString(1))
	return 0
}

// native.assert is Lua's assert. gopher-lua's own turns a message that is a
// table into text; here every value is raised as it is.
func (r *runner) nativeAssert(L *lua.LState) int {
	if L.GetTop() == 0 {
		misuse(L, "bad argument #1 to 'assert' (value expected)")
	}
	if L.ToBool(1) {
		return L.GetTop()
	}
	message := L.Get(2)
	if message == lua.LNil {
		message = lua.LString("assertion failed!")
	}
	r.asserted.value, r.asserted.where = message, where(L)
	L.Error(message, 0)
	return 0
}
