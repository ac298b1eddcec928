package luasocket

import (
	"errors"
	"net"
	"sync"
	"time"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// server accepts connections for a script to fetch.
type server struct {
	pool     *pool
	listener net.Listener

	mu       sync.Mutex
	moved    sync.Cond  // on mu
	accepted []net.Conn // guarded by mu: at most maxBacklog, the system's backlog behind it
	closed   bool       // guarded by mu
}

// serve opens a port.
func (t *tcp) serve(address string) error {
	listener, err := t.library.o.Listen(t.library.pool.ctx, "tcp", address)
	if err != nil {
		return err
	}
	s := &server{pool: t.library.pool, listener: listener}
	s.moved.L = &s.mu
	if !s.pool.add(s) {
		listener.Close()
		return errClosed
	}
	t.server = s
	// Owned by the server; its Close ends it; joined by the pool's close.
	s.pool.tasks.Go(s.accept)
	return nil
}

func (s *server) accept() {
	for {
		conn, err := s.listener.Accept()
		s.mu.Lock()
		for err == nil && len(s.accepted) >= maxBacklog && !s.closed {
			s.moved.Wait()
		}
		switch {
		case err != nil && !s.closed && !errors.Is(err, net.ErrClosed):
			s.mu.Unlock()
			s.pool.pause(10 * time.Millisecond) // out of files, or aborted before it was accepted
			continue
		case err != nil || s.closed:
			s.mu.Unlock()
			if conn != nil {
				conn.Close()
			}
			return
		}
		s.accepted = append(s.accepted, conn)
		s.mu.Unlock()
		s.pool.changed()
	}
}

// next gives a connection, nil while there is none.
func (s *server) next() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.accepted) == 0 {
		return nil
	}
	conn := s.accepted[0]
	s.accepted = append(s.accepted[:0], s.accepted[1:]...)
	s.moved.Broadcast()
	return conn
}

func (s *server) waiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.accepted) > 0
}

// Close closes the port and what nobody has fetched.
func (s *server) Close() error {
	s.pool.remove(s)
	s.mu.Lock()
	s.closed = true
	accepted := s.accepted
	s.accepted = nil
	s.moved.Broadcast()
	s.mu.Unlock()
	for _, conn := range accepted {
		conn.Close()
	}
	return s.listener.Close()
}

// tcpBind is master:bind(host, port) -> 1. The port is open from here on.
func tcpBind(c arg.Call) int {
	t, address := checkTCP(c), joinAddress(c, 2)
	switch {
	case t.closed:
		return failed(c, errClosed)
	case t.server != nil || t.dialing != nil:
		return failed(c, errors.New("invalid argument"))
	}
	if err := t.serve(address); err != nil {
		return failed(c, err)
	}
	return c.Return(one)
}

// tcpListen is master:listen([backlog]) -> 1.
func tcpListen(c arg.Call) int {
	t := checkTCP(c)
	c.OptNumber(2, 0)
	if t.server == nil {
		return failed(c, errors.New("a socket must be bound before it listens"))
	}
	return c.Return(one)
}

// tcpAccept is server:accept() -> client.
func tcpAccept(c arg.Call) int {
	t := checkTCP(c)
	if t.server == nil || t.closed {
		return failed(c, errClosed)
	}
	client := t.library.makeTCP()
	if len(t.library.sockets) >= t.library.o.MaxSockets {
		return failed(c, errTooMany)
	}
	if !t.library.wait(t.timeout, t.server.waiting) {
		return failed(c, errTimeout)
	}
	client.stream = t.library.pool.newStream(t.server.next())
	t.library.own(client)
	return c.Return(t.library.wrapTCP(client))
}
