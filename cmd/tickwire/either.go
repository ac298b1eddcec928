package main

import (
	"crypto/tls"
	"net"
	"sync/atomic"
)

// eitherListener serves ws and wss on one port. A script's URL decides which,
// and a dialer doesn't see the URL, only host and port.
type eitherListener struct {
	net.Listener
	secure *tls.Config
}

// Accept gives a connection that waits for its first byte only once it is read
// from: a client that says nothing keeps nobody else waiting.
func (l *eitherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: c, secure: l.secure}, nil
}

// recordHandshake begins each TLS connection (RFC 8446 section 5.1). No HTTP
// request begins so.
const recordHandshake = 0x16

// eitherConn is a connection that is TLS if its first byte says so. Deadlines
// are the socket's.
type eitherConn struct {
	net.Conn
	secure *tls.Config
	stream atomic.Pointer[net.Conn] // nil before the first byte; set by the reader
}

// Read is called by one goroutine at a time.
func (c *eitherConn) Read(b []byte) (int, error) {
	if stream := c.stream.Load(); stream != nil {
		return (*stream).Read(b)
	}
	if len(b) == 0 {
		return 0, nil
	}
	first := make([]byte, 1)
	if _, err := c.Conn.Read(first); err != nil {
		return 0, err
	}
	var stream net.Conn = &unreadConn{c.Conn, first}
	if first[0] == recordHandshake {
		stream = tls.Server(stream, c.secure)
	}
	c.stream.Store(&stream)
	return stream.Read(b)
}

func (c *eitherConn) Write(b []byte) (int, error) { return c.current().Write(b) }
func (c *eitherConn) Close() error                { return c.current().Close() }

// current is what writes go to: before the first byte a server only hangs up.
func (c *eitherConn) current() net.Conn {
	if stream := c.stream.Load(); stream != nil {
		return *stream
	}
	return c.Conn
}

// unreadConn has some bytes to read before the socket's.
type unreadConn struct {
	net.Conn
	unread []byte
}

func (c *unreadConn) Read(b []byte) (int, error) {
	if len(c.unread) > 0 {
		n := copy(b, c.unread)
		c.unread = c.unread[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}
