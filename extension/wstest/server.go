package wstest

import (
	"context"
	"errors"
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

func (s *Server) noteRequest(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.opts.Echo {
		s.requests = append(s.requests, r)
	}
	s.changed.notify()
}

// open makes the connection p's; nil after Close.
func (s *Server) open(raw net.Conn, p *Peer) *Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	s.conns[raw] = p
	s.peers = append(s.peers, p)
	s.changed.notify()
	return p
}
