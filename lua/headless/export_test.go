package headless

import lua "github.com/yuin/gopher-lua"

// HashesKept is the size of the hash table.
func (e *Engine) HashesKept() int { return len(e.hashes.byText) }

// DecodeJSON is json.decode without a call from Lua.
func DecodeJSON(L *lua.LState, text string) (lua.LValue, error) {
	d := jsonDecoder{L: L, text: text, null: lua.LNil}
	return d.decode()
}
