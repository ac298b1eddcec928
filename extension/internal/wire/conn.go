package wire

import (
	"context"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/internal/tick"
)

// Target is what one dial asks for. Its fields were checked: header names are
// tokens, values hold no line breaks, subprotocols are tokens.
type Target struct {
	URL          string
	Header       []Field
	Protocols    []string
	Timeout      time.Duration // of the whole sequence: lookup, TCP, TLS, HTTP
	PingInterval time.Duration // 0: no pings of our own
	PongTimeout  time.Duration // 0: silence is no failure
	Compression  *Compression  // what is offered of permessage-deflate; nil: nothing
	Tag          int           // the caller's, see [Conn.Tag]
	Proxy        *Proxy        // nil: what the environment says
	TLS          *Trust        // nil: the host's configuration alone
	Socket       string        // the file that is dialled in place of the URL's host; "": none
	Redirects    int           // how many are followed, at most MaxRedirects
	Meter        *Meter        // of the script's quotas; nil: none
	Refusal      error         // of Meter.Open: the dial fails with it; nil: it may begin
}

// Conn is one connection, from the dial to the last byte.
type Conn struct {
	hub     *Hub
	source  tick.Source[Event]
	url     string        // for people, unquoted; "" where accepted
	host    string        // guarded by mu: "host:port" or "unix:/path", set by the dial, anew by a redirect; "" where accepted over TCP
	started time.Duration // when the dial began or the client came, by the hub
	tag     int32         // owned by the tick once the connection is its
	serial  int32

	next, prev *Conn // guarded by hub.mu

	inflight atomic.Int64 // bytes of credit in use
	buffered atomic.Int64 // payload bytes that are not on the wire yet; once writer.lost, that never will be
	in, out  counter
	rtt      atomic.Int64  // nanoseconds, 0: not known yet
	frames   atomic.Uint32 // frames received: any is a sign of life
	silent   atomic.Bool   // no message is wanted any more: the reader discards

	open  chain // owned by the tick: what was sent since the last flush
	dirty bool  // owned by the tick: stands in hub.dirty

	phase     phase                   // guarded by mu
	isCut     bool                    // guarded by mu: nc is closed
	ended     bool                    // guarded by mu: DISCONNECTED is posted or unwanted
	byPeer    bool                    // guarded by mu: the peer's close frame came first
	accepted  bool                    // fixed: the peer is a client, which a Listener accepted
	sentClose uint16                  // guarded by mu: the code of our close frame, 0: none yet
	mu        sync.Mutex              // guards what says so
	pingAt    time.Duration           // guarded by mu: when our last ping went out, and its payload
	writer    outbox                  // guarded by mu
	nc        net.Conn                // guarded by mu until the dial is over, then fixed
	raw       syscall.RawConn         // nil where a write can't be tried; fixed like nc
	cancel    context.CancelCauseFunc // guarded by mu: of the dial; nil once it is over
	resume    chan struct{}           // guarded by mu: the reader waits on it, for credit or its script's quota
	stopClose func() bool             // guarded by mu: the close timeout's
	live      *keepalive              // guarded by mu: nil without pings
	press     *compression            // nil without compression; fixed like nc
}

// counter counts what one direction carried. Its fields are payload bytes and
// messages.
type counter struct {
	bytes, messages atomic.Uint64
}

// phase is how far a connection has come.
type phase uint8

const (
	dialing phase = iota
	up
	closing // a close frame is queued, sent or received
	down    // the reader is done
)

// Of tells whether the connection is one of h's. Safe from any goroutine.
func (c *Conn) Of(h *Hub) bool { return c.hub == h }

// side is which end of the connection we are.
func (c *Conn) side() ws.State {
	if c.accepted {
		return ws.StateServerSide
	}
	return ws.StateClientSide
}

// peer is who is at the other end, for texts.
func (c *Conn) peer() string {
	if c.accepted {
		return "the client"
	}
	return "the server"
}

// Tag is the number that the dial's target carried, or that SetTag gave. Call
// from the tick goroutine.
func (c *Conn) Tag() int { return int(c.tag) }

// SetTag gives an accepted connection its number. Call from the tick goroutine.
func (c *Conn) SetTag(tag int) { c.tag = int32(tag) }

// Buffered is how many payload bytes were sent and are not on the wire yet.
// Safe from any goroutine.
func (c *Conn) Buffered() int {
	buffered, _ := c.unwritten()
	return buffered
}

// unwritten is how many payload bytes are not on the wire yet, or never will be.
func (c *Conn) unwritten() (buffered, lost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := int(c.buffered.Load())
	if c.writer.lost {
		return 0, n
	}
	return n, 0
}

