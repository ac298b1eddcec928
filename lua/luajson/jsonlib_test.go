package luajson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajson"
)

func TestJSONEncode(t *testing.T) {
	run(t, []evalCase{
		{"empty table", `return json.encode({})`, []string{"{}"}, ""},
		{"empty table as array", `return json.encode({a = {}}, {encode_empty_table_as_object = false})`, []string{`{"a":[]}`}, ""},
		{"empty tables that say what they are", `
			local array, object = {__jsontype = "array"}, {__jsontype = "object"}
			local value = {setmetatable({}, array), setmetatable({}, object), setmetatable({1}, array), setmetatable({}, {__jsontype = 1})}
			return json.encode(value), json.encode(value, {encode_empty_table_as_object = false})`, []string{`[[],{},[1],{}]`, `[[],{},[1],[]]`}, ""},
		{"array", `return json.encode({1, "a", true, {2}})`, []string{`[1,"a",true,[2]]`}, ""},
		{"object in the order it was made", `return json.encode({b = 1, a = 2, c = {z = 1, y = 2}})`, []string{`{"b":1,"a":2,"c":{"z":1,"y":2}}`}, ""},
		{"removed member", `local t = {a = 1, b = 2} t.a = nil return json.encode(t)`, []string{`{"b":2}`}, ""},
		{"removed tail", `local t = {1, 2, 3} t[3] = nil return json.encode(t)`, []string{`[1,2]`}, ""},
		{"scalars", `return json.encode("a"), json.encode(nil), json.encode(true), json.encode(1)`, []string{`"a"`, "null", "true", "1"}, ""},
		{"integers", `return json.encode({0, -1, 1e3, 2^53, 1e20, -2^63})`, []string{`[0,-1,1000,9007199254740992,100000000000000000000,-9223372036854776000]`}, ""},
		{"fractions", `return json.encode({0.5, 1e21, 1e-7, 0.1, 1763712306.123})`, []string{`[0.5,1e+21,1e-07,0.1,1763712306.123]`}, ""},
		{"nan", `json.encode({0/0})`, nil, "json.encode: a number must not be NaN or infinity"},
		{"infinity", `json.encode(1/0)`, nil, "NaN or infinity"},
		{"escapes", `return json.encode("\"\\/\b\f\n\r\t\0\31\127<>&é")`, []string{`"\"\\/\b\f\n\r\t\u0000\u001f\u007f<>&é"`}, ""},
		{"bytes", `return json.encode("\255")`, []string{"\"\xff\""}, ""},
		{"null", `return json.encode({json.null, a = nil}), json.encode(json.null)`, []string{"[null]", "null"}, ""},
		{"userdata", `return json.encode({named("hash: [a]"), named("url: [main:/b#c]")})`, []string{`["hash: [a]","url: [main:/b#c]"]`}, ""},
		{"function", `return json.encode(print):match('^"function: ') ~= nil`, []string{"true"}, ""},
		{"gap", `json.encode({1, nil, 3})`, nil, "json.encode: sparse array: 2 is missing of 3; json.null fills a gap"},
		{"sparse", `json.encode({[1000] = 1})`, nil, "json.encode: sparse array"},
		{"zero key", `json.encode({[0] = 1})`, nil, "json.encode: sparse array: its 1 keys are not 1 to 1 (key 0)"},
		{"fraction key", `json.encode({[0.5] = 1})`, nil, "json.encode: sparse array"},
		{"mixed array first", `json.encode({1, a = 2})`, nil, "json.encode: mixed keys: a table has string keys or the numbers 1 to n, this one has both (key a)"},
		{"mixed far key", `json.encode({a = 2, [-1] = 1})`, nil, "json.encode: mixed keys"},
		{"boolean key", `json.encode({[true] = 1})`, nil, "json.encode: a table's key must be a string or a number, got boolean"},
		{"userdata key", `json.encode({[named("a")] = 1})`, nil, "got userdata"},
		{"cycle", `local t = {} t.t = t json.encode(t)`, nil, "json.encode: more than 1000 tables within tables"},
		{"deep", `local t = {} for i = 1, 999 do t = {t} end return #json.encode(t)`, []string{"2000"}, ""},
		{"nothing", `json.encode()`, nil, "json.encode: a value is missing"},
		{"options", `json.encode({}, 1)`, nil, "bad argument #2 to encode (options must be a table, got number)"},
		{"option", `json.encode({}, {encode_empty_table_as_object = 1})`, nil, "encode_empty_table_as_object must be a boolean, got number"},
		{"a failed one leaves nothing", `pcall(json.encode, {1, {0/0}}) return json.encode({1})`, []string{"[1]"}, ""},
	})
}

