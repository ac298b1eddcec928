package luajit

import (
	lua "github.com/yuin/gopher-lua"
)

// sorter is table.sort: the same quicksort as Lua's, so that a comparison that
// contradicts itself gives the same order, or the same error.
type sorter struct {
	r    *Runtime
	L    *lua.LState
	t    *lua.LTable
	less *lua.LFunction // nil for <
}

func (r *Runtime) tableSort(L *lua.LState) int {
	t := checkTable(L, 1)
	s := sorter{r: r, L: L, t: t}
	if L.Get(2) != lua.LNil {
		s.less = checkFunction(L, 2)
	}
	L.SetTop(2)
	co := r.now()
	co.unyielding++
	defer func() { co.unyielding-- }()
	s.sort(1, t.Len())
	return 0
}

func (s *sorter) get(i int) lua.LValue { return s.t.RawGetInt(i) }

func (s *sorter) swap(i, j int) {
	a, b := s.get(i), s.get(j)
	s.t.RawSetInt(i, b)
	s.t.RawSetInt(j, a)
}

// before says whether a comes before b.
func (s *sorter) before(a, b lua.LValue) bool {
	if s.less == nil {
		return lessThan(s.L, a, b)
	}
	s.L.Push(s.less)
	s.L.Push(a)
	s.L.Push(b)
	s.L.Call(2, 1)
	result := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return result
}

// lessThan is a < b with LuaJIT's error texts.
func lessThan(L *lua.LState, a, b lua.LValue) bool {
	if x, ok := a.(lua.LNumber); ok {
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	}
	if x, ok := a.(lua.LString); ok {
		if y, ok := b.(lua.LString); ok {
			return x < y
		}
	}
	if a.Type() != b.Type() || L.GetMetaField(a, "__lt") == lua.LNil {
		L.Error(lua.LString(compareText(typeName(a), typeName(b))), 0)
	}
	return L.LessThan(a, b)
}

func (s *sorter) sort(lo, up int) {
	for lo < up {
		if s.before(s.get(up), s.get(lo)) {
			s.swap(lo, up)
		}
		if up-lo == 1 {
			return
		}
		i := (lo + up) / 2
		if s.before(s.get(i), s.get(lo)) {
			s.swap(i, lo)
		} else if s.before(s.get(up), s.get(i)) {
			s.swap(i, up)
		}
		if up-lo == 2 {
			return
		}
		pivot := s.get(i)
		s.swap(i, up-1)
		i, j := lo, up-1
		for {
			for i++; s.before(s.get(i), pivot); i++ {
				if i >= up {
					raise(s.L, "invalid order function for sorting")
				}
			}
			for j--; s.before(pivot, s.get(j)); j-- {
				if j <= lo {
					raise(s.L, "invalid order function for sorting")
				}
			}
			if j < i {
				break
			}
			s.swap(i, j)
		}
		s.swap(up-1, i)
		if i-lo < up-i {
			lo, j, i = i+1, lo, i-1
			s.sort(j, i)
		} else {
			j, i, up = i+1, up, i-1
			s.sort(j, i)
		}
	}
}
