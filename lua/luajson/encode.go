package luajson

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// encoder writes one value. An object's members come in the order in which
// the table got them, which is the order of pairs: the same in each run, free,
// and as the script was written.
//
// Differs from Defold: a table with both string and number keys, or an array
// with a gap, raises. There it is an object with "1" for 1, or null in the gap,
// which comes back as another table than it was.
//
// Differs from Defold: a number keeps all its digits, there it has 14; and / is
// not escaped.
type encoder struct {
	L           *lua.LState
	null        *lua.LUserData
	emptyObject bool
	text        []byte
}

func (enc *encoder) value(v lua.LValue, depth int) {
	switch v := v.(type) {
	case *lua.LNilType:
		enc.text = append(enc.text, "null"...)
	case lua.LBool:
		enc.text = strconv.AppendBool(enc.text, bool(v))
	case lua.LNumber:
		enc.number(float64(v))
	case lua.LString:
		enc.string(string(v))
	case *lua.LTable:
		enc.table(v, depth+1)
	default: // userdata, functions, threads
		if v == enc.null {
			enc.text = append(enc.text, "null"...)
			return
		}
		enc.string(enc.L.ToStringMeta(v).String())
	}
}

// number writes an integer without a point and the rest in the shortest form
// that reads back the same.
func (enc *encoder) number(n float64) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		enc.L.RaiseError("json.encode: a number must not be NaN or infinity")
	}
	format := byte('f')
	if abs := math.Abs(n); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	enc.text = strconv.AppendFloat(enc.text, n, format, -1, 64)
}

const hexDigits = "0123456789abcdef"

// string passes on all bytes but those that JSON can't hold as they are.
func (enc *encoder) string(s string) {
	enc.text = append(enc.text, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		enc.text = append(enc.text, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			enc.text = append(enc.text, '\\', c)
		case '\b':
			enc.text = append(enc.text, `\b`...)
		case '\t':
			enc.text = append(enc.text, `\t`...)
		case '\n':
			enc.text = append(enc.text, `\n`...)
		case '\f':
			enc.text = append(enc.text, `\f`...)
		case '\r':
			enc.text = append(enc.text, `\r`...)
		default:
			enc.text = append(enc.text, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	enc.text = append(enc.text, s[start:]...)
	enc.text = append(enc.text, '"')
}

func (enc *encoder) table(t *lua.LTable, depth int) {
	if depth > maxDepth {
		enc.L.RaiseError("json.encode: more than %d tables within tables, or one that holds itself", maxDepth)
	}
	length := t.Len()
	if length > 0 {
		enc.array(t, length, depth)
		return
	}
	key, value := t.Next(lua.LNil)
	if key == lua.LNil && !enc.emptyIsObject(t) {
		enc.text = append(enc.text, "[]"...)
		return
	}
	enc.text = append(enc.text, '{')
	for first := true; key != lua.LNil; key, value = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			enc.badKey(t, key)
		}
		if !first {
			enc.text = append(enc.text, ',')
		}
		first = false
		enc.string(string(name))
		enc.text = append(enc.text, ':')
		enc.value(value, depth)
	}
	enc.text = append(enc.text, '}')
}

// emptyIsObject says whether an empty table is {}. Its metatable's __jsontype,
// "array" or "object", decides before the option does: a document may hold both.
func (enc *encoder) emptyIsObject(t *lua.LTable) bool {
	if meta, ok := t.Metatable.(*lua.LTable); ok {
		switch meta.RawGetString("__jsontype") {
		case lua.LString("array"):
			return false
		case lua.LString("object"):
			return true
		}
	}
	return enc.emptyObject
}

// array writes 1 to length, after it made sure that there is nothing else.
func (enc *encoder) array(t *lua.LTable, length, depth int) {
	if key, _ := t.Next(lua.LNumber(length)); key != lua.LNil {
		enc.badKey(t, key)
	}
	enc.text = append(enc.text, '[')
	for i := 1; i <= length; i++ {
		if i > 1 {
			enc.text = append(enc.text, ',')
		}
		item := t.RawGetInt(i)
		if item == lua.LNil {
			enc.L.RaiseError("json.encode: sparse array: %d is missing of %d; json.null fills a gap", i, length)
		}
		enc.value(item, depth)
	}
	enc.text = append(enc.text, ']')
}

// badKey raises for a key that makes the table neither an array nor an object.
func (enc *encoder) badKey(t *lua.LTable, bad lua.LValue) {
	names, numbers := 0, 0
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		switch key.(type) {
		case lua.LString:
			names++
		case lua.LNumber:
			numbers++
		default:
			enc.L.RaiseError("json.encode: a table's key must be a string or a number, got %s", key.Type().String())
		}
	}
	if names > 0 {
		enc.L.RaiseError("json.encode: mixed keys: a table has string keys or the numbers 1 to n, this one has both (key %s)", bad.String())
	}
	enc.L.RaiseError("json.encode: sparse array: its %d keys are not 1 to %d (key %s)", numbers, numbers, bad.String())
}
