package luajit

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const specials = "^$*+?.([%-"

func stringFind(L *lua.LState) int  { return find(L, true) }
func stringMatch(L *lua.LState) int { return find(L, false) }

// find is string.find and string.match.
func find(L *lua.LState, positions bool) int {
	text, pattern := checkString(L, 1), checkString(L, 2)
	init := optInt(L, 3, 1)
	if init < 0 {
		init = max(init+len(text)+1, 1)
	}
	init = max(init, 1) - 1
	if init > len(text) {
		init = len(text) // LuaJIT's, not Lua 5.2's, which finds nothing there
	}
	if positions && (lua.LVAsBool(L.Get(4)) || !strings.ContainsAny(pattern, specials)) {
		at := strings.Index(text[init:], pattern)
		if at < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(init + at + 1))
		L.Push(lua.LNumber(init + at + len(pattern)))
		return 2
	}
	m := matcher{L: L, text: text, pattern: pattern}
	p := 0
	if strings.HasPrefix(pattern, "^") {
		p = 1
	}
	for s := init; s <= len(text); s++ {
		m.level = 0
		if end := m.match(s, p); end >= 0 {
			if positions {
				L.Push(lua.LNumber(s + 1))
				L.Push(lua.LNumber(end))
				return 2 + m.push(s, end, false)
			}
			return m.push(s, end, true)
		}
		if p == 1 {
			break
		}
	}
	L.Push(lua.LNil)
	return 1
}

// stringGmatch is string.gmatch(s, pattern).
func stringGmatch(L *lua.LState) int {
	m := &matcher{text: checkString(L, 1), pattern: checkString(L, 2)}
	next := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m.L = L
		for s := next; s <= len(m.text); s++ {
			m.level, m.depth = 0, 0
			if end := m.match(s, 0); end >= 0 {
				if next = end; end == s {
					next++ // past an empty match
				}
				return m.push(s, end, true)
			}
		}
		next = len(m.text) + 1
		return 0
	}))
	return 1
}

// stringGsub is string.gsub(s, pattern, replacement [, n]).
func (r *Runtime) stringGsub(L *lua.LState) int {
	text, pattern := checkString(L, 1), checkString(L, 2)
	replacement := L.Get(3)
	switch v := replacement.(type) {
	case lua.LNumber:
		replacement = lua.LString(numberText(float64(v)))
	case lua.LString, *lua.LTable, *lua.LFunction:
	default:
		argError(L, 3, "string/function/table expected")
	}
	limit := optInt(L, 4, len(text)+1)
	m := matcher{L: L, text: text, pattern: pattern}
	p := 0
	if strings.HasPrefix(pattern, "^") {
		p = 1
	}
	var out []byte
	count, copied := 0, 0
	for s := 0; count < limit; {
		m.level = 0
		end := m.match(s, p)
		if end >= 0 {
			count++
			out = append(out, text[copied:s]...)
			out = r.replace(out, &m, replacement, s, end)
			copied = end
		}
		switch {
		case end > s:
			s = end
		case s < len(text):
			s++
		default:
			s = len(text) + 1
		}
		if p == 1 || s > len(text) {
			break
		}
	}
	if count == 0 {
		L.Push(lua.LString(text))
	} else {
		L.Push(lua.LString(append(out, text[copied:]...)))
	}
	L.Push(lua.LNumber(count))
	return 2
}

// replace appends what takes the place of a match.
func (r *Runtime) replace(out []byte, m *matcher, replacement lua.LValue, start, end int) []byte {
	L := m.L
	var value lua.LValue
	switch v := replacement.(type) {
	case lua.LString:
		return expand(out, m, string(v), start, end)
	case *lua.LTable:
		value = L.GetTable(v, m.capture(0, start, end))
	case *lua.LFunction:
		L.Push(v)
		depth := m.depth
		r.callC(L, m.push(start, end, true), 1)
		m.depth = depth
		value = L.Get(-1)
		L.Pop(1)
	}
	if !lua.LVAsBool(value) {
		return append(out, m.text[start:end]...)
	}
	text, ok := toText(value)
	if !ok {
		raise(L, "invalid replacement value (a %s)", typeName(value))
	}
	return append(out, text...)
}

// expand replaces %0 to %9 of a replacement text.
func expand(out []byte, m *matcher, text string, start, end int) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			out = append(out, text[i])
			continue
		}
		i++
		switch {
		case i >= len(text):
			out = append(out, 0) // what stands at the end of a C text
		case text[i] < '0' || text[i] > '9':
			out = append(out, text[i])
		case text[i] == '0':
			out = append(out, m.text[start:end]...)
		default:
			value, _ := toText(m.capture(int(text[i]-'1'), start, end))
			out = append(out, value...)
		}
	}
	return out
}
