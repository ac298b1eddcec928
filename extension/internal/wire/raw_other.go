//go:build !unix

package wire

import (
	"errors"
	"net"
	"syscall"
)

// rawConn gives nil: a read or write here can't be tried without waiting, so
// the connection reads with a buffer of its own and always writes through its
// writer goroutine.
func rawConn(net.Conn) syscall.RawConn { return nil }

// pump reads until an error ends it.
func (c *Conn) pump(r *reader) error { return c.pumpOwn(r, c.nc) }

// rawPump has nothing to keep where no read can be tried.
type rawPump struct{}

// flusher has nothing to do where no write can be tried.
type flusher struct{}

func (f *flusher) init() {}

func (f *flusher) write(syscall.RawConn, []byte) (int, error) {
	return 0, errors.ErrUnsupported
}
