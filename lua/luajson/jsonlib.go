package luajson

import lua "github.com/yuin/gopher-lua"

// maxDepth bounds arrays and objects within each other, both ways. Defold's.
const maxDepth = 1000

// library is the module of one Lua state.
type library struct {
	null  *lua.LUserData
	names *names       // nil before the first decode: 8 KiB that many states never need
	items []lua.LValue // room for the next decode's, all nil
}

// itemsKept is the largest room that is kept for the next decode.
const itemsKept = 1024

// Open makes json a global and what require "json" returns. It returns json.null,
// the value that stands for null where nil can't: in arrays, and decoded with
// decode_null_as_userdata.
func Open(L *lua.LState) *lua.LUserData {
	lib := &library{null: &lua.LUserData{Env: L.Env, Metatable: L.SetFuncs(L.CreateTable(0, 1), map[string]lua.LGFunction{
		"__tostring": func(L *lua.LState) int {
			L.Push(lua.LString("userdata: NULL")) // LuaJIT's name for it
			return 1
		},
	})}}
	table := L.SetFuncs(L.CreateTable(0, 3), map[string]lua.LGFunction{ // RegisterModule makes room for 32
		"encode": lib.encode,
		"decode": lib.decode,
	})
	L.SetGlobal("json", table)
	L.SetField(L.FindTable(L.G.Registry, "_LOADED", 1), "json", table)
	table.RawSetString("null", lib.null)
	return lib.null
}

// encode is json.encode(value [, options]) -> text. options:
// encode_empty_table_as_object, true by default, else {} is []. What the table's
// metatable says comes first: __jsontype = "array" or "object".
func (lib *library) encode(L *lua.LState) int {
	if L.GetTop() == 0 {
		L.RaiseError("json.encode: a value is missing")
	}
	enc := encoder{L: L, null: lib.null, emptyObject: option(L, "encode_empty_table_as_object", true)}
	enc.value(L.Get(1), 0)
	L.Push(lua.LString(enc.text))
	return 1
}

// decode is json.decode(text [, options]) -> value. options:
// decode_null_as_userdata, false by default: null is nil, and an object's
// member or an array's item that is null is not there.
func (lib *library) decode(L *lua.LState) int {
	text := L.CheckString(1)
	if lib.names == nil {
		lib.names = new(names)
	}
	dec := decoder{L: L, text: text, null: lua.LNil, names: lib.names, items: lib.items}
	if option(L, "decode_null_as_userdata", false) {
		dec.null = lib.null
	}
	v, err := dec.decode()
	if err != nil {
		L.RaiseError("json.decode: %v", err)
	}
	if cap(dec.items) <= itemsKept {
		lib.items = dec.items
	}
	L.Push(v)
	return 1
}

// option reads one option of argument 2.
func option(L *lua.LState, name string, fallback bool) bool {
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
			L.ArgError(2, name+" must be a boolean, got "+v.Type().String())
		}
	default:
		L.ArgError(2, "options must be a table, got "+options.Type().String())
	}
	return fallback
}
