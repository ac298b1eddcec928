package headless

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

// initFresh runs init of those that were there when it began: one that is made
// meanwhile has its turn in the next frame.
func (e *Engine) initFresh() {
	for _, i := range e.fresh {
		e.ensureInit(i)
	}
	kept := e.fresh[:0]
	for _, i := range e.fresh {
		if !i.initialized {
			kept = append(kept, i)
		}
	}
	clear(e.fresh[len(kept):])
	e.fresh = kept
}

// ensureInit runs init unless it ran. One that raises counts as run: the
// engine goes on.
func (e *Engine) ensureInit(i *Instance) {
	if !i.initialized && !i.finalized && !i.dead {
		i.initialized = true
		e.call(i, "init", i.script.init)
	}
}

func (e *Engine) fixedUpdate(dt time.Duration) {
	e.fixedDue = min(e.fixedDue+dt, maxFixed*e.fixed.d)
	for ; e.fixedDue >= e.fixed.d; e.fixedDue -= e.fixed.d {
		for _, i := range e.instances {
			if i.initialized && i.script.fixedUpdate != nil && i.passes() {
				e.call(i, "fixed_update", i.script.fixedUpdate, e.fixed.value)
			}
		}
	}
}

func (e *Engine) update() {
	e.updateEach("update", func(s *script) *lua.LFunction { return s.update })
}

func (e *Engine) lateUpdate() {
	if !e.lateUpdates {
		return
	}
	e.updateEach("late_update", func(s *script) *lua.LFunction { return s.lateUpdate })
}

// updateEach calls those first that aren't late. One that was made in this frame
// waits for the next.
func (e *Engine) updateEach(callback string, of func(*script) *lua.LFunction) {
	for _, late := range [...]bool{false, true} {
		if late && !e.late {
			return
		}
		for _, i := range e.instances {
			fn := of(i.script)
			if fn == nil || i.late != late || !i.initialized || i.dead || late && i.born == e.frames {
				continue
			}
			if dt, ok := e.dtOf(i); ok {
				e.call(i, callback, fn, dt)
			}
		}
	}
}

// passes says whether the instance's time isn't stopped.
func (i *Instance) passes() bool { return !i.Disabled && i.timeline.passes() }

// call runs fn(self, args…) with i as the running instance. An error is
// reported; what fn returned is dropped. i may be nil: self is nil then.
func (e *Engine) call(i *Instance, callback string, fn *lua.LFunction, args ...lua.LValue) {
	e.callReturning(i, callback, fn, 0, args...)
}

// callReturning leaves nret results on the stack and returns true, or reports
// an error and returns false.
func (e *Engine) callReturning(i *Instance, callback string, fn *lua.LFunction, nret int, args ...lua.LValue) bool {
	if fn == nil {
		return false
	}
	var self lua.LValue = lua.LNil
	if i != nil {
		self = i.self
	}
	previous := e.SetInstance(self)
	e.L.Push(fn)
	e.L.Push(self)
	for _, arg := range args {
		e.L.Push(arg)
	}
	err := e.explain(e.pcall(1+len(args), nret))
	e.current = previous
	if err != nil {
		failed := &ScriptError{Callback: callback, Err: worded(e.L, err)}
		if i != nil {
			failed.URL = i.URL()
		}
		e.Report(failed)
	}
	return err == nil
}

// pcall is PCall on the main state. Within another callback (timer.trigger, a
// script that makes another) it takes a thread of its own, for the sake of that
// callback's locals: see luajit's PCallApart. Whatever coroutine has caused it is not the
// running one meanwhile: neither that nor a task can be left within a callback.
func (e *Engine) pcall(nargs, nret int) error {
	depth, current := e.depth, e.L.G.CurrentThread
	e.depth, e.L.G.CurrentThread = depth+1, e.L
	defer func() { e.depth, e.L.G.CurrentThread = depth, current }() // also when a test ends its goroutine in there
	if depth == 0 {
		return e.language.PCall(e.L, nargs, nret)
	}
	return e.language.PCallApart(e.L, nargs, nret)
}

// running is the instance that runs, nil for none.
func (e *Engine) running() *Instance {
	if self, ok := e.current.(*lua.LUserData); ok {
		if i, ok := self.Value.(*Instance); ok && i.engine == e {
			return i
		}
	}
	return nil
}
