package bytelib

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// fillBuffer enters the module buffer.
func (l *Library) fillBuffer(module *lua.LTable) {
	arg.Fill(l.L, module, map[string]arg.Func{
		"create": l.create, "get_stream": l.getStream, "get_bytes": getBytes,
		"copy_stream": copyStream, "copy_buffer": copyBuffer,
		"set_metadata": setMetadata, "get_metadata": getMetadata,
	})
	for i, name := range valueNames {
		module.RawSetString("VALUE_TYPE_"+name, lua.LNumber(i))
	}
}

// NewBuffer is a script's buffer of one stream of bytes.
func (l *Library) NewBuffer(name string, data []byte) *lua.LUserData {
	s := &stream{name: name, kind: typeUint8, components: 1, bytes: data}
	return l.wrapBuffer(&buffer{count: len(data), streams: []*stream{s}, metadata: make(map[string]*metadata)})
}

func (l *Library) wrapBuffer(b *buffer) *lua.LUserData {
	if l.bufferMeta == nil {
		l.bufferMeta = l.L.CreateTable(0, 2)
		arg.Fill(l.L, l.bufferMeta, map[string]arg.Func{"__len": bufferLength, "__tostring": bufferString})
	}
	return &lua.LUserData{Value: b, Env: l.L.Env, Metatable: l.bufferMeta}
}

func (l *Library) wrapStream(s *stream) *lua.LUserData {
	if l.streamMeta == nil {
		l.streamMeta = l.L.CreateTable(0, 4)
		arg.Fill(l.L, l.streamMeta, map[string]arg.Func{
			"__len": streamLength, "__tostring": streamString, "__index": streamIndex, "__newindex": streamNewIndex,
		})
	}
	return &lua.LUserData{Value: s, Env: l.L.Env, Metatable: l.streamMeta}
}

// checkBuffer is argument n.
func checkBuffer(c arg.Call, n int) *buffer {
	if data, ok := c.Get(n).(*lua.LUserData); ok {
		if b, ok := data.Value.(*buffer); ok {
			return b
		}
	}
	c.Expected(n, "buffer")
	return nil
}

// checkStream is argument n.
func checkStream(c arg.Call, n int) *stream {
	if data, ok := c.Get(n).(*lua.LUserData); ok {
		if s, ok := data.Value.(*stream); ok {
			return s
		}
	}
	c.Expected(n, "bufferstream")
	return nil
}

// checkNamed is the stream that argument n names, of b.
func checkNamed(c arg.Call, n int, b *buffer) *stream {
	name := c.Name(n)
	s := b.find(name)
	if s == nil {
		c.Fail(n, "the buffer has no stream '%s', only %s", name, b.names())
	}
	return s
}

// create is buffer.create(elements, {{name, type, count}, …}).
func (l *Library) create(c arg.Call) int {
	count := c.Whole(1, 1, maxBuffer)
	list := c.Table(2)
	var streams []*stream
	for i := 1; i <= list.Len(); i++ {
		streams = append(streams, readDeclaration(c, i, list.RawGetInt(i)))
	}
	if len(streams) == 0 {
		c.Fail(2, "at least one stream's declaration expected")
	}
	b, err := newBuffer(count, streams)
	if err != nil {
		c.Fail(2, "%v", err)
	}
	return c.Return(l.wrapBuffer(b))
}

// readDeclaration reads the ith {name = hash or string, type = …, count = …}.
func readDeclaration(c arg.Call, i int, v lua.LValue) *stream {
	t, ok := v.(*lua.LTable)
	if !ok {
		c.Fail(2, "declaration %d must be a table, got %s", i, arg.TypeName(v))
	}
	t.ForEach(func(key, _ lua.LValue) {
		switch key.String() {
		case "name", "type", "count":
		default:
			c.Fail(2, "declaration %d has an unknown field '%s': want name, type and count", i, key.String())
		}
	})
	name, ok := arg.NameOf(t.RawGetString("name"))
	if !ok {
		c.Fail(2, "declaration %d: name must be a hash or a string, got %s", i, arg.TypeName(t.RawGetString("name")))
	}
	kind, ok := t.RawGetString("type").(lua.LNumber)
	if !ok || kind < 0 || kind >= lua.LNumber(valueTypes) {
		c.Fail(2, "declaration %d: type must be one of buffer.VALUE_TYPE_…, got %s", i, t.RawGetString("type").String())
	}
	components, ok := t.RawGetString("count").(lua.LNumber)
	if !ok || components < 1 || components > 1024 {
		c.Fail(2, "declaration %d: count must be a number from 1 to 1024, got %s", i, t.RawGetString("count").String())
	}
	return &stream{name: name, kind: valueType(kind), components: int(components)}
}

func (l *Library) getStream(c arg.Call) int {
	return c.Return(l.wrapStream(checkNamed(c, 2, checkBuffer(c, 1))))
}

