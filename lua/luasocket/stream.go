package luasocket

import (
	"net"
	"sync"
	"time"
)

// stream is a TCP connection with a buffer each way. Its methods are called from
// the tick; they return at once.
type stream struct {
	pool *pool
	conn net.Conn

	mu      sync.Mutex
	moved   sync.Cond // on mu: a buffer has room or bytes again, or it is over
	in, out []byte    // guarded by mu
	inErr   error     // guarded by mu: nothing comes behind in
	outErr  error     // guarded by mu: nothing can be sent any more
	closing bool      // guarded by mu: what out has is the last
	half    bool      // guarded by mu: the end of out is the end of our half
}

// newStream starts both directions.
func (p *pool) newStream(conn net.Conn) *stream {
	s := &stream{pool: p, conn: conn}
	s.moved.L = &s.mu
	if !p.add(s) {
		conn.Close()
		s.inErr, s.outErr = errClosed, errClosed
		return s
	}
	// Owned by the stream; both end with the connection, which its Close, its
	// peer, or the pool's close ends; joined by the pool's close.
	p.tasks.Go(s.read)
	p.tasks.Go(s.write)
	return s
}

func (s *stream) read() {
	buffer := make([]byte, 16<<10)
	for {
		n, err := s.conn.Read(buffer)
		s.mu.Lock()
		s.in = append(s.in, buffer[:n]...)
		if err != nil {
			s.inErr = err
		}
		for err == nil && len(s.in) >= maxIn && !s.closing {
			s.pool.changed()
			s.moved.Wait() // TCP pushes back meanwhile
		}
		if s.closing {
			s.in = nil // nobody will fetch it
		}
		s.mu.Unlock()
		s.pool.changed()
		if err != nil {
			return
		}
	}
}

// write sends what out has until it is over, then closes.
func (s *stream) write() {
	defer s.pool.remove(s)
	defer s.conn.Close()
	for {
		s.mu.Lock()
		for len(s.out) == 0 && !s.closing && !s.half && s.outErr == nil {
			s.moved.Wait()
		}
		out := s.out
		s.out = nil
		half, over := s.half, s.closing || s.outErr != nil
		s.half = false
		s.mu.Unlock()
		s.pool.changed()
		if len(out) > 0 {
			if _, err := s.conn.Write(out); err != nil {
				s.fail(err)
				return
			}
			continue // there may be more
		}
		if half {
			if c, ok := s.conn.(interface{ CloseWrite() error }); ok {
				c.CloseWrite() // the peer will see it, or the connection is lost anyway
			}
		}
		if over {
			return
		}
	}
}

func (s *stream) fail(err error) {
	s.mu.Lock()
	s.outErr = err
	s.mu.Unlock()
	s.pool.changed()
}

// take gives the bytes that have come, and why no more will, if so.
func (s *stream) take() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.in
	s.in = nil
	s.moved.Broadcast()
	return in, s.inErr
}

// readable tells whether take has something to say.
func (s *stream) readable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.in) > 0 || s.inErr != nil
}

// put takes as much of data as there is room for.
func (s *stream) put(data string) (taken int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return 0, errClosed
	case s.outErr != nil:
		return 0, s.outErr
	}
	taken = min(len(data), maxOut-len(s.out))
	s.out = append(s.out, data[:taken]...)
	s.moved.Broadcast()
	return taken, nil
}

// writable tells whether put would take something, or say why not.
func (s *stream) writable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.out) < maxOut || s.outErr != nil || s.closing
}

// shut ends our half once all is sent.
func (s *stream) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.half = true
	s.moved.Broadcast()
}

// leave closes once all is sent, within the time of linger.
func (s *stream) leave() {
	s.mu.Lock()
	already := s.closing
	s.closing = true
	s.moved.Broadcast()
	s.mu.Unlock()
	if !already {
		s.pool.clock.AfterFunc(linger, func() { s.conn.Close() })
		s.conn.SetReadDeadline(time.Unix(1, 0)) // nobody reads any more
	}
}

// Close cuts the connection: the pool's end.
func (s *stream) Close() error {
	s.mu.Lock()
	s.closing = true
	s.moved.Broadcast()
	s.mu.Unlock()
	return s.conn.Close()
}
