package luajit

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
)

func (r *Runtime) openTable() error {
	lib, err := r.library("table")
	if err != nil {
		return err
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"concat":   tableConcat,
		"foreach":  tableForeach,
		"foreachi": tableForeachI,
		"getn":     tableGetN,
		"insert":   tableInsert,
		"maxn":     tableMaxN,
		"move":     tableMove,
		"remove":   tableRemove,
		"sort":     r.tableSort,
	})
	return nil
}

func tableConcat(L *lua.LState) int {
	t := checkTable(L, 1)
	separator := optString(L, 2, "")
	from, to := optInt(L, 3, 1), 0
	if L.Get(4) == lua.LNil {
		to = t.Len()
	} else {
		to = checkInt(L, 4)
	}
	if from > to {
		L.Push(lua.LString(""))
		return 1
	}
	size := 0
	for i := from; i <= to; i++ {
		switch v := rawGetInt(t, i).(type) {
		case lua.LString:
			size += len(v) + len(separator)
		case lua.LNumber:
			size += 8 + len(separator)
		default:
			raise(L, "invalid value (%s) at index %d in table for 'concat'", typeName(v), i)
		}
		if size > maxText {
			outOfMemory(L)
		}
	}
	text := make([]byte, 0, size)
	for i := from; i <= to; i++ {
		switch v := rawGetInt(t, i).(type) {
		case lua.LString:
			text = append(text, v...)
		case lua.LNumber:
			text = appendNumber(text, float64(v))
		}
		if i < to {
			text = append(text, separator...)
		}
	}
	L.Push(lua.LString(text))
	return 1
}

func tableInsert(L *lua.LState) int {
	t := checkTable(L, 1)
	n := t.Len() + 1
	switch L.GetTop() {
	case 2:
		t.RawSetInt(n, L.Get(2))
	case 3:
		at := checkInt(L, 2)
		if 1 <= at && at < n {
			t.Insert(at, L.Get(3))
			break
		}
		for i := n; i > at; i-- { // to a place below 1
			t.RawSetInt(i, rawGetInt(t, i-1))
		}
		t.RawSetInt(at, L.Get(3))
	default:
		raise(L, "wrong number of arguments to 'insert'")
	}
	return 0
}

func tableRemove(L *lua.LState) int {
	t := checkTable(L, 1)
	n := t.Len()
	if L.Get(2) == lua.LNil {
		if n == 0 {
			return 0
		}
		L.Push(t.Remove(n))
		return 1
	}
	at := checkInt(L, 2)
	if at < 1 || at > n {
		return 0
	}
	L.Push(t.Remove(at)) // which shortens the array: # stays quick
	return 1
}

func tableGetN(L *lua.LState) int {
	L.Push(lua.LNumber(checkTable(L, 1).Len()))
	return 1
}

// tableMaxN is the greatest number among the keys.
func tableMaxN(L *lua.LState) int {
	t := checkTable(L, 1)
	greatest := 0.0
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if n, ok := key.(lua.LNumber); ok && float64(n) > greatest {
			greatest = float64(n)
		}
	}
	L.Push(lua.LNumber(greatest))
	return 1
}

func tableForeach(L *lua.LState) int {
	t, fn := checkTable(L, 1), checkFunction(L, 2)
	lazy.Wake(t)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if visit(L, fn, key, value) {
			return 1
		}
	}
	return 0
}

func tableForeachI(L *lua.LState) int {
	t, fn := checkTable(L, 1), checkFunction(L, 2)
	for i, n := 1, t.Len(); i <= n; i++ {
		if visit(L, fn, lua.LNumber(i), t.RawGetInt(i)) {
			return 1
		}
	}
	return 0
}

// visit leaves what fn returns on the stack, if that is not nil.
func visit(L *lua.LState, fn *lua.LFunction, key, value lua.LValue) bool {
	L.Push(fn)
	L.Push(key)
	L.Push(value)
	L.Call(2, 1)
	if L.Get(-1) != lua.LNil {
		return true
	}
	L.Pop(1)
	return false
}

// tableMove is table.move(from, first, last, at [, to]).
func tableMove(L *lua.LState) int {
	from := checkTable(L, 1)
	first, last, at := checkInt(L, 2), checkInt(L, 3), checkInt(L, 4)
	to := from
	if L.Get(5) != lua.LNil {
		to = checkTable(L, 5)
	}
	if last >= first {
		if last-first >= math.MaxInt32 {
			argError(L, 3, "too many elements to move")
		}
		if at > last || at <= first || to != from {
			for i := first; i <= last; i++ {
				L.SetTable(to, lua.LNumber(at+i-first), L.GetTable(from, lua.LNumber(i)))
			}
		} else {
			for i := last; i >= first; i-- {
				L.SetTable(to, lua.LNumber(at+i-first), L.GetTable(from, lua.LNumber(i)))
			}
		}
	}
	L.Push(to)
	return 1
}

// tableNew is require "table.new": a table with room.
func tableNew(L *lua.LState) int {
	items, keys := checkInt(L, 1), checkInt(L, 2)
	t := L.CreateTable(max(0, min(items, 1<<20)), max(0, min(keys, 1<<20)))
	L.Push(t)
	return 1
}

// tableClear is require "table.clear".
func tableClear(L *lua.LState) int {
	t := checkTable(L, 1)
	metatable := t.Metatable
	*t = lua.LTable{Metatable: metatable}
	return 0
}
