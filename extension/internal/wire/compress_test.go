package wire

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
	"github.com/google/go-cmp/cmp"
)

// jsonish is text as games send it, of n bytes, each one a little different.
func jsonish(n, seed int) string {
	var b strings.Builder
	for i := seed; b.Len() < n; i++ {
		fmt.Fprintf(&b, `{"id":%d,"name":"player%d","x":%d.5,"y":%d.25,"alive":%t},`, i, i%17, i*31%1000, i*17%1000, i%3 == 0)
	}
	return b.String()[:n]
}

// strictPeer echoes compressed messages, with inflating and deflating of its
// own, and holds every frame of the client's against the terms.
type strictPeer struct {
	*peer
	sends, receives Window // what was agreed on, as the peer sees it
	history         []byte // of what the client sent
	sent            []byte // what the peer sent, all of it
	packed, plain   int
	wire            int // payload bytes of data, both ways
	broken          error
}

func (p *strictPeer) serve() {
	for f := p.receive(); f != nil; f = p.receive() {
		message := f.Payload
		switch {
		case f.Header.OpCode == ws.OpClose:
			p.raw(frameBytes(ws.OpClose, string(f.Payload)))
			return
		case f.Header.OpCode.IsControl():
			continue
		}
		p.wire += len(f.Payload)
		switch {
		case f.Header.Rsv == rsvDeflated:
			p.packed++
			history := p.history
			if p.receives.Forget {
				history = nil
			}
			var err error
			if message, err = puff([]byte(string(f.Payload)+syncTail), history, 1<<p.receives.Bits); err != nil {
				p.broken = err
				return
			}
			p.history = append(p.history, message...)
		case f.Header.Rsv != 0:
			p.broken = fmt.Errorf("reserved bits %b", f.Header.Rsv)
			return
		default:
			p.plain++
		}
		p.answer(f.Header.OpCode, message)
	}
}

// answer sends message back, compressed, in two fragments with a ping between.
func (p *strictPeer) answer(opcode ws.OpCode, message []byte) {
	var dictionary []byte
	if !p.sends.Forget {
		dictionary = p.sent[max(0, len(p.sent)-1<<p.sends.Bits):]
	}
	var b bytes.Buffer
	w, _ := flate.NewWriterDict(&b, 6, dictionary)
	w.Write(message)
	w.Flush()
	p.sent = append(p.sent, message...)
	payload := strings.TrimSuffix(b.String(), syncTail)
	p.wire += len(payload)
	half := len(payload) / 2
	p.raw([]byte(packed(opcode, false, payload[:half]) + piece(ws.OpPing, true, "") + piece(ws.OpContinuation, true, payload[half:])))
}

// TestCompressedEcho: every agreement, level and size, both ways, against a
// peer that shares no code with us.
func TestCompressedEcho(t *testing.T) {
	messages := []string{
		"", "x", jsonish(127, 0), jsonish(128, 0), jsonish(128, 0), jsonish(1000, 5), jsonish(1000, 5), noise(500), jsonish(1000, 6),
		repeat("ab", 20_000), jsonish(70_000, 9), noise(70_000), jsonish(1000, 5), "tail",
	}
	for _, level := range []int{1, 6, 9} {
		for _, test := range []struct {
			answer          string
			sends, receives Window // the peer's
		}{
			{"permessage-deflate", Window{Bits: 15}, Window{Bits: 15}},
			{"permessage-deflate; server_no_context_takeover", Window{15, true}, Window{Bits: 15}},
			{"permessage-deflate; client_no_context_takeover", Window{Bits: 15}, Window{15, true}},
			{"permessage-deflate; client_no_context_takeover; server_no_context_takeover", Window{15, true}, Window{15, true}},
			{"permessage-deflate; client_max_window_bits=8", Window{Bits: 15}, Window{Bits: 8}},
			{"permessage-deflate; client_max_window_bits=12; server_max_window_bits=12", Window{Bits: 12}, Window{Bits: 12}},
			{"permessage-deflate; client_max_window_bits=9; server_max_window_bits=8; client_no_context_takeover", Window{Bits: 8}, Window{9, true}},
		} {
			t.Run(fmt.Sprintf("level %d/%s", level, test.answer), func(t *testing.T) {
				inBubble(t, nil, func(r *rig) {
					p := &strictPeer{sends: test.sends, receives: test.receives}
					r.serve(func(raw *peer) {
						raw.accept("Sec-WebSocket-Extensions: " + test.answer)
						p.peer = raw
						p.serve()
					})
					ask := target()
					ask.Compression = &Compression{Level: level, Threshold: 128, Send: Window{Bits: 15}, Receive: Window{Bits: 15}}
					c := r.open(ask)
					plain := 0
					for _, message := range messages {
						plain += len(message)
						c.Send(Binary, message)
						r.settle()
						if got := r.last[Message]; p.broken != nil || got == nil || got.Payload != message {
							t.Fatalf("%s did not come back (%v, %s)", brief(message), p.broken, r.reason())
						}
						if got := c.Buffered(); got != 0 {
							t.Errorf("%d bytes are buffered after a message of %d", got, len(message))
						}
					}
					if want := 4; !test.receives.Forget && p.plain != want {
						t.Errorf("%d messages came as they are, want %d", p.plain, want)
					}
					stats := c.Stats()
					if stats.BytesSent != uint64(plain) || stats.BytesReceived != uint64(plain) {
						t.Errorf("%d bytes sent and %d received, want %d", stats.BytesSent, stats.BytesReceived, plain)
					}
					if want := float64(p.wire) / float64(2*plain); stats.CompressionRatio != want || want > 0.6 {
						t.Errorf("compression ratio %v, want %v", stats.CompressionRatio, want)
					}
					r.take()
					c.Close(1000, "")
					r.expect("DISCONNECTED:1000")
				})
			})
		}
	}
}

