package luajit

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lexer writes a script anew where gopher-lua's scanner can't read what LuaJIT
// can: \x, \z and \u{} in texts, 0x1p4, --[= that begins no long comment, names
// with letters beyond ASCII. Lines keep their numbers.
type lexer struct {
	text    []byte
	at      int
	line    int
	out     []byte // what is written so far
	copied  int    // up to here text is in out
	late    int    // line ends that \z left out; they come after the text's end
	foreign bool   // names were written anew
}

// foreignName begins a name that was written anew: its bytes follow in hex.
const foreignName = "_luajit_name_"

// problem is what is wrong with a script, and where.
type problem struct {
	line int
	text string
}

func (p *problem) Error() string { return p.text }

func (x *lexer) fail(format string, args ...any) {
	panic(&problem{line: x.line, text: fmt.Sprintf(format, args...)})
}

// read reads the whole script and returns what gopher-lua is to read.
func (x *lexer) read() (text []byte, err error) {
	defer func() {
		switch failure := recover().(type) {
		case nil:
		case *problem:
			err = failure
		default:
			panic(failure)
		}
	}()
	x.line = 1
	for x.at < len(x.text) {
		switch c := x.text[x.at]; {
		case c == '\n':
			x.line++
			x.at++
		case c == '\v' || c == '\f':
			x.replace(x.at, x.at+1, " ")
		case c == '-' && x.peek(1) == '-':
			x.comment()
		case c == '[' && x.longBracket(x.at) >= 0:
			x.long(x.at, "string")
		case c == '"' || c == '\'':
			x.string(c)
		case isDigit(c) || c == '.' && isDigit(x.peek(1)):
			x.number()
		case isNameByte(c):
			x.name()
		default:
			x.at++
		}
	}
	if x.copied == 0 {
		return x.text, nil
	}
	return append(x.out, x.text[x.copied:]...), nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || isDigit(c) || c >= 0x80
}

func (x *lexer) peek(n int) byte {
	if x.at+n < len(x.text) {
		return x.text[x.at+n]
	}
	return 0
}

// replace puts with in the place of text[from:to] and goes on behind it.
func (x *lexer) replace(from, to int, with string) {
	x.out = append(append(x.out, x.text[x.copied:from]...), with...)
	x.copied, x.at = to, to
}

// longBracket is the level of [==[ at a place, -1 if there is none.
func (x *lexer) longBracket(at int) int {
	level := 0
	for at++; at < len(x.text); at++ {
		switch x.text[at] {
		case '=':
			level++
		case '[':
			return level
		default:
			return -1
		}
	}
	return -1
}

// long passes a long text or comment that begins at a place.
func (x *lexer) long(at int, what string) {
	level := x.longBracket(at)
	closing := "]" + strings.Repeat("=", level) + "]"
	length := bytes.Index(x.text[at:], []byte(closing))
	if length < 0 {
		x.line += bytes.Count(x.text[at:], []byte("\n"))
		x.fail("unfinished long %s near '<eof>'", what)
	}
	x.at = at + length + len(closing)
	x.line += bytes.Count(x.text[at:x.at], []byte("\n"))
}

func (x *lexer) comment() {
	if x.peek(2) == '[' {
		if x.longBracket(x.at+2) >= 0 {
			x.long(x.at+2, "comment")
			return
		}
		x.replace(x.at+2, x.at+2, " ") // gopher-lua takes --[= for a long one
	}
	if end := bytes.IndexByte(x.text[x.at:], '\n'); end >= 0 {
		x.at += end
	} else {
		x.at = len(x.text)
	}
}

func (x *lexer) string(quote byte) {
	begin := x.at
	x.at++
	for {
		if x.at >= len(x.text) {
			x.fail("unfinished string near '<eof>'")
		}
		switch c := x.text[x.at]; c {
		case quote:
			x.at++
			if x.late > 0 {
				x.replace(x.at, x.at, strings.Repeat("\n", x.late))
				x.late = 0
			}
			return
		case '\n', '\r':
			x.fail("unfinished string near '%s'", x.text[begin:x.at])
		case '\\':
			x.escape(begin)
		default:
			x.at++
		}
	}
}

