package luasocket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The bounds of what waits for a script, and of what a script has sent.
const (
	maxIn      = 256 << 10 // bytes of a connection that nobody has received
	maxOut     = 256 << 10 // bytes of a connection that are not on the wire
	maxBacklog = 128       // connections that nobody has accepted
	maxPackets = 1024      // UDP packets that nobody has received
	maxPacket  = 64 << 10  // bytes of one
)

// dialTimeout bounds a connect, however long its script polls.
const dialTimeout = 30 * time.Second

// linger bounds how long a closed socket still sends what it was given.
const linger = 2 * time.Second

// closeTimeout bounds Library.Close.
const closeTimeout = time.Second

// pool is what runs off the tick: it knows no Lua.
type pool struct {
	clock  Clock
	ctx    context.Context // ends with close
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	change chan struct{} // capacity 1: something has come, for the one who waits

	mu   sync.Mutex
	open map[io.Closer]bool // guarded by mu: sockets, for close
	done bool               // guarded by mu
}

func newPool() *pool {
	p := &pool{change: make(chan struct{}, 1), open: make(map[io.Closer]bool)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// changed wakes the tick, if it waits. Safe from any goroutine.
func (p *pool) changed() {
	select {
	case p.change <- struct{}{}:
	default:
	}
}

// sleep is Options.Wait's default.
func (p *pool) sleep(d time.Duration, ready func() bool) {
	late := make(chan struct{})
	stop := p.clock.AfterFunc(d, func() { close(late) })
	defer stop()
	for !ready() {
		select {
		case <-p.change:
		case <-late:
			return
		}
	}
}

// pause waits, or until the pool is closed.
func (p *pool) pause(d time.Duration) {
	over := make(chan struct{})
	stop := p.clock.AfterFunc(d, func() { close(over) })
	defer stop()
	select {
	case <-over:
	case <-p.ctx.Done():
	}
}

// add takes a socket into the books; false after close.
func (p *pool) add(c io.Closer) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return false
	}
	p.open[c] = true
	return true
}

func (p *pool) remove(c io.Closer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

// close ends every socket and joins every goroutine.
func (p *pool) close() error {
	p.mu.Lock()
	p.done = true
	open := p.open
	p.open = make(map[io.Closer]bool)
	p.mu.Unlock()
	p.cancel()
	for c := range open {
		c.Close()
	}
	joined := make(chan struct{})
	// Owned by close; ends when the sockets' goroutines have; joined by the wait
	// below, or left to a function of the options that never returns, which the
	// error says.
	go func() {
		p.tasks.Wait()
		close(joined)
	}()
	late := make(chan struct{})
	stop := p.clock.AfterFunc(closeTimeout, func() { close(late) })
	defer stop()
	select {
	case <-joined:
		return nil
	case <-late:
		return fmt.Errorf("socket: close: goroutines still run after %v: Options.Dial or Lookup does not honour its context", closeTimeout)
	}
}

// errTimeout and errClosed are LuaSocket's two words that scripts compare with.
var (
	errTimeout = errors.New("timeout")
	errClosed  = errors.New("closed")
)

// words is what LuaSocket says of an error.
func words(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, errClosed), errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return "closed"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.EADDRINUSE):
		return "address already in use"
	case errors.As(err, &dns), strings.Contains(err.Error(), "no such host"): // as whoever dials has put it
		return "host or service not provided, or not known"
	}
	return strings.TrimSpace(err.Error())
}
