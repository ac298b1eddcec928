package project

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind says what a Value is.
type Kind int

// The kinds of values.
const (
	Text    Kind = iota // "…"
	Number              // 1, -2.5, 0x1f, inf
	Word                // an enum's name, true, false
	Message             // { … }
)

// Node is a message of the protobuf text format: fields with values, in the
// order of the file.
type Node struct {
	File   string
	Line   int
	Fields []Field
}

// Field is one field of a Node.
type Field struct {
	Name  string
	Line  int
	Value Value
}

// Value is what a field holds.
type Value struct {
	Kind   Kind
	Text   string // a text's bytes, or a word
	Number float64
	Node   *Node

	lines []int // of a text: the file's line that each of its lines stands on
}

// describe says what the value is, for errors.
func (v Value) describe() string {
	switch v.Kind {
	case Text:
		return "the text " + strconv.Quote(shorten(v.Text))
	case Number:
		return "the number " + strconv.FormatFloat(v.Number, 'g', -1, 64)
	case Word:
		return "the word " + shorten(v.Text)
	}
	return "a message { … }"
}

func shorten(text string) string {
	if len(text) <= 40 {
		return text
	}
	cut := 40
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// Error is trouble with a file of the project.
type Error struct {
	File string
	Line int // 0 where no line is to blame
	Text string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// maxDepth bounds messages within messages. Defold's own formats need ten.
const maxDepth = 100

// Parse reads the protobuf text format. file is the name for errors, and each
// error is an *Error.
func Parse(file string, text string) (*Node, error) {
	return parseText(file, strings.TrimPrefix(text, "\xef\xbb\xbf"), nil)
}

// Embedded parses a text that holds the text format itself, such as the data of
// an embedded component. Its errors name the lines of the outer file.
func (v Value) Embedded(file string) (*Node, error) {
	return parseText(file, v.Text, v.lines)
}

// parseText parses text; its line n is line lines[n-1] of the file, or line n
// without lines.
func parseText(file, text string, lines []int) (root *Node, err error) {
	p := &parser{file: file, text: text, lines: lines, line: 1}
	defer func() {
		if failed, ok := recover().(*Error); ok {
			root, err = nil, failed
		} else if r := recover(); r != nil {
			panic(r)
		}
	}()
	root = &Node{File: file, Line: p.where()}
	p.fields(root, 0, 0)
	return root, nil
}

// parser is at one place of a text. It gives up by panic(*Error).
type parser struct {
	file, text string
	lines      []int
	at         int
	line       int // of the text, from 1
}

// where is the line in the file.
func (p *parser) where() int {
	if p.lines == nil {
		return p.line
	}
	if len(p.lines) == 0 {
		return 1
	}
	return p.lines[min(p.line, len(p.lines))-1]
}

func (p *parser) fail(format string, args ...any) {
	panic(&Error{p.file, p.where(), fmt.Sprintf(format, args...)})
}

// space skips blanks and comments.
func (p *parser) space() {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case '\n':
			p.line++
		case ' ', '\t', '\r', '\v', '\f':
		case '#':
			end := strings.IndexByte(p.text[p.at:], '\n')
			if end < 0 {
				p.at = len(p.text)
			} else {
				p.at += end
			}
			continue
		default:
			return
		}
		p.at++
	}
}

