package headless_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"github.com/tickwire/tickwire/lua/headless"
)

// What the errors wrap is there for a host that asks.
func TestErrorsUnwrap(t *testing.T) {
	p := newProject(t, map[string]string{
		"syntax.script": "x =",
		"fails.script":  "function update() error('boom') end",
	}, headless.Options{})
	_, err := p.LoadScript("syntax.script")
	var syntax *parse.Error
	if !errors.As(err, &syntax) {
		t.Errorf("%v wraps no parse.Error", err)
	}
	if _, err = p.LoadScript("missing.script"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v wraps no os.ErrNotExist", err)
	}
	p.load("fails.script")
	p.Step(frame)
	var raised *lua.ApiError
	if len(p.errors) != 1 || !errors.As(p.errors[0], &raised) {
		t.Errorf("%v wraps no lua.ApiError", p.errors)
	}
	p.failed("boom")
}

func TestAbsolutePath(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": "print('a')"}, headless.Options{})
	if _, err := p.LoadScript(filepath.Join(p.root, "a.script")); err != nil {
		t.Fatal(err)
	}
	p.load("a.script") // the same file: it runs once
	p.printed("a")
}

func TestHostMistakes(t *testing.T) {
	p, other := newEngine(t), newEngine(t)
	i := p.NewInstance("a")
	for want, call := range map[string]func(){
		"headless: Delete of another engine's instance": func() { other.Delete(i) },
		"headless: NewInstance after Close": func() {
			if err := other.Close(); err != nil {
				t.Error(err)
			}
			other.NewInstance("b")
		},
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panicked with %v, want %q", got, want)
				}
			}()
			call()
		}()
	}
}