// badJSON is what must raise, and where: the fuzzer's seeds too.
var badJSON = []struct{ name, text, raises string }{
	{"empty", ``, "expected a value but found the end at character 1"},
	{"space", "  ", "expected a value but found the end at character 3"},
	{"no value", `{"a":}`, "expected a value but found '}' at character 6"},
	{"rest", `[1] x`, "expected the end but found 'x' at character 5"},
	{"open array", `[1,2`, "expected comma or array end but found the end at character 5"},
	{"trailing comma", `[1,]`, "expected a value but found ']' at character 4"},
	{"two commas", `[1,,2]`, "expected a value but found ',' at character 4"},
	{"open object", `{"a":1`, "expected comma or object end but found the end at character 7"},
	{"object comma", `{"a":1,}`, "expected object key string but found '}' at character 8"},
	{"object key", `{1:2}`, "expected object key string but found '1' at character 2"},
	{"colon", `{"a" 1}`, "expected colon but found '1' at character 6"},
	{"wrong close", `[1}`, "expected comma or array end but found '}' at character 3"},
	{"word", `nul`, "expected a value but found 'n' at character 1"},
	{"leading zero", `01`, "expected the end but found '1' at character 2"},
	{"minus", `-`, "expected digit but found the end at character 2"},
	{"point", `1.`, "expected digit but found the end at character 3"},
	{"point first", `.5`, "expected a value but found '.' at character 1"},
	{"exponent", `1e+`, "expected digit but found the end at character 4"},
	{"hex", `0x10`, "expected the end but found 'x' at character 2"},
	{"too big", `[1e999]`, "expected a number that Lua can hold but found 1e999 at character 2"},
	{"nan", `NaN`, "expected a value but found 'N' at character 1"},
	{"open string", `"abc`, "expected the end of the string but found the end at character 5"},
	{"escape", `"\x"`, "expected escape code but found 'x' at character 3"},
	{"escape at the end", `"\`, "expected escape code but found the end at character 3"},
	{"short unicode", `"\u12"`, `expected a unicode escape code but found "u12\"" at character 3`},
	{"half a pair", `"\ud83d!"`, "expected a unicode escape code but found"},
	{"low half first", `"\ude00\ud83d"`, "expected a unicode escape code but found"},
	{"no second half", `"\ud83dA"`, "expected a unicode escape code but found"},
	{"not text", "\xff", "expected a value but found byte 0xff at character 1"},
	{"byte order mark", "\ufeff1", "expected a value but found"},
	{"comment", `/* */1`, "expected a value but found '/' at character 1"},
	{"deep", strings.Repeat("[", 1001), "expected at most 1000 arrays and objects within each other but found more at character 1001"},
}

var goodJSON = []evalCase{
	{"scalars", `return json.decode("1"), json.decode(" true "), json.decode("false"), json.decode('"a"'), json.decode("null")`, []string{"1", "true", "false", "a", "nil"}, ""},
	{"numbers", `local t = json.decode("[0,-0,1.5,-2e3,1E2,1e-2,9007199254740993]") return unpack(t)`, []string{"0", "0", "1.5", "-2000", "100", "0.01", "9007199254740992"}, ""},
	{"strings", `return json.decode([["\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00é"]]) == "\"\\/\b\f\n\r\tAé€😀é"`, []string{"true"}, ""},
	{"zero byte", `return #json.decode('"\\u0000"')`, []string{"1"}, ""},
	{"control character", "return json.decode('\"a\\nb\"') == 'a\\nb'", []string{"true"}, ""},
	{"object", `local t = json.decode('{ "a" : { "b" : [ 1 , 2 ] } , "" : 3 }') return #t.a.b, t.a.b[2], t[""]`, []string{"2", "2", "3"}, ""},
	{"same name", `return json.decode('{"a":1,"a":2}').a`, []string{"2"}, ""},
	{"number name", `local t = json.decode('{"1":"a"}') return t[1], t["1"]`, []string{"nil", "a"}, ""},
	{"empty", `return next(json.decode("{}")), next(json.decode("[]"))`, []string{"nil", "nil"}, ""},
	{"null", `local t = json.decode('{"a":null,"b":[1,null,3]}') return t.a, t.b[1], t.b[2], t.b[3]`, []string{"nil", "1", "nil", "3"}, ""},
	{"null as userdata", `
		local t = json.decode('{"a":null,"b":[null]}', {decode_null_as_userdata = true})
		return t.a == json.null, t.b[1] == json.null, json.null`, []string{"true", "true", "userdata: NULL"}, ""},
	{"there and back", `
		local text = '{"b":[1,2.5,"x",{"c":true}],"a":{"z":null}}'
		return json.encode(json.decode(text, {decode_null_as_userdata = true})) == text`, []string{"true"}, ""},
	{"table", `json.decode({})`, nil, "bad argument #1 to decode"},
	{"options", `json.decode("1", true)`, nil, "bad argument #2 to decode (options must be a table, got boolean)"},
}

func TestJSONDecode(t *testing.T) {
	run(t, goodJSON)
	for _, c := range badJSON {
		t.Run(c.name, func(t *testing.T) {
			_, err := eval(t, "\njson.decode(text)", lua.LString(c.text))
			if want := "eval:2: json.decode: " + c.raises; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("raised %v, want %q", err, want)
			}
		})
	}
}

