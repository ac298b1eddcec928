package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// TestSendReturnsAtOnce: a peer that never reads stalls nobody; past the limit
// Send says so.
func TestSendReturnsAtOnce(t *testing.T) {
	inBubble(t, func(o *Options) { o.OutboundBuffer = 1 << 20 }, func(r *rig) {
		r.serve(func(p *peer) { p.accept(); p.kept = true })
		c := r.open(target())
		start := time.Now()
		var full *FullError
		for i := 0; ; i++ {
			if err := c.Send(Binary, repeat("x", 100_000)); errors.As(err, &full) {
				break
			}
			if i > 100 {
				t.Fatal("10 MB went into a buffer of 1 MiB")
			}
			r.settle()
		}
		if full.Limit != 1<<20 || full.Message != 100_000 || full.Buffered > full.Limit || full.Buffered+full.Message <= full.Limit {
			t.Errorf("%v", full)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("it took %v", d)
		}
		if c.Buffered() != full.Buffered {
			t.Errorf("%d bytes buffered, want %d", c.Buffered(), full.Buffered)
		}
	})
}

// TestBufferedCountsPayload until it is on the wire.
func TestBufferedCountsPayload(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var server *peer
		r.serve(func(p *peer) { p.accept(); server = p; p.receiveAll() })
		c := r.open(target())
		server.nc.Incoming().Stall(true)
		for range 4 {
			c.Send(Binary, repeat("x", 50_000))
		}
		if got := c.Buffered(); got != 200_000 {
			t.Errorf("%d bytes buffered before the flush, want 200000", got)
		}
		r.settle()
		if got := c.Buffered(); got <= 0 || got >= 200_000 {
			t.Errorf("%d bytes buffered, want less than all and more than none", got)
		}
		server.nc.Incoming().Stall(false)
		r.settle()
		if got := c.Buffered(); got != 0 {
			t.Errorf("%d bytes buffered after all were read", got)
		}
	})
}

// TestOneWriteATick: what a frame sends leaves in one write, and the masks
// differ.
func TestOneWriteATick(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		masks := map[[4]byte]bool{}
		got := 0
		r.serve(func(p *peer) {
			p.accept()
			for f := p.receive(); f != nil; f = p.receive() {
				masks[f.Header.Mask] = true
				got++
			}
		})
		c := r.open(target())
		before := writes.Load()
		for i := range 100 {
			c.Send(Text, fmt.Sprint(i))
		}
		r.settle()
		if n := writes.Load() - before; n != 1 {
			t.Errorf("100 messages took %d writes, want 1", n)
		}
		if got != 100 || len(masks) != 100 {
			t.Errorf("%d messages with %d masks came, want 100 of each", got, len(masks))
		}
	})
}

// TestPongOvertakesData: it goes out at the next end of a frame, not behind
// everything.
func TestPongOvertakesData(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) {
			p.accept()
			got = p.whileStalled(frameBytes(ws.OpPing, "now"))
		})
		c := r.open(target())
		for i := range 5 {
			c.Send(Binary, repeat(fmt.Sprint(i), 100_000))
		}
		r.wait(time.Second)
		c.Close(1000, "")
		r.wait(3 * time.Second)
		want := []string{"binary 100000 bytes", "pong now", "binary 100000 bytes", "binary 100000 bytes", "binary 100000 bytes", "binary 100000 bytes", "close 1000"}
		if !slices.Equal(got, want) {
			t.Errorf("the server received %q, want %q", got, want)
		}
	})
}

