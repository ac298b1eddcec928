package luajit

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// maxProtected bounds the protected calls within protected calls of one thread:
// each has a stack of its own.
const maxProtected = 1000

// protection is one protected call.
//
// gopher-lua's own pcall, when it catches an error, parts the locals of all
// functions that are still running from the closures that share them: a
// counter that a callback counts up stands still for its function ever after.
// It happens to the frames of one thread only; so a protected call gets a
// thread of its own.
type protection struct {
	th       *lua.LState // where the protected function runs
	home     *lua.LState // where it was called; nil if that is th
	outer    *protection
	handler  lua.LValue // xpcall's; nil for none
	handling bool       // the handler runs
	handled  bool
	overflow bool   // the stack is full: no handler can run on it
	traced   bool   // the error needs a traceback
	trace    string // of the error, while a handler runs after it
}

// noTrace stands for a traceback that nobody asked for. gopher-lua would make
// one where there is none, in a time that grows with the square of the depth.
const noTrace = "-"

func (r *Runtime) openProtect() error {
	L := r.L
	L.SetGlobal("error", L.NewFunction(r.baseError))
	L.SetGlobal("assert", L.NewFunction(r.baseAssert))
	L.SetGlobal("pcall", L.NewFunction(r.basePCall))
	L.SetGlobal("xpcall", L.NewFunction(r.baseXPCall))
	return nil
}

// baseError is error(message [, level]).
func (r *Runtime) baseError(L *lua.LState) int {
	message, level := L.Get(1), optInt(L, 2, 1)
	if text, ok := toText(message); ok && level > 0 {
		message = lua.LString(r.place(L, level) + text)
	}
	r.rethrow(L, message)
	return 0
}

// rethrow raises a value as it is.
func (r *Runtime) rethrow(L *lua.LState, value lua.LValue) {
	r.verbatim = true
	L.Error(value, 0)
}

// baseAssert is assert(v [, message …]). As in LuaJIT a text gets a place.
func (r *Runtime) baseAssert(L *lua.LState) int {
	if lua.LVAsBool(checkAny(L, 1)) {
		return L.GetTop()
	}
	message := L.Get(2)
	if L.GetTop() < 2 {
		message = lua.LString("assertion failed!")
	}
	if text, ok := toText(message); ok {
		message = lua.LString(r.place(L, 1) + text)
	}
	r.rethrow(L, message)
	return 0
}

// call is the function below each protected one: it takes the Panic of L, which
// gopher-lua's PCall sets anew, and gives a crash of the VM the form of an error
// while the functions that failed are still there.
func (r *Runtime) call(L *lua.LState) int {
	L.Panic = r.hook
	defer func() {
		switch crash := recover().(type) {
		case nil:
		case *lua.ApiError, stopped:
			panic(crash)
		default:
			text := fmt.Sprint(crash)
			if text == "lua callstack overflow" {
				text = "stack overflow"
				if p := r.now().protection; p != nil {
					p.overflow = true
				}
			}
			L.RaiseError("%s", text)
		}
	}()
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// raised is what L.Panic is in a protected call: the value is on top of the
// stack, and the functions that failed are still there.
func (r *Runtime) raised(L *lua.LState) {
	value := L.Get(-1)
	if text, ok := value.(lua.LString); ok && !r.verbatim {
		value = lua.LString(r.mendText(L, string(text)))
	}
	r.verbatim = false
	failure := &lua.ApiError{Type: lua.ApiErrorRun, Object: value, StackTrace: noTrace}
	p := r.now().protection
	switch {
	case p == nil:
	case p.handling:
		p.overflow = false
	case p.overflow:
		p.trace = r.traceback(L, 0)
	case p.handler != nil:
		p.handling = true
		L.Push(p.handler)
		L.Push(value)
		L.Call(1, 1)
		failure.Object, p.handled = L.Get(-1), true
	case p.traced:
		failure.StackTrace = r.traceback(L, 0)
	}
	panic(failure)
}

// protect calls L's argument first with those after it, on another thread. The
// results are pushed on L and counted.
func (r *Runtime) protect(L *lua.LState, first int, handler lua.LValue, traced bool) (results int, failure *lua.ApiError) {
	co := r.now()
	if co.protected >= maxProtected {
		return 0, &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("stack overflow"), StackTrace: noTrace}
	}
	p := r.newThread()
	th, running := p.th, L.G.CurrentThread
	*p = protection{th: th, home: L, outer: co.protection, handler: handler, traced: traced}
	co.protection = p
	co.protected++
	if co.next == nil && co != &r.main {
		r.contexts[co.th] = co
	}
	whole := false // a coroutine or a task that is ended in there leaves its frames, and closures that share them
	defer func() {
		co.protected--
		co.protection = p.outer
		L.G.CurrentThread = running
		r.leave(co)
		if whole {
			th.SetTop(0)
			r.spare = append(r.spare, p)
		}
	}()
	nargs := L.GetTop() - first
	th.Push(r.trampoline)
	L.XMoveTo(th, nargs+1)
	if err := th.PCall(nargs+1, lua.MultRet, nil); err != nil {
		failure = asFailure(err)
		if co.stopping {
			panic(stopped{})
		}
		if handler != nil && !p.handled {
			r.handleLate(p, failure)
		}
		whole = true
		return 0, failure
	}
	whole = true
	results = th.GetTop()
	th.XMoveTo(L, results)
	return results, nil
}

