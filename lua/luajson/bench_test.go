package luajson_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajson"
)

// BenchmarkJSON's unit is one text of 20 objects, from Lua.
func BenchmarkJSON(b *testing.B) {
	L := lua.NewState()
	defer L.Close()
	luajson.Open(L)
	if err := L.DoString(`
		list = {}
		for i = 1, 20 do list[i] = {id = i, name = "player " .. i, x = i / 3, alive = true} end
		text = json.encode(list)
		function encode() json.encode(list) end
		function decode() json.decode(text) end`); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"encode", "decode"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(L.GetGlobal("text").String())))
			for b.Loop() {
				L.Push(L.GetGlobal(name))
				if err := L.PCall(0, 0, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
