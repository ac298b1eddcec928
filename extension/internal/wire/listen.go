package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// patience is how long a client may take for its request while others wait for
// its place.
const patience = time.Second

// The pauses after an accept that failed: this machine may be out of files.
const shortestPause, longestPause = 5 * time.Millisecond, time.Second

// Listening is what one listener does with its clients. Its fields were checked.
type Listening struct {
	At             ListenAddress
	Protocols      []string // ours, in order: the first that the client offers is picked
	Origins        []string // which may connect, see CheckOrigin; nil: the one that the request's Host names
	Compression    *Compression
	TLS            *tls.Config     // nil: ws
	Pages          map[string]Page // by path, for requests without a handshake
	MaxConnections int             // one more gets 503; 0: no limit of its own
	MaxHandshakes  int             // that are under way: one more waits, see Listener
	Timeout        time.Duration   // of a handshake, the script's decision included
	PingInterval   time.Duration   // 0: no pings of our own
	PongTimeout    time.Duration   // 0: silence is no failure
}

// Listener accepts connections until its Close. A client that has shaken hands
// is a connection like any other, and outlives it.
//
// Handshakes under way are bounded. With so many, what comes next waits in the
// system's backlog until one is over; and of the clients that have had a second
// and not said what they want, or not hung up after a refusal, the oldest makes
// way: the silent keep nobody out.
type Listener struct {
	hub  *Hub
	o    Listening
	name string // as scripts write the address
	net  net.Listener

	mu         sync.Mutex
	closed     bool               // guarded by mu
	handshakes map[*greeting]bool // guarded by mu: those under way
	oldest     *greeting          // guarded by mu: of those whose client is to do something
	newest     *greeting          // guarded by mu
	count      int                // guarded by mu: those that may open, or are
	room       chan struct{}      // guarded by mu: closed when a handshake is over; nil: nobody waits
	ctx        context.Context    // ends with Close
	cancel     context.CancelFunc // of ctx
}

// Listen opens a listener and returns at once: what it binds to is local. An
// error names the address. Call from the tick goroutine.
func (h *Hub) Listen(o Listening) (*Listener, error) {
	ctx, cancel := context.WithCancel(context.Background())
	nl, err := h.bind(ctx, o.At)
	if err != nil {
		cancel()
		return nil, listenFailure(o.At, err)
	}
	l := &Listener{hub: h, o: o, name: o.At.String(), net: nl, handshakes: make(map[*greeting]bool), ctx: ctx, cancel: cancel}
	h.mu.Lock()
	closed := h.closed
	if !closed {
		h.listeners[l] = true
	}
	h.mu.Unlock()
	if closed {
		cancel()
		nl.Close()
		return nil, ErrClosed
	}
	// Owned by the listener; its Close ends it; joined by Hub.Close.
	h.running.Go(l.accept)
	return l, nil
}

// Addr is where it listens.
func (l *Listener) Addr() net.Addr { return l.net.Addr() }

// Close stops listening at once. Handshakes under way end: whoever has asked
// gets 503. A second call does nothing. Call from the tick goroutine.
func (l *Listener) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	var under []*greeting
	for g := range l.handshakes {
		under = append(under, g)
	}
	l.mu.Unlock()
	l.cancel()
	l.net.Close() // nobody is left to hear of an error
	for _, g := range under {
		g.close()
	}
	l.hub.mu.Lock()
	delete(l.hub.listeners, l)
	l.hub.mu.Unlock()
}

// accept takes clients in until the listener is closed.
func (l *Listener) accept() {
	pause := shortestPause
	for l.awaitRoom() {
		nc, err := l.net.Accept()
		switch {
		case err == nil:
			pause = shortestPause
			l.begin(nc)
		case errors.Is(err, net.ErrClosed) || l.ctx.Err() != nil:
			return
		default: // out of files, or the client was gone before it was accepted
			l.hub.logListener(l, "accepting failed, the next try is in %v: %v", pause, err)
			l.rest(pause)
			pause = min(2*pause, longestPause)
		}
	}
}

// rest waits for d, or for Close.
func (l *Listener) rest(d time.Duration) {
	over := make(chan struct{})
	stop := l.hub.o.Clock.AfterFunc(d, func() { close(over) })
	defer stop()
	select {
	case <-over:
	case <-l.ctx.Done():
	}
}

