package luaspec

import (
	lua "github.com/yuin/gopher-lua"
)

// openBlocks enters describe, it and the rest of busted's words.
func (r *runner) openBlocks() {
	for _, name := range []string{"describe", "context", "insulate", "expose"} {
		r.L.SetGlobal(name, r.L.NewFunction(r.blockFunc(name, kindDescribe)))
	}
	for _, name := range []string{"it", "spec", "test"} {
		r.L.SetGlobal(name, r.L.NewFunction(r.blockFunc(name, kindIt)))
	}
	r.L.SetGlobal("pending", r.L.NewFunction(r.pending))
	r.L.SetGlobal("finally", r.L.NewFunction(r.addFinally))
	for name, hooks := range map[string]func(*node) *[]hook{
		"setup":           func(n *node) *[]hook { return &n.setup },
		"strict_setup":    func(n *node) *[]hook { return &n.setup },
		"lazy_setup":      func(n *node) *[]hook { return &n.lazySetup },
		"teardown":        func(n *node) *[]hook { return &n.teardown },
		"strict_teardown": func(n *node) *[]hook { return &n.teardown },
		"lazy_teardown":   func(n *node) *[]hook { return &n.lazyTeardown },
		"before_each":     func(n *node) *[]hook { return &n.beforeEach },
		"after_each":      func(n *node) *[]hook { return &n.afterEach },
	} {
		r.L.SetGlobal(name, r.L.NewFunction(func(L *lua.LState) int {
			block := r.checkLoading(L, name)
			list := hooks(block)
			*list = append(*list, hook{name: name, fn: L.CheckFunction(1), where: where(L)})
			return 0
		}))
	}
	r.enterBusted()
}

// enterBusted makes require("busted") give what are globals here.
func (r *runner) enterBusted() {
	module := r.L.NewTable()
	for _, name := range []string{
		"describe", "context", "insulate", "expose", "it", "spec", "test", "pending", "finally",
		"setup", "strict_setup", "lazy_setup", "teardown", "strict_teardown", "lazy_teardown",
		"before_each", "after_each", "assert", "spy", "stub", "mock", "match",
	} {
		module.RawSetString(name, r.L.GetGlobal(name))
	}
	r.L.SetField(r.L.GetField(r.L.GetGlobal("package"), "loaded"), "busted", module)
}

// checkLoading is the block that a call of name belongs to. Within an it or a
// hook there is none.
func (r *runner) checkLoading(L *lua.LState, name string) *node {
	if r.loading == nil {
		misuse(L, "'"+name+"' not supported inside current context block")
	}
	return r.loading
}

// blockFunc is describe(name, fn) or it(name, fn), and busted's other way to
// write them: describe "name" (fn).
func (r *runner) blockFunc(word string, k kind) lua.LGFunction {
	return func(L *lua.LState) int {
		r.checkLoading(L, word)
		name := L.CheckString(1)
		position := where(L)
		if L.GetTop() > 1 {
			r.add(&node{kind: k, name: name, where: position, fn: L.CheckFunction(2)})
			return 0
		}
		L.Push(L.NewFunction(func(L *lua.LState) int {
			r.checkLoading(L, word)
			r.add(&node{kind: k, name: name, where: position, fn: L.CheckFunction(1)})
			return 0
		}))
		return 1
	}
}

// add puts a block into the one that is loading; a describe's body runs now.
func (r *runner) add(n *node) {
	n.parent = r.loading
	r.loading.children = append(r.loading.children, n)
	if n.kind == kindDescribe {
		r.register(n)
	}
}

// pending(name [, fn]) in a describe notes a spec that is to be written;
// pending([message]) in an it gives that one up.
func (r *runner) pending(L *lua.LState) int {
	if r.loading != nil {
		r.add(&node{kind: kindPending, name: L.CheckString(1), where: where(L)})
		return 0
	}
	if r.spec == nil {
		misuse(L, "'pending' not supported inside current context block")
	}
	message := ""
	if L.Get(1) != lua.LNil {
		message = r.text(L.Get(1))
	}
	r.raise(L, r.pendingMeta, message)
	return 0
}

// finally(fn) in an it: fn runs after it, however it ends, before after_each.
// The newest runs first.
func (r *runner) addFinally(L *lua.LState) int {
	if r.spec == nil {
		misuse(L, "'finally' not supported inside current context block")
	}
	r.finally = append(r.finally, L.CheckFunction(1))
	return 0
}
