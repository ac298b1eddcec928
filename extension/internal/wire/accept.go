package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
)

// greeting is one client's opening handshake, from the accept to the answer. It
// is the dial's counterpart: one goroutine runs it, posts what comes of it and
// hands over to the reader.
type greeting struct {
	listener *Listener
	conn     *Conn
	decided  chan decision // capacity 1: the tick's answer to the request
	begun    bool          // guarded by conn.mu: the tick asks the script

	before, behind *greeting // guarded by listener.mu: in the line of those whose turn it is to do something
	lined          bool      // guarded by listener.mu
	reading        bool      // guarded by listener.mu: the request is being read
	hurried        *refusal  // guarded by listener.mu: its time was up before it was whole
}

// decision is what the tick says to a request.
type decision struct {
	refused *refusal // nil: the connection may open
	meter   *Meter   // of the script's quotas; nil: none
}

// decide answers the request unless it is answered already.
func (g *greeting) decide(d decision) {
	select {
	case g.decided <- d:
	default:
	}
}

// close ends the handshake for its listener's sake: a client that has asked
// hears of it, one that hasn't is cut.
func (g *greeting) close() {
	g.listener.mu.Lock()
	hearing := g.lined
	g.listener.mu.Unlock()
	if hearing {
		g.conn.cut(errAbandoned)
		return
	}
	g.decide(decision{refused: refuse(http.StatusServiceUnavailable, "the server is closing")})
}

// run shakes hands and hands over to the reader, or turns the client away.
func (g *greeting) run(ctx context.Context) {
	l, c := g.listener, g.conn
	c.hub.logf(StateChanges, c, "accepted from %s", c.Host())
	late := fail(StageTimeout, CauseTimeout, "the handshake was not over within %v", l.o.Timeout)
	stop := c.hub.o.Clock.AfterFunc(l.o.Timeout, func() { l.hurry(g, late) })
	defer l.over(g)
	entered := false
	o, err := g.greet(ctx, &entered)
	if !stop() && err == nil {
		err = late // it is over, but the cut is on its way
	}
	if err == nil && c.goLive(o) {
		return
	}
	if entered {
		l.leave()
	}
	if why := context.Cause(ctx); why != nil {
		err = why // what broke when we cut it is not the cause
	}
	g.turnAway(err)
}

// greet comes to an open connection. entered tells whether it takes a place
// among the listener's.
func (g *greeting) greet(ctx context.Context, entered *bool) (*opening, error) {
	l, c := g.listener, g.conn
	if l.o.TLS != nil {
		if err := c.secureClient(ctx, l.o.TLS); err != nil {
			return nil, err
		}
	}
	l.hears(g)
	q, rest, err := c.hub.hear(c.nc)
	if hurried := l.heard(g, err == nil); hurried != nil {
		return nil, hurried
	}
	if err != nil {
		return nil, err
	}
	q.Remote, q.Secure, q.conn, q.greeting = c.Host(), l.o.TLS != nil, c, g
	c.hub.logRequest(c, q)
	if refused := q.check(&l.o); refused != nil {
		return nil, refused
	}
	if err := l.enter(); err != nil {
		return nil, err
	}
	*entered = true
	if err := c.hub.admit(); err != nil {
		c.hub.ended()
		return nil, refuse(http.StatusServiceUnavailable, "the server is full")
	}
	c.mu.Lock()
	c.ended = false // from here on it counts
	c.mu.Unlock()
	c.source.Post(Event{Kind: Requested, Conn: c, detail: q})
	var d decision
	select {
	case d = <-g.decided:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if d.refused != nil {
		return nil, d.refused
	}
	response, o := q.accept(&l.o)
	o.rest, o.meter, o.from = rest, d.meter, l
	if _, err := c.nc.Write(response); err != nil {
		return nil, c.handshakeLost(err)
	}
	return o, nil
}

// secureClient runs the TLS handshake with a client. One that speaks HTTP there
// is told so, as Go's own server does.
func (c *Conn) secureClient(ctx context.Context, config *tls.Config) error {
	secured := tls.Server(c.nc, config)
	err := secured.HandshakeContext(ctx)
	if err == nil {
		return c.adopt(secured)
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) && record.Conn != nil && looksLikeHTTP(record.RecordHeader) {
		return refuse(http.StatusBadRequest, "this port speaks TLS: want wss:// or https://")
	}
	return fail(StageTLS, CauseOther, "no secure connection: %w", err)
}

// looksLikeHTTP tells whether what should be a TLS record begins a request.
func looksLikeHTTP(b [5]byte) bool {
	switch string(b[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "OPTIO":
		return true
	}
	return false
}

// turnAway ends a connection that does not open: the client is told, if there is
// something to tell, and so is the script if it knows of it.
func (g *greeting) turnAway(err error) {
	c := g.conn
	var refused *refusal
	var known *failure
	switch {
	case errors.As(err, &refused):
		c.hub.logf(StateChanges, c, "answered %d: %s", refused.status, refused.text)
		g.end(nil)
		g.listener.awaits(g)
		c.farewell(refused)
	case errors.As(err, &known):
		c.hub.logf(StateChanges, c, "failed: %v", err)
		g.end(c.describe(known.stage, known.cause, nil, known.err))
	default: // the listener was closed, or the script has gone
		g.end(nil)
	}
	c.cut(errCut)
	c.mu.Lock()
	if c.stopClose != nil {
		c.stopClose()
	}
	c.mu.Unlock()
	c.hub.remove(c)
}

// end tells the script that the connection does not open, if it was asked.
func (g *greeting) end(err *Error) {
	c := g.conn
	c.mu.Lock()
	unheard := !g.begun && !c.ended
	if unheard {
		c.ended = true
	}
	c.mu.Unlock()
	if unheard {
		c.hub.ended()
		return
	}
	c.end(err, Goodbye{Code: codeAbnormal})
}

// farewellPiece is what a client must take of an answer within a close timeout,
// in bytes: a page may be large and the line slow.
const farewellPiece = 16 << 10

// farewell writes the refusal and waits until the client has hung up, so that no
// reset destroys it on its way; the close timeout bounds each piece, and the wait.
// Who was too slow with the request is not waited for.
func (c *Conn) farewell(refused *refusal) {
	for piece := range slices.Chunk(refused.bytes(), farewellPiece) {
		c.mu.Lock()
		if c.stopClose != nil {
			c.stopClose()
			c.stopClose = nil
		}
		c.armClose()
		c.mu.Unlock()
		if _, err := c.nc.Write(piece); err != nil {
			return
		}
	}
	halfClose(c.nc)
	c.discard()
}

// handshakeLost is what a client failed with that did not stay for the answer.
func (c *Conn) handshakeLost(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return fail(StageHandshake, CauseClosed, "the client hung up during the handshake")
	}
	return ioFailure(StageHandshake, "lost the client during the handshake", err)
}
