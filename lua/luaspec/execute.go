package luaspec

import (
	lua "github.com/yuin/gopher-lua"
)

// enterBlock begins a describe: its scope and its setups. It returns a result
// only if something is to be told.
func (r *runner) enterBlock(n *node) *Result {
	result := r.blockResult(n, "setup")
	r.measured(result, func() {
		n.state.scope = r.open()
		if !r.runHooks(result, n.setup) {
			n.state.failed = true
		}
	})
	return worthTelling(result)
}

// leaveBlock ends a describe: its teardowns, then its scope.
func (r *runner) leaveBlock(n *node) *Result {
	result := r.blockResult(n, "teardown")
	r.measured(result, func() {
		if n.state.lazy {
			r.runHooks(result, n.lazyTeardown)
		}
		r.runHooks(result, n.teardown)
		r.end(n.state.scope)
	})
	return worthTelling(result)
}

// worthTelling drops the result of a block that went well without a word.
func worthTelling(result *Result) *Result {
	if result.Status == Passed && result.Output == "" {
		return nil
	}
	return result
}

func (r *runner) blockResult(n *node, what string) *Result {
	name := what
	if n.kind == kindDescribe {
		name = n.fullName() + " " + what
	}
	return &Result{File: r.path, Name: name, Where: n.where, Block: true}
}

// runHooks runs all of them, also after one that failed, and says whether none
// did.
func (r *runner) runHooks(result *Result, hooks []hook) bool {
	ok := true
	for _, h := range hooks {
		if p := r.protected(h.fn); p != nil {
			if p.Status == Pending {
				result.add(*p)
				continue
			}
			p.Status = Errored // only an it fails: a hook that asserts is an error
			p.Message += "\n(in " + h.name + ")"
			result.add(*p)
			ok = false
		}
	}
	return ok
}

// runSpec runs one it with the hooks around it, in an instance of its own.
func (r *runner) runSpec(n *node) *Result {
	result := &Result{File: r.path, Name: n.fullName(), Where: n.where}
	if n.kind == kindPending {
		result.add(Problem{Status: Pending})
		return result
	}
	r.measured(result, func() {
		if !r.lazySetups(result, n) {
			return
		}
		r.spec = n
		defer func() { r.spec = nil }()
		s := r.open()
		defer r.end(s)

		// Outermost first; where a before_each fails, the inner ones and the spec
		// don't run, and only the after_each of the blocks that were reached do.
		reached := n.chain()
		for i, block := range reached {
			if !r.runHooks(result, block.beforeEach) || result.Status == Pending {
				reached = reached[:i+1]
				break
			}
		}
		if result.Status == Passed {
			r.body(result, n)
		}
		for i := len(reached) - 1; i >= 0; i-- {
			r.runHooks(result, reached[i].afterEach)
		}
	})
	return result
}

// body runs the it itself and what it gave to finally.
func (r *runner) body(result *Result, n *node) {
	r.finally = nil
	if p := r.protected(n.fn); p != nil {
		result.add(*p)
	}
	for i := len(r.finally) - 1; i >= 0; i-- {
		if p := r.protected(r.finally[i]); p != nil {
			p.Message += "\n(in finally)"
			result.add(*p)
		}
	}
	r.finally = nil
}

// lazySetups runs those of the blocks around n that did not run yet, in their
// block's scope. It returns false where a setup failed, now or before.
func (r *runner) lazySetups(result *Result, n *node) bool {
	for _, block := range n.chain() {
		if block.state.failed {
			result.add(Problem{Status: Errored, Message: at(n.where, "not run: the setup of \""+block.fullName()+"\" failed")})
			return false
		}
		if block.state.lazy {
			continue
		}
		block.state.lazy = true
		inner := r.scope
		r.scope = block.state.scope
		r.enter(r.scope)
		ok := r.runHooks(result, block.lazySetup)
		r.scope = inner
		r.enter(inner)
		if !ok {
			block.state.failed = true
			return false
		}
	}
	return true
}

// call runs a Lua function of the spec within a Go function that it called;
// what it raises goes on to the caller.
func call(L *lua.LState, fn lua.LValue) lua.LValue {
	L.Push(fn)
	L.Call(0, 1)
	value := L.Get(-1)
	L.Pop(1)
	return value
}