// newThread takes a thread for a protected call. The bound on the state's scripts
// is that of the thread, too.
func (r *Runtime) newThread() (p *protection) {
	bound := r.L.Context()
	if last := len(r.spare) - 1; last >= 0 {
		p, r.spare = r.spare[last], r.spare[:last]
	} else {
		if bound != nil { // or NewThread would make a context that nobody cancels
			r.L.RemoveContext()
			defer r.L.SetContext(bound)
		}
		th, _ := r.L.NewThread()
		p = &protection{th: th}
	}
	switch {
	case bound != nil:
		p.th.SetContext(bound)
	case p.th.Context() != nil:
		p.th.RemoveContext()
	}
	return p
}

func asFailure(err error) *lua.ApiError {
	var failure *lua.ApiError
	if errors.As(err, &failure) {
		return failure
	}
	return &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString(err.Error()), StackTrace: noTrace}
}

// handleLate calls the handler where it could not run on top of what failed,
// and gives a handler's own error LuaJIT's text.
func (r *Runtime) handleLate(p *protection, failure *lua.ApiError) {
	if p.handling {
		failure.Object = lua.LString("error in error handling")
		return
	}
	th := p.th
	p.handling = true
	th.Push(r.trampoline)
	th.Push(p.handler)
	th.Push(failure.Object)
	if err := th.PCall(2, 1, nil); err != nil {
		failure.Object = lua.LString("error in error handling")
		return
	}
	failure.Object = th.Get(-1)
}

// Call calls fn with args, protected, on a thread of its own: so fn may call a Go
// function that lets other scripts run, and keep its locals when one of them
// fails meanwhile. The error is a *lua.ApiError with its traceback.
func (r *Runtime) Call(fn *lua.LFunction, args ...lua.LValue) error {
	top := r.L.GetTop()
	defer r.L.SetTop(top)
	r.L.Push(fn)
	for _, arg := range args {
		r.L.Push(arg)
	}
	return r.PCallApart(r.L, len(args), 0)
}

// PCall is L.PCall with LuaJIT's error texts: it calls the function below the
// nargs topmost values. The error is a *lua.ApiError with its traceback.
func (r *Runtime) PCall(L *lua.LState, nargs, nret int) error {
	co := r.now()
	p := protection{th: L, outer: co.protection, traced: true}
	co.protection = &p
	defer func() {
		co.protection = p.outer
		r.leave(co)
	}()
	L.Insert(r.trampoline, -nargs-1)
	err := L.PCall(nargs+1, nret, nil)
	if err != nil && co.stopping {
		panic(stopped{})
	}
	if err != nil && p.trace != "" {
		asFailure(err).StackTrace = p.trace
	}
	return err
}

// PCallApart is PCall on a thread of its own, so that functions which already
// run on L keep their locals when it fails.
func (r *Runtime) PCallApart(L *lua.LState, nargs, nret int) error {
	below := L.GetTop() - nargs - 1
	if _, failure := r.protect(L, below+1, nil, true); failure != nil {
		L.SetTop(below)
		return failure
	}
	L.SetTop(below + nret)
	return nil
}

// basePCall is pcall(f, …).
func (r *Runtime) basePCall(L *lua.LState) int {
	checkAny(L, 1)
	n, failure := r.protect(L, 1, nil, false)
	if failure != nil {
		L.Push(lua.LFalse)
		L.Push(failure.Object)
		return 2
	}
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

// baseXPCall is xpcall(f, handler, …).
func (r *Runtime) baseXPCall(L *lua.LState) int {
	checkAny(L, 1)
	handler := checkFunction(L, 2)
	L.Remove(2)
	n, failure := r.protect(L, 1, handler, false)
	if failure != nil {
		L.Push(lua.LFalse)
		L.Push(failure.Object)
		return 2
	}
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

// callC calls what a library's function calls back: no yield can cross it.
func (r *Runtime) callC(L *lua.LState, nargs, nret int) {
	co := r.now()
	co.unyielding++
	defer func() { co.unyielding-- }()
	L.Call(nargs, nret)
}
