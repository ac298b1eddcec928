package extension

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// task is a function of a script's that may wait. Its Lua thread runs on a
// goroutine of its own, for gopher-lua's coroutines can't be left across pcall,
// a metamethod or an iterator; a goroutine can. Whoever gives it the turn stands
// still until it comes back (law 1), so everything here is owned by whoever has
// the turn.
type task struct {
	e        *Extension
	self     lua.LValue
	userdata *lua.LUserData // what scripts hold
	thread   *lua.LState
	where    string // "file:line" of its function

	turn chan order    // to the task: the turn, and what for
	back chan struct{} // from the task: the turn

	state   taskState
	current *lua.LState   // the thread in which it waits: a coroutine of its own, mostly the task's
	frozen  []*lua.LState // threads that nobody else may resume meanwhile

	ticket  int          // the number of its wait, or of the next one
	waiting bool         // nothing has ended its wait yet
	woken   bool         // its wait was ended by wake, not by time
	brought []lua.LValue // by wake
	timer   *timer       // that ends its wait, nil for none

	canceled bool // cancel was called
	refused  int  // waits since then
	doomed   bool // its script was released while it ran: it ends where it would wait

	results  []lua.LValue
	failure  *failure // why it failed, nil if it did not
	seen     bool     // somebody has awaited its failure
	awaited  *failure // what an await of its own raised last
	watchers []*task  // wait for its end
	watching []*task  // whose ends it waits for
	unended  int      // so many of them, unless one fails
}

type taskState uint8

const (
	taskRunning   taskState = iota // it has the turn, or whoever it gave the turn to
	taskSuspended                  // it waits for its turn
	taskDone
	taskFailed
	taskCanceled
)

var taskStates = [...]lua.LString{"running", "waiting", "done", "failed", "canceled"}

func (s taskState) ended() bool { return s >= taskDone }

// order is what a task gets the turn for.
type order uint8

const (
	begin order = iota
	goOn
	// end has it end where it stands: no line of it runs any more.
	end
)

// patience is how many waits of a canceled task raise before it is ended: a
// pcall that swallows each of them must not keep it for ever.
const patience = 100

// mostResumes bounds what tasks that wake each other do in one go.
const mostResumes = 4096

// tasks are the tasks of an extension. Owned by whoever has the turn.
type tasks struct {
	of      map[lua.LValue]map[*task]struct{} // those that have not ended, by self
	count   int                               // of them
	running *task                             // has the turn; nil while the tick has it
	ready   []*task                           // in the order they were woken
	failed  []*task                           // nobody has awaited them so far

	canceled *lua.LTable // what a canceled task's waits raise
	methods  *lua.LTable // the metatable of their userdata

	goroutines sync.WaitGroup
}

// start makes a task of fn and has it run up to its first wait.
func (e *Extension) start(fn *lua.LFunction, args []lua.LValue) *task {
	t := &task{
		e: e, self: e.o.Host.Instance(), thread: e.newThread(), where: whereDefined(fn),
		turn: make(chan order), back: make(chan struct{}),
	}
	t.userdata = &lua.LUserData{Value: t, Env: e.L.Env, Metatable: e.tasks.methods}
	t.current = t.thread
	t.thread.Push(fn)
	for _, arg := range args {
		t.thread.Push(arg)
	}
	k := &e.tasks
	if k.of[t.self] == nil {
		k.of[t.self] = make(map[*task]struct{})
	}
	k.of[t.self][t] = struct{}{}
	k.count++
	e.hand(t, begin)
	return t
}

// newThread makes a thread that is small, but as deep as the state's own.
func (e *Extension) newThread() *lua.LState {
	options := e.L.Options
	most := max(options.RegistrySize, options.RegistryMaxSize)
	e.L.Options.MinimizeStackMemory = true
	e.L.Options.RegistrySize = min(options.RegistrySize, 128)
	e.L.Options.RegistryMaxSize = most
	e.L.Options.RegistryGrowStep = max(options.RegistryGrowStep, 256)
	thread, cancel := e.L.NewThread()
	e.L.Options = options
	if cancel != nil {
		cancel() // of a context of its own; it gets the state's, see hand
	}
	return thread
}