func (x *lexer) escape(begin int) {
	at := x.at
	if at+1 >= len(x.text) {
		x.fail("unfinished string near '<eof>'")
	}
	switch c := x.peek(1); c {
	case 'x':
		n, err := strconv.ParseUint(string(x.text[min(at+2, len(x.text)):min(at+4, len(x.text))]), 16, 8)
		if err != nil || at+4 > len(x.text) {
			x.fail("invalid escape sequence near '%s'", x.text[begin:at])
		}
		x.replace(at, at+4, fmt.Sprintf(`\%03d`, n))
	case 'u':
		end := bytes.IndexByte(x.text[at:], '}')
		if x.peek(2) != '{' || end < 0 {
			x.fail("invalid escape sequence near '%s'", x.text[begin:at])
		}
		n, err := strconv.ParseUint(string(x.text[at+3:at+end]), 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) {
			x.fail("invalid escape sequence near '%s'", x.text[begin:at])
		}
		x.replace(at, at+end+1, decimalEscapes(rune(n)))
	case 'z':
		end := at + 2
		for end < len(x.text) && strings.IndexByte(space, x.text[end]) >= 0 {
			if x.text[end] == '\n' {
				x.late++
				x.line++
			}
			end++
		}
		x.replace(at, end, "")
	case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\', '"', '\'':
		x.at += 2
	case '\r':
		x.at += 2
		if x.peek(0) == '\n' {
			x.line++
			x.at++
		}
	case '\n':
		x.line++
		x.at += 2
	default:
		if !isDigit(c) {
			x.fail("invalid escape sequence near '%s'", x.text[begin:at])
		}
		end := at + 1
		for end < at+4 && end < len(x.text) && isDigit(x.text[end]) {
			end++
		}
		if n, _ := strconv.Atoi(string(x.text[at+1 : end])); n > 255 {
			x.fail("invalid escape sequence near '%s'", x.text[begin:at])
		}
		x.at = end
	}
}

// decimalEscapes writes a character's UTF-8 bytes.
func decimalEscapes(r rune) string {
	var text strings.Builder
	for _, b := range utf8.AppendRune(nil, r) {
		fmt.Fprintf(&text, `\%03d`, b)
	}
	return text.String()
}

// number passes a number. What follows it without a space belongs to it.
func (x *lexer) number() {
	begin := x.at
	exponent := byte('e')
	if x.peek(0) == '0' && x.peek(1)|0x20 == 'x' {
		exponent = 'p'
	}
	for x.at < len(x.text) {
		c := x.text[x.at]
		if (c == '-' || c == '+') && x.text[x.at-1]|0x20 == exponent && x.at > begin {
			x.at++
			continue
		}
		if !isNameByte(c) && c != '.' {
			break
		}
		x.at++
	}
	token := string(x.text[begin:x.at])
	n, ok := parseUnsigned(token)
	if !ok {
		if trimmed := strings.TrimRight(strings.ToLower(token), "uli"); trimmed != strings.ToLower(token) {
			if _, ok := parseUnsigned(trimmed); ok {
				x.fail("this Lua has no 64 bit and no complex numbers near '%s'", token)
			}
		}
		x.fail("malformed number near '%s'", token)
	}
	if lower := strings.ToLower(token); strings.HasPrefix(lower, "0b") || strings.HasPrefix(lower, "0x") && strings.ContainsAny(lower, "p.") {
		x.replace(begin, x.at, numberLiteral(n))
	}
}

// numberLiteral is how gopher-lua's parser is told a number that is not negative.
func numberLiteral(n float64) string {
	switch {
	case math.IsInf(n, 0):
		return "1e999"
	case n == math.Trunc(n) && n < 1<<53:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'e', -1, 64)
}

func (x *lexer) name() {
	begin, ascii := x.at, true
	for x.at < len(x.text) && isNameByte(x.text[x.at]) {
		ascii = ascii && x.text[x.at] < 0x80
		x.at++
	}
	if !ascii {
		x.foreign = true
		x.replace(begin, x.at, fmt.Sprintf("%s%x", foreignName, x.text[begin:x.at]))
	}
}
