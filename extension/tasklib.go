package extension

import (
	"math"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// core returns the table tickwire.core, on which tickwire.async and
// tickwire.reconnect are written. It is theirs and not scripts' own: it promises
// nothing for long.
//
// It is filled at the first look into it, for most scripts never take one.
func (e *Extension) core(L *lua.LState) *lua.LTable {
	core, meta := L.CreateTable(0, 0), L.CreateTable(0, 1)
	meta.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		if core.Metatable == meta {
			core.Metatable = lua.LNil
			e.fillCore(e.L, core)
		}
		L.Push(core.RawGet(L.Get(2)))
		return 1
	}))
	core.Metatable = meta
	return core
}

func (e *Extension) fillCore(L *lua.LState, core *lua.LTable) {
	L.SetFuncs(core, map[string]lua.LGFunction{
		"run":     e.coreRun,
		"current": e.coreCurrent,
		"ticket":  e.coreTicket,
		"wait":    e.coreWait,
		"wake":    e.coreWake,
		"await":   e.coreAwait,
		"is_task": e.coreIsTask,
		"after":   e.coreAfter,
		"cancel":  e.coreCancel,
		"time":    e.coreTime,
		"hold":    e.coreHold,
		"release": e.coreRelease,
	})
	canceled, meta := L.CreateTable(0, 0), L.CreateTable(0, 1)
	meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString("the task was canceled"))
		return 1
	}))
	canceled.Metatable = meta
	e.tasks.canceled = canceled
	core.RawSetString("CANCELED", canceled)

	e.tasks.methods = L.CreateTable(0, 3)
	methods := L.SetFuncs(L.CreateTable(0, 4), map[string]lua.LGFunction{
		"await":  e.taskAwait,
		"join":   e.taskJoin,
		"cancel": e.taskCancel,
		"status": e.taskStatus,
	})
	e.tasks.methods.RawSetString("__index", methods)
	e.tasks.methods.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		t := e.checkTask(L, 1)
		L.Push(lua.LString("task "+t.where+" (") + taskStates[t.state] + ")")
		return 1
	}))
	e.tasks.methods.RawSetString("__metatable", lua.LFalse)
}

// coreRun is core.run(fn, …) -> task: fn runs at once, up to its first wait.
func (e *Extension) coreRun(L *lua.LState) int {
	fn := L.CheckFunction(1)
	switch {
	case e.closed:
		L.RaiseError("async.run: the extension is closed")
	case e.tasks.count >= e.o.MaxTasks:
		L.RaiseError("async.run: %d tasks are under way, which is the limit", e.tasks.count)
	}
	args := make([]lua.LValue, 0, 4)
	for i := 2; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	L.Push(e.start(fn, args).userdata)
	return 1
}