// getBytes is buffer.get_bytes(buffer, stream_name) -> string, little-endian.
func getBytes(c arg.Call) int {
	return c.Return(lua.LString(checkNamed(c, 2, checkBuffer(c, 1)).bytes))
}

// checkSpan reads an offset at n and the count at 5, within length.
func checkSpan(c arg.Call, n, length int) (offset, count int) {
	offset, count = c.Whole(n, 0, maxBuffer), c.Whole(5, 0, maxBuffer)
	if offset+count > length {
		c.Fail(n, "offset %d and count %d lead beyond the %d there are", offset, count, length)
	}
	return offset, count
}

// copyStream is buffer.copy_stream(to, to_offset, from, from_offset, count), in
// values.
func copyStream(c arg.Call) int {
	to, from := checkStream(c, 1), checkStream(c, 3)
	if to.kind != from.kind || to.components != from.components {
		c.Fail(3, "a stream of %d %v expected, got one of %d %v", to.components, to.kind, from.components, from.kind)
	}
	at, count := checkSpan(c, 2, to.length())
	start, _ := checkSpan(c, 4, from.length())
	copy(to.at(at), from.at(start)[:count*valueSizes[to.kind]])
	return 0
}

// copyBuffer is buffer.copy_buffer(to, to_offset, from, from_offset, count), in
// elements.
func copyBuffer(c arg.Call) int {
	to, from := checkBuffer(c, 1), checkBuffer(c, 3)
	at, count := checkSpan(c, 2, to.count)
	start, _ := checkSpan(c, 4, from.count)
	for _, s := range from.streams {
		t := to.find(s.name)
		if t == nil || t.kind != s.kind || t.components != s.components {
			c.Fail(1, "a buffer with a stream '%s' of %d %v expected", s.name, s.components, s.kind)
		}
	}
	for _, s := range from.streams {
		t := to.find(s.name)
		copy(t.at(at*t.components), s.at(start * s.components)[:count*s.components*valueSizes[s.kind]])
	}
	return 0
}

// setMetadata is buffer.set_metadata(buffer, name, values, type).
func setMetadata(c arg.Call) int {
	b, name, list := checkBuffer(c, 1), c.Name(2), c.Table(3)
	m := &metadata{kind: valueType(c.Whole(4, 0, int(valueTypes)-1))}
	scratch := make([]byte, 8)
	for i := 1; i <= list.Len(); i++ {
		x, ok := list.RawGetInt(i).(lua.LNumber)
		if !ok {
			c.Fail(3, "a list of numbers expected, got a %s at %d", arg.TypeName(list.RawGetInt(i)), i)
		}
		m.kind.put(scratch, float64(x))
		m.values = append(m.values, m.kind.get(scratch))
	}
	if len(m.values) == 0 {
		c.Fail(3, "at least one number expected")
	}
	if old := b.metadata[name]; old != nil && (old.kind != m.kind || len(old.values) != len(m.values)) {
		c.Fail(3, "'%s' has %d values of %v, which can't change", name, len(old.values), old.kind)
	}
	b.metadata[name] = m
	return 0
}

// getMetadata is buffer.get_metadata(buffer, name) -> values, type; nil, nil
// for an unknown name.
func getMetadata(c arg.Call) int {
	m := checkBuffer(c, 1).metadata[c.Name(2)]
	if m == nil {
		return c.Return(lua.LNil, lua.LNil)
	}
	list := c.NewTable()
	for _, x := range m.values {
		list.Append(lua.LNumber(x))
	}
	return c.Return(list, lua.LNumber(m.kind))
}

func bufferLength(c arg.Call) int { return c.Return(lua.LNumber(checkBuffer(c, 1).count)) }

func bufferString(c arg.Call) int {
	b := checkBuffer(c, 1)
	return c.Return(lua.LString(fmt.Sprintf("buffer.buffer(count = %d, streams = %s)", b.count, b.names())))
}

func streamLength(c arg.Call) int { return c.Return(lua.LNumber(checkStream(c, 1).length())) }

func streamString(c arg.Call) int {
	s := checkStream(c, 1)
	return c.Return(lua.LString(fmt.Sprintf("buffer.stream(%s, length = %d, type = %s)", s.name, s.length(), valueNames[s.kind])))
}

// place is the value that s[i] is.
func place(c arg.Call, s *stream) []byte {
	i, ok := c.Get(2).(lua.LNumber)
	if !ok || i < 1 || int(i) > s.length() {
		c.RaiseError("buffer.stream only has valid indices between 1 and %d, not '%s'", s.length(), c.Get(2).String())
	}
	return s.at(int(i) - 1)
}

func streamIndex(c arg.Call) int {
	s := checkStream(c, 1)
	return c.Return(lua.LNumber(s.kind.get(place(c, s))))
}

func streamNewIndex(c arg.Call) int {
	s := checkStream(c, 1)
	at := place(c, s)
	s.kind.put(at, c.Number(3))
	return 0
}