// compressed serves messages into a log of words and opens a connection for
// them, whose compression change may set.
func compressed(r *rig, answer string, change func(*Compression)) (*Conn, *[]string) {
	words := &[]string{}
	r.serve(func(p *peer) {
		p.accept("Sec-WebSocket-Extensions: " + answer)
		for f := p.receive(); f != nil; f = p.receive() {
			*words = append(*words, fmt.Sprintf("%d:%d:%d", f.Header.OpCode, f.Header.Rsv, len(f.Payload)))
		}
	})
	ask := target()
	ask.Compression = &Compression{Level: 1, Threshold: 100, Send: Window{Bits: 15}, Receive: Window{Bits: 15}}
	if change != nil {
		change(ask.Compression)
	}
	return r.open(ask), words
}

// TestThreshold: what is smaller goes out as it is, what is empty too.
func TestThreshold(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		c, words := compressed(r, permessageDeflate, func(o *Compression) { o.Threshold = 3 })
		for _, message := range []string{"", "ab", "abc", "ab"} {
			c.Send(Text, message)
		}
		r.settle()
		if got := strings.Join(*words, " "); !strings.HasPrefix(got, "1:0:0 1:0:2 1:4:") || !strings.HasSuffix(got, " 1:0:2") {
			t.Errorf("the server got %q", got)
		}
	})
	inBubble(t, nil, func(r *rig) {
		c, words := compressed(r, permessageDeflate, func(o *Compression) { o.Threshold = 0 })
		c.Send(Text, "")
		r.settle()
		if diff := cmp.Diff([]string{"1:0:0"}, *words); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWhatDoesNotShrink goes out as it is where no context is kept.
func TestWhatDoesNotShrink(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		c, words := compressed(r, permessageDeflate+"; client_no_context_takeover", nil)
		c.Send(Binary, noise(1000))
		c.Send(Binary, repeat("x", 1000))
		r.settle()
		if got := fmt.Sprint(*words); !strings.HasPrefix(got, "[2:0:1000 2:4:") {
			t.Errorf("the server got %s", got)
		}
	})
}

// TestCompressedSendsShareAWrite: what a frame sends leaves in one write.
func TestCompressedSendsShareAWrite(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		c, words := compressed(r, permessageDeflate, nil)
		before := writes.Load()
		for i := range 50 {
			c.Send(Text, jsonish(300, i))
		}
		r.settle()
		if n := writes.Load() - before; n != 1 || len(*words) != 50 {
			t.Errorf("%d messages came in %d writes, want 50 in one", len(*words), n)
		}
	})
}

