package luajit

import (
	"iter"
	"runtime"
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// maxResumes bounds the coroutines that wait for one another.
const maxResumes = 190

// coroutine is a Lua coroutine. It runs on a goroutine of its own, because a
// yield of gopher-lua's can't cross what Go calls: pcall, a metamethod, an
// iterator. One goroutine runs at a time: resume and yield hand over.
//
// What scripts hold of it is a thread that stands for it; when that is
// unreachable, so is the coroutine, and its goroutine can end.
type coroutine struct {
	handle     weak.Pointer[lua.LState]
	fn         *lua.LFunction
	th         *lua.LState // where fn runs; nil until it is started
	at         *lua.LState // where its yield waits; th or a protected call's thread
	status     string
	next       func() (struct{}, bool)
	stop       func()
	yield      func(struct{}) bool
	failure    *lua.ApiError
	protection *protection // the innermost that runs
	protected  int         // how many
	depth      int         // coroutines that wait for it
	unyielding int         // library functions that call back
	stopping   bool
	watched    bool
}

// stopped unwinds a coroutine that nobody will resume.
type stopped struct{}

func (r *Runtime) openCoroutine() error {
	lib, err := r.library("coroutine")
	if err != nil {
		return err
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"create":      r.coroutineCreate,
		"isyieldable": r.coroutineIsYieldable,
		"resume":      r.coroutineResume,
		"running":     r.coroutineRunning,
		"status":      r.coroutineStatus,
		"wrap":        r.coroutineWrap,
		"yield":       r.coroutineYield,
	})
	return nil
}

// newCoroutine makes one and the thread that stands for it.
func (r *Runtime) newCoroutine(L *lua.LState) (*coroutine, *lua.LState) {
	co := &coroutine{fn: checkFunction(L, 1), status: "suspended"}
	handle := &lua.LState{
		G:   L.G,
		Env: &lua.LTable{Metatable: &lua.LUserData{Value: co}},
	}
	co.handle = weak.Make(handle)
	r.sweep()
	return co, handle
}

// coroutineOf is the coroutine that a thread stands for.
func coroutineOf(th *lua.LState) *coroutine {
	if th.Env != nil {
		if data, ok := th.Env.Metatable.(*lua.LUserData); ok {
			co, _ := data.Value.(*coroutine)
			return co
		}
	}
	return nil
}

func checkCoroutine(L *lua.LState, n int) *coroutine {
	if th, ok := L.Get(n).(*lua.LState); ok {
		if co := coroutineOf(th); co != nil {
			return co
		}
	}
	argError(L, n, "coroutine expected")
	return nil
}

func (r *Runtime) coroutineCreate(L *lua.LState) int {
	_, handle := r.newCoroutine(L)
	L.Push(handle)
	return 1
}

