package wire

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"
)

// chopped decodes stream in pieces of size bytes and gives what is completed, the
// fragments of a message joined, and the code of the violation, 0 for none.
func chopped(limit int, stream []byte, size int) (parts []frame, code int) {
	d := &decoder{limit: limit, side: ws.StateClientSide, scratch: new(scratch)}
	for len(stream) > 0 {
		piece := bytes.Clone(stream[:min(size, len(stream))])
		stream = stream[len(piece):]
		for left := piece; len(left) > 0; {
			n, got, complete, bad := d.feed(left)
			left = left[n:]
			if bad != nil {
				return parts, bad.code
			}
			if complete {
				parts = append(parts, frame{opcode: got.opcode, payload: got.message + string(got.control)})
			}
		}
		clear(piece) // what was fed is the reader's again: nothing may alias it
	}
	return parts, 0
}

func partWord(p part) string {
	return word(&ws.Frame{Header: ws.Header{OpCode: p.opcode}, Payload: []byte(p.message + string(p.control))})
}

func piece(opcode ws.OpCode, fin bool, payload string) string {
	return string(ws.MustCompileFrame(ws.NewFrame(opcode, fin, []byte(payload))))
}

// TestDecoder holds the decoder alone against the rules, up to the peer's close
// frame, of which it knows no more than of a ping.
func TestDecoder(t *testing.T) {
	client := roles[0]
	for _, rule := range conformCases() {
		if rule.closes {
			continue
		}
		stream := rule.stream(client)
		for _, size := range []int{1, 2, 7, 997, len(stream) + 1} {
			parts, code := chopped(conformanceLimit, stream, size)
			closed := slices.IndexFunc(parts, func(f frame) bool { return f.opcode == ws.OpClose })
			if closed >= 0 {
				parts, code = parts[:closed], 0
			}
			messages := slices.DeleteFunc(parts, func(f frame) bool { return f.opcode.IsControl() })
			if !slices.Equal(messages, rule.gets) {
				t.Errorf("%s, by %d: messages %v, want %v", rule.name, size, messages, rule.gets)
			}
			want := 0
			if rule.fails != "" && closed < 0 {
				want = int(binary.BigEndian.Uint16([]byte(rule.sees[len(rule.sees)-1].payload)))
			}
			if code != want {
				t.Errorf("%s, by %d: violation %d, want %d", rule.name, size, code, want)
			}
		}
	}
}

// TestDecoderRoom: reads straight into the message give the same as feeding.
func TestDecoderRoom(t *testing.T) {
	payload := repeat("0123456789abcdef", 20_000)
	sends := conformCase{sends: []frame{text(payload[:200_001]).first(), rest(payload[200_001:]), text("next")}}
	stream := sends.stream(roles[0])
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

// TestDecoderRoomAsUsual: a message as large as the last one gets its room at
// once, a larger one no more than that, before its bytes are here.
func TestDecoderRoomAsUsual(t *testing.T) {
	for _, c := range []struct {
		name, header string
		usual, want  int
	}{
		{"as the last one", "\x82\x7f\x00\x00\x00\x00\x00\x10\x00\x00", 1 << 20, 1 << 20},
		{"smaller", "\x82\x7f\x00\x00\x00\x00\x00\x08\x00\x00", 1 << 20, 1 << 19},
		{"256 GiB", "\x82\x7f\x00\x00\x00\x40\x00\x00\x00\x00", 1 << 20, 1 << 20},
		{"after a small one", "\x82\x7f\x00\x00\x00\x00\x00\x10\x00\x00", 5, firstGrowth},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &decoder{limit: 1 << 40, usual: c.usual, side: ws.StateClientSide, scratch: new(scratch)}
			d.feed([]byte(c.header))
			if d.room(); cap(d.message) != c.want {
				t.Errorf("room for %d, want %d", cap(d.message), c.want)
			}
		})
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
	{"3.1.9 all continuations", "\x80\x8f\x90\x9f\xa0\xaf\xb0\xbf", 0},
	{"3.2 a start alone", "\xc0 ", 0},
	{"3.2 a two-byte start and a space", "\xc2 ", 1},
	{"3.2 a three-byte start and a space", "\xe1 ", 1},
	{"3.2 a four-byte start and a space", "\xf1 ", 1},
	{"3.3 last byte missing", "\xe2\x82", 2},
	{"3.3 two bytes missing", "\xf1\x80", 2},
	{"3.3.1 last byte of two missing", "\xdf", 1},
	{"3.3.2 last byte of an overlong missing", "\xe0\x80", 1},
	{"3.3.7 last byte of the last of three missing", "\xef\xbf", 2},
	{"3.3.8 last byte of four missing", "\xf4\x8f\xbf", 3},
	{"3.4 all of them in a row", "\xdf\xe0\x80\xf0\x80\x80", 1},
	{"3.5.1 an impossible byte", "\xfe", 0},
	{"3.5.2 an impossible byte", "\xff", 0},
	{"3.5.3 impossible bytes", "\xfe\xfe\xff\xff", 0},
	{"4.1 overlong slash", "\xc0\xaf", 0},
	{"4.1 overlong slash in three", "\xe0\x80\xaf", 1},
	{"4.1 overlong slash in four", "\xf0\x80\x80\xaf", 1},
	{"4.2 largest overlong", "\xc1\xbf", 0},
	{"4.2 largest overlong in three", "\xe0\x9f\xbf", 1},
	{"4.2 largest overlong in four", "\xf0\x8f\xbf\xbf", 1},
	{"4.3 overlong zero", "\xc0\x80", 0},
	{"4.3 overlong zero in three", "\xe0\x80\x80", 1},
	{"4.3 overlong zero in four", "\xf0\x80\x80\x80", 1},
	{"5.1 a surrogate", "\xed\xa0\x80", 1},
	{"5.1 the last surrogate", "\xed\xbf\xbf", 1},
	{"5.1 the last high surrogate", "\xed\xaf\xbf", 1},
	{"5.1 the first low surrogate", "\xed\xb0\x80", 1},
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
	for i, rule := range conformCases() {
		if stream := rule.stream(roles[0]); len(stream) < 1000 && (rule.cut == place{}) {
			f.Add(stream, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		const limit = 1 << 16
		whole, code := chopped(limit, stream, len(stream)+1)
		parts, codeInParts := chopped(limit, stream, int(size)+1)
		if !slices.Equal(whole, parts) || code != codeInParts {
			t.Errorf("in pieces of %d: %v and violation %d, want %v and %d", int(size)+1, parts, codeInParts, whole, code)
		}
		for _, got := range whole {
			if got.opcode == ws.OpText && !utf8.ValidString(got.payload) {
				t.Errorf("a text came through that is not UTF-8: %q", got.payload)
			}
		}
	})
}
