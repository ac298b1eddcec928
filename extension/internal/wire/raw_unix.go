//go:build unix

package wire

import (
	"io"
	"net"
	"syscall"
)

// rawConn gives the descriptor of a TCP or Unix socket for reads and writes
// that don't wait; nil for any other connection.
func rawConn(nc net.Conn) syscall.RawConn {
	switch nc.(type) {
	case *net.TCPConn, *net.UnixConn:
		raw, err := nc.(syscall.Conn).SyscallConn()
		if err != nil {
			return nil
		}
		return raw
	}
	return nil
}

// pump reads until an error ends it. From a raw socket it takes a pooled buffer
// only when there is something to read, so that an idle connection holds none.
func (c *Conn) pump(r *reader) error {
	if c.raw == nil {
		return c.pumpOwn(r, c.nc)
	}
	try := r.try
	for {
		c.awaitQuota(r.meter) // before the read: no buffer is held
		if err := c.raw.Read(try); err != nil {
			return err
		}
		if err := r.use(); err != nil {
			return err
		}
	}
}

// rawPump is what a raw read has come to.
type rawPump struct {
	buffer *[]byte // pooled; nil while the message's own room is read into
	err    error
}

// try reads once and tells whether that was all there is to wait for. The
// poller's edge was reset before it is called: trying comes before waiting.
func (r *reader) try(fd uintptr) bool {
	p := &r.raw
	into := r.room()
	if into == nil {
		p.buffer = r.c.hub.buffer()
		into = *p.buffer
	}
	for {
		n, err := syscall.Read(int(fd), r.meter.readable(into))
		r.came, p.err = int32(n), err
		if p.err != syscall.EINTR {
			break
		}
	}
	if p.err == syscall.EAGAIN {
		r.release()
		return false
	}
	return true
}

// use hands on what was read.
func (r *reader) use() error {
	p := &r.raw
	defer r.release()
	switch {
	case p.err != nil:
		return p.err
	case r.came <= 0:
		return io.EOF
	case p.buffer == nil:
		return r.takeFilled(int(r.came))
	}
	return r.consume((*p.buffer)[:r.came])
}

// release gives a pooled buffer back.
func (r *reader) release() {
	if r.raw.buffer != nil {
		r.c.hub.pool.buffers.Put(r.raw.buffer)
		r.raw.buffer = nil
	}
}

// flusher writes without waiting. It is the tick's own, so that a write needs
// no closure.
type flusher struct {
	fn   func(fd uintptr) bool
	data []byte
	n    int
	err  error
}

func (f *flusher) init() {
	f.fn = func(fd uintptr) bool {
		for {
			f.n, f.err = syscall.Write(int(fd), f.data)
			if f.err != syscall.EINTR {
				return true // whatever came of it: the tick does not wait
			}
		}
	}
}

// write gives to the socket what it takes at once.
func (f *flusher) write(raw syscall.RawConn, data []byte) (int, error) {
	f.data, f.n, f.err = data, 0, nil
	err := raw.Write(f.fn)
	f.data = nil
	if err == nil {
		err = f.err
	}
	if err == syscall.EAGAIN {
		err = nil
	}
	return max(f.n, 0), err
}
