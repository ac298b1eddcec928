package wire

import (
	"errors"
	"fmt"
)

// puff inflates a whole stream of blocks, final ones among them, independently
// of any library (RFC 1951), and holds every way back against a window: it must
// not reach further than window bytes, nor past history.
func puff(stream, history []byte, window int) ([]byte, error) {
	b := &bits{stream: stream}
	out := append([]byte(nil), history...)
	for !b.atEnd() {
		final, kind := b.take(1), b.take(2)
		var err error
		switch kind {
		case 0:
			b.align()
			n, inverted := b.take(16), b.take(16)
			if n != ^inverted&0xffff {
				return nil, errors.New("a stored block's lengths differ")
			}
			for range n {
				out = append(out, byte(b.take(8)))
			}
		case 1:
			out, err = b.block(out, window, newCode(fixedLengths[:288]), newCode(fixedLengths[288:]))
		case 2:
			var literals, distances code
			if literals, distances, err = b.tables(); err == nil {
				out, err = b.block(out, window, literals, distances)
			}
		default:
			err = errors.New("a block of the reserved kind")
		}
		if err != nil {
			return nil, err
		}
		if b.short {
			return nil, errors.New("the stream ends inside a block")
		}
		if final == 1 {
			b.align() // RFC 7692 section 7.2.1: what follows begins at a byte
		}
	}
	return out[len(history):], nil
}

var fixedLengths = func() (lengths [288 + 30]uint8) {
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		case i < 288:
			lengths[i] = 8
		default:
			lengths[i] = 5
		}
	}
	return lengths
}()

var (
	lengthBase  = [...]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [...]int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase    = [...]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distExtra   = [...]int{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	codeOrder   = [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// bits reads a stream bit by bit.
type bits struct {
	stream []byte
	at     int // in bits
	short  bool
}

func (b *bits) atEnd() bool { return b.at/8 >= len(b.stream) }
func (b *bits) align()      { b.at = (b.at + 7) &^ 7 }

func (b *bits) take(n int) (value int) {
	for i := range n {
		if b.atEnd() {
			b.short = true
			return 0
		}
		value |= int(b.stream[b.at/8]>>(b.at%8)&1) << i
		b.at++
	}
	return value
}

// code is a canonical Huffman code: its symbols by the length of theirs, in order.
type code [16][]int

func newCode(lengths []uint8) (c code) {
	for symbol, length := range lengths {
		c[length] = append(c[length], symbol)
	}
	return c
}

// symbol reads one of a code.
func (b *bits) symbol(c *code) (int, error) {
	word, first := 0, 0
	for length := 1; length <= 15; length++ {
		word |= b.take(1)
		if at := word - first; at >= 0 && at < len(c[length]) {
			return c[length][at], nil
		}
		first = (first + len(c[length])) << 1
		word <<= 1
	}
	return 0, errors.New("no such code")
}

// tables reads a dynamic block's codes.
func (b *bits) tables() (literals, distances code, err error) {
	nlit, ndist, ncode := b.take(5)+257, b.take(5)+1, b.take(4)+4
	var codes [19]uint8
	for i := range ncode {
		codes[codeOrder[i]] = uint8(b.take(3))
	}
	var lengths []uint8
	of := newCode(codes[:])
	for len(lengths) < nlit+ndist {
		symbol, err := b.symbol(&of)
		if err != nil || b.short {
			return literals, distances, errors.New("broken tables")
		}
		value, times := uint8(symbol), 1
		switch symbol {
		case 16:
			if len(lengths) == 0 {
				return literals, distances, errors.New("nothing to repeat")
			}
			value, times = lengths[len(lengths)-1], 3+b.take(2)
		case 17:
			value, times = 0, 3+b.take(3)
		case 18:
			value, times = 0, 11+b.take(7)
		}
		for range times {
			lengths = append(lengths, value)
		}
	}
	return newCode(lengths[:nlit]), newCode(lengths[nlit : nlit+ndist]), nil
}

// block reads one block's symbols up to its end.
func (b *bits) block(out []byte, window int, literals, distances code) ([]byte, error) {
	for !b.short {
		symbol, err := b.symbol(&literals)
		switch {
		case err != nil:
			return nil, err
		case symbol < 256:
			out = append(out, byte(symbol))
			continue
		case symbol == 256:
			return out, nil
		case symbol > 285:
			return nil, errors.New("no such length")
		}
		length := lengthBase[symbol-257] + b.take(lengthExtra[symbol-257])
		far, err := b.symbol(&distances)
		if err != nil || far > 29 {
			return nil, errors.New("no such distance")
		}
		distance := distBase[far] + b.take(distExtra[far])
		if distance > window || distance > len(out) {
			return nil, fmt.Errorf("a way back of %d bytes: the window has %d, %d are there", distance, window, len(out))
		}
		for range length {
			out = append(out, out[len(out)-distance])
		}
	}
	return out, nil
}

// backReference is a block that copies length (3 to 10) bytes from distance
// bytes back, flushed, its tail cut.
func backReference(distance, length int) string {
	var b writeBits
	b.put(0, 1) // not final
	b.put(1, 2) // fixed codes
	b.code(257+length-3-256, 7)
	far := len(distBase) - 1
	for distBase[far] > distance {
		far--
	}
	b.code(far, 5)
	b.put(distance-distBase[far], distExtra[far])
	b.code(0, 7) // the end of the block
	b.put(0, 3)  // the empty stored block of a flush
	return string(b.out)
}

// writeBits writes a stream bit by bit.
type writeBits struct {
	out []byte
	at  int
}

func (b *writeBits) put(value, n int) {
	for i := range n {
		if b.at%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[b.at/8] |= byte(value >> i & 1 << (b.at % 8))
		b.at++
	}
}

// code writes a Huffman code, whose first bit is its highest.
func (b *writeBits) code(value, n int) {
	for i := range n {
		b.put(value>>(n-1-i)&1, 1)
	}
}
