package wire

import (
	"github.com/gobwas/ws"
)

// Send takes a message for the peer and returns at once; Flush puts it on the
// wire. It fails with a *FullError past the outbound limit. On a connection
// whose end is posted and not delivered yet the message goes nowhere, as one in
// flight would. Call from the tick goroutine, between Connected and the close.
func (c *Conn) Send(kind DataType, payload string) error {
	limit := c.hub.o.OutboundBuffer
	if len(payload) > limit-int(c.buffered.Load()) {
		if waiting := c.Buffered(); len(payload) > limit-waiting { // what is lost takes no room
			return &FullError{Buffered: waiting, Message: len(payload), Limit: limit}
		}
	}
	wire, rsv := payload, byte(0)
	if p := c.press; p != nil {
		var deflated bool
		if wire, deflated = p.pack(&c.hub.press, payload); deflated {
			rsv = rsvDeflated
		}
		p.wireOut.Add(uint64(len(wire)))
	}
	s := c.encode(ws.OpCode(kind), rsv, wire)
	s.payload += len(wire)
	c.buffered.Add(int64(len(wire)))
	c.out.bytes.Add(uint64(len(payload)))
	c.out.messages.Add(1)
	c.hub.logMessage(c, "sends", kind, len(payload))
	return nil
}

// encode appends a frame to what the tick sends; a client's is masked where it
// stands (RFC 6455 section 5.1).
func (c *Conn) encode(opcode ws.OpCode, rsv byte, payload string) *segment {
	header := ws.Header{Fin: true, Rsv: rsv, OpCode: opcode, Length: int64(len(payload))}
	if !c.accepted {
		header.Masked, header.Mask = true, c.hub.masks.next()
	}
	s := c.room(ws.HeaderSize(header) + len(payload))
	ws.WriteHeaderBuffer(s, header, c.hub.scratch[:]) // s takes what it has room for
	start := len(s.buf)
	s.buf = append(s.buf, payload...)
	if header.Masked {
		ws.Cipher(s.buf[start:], header.Mask, 0)
	}
	c.hub.fresh.frames++
	c.hub.fresh.bytes += len(payload)
	c.touch()
	return s
}

// touch has the next Flush look at the connection.
func (c *Conn) touch() {
	if !c.dirty {
		c.dirty = true
		c.hub.dirty = append(c.hub.dirty, c)
	}
}

// flush releases what the tick has sent: the socket takes what it can at once,
// a writer goroutine the rest.
func (c *Conn) flush() {
	c.dirty = false
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &c.writer
	if w.sealed || c.isCut { // the connection is over: nothing may follow
		w.lost = w.lost || c.open.head != nil
		c.open = chain{}
		return
	}
	w.sealed = c.open.tail != nil && c.open.tail.last
	w.queue.join(&c.open)
	if w.running {
		return
	}
	for c.raw != nil && w.controls.head == nil && w.queue.head != nil && c.hub.allowed > 0 {
		s := w.queue.head
		n, err := c.hub.flusher.write(c.raw, s.buf[s.off:min(len(s.buf), s.off+c.hub.allowed)])
		c.hub.allowed -= n
		c.advance(n)
		if err != nil {
			c.writeFailed()
			return
		}
		if w.queue.head == s {
			break // the socket is full, or the Flush has done enough
		}
	}
	if c.raw != nil && w.halfAfter && w.spent() {
		halfClose(c.nc) // a shutdown, which doesn't wait
	}
	c.startWriter()
}

// advance counts n bytes of the queue's head as written. c.mu is held.
func (c *Conn) advance(n int) {
	s := c.writer.queue.head
	before := s.waiting()
	s.off += n
	c.buffered.Add(int64(s.waiting() - before))
	if s.off == len(s.buf) {
		c.hub.recycle(c.writer.queue.pop())
	}
}

// writeFailed gives up writing. The reader may still find messages and a close
// frame that came before; the close timeout bounds that. c.mu is held.
func (c *Conn) writeFailed() {
	c.writer.drop()
	c.armClose()
}

// startWriter sees that something writes what there is. c.mu is held.
func (c *Conn) startWriter() {
	w := &c.writer
	if w.running || w.queue.head == nil && w.controls.head == nil || c.isCut {
		return
	}
	w.running = true
	// Owned by the connection; ends when everything is written or the socket is
	// closed, which the close timeout sees to; joined by Hub.Close.
	c.hub.running.Go(c.write)
}

// write writes until there is nothing more.
func (c *Conn) write() {
	w := &c.writer
	for {
		c.mu.Lock()
		data, ofQueue := w.pick()
		if data == nil {
			w.running = false
			last, half := w.closeAfter, w.halfAfter && w.spent()
			c.mu.Unlock()
			switch {
			case last:
				c.shut()
			case half:
				halfClose(c.nc)
			}
			return
		}
		w.inWrite = ofQueue
		c.mu.Unlock()
		n, err := c.nc.Write(data)
		c.mu.Lock()
		w.inWrite = false
		if ofQueue && w.queue.head != nil {
			c.advance(n)
		}
		if err != nil {
			c.writeFailed()
		}
		c.mu.Unlock()
	}
}

// control queues a ping or a pong, which waits for no Flush. c.mu is held.
func (c *Conn) control(frame []byte) {
	w := &c.writer
	if w.sealed || c.isCut {
		return
	}
	if w.waiting == pendingControls {
		w.controls.pop() // RFC 6455 section 5.5.3: the newest matter
		w.waiting--
	}
	w.controls.push(&segment{buf: frame, class: unpooled})
	w.waiting++
	c.startWriter()
}
