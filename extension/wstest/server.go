package wstest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// closeGrace bounds, in system time, how long Server.Close lets what is queued
// go out. Not the Clock's: a virtual one may stand still meanwhile.
const closeGrace = time.Second

// Server accepts WebSocket clients and does with them as it is told. Methods
// are safe from any goroutine and return at once, except those that take a
// context, and Close.
type Server struct {
	opts     Options
	listener net.Listener
	stop     chan struct{} // closed by Close and Shutdown
	tasks    sync.WaitGroup

	mu       sync.Mutex
	changed  signal
	answer   Answer             // guarded by mu
	next     []Answer           // guarded by mu: for one connection each
	accepted int                // guarded by mu
	requests []*Request         // guarded by mu
	peers    []*Peer            // guarded by mu: all there ever were, or the open ones of an echo server
	taken    int                // guarded by mu: how many of peers Accept has returned
	conns    map[net.Conn]*Peer // guarded by mu: the open ones; nil before the handshake is done
	stopped  bool               // guarded by mu: stop is closed
}

// NewServer listens and serves until Close.
func NewServer(opts Options) (*Server, error) {
	opts = opts.withDefaults()
	l := opts.Listener
	if l == nil {
		var err error
		if opts.Network != nil {
			l, err = opts.Network.Listen(opts.Address)
		} else {
			l, err = net.Listen("tcp", opts.Address)
		}
		if err != nil {
			return nil, err
		}
	}
	s := &Server{
		opts:     opts,
		listener: l,
		stop:     make(chan struct{}),
		answer:   opts.Answer,
		conns:    make(map[net.Conn]*Peer),
	}
	s.changed.mu = &s.mu
	s.tasks.Add(1)
	// The server owns the accept loop, closing the listener ends it, Close joins it.
	go s.accept()
	return s, nil
}

// Addr is where it listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// URL is "ws://host:port" or "wss://host:port", without a path.
func (s *Server) URL() string {
	scheme := "ws://"
	if s.opts.TLS != nil {
		scheme = "wss://"
	}
	host, port, err := net.SplitHostPort(s.Addr().String())
	if err != nil {
		return scheme + s.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost" // listening everywhere; a client needs one of them
	}
	return scheme + net.JoinHostPort(host, port)
}

// SetAnswer is how later connections are answered.
func (s *Server) SetAnswer(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = a
}

// AnswerNext is how the next connections are answered, one each, before
// SetAnswer's holds again.
func (s *Server) AnswerNext(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, answers...)
}

// Accepted counts the TCP connections there ever were.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Requests are the handshake requests so far, refused ones too. An echo server
// keeps none.
func (s *Server) Requests() []*Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Request(nil), s.requests...)
}

// Peers are the clients whose handshake was answered so far, also those that
// are gone, except with Echo: then only those that are there.
func (s *Server) Peers() []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Peer(nil), s.peers...)
}

// Accept waits for the next client, in the order of Peers.
func (s *Server) Accept(ctx context.Context) (*Peer, error) {
	var p *Peer
	err := s.changed.until(ctx, func() bool {
		if s.taken < len(s.peers) {
			p = s.peers[s.taken]
			s.taken++
			return true
		}
		return s.stopped
	})
	if err == nil && p == nil {
		err = net.ErrClosed
	}
	return p, err
}

// WaitRequest waits until n requests came and returns the nth, from 1.
func (s *Server) WaitRequest(ctx context.Context, n int) (*Request, error) {
	var r *Request
	err := s.changed.until(ctx, func() bool {
		if len(s.requests) >= n {
			r = s.requests[n-1]
			return true
		}
		return s.stopped
	})
	if err == nil && r == nil {
		err = net.ErrClosed
	}
	return r, err
}

// WaitGone waits until no connection is left.
func (s *Server) WaitGone(ctx context.Context) error {
	return s.changed.until(ctx, func() bool { return len(s.conns) == 0 })
}

// Shutdown stops listening, sends each peer 1001, waits until all are gone or
// the context ends, and closes the server. It returns the context's error if
// that came first.
func (s *Server) Shutdown(ctx context.Context) error {
	for c, p := range s.end() {
		if p == nil {
			c.Close()
		} else {
			p.Close(int(ws.StatusGoingAway), "")
		}
	}
	err := s.WaitGone(ctx)
	s.Close()
	return err
}

// Close stops listening, sends each peer 1001 as far as that can be done at
// once, hangs up, and joins every goroutine of the server. A second call is
// harmless.
func (s *Server) Close() error {
	for c, p := range s.end() {
		if p == nil {
			c.Close()
		} else {
			p.leave()
		}
	}
	late := time.AfterFunc(closeGrace, func() {
		for c, p := range s.end() {
			if p == nil {
				c.Close()
			} else {
				p.hangUp()
			}
		}
	})
	defer late.Stop()
	s.tasks.Wait()
	return nil
}

// end stops accepting and returns the connections that are open.
func (s *Server) end() map[net.Conn]*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		close(s.stop)
		s.listener.Close()
		s.changed.notify()
	}
	open := make(map[net.Conn]*Peer, len(s.conns))
	for c, p := range s.conns {
		open[c] = p
	}
	return open
}

