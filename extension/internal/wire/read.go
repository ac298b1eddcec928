package wire

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// closedByPeer ends the reading: the peer's close frame came, and said this.
type closedByPeer struct{ Goodbye }

func (*closedByPeer) Error() string { return "the peer closed" }

// ownBuffer is the read buffer of a socket that can't be asked whether it is
// readable: TLS, in memory, a host's own.
const ownBuffer = 4 << 10

// batch is how many events are posted at once at the most.
const batch = 64

// reader is what the reading of one connection needs, on its goroutine.
type reader struct {
	c       *Conn
	work    *work     // pooled; nil between two messages
	inflate *inflater // nil where no compression was agreed on
	meter   *Meter    // of the script's quotas; nil without
	raw     rawPump
	came    int32  // bytes of the last read of a raw socket
	usual   uint32 // bytes of the last message on the wire
}

// work is what a reader needs while bytes come.
type work struct {
	decoder decoder
	scratch scratch
	pending [batch]Event
	count   int   // of pending: read and not posted yet
	charged int64 // what they are charged
}

// begin gets the reader what it needs to decode.
func (r *reader) begin() {
	if r.work == nil {
		w := r.c.hub.pool.works.Get().(*work)
		w.decoder = decoder{limit: r.c.hub.o.MaxMessage, usual: int(r.usual), side: r.c.side(), inflate: r.inflate, scratch: &w.scratch}
		r.work = w
	}
}

// room is where a read may go straight into the message under way, or nil.
func (r *reader) room() []byte {
	if r.work == nil {
		return nil
	}
	return r.work.decoder.room()
}

// rest posts what is pending and gives back what an idle connection needs not.
func (r *reader) rest() {
	if r.work == nil {
		return
	}
	r.post()
	if r.work.decoder.idle() {
		r.work.decoder = decoder{}
		r.c.hub.pool.works.Put(r.work)
		r.work = nil
	}
}

// read is the connection's life from CONNECTED on: messages are posted as they
// come, then why it ended. from is the listener that accepted it, nil where it
// was dialled.
func (c *Conn) read(rest []byte, meter *Meter, from *Listener) {
	r := &reader{c: c, meter: meter, inflate: newInflater(&c.hub.press, c.press)}
	err := r.consume(rest)
	if err == nil {
		err = c.pump(r)
	}
	if r.work != nil {
		r.post()
	}
	from.leave()
	c.finish(err)
	c.linger(r)
}

// consume decodes p and posts what is whole.
func (r *reader) consume(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	r.count(len(p))
	r.begin()
	d := &r.work.decoder
	d.skipping = r.c.silent.Load()
	for len(p) > 0 {
		n, got, complete, bad := d.feed(p)
		p = p[n:]
		if err := r.take(got, complete, bad); err != nil {
			return err
		}
	}
	r.rest()
	return nil
}

// count charges bytes to the script's quota, unless they are only discarded.
func (r *reader) count(n int) {
	if !r.c.silent.Load() {
		r.meter.received(n)
	}
}

// take handles what the decoder has completed.
func (r *reader) take(got part, complete bool, bad *violation) error {
	if bad != nil {
		return bad
	}
	if !complete {
		return nil
	}
	c := r.c
	c.frames.Add(1)
	switch got.opcode {
	case ws.OpText, ws.OpBinary:
		r.usual = uint32(min(uint64(got.wire), math.MaxUint32))
		r.work.decoder.usual = got.wire
		if p := c.press; p != nil && !c.silent.Load() {
			p.wireIn.Add(uint64(got.wire))
		}
		r.deliver(DataType(got.opcode), got.message)
	case ws.OpPing:
		c.pong(got.control)
	case ws.OpPong:
		c.ponged(got.control)
	case ws.OpClose:
		return r.takeClose(got.control)
	}
	return nil
}

// deliver posts a message, or makes it ready to be posted, and waits while the
// script is too far behind.
func (r *reader) deliver(kind DataType, message string) {
	c := r.c
	if c.silent.Load() {
		return
	}
	c.in.bytes.Add(uint64(len(message)))
	c.in.messages.Add(1)
	c.hub.logMessage(c, "received", kind, len(message))
	w := r.work
	w.pending[w.count] = Event{Kind: Message, Type: kind, Conn: c, Payload: message}
	w.count++
	w.charged += int64(len(message) + cost)
	over := c.inflight.Load()+w.charged > int64(c.hub.o.InboundCredit)
	past := r.meter.receivedMessage()
	if over || past || w.count == batch {
		r.post()
	}
	if over {
		c.awaitCredit()
	}
	if past {
		c.awaitQuota(r.meter)
	}
}

// post hands what is pending to the tick.
func (r *reader) post() {
	w := r.work
	if w.count == 0 {
		return
	}
	pending := w.pending[:w.count]
	r.c.inflight.Add(w.charged)
	r.c.source.Post(pending...)
	clear(pending)
	w.count, w.charged = 0, 0
}

