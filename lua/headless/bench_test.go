package headless_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tickwire/tickwire/lua/headless"
)

// BenchmarkStep's unit is a frame with n instances of an empty update.
func BenchmarkStep(b *testing.B) {
	for _, n := range []int{0, 1, 100} {
		b.Run(fmt.Sprintf("scripts=%d", n), func(b *testing.B) {
			root := b.TempDir()
			if err := os.WriteFile(filepath.Join(root, "a.script"), []byte("function update(self, dt) end"), 0o644); err != nil {
				b.Fatal(err)
			}
			e, err := headless.New(headless.Options{Root: root, Stdout: io.Discard})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = e.Close() }()
			for range n {
				if _, err := e.LoadScript("a.script"); err != nil {
					b.Fatal(err)
				}
			}
			e.Step(frame)
			b.ReportAllocs()
			for b.Loop() {
				e.Step(frame)
			}
		})
	}
}

// BenchmarkNew's unit is an engine, made and closed.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		e, err := headless.New(headless.Options{})
		if err != nil {
			b.Fatal(err)
		}
		_ = e.Close()
	}
}

// BenchmarkJSON's unit is one text of 20 objects, from Lua.
func BenchmarkJSON(b *testing.B) {
	e, err := headless.New(headless.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	L := e.State()
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
