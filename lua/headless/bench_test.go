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
