package bytelib

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// maxBuffer bounds a buffer's bytes.
const maxBuffer = 256 << 20

// valueType is buffer.VALUE_TYPE_…
type valueType int

const (
	typeUint8 valueType = iota
	typeUint16
	typeUint32
	typeUint64
	typeInt8
	typeInt16
	typeInt32
	typeInt64
	typeFloat32
	valueTypes
)

// valueNames are the constants' names, and valueSizes their bytes.
var (
	valueNames = [valueTypes]string{"UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FLOAT32"}
	valueSizes = [valueTypes]int{1, 2, 4, 8, 1, 2, 4, 8, 4}
)

func (t valueType) String() string { return "buffer.VALUE_TYPE_" + valueNames[t] }

// get reads a value, little-endian.
func (t valueType) get(b []byte) float64 {
	switch t {
	case typeUint8:
		return float64(b[0])
	case typeUint16:
		return float64(binary.LittleEndian.Uint16(b))
	case typeUint32:
		return float64(binary.LittleEndian.Uint32(b))
	case typeUint64:
		return float64(binary.LittleEndian.Uint64(b))
	case typeInt8:
		return float64(int8(b[0]))
	case typeInt16:
		return float64(int16(binary.LittleEndian.Uint16(b)))
	case typeInt32:
		return float64(int32(binary.LittleEndian.Uint32(b)))
	case typeInt64:
		return float64(int64(binary.LittleEndian.Uint64(b)))
	}
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
}

// put writes a value: a fraction is cut off, and what is too big wraps.
func (t valueType) put(b []byte, x float64) {
	if t == typeFloat32 {
		binary.LittleEndian.PutUint32(b, math.Float32bits(float32(x)))
		return
	}
	whole := wrap(x)
	switch valueSizes[t] {
	case 1:
		b[0] = byte(whole)
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(whole))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(whole))
	case 8:
		binary.LittleEndian.PutUint64(b, whole)
	}
}

// wrap is x's whole part in 64 bits, the same on every machine.
func wrap(x float64) uint64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0
	case math.Abs(x) < 1<<63:
		return uint64(int64(x))
	case x > 0 && x < 1<<64:
		return uint64(x)
	}
	return 0
}

// buffer is a script's buffer: streams of the same number of elements.
type buffer struct {
	count    int
	streams  []*stream
	metadata map[string]*metadata
}

// stream is count elements of components values each.
type stream struct {
	name       string
	kind       valueType
	components int
	bytes      []byte
}

type metadata struct {
	kind   valueType
	values []float64
}

// LuaType is what errors call it.
func (*buffer) LuaType() string { return "buffer" }

// LuaType is what errors call it.
func (*stream) LuaType() string { return "bufferstream" }

// length is how many values there are.
func (s *stream) length() int { return len(s.bytes) / valueSizes[s.kind] }

func (s *stream) at(i int) []byte { return s.bytes[i*valueSizes[s.kind]:] }

// find gives the stream of that name, nil for none.
func (b *buffer) find(name string) *stream {
	for _, s := range b.streams {
		if s.name == name {
			return s
		}
	}
	return nil
}

// names lists the streams for errors.
func (b *buffer) names() string {
	names := make([]string, len(b.streams))
	for i, s := range b.streams {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}

// newBuffer makes a buffer of zeros.
func newBuffer(count int, streams []*stream) (*buffer, error) {
	b := &buffer{count: count, streams: streams, metadata: make(map[string]*metadata)}
	total := 0
	for i, s := range streams {
		if other := b.find(s.name); other != s {
			return nil, fmt.Errorf("two streams are named '%s'", s.name)
		}
		size := valueSizes[s.kind] * s.components
		if total+size*count > maxBuffer {
			return nil, fmt.Errorf("the buffer would have more than %d bytes", maxBuffer)
		}
		total += size * count
		streams[i].bytes = make([]byte, size*count)
	}
	return b, nil
}
