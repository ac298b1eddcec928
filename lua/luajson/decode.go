package luajson

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// decoder reads one text, RFC 8259's grammar. Like Defold it takes control
// characters within strings as they are, and refuses half of a surrogate pair.
type decoder struct {
	L     *lua.LState
	text  string
	pos   int
	null  lua.LValue
	names *names // nil: none are kept
	depth int
	items []lua.LValue // of the arrays and objects that are open, so that a table is made in its size
}

// syntaxError is a bad text: what was wrong, and where.
type syntaxError struct {
	expected, found string
	pos             int // in bytes, from 0
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("expected %s but found %s at character %d", e.expected, e.found, e.pos+1)
}

func (d *decoder) decode() (lua.LValue, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.space(); d.pos < len(d.text) {
		return nil, d.expected("the end")
	}
	return v, nil
}

// expected is the error for what stands at pos.
func (d *decoder) expected(what string) error {
	if d.pos >= len(d.text) {
		return &syntaxError{what, "the end", d.pos}
	}
	r, size := utf8.DecodeRuneInString(d.text[d.pos:])
	if r == utf8.RuneError && size == 1 {
		return &syntaxError{what, fmt.Sprintf("byte 0x%02x", d.text[d.pos]), d.pos}
	}
	return &syntaxError{what, strconv.QuoteRune(r), d.pos}
}

func (d *decoder) space() {
	for d.pos < len(d.text) {
		switch d.text[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// peek is the byte at pos, 0 at the end.
func (d *decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

func (d *decoder) value() (lua.LValue, error) {
	d.space()
	switch c := d.peek(); {
	case c == '{':
		return d.object()
	case c == '[':
		return d.array()
	case c == '"':
		return d.string()
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	case d.word("true"):
		return lua.LTrue, nil
	case d.word("false"):
		return lua.LFalse, nil
	case d.word("null"):
		return d.null, nil
	}
	return nil, d.expected("a value")
}

func (d *decoder) word(w string) bool {
	if !strings.HasPrefix(d.text[d.pos:], w) {
		return false
	}
	d.pos += len(w)
	return true
}

func (d *decoder) descend() error {
	if d.depth++; d.depth > maxDepth {
		return &syntaxError{fmt.Sprintf("at most %d arrays and objects within each other", maxDepth), "more", d.pos}
	}
	d.pos++ // the bracket
	d.space()
	return nil
}

func (d *decoder) array() (lua.LValue, error) {
	if err := d.descend(); err != nil {
		return nil, err
	}
	first := len(d.items)
	for d.peek() != ']' {
		if len(d.items) > first && !d.comma() {
			return nil, d.expected("comma or array end")
		}
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		d.items = append(d.items, item)
		d.space()
	}
	d.pos++
	d.depth--
	t := d.L.CreateTable(len(d.items)-first, 0)
	for i, item := range d.items[first:] {
		if item != lua.LNil {
			t.RawSetInt(i+1, item)
		}
	}
	d.close(first)
	return t, nil
}

func (d *decoder) object() (lua.LValue, error) {
	if err := d.descend(); err != nil {
		return nil, err
	}
	first := len(d.items)
	for d.peek() != '}' {
		if len(d.items) > first && !d.comma() {
			return nil, d.expected("comma or object end")
		}
		if d.space(); d.peek() != '"' {
			return nil, d.expected("object key string")
		}
		name, err := d.string()
		if err != nil {
			return nil, err
		}
		if d.space(); d.peek() != ':' {
			return nil, d.expected("colon")
		}
		d.pos++
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		d.items = append(d.items, name, value)
		d.space()
	}
	d.pos++
	d.depth--
	t := d.L.CreateTable(0, (len(d.items)-first)/2)
	for i := first; i < len(d.items); i += 2 {
		t.RawSetH(d.items[i], d.items[i+1])
	}
	d.close(first)
	return t, nil
}

// comma skips one.
func (d *decoder) comma() bool {
	if d.peek() != ',' {
		return false
	}
	d.pos++
	return true
}

// close drops the items that are in their table now.
func (d *decoder) close(first int) {
	clear(d.items[first:])
	d.items = d.items[:first]
}

func (d *decoder) number() (lua.LValue, error) {
	start := d.pos
	if d.peek() == '-' {
		d.pos++
	}
	if d.peek() == '0' {
		d.pos++ // nothing may follow a leading 0 but a point or an exponent
	} else if !d.digits() {
		return nil, d.expected("digit")
	}
	if d.peek() == '.' {
		d.pos++
		if !d.digits() {
			return nil, d.expected("digit")
		}
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		d.pos++
		if c := d.peek(); c == '+' || c == '-' {
			d.pos++
		}
		if !d.digits() {
			return nil, d.expected("digit")
		}
	}
	if n := d.text[start:d.pos]; len(n) < 3 && n[0] != '-' {
		i := int(n[0] - '0')
		if len(n) == 2 {
			i = 10*i + int(n[1]-'0')
		}
		return small[i], nil
	}
	n, err := strconv.ParseFloat(d.text[start:d.pos], 64)
	if err != nil {
		return nil, &syntaxError{"a number that Lua can hold", d.text[start:min(d.pos, start+32)], start}
	}
	return lua.LNumber(n), nil
}

func (d *decoder) digits() bool {
	start := d.pos
	for c := d.peek(); '0' <= c && c <= '9'; c = d.peek() {
		d.pos++
	}
	return d.pos > start
}

// string returns memory of its own: a script that keeps one name must not keep
// the whole text.
func (d *decoder) string() (lua.LValue, error) {
	d.pos++ // the quote
	rest := d.text[d.pos:]
	if length := strings.IndexByte(rest, '"'); length >= 0 && strings.IndexByte(rest[:length], '\\') < 0 {
		d.pos += length + 1
		return d.names.value(rest[:length]), nil
	}
	var s []byte
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; c {
		case '"':
			d.pos++
			return lua.LString(s), nil
		case '\\':
			var err error
			if s, err = d.escape(s); err != nil {
				return nil, err
			}
		default:
			s = append(s, c)
			d.pos++
		}
	}
	return nil, d.expected("the end of the string")
}

// escape reads one from the backslash on.
func (d *decoder) escape(s []byte) ([]byte, error) {
	d.pos++
	c := d.peek()
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return d.unicode(s)
	default:
		return nil, d.expected("escape code")
	}
	d.pos++
	return append(s, c), nil
}

// unicode reads uXXXX, and its second half where it is one of a pair.
func (d *decoder) unicode(s []byte) ([]byte, error) {
	start := d.pos
	r, ok := d.hex4()
	if ok && utf16.IsSurrogate(r) {
		var low rune
		if ok = strings.HasPrefix(d.text[d.pos:], `\u`); ok {
			d.pos++
			low, ok = d.hex4()
			r = utf16.DecodeRune(r, low)
			ok = ok && r != utf8.RuneError
		}
	}
	if !ok {
		d.pos = start
		return nil, &syntaxError{"a unicode escape code", strconv.Quote(d.text[start:min(len(d.text), start+11)]), start}
	}
	return utf8.AppendRune(s, r), nil
}

// hex4 reads u and four hex digits.
func (d *decoder) hex4() (rune, bool) {
	if d.pos+5 > len(d.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[d.pos+1:d.pos+5], 16, 32)
	d.pos += 5
	return rune(n), err == nil
}
