package wire

import (
	"bytes"
	"unsafe"

	"github.com/gobwas/ws"
	"github.com/klauspost/compress/flate"
)

// sharedLeast is the size of a frame from which on it is shared rather than
// copied, in bytes: below it a copy is as cheap.
const sharedLeast = 256

// Broadcast is one message for many connections. It is encoded once, compressed
// once for each level and window that was agreed on, and its bytes stand in every
// outbox without a copy. Owned by the tick.
type Broadcast struct {
	hub     *Hub
	kind    DataType
	payload string
	plain   []byte // the frame as it is; nil until it is needed
	packed  []packedFrame
}

// packedFrame is the frame for connections with the same level and window.
type packedFrame struct {
	level, bits int
	frame       []byte // nil: it is smaller as it is
	payload     int    // bytes of it
}

// NewBroadcast returns one of a message. Call from the tick goroutine.
func (h *Hub) NewBroadcast(kind DataType, payload string) *Broadcast {
	return &Broadcast{hub: h, kind: kind, payload: payload}
}

// Send is Conn.Send for one of the connections. A client's own frames are masked,
// each with its own key: there it copies. Call from the tick goroutine.
//
// What is compressed for all refers to nothing that went before, which a
// connection that keeps its context can read as well. Its own writer doesn't know
// of it, and would refer back to what is not there any more: it begins anew.
func (b *Broadcast) Send(c *Conn) error {
	if !c.accepted {
		return c.Send(b.kind, b.payload)
	}
	if waiting := c.Buffered(); len(b.payload) > b.hub.o.OutboundBuffer-waiting {
		return &FullError{Buffered: waiting, Message: len(b.payload), Limit: b.hub.o.OutboundBuffer}
	}
	frame, payload := b.frameFor(c)
	c.share(frame, payload)
	c.out.bytes.Add(uint64(len(b.payload)))
	c.out.messages.Add(1)
	b.hub.logMessage(c, "sends", b.kind, len(b.payload))
	return nil
}

// frameFor gives the frame as c's agreement has it, and how many bytes of it are
// payload.
func (b *Broadcast) frameFor(c *Conn) (frame []byte, payload int) {
	p := c.press
	if p != nil && len(b.payload) >= p.threshold && b.payload != "" {
		if k := b.pack(p); k.frame != nil {
			if !p.send.Forget {
				c.Retire()
			}
			p.wireOut.Add(uint64(k.payload))
			return k.frame, k.payload
		}
	}
	if p != nil {
		p.wireOut.Add(uint64(len(b.payload)))
	}
	if b.plain == nil {
		b.plain = b.encode(0, b.payload)
	}
	return b.plain, len(b.payload)
}

// pack deflates the message as p's connections want it, once.
func (b *Broadcast) pack(p *compression) *packedFrame {
	level := p.level
	if p.send.Bits < MaxWindowBits {
		level = 0 // such a window has a level of its own
	}
	for i := range b.packed {
		if k := &b.packed[i]; k.level == level && k.bits == p.send.Bits {
			return k
		}
	}
	s := &b.hub.press
	w := s.writersFor(p).Get().(*flate.Writer)
	w.Reset(&s.out)
	out := s.deflate(w, b.payload)
	s.writersFor(p).Put(w)
	k := packedFrame{level: level, bits: p.send.Bits}
	if len(out) < len(b.payload) {
		k.payload = len(out)
		k.frame = b.encode(rsvDeflated, unsafe.String(unsafe.SliceData(out), len(out))) // which takes a copy
	}
	b.packed = append(b.packed, k)
	return &b.packed[len(b.packed)-1]
}

// encode gives one whole frame, of exactly its size: nobody can append to it.
func (b *Broadcast) encode(rsv byte, payload string) []byte {
	header := ws.Header{Fin: true, Rsv: rsv, OpCode: ws.OpCode(b.kind), Length: int64(len(payload))}
	size := ws.HeaderSize(header) + len(payload)
	to := bytes.NewBuffer(make([]byte, 0, size))
	ws.WriteHeaderBuffer(to, header, b.hub.scratch[:]) // a buffer takes everything
	to.WriteString(payload)
	return to.Bytes()[:size:size]
}

// share appends a frame that stands in other outboxes too to what the tick sends.
// One that is small, or still fits into the one write of what was sent before,
// is copied.
func (c *Conn) share(frame []byte, payload int) {
	tail := c.open.tail
	var s *segment
	if len(frame) < sharedLeast || tail != nil && len(tail.buf)+len(frame) <= joining {
		s = c.room(len(frame))
		s.buf = append(s.buf, frame...)
	} else {
		s = c.hub.pool.shells.Get().(*segment)
		s.buf = frame
		c.open.push(s)
	}
	s.payload += payload
	c.buffered.Add(int64(payload))
	c.hub.fresh.frames++
	c.hub.fresh.bytes += payload
	c.touch()
}
