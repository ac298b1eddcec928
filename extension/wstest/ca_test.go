package wstest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/wstest"
)

// movedClock is the bubble's, but ahead of it.
type movedClock struct{ by time.Duration }

func (c movedClock) Now() time.Time { return time.Now().Add(c.by) }

func (c movedClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

func TestServerTLS(t *testing.T) {
	for name, clock := range map[string]wstest.Clock{
		"on the bubble's clock":      nil,
		"on a clock 20 years ahead":  movedClock{20 * 365 * 24 * time.Hour},
		"on a clock 20 years behind": movedClock{-20 * 365 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ca, err := wstest.NewCA(clock)
				if err != nil {
					t.Fatal(err)
				}
				config, err := ca.ServerConfig("game.example", "192.0.2.1")
				if err != nil {
					t.Fatal(err)
				}
				n := wstest.NewNetwork(clock)
				s, err := wstest.NewEchoServer(wstest.Options{Network: n, Address: "game.example:443", TLS: config})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if got := s.URL(); got != "wss://game.example:443" {
					t.Errorf("URL = %s", got)
				}
				for _, host := range []string{"game.example", "192.0.2.1"} {
					c := dial(t, s, n, "")
					client := ca.ClientConfig()
					client.ServerName = host
					c.secure(client)
					c.start("/")
					c.open()
					if state := s.Peers()[0].TLS(); state == nil || state.Version != tls.VersionTLS13 {
						t.Errorf("the peer's TLS state is %v", state)
					}
					c.send(true, ws.OpText, "secret")
					c.want("text secret")
					// A violation is ended by TLS's goodbye alone: it has to arrive.
					c.sendFrame(ws.NewTextFrame([]byte("no mask")))
					c.want("close 1002 frames from client to server must be masked")
					if took := after(func() { c.wantEnd(io.EOF) }); took != 0 {
						t.Errorf("the end took %v", took)
					}
					c.conn.Close()
					if err := s.WaitGone(soon(t)); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

func TestCertificatesThatAreWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca, err := wstest.NewCA(nil)
		if err != nil {
			t.Fatal(err)
		}
		other, err := wstest.NewCA(nil)
		if err != nil {
			t.Fatal(err)
		}
		var host x509.HostnameError
		var unknown x509.UnknownAuthorityError
		var invalid x509.CertificateInvalidError
		for name, test := range map[string]struct {
			cert func(hosts ...string) (tls.Certificate, error)
			host string
			want any
		}{
			"another host": {ca.Certificate, "other.example", &host},
			"expired":      {ca.ExpiredCertificate, "game.example", &invalid},
			"another CA":   {other.Certificate, "game.example", &unknown},
		} {
			cert, err := test.cert(test.host)
			if err != nil {
				t.Fatal(err)
			}
			n := wstest.NewNetwork(nil)
			s, err := wstest.NewServer(wstest.Options{Network: n, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
			if err != nil {
				t.Fatal(err)
			}
			c := dial(t, s, n, "")
			client := ca.ClientConfig()
			client.ServerName = "game.example"
			if err := tls.Client(c.conn, client).Handshake(); !errors.As(err, test.want) {
				t.Errorf("%s: %v", name, err)
			}
			c.conn.Close()
			s.Close()
		}
	})
}

func TestCAPEM(t *testing.T) {
	ca, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca.PEM()) || !pool.Equal(ca.Pool()) {
		t.Errorf("the PEM doesn't hold the CA:\n%s", ca.PEM())
	}
}

// TestClientCertificate: it is for clients and for nothing else.
func TestClientCertificate(t *testing.T) {
	ca, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.ClientCertificate("player.example")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for usage, want := range map[x509.ExtKeyUsage]bool{x509.ExtKeyUsageClientAuth: true, x509.ExtKeyUsageServerAuth: false} {
		_, err := cert.Verify(x509.VerifyOptions{Roots: ca.Pool(), DNSName: "player.example", KeyUsages: []x509.ExtKeyUsage{usage}})
		if (err == nil) != want {
			t.Errorf("usage %d: %v, want valid %t", usage, err, want)
		}
	}
}
