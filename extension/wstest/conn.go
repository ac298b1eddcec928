package wstest

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Conn is one end of an in-memory connection that behaves as TCP does: it
// buffers, pushes back, can be closed for writing alone, and tells an end
// (io.EOF) from a reset (syscall.ECONNRESET). Methods are safe from any
// goroutine.
//
// Deadlines are times of the network's clock. Unlike TCP on Linux, Close with
// unread bytes ends the stream properly; only bytes that come after it are
// answered by a reset.
type Conn struct {
	mu     *sync.Mutex // the pipe's, for both ends
	local  net.Addr
	remote net.Addr
	peer   *Conn
	in     *Link
	out    *Link

	readable sync.Cond // on mu
	writable sync.Cond // on mu
	read     deadline  // guarded by mu
	write    deadline  // guarded by mu
	closed   bool      // guarded by mu: by this end
	ended    bool      // guarded by mu: no more writes by this end
	broken   bool      // guarded by mu: reset by the network or the peer
}

// Pipe is a connected pair outside any Network. A nil clock is the wall clock.
func Pipe(clock Clock) (*Conn, *Conn) {
	return newPipe(orSystem(clock), Addr("pipe:1"), Addr("pipe:2"))
}

func newPipe(clock Clock, near, far net.Addr) (*Conn, *Conn) {
	mu := new(sync.Mutex)
	a := &Conn{mu: mu, local: near, remote: far}
	b := &Conn{mu: mu, local: far, remote: near}
	a.out = newLink(mu, clock, a, b)
	b.out = newLink(mu, clock, b, a)
	a.peer, a.in = b, b.out
	b.peer, b.in = a, a.out
	for _, c := range []*Conn{a, b} {
		c.readable.L, c.writable.L = mu, mu
		c.read = deadline{clock: clock, cond: &c.readable}
		c.write = deadline{clock: clock, cond: &c.writable}
	}
	return a, b
}

// Read returns what has arrived, at least one byte; io.EOF after the peer's
// Close or CloseWrite; otherwise a *net.OpError around syscall.ECONNRESET,
// os.ErrDeadlineExceeded or net.ErrClosed.
func (c *Conn) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, c.fail("read", net.ErrClosed)
		case c.read.passed:
			return 0, c.fail("read", os.ErrDeadlineExceeded)
		case len(b) == 0:
			return 0, nil
		case len(c.in.arrived) > 0:
			return c.in.take(b), nil
		case c.in.fin:
			return 0, io.EOF
		case c.broken:
			return 0, c.fail("read", os.NewSyscallError("read", syscall.ECONNRESET))
		}
		c.readable.Wait()
	}
}

// Write waits while the buffer is full. Its errors are *net.OpErrors around
// syscall.ECONNRESET, syscall.EPIPE (after CloseWrite), os.ErrDeadlineExceeded
// or net.ErrClosed; n bytes were sent all the same.
func (c *Conn) Write(b []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.closed:
			return n, c.fail("write", net.ErrClosed)
		case c.write.passed:
			return n, c.fail("write", os.ErrDeadlineExceeded)
		case c.broken:
			return n, c.fail("write", os.NewSyscallError("write", syscall.ECONNRESET))
		case c.ended:
			return n, c.fail("write", os.NewSyscallError("write", syscall.EPIPE))
		}
		if k := min(c.out.space(), len(b)-n); k > 0 {
			c.out.send(segment{data: append([]byte(nil), b[n:n+k]...)})
			n += k
		}
		if n == len(b) {
			return n, nil
		}
		if c.out.space() <= 0 {
			c.writable.Wait()
		}
	}
}

// Close ends the connection: the peer reads what is on the way, then io.EOF.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.fail("close", net.ErrClosed)
	}
	if !c.ended && !c.broken {
		c.out.send(segment{fin: true})
	}
	c.shut()
	return nil
}

// CloseWrite ends this end's writing: the peer reads io.EOF after what was sent.
func (c *Conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return c.fail("close", net.ErrClosed)
	case c.broken:
		return c.fail("close", os.NewSyscallError("shutdown", syscall.ENOTCONN))
	case c.ended:
		return nil
	}
	c.ended = true
	c.out.send(segment{fin: true})
	c.writable.Broadcast()
	return nil
}

// Reset breaks the connection at once, for both ends: what is on the way is
// lost, what has arrived can be read, then both get syscall.ECONNRESET.
func (c *Conn) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breakBoth()
}

// HalfOpen lets the connection vanish without a word: what either end sends is
// lost, and neither gets an error.
func (c *Conn) HalfOpen() {
	c.out.HalfOpen()
	c.in.HalfOpen()
}

// Outgoing is the direction that this end writes to.
func (c *Conn) Outgoing() *Link { return c.out }

// Incoming is the direction that this end reads from.
func (c *Conn) Incoming() *Link { return c.in }

// Latency delays both directions by d each.
func (c *Conn) Latency(d time.Duration) {
	c.out.Latency(d)
	c.in.Latency(d)
}

// Throttle lets bytesPerSecond through, in each direction. 0 is no limit.
func (c *Conn) Throttle(bytesPerSecond int) {
	c.out.Throttle(bytesPerSecond)
	c.in.Throttle(bytesPerSecond)
}

// Stall holds both directions back, or lets them go on.
func (c *Conn) Stall(stalled bool) {
	c.out.Stall(stalled)
	c.in.Stall(stalled)
}

// LocalAddr is this end's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the other end's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines; the zero time is never.
func (c *Conn) SetDeadline(t time.Time) error {
	return c.setDeadline(t, &c.read, &c.write)
}

// SetReadDeadline bounds pending and later reads; the zero time is never.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(t, &c.read) }

// SetWriteDeadline bounds pending and later writes; the zero time is never.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(t, &c.write) }

func (c *Conn) setDeadline(t time.Time, deadlines ...*deadline) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.fail("set", net.ErrClosed)
	}
	for _, d := range deadlines {
		d.set(t)
	}
	return nil
}

// shut frees what a closed end no longer needs. mu is held.
func (c *Conn) shut() {
	c.closed, c.ended = true, true
	c.in.arrived = nil
	c.read.set(time.Time{})
	c.write.set(time.Time{})
	c.readable.Broadcast()
	c.writable.Broadcast()
	c.peer.writable.Broadcast()
	if c.peer.closed { // nobody is left who could read
		c.in.lose()
		c.out.lose()
	}
}

// breakBoth resets the connection for each end that can still hear of it. mu
// is held.
func (c *Conn) breakBoth() {
	for _, end := range []*Conn{c, c.peer} {
		if end != c && c.out.halfOpen {
			continue
		}
		end.broken = true
		end.readable.Broadcast()
		end.writable.Broadcast()
	}
	c.in.lose()
	c.out.lose()
}

func (c *Conn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// Addr is an in-memory address, "host:port".
type Addr string

// Network is "tcp", for whoever asks how to dial it.
func (Addr) Network() string { return "tcp" }

func (a Addr) String() string { return string(a) }