// TestPongsAreBounded: a peer that pings and never reads gets the newest 64.
func TestPongsAreBounded(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) {
			p.accept()
			p.nc.Incoming().Stall(true)
			p.nc.Incoming().BufferSize(1)
			time.Sleep(50 * time.Millisecond)
			for i := range 1000 {
				p.send(ws.OpPing, fmt.Sprint(i))
			}
			time.Sleep(50 * time.Millisecond)
			p.nc.Incoming().BufferSize(64 << 10)
			p.nc.Incoming().Stall(false)
			got = p.receiveAll()
		})
		c := r.open(target())
		r.wait(time.Second)
		c.Close(1000, "")
		r.wait(3 * time.Second)
		r.take()
		if n := len(got); n < pendingControls || n > pendingControls+80 { // those under way when the buffer filled, and the close
			t.Errorf("%d frames came, want about %d", n, pendingControls)
		}
		if !slices.Contains(got, "pong 999") {
			t.Errorf("the newest ping has no pong; the last frames are %q", got[max(0, len(got)-3):])
		}
	})
}

// TestRoom: a frame gets the room it asks for, so that no pooled segment grows,
// and small ones are put together up to the joining size.
func TestRoom(t *testing.T) {
	for _, sizes := range [][]int{{10, 20}, {1000, 100}, {1000, 8000}, {8000, 60_000}, {40_000, 40_000}, {10, 200_000, 10}, {2 << 20, 10}, {1024, 8192, 65536}} {
		c := &Conn{hub: NewHub(testOptions())}
		total := 0
		for _, n := range sizes {
			s := c.room(n)
			if free := cap(s.buf) - len(s.buf); free < n {
				t.Errorf("%v: %d bytes got room for %d", sizes, n, free)
			}
			s.buf = append(s.buf, make([]byte, n)...)
			total += n
		}
		segments, held := 0, 0
		for s := c.open.head; s != nil; s = s.next {
			segments++
			held += len(s.buf)
		}
		if held != total {
			t.Errorf("%v: the segments hold %d bytes, want %d", sizes, held, total)
		}
		if total <= joining && segments != 1 {
			t.Errorf("%v: %d segments, want one write", sizes, segments)
		}
	}
}

// TestBoundary: the ends of frames in a segment are found from any byte.
func TestBoundary(t *testing.T) {
	frames := [][]byte{}
	for _, n := range []int{0, 5, 125, 126, 65536} {
		frames = append(frames, ws.MustCompileFrame(ws.MaskFrameInPlace(ws.NewBinaryFrame(make([]byte, n)))))
	}
	s := &segment{buf: slices.Concat(frames...)}
	end, i := 0, -1
	for s.off = range len(s.buf) + 1 {
		for s.off > end {
			i++
			end += len(frames[i])
		}
		if got := s.boundary(); got != end {
			t.Fatalf("after %d bytes the next end is %d, want %d", s.off, got, end)
		}
	}
}

// TestLoopback: the raw paths of a real socket, small and large, both ways.
func TestLoopback(t *testing.T) {
	hub, url := loopback(t, nil, func(nc net.Conn, in *bufio.Reader) {
		for {
			h, err := ws.ReadHeader(in)
			if err != nil {
				return
			}
			payload := make([]byte, h.Length)
			io.ReadFull(in, payload)
			ws.Cipher(payload, h.Mask, 0)
			if _, err := nc.Write(frameBytes(h.OpCode, string(payload))); err != nil || h.OpCode == ws.OpClose {
				return
			}
		}
	})
	c := hub.Dial(&Target{URL: url, Timeout: 10 * time.Second})
	if got := next(t, hub); got[0].Kind != Connected {
		t.Fatalf("first event %+v", got[0])
	}
	var want []string
	for i, n := range []int{0, 1, 1000, 64 << 10, 1 << 20, 5, 4 << 20, 3} {
		payload := repeat(string(rune('a'+i)), n)
		want = append(want, payload)
		if err := c.Send(Binary, payload); err != nil {
			t.Fatal(err)
		}
	}
	hub.Flush()
	var got []string
	for len(got) < len(want) {
		for _, e := range next(t, hub) {
			if e.Kind != Message {
				t.Fatalf("event %d after %d messages", e.Kind, len(got))
			}
			got = append(got, e.Payload)
		}
	}
	if !slices.Equal(got, want) {
		t.Error("not the messages that were sent")
	}
	c.Close(1000, "")
	hub.Flush()
	if events := next(t, hub); events[0].Kind != Disconnected || !events[0].Goodbye().Clean {
		t.Errorf("after the close came %+v", events[0])
	}
}