// takeClose reads a close frame's payload (RFC 6455 section 5.5.1).
func (r *reader) takeClose(payload []byte) error {
	peer := Goodbye{Code: codeNoStatus}
	switch {
	case len(payload) == 1:
		return broken(codeProtocol, StageProtocol, "sent a close frame with half a code")
	case len(payload) >= 2:
		peer.Code = int(binary.BigEndian.Uint16(payload))
		peer.Reason = string(payload[2:])
		if !closeCodeAllowed(peer.Code) {
			return broken(codeProtocol, StageProtocol, "sent a close code that may not be on the wire")
		}
		if !utf8.ValidString(peer.Reason) {
			return broken(codeInvalid, StageProtocol, "sent a close reason that is not UTF-8")
		}
	}
	return &closedByPeer{peer}
}

// closeCodeAllowed tells whether a close frame may carry code: RFC 6455 section
// 7.4 and IANA's registry of 1012 to 1014.
func closeCodeAllowed(code int) bool {
	switch code {
	case 1004, codeNoStatus, codeAbnormal:
		return false
	}
	return code >= 1000 && code <= 1014 || code >= 3000 && code <= 4999
}

// finish tells the script why the reading ended, and the peer if it is to
// blame.
func (c *Conn) finish(err error) {
	var bad *violation
	var closed *closedByPeer
	switch {
	case errors.As(err, &closed):
		c.answerClose(closed.Goodbye)
		c.mu.Lock()
		goodbye := closed.Goodbye
		goodbye.Clean, goodbye.ByPeer, goodbye.Peer = true, c.byPeer, goodbye.Code
		if !c.byPeer {
			goodbye.Code = int(c.sentClose)
		}
		c.mu.Unlock()
		c.end(nil, goodbye)
	case errors.As(err, &bad):
		bad.by = c.peer()
		var failed *Error
		if c.violate(bad) { // else our close came first, and no failure after it matters
			failed = c.describe(bad.stage, CauseOther, nil, bad)
		}
		c.end(failed, Goodbye{Code: codeAbnormal})
	default:
		c.mu.Lock()
		local := c.sentClose != 0
		why := c.live.failure()
		c.mu.Unlock()
		if local { // the close timeout, or a peer that hung up instead of answering
			c.end(nil, Goodbye{Code: codeAbnormal})
			return
		}
		if why == nil {
			why = c.lost(err)
		}
		c.end(c.describe(why.stage, why.cause, nil, why.err), Goodbye{Code: codeAbnormal})
	}
}

// lost is what a broken connection failed with.
func (c *Conn) lost(err error) *failure {
	f := ioFailure(StageIO, "the connection was lost", err)
	if c.accepted {
		f.err = &worded{strings.Replace(f.Error(), "the server", "the client", 1), err}
	}
	return f
}

// linger lets the close frame go out and waits for the peer to hang up, so that
// no reset destroys what is on its way; the close timeout bounds it. The server
// is the one to end the connection (RFC 6455 section 7.1.1): as one, we say that
// nothing follows as soon as the close frame is out.
func (c *Conn) linger(r *reader) {
	c.mu.Lock()
	sent := c.sentClose != 0
	c.phase = down
	c.live.stop()
	c.writer.halfAfter = c.accepted
	half := c.accepted && c.writer.spent()
	c.mu.Unlock()
	if half {
		halfClose(c.nc)
	}
	if sent {
		c.discard()
	} else {
		c.cut(errCut) // lost: there is nothing to wait for
	}
	c.mu.Lock()
	last := !c.writer.running
	c.writer.closeAfter = true
	c.mu.Unlock()
	if last {
		c.shut()
	}
}

// shut closes the socket and takes the connection out of the books. The last of
// the reader and the writer calls it.
func (c *Conn) shut() {
	c.nc.Close() // with TLS's goodbye, which the close timeout bounds
	c.cut(errCut)
	c.mu.Lock()
	if c.stopClose != nil {
		c.stopClose()
	}
	c.writer.drop()
	c.mu.Unlock()
	c.hub.remove(c)
}

// halfClose says that nothing more is sent, where the connection can.
func halfClose(nc net.Conn) {
	if half, ok := nc.(interface{ CloseWrite() error }); ok {
		half.CloseWrite() // a connection that is gone needs no word
	}
}

// discard reads until there is nothing more.
func (c *Conn) discard() {
	buffer := c.hub.buffer()
	defer c.hub.pool.buffers.Put(buffer)
	for {
		if _, err := c.nc.Read(*buffer); err != nil {
			return
		}
	}
}

// pumpOwn reads with a buffer of the connection's own, and straight into the
// message where that is large.
func (c *Conn) pumpOwn(r *reader, nc net.Conn) error {
	own := make([]byte, ownBuffer)
	for {
		c.awaitQuota(r.meter) // before the read: no buffer is held
		if room := r.room(); room != nil {
			n, err := nc.Read(r.meter.readable(room))
			if n > 0 {
				if err := r.takeFilled(n); err != nil {
					return err
				}
			}
			if err != nil {
				return err
			}
			continue
		}
		n, err := nc.Read(r.meter.readable(own))
		if n > 0 {
			if err := r.consume(own[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrNoProgress
		}
	}
}

// takeFilled handles n bytes that were read into the decoder's room.
func (r *reader) takeFilled(n int) error {
	r.count(n)
	got, complete, bad := r.work.decoder.filled(n)
	if err := r.take(got, complete, bad); err != nil {
		return err
	}
	r.rest()
	return nil
}
