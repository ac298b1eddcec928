package httplib

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// dialTimeout bounds a dial with its TLS handshake: net/http lets one go on
// when its request has given up, for the next.
const dialTimeout = 30 * time.Second

// way is how requests reach servers: net/http's connections over the host's
// dials.
type way struct {
	pool      *pool
	connect   func(ctx context.Context, scheme, address string) (net.Conn, error)
	tls       *tls.Config // nil: the system's
	transport *http.Transport
	dials     sync.WaitGroup

	mu     sync.Mutex
	closed bool              // guarded by mu
	open   map[net.Conn]bool // guarded by mu
}

func (w *way) init(p *pool, o Options) {
	w.pool, w.connect, w.tls = p, o.Dial, o.TLS
	w.open = make(map[net.Conn]bool)
	w.transport = &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return w.dial(ctx, "http", address)
		},
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return w.dial(ctx, "https", address)
		},
		DisableCompression:     true, // a script gets the bytes that were sent
		MaxIdleConnsPerHost:    o.MaxConcurrent,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// dial gives a connection, secured for https. Called from any goroutine.
func (w *way) dial(ctx context.Context, scheme, address string) (net.Conn, error) {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil, net.ErrClosed
	}
	w.dials.Add(1)
	w.mu.Unlock()
	defer w.dials.Done()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.pool.ctx, func() { cancel(net.ErrClosed) })()
	defer w.pool.clock.AfterFunc(dialTimeout, func() { cancel(errTimeout) })()
	nc, err := w.connect(ctx, scheme, address)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: nc, way: w}
	if !w.add(c) {
		nc.Close()
		return nil, net.ErrClosed
	}
	if scheme != "https" {
		return c, nil
	}
	secured := tls.Client(c, w.config(address))
	if err := secured.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return secured, nil
}

// config is the host's, for one server.
func (w *way) config(address string) *tls.Config {
	config := &tls.Config{}
	if base := w.tls; base != nil {
		config = base.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(address)
	}
	if config.Time == nil {
		config.Time = w.pool.clock.Now
	}
	config.NextProtos = []string{"http/1.1"}
	return config
}

func (w *way) add(c *conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.open[c] = true
	return true
}

// closeIdle closes the connections that no request uses. Safe from any
// goroutine.
func (w *way) closeIdle() { w.transport.CloseIdleConnections() }

// close closes every connection; net/http's goroutines end with them.
func (w *way) close() {
	w.closeIdle()
	w.mu.Lock()
	w.closed = true
	open := w.open
	w.open = make(map[net.Conn]bool)
	w.mu.Unlock()
	for c := range open {
		c.(*conn).Conn.Close()
	}
}

// conn is in the way's books until it is closed.
type conn struct {
	net.Conn
	way  *way
	user atomic.Pointer[request] // whose bytes these are, or were last
}

// watch has what comes and goes on nc, one of ours, count as r's.
func watch(nc net.Conn, r *request) {
	if secured, ok := nc.(*tls.Conn); ok {
		nc = secured.NetConn()
	}
	if c, ok := nc.(*conn); ok {
		c.user.Store(r)
	}
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.moved(n)
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.moved(n)
	return n, err
}

func (c *conn) moved(n int) {
	if r := c.user.Load(); r != nil && n > 0 {
		r.touch()
	}
}

func (c *conn) Close() error {
	c.way.mu.Lock()
	delete(c.way.open, c)
	c.way.mu.Unlock()
	return c.Conn.Close()
}
