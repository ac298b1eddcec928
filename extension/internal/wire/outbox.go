package wire

import (
	"bytes"

	"github.com/gobwas/ws"
)

// segmentSizes are the sizes that pooled segments come in, in bytes.
var segmentSizes = [...]int{1 << 10, 8 << 10, 64 << 10}

// unpooled is the class of a segment made for one large frame.
const unpooled = len(segmentSizes)

// pendingPongs is how many unsent pongs are kept: the newest.
const pendingPongs = 64

// segment is a run of whole frames, ready for the wire.
type segment struct {
	buf     []byte
	off     int  // bytes that are written
	payload int  // of its frames' bytes, those that the script sent
	class   int  // its place in segmentSizes, or unpooled
	last    bool // ends with a close frame
	next    *segment
}

// waiting is how many payload bytes of it are not on the wire: exact before and
// after, an upper bound between.
func (s *segment) waiting() int { return min(s.payload, len(s.buf)-s.off) }

// Write appends p, which there is room for: gobwas/ws writes headers to it.
func (s *segment) Write(p []byte) (int, error) {
	s.buf = append(s.buf, p...)
	return len(p), nil
}

// boundary is the first end of a frame at or behind what is written.
func (s *segment) boundary() int {
	end := 0
	for end < s.off {
		h, err := ws.ReadHeader(bytes.NewReader(s.buf[end:]))
		if err != nil {
			panic("wire: a frame of our own can't be read: " + err.Error()) // what we encoded
		}
		end += ws.HeaderSize(h) + int(h.Length)
	}
	return end
}

// chain is a list of segments.
type chain struct{ head, tail *segment }

func (l *chain) push(s *segment) {
	if l.tail == nil {
		l.head = s
	} else {
		l.tail.next = s
	}
	l.tail = s
}

func (l *chain) pop() *segment {
	s := l.head
	l.head = s.next
	if l.head == nil {
		l.tail = nil
	}
	s.next = nil
	return s
}

// join moves the segments of other to the end of l.
func (l *chain) join(other *chain) {
	if other.head != nil {
		l.push(other.head)
		l.tail = other.tail
		*other = chain{}
	}
}

// outbox is what one connection has released for writing. conn.mu guards it.
type outbox struct {
	queue      chain
	controls   [][]byte // whole pings and pongs: they overtake the queue between frames
	running    bool     // a writer goroutine is at it
	inWrite    bool     // … and inside a Write of the queue's head
	sealed     bool     // the close frame is queued: nothing may follow it
	closeAfter bool     // the reader is done: whoever is last closes the socket
	goneBytes  int      // payload bytes that drop and trim let go since they were last counted
}

// drop lets go of everything.
func (w *outbox) drop() {
	w.controls = nil
	w.sealed = true
	w.dropFrom(0)
}

// dropFrom lets go of the queue but for its first keep segments, 0 or 1.
func (w *outbox) dropFrom(keep int) {
	kept := w.queue
	if keep == 0 || kept.head == nil {
		for s := w.queue.head; s != nil; s = s.next {
			w.goneBytes += s.waiting()
		}
		w.queue = chain{}
		return
	}
	for s := kept.head.next; s != nil; s = s.next {
		w.goneBytes += s.waiting()
	}
	kept.head.next = nil
	w.queue = chain{kept.head, kept.head}
}

// pick chooses what is written next: the controls if a frame has just ended,
// else the rest of the queue's head, up to the next end of a frame if controls
// wait for it.
func (w *outbox) pick() (data []byte, ofQueue bool) {
	head := w.queue.head
	if len(w.controls) > 0 {
		end := 0
		if head != nil {
			end = head.boundary()
		}
		if head == nil || head.off == end {
			data = bytes.Join(w.controls, nil)
			w.controls = nil
			return data, false
		}
		return head.buf[head.off:end], true
	}
	if head == nil {
		return nil, false
	}
	return head.buf[head.off:], true
}

// room gives an open segment with room for n more bytes.
func (c *Conn) room(n int) *segment {
	tail := c.open.tail
	have := 0
	if tail != nil {
		if len(tail.buf)+n <= cap(tail.buf) {
			return tail
		}
		have = len(tail.buf)
	}
	h := c.hub
	for i, size := range segmentSizes {
		if have+n > size {
			continue
		}
		s := h.rooms[i].Get().(*segment)
		if have > 0 && c.open.head == tail { // still one write: move what there is
			s.buf, s.payload = append(s.buf, tail.buf...), tail.payload
			c.open = chain{}
			h.recycle(tail)
		}
		c.open.push(s)
		return s
	}
	s := &segment{class: unpooled}
	if last := len(segmentSizes) - 1; n <= segmentSizes[last] {
		s = h.rooms[last].Get().(*segment)
	} else {
		s.buf = make([]byte, 0, n)
	}
	c.open.push(s)
	return s
}

// recycle gives a segment back that nobody reads any more.
func (h *Hub) recycle(s *segment) {
	if s.class == unpooled {
		return
	}
	*s = segment{buf: s.buf[:0], class: s.class}
	h.rooms[s.class].Put(s)
}

// frame is one whole control frame.
func (c *Conn) frame(opcode ws.OpCode, payload []byte) []byte {
	f := ws.NewFrame(opcode, true, bytes.Clone(payload))
	return ws.MustCompileFrame(ws.MaskFrameInPlaceWith(f, c.hub.masks.next()))
}
