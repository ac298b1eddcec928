package luajit

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// raise raises a text with the place of the function that called the running
// one, if that is a Lua function, as luaL_error does.
func raise(L *lua.LState, format string, args ...any) {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	L.Error(lua.LString(place(L, 1)+text), 0)
}

// place is "file:line: " of a level of L, "" for a Go function. Level 0 is the
// running function.
func place(L *lua.LState, level int) string {
	where := L.Where(level)
	if where == "" || where[0] == '[' && len(where) > 2 && where[1] == 'G' {
		return ""
	}
	return where + " "
}

// argError raises what is wrong with argument n of the running Go function.
func argError(L *lua.LState, n int, text string) {
	kind, name := calledAs(L)
	if kind == "method" {
		if n--; n == 0 {
			raise(L, "calling '%s' on bad self", name)
		}
	}
	if name == "" {
		name = "?"
	}
	raise(L, "bad argument #%d to '%s' (%s)", n, name, text)
}

// typeError raises that argument n is no wanted.
func typeError(L *lua.LState, n int, wanted string) {
	got := "no value"
	if n <= L.GetTop() {
		got = typeName(L.Get(n))
	}
	argError(L, n, wanted+" expected, got "+got)
}

func typeName(v lua.LValue) string { return v.Type().String() }

func checkAny(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		argError(L, n, "value expected")
	}
	return L.Get(n)
}

func checkTable(L *lua.LState, n int) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		typeError(L, n, "table")
	}
	return t
}

func checkFunction(L *lua.LState, n int) *lua.LFunction {
	fn, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		typeError(L, n, "function")
	}
	return fn
}

func checkString(L *lua.LState, n int) string {
	text, ok := toText(L.Get(n))
	if !ok {
		typeError(L, n, "string")
	}
	return text
}

func optString(L *lua.LState, n int, fallback string) string {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return checkString(L, n)
}

func checkNumber(L *lua.LState, n int) float64 {
	number, ok := toNumber(L.Get(n))
	if !ok {
		typeError(L, n, "number")
	}
	return number
}

// checkInt cuts the fraction off. What has no room in 32 bits is the smallest
// integer, as on amd64.
func checkInt(L *lua.LState, n int) int {
	if v, ok := L.Get(n).(lua.LNumber); ok {
		return toInt32(float64(v))
	}
	return toInt32(checkNumber(L, n))
}

func optInt(L *lua.LState, n, fallback int) int {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return checkInt(L, n)
}

// checkOption is the place of argument n among what it may be.
func checkOption(L *lua.LState, n int, fallback string, options ...string) string {
	name := fallback
	if fallback == "" || L.Get(n) != lua.LNil {
		name = checkString(L, n)
	}
	for _, option := range options {
		if name == option {
			return name
		}
	}
	argError(L, n, "invalid option '"+name+"'")
	return ""
}
