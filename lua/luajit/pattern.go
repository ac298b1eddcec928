package luajit

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// gopher-lua's patterns know no %f and no zeros in a pattern, call ( ( ) an
// error without a place, take positions for texts and recurse a million deep.
// So this is Lua's own way of matching: the pattern is read as it is matched.

const (
	maxCaptures = 32
	maxMatch    = 200 // levels of recursion

	captureOpen     = -1
	capturePosition = -2
)

type matcher struct {
	L             *lua.LState
	text, pattern string
	level         int // how many captures there are
	depth         int
	captures      [maxCaptures]struct{ start, length int }
}

// match matches the text at s with the pattern at p, and returns where the match
// ends, -1 for none.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxMatch {
		raise(m.L, "pattern too complex")
	}
	defer func() { m.depth-- }()
	for p < len(m.pattern) {
		switch m.pattern[p] {
		case '(':
			if p+1 < len(m.pattern) && m.pattern[p+1] == ')' {
				return m.startCapture(s, p+2, capturePosition)
			}
			return m.startCapture(s, p+1, captureOpen)
		case ')':
			return m.endCapture(s, p+1)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.text) {
					return s
				}
				return -1
			}
		case '%':
			if p+1 < len(m.pattern) {
				switch c := m.pattern[p+1]; {
				case c == 'b':
					if s = m.balance(s, p+2); s < 0 {
						return -1
					}
					p += 4
					continue
				case c == 'f':
					p += 2
					if p >= len(m.pattern) || m.pattern[p] != '[' {
						raise(m.L, "%s", "missing '[' after '%f' in pattern")
					}
					end := m.classEnd(p)
					before, after := byte(0), byte(0)
					if s > 0 {
						before = m.text[s-1]
					}
					if s < len(m.text) {
						after = m.text[s]
					}
					if m.inSet(before, p, end-1) || !m.inSet(after, p, end-1) {
						return -1
					}
					p = end
					continue
				case '0' <= c && c <= '9':
					if s = m.backReference(s, c); s < 0 {
						return -1
					}
					p += 2
					continue
				}
			}
		}
		end := m.classEnd(p)
		repeat := byte(0)
		if end < len(m.pattern) {
			repeat = m.pattern[end]
		}
		switch repeat {
		case '?':
			if s < len(m.text) && m.single(s, p, end) {
				if found := m.match(s+1, end+1); found >= 0 {
					return found
				}
			}
			p = end + 1
		case '*':
			return m.longest(s, p, end)
		case '+':
			if s < len(m.text) && m.single(s, p, end) {
				return m.longest(s+1, p, end)
			}
			return -1
		case '-':
			return m.shortest(s, p, end)
		default:
			if s >= len(m.text) || !m.single(s, p, end) {
				return -1
			}
			s++
			p = end
		}
	}
	return s
}

func (m *matcher) longest(s, p, end int) int {
	n := 0
	for s+n < len(m.text) && m.single(s+n, p, end) {
		n++
	}
	for ; n >= 0; n-- {
		if found := m.match(s+n, end+1); found >= 0 {
			return found
		}
	}
	return -1
}

func (m *matcher) shortest(s, p, end int) int {
	for {
		if found := m.match(s, end+1); found >= 0 {
			return found
		}
		if s >= len(m.text) || !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

func (m *matcher) startCapture(s, p, what int) int {
	if m.level >= maxCaptures {
		raise(m.L, "too many captures")
	}
	m.captures[m.level].start, m.captures[m.level].length = s, what
	m.level++
	found := m.match(s, p)
	if found < 0 {
		m.level--
	}
	return found
}

func (m *matcher) endCapture(s, p int) int {
	n := -1
	for i := m.level - 1; i >= 0; i-- {
		if m.captures[i].length == captureOpen {
			n = i
			break
		}
	}
	if n < 0 {
		raise(m.L, "invalid pattern capture")
	}
	m.captures[n].length = s - m.captures[n].start
	found := m.match(s, p)
	if found < 0 {
		m.captures[n].length = captureOpen
	}
	return found
}

// balance is %bxy; p is where x is.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pattern) {
		raise(m.L, "unbalanced pattern")
	}
	if s >= len(m.text) || m.text[s] != m.pattern[p] {
		return -1
	}
	depth := 1
	for s++; s < len(m.text); s++ {
		switch m.text[s] {
		case m.pattern[p+1]:
			if depth--; depth == 0 {
				return s + 1
			}
		case m.pattern[p]:
			depth++
		}
	}
	return -1
}

