package wstest_test

import (
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/wstest"
)

// Real sockets don't work in a bubble: these run outside, on 127.0.0.1.

func TestLoopbackEcho(t *testing.T) {
	ca, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	secure, err := ca.ServerConfig("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for scheme, opts := range map[string]wstest.Options{"ws": {}, "wss": {TLS: secure}} {
		t.Run(scheme, func(t *testing.T) {
			s, err := wstest.NewEchoServer(opts)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if !strings.HasPrefix(s.URL(), scheme+"://127.0.0.1:") {
				t.Errorf("URL = %s", s.URL())
			}
			c := dial(t, s, nil, "")
			defer c.conn.Close()
			if opts.TLS != nil {
				client := ca.ClientConfig()
				client.ServerName = "127.0.0.1"
				c.secure(client)
			}
			c.start("/")
			c.open()
			big := strings.Repeat("x", 1<<20)
			c.send(true, ws.OpText, "hi")
			c.want("text hi")
			go c.send(true, ws.OpBinary, big)
			c.want("binary " + big)
			s.Close()
			c.want("close 1001")
			c.wantEnd(io.EOF)
		})
	}
}

func TestLoopbackEnds(t *testing.T) {
	for name, test := range map[string]struct {
		act  func(p *wstest.Peer)
		want error
	}{
		"drop":  {(*wstest.Peer).Drop, io.EOF},
		"reset": {(*wstest.Peer).Reset, syscall.ECONNRESET},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := wstest.NewServer(wstest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			c := dial(t, s, nil, "/").open()
			defer c.conn.Close()
			p := peerOf(t, s)
			if p.Link() != nil {
				t.Error("a real connection has a Link")
			}
			test.act(p)
			c.wantEnd(test.want)
		})
	}
}

func TestLoopbackViolationIsHeard(t *testing.T) {
	s, err := wstest.NewServer(wstest.Options{MaxMessage: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := dial(t, s, nil, "/").open()
	defer c.conn.Close()
	go io.WriteString(c.conn, "\x82\xff\x00\x00\x00\x00\x00\x20\x00\x00mask"+strings.Repeat("x", 1<<21))
	c.want("close 1009 the message is larger than 1000 bytes")
}

func TestLoopbackListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := wstest.NewServer(wstest.Options{Listener: l})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Addr() != l.Addr() {
		t.Errorf("it listens at %v, want %v", s.Addr(), l.Addr())
	}
	if _, err := wstest.NewServer(wstest.Options{Address: l.Addr().String()}); err == nil {
		t.Error("a second server at the same address")
	}
}
