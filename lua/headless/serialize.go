package headless

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/vmath"
)

// A serialized table is savedMagic, the table, and a checksum of both.
const (
	savedMagic    = "tickwire table 1\n"
	maxSavedDepth = 64       // tables within tables
	maxSerialized = 16 << 20 // bytes of sys.serialize
)

// The kinds of values, each one byte in front of it.
const (
	savedFalse   = 'f'
	savedTrue    = 't'
	savedNumber  = 'n' // 8 bytes
	savedString  = 's' // its length, its bytes
	savedTable   = '{' // the number of pairs, each a key and a value
	savedHash    = 'h' // a string
	savedURL     = 'u' // three strings
	savedVector3 = '3' // floats of 4 bytes each
	savedVector4 = '4'
	savedQuat    = 'q'
	savedMatrix4 = 'm'
)

// tableEncoder writes what sys.save and sys.serialize keep.
type tableEncoder struct {
	bytes []byte
	limit int
	path  []string // of keys, for errors
}

// serialize gives a table's bytes. The error names the place of what can't be
// kept.
func serialize(t *lua.LTable, limit int) ([]byte, error) {
	e := &tableEncoder{bytes: []byte(savedMagic), limit: limit}
	if err := e.table(t); err != nil {
		return nil, err
	}
	if len(e.bytes)+4 > limit {
		return nil, e.full()
	}
	return binary.LittleEndian.AppendUint32(e.bytes, crc32.ChecksumIEEE(e.bytes)), nil
}

func (e *tableEncoder) table(t *lua.LTable) error {
	if len(e.path) >= maxSavedDepth {
		return e.fail("more than %d tables within each other, or one that holds itself", maxSavedDepth)
	}
	count := 0
	t.ForEach(func(_, _ lua.LValue) { count++ })
	e.bytes = append(e.bytes, savedTable)
	e.bytes = binary.AppendUvarint(e.bytes, uint64(count))
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		e.path = append(e.path, key.String())
		switch key.(type) {
		case lua.LString, lua.LNumber:
		default:
			return e.fail("a key that is a %s: want strings and numbers", typeName(key))
		}
		if err := e.value(key); err != nil {
			return err
		}
		if err := e.value(value); err != nil {
			return err
		}
		e.path = e.path[:len(e.path)-1]
	}
	return nil
}

func (e *tableEncoder) value(v lua.LValue) error {
	if len(e.bytes) > e.limit {
		return e.full() // not at the end only: one that holds itself often grows fast
	}
	switch v := v.(type) {
	case lua.LBool:
		if v {
			e.bytes = append(e.bytes, savedTrue)
		} else {
			e.bytes = append(e.bytes, savedFalse)
		}
		return nil
	case lua.LNumber:
		e.bytes = binary.LittleEndian.AppendUint64(append(e.bytes, savedNumber), math.Float64bits(float64(v)))
		return nil
	case lua.LString:
		e.bytes = append(e.bytes, savedString)
		e.text(string(v))
		return nil
	case *lua.LTable:
		return e.table(v)
	case *lua.LUserData:
		if e.userdata(v) {
			return nil
		}
	}
	return e.fail("a %s", typeName(v))
}

// userdata tells whether v can be kept.
func (e *tableEncoder) userdata(v *lua.LUserData) bool {
	if text, ok := toHash(v); ok {
		e.bytes = append(e.bytes, savedHash)
		e.text(text)
		return true
	}
	if a, ok := toAddress(v); ok {
		e.bytes = append(e.bytes, savedURL)
		for _, part := range []string{a.socket, a.path, a.fragment} {
			e.text(part)
		}
		return true
	}
	switch v := v.Value.(type) {
	case *vmath.Vector3:
		e.floats(savedVector3, v[:])
	case *vmath.Vector4:
		e.floats(savedVector4, v[:])
	case *vmath.Quat:
		e.floats(savedQuat, v[:])
	case *vmath.Matrix4:
		e.bytes = append(e.bytes, savedMatrix4)
		for i := range v {
			e.floats(savedVector4, v[i][:])
		}
	default:
		return false
	}
	return true
}

func (e *tableEncoder) text(s string) {
	e.bytes = binary.AppendUvarint(e.bytes, uint64(len(s)))
	e.bytes = append(e.bytes, s...)
}