// whereDefined is "file:line" of a function, for whoever reads about its task.
func whereDefined(fn *lua.LFunction) string {
	if fn.Proto == nil {
		return "a Go function"
	}
	return fmt.Sprintf("%s:%d", fn.Proto.SourceName, fn.Proto.LineDefined)
}

// hand gives t the turn and waits until it comes back.
func (e *Extension) hand(t *task, o order) {
	k := &e.tasks
	outer := k.running
	if outer != nil {
		outer.freeze()
	}
	globals := e.L.G
	current := globals.CurrentThread
	previous := e.o.Host.SetInstance(t.self)
	if ctx := e.L.Context(); ctx != nil { // the host's bound on its scripts holds here too
		t.thread.SetContext(ctx)
	} else if t.thread.Context() != nil {
		t.thread.SetContext(context.Background()) // its loop looks for one
	}
	k.running, t.state, globals.CurrentThread = t, taskRunning, t.current
	if o == begin {
		// Owned by the extension; ends with its function, or where it waits when
		// Release, Close or a cancel that it won't hear ends it; Close joins it.
		k.goroutines.Go(t.main)
	} else {
		t.turn <- o
	}
	<-t.back
	k.running, globals.CurrentThread = outer, current
	e.o.Host.SetInstance(previous)
	if outer != nil {
		outer.thaw()
	}
	if t.state.ended() {
		e.bury(t)
	}
}

// main is the task's goroutine.
func (t *task) main() {
	returned := false
	defer func() {
		t.thread.Dead = true // a script that has kept it can't resume it
		switch problem := recover(); {
		case problem != nil:
			t.fail(&lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(fmt.Sprint(problem))})
		case !returned && (t.canceled || t.doomed):
			t.state = taskCanceled
			t.failure = &failure{value: t.e.tasks.canceled}
		case !returned:
			t.fail(&lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("a Go function ended the task's goroutine (runtime.Goexit)")})
		}
		t.back <- struct{}{}
	}()
	err := t.thread.PCall(t.thread.GetTop()-1, lua.MultRet, nil)
	returned = true
	if err != nil {
		t.fail(err)
		return
	}
	for i := 1; i <= t.thread.GetTop(); i++ {
		t.results = append(t.results, t.thread.Get(i))
	}
	t.state = taskDone
}

// fail ends the task with what it raised.
func (t *task) fail(err error) {
	t.failure = newFailure(t, err)
	t.state = taskFailed
	if t.canceled && t.failure.value == lua.LValue(t.e.tasks.canceled) {
		t.state = taskCanceled
	}
}

// suspend gives the turn back until somebody gives it again. Call from the
// task's goroutine.
func (t *task) suspend() {
	if t.doomed {
		runtime.Goexit()
	}
	globals := t.e.L.G
	t.state, t.current = taskSuspended, globals.CurrentThread
	t.freeze()
	t.back <- struct{}{}
	if <-t.turn == end {
		t.doomed = true
		runtime.Goexit() // past every pcall
	}
	t.thaw()
}

// freeze keeps scripts from resuming the task's threads, which stand still in
// the middle of a Go function. To gopher-lua they look dead meanwhile.
func (t *task) freeze() {
	for thread := t.e.L.G.CurrentThread; thread != nil && thread != t.thread; thread = thread.Parent {
		t.frozen = append(t.frozen, thread)
	}
	t.frozen = append(t.frozen, t.thread)
	for _, thread := range t.frozen {
		thread.Dead = true
	}
}

func (t *task) thaw() {
	for _, thread := range t.frozen {
		thread.Dead = false
	}
	clear(t.frozen)
	t.frozen = t.frozen[:0]
}

// wait suspends the running task until it is woken or d has passed, without end
// if d is negative, and tells which. It raises if the task was canceled.
func (e *Extension) wait(L *lua.LState, t *task, d float64) (woken bool) {
	t.checkCanceled(L)
	t.waiting, t.woken, t.brought = true, false, nil
	if d >= 0 {
		t.timer = e.timers.add(&timer{task: t, ticket: t.ticket, self: t.self}, e.now(), d)
		e.armTimers()
	}
	t.suspend()
	t.checkCanceled(L)
	return t.woken
}

