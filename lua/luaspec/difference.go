package luaspec

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxDifferences bounds the list under a failed comparison.
const maxDifferences = 20

// difference tells how passed differs from expected, beyond what showing both
// tells: for tables each path that is missing, extra or different, for long
// strings the first byte. It is "" where the two values say it themselves.
func difference(L *lua.LState, passed, expected lua.LValue, deep bool) string {
	switch p := passed.(type) {
	case lua.LString:
		if e, ok := expected.(lua.LString); ok {
			return stringDifference(string(p), string(e))
		}
	case *lua.LTable:
		if e, ok := expected.(*lua.LTable); ok && deep {
			d := differences{L: L, seen: map[[2]*lua.LTable]bool{}}
			d.tables("", p, e)
			return d.text()
		}
	}
	return ""
}

// stringDifference says where two strings part, if one is too long for the eye.
func stringDifference(passed, expected string) string {
	const short = 40
	if len(passed) <= short && len(expected) <= short {
		return ""
	}
	at := 0
	for at < len(passed) && at < len(expected) && passed[at] == expected[at] {
		at++
	}
	byteAt := func(s string) string {
		if at >= len(s) {
			return "the end"
		}
		return formatString(s[at : at+1])
	}
	return fmt.Sprintf("Difference:\n  at byte %d (of %d, expected %d): passed in %s, expected %s",
		at+1, len(passed), len(expected), byteAt(passed), byteAt(expected))
}

type differences struct {
	L    *lua.LState
	seen map[[2]*lua.LTable]bool
	list []string
	more int
}

func (d *differences) add(path, format string, args ...any) {
	if len(d.list) == maxDifferences {
		d.more++
		return
	}
	d.list = append(d.list, "  "+path+": "+fmt.Sprintf(format, args...))
}

func (d *differences) tables(path string, passed, expected *lua.LTable) {
	pair := [2]*lua.LTable{passed, expected}
	if passed == expected || d.seen[pair] {
		return
	}
	d.seen[pair] = true
	for _, key := range sortedKeys(passed) {
		at := path + "[" + keyText(key) + "]"
		p, e := passed.RawGet(key), expected.RawGet(key)
		if e == lua.LNil {
			d.add(at, "extra, %s", brief(p))
			continue
		}
		tp, pok := p.(*lua.LTable)
		te, eok := e.(*lua.LTable)
		if pok && eok && !hasEq(tp, te) {
			d.tables(at, tp, te)
		} else if ok, _ := same(d.L, p, e, false); !ok {
			d.add(at, "passed in %s, expected %s", brief(p), brief(e))
		}
	}
	for _, key := range sortedKeys(expected) {
		if passed.RawGet(key) == lua.LNil {
			d.add(path+"["+keyText(key)+"]", "missing, expected %s", brief(expected.RawGet(key)))
		}
	}
}

func (d *differences) text() string {
	if len(d.list) == 0 {
		return ""
	}
	if d.more > 0 {
		d.list = append(d.list, fmt.Sprintf("  and %d more", d.more))
	}
	return "Difference:\n" + strings.Join(d.list, "\n")
}

// brief is a value in one line.
func brief(v lua.LValue) string {
	if t, ok := v.(*lua.LTable); ok {
		if len(sortedKeys(t)) == 0 {
			return "{ }"
		}
		return "a table"
	}
	const long = 60
	text := plainText(v)
	if len(text) > long {
		text = strings.ToValidUTF8(text[:long], "") + "…"
	}
	return strings.ReplaceAll(text, "\n", `\n`)
}
