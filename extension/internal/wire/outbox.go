package wire

import (
	"bytes"

	"github.com/gobwas/ws"
)

// segmentSizes are the sizes that pooled segments come in, in bytes: room for
// frames of a payload of a power of two.
var segmentSizes = [...]int{1 << 10, 8 << 10, 64 << 10, 256<<10 + ws.MaxHeaderSize, 1<<20 + ws.MaxHeaderSize}

// joining is the largest size in which a tick's frames are put together: pings
// and pongs wait for one write of it at the most.
const joining = 64 << 10

// unpooled is the class of a segment made for one large frame, borrowed of one
// whose bytes stand in other connections' outboxes too.
const (
	unpooled = len(segmentSizes)
	borrowed = unpooled + 1
)

// pendingControls is how many unsent pings and pongs are kept: the newest.
const pendingControls = 64

// segment is a run of whole frames, ready for the wire.
type segment struct {
	buf     []byte
	off     int  // bytes that are written
	payload int  // of its frames' bytes, those that the script sent
	class   int  // its place in segmentSizes, or unpooled, or borrowed: then nobody writes to buf
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
	controls   chain // whole pings and pongs, one a segment: they overtake the queue between frames
	waiting    uint8 // how many controls there are
	running    bool  // a writer goroutine is at it
	inWrite    bool  // … and inside a Write of the queue's head
	sealed     bool  // the close frame is queued: nothing may follow it
	halfAfter  bool  // the reader only waits for the end: whoever writes the last byte says that it was
	lost       bool  // payload was let go of: what is buffered never gets on the wire
	closeAfter bool  // the reader is done: whoever is last closes the socket
}

// spent tells whether the close frame is on the wire, and with it all that there
// was to write.
func (w *outbox) spent() bool { return w.sealed && !w.running && w.queue.head == nil }

// payload is how many payload bytes of the chain are not on the wire.
func (l *chain) payload() (n int) {
	for s := l.head; s != nil; s = s.next {
		n += s.waiting()
	}
	return n
}

// drop lets go of everything, for good.
func (w *outbox) drop() {
	w.lost = w.lost || w.queue.payload() > 0
	w.queue, w.controls, w.waiting = chain{}, chain{}, 0
	w.sealed = true
}

// trim lets go of what no byte is written of: what is left ends with a frame.
func (w *outbox) trim() {
	w.lost = w.lost || w.queue.payload() > 0
	w.controls, w.waiting = chain{}, 0
	head := w.queue.head
	w.queue = chain{}
	if head == nil {
		return
	}
	if !w.inWrite { // else the socket has its bytes already
		head.buf = head.buf[:head.boundary()]
		if head.off == len(head.buf) {
			return
		}
	}
	head.next = nil
	w.queue.push(head)
}

// pick chooses what is written next: the controls if a frame has just ended,
// else the rest of the queue's head, up to the next end of a frame if controls
// wait for it.
func (w *outbox) pick() (data []byte, ofQueue bool) {
	head := w.queue.head
	if w.controls.head != nil {
		end := 0
		if head != nil {
			end = head.boundary()
		}
		if head == nil || head.off == end {
			for s := w.controls.head; s != nil; s = s.next {
				data = append(data, s.buf...)
			}
			w.controls, w.waiting = chain{}, 0
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
		if len(tail.buf)+n <= min(cap(tail.buf), joining) {
			return tail
		}
		have = len(tail.buf)
	}
	h := c.hub
	join := have > 0 && c.open.head == tail && have+n <= joining // still one write
	need := n
	if join {
		need += have
	}
	s := h.segment(need)
	if join {
		s.buf, s.payload = append(s.buf, tail.buf...), tail.payload
		c.open = chain{}
		h.recycle(tail)
	}
	c.open.push(s)
	return s
}

// segment gives one with room for n bytes.
func (h *Hub) segment(n int) *segment {
	for i, size := range segmentSizes {
		if n <= size {
			return h.pool.rooms[i].Get().(*segment)
		}
	}
	return &segment{class: unpooled, buf: make([]byte, 0, n)}
}

// recycle gives a segment back that nobody reads any more.
func (h *Hub) recycle(s *segment) {
	switch s.class {
	case unpooled:
		return
	case borrowed:
		*s = segment{class: borrowed}
		h.pool.shells.Put(s)
		return
	}
	*s = segment{buf: s.buf[:0], class: s.class}
	h.pool.rooms[s.class].Put(s)
}

// frame is one whole control frame, masked if we are the client (RFC 6455
// section 5.1).
func (c *Conn) frame(opcode ws.OpCode, payload []byte) []byte {
	f := ws.NewFrame(opcode, true, bytes.Clone(payload))
	if !c.accepted {
		f = ws.MaskFrameInPlaceWith(f, c.hub.masks.next())
	}
	return ws.MustCompileFrame(f)
}
