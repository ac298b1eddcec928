package headless

import lua "github.com/yuin/gopher-lua"

// maxJSONDepth bounds arrays and objects within each other, both ways. Defold's.
const maxJSONDepth = 1000

func (e *Engine) openJSON() error {
	lib := e.L.RegisterModule("json", map[string]lua.LGFunction{
		"encode": e.jsonEncode,
		"decode": e.jsonDecode,
	}).(*lua.LTable)
	e.null = &lua.LUserData{Env: e.L.Env, Metatable: e.L.SetFuncs(e.L.NewTable(), map[string]lua.LGFunction{
		"__tostring": func(L *lua.LState) int {
			L.Push(lua.LString("userdata: NULL")) // LuaJIT's name for it
			return 1
		},
	})}
	lib.RawSetString("null", e.null)
	return nil
}

// jsonEncode is json.encode(value [, options]) -> text. options:
// encode_empty_table_as_object, true by default, else {} is [].
func (e *Engine) jsonEncode(L *lua.LState) int {
	if L.GetTop() == 0 {
		L.RaiseError("json.encode: a value is missing")
	}
	enc := jsonEncoder{L: L, null: e.null, emptyObject: jsonOption(L, "encode_empty_table_as_object", true)}
	enc.value(L.Get(1), 0)
	L.Push(lua.LString(enc.text))
	return 1
}

// jsonDecode is json.decode(text [, options]) -> value. options:
// decode_null_as_userdata, false by default: null is nil, and an object's
// member or an array's item that is null is not there.
func (e *Engine) jsonDecode(L *lua.LState) int {
	text := L.CheckString(1)
	dec := jsonDecoder{L: L, text: text, null: lua.LNil}
	if jsonOption(L, "decode_null_as_userdata", false) {
		dec.null = e.null
	}
	v, err := dec.decode()
	if err != nil {
		L.RaiseError("json.decode: %v", err)
	}
	L.Push(v)
	return 1
}

// jsonOption reads one option of argument 2.
func jsonOption(L *lua.LState, name string, fallback bool) bool {
	switch options := L.Get(2).(type) {
	case *lua.LNilType:
		return fallback
	case *lua.LTable:
		switch v := options.RawGetString(name).(type) {
		case *lua.LNilType:
			return fallback
		case lua.LBool:
			return bool(v)
		default:
			L.ArgError(2, name+" must be a boolean, got "+typeName(v))
		}
	default:
		L.ArgError(2, "options must be a table, got "+typeName(options))
	}
	return fallback
}