func (r *Runtime) coroutineResume(L *lua.LState) int {
	if th, ok := L.Get(1).(*lua.LState); ok && coroutineOf(th) == nil {
		L.Push(lua.LFalse)
		L.Push(lua.LString("cannot resume a thread of the host's"))
		return 2
	}
	co := checkCoroutine(L, 1)
	n, problem := r.resume(L, co)
	if problem != nil {
		L.Push(lua.LFalse)
		L.Push(problem)
		return 2
	}
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

func (r *Runtime) coroutineWrap(L *lua.LState) int {
	_, handle := r.newCoroutine(L)
	L.Push(L.NewClosure(r.resumeWrapped, handle))
	return 1
}

func (r *Runtime) resumeWrapped(L *lua.LState) int {
	handle := L.Get(lua.UpvalueIndex(1))
	L.Insert(handle, 1)
	n, problem := r.resume(L, coroutineOf(handle.(*lua.LState)))
	if problem != nil {
		if text, ok := problem.(lua.LString); ok {
			problem = lua.LString(r.place(L, 1) + string(text))
		}
		r.rethrow(L, problem)
	}
	return n
}

// resume runs co until it yields, returns or fails, with L's arguments after
// the first. What it gives is pushed on L and counted; problem is what it
// raised, or why it can't be resumed.
func (r *Runtime) resume(L *lua.LState, co *coroutine) (n int, problem lua.LValue) {
	switch co.status {
	case "suspended":
	case "normal":
		return 0, lua.LString("cannot resume non-suspended coroutine")
	default:
		return 0, lua.LString("cannot resume " + co.status + " coroutine")
	}
	previous, running := r.now(), L.G.CurrentThread
	if previous.depth >= maxResumes {
		return 0, lua.LString("C stack overflow")
	}
	handle := L.Get(1)
	if co.next == nil {
		r.start(co)
	}
	L.XMoveTo(co.at, L.GetTop()-1)

	co.depth = previous.depth + 1
	previous.status, co.status = "normal", "running"
	r.current, L.G.CurrentThread, co.th.Parent = co, co.th, running
	came := false
	defer func() {
		previous.status = "running"
		r.current, L.G.CurrentThread = previous, running
		if !came { // somebody ended the goroutine
			co.status = "dead"
		}
	}()
	_, waits := co.next()
	came = true
	if !waits {
		return r.finish(L, co)
	}
	co.status = "suspended"
	co.th.Parent = nil
	if !co.watched {
		co.watched = true
		runtime.AddCleanup(handle.(*lua.LState), r.drop, co)
	}
	runtime.KeepAlive(handle)
	n = co.at.GetTop()
	co.at.XMoveTo(L, n)
	return n, nil
}

// now is the coroutine that runs. A host that runs threads of its own sets
// CurrentThread, so each of them has an account of its protected calls.
func (r *Runtime) now() *coroutine {
	th := r.L.G.CurrentThread
	if th == r.current.th {
		return r.current
	}
	if th == nil || th == r.L {
		r.current = &r.main
		return r.current
	}
	co := r.contexts[th]
	if co == nil {
		co = &coroutine{th: th, status: "running"} // protect keeps it
	}
	r.current = co
	return co
}

// leave forgets a host's thread when no protected call is left on it.
func (r *Runtime) leave(co *coroutine) {
	if co.next == nil && co.protection == nil && co != &r.main {
		delete(r.contexts, co.th)
		r.current = &r.main
	}
}

// start gives co a thread and a goroutine.
func (r *Runtime) start(co *coroutine) {
	co.th = r.newThread().th
	co.at = co.th
	co.th.Push(r.trampoline)
	co.th.Push(co.fn)
	co.fn = nil
	r.contexts[co.th] = co
	// The goroutine is the Runtime's. It ends when its function does, or with
	// stop, which end calls: for one that nothing can reach, and for all in
	// Close. next and stop return when it yields or has ended: they join it.
	hands := iter.Pull[struct{}]
	if r.options.LockedThread {
		hands = func(seq iter.Seq[struct{}]) (func() (struct{}, bool), func()) { return pull(seq) }
	}
	co.next, co.stop = hands(func(yield func(struct{}) bool) {
		defer func() {
			if crash := recover(); crash != nil {
				if _, ok := crash.(stopped); !ok {
					panic(crash)
				}
			}
		}()
		co.yield = yield
		p := protection{th: co.th}
		co.protection = &p
		if err := co.th.PCall(co.th.GetTop()-1, lua.MultRet, nil); err != nil {
			co.failure = asFailure(err)
		}
	})
}

// finish takes the results of a coroutine that ended.
func (r *Runtime) finish(L *lua.LState, co *coroutine) (n int, problem lua.LValue) {
	co.status = "dead"
	th := co.th
	delete(r.contexts, th)
	th.Parent = nil
	co.th, co.at, co.next, co.stop, co.yield = nil, nil, nil, nil, nil
	if co.failure != nil {
		problem = co.failure.Object
	} else {
		n = th.GetTop()
		th.XMoveTo(L, n)
	}
	th.SetTop(0)
	r.spare = append(r.spare, &protection{th: th})
	return n, problem
}

// coroutineYield is coroutine.yield(…).
func (r *Runtime) coroutineYield(L *lua.LState) int {
	co := r.now()
	if co.next == nil || co.unyielding > 0 {
		if co.next == nil && L.Parent != nil {
			return -1 // a host's own thread, by L.Resume
		}
		r.rethrow(L, lua.LString(r.place(L, 1)+"attempt to yield across C-call boundary"))
	}
	co.at = L
	if !co.yield(struct{}{}) {
		co.stopping = true
		panic(stopped{})
	}
	return L.GetTop()
}

// coroutineRunning is coroutine.running(): nil on the main thread.
func (r *Runtime) coroutineRunning(L *lua.LState) int {
	switch co := r.now(); {
	case co == &r.main:
		L.Push(lua.LNil)
	case co.next == nil:
		L.Push(co.th)
	default:
		L.Push(co.handle.Value())
	}
	return 1
}

func (r *Runtime) coroutineIsYieldable(L *lua.LState) int {
	co := r.now()
	L.Push(lua.LBool(co.next != nil && co.unyielding == 0))
	return 1
}

func (r *Runtime) coroutineStatus(L *lua.LState) int {
	if th, ok := L.Get(1).(*lua.LState); ok && coroutineOf(th) == nil {
		L.Push(lua.LString(L.Status(th)))
		return 1
	}
	L.Push(lua.LString(checkCoroutine(L, 1).status))
	return 1
}

// drop notes that nothing can resume co any more. Safe from any goroutine.
func (r *Runtime) drop(co *coroutine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropped = append(r.dropped, co)
}

// sweep ends the coroutines and closes the files that nothing can reach any more.
func (r *Runtime) sweep() {
	r.mu.Lock()
	dropped, files := r.dropped, r.droppedFiles
	r.dropped, r.droppedFiles = nil, nil
	r.mu.Unlock()
	for _, co := range dropped {
		r.end(co)
	}
	for _, f := range files {
		if !f.closed {
			_ = f.close()
		}
		delete(r.io.kept, f)
	}
}

// end unwinds a coroutine that waits in a yield; no code of its script runs.
func (r *Runtime) end(co *coroutine) {
	if co.status != "suspended" || co.stop == nil {
		return
	}
	previous, running := r.current, r.L.G.CurrentThread
	r.current, r.L.G.CurrentThread = co, co.th
	co.stop()
	r.current, r.L.G.CurrentThread = previous, running
	co.status = "dead"
	delete(r.contexts, co.th)
	co.th, co.at, co.next, co.stop, co.yield = nil, nil, nil, nil, nil
}