// coreCurrent is core.current() -> the running task, nil outside of one.
func (e *Extension) coreCurrent(L *lua.LState) int {
	if t := e.tasks.running; t != nil {
		L.Push(t.userdata)
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// coreTicket is core.ticket() -> the running task and the number of its next
// wait, for wake.
func (e *Extension) coreTicket(L *lua.LState) int {
	t := e.checkInTask(L)
	L.Push(t.userdata)
	L.Push(lua.LNumber(t.ticket))
	return 2
}

// coreWait is core.wait([seconds]) -> true and what wake brings, or false once
// the time has passed.
func (e *Extension) coreWait(L *lua.LState) int {
	t := e.checkInTask(L)
	woken := e.wait(L, t, optSeconds(L, 1))
	L.Push(lua.LBool(woken))
	for _, value := range t.brought {
		L.Push(value)
	}
	return 1 + len(t.brought)
}

// coreWake is core.wake(task, ticket, …) -> whether the task was in that wait,
// which ends: the rest is what it gets.
func (e *Extension) coreWake(L *lua.LState) int {
	t, ticket := e.checkTask(L, 1), L.CheckInt(2)
	woken := t.waiting && t.ticket == ticket
	if woken {
		var values []lua.LValue
		for i := 3; i <= L.GetTop(); i++ {
			values = append(values, L.Get(i))
		}
		e.wake(t, true, values)
	}
	L.Push(lua.LBool(woken))
	return 1
}

// coreAwait is core.await(tasks, all [, seconds]) -> the place in the list of
// the first task that has ended (all: that has failed), 0 if none has, nil once
// the time has passed.
func (e *Extension) coreAwait(L *lua.LState) int {
	t := e.checkInTask(L)
	list, all := L.CheckTable(1), L.CheckBool(2)
	others := make([]*task, 0, list.Len())
	for i := 1; i <= list.Len(); i++ {
		userdata, _ := list.RawGetInt(i).(*lua.LUserData)
		other := e.taskOf(userdata)
		if other == nil {
			L.ArgError(1, "a list of tasks is expected")
		}
		others = append(others, other)
	}
	if e.await(L, t, others, all, optSeconds(L, 3)) {
		L.Push(lua.LNumber(1 + slices.IndexFunc(others, settles(all))))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// settles tells which task's end ends an await early.
func settles(all bool) func(t *task) bool {
	return func(t *task) bool { return t.state.ended() && (!all || t.failure != nil) }
}

// await suspends t until one of the others has ended; all: until all have, or one
// has failed. It returns false once the time has passed.
func (e *Extension) await(L *lua.LState, t *task, others []*task, all bool, seconds float64) bool {
	count := 1
	if all {
		count = 0
		for _, other := range others {
			if !other.state.ended() {
				count++
			}
		}
	}
	if count == 0 || slices.ContainsFunc(others, settles(all)) {
		t.checkCanceled(L)
	} else {
		if seconds < 0 && t.wouldHang(others, count) {
			L.RaiseError("async: this task would wait for ever: what it awaits waits for it, or is itself")
		}
		t.watch(others, count)
		defer t.unwatch() // also when the wait raises, or ends the task
		if !e.wait(L, t, seconds) {
			return false
		}
	}
	for _, other := range others {
		other.seen = other.seen || other.state.ended()
	}
	return true
}

// coreIsTask is core.is_task(value) -> whether it is one.
func (e *Extension) coreIsTask(L *lua.LState) int {
	userdata, _ := L.Get(1).(*lua.LUserData)
	L.Push(lua.LBool(e.taskOf(userdata) != nil))
	return 1
}

// taskAwait is task:await() -> what the task's function returned. What it
// raised, await raises.
func (e *Extension) taskAwait(L *lua.LState) int {
	other := e.join(L)
	if f := other.failure; f != nil {
		e.tasks.running.awaited = f
		L.Error(f.value, 0)
	}
	return pushAll(L, other.results)
}

// taskJoin is task:join() -> true and what the task's function returned, or
// false and what it raised.
func (e *Extension) taskJoin(L *lua.LState) int {
	other := e.join(L)
	if f := other.failure; f != nil {
		L.Push(lua.LFalse)
		L.Push(f.value)
		return 2
	}
	L.Push(lua.LTrue)
	return 1 + pushAll(L, other.results)
}

// join waits for the end of the task that argument 1 is.
func (e *Extension) join(L *lua.LState) *task {
	other := e.checkTask(L, 1)
	e.await(L, e.checkInTask(L), []*task{other}, false, -1)
	return other
}

func pushAll(L *lua.LState, values []lua.LValue) int {
	for _, value := range values {
		L.Push(value)
	}
	return len(values)
}

// taskCancel is task:cancel() -> whether the task had not ended: its wait, and
// each further one, raises CANCELED.
func (e *Extension) taskCancel(L *lua.LState) int {
	t := e.checkTask(L, 1)
	L.Push(lua.LBool(!t.state.ended()))
	e.cancel(t)
	return 1
}

// taskStatus is task:status() -> "running", "waiting", "done", "failed" or
// "canceled".
func (e *Extension) taskStatus(L *lua.LState) int {
	L.Push(taskStates[e.checkTask(L, 1).state])
	return 1
}

// coreAfter is core.after(seconds, fn [, repeating]) -> handle: fn(self, handle,
// elapsed) is called by the first Update then. nil: there are too many.
func (e *Extension) coreAfter(L *lua.LState) int {
	seconds, fn := checkSeconds(L, 1), L.CheckFunction(2)
	repeating := L.OptBool(3, false)
	if e.closed || len(e.timers.calls) >= e.o.MaxTimers {
		L.Push(lua.LNil)
		return 1
	}
	e.timers.handle++
	t := &timer{self: e.o.Host.Instance(), handle: e.timers.handle, fn: fn, period: -1}
	if repeating {
		t.period = toDuration(seconds)
	}
	e.timers.calls[t.handle] = t
	e.timers.add(t, e.now(), seconds)
	e.armTimers()
	L.Push(t.handle)
	return 1
}

// coreCancel is core.cancel(handle) -> whether the timer was still to come.
func (e *Extension) coreCancel(L *lua.LState) int {
	t := e.timers.calls[L.CheckNumber(1)]
	if t != nil {
		e.timers.remove(t)
	}
	L.Push(lua.LBool(t != nil))
	return 1
}

// coreTime is core.time() -> seconds since 1970 by the extension's clock.
func (e *Extension) coreTime(L *lua.LState) int {
	L.Push(lua.LNumber(float64(e.o.Clock.Now().UnixMicro()) / 1e6))
	return 1
}

// coreHold is core.hold(connection): from now on the script gives back what its
// messages were charged, one by one, by release. Past its credit the server
// waits.
func (e *Extension) coreHold(L *lua.LState) int {
	e.checkConnection(L, 1).held = true
	return 0
}

// coreRelease is core.release(connection, bytes): a message of so many bytes is
// taken.
func (e *Extension) coreRelease(L *lua.LState) int {
	e.checkConnection(L, 1).giveBack(L.CheckInt(2))
	return 0
}

// checkTask returns the task that argument n is.
func (e *Extension) checkTask(L *lua.LState, n int) *task {
	userdata, _ := L.Get(n).(*lua.LUserData)
	t := e.taskOf(userdata)
	if t == nil {
		L.ArgError(n, "a task is expected, got "+describe(L.Get(n)))
	}
	return t
}

// taskOf returns a userdata's task, nil if it is none of ours.
func (e *Extension) taskOf(userdata *lua.LUserData) *task {
	if userdata == nil {
		return nil
	}
	if t, ok := userdata.Value.(*task); ok && t.e == e {
		return t
	}
	return nil
}

// checkInTask returns the task that L runs for, and raises where there is none:
// outside of a task, and in a function that a task has a host call on the main
// state, which can't stand still while others use it.
func (e *Extension) checkInTask(L *lua.LState) *task {
	t := e.tasks.running
	if t == nil {
		L.RaiseError("async: only a task can wait: call this within async.run(function() … end)")
	}
	onMain := L.G.CurrentThread == e.L
	for thread := L; thread != nil && !onMain; thread = thread.Parent {
		onMain = thread == e.L
	}
	if onMain {
		L.RaiseError("async: only a task can wait: this is a callback, even if a task has caused it")
	}
	return t
}

// checkSeconds returns argument n, a time from now on.
func checkSeconds(L *lua.LState, n int) float64 {
	seconds := float64(L.CheckNumber(n))
	if math.IsNaN(seconds) || seconds < 0 {
		L.ArgError(n, "0 s or more is expected, got "+describe(L.Get(n)))
	}
	return seconds
}

// optSeconds is checkSeconds, and -1 for nil.
func optSeconds(L *lua.LState, n int) float64 {
	if L.Get(n) == lua.LNil {
		return -1
	}
	return checkSeconds(L, n)
}
