package luaspec

import (
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// waitUntilDefault is how long wait_until waits unless told.
const waitUntilDefault = 5 * time.Second

func (r *runner) openWaits() {
	if table, ok := r.L.GetGlobal("coroutine").(*lua.LTable); ok {
		r.running, _ = table.RawGetString("running").(*lua.LFunction)
	}
	r.L.SetGlobal("wait", r.L.NewFunction(r.wait))
	r.L.SetGlobal("wait_frames", r.L.NewFunction(r.waitFrames))
	r.L.SetGlobal("wait_until", r.L.NewFunction(r.waitUntil))
	r.L.SetGlobal("script_errors", r.L.NewFunction(r.scriptErrorsFunc))
}

// checkWaiting raises where no frame may run.
func (r *runner) checkWaiting(L *lua.LState, name string) {
	switch {
	case r.engine.Stepping():
		misuse(L, name+": can't run a frame inside a frame: this is a callback; return from it and wait in the spec")
	case r.inCoroutine(L):
		misuse(L, name+": can't run frames inside a coroutine; wait in the spec itself")
	case r.loading != nil:
		misuse(L, name+": can't run frames while the file loads; wait in an it or a hook")
	}
}

// inCoroutine asks coroutine.running, for which a protected call's thread is no
// coroutine.
func (r *runner) inCoroutine(L *lua.LState) bool {
	if r.running == nil {
		return L.Parent != nil
	}
	return call(L, r.running) != lua.LNil
}

func checkSeconds(L *lua.LState, index int) time.Duration {
	seconds := float64(L.CheckNumber(index))
	if math.IsNaN(seconds) || seconds < 0 || seconds > 1e9 {
		misuse(L, fmt.Sprintf("bad argument #%d (seconds from 0 to 1e9 expected, got %v)", index, seconds))
	}
	return time.Duration(seconds * float64(time.Second))
}

// step runs one frame, or raises if the spec has used up its time.
func (r *runner) step(L *lua.LState) {
	if r.limit.reached() {
		misuse(L, r.limit.Err().Error())
	}
	current := r.engine.Instance()
	r.driver.frame()
	r.engine.SetInstance(current)
}

// wait(seconds) runs frames until so much time has passed; at least one.
func (r *runner) wait(L *lua.LState) int {
	r.checkWaiting(L, "wait")
	span := checkSeconds(L, 1)
	start := r.driver.clock.Now()
	for {
		r.step(L)
		// Half a microsecond: 60 frames of a 60th are a second.
		if r.driver.clock.Now().Sub(start) >= span-time.Microsecond/2 {
			return 0
		}
	}
}

// wait_frames([n]) runs n frames; one by default.
func (r *runner) waitFrames(L *lua.LState) int {
	r.checkWaiting(L, "wait_frames")
	n := L.OptInt(1, 1)
	if n < 0 {
		misuse(L, fmt.Sprintf("bad argument #1 to 'wait_frames' (a count expected, got %d)", n))
	}
	for range n {
		r.step(L)
	}
	return 0
}

// wait_until(predicate [, seconds [, what]]) runs frames until predicate() is
// truthy and returns its value. Past seconds it is a failure at the caller's
// line.
func (r *runner) waitUntil(L *lua.LState) int {
	r.checkWaiting(L, "wait_until")
	predicate := L.Get(1)
	if !callable(L, predicate) {
		misuse(L, fmt.Sprintf("bad argument #1 to 'wait_until' (function expected, got %s)", predicate.Type()))
	}
	span := waitUntilDefault
	if L.Get(2) != lua.LNil {
		span = checkSeconds(L, 2)
	}
	what := L.OptString(3, "")
	start := r.driver.clock.Now()
	frames := 0
	for {
		value := call(L, predicate)
		if lua.LVAsBool(value) {
			L.Push(value)
			return 1
		}
		if passed := r.driver.clock.Now().Sub(start); passed >= span-time.Microsecond/2 {
			if what == "" {
				what = describePredicate(predicate)
			}
			r.fail(L, fmt.Sprintf("wait_until: gave up after %s (%d frames) waiting for %s\nIts last value was:\n%s",
				secondsText(span), frames, what, formatValue(value, formatting{levels: 3})))
		}
		r.step(L)
		frames++
	}
}

func secondsText(d time.Duration) string {
	return formatNumber(lua.LNumber(d.Seconds())) + " s"
}

// describePredicate shows a predicate by its source, where that is one line.
func describePredicate(value lua.LValue) string {
	fn, ok := value.(*lua.LFunction)
	if !ok || fn.Proto == nil {
		return "its predicate"
	}
	position := fmt.Sprintf("the function at %s:%d", fn.Proto.SourceName, fn.Proto.LineDefined)
	source, err := os.ReadFile(fn.Proto.SourceName)
	if err != nil {
		return position
	}
	lines := strings.Split(string(source), "\n")
	first, last := fn.Proto.LineDefined, fn.Proto.LastLineDefined
	if first < 1 || last > len(lines) || last-first > 4 {
		return position
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	text := strings.Join(lines[first-1:last], " ")
	if at := strings.Index(text, "function"); at >= 0 {
		text = text[at:]
	}
	if at := strings.LastIndex(text, "end"); at >= 0 {
		text = text[:at+len("end")]
	}
	return text
}

// script_errors() returns what callbacks raised since the spec began or since
// it was last asked. An error that nobody asks for is the spec's own.
func (r *runner) scriptErrorsFunc(L *lua.LState) int {
	list := L.NewTable()
	for _, err := range r.takeScriptErrors() {
		list.Append(lua.LString(r.problem(err).Message))
	}
	L.Push(list)
	return 1
}

// callable says whether a value can be called. Other types have a __call too, which
// words the error.
func callable(L *lua.LState, v lua.LValue) bool {
	switch v.Type() {
	case lua.LTFunction:
		return true
	case lua.LTTable, lua.LTUserData:
		return L.GetMetaField(v, "__call") != lua.LNil
	}
	return false
}
