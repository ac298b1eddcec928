package wire

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/klauspost/compress/flate"
)

// keptScratch is the most that a scratch buffer keeps between messages, in
// bytes.
const keptScratch = 64 << 10

// syncTail is how a sync flush ends: the receiver knows it, so it isn't sent
// (RFC 7692 section 7.2.1).
const syncTail = "\x00\x00\xff\xff"

// compression is what a connection has where permessage-deflate was agreed on.
type compression struct {
	level, threshold int
	send, receive    Window
	writer           *flate.Writer // owned by the tick: the context of what was sent; nil: none

	wireOut, wireIn atomic.Uint64 // payload bytes of data frames
}

// newCompression joins what was asked for with the windows that were agreed on.
func newCompression(asked *Compression, send, receive Window) *compression {
	return &compression{level: asked.Level, threshold: asked.Threshold, send: send, receive: receive}
}

// compressors are what the connections of a hub share to deflate and inflate.
type compressors struct {
	writers    [9 + MaxWindowBits - MinWindowBits]sync.Pool // *flate.Writer: of levels 1 to 9, then of windows of 8 to 14 bits
	inflations sync.Pool                                    // *inflation
	out        sink                                         // owned by the tick: what writers write to
}

func (s *compressors) init() {
	for i := range s.writers {
		s.writers[i].New = func() any {
			var w *flate.Writer
			var err error
			if i < 9 {
				w, err = flate.NewWriter(&s.out, i+1)
			} else {
				w, err = flate.NewWriterWindow(&s.out, 1<<(MinWindowBits+i-9))
			}
			if err != nil {
				panic("wire: " + err.Error()) // a level or a window that wasn't checked
			}
			return w
		}
	}
	s.inflations.New = func() any { return newInflation() }
}

// writersFor is where the writers for what p sends come from: a window of its
// own size has no level.
func (s *compressors) writersFor(p *compression) *sync.Pool {
	if p.send.Bits < MaxWindowBits {
		return &s.writers[9+p.send.Bits-MinWindowBits]
	}
	return &s.writers[p.level-1]
}

// sink is a writer's memory.
type sink struct{ buf []byte }

func (s *sink) Write(p []byte) (int, error) {
	s.buf = append(s.buf, p...)
	return len(p), nil
}

// pack gives a message's payload as it goes on the wire, until the next call,
// and tells whether it is deflated. What goes out as it is leaves the context
// alone, on both sides. Call from the tick goroutine.
func (p *compression) pack(s *compressors, payload string) (wire string, deflated bool) {
	if p == nil || len(payload) < p.threshold || payload == "" {
		return payload, false
	}
	w := p.writer
	if w == nil {
		w = s.writersFor(p).Get().(*flate.Writer)
		w.Reset(&s.out)
	}
	out := s.deflate(w, payload)
	if p.send.Forget {
		s.writersFor(p).Put(w)
		if len(out) >= len(payload) {
			return payload, false
		}
	} else {
		p.writer = w // with this message in it: it must go out deflated
	}
	return unsafe.String(unsafe.SliceData(out), len(out)), true // the frame takes a copy
}

// deflate gives what a writer makes of a message, without the tail that isn't
// sent, until the next call. Call from the tick goroutine.
func (s *compressors) deflate(w *flate.Writer, payload string) []byte {
	if cap(s.out.buf) > keptScratch {
		s.out.buf = nil
	}
	s.out.buf = s.out.buf[:0]
	_, err := w.Write(unsafe.Slice(unsafe.StringData(payload), len(payload))) // which only reads it
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		panic("wire: deflating into memory failed: " + err.Error()) // the sink takes everything
	}
	return s.out.buf[:len(s.out.buf)-len(syncTail)]
}

// Retire gives back what only sending needs: a context weighs up to 1.2 MB. A
// message that is sent all the same begins a new one. Call from the tick
// goroutine.
func (c *Conn) Retire() {
	c.mu.Lock()
	p := c.press
	c.mu.Unlock()
	if p != nil && p.writer != nil {
		c.hub.press.writersFor(p).Put(p.writer)
		p.writer = nil
	}
}

// ratio is what went over the wire of bytes of messages. Safe from any
// goroutine.
func (c *Conn) ratio() float64 {
	c.mu.Lock()
	p := c.press
	c.mu.Unlock()
	plain := c.in.bytes.Load() + c.out.bytes.Load()
	if p == nil || plain == 0 {
		return 1
	}
	return float64(p.wireIn.Load()+p.wireOut.Load()) / float64(plain)
}