// checkCanceled raises in a canceled task, and ends one that won't hear.
func (t *task) checkCanceled(L *lua.LState) {
	if !t.canceled {
		return
	}
	if t.refused++; t.refused > patience {
		runtime.Goexit()
	}
	L.Error(t.e.tasks.canceled, 0)
}

// wake ends a task's wait. It goes on in this Update, or in the next one if none
// runs.
func (e *Extension) wake(t *task, woken bool, values []lua.LValue) {
	if !t.waiting {
		return
	}
	t.waiting, t.woken, t.brought = false, woken, values
	t.ticket++
	if t.timer != nil {
		e.timers.remove(t.timer)
		t.timer = nil
	}
	e.tasks.ready = append(e.tasks.ready, t)
	if !e.updating {
		e.queue.Nudge()
	}
}

// cancel has a task's waits raise from now on.
func (e *Extension) cancel(t *task) {
	if !t.state.ended() && !t.canceled {
		t.canceled = true
		e.wake(t, true, nil)
	}
}

// resumeReady gives the turn to those that were woken, and to those that they
// wake: to so many at least, and then as long as the budget lasts.
func (e *Extension) resumeReady(least int) {
	k := &e.tasks
	n := 0
	for ; n < len(k.ready) && n < mostResumes && !e.closed; n++ {
		if n >= least && (n-least)%16 == 0 && e.budget.late() {
			break
		}
		if t := k.ready[n]; t.state == taskSuspended {
			e.hand(t, goOn)
			e.sendEarly()
		}
	}
	k.ready = slices.Delete(k.ready, 0, n) // and clears what was behind
}

// pending counts what the next Update has to do for tasks.
func (k *tasks) pending() int {
	n := len(k.failed)
	for _, t := range k.ready {
		if !t.state.ended() { // it may have been ended since it was woken
			n++
		}
	}
	return n
}

// bury takes a task that has ended out of the books and tells those who wait
// for it.
func (e *Extension) bury(t *task) {
	k := &e.tasks
	delete(k.of[t.self], t)
	if len(k.of[t.self]) == 0 {
		delete(k.of, t.self)
	}
	k.count--
	t.thread, t.current, t.frozen = nil, nil, nil // who keeps the task keeps its results alone
	t.waiting = false
	if t.timer != nil {
		e.timers.remove(t.timer)
		t.timer = nil
	}
	if t.state == taskFailed && len(t.watchers) == 0 {
		k.failed = append(k.failed, t)
		if !e.updating {
			e.queue.Nudge()
		}
	}
	for _, watcher := range t.watchers {
		if watcher.unended--; watcher.unended == 0 || t.failure != nil {
			e.wake(watcher, true, nil)
		}
	}
}

// watch has t woken when so many of the others have ended, or one has failed.
func (t *task) watch(others []*task, count int) {
	t.watching, t.unended = others, count
	for _, other := range others {
		other.watchers = append(other.watchers, t)
	}
}

func (t *task) unwatch() {
	for _, other := range t.watching {
		if !other.state.ended() {
			other.watchers = slices.DeleteFunc(other.watchers, func(w *task) bool { return w == t })
		}
	}
	t.watching = nil
}

// releaseTasks ends the tasks of a script that is deleted, where they stand.
func (e *Extension) releaseTasks(self lua.LValue) {
	for t := range e.tasks.of[self] {
		if t.state == taskSuspended {
			e.hand(t, end)
		} else {
			t.doomed = true
		}
	}
}

// closeTasks ends all tasks where they stand, and joins them.
func (e *Extension) closeTasks() {
	for _, of := range e.tasks.of {
		for t := range of {
			e.hand(t, end)
		}
	}
	e.tasks.goroutines.Wait() // they have given their last turn back
	e.tasks.ready = nil
	e.reportFailed()
}

// reportFailed tells of the tasks that failed while nobody awaited them.
func (e *Extension) reportFailed() {
	failed := e.tasks.failed
	e.tasks.failed = nil
	for _, t := range failed {
		if !t.seen {
			e.o.OnError(&TaskError{Where: t.where, Err: t.failure.error()})
		}
	}
}