// backReference is %1 to %9.
func (m *matcher) backReference(s int, digit byte) int {
	n := int(digit) - '1'
	if n < 0 || n >= m.level || m.captures[n].length == captureOpen {
		raise(m.L, "invalid capture index")
	}
	c := m.captures[n]
	if c.length < 0 { // of a position
		return -1
	}
	if !strings.HasPrefix(m.text[s:], m.text[c.start:c.start+c.length]) {
		return -1
	}
	return s + c.length
}

// classEnd is where the single character's class at p ends.
func (m *matcher) classEnd(p int) int {
	c := m.pattern[p]
	p++
	switch c {
	case '%':
		if p >= len(m.pattern) {
			raise(m.L, "%s", "malformed pattern (ends with '%')")
		}
		return p + 1
	case '[':
		if p < len(m.pattern) && m.pattern[p] == '^' {
			p++
		}
		for first := true; first || p >= len(m.pattern) || m.pattern[p] != ']'; first = false {
			if p >= len(m.pattern) {
				raise(m.L, "malformed pattern (missing ']')")
			}
			if m.pattern[p] == '%' {
				p++
			}
			p++
		}
		return p + 1
	}
	return p
}

// single says whether the text's byte at s is in the class from p to end.
func (m *matcher) single(s, p, end int) bool {
	c := m.text[s]
	switch m.pattern[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pattern[p+1])
	case '[':
		return m.inSet(c, p, end-1)
	}
	return m.pattern[p] == c
}

// inSet is for [set]; p is its first bracket and end its last.
func (m *matcher) inSet(c byte, p, end int) bool {
	found := true
	p++
	if m.pattern[p] == '^' {
		found = false
		p++
	}
	for p < end {
		switch {
		case m.pattern[p] == '%' && p+1 < len(m.pattern):
			if p++; inClass(c, m.pattern[p]) {
				return found
			}
			p++
		case p+2 < end && m.pattern[p+1] == '-':
			if m.pattern[p] <= c && c <= m.pattern[p+2] {
				return found
			}
			p += 3
		default:
			if m.pattern[p] == c {
				return found
			}
			p++
		}
	}
	return !found
}

// inClass is %a and its like; a capital means all others.
func inClass(c, class byte) bool {
	letter := 'a' <= c|0x20 && c|0x20 <= 'z'
	digit := '0' <= c && c <= '9'
	in := false
	switch class | 0x20 {
	case 'a':
		in = letter
	case 'c':
		in = c < 32 || c == 127
	case 'd':
		in = digit
	case 'g':
		in = 32 < c && c < 127
	case 'l':
		in = 'a' <= c && c <= 'z'
	case 'p':
		in = 32 < c && c < 127 && !letter && !digit
	case 's':
		in = c == ' ' || 9 <= c && c <= 13
	case 'u':
		in = 'A' <= c && c <= 'Z'
	case 'w':
		in = letter || digit
	case 'x':
		in = digit || 'a' <= c|0x20 && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if 'A' <= class && class <= 'Z' {
		return !in
	}
	return in
}

// capture is the value of a capture; without any the whole match is the first.
func (m *matcher) capture(n, start, end int) lua.LValue {
	if n >= m.level {
		if n != 0 {
			raise(m.L, "invalid capture index")
		}
		return lua.LString(m.text[start:end])
	}
	switch c := m.captures[n]; c.length {
	case captureOpen:
		raise(m.L, "unfinished capture")
		return nil
	case capturePosition:
		return lua.LNumber(c.start + 1)
	default:
		return lua.LString(m.text[c.start : c.start+c.length])
	}
}

// push pushes all captures, or the whole match if there is none and whole is
// set.
func (m *matcher) push(start, end int, whole bool) int {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		m.L.Push(m.capture(i, start, end))
	}
	return n
}