func (e *tableEncoder) floats(kind byte, values []float32) {
	e.bytes = append(e.bytes, kind)
	for _, x := range values {
		e.bytes = binary.LittleEndian.AppendUint32(e.bytes, math.Float32bits(x))
	}
}

func (e *tableEncoder) full() error {
	return fmt.Errorf("the table needs more than the %d bytes that there may be", e.limit)
}

func (e *tableEncoder) fail(format string, args ...any) error {
	text := "the table holds " + fmt.Sprintf(format, args...)
	if len(e.path) > 0 && len(e.path) < maxSavedDepth {
		text += fmt.Sprintf(" (at '%s')", strings.Join(e.path, "."))
	}
	return errors.New(text)
}

// errDamaged is what any fault in serialized bytes comes to: which byte is
// wrong helps nobody.
var errDamaged = errors.New("it is damaged, or nothing that sys.save or sys.serialize has written")

// tableDecoder reads what tableEncoder has written.
type tableDecoder struct {
	engine *Engine
	bytes  []byte // what is left
	bad    bool
}

// deserialize gives the table that the bytes stand for.
func (e *Engine) deserialize(data []byte) (*lua.LTable, error) {
	body, ok := strings.CutPrefix(string(data), savedMagic)
	if !ok || len(body) < 4 {
		return nil, errDamaged
	}
	sum := len(data) - 4
	if binary.LittleEndian.Uint32(data[sum:]) != crc32.ChecksumIEEE(data[:sum]) {
		return nil, errDamaged
	}
	d := &tableDecoder{engine: e, bytes: []byte(body[:len(body)-4])}
	t, ok := d.value(0).(*lua.LTable)
	if !ok || d.bad || len(d.bytes) > 0 {
		return nil, errDamaged
	}
	return t, nil
}

// take gives the next n bytes, or none and marks what is read as bad.
func (d *tableDecoder) take(n uint64) []byte {
	if n > uint64(len(d.bytes)) {
		d.bad, d.bytes = true, nil
		return nil
	}
	taken := d.bytes[:n]
	d.bytes = d.bytes[n:]
	return taken
}

func (d *tableDecoder) count() uint64 {
	n, size := binary.Uvarint(d.bytes)
	if size <= 0 {
		d.bad, d.bytes = true, nil
		return 0
	}
	d.bytes = d.bytes[size:]
	return n
}

func (d *tableDecoder) text() string { return string(d.take(d.count())) }

func (d *tableDecoder) value(depth int) lua.LValue {
	kind := d.take(1)
	if kind == nil || depth > maxSavedDepth {
		d.bad = true
		return lua.LNil
	}
	e := d.engine
	switch kind[0] {
	case savedFalse:
		return lua.LFalse
	case savedTrue:
		return lua.LTrue
	case savedNumber:
		if bits := d.take(8); bits != nil {
			return lua.LNumber(math.Float64frombits(binary.LittleEndian.Uint64(bits)))
		}
	case savedString:
		return lua.LString(d.text())
	case savedTable:
		return d.table(depth)
	case savedHash:
		return e.hash(d.text())
	case savedURL:
		return e.url(address{socket: d.text(), path: d.text(), fragment: d.text()})
	case savedVector3:
		var v vmath.Vector3
		d.floats(v[:])
		return e.vmath.NewVector3(v)
	case savedVector4:
		var v vmath.Vector4
		d.floats(v[:])
		return e.vmath.NewVector4(v)
	case savedQuat:
		var q vmath.Quat
		d.floats(q[:])
		return e.vmath.NewQuat(q)
	case savedMatrix4:
		var m vmath.Matrix4
		for i := range m {
			d.take(1) // the column's kind
			d.floats(m[i][:])
		}
		return e.vmath.NewMatrix4(m)
	}
	d.bad = true
	return lua.LNil
}

func (d *tableDecoder) table(depth int) lua.LValue {
	t := d.engine.L.CreateTable(0, 0)
	for n := d.count(); n > 0 && !d.bad; n-- {
		key := d.value(depth + 1)
		value := d.value(depth + 1)
		switch k := key.(type) {
		case lua.LString:
		case lua.LNumber:
			d.bad = d.bad || math.IsNaN(float64(k))
		default:
			d.bad = true
		}
		if !d.bad {
			t.RawSet(key, value)
		}
	}
	return t
}

func (d *tableDecoder) floats(values []float32) {
	if bits := d.take(4 * uint64(len(values))); bits != nil {
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(bits[4*i:]))
		}
	}
}