// TestLoopbackStalledPeer: a flush to a full socket returns at once and the rest
// goes out later.
func TestLoopbackStalledPeer(t *testing.T) {
	resume := make(chan struct{})
	received := make(chan int, 1)
	hub, url := loopback(t, nil, func(nc net.Conn, in *bufio.Reader) {
		<-resume
		n, _ := io.Copy(io.Discard, io.LimitReader(in, 10*(1<<20+14)))
		received <- int(n)
	})
	c := hub.Dial(&Target{URL: url, Timeout: 10 * time.Second})
	next(t, hub)
	for range 10 {
		if err := c.Send(Binary, repeat("x", 1<<20)); err != nil {
			t.Fatal(err)
		}
		hub.Flush()
	}
	if c.Buffered() == 0 {
		t.Error("10 MiB went into a socket that nobody reads")
	}
	close(resume)
	if n := <-received; n != 10*(1<<20+14) {
		t.Errorf("the server received %d bytes, want %d", n, 10*(1<<20+14))
	}
}

// TestRandomnessOfMasks: the bulk is refilled, no key is all zero.
func TestRandomnessOfMasks(t *testing.T) {
	hub := NewHub(testOptions())
	seen := map[[4]byte]int{}
	for range 4096 {
		seen[hub.masks.next()]++
	}
	if len(seen) < 4090 {
		t.Errorf("4096 masks hold only %d different ones", len(seen))
	}
}

func TestLogMasksSecrets(t *testing.T) {
	var lines []string
	inBubble(t, func(o *Options) {
		o.Debug = Verbose
		o.Log = func(line string) { lines = append(lines, line) }
	}, func(r *rig) {
		r.serve(func(p *peer) { p.accept("Set-Cookie: session=SECRET1", "Server: test") })
		r.dial(&Target{URL: "ws://user:SECRET2@server.test/path?token=SECRET3", Timeout: time.Second,
			Header: []Field{{"Cookie", "SECRET4"}, {"X-Api-Key", "SECRET5"}, {"Origin", "game.test"}}})
		r.expect("CONNECTED ERROR:io/closed DISCONNECTED:1006")
	})
	text := strings.Join(lines, "\n")
	if strings.Contains(text, "SECRET") || strings.Contains(text, "user") {
		t.Errorf("a secret is in the log:\n%s", text)
	}
	for _, want := range []string{"connecting to", "GET /path?…", "Origin: game.test", "received HTTP/1.1 101", "Server: test", "connected", "disconnected: code 1006"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q:\n%s", want, text)
		}
	}
}

// TestFlushIsBounded: sockets that take much don't keep the tick busy copying.
func TestFlushIsBounded(t *testing.T) {
	const size, messages, most = 100_000, 10, 250_000
	hub, url := loopback(t, nil, func(nc net.Conn, in *bufio.Reader) {
		io.CopyN(io.Discard, in, messages*(2+8+4+size))
		nc.Write(frameBytes(ws.OpText, "all of it"))
	})
	hub.most = most
	c := hub.Dial(&Target{URL: url, Timeout: 10 * time.Second})
	if events := next(t, hub); events[0].Kind != Connected {
		t.Fatalf("event %d, want CONNECTED", events[0].Kind)
	}
	if c.raw == nil {
		t.Skip("here the writer goroutine writes all")
	}
	for range messages {
		if err := c.Send(Binary, repeat("x", size)); err != nil {
			t.Fatal(err)
		}
	}
	hub.Flush()
	if hub.allowed < 0 || hub.allowed == most {
		t.Errorf("a Flush wrote %d bytes, want some, %d at the most", most-hub.allowed, most)
	}
	if events := next(t, hub); events[0].Payload != "all of it" { // the writer's part too
		t.Errorf("event %+v", events[0])
	}
}