// TestCompressedBuffered: it counts what waits for the wire, and the limit
// holds before anything is compressed.
func TestCompressedBuffered(t *testing.T) {
	inBubble(t, func(o *Options) { o.OutboundBuffer = 1000 }, func(r *rig) {
		c, words := compressed(r, permessageDeflate, nil)
		var full *FullError
		if err := c.Send(Text, repeat("x", 1001)); !errors.As(err, &full) || c.press.writer != nil {
			t.Errorf("a message past the limit: %v, writer %v", err, c.press.writer)
		}
		if err := c.Send(Text, repeat("x", 1000)); err != nil {
			t.Fatal(err)
		}
		if got := c.Buffered(); got <= 0 || got > 50 {
			t.Errorf("%d bytes wait, want the few that a run takes", got)
		}
		r.settle()
		if got := c.Buffered(); got != 0 || len(*words) != 1 {
			t.Errorf("%d bytes wait after the flush, %d messages came", got, len(*words))
		}
	})
}

// TestWritersAreGivenBack: a connection that keeps no context holds no writer,
// one that does holds it until its end, whoever ends it.
func TestWritersAreGivenBack(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		c, _ := compressed(r, permessageDeflate+"; client_no_context_takeover", nil)
		c.Send(Text, jsonish(1000, 1))
		if c.press.writer != nil {
			t.Error("a connection without a context holds a writer")
		}
	})
	inBubble(t, nil, func(r *rig) {
		c, _ := compressed(r, permessageDeflate, nil)
		if c.press.writer != nil {
			t.Error("a connection that has sent nothing holds a writer")
		}
		c.Send(Text, jsonish(1000, 1))
		if c.press.writer == nil {
			t.Error("a connection with a context holds no writer")
		}
		c.Close(1000, "")
		if c.press.writer != nil {
			t.Error("a connection that closes holds a writer")
		}
	})
}

// TestRetireIsHarmless: who sends after it begins a new context.
func TestRetireIsHarmless(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		p := &strictPeer{sends: Window{Bits: 15}, receives: Window{15, true}} // nothing may refer back
		r.serve(func(raw *peer) {
			raw.accept("Sec-WebSocket-Extensions: permessage-deflate")
			p.peer = raw
			p.serve()
		})
		ask := target()
		ask.Compression = &Compression{Level: 1, Send: Window{Bits: 15}, Receive: Window{Bits: 15}}
		c := r.open(ask)
		for range 3 {
			c.Send(Text, jsonish(1000, 1))
			c.Retire()
		}
		r.settle()
		if p.broken != nil || p.packed != 3 {
			t.Errorf("%d messages came, %v", p.packed, p.broken)
		}
	})
}

// TestCompressionViolations: the server hears why, and the script does.
func TestCompressionViolations(t *testing.T) {
	for _, test := range []struct {
		name, stream, event, hears string
		asked                      bool
	}{
		{"6.1 RSV1 without negotiation", packed(ws.OpText, true, hello), "ERROR:protocol/other", "close 1002", false},
		{"6.1 RSV1 on a ping", packed(ws.OpPing, true, ""), "ERROR:protocol/other", "close 1002", true},
		{"7.2.2 no blocks", packed(ws.OpText, true, "\x07"), "ERROR:protocol/other", "close 1007", true},
		{"8.1 no text", packed(ws.OpText, true, deflateFlushed(6, "\xff")), "ERROR:protocol/other", "close 1007", true},
		{"10.4 a bomb", packed(ws.OpText, true, deflateFlushed(1, repeat("x", 2<<20))), "ERROR:limit/other", "close 1009", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) { o.MaxMessage = 1 << 20 }, func(r *rig) {
				var got []string
				r.serve(func(p *peer) {
					if test.asked {
						p.accept("Sec-WebSocket-Extensions: permessage-deflate")
						p.raw([]byte(packed(ws.OpText, true, hello)))
					} else {
						p.accept()
						p.raw([]byte(piece(ws.OpText, true, "Hello")))
					}
					p.raw([]byte(test.stream))
					got = p.receiveAll()
				})
				ask := target()
				if test.asked {
					ask.Compression = askAll
				}
				r.dial(ask)
				r.expect("CONNECTED MESSAGE:Hello " + test.event + " DISCONNECTED:1006")
				r.wait(3 * time.Second)
				if strings.Join(got, "|") != test.hears {
					t.Errorf("the server got %q, want %q", got, test.hears)
				}
			})
		})
	}
}

