package luaspec

import (
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// blocker is a native module whose function never returns, as long as the test
// wants: what a string.find with a bad pattern is.
type blocker struct{ release chan struct{} }

func (b blocker) Open(L *lua.LState) error {
	L.SetGlobal("block", L.NewFunction(func(*lua.LState) int {
		<-b.release
		return 0
	}))
	return nil
}
func (blocker) Update()               {}
func (blocker) Flush()                {}
func (blocker) Release(lua.LValue)    {}
func (blocker) Active() int           { return 0 }
func (blocker) Wake() <-chan struct{} { return nil }
func (blocker) Close() error          { return nil }

// A builtin that never returns can't be stopped: its file is given up, each of
// its specs says so, and the next file runs.
func TestGivenUp(t *testing.T) {
	b := blocker{release: make(chan struct{})}
	o := Options{
		Timeout: 300 * time.Millisecond,
		grace:   300 * time.Millisecond,
		Systems: func(*headless.Engine, headless.Clock) []headless.System { return []headless.System{b} },
	}
	code, out, _ := run(t, Command{Options: o, Output: "tap"}, "testdata/lost", "testdata/tags/tags_spec.lua")
	close(b.release) // so that the goroutine ends after all
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, want := range []string{
		"ok 1 - lost is well at first",
		"not ok 2 - lost never returns",
		"did not end within 300ms, in a builtin that never returns or a module that waits for the world outside",
		"not ok 3 - lost is not run any more",
		"ok 4 - net #net is quick",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
