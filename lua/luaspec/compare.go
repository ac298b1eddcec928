package luaspec

import (
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// comparison is one deep comparison of two Lua values, as luassert's: raw,
// except that two tables with the same metatable and an __eq in it are asked.
type comparison struct {
	L *lua.LState
	// pairs on the way down; a pair that comes again is taken as equal, so
	// that tables which hold themselves can be compared.
	seen map[[2]*lua.LTable]bool
}

// same reports whether a and b are deeply equal and, if not, the keys that
// lead to the first difference, outermost first, in the order in which tables
// are shown. ignoreEq leaves out the __eq of a and b themselves (not of what
// is inside them).
func same(L *lua.LState, a, b lua.LValue, ignoreEq bool) (bool, []lua.LValue) {
	c := comparison{L: L, seen: map[[2]*lua.LTable]bool{}}
	return c.same(a, b, ignoreEq)
}

func (c *comparison) same(a, b lua.LValue, ignoreEq bool) (bool, []lua.LValue) {
	ta, aok := a.(*lua.LTable)
	tb, bok := b.(*lua.LTable)
	if !aok || !bok {
		return c.L.Equal(a, b), nil
	}
	if ta == tb {
		return true, nil
	}
	if !ignoreEq && hasEq(ta, tb) {
		return c.L.Equal(a, b), nil
	}
	pair := [2]*lua.LTable{ta, tb}
	if c.seen[pair] {
		return true, nil
	}
	c.seen[pair] = true

	for _, key := range sortedKeys(ta) {
		other := tb.RawGet(key)
		if other == lua.LNil {
			return false, []lua.LValue{key}
		}
		if ok, crumbs := c.same(ta.RawGet(key), other, false); !ok {
			return false, append([]lua.LValue{key}, crumbs...)
		}
	}
	for _, key := range sortedKeys(tb) {
		if ta.RawGet(key) == lua.LNil {
			return false, []lua.LValue{key}
		}
	}
	return true, nil
}

func hasEq(a, b *lua.LTable) bool {
	meta, ok := a.Metatable.(*lua.LTable)
	if !ok || a.Metatable != b.Metatable {
		return false
	}
	return meta.RawGetString("__eq") != lua.LNil
}

// sortedKeys gives a table's keys in the order in which they are shown:
// the array part, numbers, booleans, strings, then whatever is left.
func sortedKeys(t *lua.LTable) []lua.LValue {
	var keys []lua.LValue
	length := t.Len()
	t.ForEach(func(key, _ lua.LValue) { keys = append(keys, key) })
	rank := func(key lua.LValue) int {
		switch k := key.(type) {
		case lua.LNumber:
			if n := float64(k); n >= 1 && n <= float64(length) && n == math.Floor(n) {
				return 0
			}
			return 1
		case lua.LBool:
			return 2
		case lua.LString:
			return 3
		}
		return 4 + int(key.Type())
	}
	slices.SortStableFunc(keys, func(a, b lua.LValue) int {
		if byRank := rank(a) - rank(b); byRank != 0 {
			return byRank
		}
		switch x := a.(type) {
		case lua.LNumber:
			switch y := b.(lua.LNumber); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
		case lua.LString:
			return strings.Compare(string(x), string(b.(lua.LString)))
		case lua.LBool:
			if bool(x) { // true before false
				return -1
			}
			return 1
		}
		return 0
	})
	return keys
}