// awaitRoom waits until one more handshake may begin, and makes room where a
// client has had its time. It returns false once the listener is closed.
func (l *Listener) awaitRoom() bool {
	for {
		l.mu.Lock()
		if l.closed {
			l.mu.Unlock()
			return false
		}
		if len(l.handshakes) < l.o.MaxHandshakes {
			l.mu.Unlock()
			return true
		}
		left := l.o.Timeout // of those that wait for their answer, none takes longer
		slow := l.oldest
		if slow != nil {
			left = slow.conn.started + patience - l.hub.now()
		}
		room := make(chan struct{})
		l.room = room
		l.mu.Unlock()
		if left <= 0 {
			l.hurry(slow, fail(StageTimeout, CauseTimeout, "others waited for its place"))
			left = longestPause // it is over in no time
		}
		late := make(chan struct{})
		stop := l.hub.o.Clock.AfterFunc(left, func() { close(late) })
		select {
		case <-room:
		case <-late:
		case <-l.ctx.Done():
		}
		stop()
	}
}

// begin starts the handshake of a new client.
func (l *Listener) begin(nc net.Conn) {
	c := &Conn{hub: l.hub, accepted: true, ended: true, nc: nc, started: l.hub.now()}
	if l.o.At.Network == "unix" {
		c.host = l.name // such a client has no address of its own
	}
	c.source.Join(l.hub.queue)
	ctx, cancel := context.WithCancelCause(context.Background())
	c.cancel = cancel
	g := &greeting{listener: l, conn: c, decided: make(chan decision, 1)}
	l.mu.Lock()
	closed := l.closed
	if !closed {
		l.handshakes[g] = true
		l.line(g)
	}
	l.mu.Unlock()
	if closed || !l.hub.enlist(c) {
		l.over(g)
		cancel(nil)
		nc.Close()
		return
	}
	// Owned by the connection; ends with the handshake, at the latest when its
	// time is up or it is cut; joined by Hub.Close.
	l.hub.running.Go(func() { g.run(ctx) })
}

// awaits says that it's up to g's client to do something.
func (l *Listener) awaits(g *greeting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line(g)
}

// line puts g behind those who wait for their client. mu is held.
func (l *Listener) line(g *greeting) {
	if g.lined || !l.handshakes[g] {
		return
	}
	g.before = l.newest
	if l.newest != nil {
		l.newest.behind = g
	} else {
		l.oldest = g
	}
	l.newest = g
	g.lined = true
}

// unline takes g out again: it's up to us, or it is over. mu is held.
func (l *Listener) unline(g *greeting) {
	if !g.lined {
		return
	}
	g.lined = false
	if g.before != nil {
		g.before.behind = g.behind
	} else {
		l.oldest = g.behind
	}
	if g.behind != nil {
		g.behind.before = g.before
	} else {
		l.newest = g.before
	}
	g.before, g.behind = nil, nil
}

// hears says that g's request is read from here on.
func (l *Listener) hears(g *greeting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g.reading = true
}

// heard says that g's request is read no more, and whether it is whole. It
// returns what the client gets whose time was up before.
func (l *Listener) heard(g *greeting, whole bool) *refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	g.reading = false
	if whole {
		l.unline(g)
	}
	return g.hurried
}

// hurry ends a handshake whose time is up. A client that is slow with its
// request is told so; any other is cut.
func (l *Listener) hurry(g *greeting, why error) {
	l.mu.Lock()
	reading := g.reading && g.hurried == nil
	if reading {
		g.hurried = refuse(http.StatusRequestTimeout, "the request took too long")
	}
	l.mu.Unlock()
	if !reading || g.conn.nc.SetReadDeadline(time.Unix(1, 0)) != nil {
		g.conn.cut(why)
	}
}

// over ends g's place among the handshakes. Any number of times.
func (l *Listener) over(g *greeting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unline(g)
	delete(l.handshakes, g)
	if l.room != nil {
		close(l.room)
		l.room = nil
	}
}

// enter counts one more connection, until its leave; err refuses it.
func (l *Listener) enter() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch limit := l.o.MaxConnections; {
	case l.closed:
		return refuse(503, "the server is closing")
	case limit > 0 && l.count >= limit:
		return refuse(503, "the server is full")
	}
	l.count++
	return nil
}

// leave frees a connection's place. It takes nil for one that was dialled.
func (l *Listener) leave() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count--
}

// remoteName is a client's address.
func remoteName(nc net.Conn) string {
	if a := nc.RemoteAddr(); a != nil {
		return a.String()
	}
	return "unknown"
}
