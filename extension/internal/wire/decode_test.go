package wire

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"
)

// chopped decodes stream in pieces of size bytes and gives a word for each
// completed part, the violation last.
func chopped(limit int, stream []byte, size int) (parts []string) {
	d := &decoder{limit: limit, side: ws.StateClientSide, scratch: new(scratch)}
	for len(stream) > 0 {
		piece := append([]byte(nil), stream[:min(size, len(stream))]...)
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
		clear(piece) // what was fed is the reader's again: nothing may alias it
	}
	return parts
}

func partWord(p part) string {
	if p.opcode.IsControl() {
		return word(&ws.Frame{Header: ws.Header{OpCode: p.opcode}, Payload: p.control})
	}
	return word(&ws.Frame{Header: ws.Header{OpCode: p.opcode}, Payload: []byte(p.message)})
}

func piece(opcode ws.OpCode, fin bool, payload string) string {
	return string(ws.MustCompileFrame(ws.NewFrame(opcode, fin, []byte(payload))))
}

func TestDecoder(t *testing.T) {
	text, binary, more := ws.OpText, ws.OpBinary, ws.OpContinuation
	for _, test := range []struct {
		name, stream string
		want         string
	}{
		{"5.6 an empty text", piece(text, true, ""), "text "},
		{"5.6 an empty binary", piece(binary, true, ""), "binary "},
		{"5.6 bytes of every value", piece(binary, true, "\x00\xff\x80"), "binary \x00\xff\x80"},
		{"5.4 fragments", piece(text, false, "a") + piece(more, false, "") + piece(more, true, "b"), "text ab"},
		{"5.4 an empty first fragment", piece(text, false, "") + piece(more, true, "b"), "text b"},
		{"5.4 empty fragments only", piece(binary, false, "") + piece(more, true, ""), "binary "},
		{"5.4 a ping between fragments", piece(text, false, "a") + piece(ws.OpPing, true, "p") + piece(more, true, "b"), "ping p|text ab"},
		{"5.4 a close between fragments", piece(text, false, "a") + string(closeBytes(1000, "")), "close 1000"},
		{"5.4 a rune over two fragments", piece(text, false, "\xc3") + piece(more, true, "\xbc"), "text ü"},
		{"5.5 a control frame of 125 bytes", piece(ws.OpPing, true, repeat("p", 125)), "ping " + repeat("p", 125)},
		{"5.5 a control frame of 126 bytes", "\x89\x7e\x00\x7e" + repeat("p", 126), "violation 1002"},
		{"5.5 a fragmented control frame", piece(ws.OpPing, false, "p"), "violation 1002"},
		{"5.4 a continuation of nothing", piece(more, true, "x"), "violation 1002"},
		{"5.4 a continuation after the end", piece(text, true, "a") + piece(more, true, "x"), "text a|violation 1002"},
		{"5.4 a text inside a text", piece(text, false, "a") + piece(text, true, "b"), "violation 1002"},
		{"5.2 RSV1", "\xc1\x00", "violation 1002"},
		{"5.2 RSV2", "\xa1\x00", "violation 1002"},
		{"5.2 RSV3 on a ping", "\x99\x00", "violation 1002"},
		{"5.2 reserved opcode 3", "\x83\x00", "violation 1002"},
		{"5.2 reserved opcode 11", "\x8b\x00", "violation 1002"},
		{"5.1 a mask", "\x81\x81abcdx", "violation 1002"},
		{"5.2 a length in too many bytes: 16 bit", "\x81\x7e\x00\x7dx", "violation 1002"},
		{"5.2 a length in too many bytes: 64 bit", "\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", "violation 1002"},
		{"5.2 a length with its top bit set", "\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "violation 1002"},
		{"10.4 a length of 2^62", "\x81\x7f\x40\x00\x00\x00\x00\x00\x00\x00", "violation 1009"},
		{"10.4 fragments over the limit", piece(binary, false, repeat("x", 60_000)) + piece(more, false, repeat("x", 40_000)) + piece(more, true, "x"), "violation 1009"},
		{"10.4 fragments up to the limit", piece(binary, false, repeat("x", 60_000)) + piece(more, true, repeat("x", 40_000)), "binary 100000 bytes"},
		{"8.1 a text that ends inside a rune", piece(text, true, "\xc3"), "violation 1007"},
		{"8.1 binary is not checked", piece(binary, true, "\xff\xfe"), "binary \xff\xfe"},
	} {
		for _, size := range []int{1, 2, 7, 997, 1 << 20} {
			t.Run(fmt.Sprintf("%s/by %d", test.name, size), func(t *testing.T) {
				got := strings.Join(chopped(100_000, []byte(test.stream), size), "|")
				if got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		}
	}
}

func TestDecoderLengths(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 65537, 200_000} {
		for _, size := range []int{1, 997, 64 << 10, 1 << 20} {
			payload := repeat("0123456789abcdef", n/16+1)[:n]
			d := &decoder{limit: 1 << 20, side: ws.StateClientSide, scratch: new(scratch)}
			stream := []byte(piece(ws.OpBinary, true, payload))
			var got []string
			for len(stream) > 0 {
				used, p, complete, bad := d.feed(stream[:min(size, len(stream))])
				if bad != nil {
					t.Fatal(bad)
				}
				stream = stream[used:]
				if complete {
					got = append(got, p.message)
				}
			}
			if len(got) != 1 || got[0] != payload {
				t.Errorf("%d bytes by %d: not the message that was sent", n, size)
			}
		}
	}
}

// TestDecoderRoom: reads straight into the message give the same as feeding.
func TestDecoderRoom(t *testing.T) {
	payload := repeat("0123456789abcdef", 20_000)
	stream := []byte(piece(ws.OpText, false, payload[:200_001]) + piece(ws.OpContinuation, true, payload[200_001:]) + piece(ws.OpText, true, "next"))
	d := &decoder{limit: 1 << 20, side: ws.StateClientSide, scratch: new(scratch)}
	var got []string
	straight := 0
	for len(stream) > 0 {
		var p part
		var complete bool
		var bad *violation
		if room := d.room(); room != nil {
			n := copy(room, stream)
			straight += n
			stream = stream[n:]
			p, complete, bad = d.filled(n)
		} else {
			var n int
			n, p, complete, bad = d.feed(stream[:min(1000, len(stream))])
			stream = stream[n:]
		}
		if bad != nil {
			t.Fatal(bad)
		}
		if complete {
			got = append(got, p.message)
		}
	}
	if diff := cmp.Diff([]string{payload, "next"}, got); diff != "" {
		t.Errorf("messages differ (%d bytes of diff)", len(diff))
	}
	if straight < 100_000 {
		t.Errorf("only %d bytes were read straight into the message", straight)
	}
}

// TestDecoderBelievesNoLength: memory follows the bytes that came, not those
// that were announced.
func TestDecoderBelievesNoLength(t *testing.T) {
	d := &decoder{limit: 1 << 40, side: ws.StateClientSide, scratch: new(scratch)}
	d.feed([]byte("\x82\x7f\x00\x00\x00\x40\x00\x00\x00\x00")) // 256 GiB
	for came := 0; came < 1<<20; came += 1000 {
		if _, _, _, bad := d.feed([]byte(repeat("x", 1000))); bad != nil {
			t.Fatal(bad)
		}
		if have := cap(d.message); have > max(2*(came+1000), firstGrowth)+firstGrowth {
			t.Fatalf("after %d bytes the buffer has room for %d", came+1000, have)
		}
	}
	if room := d.room(); len(room) == 0 || cap(d.message) > 4<<20 {
		t.Errorf("room for %d in a buffer of %d after 1 MiB", len(room), cap(d.message))
	}
}

// kuhn are the malformed sequences of Markus Kuhn's UTF-8 stress test, by
// section, and well-formed neighbours.
var kuhn = []struct {
	name, text string
	bad        int // the byte at which no text can go on; -1: all well; len: cut short
}{
	{"1 well-formed", "κόσμε", -1},
	{"2.1 first of each length", "\x00\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80", -1},
	{"2.2 last of each length", "\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf", -1},
	{"2.3 around the surrogates", "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd", -1},
	{"2.2 past the last", "\xf4\x90\x80\x80", 1},
	{"2.1.5 five bytes", "\xf8\x88\x80\x80\x80", 0},
	{"2.1.6 six bytes", "\xfc\x84\x80\x80\x80\x80", 0},
	{"3.1 a continuation alone", "\x80", 0},
	{"3.1 continuations alone", "a\xbf\x80", 1},
	{"3.2 a start alone", "\xc0 ", 0},
	{"3.2 a two-byte start and a space", "\xc2 ", 1},
	{"3.2 a three-byte start and a space", "\xe1 ", 1},
	{"3.2 a four-byte start and a space", "\xf1 ", 1},
	{"3.3 last byte missing", "\xe2\x82", 2},
	{"3.3 two bytes missing", "\xf1\x80", 2},
	{"3.5 impossible bytes", "\xfe", 0},
	{"3.5 impossible bytes", "\xff", 0},
	{"4.1 overlong slash", "\xc0\xaf", 0},
	{"4.1 overlong slash in three", "\xe0\x80\xaf", 1},
	{"4.1 overlong slash in four", "\xf0\x80\x80\xaf", 1},
	{"4.2 largest overlong", "\xc1\xbf", 0},
	{"4.2 largest overlong in three", "\xe0\x9f\xbf", 1},
	{"4.2 largest overlong in four", "\xf0\x8f\xbf\xbf", 1},
	{"5.1 a surrogate", "\xed\xa0\x80", 1},
	{"5.1 the last surrogate", "\xed\xbf\xbf", 1},
	{"5.2 a surrogate pair", "\xed\xa0\x80\xed\xb0\x80", 1},
	{"5.3 noncharacters", "\xef\xbf\xbe\xef\xbf\xbf", -1},
}

// TestCheckerFailsFast: a text fails at the very byte after which it can't be
// one, wherever it is cut.
func TestCheckerFailsFast(t *testing.T) {
	for _, test := range kuhn {
		for _, before := range []string{"", "abc", "ü€𝄞"} {
			text := before + test.text
			var k checker
			failed := -1
			for i := range len(text) {
				if !k.check([]byte{text[i]}) {
					failed = i
					break
				}
			}
			want := test.bad
			switch {
			case want == len(test.text): // cut short: no byte is wrong
				if failed != -1 || k.whole() {
					t.Errorf("%s: failed at %d, whole %t; want a rune cut short", test.name, failed, k.whole())
				}
				continue
			case want >= 0:
				want += len(before)
			}
			if failed != want {
				t.Errorf("%s behind %q: failed at byte %d, want %d", test.name, before, failed, want)
			}
			for cut := range len(text) + 1 { // the verdict is the same in two pieces
				var k checker
				got := k.check([]byte(text[:cut])) && k.check([]byte(text[cut:])) && k.whole()
				if got != utf8.ValidString(text) {
					t.Errorf("%s behind %q, cut at %d: %t, want %t", test.name, before, cut, got, !got)
				}
			}
		}
	}
}

// FuzzDecoder: any bytes in any chops give the same parts, and a text is always
// UTF-8.
func FuzzDecoder(f *testing.F) {
	for _, seed := range []string{
		piece(ws.OpText, true, "hello"), piece(ws.OpText, false, "a") + piece(ws.OpPing, true, "p") + piece(ws.OpContinuation, true, "b"),
		string(closeBytes(1000, "bye")), "\x81\x7f\x40\x00\x00\x00\x00\x00\x00\x00", "\x81\x7e\x00\x7dx", "\xc1\x00", "\x82\x7e\xff\xff" + repeat("x", 300),
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		const limit = 1 << 16
		whole := chopped(limit, stream, len(stream)+1)
		if diff := cmp.Diff(whole, chopped(limit, stream, int(size)+1)); diff != "" {
			t.Errorf("in pieces of %d: %s", int(size)+1, diff)
		}
		for _, got := range whole {
			if text, isText := strings.CutPrefix(got, "text "); isText && !utf8.ValidString(text) {
				t.Errorf("a text came through that is not UTF-8: %q", text)
			}
		}
	})
}