// accept serves each connection until the listener is closed.
func (s *Server) accept() {
	defer s.tasks.Done()
	for {
		c, err := s.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || !s.sleep(10*time.Millisecond) {
				return
			}
			continue // out of files, or aborted before it was accepted
		}
		a, ok := s.add(c)
		if !ok {
			c.Close()
			return
		}
		s.tasks.Add(1)
		// The server owns it, the connection's end ends it, Close joins it.
		go s.serve(c, a)
	}
}

// add takes c in and says how to answer it; false after Close.
func (s *Server) add(c net.Conn) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return Answer{}, false
	}
	s.accepted++
	s.conns[c] = nil
	s.changed.notify()
	a := s.answer
	if len(s.next) > 0 {
		a, s.next = s.next[0], s.next[1:]
	}
	return a, true
}

// remove is add's counterpart.
func (s *Server) remove(c net.Conn) {
	c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.conns[c]
	delete(s.conns, c)
	if p != nil && s.opts.Echo {
		for i, other := range s.peers {
			if other == p {
				s.peers = append(s.peers[:i:i], s.peers[i+1:]...)
				if i < s.taken {
					s.taken--
				}
				break
			}
		}
	}
	s.changed.notify()
}

// serve is a connection's life: TLS, the handshake, its frames.
func (s *Server) serve(raw net.Conn, a Answer) {
	defer s.tasks.Done()
	defer s.remove(raw)
	if a.Drop == AtAccept {
		return
	}
	if a.Mute == AtAccept {
		io.Copy(io.Discard, raw)
		return
	}
	c := raw
	raw.SetDeadline(s.opts.Clock.Now().Add(s.opts.HandshakeTimeout))
	var serverName string
	if s.opts.TLS != nil {
		t := tls.Server(systemDeadlines{raw}, s.opts.TLS)
		if t.Handshake() != nil {
			return
		}
		serverName = t.ConnectionState().ServerName
		c = t
	}
	request, reader, err := readRequest(c)
	if err != nil {
		refusal := Answer{Status: 400, Body: err.Error() + "\n"}
		c.Write(refusal.bytes(nil))
		return
	}
	raw.SetDeadline(time.Time{})
	request.ServerName = serverName
	s.noteRequest(request)
	if s.opts.Respond != nil {
		a = s.opts.Respond(request)
	}
	switch {
	case a.Drop != Never:
		return
	case a.Mute != Never:
		io.Copy(io.Discard, reader)
		return
	}
	if status, err := request.check(); err != nil && a.Raw == "" && !a.refuses() {
		a = Answer{Status: status, Body: err.Error() + "\n", Header: map[string][]string{
			"Upgrade": {"websocket"}, "Sec-WebSocket-Version": {"13"},
		}}
	}
	if !s.write(c, &a, request) {
		return
	}
	if a.refuses() {
		if a.KeepOpen {
			io.Copy(io.Discard, reader)
		}
		if c != raw {
			c.Close() // with TLS's own goodbye
		}
		return
	}
	if p := s.open(raw, c, &a, request); p != nil {
		p.serve(reader)
	}
}

// systemDeadlines keeps crypto/tls from setting deadlines by the system's clock,
// which is not the connection's: its Close would find its own in the past and
// leave the goodbye out. CloseTimeout and Close bound those writes instead.
type systemDeadlines struct{ net.Conn }

func (systemDeadlines) SetWriteDeadline(time.Time) error { return nil }

// write sends the answer as a says and tells whether the connection goes on.
func (s *Server) write(c net.Conn, a *Answer, r *Request) bool {
	answer := a.bytes(r)
	cut := a.DropAfter > 0 && a.DropAfter < len(answer)
	if cut {
		answer = answer[:a.DropAfter]
	}
	if a.Delay > 0 && !s.sleep(a.Delay) {
		return false
	}
	step := len(answer)
	if a.Trickle > 0 {
		step = 1
	}
	for len(answer) > 0 {
		if _, err := c.Write(answer[:step]); err != nil {
			return false
		}
		answer = answer[step:]
		if a.Trickle > 0 && !s.sleep(a.Trickle) {
			return false
		}
	}
	return !cut
}

func (s *Server) noteRequest(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.opts.Echo {
		s.requests = append(s.requests, r)
	}
	s.changed.notify()
}

// open makes the connection a peer, with its writer and handler; nil after Close.
func (s *Server) open(raw, c net.Conn, a *Answer, r *Request) *Peer {
	p := newPeer(s, raw, c, a, r)
	handler := a.Handler
	if handler == nil {
		handler = s.opts.Handler
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	s.conns[raw] = p
	s.peers = append(s.peers, p)
	s.changed.notify()
	// The peer owns its writer, which an ended queue or a failed write ends and
	// the peer's serve joins.
	go p.write()
	if handler != nil {
		s.tasks.Add(1)
		// The server owns it, its own return ends it, Close joins it.
		go func() {
			defer s.tasks.Done()
			handler(p)
			p.Close(int(ws.StatusNormalClosure), "")
		}()
	}
	return p
}

// sleep waits by the clock; false if the server stopped meanwhile.
func (s *Server) sleep(d time.Duration) bool {
	over := make(chan struct{})
	cancel := s.opts.Clock.AfterFunc(d, func() { close(over) })
	defer cancel()
	select {
	case <-over:
		return true
	case <-s.stop:
		return false
	}
}
