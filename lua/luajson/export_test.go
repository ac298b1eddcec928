package luajson

import lua "github.com/yuin/gopher-lua"

// Decode is json.decode without a call from Lua.
func Decode(L *lua.LState, text string) (lua.LValue, error) {
	d := decoder{L: L, text: text, null: lua.LNil}
	return d.decode()
}
