package luaspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// class is a kind of userdata with methods and read-only fields. A misspelt
// name raises instead of being nil: a spec that asks for server.conections
// should not wait five seconds to hear that nil is nil.
type class[T any] struct {
	name    string
	meta    *lua.LTable
	methods map[string]lua.LValue
	getters map[string]getter[T]
}

type (
	method[T any] func(L *lua.LState, self T) int
	getter[T any] func(L *lua.LState, self T) lua.LValue
)

func newClass[T any](L *lua.LState, name string, methods map[string]method[T], getters map[string]getter[T]) *class[T] {
	c := &class[T]{name: name, meta: L.NewTable(), methods: make(map[string]lua.LValue), getters: getters}
	for key, m := range methods {
		c.methods[key] = L.NewFunction(func(L *lua.LState) int { return m(L, c.check(L, key)) })
	}
	c.meta.RawSetString("__index", L.NewFunction(c.index))
	c.meta.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		misuse(L, fmt.Sprintf("a %s's fields are read-only: '%s'", name, L.Get(2).String()))
		return 0
	}))
	c.meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(fmt.Sprintf("%s: %p", name, L.Get(1))))
		return 1
	}))
	return c
}

func (c *class[T]) wrap(L *lua.LState, value T) *lua.LUserData {
	data := L.NewUserData()
	data.Value = value
	data.Metatable = c.meta
	return data
}

// check is self in a call of one of the methods.
func (c *class[T]) check(L *lua.LState, name string) T {
	if data, ok := L.Get(1).(*lua.LUserData); ok {
		if self, ok := data.Value.(T); ok {
			return self
		}
	}
	misuse(L, fmt.Sprintf("bad self of '%s' (a %s expected, got %s): was it called with a dot instead of a colon?", name, c.name, L.Get(1).Type()))
	panic("unreachable")
}

func (c *class[T]) index(L *lua.LState) int {
	key := L.Get(2).String()
	self := c.check(L, key)
	if m, ok := c.methods[key]; ok {
		L.Push(m)
		return 1
	}
	if get, ok := c.getters[key]; ok {
		L.Push(get(L, self))
		return 1
	}
	names := slices.Concat(slices.Collect(maps.Keys(c.methods)), slices.Collect(maps.Keys(c.getters)))
	slices.Sort(names)
	misuse(L, fmt.Sprintf("a %s has no '%s'; there are %s", c.name, key, strings.Join(names, ", ")))
	return 0
}
