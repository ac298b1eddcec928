package wire

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"
)

// shared are the pools of decoders that no hub owns.
func shared() *compressors {
	s := new(compressors)
	s.init()
	return s
}

// inflating gives a decoder for a peer that sends with this window.
func inflating(limit int, w Window) *decoder {
	return &decoder{limit: limit, side: ws.StateClientSide, scratch: new(scratch), inflate: newInflater(shared(), &compression{receive: w})}
}

// decodeAll feeds stream in pieces of size bytes and gives a word for each
// completed part, the violation last.
func decodeAll(d *decoder, stream string, size int) (parts []string) {
	for len(stream) > 0 {
		piece := []byte(stream[:min(size, len(stream))])
		stream = stream[len(piece):]
		for rest := piece; len(rest) > 0; {
			n, got, complete, bad := d.feed(rest)
			rest = rest[n:]
			if bad != nil {
				return append(parts, fmt.Sprintf("violation %d", bad.code))
			}
			if complete {
				parts = append(parts, partWord(got))
			}
		}
		clear(piece) // what was fed is the reader's again
	}
	return parts
}

// packed is a frame with RSV1.
func packed(opcode ws.OpCode, fin bool, payload string) string {
	f := ws.NewFrame(opcode, fin, []byte(payload))
	f.Header.Rsv = rsvDeflated
	return string(ws.MustCompileFrame(f))
}

// deflateFlushed is what the standard library makes of text with a sync flush
// after each part, the tail cut.
func deflateFlushed(level int, parts ...string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, level)
	for _, part := range parts {
		io.WriteString(w, part)
		w.Flush()
	}
	return strings.TrimSuffix(b.String(), syncTail)
}

// deflateFinal is the same, ended by a final block.
func deflateFinal(text string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 6)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

const hello = "\xf2\x48\xcd\xc9\xc9\x07\x00" // RFC 7692 section 7.2.3.1