// peek is the next character that is no blank, 0 at the end.
func (p *parser) peek() byte {
	p.space()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// seen describes what stands here, for errors.
func (p *parser) seen() string {
	if p.peek() == 0 {
		return "the end"
	}
	if word := p.scan(isWord); word != "" {
		return strconv.Quote(shorten(word))
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return strconv.Quote(string(r))
}

// scan is the longest run of characters that are in, without moving on.
func (p *parser) scan(in func(byte) bool) string {
	end := p.at
	for end < len(p.text) && in(p.text[end]) {
		end++
	}
	return p.text[p.at:end]
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isNumber(c byte) bool { return isWord(c) || c == '.' || c == '+' || c == '-' }

// fields reads fields up to the character end, 0 for the text's end.
func (p *parser) fields(into *Node, end byte, depth int) {
	began := p.where()
	for {
		c := p.peek()
		switch {
		case c == end:
			if end != 0 {
				p.at++
			}
			return
		case c == 0:
			p.fail("'%c' of the message that begins in line %d is missing at the end", end, began)
		case c == ';' || c == ',':
			p.at++
			continue
		}
		p.field(into, depth)
	}
}

func (p *parser) field(into *Node, depth int) {
	name := p.scan(isWord)
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		p.fail("want a field's name, got %s", p.seen())
	}
	line := p.where()
	p.at += len(name)
	add := func(v Value) { into.Fields = append(into.Fields, Field{name, line, v}) }
	switch p.peek() {
	case '{', '<':
		add(p.message(depth))
	case ':':
		p.at++
		if p.peek() != '[' {
			add(p.value(name, depth))
			return
		}
		p.at++
		for p.peek() != ']' {
			add(p.value(name, depth))
			if p.peek() == ',' {
				p.at++
			} else if p.peek() != ']' {
				p.fail("want , or ] in the list of %s, got %s", name, p.seen())
			}
		}
		p.at++
	default:
		p.fail("want : or { after %s, got %s", name, p.seen())
	}
}

func (p *parser) message(depth int) Value {
	if depth == maxDepth {
		p.fail("more than %d messages within messages", maxDepth)
	}
	end := byte('}')
	if p.text[p.at] == '<' {
		end = '>'
	}
	node := &Node{File: p.file, Line: p.where()}
	p.at++
	p.fields(node, end, depth+1)
	return Value{Kind: Message, Node: node}
}

func (p *parser) value(name string, depth int) Value {
	switch c := p.peek(); {
	case c == '{' || c == '<':
		return p.message(depth)
	case c == '"' || c == '\'':
		return p.texts()
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return p.number(name)
	}
	word := p.scan(isWord)
	if word == "" {
		p.fail("want a value for %s, got %s", name, p.seen())
	}
	p.at += len(word)
	switch strings.ToLower(word) {
	case "inf", "infinity":
		return Value{Kind: Number, Number: math.Inf(1), Text: word}
	case "nan":
		return Value{Kind: Number, Number: math.NaN(), Text: word}
	}
	return Value{Kind: Word, Text: word}
}

func (p *parser) number(name string) Value {
	sign := 1.0
	if p.text[p.at] == '-' {
		sign = -1
		p.at++
		p.space()
	}
	token := p.scan(isNumber)
	n, err := strconv.ParseFloat(strings.TrimRight(token, "fF"), 64)
	if lower := strings.ToLower(token); strings.HasPrefix(lower, "0x") || lower == "inf" || lower == "infinity" {
		if lower[0] == '0' {
			var whole uint64
			whole, err = strconv.ParseUint(token[2:], 16, 64)
			n = float64(whole)
		} else {
			n, err = math.Inf(1), nil
		}
	}
	if err != nil && !math.IsInf(n, 0) {
		p.fail("want a number for %s, got %s", name, strconv.Quote(shorten(token)))
	}
	p.at += len(token)
	return Value{Kind: Number, Number: sign * n}
}

// texts reads texts that stand one after the other: they are one.
func (p *parser) texts() Value {
	var b strings.Builder
	lines := []int{p.where()}
	for c := p.peek(); c == '"' || c == '\''; c = p.peek() {
		if len(lines) > 0 && (b.Len() == 0 || strings.HasSuffix(b.String(), "\n")) {
			lines[len(lines)-1] = p.where() // this piece begins a line
		}
		p.at++
		lines = p.quoted(&b, c, lines)
	}
	return Value{Kind: Text, Text: b.String(), lines: lines}
}

// escapes are the characters behind a backslash that stand for one other.
var escapes = map[byte]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
	'\\': '\\', '\'': '\'', '"': '"', '?': '?',
}

// quoted reads up to the quote, and adds the file's line for each new line of b.
func (p *parser) quoted(b *strings.Builder, quote byte, lines []int) []int {
	put := func(c byte) {
		b.WriteByte(c)
		if c == '\n' {
			lines = append(lines, p.where())
		}
	}
	for {
		if p.at == len(p.text) || p.text[p.at] == '\n' {
			p.fail("a text has no %c at its end", quote)
		}
		c := p.text[p.at]
		p.at++
		switch {
		case c == quote:
			return lines
		case c != '\\':
			put(c)
		default:
			p.escape(b, put)
		}
	}
}

func (p *parser) escape(b *strings.Builder, put func(byte)) {
	if p.at == len(p.text) {
		p.fail("a text ends in a backslash")
	}
	c := p.text[p.at]
	if plain, ok := escapes[c]; ok {
		p.at++
		put(plain)
		return
	}
	digits := func(from, most, base int) uint64 {
		end := from
		for end < len(p.text) && end < from+most && strings.IndexByte("0123456789abcdefABCDEF"[:digitsOf(base)], p.text[end]) >= 0 {
			end++
		}
		n, err := strconv.ParseUint(p.text[from:end], base, 32)
		if err != nil {
			p.fail("a text has \\%c without its digits", c)
		}
		p.at = end
		return n
	}
	switch {
	case c >= '0' && c <= '7':
		put(byte(digits(p.at, 3, 8)))
	case c == 'x' || c == 'X':
		put(byte(digits(p.at+1, 2, 16)))
	case c == 'u' || c == 'U':
		most := 4
		if c == 'U' {
			most = 8
		}
		b.WriteRune(rune(digits(p.at+1, most, 16)))
	default:
		r, _ := utf8.DecodeRuneInString(p.text[p.at:])
		p.fail("a text has \\%c, which stands for nothing", r)
	}
}

func digitsOf(base int) int {
	if base == 8 {
		return 8
	}
	return 22
}
