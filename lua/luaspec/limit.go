package luaspec

import (
	"fmt"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// limit bounds by the wall's clock how long Lua may run for one request. It is
// the context of the Lua state, whose loop asks it between instructions.
//
// Its channels are made outside the bubble and closed there: a bubble's own
// channel may not be. For the same reason it gives coroutines no context of
// their own to cancel (see AfterFunc).
type limit struct {
	mu   sync.Mutex
	done chan struct{} // guarded by mu
	span time.Duration // guarded by mu
}

// start allows span from now on and returns what ends it. Call from outside
// the bubble.
func (l *limit) start(span time.Duration) (stop func()) {
	done := make(chan struct{})
	l.mu.Lock()
	l.done, l.span = done, span
	l.mu.Unlock()
	timer := time.AfterFunc(span, func() { close(done) })
	return func() { timer.Stop() }
}

func (l *limit) reached() bool {
	select {
	case <-l.Done():
		return true
	default:
		return false
	}
}

// Deadline, Done, Err and Value make it a context.Context.
func (l *limit) Deadline() (time.Time, bool) { return time.Time{}, false }

func (l *limit) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done
}

func (l *limit) Err() error {
	if !l.reached() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Errorf("did not end within %v", l.span)
}

func (l *limit) Value(any) any { return nil }

// AfterFunc is what context.WithCancel calls for a child: gopher-lua makes one
// for each coroutine. Without it a goroutine would wait for both, and one that
// waits for something outside keeps a bubble from ever coming to rest. The
// child is never told; openLimit sees to threads.
func (l *limit) AfterFunc(func()) (stop func() bool) { return func() bool { return true } }

// openLimit has the limit reach into every thread. gopher-lua gives a new
// thread a context of its own, a child of the state's; here it gets the limit
// itself in its place: a coroutine as it is made, the thread of a protected
// call as it begins.
func (r *runner) openLimit() {
	if table, ok := r.L.GetGlobal("coroutine").(*lua.LTable); ok {
		for _, name := range []string{"create", "wrap"} {
			table.RawSetString(name, r.L.NewFunction(r.limitCoroutine(table.RawGetString(name))))
		}
	}
	r.enterThread = r.L.NewFunction(r.enterThreadFunc)
	for name, argument := range map[string]int{"pcall": 2, "xpcall": 3} {
		original := r.L.GetGlobal(name)
		r.L.SetGlobal(name, r.L.NewFunction(func(L *lua.LState) int {
			// pcall(f, …) is pcall(enterThread, f, …), xpcall(f, h, …) is xpcall(enterThread, h, f, …).
			fn := L.CheckAny(1)
			L.Replace(1, r.enterThread)
			L.Insert(fn, min(argument, L.GetTop()+1))
			L.Insert(original, 1)
			L.Call(L.GetTop()-1, lua.MultRet)
			return L.GetTop()
		}))
	}
}

// enterThreadFunc calls its first argument with the rest.
func (r *runner) enterThreadFunc(L *lua.LState) int {
	L.SetContext(r.limit)
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

func (r *runner) limitCoroutine(original lua.LValue) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Insert(original, 1)
		L.Call(L.GetTop()-1, 1)
		switch made := L.Get(-1).(type) {
		case *lua.LState:
			made.SetContext(r.limit)
		case *lua.LFunction:
			// wrap's function holds its thread.
			if len(made.Upvalues) > 0 {
				if thread, ok := made.Upvalues[0].Value().(*lua.LState); ok {
					thread.SetContext(r.limit)
				}
			}
		}
		return 1
	}
}
