package project

import (
	"fmt"
	"math"
	"strings"
)

// reader takes typed fields out of a node. The first trouble stays in err, and
// what comes after it reads as nothing.
type reader struct {
	node *Node
	path string // of the node within the file, "instances."
	err  *error // shared by all readers of a file
}

func newReader(node *Node) reader { return reader{node: node, err: new(error)} }

func (r reader) failed() bool { return *r.err != nil }

func (r reader) fail(line int, format string, args ...any) {
	if *r.err == nil {
		*r.err = &Error{r.node.File, line, fmt.Sprintf(format, args...)}
	}
}

// last is the last field of that name, which is the one that counts.
func (r reader) last(name string) (Field, bool) {
	for n := len(r.node.Fields) - 1; n >= 0; n-- {
		if r.node.Fields[n].Name == name {
			return r.node.Fields[n], true
		}
	}
	return Field{}, false
}

// expect complains about a field that is there with another kind of value.
func (r reader) expect(name string, kind Kind, want string) (Value, bool) {
	f, ok := r.last(name)
	if !ok {
		return Value{}, false
	}
	if f.Value.Kind != kind {
		r.fail(f.Line, "%s%s must be %s, it is %s", r.path, name, want, f.Value.describe())
		return Value{}, false
	}
	return f.Value, true
}

func (r reader) text(name string) string {
	v, _ := r.expect(name, Text, "a text in quotes")
	return v.Text
}

// need is text for a field that has to be there and hold something.
func (r reader) need(name, what string) string {
	text := r.text(name)
	if text == "" {
		r.fail(r.node.Line, "%s%s is missing: want %s", r.path, name, what)
	}
	return text
}

func (r reader) number(name string, or float64) float64 {
	if v, ok := r.expect(name, Number, "a number"); ok {
		return v.Number
	}
	return or
}

// truth reads true, false, 1 and 0.
func (r reader) truth(name string, or bool) bool {
	f, ok := r.last(name)
	switch {
	case !ok:
		return or
	case f.Value.Kind == Word && f.Value.Text == "true", f.Value.Kind == Number && f.Value.Number == 1:
		return true
	case f.Value.Kind == Word && f.Value.Text == "false", f.Value.Kind == Number && f.Value.Number == 0:
		return false
	}
	r.fail(f.Line, "%s%s must be true or false, it is %s", r.path, name, f.Value.describe())
	return or
}

// word reads an enum's name.
func (r reader) word(name, or string) string {
	if v, ok := r.expect(name, Word, "a name in capitals without quotes"); ok {
		return v.Text
	}
	return or
}

// enum reads the name of one of values, which all begin with prefix, and gives
// it without the prefix. A number is an index, as old files have it.
func (r reader) enum(name, prefix, or string, values ...string) string {
	f, ok := r.last(name)
	if !ok {
		return or
	}
	if f.Value.Kind == Number && f.Value.Number == math.Trunc(f.Value.Number) && f.Value.Number >= 0 && int(f.Value.Number) < len(values) {
		return values[int(f.Value.Number)]
	}
	for _, value := range values {
		if f.Value.Kind == Word && f.Value.Text == prefix+value {
			return value
		}
	}
	r.fail(f.Line, "%s%s must be one of %s%s, it is %s", r.path, name, prefix, strings.Join(values, ", "+prefix), f.Value.describe())
	return or
}

// node reads the last message of that name.
func (r reader) child(name string) (reader, bool) {
	v, ok := r.expect(name, Message, "a message { … }")
	if !ok {
		return reader{}, false
	}
	return reader{v.Node, r.path + name + ".", r.err}, true
}

// children reads all messages of that name.
func (r reader) children(name string) (all []reader) {
	for _, f := range r.node.Fields {
		if f.Name != name {
			continue
		}
		if f.Value.Kind != Message {
			r.fail(f.Line, "%s%s must be a message { … }, it is %s", r.path, name, f.Value.describe())
			return nil
		}
		all = append(all, reader{f.Value.Node, r.path + name + ".", r.err})
	}
	return all
}

func (r reader) texts(name string) (all []string) {
	for _, f := range r.node.Fields {
		if f.Name != name {
			continue
		}
		if f.Value.Kind != Text {
			r.fail(f.Line, "%s%s must be a text in quotes, it is %s", r.path, name, f.Value.describe())
			return nil
		}
		all = append(all, f.Value.Text)
	}
	return all
}

// vector reads { x: … y: … z: … w: … }; what is left out is or's.
func (r reader) vector(name string, or Vector) Vector {
	v, ok := r.child(name)
	if !ok {
		return or
	}
	for n, part := range [...]string{"x", "y", "z", "w"} {
		or[n] = v.number(part, or[n])
	}
	return or
}

// embedded parses the text format within a text.
func (r reader) embedded(name string) (reader, bool) {
	v, ok := r.expect(name, Text, "a text in quotes")
	if !ok {
		return reader{}, false
	}
	node, err := v.Embedded(r.node.File)
	if err != nil {
		if *r.err == nil {
			*r.err = err
		}
		return reader{}, false
	}
	return reader{node, r.path + name + ": ", r.err}, true
}