// TestCompressedCreditIsInflated: what is charged is what the script gets.
func TestCompressedCreditIsInflated(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hold = true
		r.serve(func(p *peer) {
			p.accept("Sec-WebSocket-Extensions: permessage-deflate")
			for range 10 {
				p.raw([]byte(packed(ws.OpText, true, deflateFlushed(9, repeat("x", 300_000)))))
			}
			p.receiveAll()
		})
		ask := target()
		ask.Compression = askAll
		c := r.dial(ask)
		r.settle()
		if got, want := r.take(), "CONNECTED"+repeat(" MESSAGE:300000 bytes", 4); got != want {
			t.Errorf("got %q, want the four that fit into 1 MiB of credit", got)
		}
		if got := c.Stats(); got.Backlog != 4*(300_000+cost) || got.CompressionRatio > 0.01 {
			t.Errorf("%+v", got)
		}
	})
}

// TestGobwasReadsUs: wsflate, the library that others build on, reads what we
// send without a context.
func TestGobwasReadsUs(t *testing.T) {
	s := shared()
	p := newCompression(&Compression{Level: 6}, Window{Bits: 15, Forget: true}, Window{})
	for _, message := range []string{"x", repeat("y", 200), jsonish(1000, 1), jsonish(200_000, 2)} {
		wire, deflated := p.pack(s, message)
		if !deflated {
			if len(message) > 10 {
				t.Errorf("a message of %d was not compressed", len(message))
			}
			continue
		}
		reader := wsflate.NewReader(strings.NewReader(wire), func(r io.Reader) wsflate.Decompressor { return flate.NewReader(r) })
		got, err := io.ReadAll(reader)
		if err != nil || string(got) != message {
			t.Errorf("a message of %d came as %d bytes, %v", len(message), len(got), err)
		}
	}
}

// TestIdleSizes: what every connection weighs, compressed or not.
func TestIdleSizes(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("sizes are of 64 bit machines")
	}
	for _, test := range []struct {
		name      string
		got, most uintptr
	}{
		{"Conn", unsafe.Sizeof(Conn{}), 352},    // a size class of Go's allocator
		{"reader", unsafe.Sizeof(reader{}), 64}, // … and another
	} {
		if test.got > test.most {
			t.Errorf("a %s has %d bytes, want at most %d", test.name, test.got, test.most)
		}
	}
}

// TestContextWeight holds what the documentation says about memory.
func TestContextWeight(t *testing.T) {
	for _, test := range []struct {
		level, bits int
		most        uint64
	}{
		{1, 15, 1 << 20}, {6, 15, 1300 << 10}, {9, 15, 1500 << 10}, {1, 8, 1300 << 10}, {1, 14, 1300 << 10},
	} {
		s := shared()
		p := newCompression(&Compression{Level: test.level}, Window{Bits: test.bits}, Window{})
		messages := make([]string, 300)
		for i := range messages {
			messages[i] = jsonish(1000, i)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, message := range messages {
			p.pack(s, message)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > test.most {
			t.Errorf("level %d, %d bits: %d KiB", test.level, test.bits, got>>10)
		} else {
			t.Logf("level %d, %d bits: %d KiB", test.level, test.bits, got>>10)
		}
	}
}

// BenchmarkCompressedJSON is a message of 1 KiB of JSON, both ways: deflated
// and framed as Send does, decoded and inflated as the reader does.
func BenchmarkCompressedJSON(b *testing.B) {
	for _, test := range []struct {
		name string
		w    Window
	}{{"context", Window{Bits: 15}}, {"alone", Window{15, true}}, {"window 12", Window{Bits: 12}}} {
		b.Run(test.name, func(b *testing.B) {
			s := shared()
			p := newCompression(&Compression{Level: 1}, test.w, Window{})
			d := inflating(1<<20, test.w)
			var messages []string
			for i := range 64 {
				messages = append(messages, jsonish(1024, i*7))
			}
			frame := make([]byte, 0, 4096)
			wire := 0
			b.SetBytes(1024)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				payload, _ := p.pack(s, messages[i%len(messages)])
				wire += len(payload)
				frame = append(frame[:0], 0xc1, 126, byte(len(payload)>>8), byte(len(payload)))
				if len(payload) < 126 {
					frame = append(frame[:0], 0xc1, byte(len(payload)))
				}
				frame = append(frame, payload...)
				_, got, complete, bad := d.feed(frame)
				if bad != nil || !complete || len(got.message) != 1024 {
					b.Fatal(bad)
				}
				i++
			}
			b.ReportMetric(float64(wire)/float64(i), "wire-B/op")
		})
	}
}
