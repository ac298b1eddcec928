package luaspec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// formatting says how a value is shown.
type formatting struct {
	crumbs  []lua.LValue // keys that lead to the first difference, outermost first
	mark    string       // what stands before those keys
	levels  int          // tables deeper than this are cut; negative: never
	address bool         // tables with their address, where identity is the question
}

// formatValue shows a value as luassert does: its type, then the value.
//
// Differs from busted: numbers in their shortest exact form (0.1, not
// 0.10000000000000000555), a table's address only where identity is asked,
// a table inside itself as such, and strings with bytes that a terminal would
// not show in double quotes, escaped.
func formatValue(v lua.LValue, f formatting) string {
	switch x := v.(type) {
	case *lua.LNilType:
		return "(nil)"
	case lua.LBool:
		return "(boolean) " + x.String()
	case lua.LNumber:
		return "(number) " + formatNumber(x)
	case lua.LString:
		return "(string) " + formatString(string(x))
	case *lua.LTable:
		head := "(table) "
		if f.address {
			head = fmt.Sprintf("(table: %p) ", x)
		}
		return head + f.table(x, 1, true, nil)
	case *lua.LFunction:
		if x.IsG || x.Proto == nil {
			return fmt.Sprintf("(function: builtin: %p)", x)
		}
		return fmt.Sprintf("(function) @ line %d in %s", x.Proto.LineDefined, x.Proto.SourceName)
	case *lua.LUserData:
		return fmt.Sprintf("(userdata) '%s'", x.String())
	}
	return fmt.Sprintf("(%s) '%s'", v.Type(), v.String())
}

func (f formatting) table(t *lua.LTable, level int, onTrail bool, outer []*lua.LTable) string {
	for _, o := range outer {
		if o == t {
			return "{ ... recursive }"
		}
	}
	keys := sortedKeys(t)
	if len(keys) == 0 {
		return "{ }"
	}
	// What differs is shown however deep it lies.
	if f.levels >= 0 && level > f.levels && !(onTrail && level <= len(f.crumbs)) {
		return "{ ... more }"
	}
	outer = append(outer, t)
	var b strings.Builder
	b.WriteString("{")
	for _, key := range keys {
		marked := onTrail && level <= len(f.crumbs) && f.crumbs[level-1] == key
		var value string
		switch v := t.RawGet(key).(type) {
		case *lua.LTable:
			value = f.table(v, level+1, marked, outer)
		default:
			value = plainText(v)
		}
		mark := ""
		if marked {
			mark = f.mark
		}
		indent := max(level*2-len(mark), 0)
		fmt.Fprintf(&b, "\n%s%s[%s] = %s", strings.Repeat(" ", indent), mark, keyText(key), value)
	}
	b.WriteString(" }")
	return b.String()
}

// plainText is a value inside a table: no type, for the form tells it.
func plainText(v lua.LValue) string {
	switch x := v.(type) {
	case lua.LString:
		return formatString(string(x))
	case lua.LNumber:
		return formatNumber(x)
	case *lua.LTable:
		return "table"
	case *lua.LFunction, *lua.LUserData:
		return formatValue(x, formatting{})
	}
	return v.String()
}

func keyText(key lua.LValue) string {
	if s, ok := key.(lua.LString); ok {
		if text := formatString(string(s)); text[0] == '"' {
			return text
		}
		return string(s)
	}
	return plainText(key)
}

// formatNumber is the shortest text that reads back as the same number.
func formatNumber(n lua.LNumber) string {
	f := float64(n)
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		if f == 0 && math.Signbit(f) {
			return "-0"
		}
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// formatString puts a string in single quotes as it is, or in double quotes
// with escapes if it holds anything that a terminal would not show: control
// bytes other than newline, what is not UTF-8, blanks and marks without ink.
func formatString(s string) string {
	for i, r := range s {
		if r == '\n' {
			continue
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return escapeString(s)
			}
		}
		if !unicode.IsPrint(r) {
			return escapeString(s)
		}
	}
	return "'" + s + "'"
}

// escapeString is the string as a Lua literal, decimal escapes for bytes
// (\u{…}, which Lua 5.1 can't read, for what is a rune but has no ink).
func escapeString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == utf8.RuneError && size == 1, r < 0x20, r == 0x7f:
			fmt.Fprintf(&b, `\%03d`, s[i])
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%04x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	b.WriteByte('"')
	return b.String()
}
