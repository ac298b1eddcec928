package wire

import (
	"context"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// serveTLS is serve with a certificate from configure.
func (r *rig) serveTLS(configure func(ca *wstest.CA) (tls.Certificate, error), f func(p *peer)) *wstest.CA {
	r.t.Helper()
	return r.serveTLSAt("server.test:80", configure, f)
}

func (r *rig) serveTLSAt(address string, configure func(ca *wstest.CA) (tls.Certificate, error), f func(p *peer)) *wstest.CA {
	r.t.Helper()
	ca, err := wstest.NewCA(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	certificate, err := configure(ca)
	if err != nil {
		r.t.Fatal(err)
	}
	r.serveSecure(address, &tls.Config{Certificates: []tls.Certificate{certificate}}, f)
	return ca
}

// serveSecure hands f what comes through TLS by config.
func (r *rig) serveSecure(address string, config *tls.Config, f func(p *peer)) {
	r.t.Helper()
	r.serveAt(address, func(p *peer) {
		secured := tls.Server(p.nc, config)
		if secured.HandshakeContext(context.Background()) != nil {
			return
		}
		f(&peer{t: p.t, nc: p.nc, over: secured, in: newReader(secured)})
	})
}

func TestTLS(t *testing.T) {
	right := func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("server.test") }
	for _, test := range []struct {
		name      string
		configure func(ca *wstest.CA) (tls.Certificate, error)
		stranger  bool // the client does not know the authority
		want      string
		text      string
	}{
		{name: "trusted", configure: right, want: "CONNECTED MESSAGE:hi DISCONNECTED:1000"},
		{name: "an unknown authority", configure: right, stranger: true, want: "ERROR:tls/certificate DISCONNECTED:1006", text: "not trusted here"},
		{name: "another host", configure: func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("other.test") }, want: "ERROR:tls/certificate DISCONNECTED:1006", text: "not for server.test"},
		{name: "expired", configure: func(ca *wstest.CA) (tls.Certificate, error) { return ca.ExpiredCertificate("server.test") }, want: "ERROR:tls/certificate DISCONNECTED:1006", text: "expired"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				ca := r.serveTLS(test.configure, func(p *peer) {
					p.accept()
					f := p.receive()
					p.send(f.Header.OpCode, string(f.Payload))
					p.receive()
					p.raw(closeBytes(1000, ""))
				})
				r.hub.o.TLS = &tls.Config{RootCAs: ca.Pool()}
				if test.stranger {
					r.hub.o.TLS = nil
				}
				c := r.dial(&Target{URL: "wss://server.test:80/", Timeout: time.Second})
				r.settle()
				if len(r.log) == 1 {
					c.Send(Text, "hi")
					r.settle()
					c.Close(1000, "")
				}
				r.expect(test.want)
				if test.text != "" && !strings.Contains(r.reason(), test.text) {
					t.Errorf("message %q, want %q in it", r.reason(), test.text)
				}
			})
		})
	}
}

// TestTLSPeerThatDoesNotRead: a cut does not wait for TLS' goodbye, nor does the
// hub's Close.
func TestTLSPeerThatDoesNotRead(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(r *rig, c *Conn)
		most time.Duration
	}{
		{"cut", func(r *rig, c *Conn) { c.cut(errCut) }, 0},
		{"closed", func(r *rig, c *Conn) { r.hub.Close(time.Second) }, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				var server *peer
				ca := r.serveTLS(func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("server.test") }, func(p *peer) {
					p.accept()
					server = p
					time.Sleep(time.Hour)
				})
				r.hub.o.TLS = &tls.Config{RootCAs: ca.Pool()}
				c := r.open(&Target{URL: "wss://server.test:80/", Timeout: time.Second})
				server.nc.Incoming().Stall(true)
				c.Send(Binary, "x")
				r.settle()
				server.nc.Incoming().BufferSize(1) // full, and nothing is being written
				start := time.Now()
				test.end(r, c)
				if d := time.Since(start); d > test.most {
					t.Errorf("took %v, want at most %v", d, test.most)
				}
			})
		})
	}
}

// TestTLSToAPlainServer says what is wrong in words.
func TestTLSToAPlainServer(t *testing.T) {
	inBubble(t, func(o *Options) { o.TLS = &tls.Config{} }, func(r *rig) {
		r.serve(func(p *peer) { io.WriteString(p.nc, "HTTP/1.1 400 Bad Request\r\n\r\n"); io.Copy(io.Discard, p.in) })
		r.dial(&Target{URL: "wss://server.test:80/", Timeout: time.Second})
		r.expect("ERROR:tls/other DISCONNECTED:1006")
		if !strings.Contains(r.reason(), "does not speak TLS") {
			t.Error(r.reason())
		}
	})
}

// TestTLSGoodbye: a connection that has closed in order ends TLS in order too,
// so that the server can tell it from one that was cut (RFC 8446 section 6.1):
// a record with the alert comes. Go's own server takes a bare end for one too.
func TestTLSGoodbye(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		goodbye := make(chan int64, 1)
		ca := r.serveTLS(func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("server.test") }, func(p *peer) {
			p.accept()
			p.raw(closeBytes(1000, ""))
			p.receive()
			before := p.nc.Incoming().Arrived()
			p.over.(*tls.Conn).CloseWrite()
			p.in.ReadByte() // the end
			goodbye <- p.nc.Incoming().Arrived() - before
		})
		r.hub.o.TLS = &tls.Config{RootCAs: ca.Pool()}
		r.dial(&Target{URL: "wss://server.test:80/", Timeout: time.Second})
		r.expect("CONNECTED DISCONNECTED:1000")
		if <-goodbye == 0 {
			t.Error("the connection ended without TLS' goodbye")
		}
	})
}