// Stats are a connection's figures.
type Stats struct {
	BytesSent, BytesReceived       uint64 // payload of messages
	MessagesSent, MessagesReceived uint64
	Buffered                       int           // payload bytes not on the wire yet
	Lost                           int           // payload bytes that never got there: the connection ended
	Backlog                        int           // bytes received and not delivered, with 256 an event
	RTT                            time.Duration // of the last ping, 0: none was answered yet
	Age                            time.Duration // since the dial began
	CompressionRatio               float64       // payload bytes on the wire a byte of messages, both ways; 1 without compression
}

// Stats returns the figures of now. Safe from any goroutine.
func (c *Conn) Stats() Stats {
	buffered, lost := c.unwritten()
	return Stats{
		BytesSent: c.out.bytes.Load(), BytesReceived: c.in.bytes.Load(),
		MessagesSent: c.out.messages.Load(), MessagesReceived: c.in.messages.Load(),
		Buffered: buffered, Lost: lost, Backlog: int(c.inflight.Load()),
		RTT: time.Duration(c.rtt.Load()), Age: c.hub.now() - c.started, CompressionRatio: c.ratio(),
	}
}

// Credit gives back what a delivered event was charged. Call from the tick
// goroutine, once for each Message.
func (c *Conn) Credit(payload int) {
	charge := int64(payload + cost)
	left := c.inflight.Add(-charge)
	if limit := int64(c.hub.o.InboundCredit); left <= limit && left+charge > limit {
		c.mu.Lock()
		c.wakeReader()
		c.mu.Unlock()
	}
}

// wakeReader lets a reader go on that waits for credit. c.mu is held.
func (c *Conn) wakeReader() {
	if c.resume != nil {
		close(c.resume)
		c.resume = nil
	}
}

// awaitCredit waits until the script has caught up, or nobody wants to read.
func (c *Conn) awaitCredit() {
	for {
		c.mu.Lock()
		if c.inflight.Load() <= int64(c.hub.o.InboundCredit) || c.isCut || c.silent.Load() {
			c.mu.Unlock()
			return
		}
		resume := make(chan struct{})
		c.resume = resume
		c.mu.Unlock()
		<-resume
		c.resumed()
	}
}

// resumed ends a pause of the reader: the silence meanwhile was ours.
func (c *Conn) resumed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live.excuse()
}

// paused tells whether the reader waits for credit or quota. c.mu is held.
func (c *Conn) paused() bool { return c.resume != nil }

// end posts the last events of the connection, once: ERROR (if err is given)
// and DISCONNECTED, as one unit. It tells whether it was the one that did.
func (c *Conn) end(err *Error, goodbye Goodbye) bool {
	c.mu.Lock()
	done := c.ended
	c.ended = true
	c.mu.Unlock()
	if done {
		return false
	}
	c.hub.ended()
	if err != nil {
		c.hub.logf(StateChanges, c, "failed: %v", err)
	}
	c.hub.logf(StateChanges, c, "disconnected: code %d, clean %t", goodbye.Code, goodbye.Clean)
	last := Event{Kind: Disconnected, Conn: c, detail: &goodbye}
	if err != nil {
		c.source.Post(Event{Kind: Failed, Conn: c, detail: err}, last)
	} else {
		c.source.Post(last)
	}
	return true
}

// describe turns what happened into the ERROR event's content.
func (c *Conn) describe(stage Stage, cause Cause, response *Response, err error) *Error {
	host, url := c.Host(), c.url
	if c.accepted {
		url = host
	}
	return &Error{
		Stage: stage, Cause: cause, Host: host, URL: strconv.Quote(url), Accepted: c.accepted,
		Elapsed: c.hub.now() - c.started, Response: response, Err: err,
	}
}

// cut ends the connection now: the dial is cancelled, the socket closed. Safe
// from any goroutine, any number of times.
func (c *Conn) cut(why error) {
	c.mu.Lock()
	nc := c.nc
	first := !c.isCut
	c.isCut = true
	if c.cancel != nil {
		c.cancel(why)
	}
	c.wakeReader()
	c.mu.Unlock()
	if first && nc != nil {
		sever(nc)
	}
}

// sever closes the socket at once. TLS would first say goodbye, for which it
// waits up to five seconds where the peer doesn't read. Through a proxy there
// may be TLS in TLS.
func sever(nc net.Conn) {
	for {
		over, ok := nc.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		nc = over.NetConn()
	}
	nc.Close() // it is over: nobody is left to hear of an error
}

// Host is "host:port" or "unix:/path" as dialled last, "" if the URL has none or the dial hasn't
// come so far; the client's "ip:port", or the socket file it came through, where
// accepted. Safe from any goroutine.
func (c *Conn) Host() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.accepted && c.host == "" { // no idle connection keeps what can be asked for
		return remoteName(c.nc)
	}
	return c.host
}