// FuzzJSONDecode holds the decoder against encoding/json: what that accepts is
// decoded to the same, but for half surrogates and numbers too big; what is
// refused there is refused here, but for control characters in strings.
func FuzzJSONDecode(f *testing.F) {
	for _, c := range badJSON {
		f.Add(c.text)
	}
	for _, text := range []string{
		`{"b":[1,2.5,"x",{"c":true}],"a":{"z":null}}`, `"\u0041\ud83d\ude00"`, `[-0,1E2,1e-2,null]`, "\"a\nb\"", `{"a":1,"a":2}`,
	} {
		f.Add(text)
	}
	L := lua.NewState()
	f.Cleanup(L.Close)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := luajson.Decode(L, text)
		if !json.Valid([]byte(text)) {
			if err == nil && !strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 }) {
				t.Fatalf("accepted %q", text)
			}
			return
		}
		if err != nil {
			for _, excuse := range []string{"unicode escape", "can hold", "at most"} {
				if strings.Contains(err.Error(), excuse) {
					return
				}
			}
			t.Fatalf("refused %q: %v", text, err)
		}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if strings.ToValidUTF8(text, "") != text {
			return // encoding/json replaces what is not UTF-8
		}
		if diff := cmp.Diff(plain(want), fromLua(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	})
}

// plain makes an array and an object the same kind of map, as they are in Lua,
// without what is null.
func plain(v any) any {
	m := map[any]any{}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			if item != nil {
				m[float64(i+1)] = plain(item)
			}
		}
	case map[string]any:
		for name, member := range v {
			if member != nil {
				m[name] = plain(member)
			}
		}
	default:
		return v
	}
	return m
}

func fromLua(v lua.LValue) any {
	switch v := v.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		return string(v)
	case *lua.LTable:
		m := map[any]any{}
		v.ForEach(func(key, value lua.LValue) { m[fromLua(key)] = fromLua(value) })
		return m
	}
	return nil
}

// TestJSONDecodeKeepsFew holds that the strings which a state keeps for its next
// texts are bounded, and never mixed up.
func TestJSONDecodeKeepsFew(t *testing.T) {
	got, err := eval(t, `
		for i = 1, 5000 do
			local name, long = "name " .. i, ("x"):rep(40) .. i
			local t = json.decode('{"' .. name .. '": "' .. name .. '", "l": "' .. long .. '", "n": ' .. i .. ', "m": -' .. i % 100 .. '}')
			assert(t[name] == name and t.l == long and t.n == i and t.m == -(i % 100))
		end
		assert(json.decode("0") == 0 and 1 / json.decode("-0") == -1 / 0)
		local ok = pcall(json.decode, '[1, 2, {"a": tru}]') -- leaves nothing behind
		return ok, json.encode(json.decode("[9, 10, 99, 100]"))`, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"false", "[9,10,99,100]"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
