package luajson_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajson"
)

// players is a text of about so many bytes: a list of objects, as games send.
func players(size int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"player %d","x":%.3f,"alive":true,"tags":["a","b"]}`, i, i, float64(i)/3)
	}
	b.WriteByte(']')
	return b.String()
}

// BenchmarkJSON compares json.encode and json.decode, called from Lua, with
// encoding/json and an any, in turns: ratio is ours by its time. An operation is
// one text.
func BenchmarkJSON(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 20} {
		text := players(size)
		L := lua.NewState()
		defer L.Close()
		luajson.Open(L)
		L.SetGlobal("text", lua.LString(text))
		if err := L.DoString(`
			list = json.decode(text)
			function encode() return json.encode(list) end
			function decode() return json.decode(text) end`); err != nil {
			b.Fatal(err)
		}
		var list any
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			b.Fatal(err)
		}
		peers := map[string]func(){
			"encode": func() {
				if _, err := json.Marshal(list); err != nil {
					b.Fatal(err)
				}
			},
			"decode": func() {
				var v any
				if err := json.Unmarshal([]byte(text), &v); err != nil {
					b.Fatal(err)
				}
			},
		}
		for _, name := range []string{"encode", "decode"} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				fn := L.GetGlobal(name)
				ours := func() {
					L.Push(fn)
					if err := L.PCall(0, 0, nil); err != nil {
						b.Fatal(err)
					}
				}
				took := func(f func()) float64 {
					start := time.Now()
					for range 1 + (1<<20)/size/8 {
						f()
					}
					return float64(time.Since(start))
				}
				var ratios []float64
				b.ReportAllocs()
				for b.Loop() {
					peer := took(peers[name])
					ratios = append(ratios, took(ours)/peer)
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "ratio")
			})
		}
	}
}
