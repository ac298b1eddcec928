package interop

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// authority signs certificates that servers get as files.
type authority struct{ *wstest.CA }

func newCA(t *testing.T) authority {
	t.Helper()
	ca, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	return authority{ca}
}

func (a authority) right() (tls.Certificate, error)   { return a.Certificate("127.0.0.1", "localhost") }
func (a authority) expired() (tls.Certificate, error) { return a.ExpiredCertificate("127.0.0.1") }
func (a authority) other() (tls.Certificate, error)   { return a.Certificate("other.test") }
func (a authority) client() (tls.Certificate, error)  { return a.ClientCertificate("player") }

// certFiles is where a certificate is: its chain, its key, and both in one file.
type certFiles struct {
	cert, key, both string
	clients         string // who must vouch for clients; "" for none asked
}

func (a authority) files(t *testing.T, issue func() (tls.Certificate, error)) *certFiles {
	t.Helper()
	certificate, err := issue()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	var chain strings.Builder
	for _, der := range certificate.Certificate {
		pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	dir := t.TempDir()
	return &certFiles{
		cert: write(t, dir, "cert.pem", chain.String()),
		key:  write(t, dir, "key.pem", key),
		both: write(t, dir, "both.pem", chain.String()+key),
	}
}

// TestSecureServers: wss with a certificate made on the spot, and with those
// that must not be trusted.
func TestSecureServers(t *testing.T) {
	ca := newCA(t)
	for _, s := range servers {
		if !s.secure {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			begin := func(t *testing.T, issue func() (tls.Certificate, error)) *running {
				files := ca.files(t, issue)
				return s.start(t, "KEY="+files.key, "CERT="+files.cert)
			}
			r := begin(t, ca.right)
			for _, mode := range modes {
				t.Run(mode.name, func(t *testing.T) {
					s.try(t, r.program, ca.ClientConfig(), "wss://127.0.0.1:"+r.port, mode)
				})
			}
			refused := func(name, port string, config *tls.Config, text string) {
				t.Run(name, func(t *testing.T) {
					c := connect(t, config, "wss://127.0.0.1:"+port+"/echo", "")
					e := c.next(failed)
					if e.RawGetString("stage") != lua.LString("tls") || e.RawGetString("cause") != lua.LString("certificate") {
						t.Errorf("stage %v, cause %v, want tls and certificate", e.RawGetString("stage"), e.RawGetString("cause"))
					}
					if got := e.RawGetString("message").String(); !strings.Contains(got, text) {
						t.Errorf("message %q, want %q in it", got, text)
					}
					c.expectEnd(1006, "", false)
				})
			}
			refused("an unknown authority", r.port, newCA(t).ClientConfig(), "not trusted here")
			refused("expired", begin(t, ca.expired).port, ca.ClientConfig(), "expired")
			refused("another host", begin(t, ca.other).port, ca.ClientConfig(), "not for 127.0.0.1")
			t.Run("ws to wss", func(t *testing.T) {
				c := connect(t, nil, "ws://127.0.0.1:"+r.port+"/echo", "")
				c.next(failed)
				c.expectEnd(1006, "", false)
			})
		})
	}
}

// containsAny tells whether s contains one of these.
func containsAny(s string, these ...string) bool {
	for _, part := range these {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