var inflations = []struct {
	name, stream, want string
}{
	{"7.2.3.1 a message in one block", packed(ws.OpText, true, hello), "text Hello"},
	{"7.2.3.1 in two fragments", packed(ws.OpText, false, hello[:3]) + piece(ws.OpContinuation, true, hello[3:]), "text Hello"},
	{"7.2.3.1 in fragments, some of them empty", packed(ws.OpText, false, "") + piece(ws.OpContinuation, false, hello) + piece(ws.OpContinuation, true, ""), "text Hello"},
	{"7.2.3.2 with the context of the one before", packed(ws.OpText, true, hello) + packed(ws.OpText, true, "\xf2\x00\x11\x00\x00"), "text Hello|text Hello"},
	{"7.2.3.2 over messages between that are not compressed", packed(ws.OpText, true, hello) + piece(ws.OpText, true, "other") + packed(ws.OpText, true, "\xf2\x00\x11\x00\x00"), "text Hello|text other|text Hello"},
	{"7.2.3.2 a context that isn't there", packed(ws.OpText, true, "\xf2\x00\x11\x00\x00"), "violation 1007"},
	{"7.2.3.3 a block without compression", packed(ws.OpText, true, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"), "text Hello"},
	{"7.2.3.4 a final block", packed(ws.OpText, true, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), "text Hello"},
	{"7.2.3.4 a final block and nothing behind it", packed(ws.OpText, true, "\xf3\x48\xcd\xc9\xc9\x07\x00"), "text Hello"},
	{"7.2.3.4 the standard library's final block", packed(ws.OpText, true, deflateFinal("Hello")+"\x00"), "text Hello"},
	{"7.2.3.4 final blocks and the context go together", packed(ws.OpText, true, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00") + packed(ws.OpText, true, "\xf2\x00\x11\x00\x00"), "text Hello|text Hello"},
	{"7.2.1 several final blocks", packed(ws.OpText, true, deflateFinal("one ")+deflateFinal("two ")+deflateFinal("three")+"\x00"), "text one two three"},
	{"7.2.1 a back reference over a final block", packed(ws.OpText, true, deflateFinal("abcdef")+backReference(6, 6)), "text abcdefabcdef"},
	{"7.2.1 final and other blocks", packed(ws.OpBinary, true, deflateFinal("one ")+deflateFlushed(6, "two ", "three")), "binary one two three"},
	{"7.2.3.5 two blocks", packed(ws.OpText, true, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"), "text Hello"},
	{"7.2.3.5 a block a byte", packed(ws.OpText, true, deflateFlushed(9, "H", "e", "l", "l", "o")), "text Hello"},
	{"7.2.3.6 an empty message", packed(ws.OpText, true, "\x00"), "text "},
	{"7.2.3.6 an empty message in an empty payload", packed(ws.OpBinary, true, ""), "binary "},
	{"7.2.3.6 an empty message in a fixed block", packed(ws.OpText, true, "\x02\x00"), "text "},
	{"7.2.3.6 an empty message in a final block", packed(ws.OpText, true, "\x03\x00\x00"), "text "},
	{"6.1 an empty fragment first and last", packed(ws.OpBinary, false, "") + piece(ws.OpContinuation, true, ""), "binary "},
	{"6.1 compressed and plain in turn", piece(ws.OpText, true, "a") + packed(ws.OpText, true, hello) + piece(ws.OpBinary, true, "b") + packed(ws.OpBinary, true, hello), "text a|text Hello|binary b|binary Hello"},
	{"5.4 a ping between compressed fragments", packed(ws.OpText, false, hello[:2]) + piece(ws.OpPing, true, "p") + piece(ws.OpContinuation, false, hello[2:4]) + piece(ws.OpPong, true, "q") + piece(ws.OpContinuation, true, hello[4:]), "ping p|pong q|text Hello"},
	{"5.4 a close between compressed fragments", packed(ws.OpText, false, hello[:2]) + string(closeBytes(1000, "")), "close 1000"},
	{"6.1 RSV1 on a ping", packed(ws.OpPing, true, "p"), "violation 1002"},
	{"6.1 RSV1 on a pong", packed(ws.OpPong, true, ""), "violation 1002"},
	{"6.1 RSV1 on a close", packed(ws.OpClose, true, "\x03\xe8"), "violation 1002"},
	{"6.1 RSV1 on a continuation", packed(ws.OpText, false, hello[:2]) + packed(ws.OpContinuation, true, hello[2:]), "violation 1002"},
	{"6.1 RSV1 on a plain message's continuation", piece(ws.OpText, false, "a") + packed(ws.OpContinuation, true, hello), "violation 1002"},
	{"6.1 RSV1 inside another message", packed(ws.OpText, false, hello[:2]) + packed(ws.OpText, true, hello), "violation 1002"},
	{"6.1 RSV2", "\xa1\x00", "violation 1002"},
	{"6.1 RSV3", "\x91\x00", "violation 1002"},
	{"6.1 RSV1 and RSV2", "\xe1\x00", "violation 1002"},
	{"6.1 RSV1 on a reserved opcode", "\xc3\x00", "violation 1002"},
	{"6.1 RSV1 and a mask", "\xc1\x81abcdx", "violation 1002"},
	{"7.2.2 a block of the reserved kind", packed(ws.OpText, true, "\x07"), "violation 1007"},
	{"7.2.2 a stored block whose lengths differ", packed(ws.OpText, true, "\x00\x05\x00\xfb\xff\x48\x65\x6c\x6c\x6f\x00"), "violation 1007"},
	{"7.2.2 a block that has no end", packed(ws.OpText, true, hello[:3]), "violation 1007"},
	{"7.2.2 a stored block that has no end", packed(ws.OpText, true, "\x00\x50\x00\xaf\xff\x48\x65"), "violation 1007"},
	{"7.2.2 text instead of blocks", packed(ws.OpText, true, "Hello"), "violation 1007"},
	{"8.1 a text that is not UTF-8", packed(ws.OpText, true, deflateFlushed(6, "\xff")), "violation 1007"},
	{"8.1 a text that ends inside a rune", packed(ws.OpText, true, deflateFlushed(6, "a\xe2\x82")), "violation 1007"},
	{"8.1 a rune over two blocks and fragments", packed(ws.OpText, false, deflateFlushed(6, "\xe2", "\x82\xac")[:5]) + piece(ws.OpContinuation, true, deflateFlushed(6, "\xe2", "\x82\xac")[5:]), "text €"},
	{"8.1 binary is not checked", packed(ws.OpBinary, true, deflateFlushed(6, "\xff")), "binary \xff"},
	{"10.4 up to the limit", packed(ws.OpBinary, true, deflateFlushed(6, repeat("x", 100_000))), "binary 100000 bytes"},
	{"10.4 a byte over the limit", packed(ws.OpBinary, true, deflateFlushed(6, repeat("x", 100_001))), "violation 1009"},
	{"10.4 incompressible, up to the limit", packed(ws.OpBinary, true, deflateFlushed(6, noise(100_000))), "binary 100000 bytes"},
	{"10.4 incompressible, over the limit", packed(ws.OpBinary, true, deflateFlushed(6, noise(100_001))), "violation 1009"},
	{"10.4 a payload of 2^62", "\xc1\x7f\x40\x00\x00\x00\x00\x00\x00\x00", "violation 1009"},
	{"10.4 fragments that hold nothing, for ever", packed(ws.OpBinary, false, repeat("\x00\x00\x00\xff\xff", 20_000)) + piece(ws.OpContinuation, false, repeat("\x00\x00\x00\xff\xff", 20_000)), "violation 1009"},
	{"10.4 a bomb", packed(ws.OpText, true, deflateFlushed(9, repeat("\x00", 10_000_000))), "violation 1009"},
	{"10.4 a bomb of many final blocks", packed(ws.OpText, true, repeat("\x03\x00", 20_000)+"\x00"), "violation 1007"},
}

// noise is text that can't be compressed.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

func TestInflate(t *testing.T) {
	for _, test := range inflations {
		for _, size := range []int{1, 2, 7, 997, 1 << 20} {
			t.Run(fmt.Sprintf("%s/by %d", test.name, size), func(t *testing.T) {
				got := strings.Join(decodeAll(inflating(100_000, Window{Bits: 15}), test.stream, size), "|")
				if got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		}
	}
}

// TestInflateCutAnywhere: a session in two pieces, cut at every byte.
func TestInflateCutAnywhere(t *testing.T) {
	stream := packed(ws.OpText, true, hello) + piece(ws.OpText, true, "plain") + packed(ws.OpText, false, "\xf2\x00") + piece(ws.OpPing, true, "p") +
		piece(ws.OpContinuation, true, "\x11\x00\x00") + packed(ws.OpBinary, true, deflateFinal("end")+"\x00")
	want := "text Hello|text plain|ping p|text Hello|binary end"
	for cut := range len(stream) + 1 {
		d := inflating(1000, Window{Bits: 15})
		got := append(decodeAll(d, stream[:cut], 1<<20), decodeAll(d, stream[cut:], 1<<20)...)
		if strings.Join(got, "|") != want {
			t.Errorf("cut at %d: got %q, want %q", cut, got, want)
		}
	}
}

// TestInflateMasked: what a client sends to a server, in any chops.
func TestInflateMasked(t *testing.T) {
	mask := func(opcode ws.OpCode, fin bool, rsv byte, payload string) string {
		f := ws.NewFrame(opcode, fin, []byte(payload))
		f.Header.Rsv = rsv
		return string(ws.MustCompileFrame(ws.MaskFrameInPlaceWith(f, [4]byte{1, 2, 3, 4})))
	}
	stream := mask(ws.OpText, true, rsvDeflated, hello) + mask(ws.OpText, false, rsvDeflated, "\xf2\x00") + mask(ws.OpPing, true, 0, "p") +
		mask(ws.OpContinuation, true, 0, "\x11\x00\x00") + mask(ws.OpText, true, 0, "plain")
	for _, size := range []int{1, 2, 3, 7, 1000} {
		d := inflating(1000, Window{Bits: 15})
		d.side = ws.StateServerSide
		if got, want := strings.Join(decodeAll(d, stream, size), "|"), "text Hello|ping p|text Hello|text plain"; got != want {
			t.Errorf("by %d: got %q, want %q", size, got, want)
		}
	}
}

// TestSkippedIsNotInflated: nobody wants messages any more, so a broken one does
// no harm, and the close behind it counts.
func TestSkippedIsNotInflated(t *testing.T) {
	stream := packed(ws.OpText, false, hello[:2]) + piece(ws.OpContinuation, true, "\xff") + packed(ws.OpText, true, "\x07") +
		packed(ws.OpBinary, true, deflateFlushed(1, repeat("x", 5000))) + string(closeBytes(1000, ""))
	for _, size := range []int{1, 7, 1000} {
		d := inflating(1000, Window{Bits: 15})
		d.skipping = true
		if got := strings.Join(decodeAll(d, stream, size), "|"); got != "close 1000" {
			t.Errorf("by %d: got %q, want the close alone", size, got)
		}
	}
}

// TestInflateRoom: reads straight into a large message give the same as feeding.
func TestInflateRoom(t *testing.T) {
	text := noise(300_000)
	payload := deflateFlushed(6, text)
	stream := packed(ws.OpBinary, false, payload[:200_001]) + piece(ws.OpContinuation, true, payload[200_001:])
	d := inflating(1<<20, Window{Bits: 15})
	straight := 0
	for len(stream) > 0 {
		var p part
		var complete bool
		var bad *violation
		var n int
		if room := d.room(); room != nil {
			n = copy(room, stream)
			straight += n
			p, complete, bad = d.filled(n)
		} else {
			n, p, complete, bad = d.feed([]byte(stream[:min(1000, len(stream))]))
		}
		if bad != nil {
			t.Fatal(bad)
		}
		stream = stream[n:]
		if complete && (p.message != text || p.wire != len(payload)) {
			t.Errorf("a message of %d bytes in %d came, want %d in %d, the same", len(p.message), p.wire, len(text), len(payload))
		}
	}
	if straight < 100_000 {
		t.Errorf("only %d bytes were read straight into the message", straight)
	}
}

// TestInflateUTF8 is Kuhn's table, compressed: the verdict is that of the
// standard library, wherever the text is flushed.
func TestInflateUTF8(t *testing.T) {
	for _, test := range kuhn {
		for _, before := range []string{"", "abc", "ü€𝄞"} {
			text := before + test.text
			for cut := len(before); cut <= len(text); cut++ {
				stream := packed(ws.OpText, true, deflateFlushed(6, text[:cut], text[cut:]))
				want := "violation 1007"
				if utf8.ValidString(text) {
					want = "text " + brief(text)
				}
				if got := strings.Join(decodeAll(inflating(1000, Window{Bits: 15}), stream, 5), "|"); got != want {
					t.Errorf("%s behind %q, cut at %d: got %q, want %q", test.name, before, cut, got, want)
				}
			}
		}
	}
}

// TestInflateWindow: a message may refer back as far as the window reaches and
// not a byte further, whether what is there came in one message or in many, and
// not at all where no context is kept.
func TestInflateWindow(t *testing.T) {
	for bits := MinWindowBits; bits <= MaxWindowBits; bits++ {
		size := 1 << max(bits, 9)
		for _, step := range []int{1, 100, size - 1, size, size + 1, 3*size + 7} {
			text := noise(3*size + 7)
			for _, test := range []struct {
				distance int
				forget   bool
				want     bool
			}{
				{1, false, true}, {size, false, true}, {size + 1, false, false}, {1, true, false},
			} {
				if test.distance > 1<<15 {
					continue // no way back is that long
				}
				d := inflating(1<<20, Window{Bits: bits, Forget: test.forget})
				if size/step > 40 && bits > 9 {
					continue // the small windows show it
				}
				for rest := text; rest != ""; {
					n := min(step, len(rest))
					if _, bad := d.inflate.inflate([]byte(stored(rest[:n])), d.limit); bad != nil {
						t.Fatal(bad)
					}
					rest = rest[n:]
				}
				got, bad := d.inflate.inflate([]byte(backReference(test.distance, 3)), d.limit)
				if (bad == nil) != test.want {
					t.Errorf("%d bits, messages of %d, %d back, forget %t: %v, want success %t", bits, step, test.distance, test.forget, bad, test.want)
				}
				if from := len(text) - test.distance; bad == nil && !strings.HasPrefix(got, text[from:min(from+3, len(text))]) {
					t.Errorf("%d bits, messages of %d, %d back: %q, want %q", bits, step, test.distance, got, text[from:])
				}
				if room := cap(d.inflate.window); room > size+size/4 || test.forget && room > 0 {
					t.Errorf("%d bits, messages of %d: the window holds %d bytes", bits, step, room)
				}
			}
		}
	}
}

// stored is text in blocks without compression, flushed, the tail cut.
func stored(text string) string {
	var b strings.Builder
	for text != "" {
		n := min(len(text), 1<<16-1)
		b.Write([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)})
		b.WriteString(text[:n])
		text = text[n:]
	}
	return b.String() + "\x00"
}

// emptyBlocks are size bytes of blocks that put writes, none of them final.
func emptyBlocks(size int, put func(b *writeBits)) string {
	var b writeBits
	for len(b.out) < size {
		b.put(0, 1)
		put(&b)
	}
	b.put(0, 3) // the empty stored block of a flush
	return string(b.out)
}

// emptyDynamic writes a block with tables of its own and nothing else.
func (b *writeBits) emptyDynamic() {
	b.put(2, 2)
	b.put(0, 5)  // 257 literals
	b.put(0, 5)  // 1 distance
	b.put(14, 4) // 18 lengths of the lengths' code
	for _, symbol := range codeOrder[:18] {
		if symbol == 1 || symbol == 18 {
			b.put(1, 3)
		} else {
			b.put(0, 3)
		}
	}
	for _, zeros := range []int{138, 118} {
		b.code(1, 1) // 18: zeros
		b.put(zeros-11, 7)
	}
	b.code(0, 1) // 1: the end of the block has one bit
	b.code(0, 1) // 1: so has the distance
	b.code(0, 1) // the end of the block
}

// TestBombsAreBounded: what is allocated follows the limit, whatever a message
// would inflate to.
func TestBombsAreBounded(t *testing.T) {
	const limit = 256 << 10
	zeros := deflateFlushed(1, repeat("\x00", 8<<20))
	for _, test := range []struct {
		name, payload string
		code          int
	}{
		{"one block", zeros, codeTooBig},
		{"final blocks", repeat(deflateFinal(repeat("\x00", 1<<16)), 100), codeTooBig},
		{"empty final blocks", repeat("\x03\x00", limit/2), codeInvalid},
		{"empty stored blocks", repeat("\x00\x00\x00\xff\xff", limit/5) + "\x00", 0},
		{"empty fixed blocks", emptyBlocks(limit, func(b *writeBits) { b.put(1, 2); b.put(0, 7) }), 0},
		{"empty dynamic blocks", emptyBlocks(limit, (*writeBits).emptyDynamic), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := inflating(limit, Window{Bits: 15})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, bad := d.inflate.inflate([]byte(test.payload), limit)
			runtime.ReadMemStats(&after)
			if code := 0; bad != nil || test.code != 0 {
				if bad != nil {
					code = bad.code
				}
				if code != test.code {
					t.Errorf("%v, want code %d", bad, test.code)
				}
			}
			// The buffers that were grown out of sum up to the last one.
			if got := int(after.TotalAlloc - before.TotalAlloc); got > 3*limit+2*len(test.payload)+1<<18 {
				t.Errorf("%d bytes were allocated for a limit of %d and a payload of %d", got, limit, len(test.payload))
			}
		})
	}
}

// FuzzInflate: compressed messages of any bytes give the same in any chops;
// what comes through holds the limit and is what the standard library makes of
// it.
func FuzzInflate(f *testing.F) {
	for _, test := range inflations {
		if len(test.stream) < 4096 {
			f.Add([]byte(test.stream), uint8(3), uint8(15))
		}
	}
	f.Add([]byte(packed(ws.OpText, true, hello)), uint8(0), uint8(8))
	f.Fuzz(func(t *testing.T, stream []byte, size, bits uint8) {
		const limit = 1 << 16
		w := Window{Bits: MinWindowBits + int(bits&7), Forget: bits&8 == 0}
		whole := decodeAll(inflating(limit, w), string(stream), len(stream)+1)
		if diff := cmp.Diff(whole, decodeAll(inflating(limit, w), string(stream), int(size)+1)); diff != "" {
			t.Errorf("in pieces of %d: %s", int(size)+1, diff)
		}
		for _, got := range whole {
			if text, isText := strings.CutPrefix(got, "text "); isText && !utf8.ValidString(text) {
				t.Errorf("a text came through that is not UTF-8: %q", text)
			}
		}
		// As the payload of one message, against an independent inflater.
		got, bad := inflating(limit, w).inflate.inflate(stream, limit)
		if len(got) > limit {
			t.Errorf("%d bytes came through a limit of %d", len(got), limit)
		}
		in := bytes.NewReader(append(bytes.Clone(stream), inflateTail...))
		want, err := io.ReadAll(io.LimitReader(flate.NewReader(in), limit+1))
		if err == nil && len(want) <= limit && in.Len() == 0 && (bad != nil || got != string(want)) {
			t.Errorf("got %q, %v; the standard library says %q", brief(got), bad, brief(string(want)))
		}
	})
}
