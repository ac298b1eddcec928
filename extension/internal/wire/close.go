package wire

import (
	"encoding/binary"

	"github.com/gobwas/ws"
)

// NoCode as the code of a Close is a close frame without a code.
const NoCode = codeNoStatus

// Close starts the close handshake behind what was sent (RFC 6455 section 7.1.2)
// with a code that may be sent and a reason of at most 123 bytes. No message
// and no failure is posted any more, only Disconnected: once the peer has
// answered, or the close timeout is over. Call from the tick goroutine.
func (c *Conn) Close(code int, reason string) {
	c.silent.Store(true)
	c.mu.Lock()
	begun := c.phase == up && c.sentClose == 0
	if begun {
		c.phase, c.sentClose = closing, uint16(code)
		c.live.stop()
		c.armClose()
	}
	c.wakeReader()
	c.mu.Unlock()
	if begun {
		c.encode(ws.OpClose, 0, string(closePayload(code, reason))).last = true
	}
	c.Retire()
}

// Cancel ends a connection that is not open for its script yet: Disconnected
// with 1006 is posted now, and the rest happens behind the scenes. Call from the
// tick goroutine.
func (c *Conn) Cancel() {
	c.end(nil, Goodbye{Code: codeAbnormal})
	c.Abandon(codeNormal)
}

// Abandon ends a connection of which no event is wanted any more: a dial is cut
// short, an open connection closes with code in the background. Call from the
// tick goroutine.
func (c *Conn) Abandon(code int) {
	c.mu.Lock()
	counted := !c.ended
	c.ended = true
	isDialing := c.phase == dialing
	c.mu.Unlock()
	if counted {
		c.hub.ended()
	}
	if isDialing {
		c.cut(errAbandoned)
		return
	}
	c.Close(code, "")
}

// closePayload is a close frame's payload: none for 1005, which is never on the
// wire.
func closePayload(code int, reason string) []byte {
	if code == codeNoStatus {
		return nil
	}
	p := binary.BigEndian.AppendUint16(nil, uint16(code))
	return append(p, reason...)
}

// armClose bounds what is left of the connection. c.mu is held.
func (c *Conn) armClose() {
	if c.stopClose == nil {
		c.stopClose = c.hub.o.Clock.AfterFunc(c.hub.o.CloseTimeout, func() { c.cut(errCut) })
	}
}

// answerClose answers the peer's close frame with its own code (an empty one
// with an empty one), behind the data that is on its way, unless ours was first.
func (c *Conn) answerClose(peer Goodbye) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armClose()
	c.live.stop()
	if c.sentClose != 0 {
		return
	}
	c.byPeer = true
	c.sayGoodbye(peer.Code)
}

// violate fails the connection (RFC 6455 section 7.1.7): what waits is dropped,
// the close frame goes out as soon as a frame has ended. It tells whether ours
// is the first word of the close.
func (c *Conn) violate(bad *violation) (begun bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armClose()
	c.live.stop()
	if c.sentClose != 0 {
		return false
	}
	c.writer.trim()
	c.sayGoodbye(bad.code)
	return true
}

// sayGoodbye queues our close frame at the end and sees that it is written.
// c.mu is held.
func (c *Conn) sayGoodbye(code int) {
	c.phase, c.sentClose = closing, uint16(code)
	w := &c.writer
	if w.sealed {
		return
	}
	w.sealed = true
	w.queue.push(&segment{buf: c.frame(ws.OpClose, closePayload(code, "")), class: unpooled, last: true})
	c.startWriter()
}
