package wire

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// TestTrust: what a dial may ask of TLS, and what it gets to know.
func TestTrust(t *testing.T) {
	const up, failed = "CONNECTED", "ERROR:tls/certificate DISCONNECTED:1006"
	// Certificates of server.test: ca is its authority, other is another one.
	type world struct {
		ca, other *wstest.CA
		server    *tls.Config
		host      *tls.Config // Options.TLS; at first it trusts other
	}
	must := func(c tls.Certificate, err error) *tls.Certificate {
		if err != nil {
			t.Fatal(err)
		}
		return &c
	}
	pins := func(certificate *x509.Certificate) []Pin { return []Pin{{}, pinOf(certificate)} }
	parsed := func(w *world, i int) *x509.Certificate {
		c, err := x509.ParseCertificate(w.server.Certificates[0].Certificate[i])
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, test := range []struct {
		name string
		set  func(w *world) *Trust
		want string
		text string
	}{
		{"the host's roots", func(w *world) *Trust { return nil }, failed, "not trusted here"},
		{"own roots", func(w *world) *Trust { return &Trust{Roots: w.ca.Pool()} }, up, ""},
		{"own roots alone", func(w *world) *Trust {
			w.host.RootCAs = w.ca.Pool()
			return &Trust{Roots: w.other.Pool()}
		}, failed, "not trusted here"},
		{"insecure", func(w *world) *Trust { return &Trust{Insecure: true} }, up, ""},
		{"another name", func(w *world) *Trust { return &Trust{Roots: w.ca.Pool(), ServerName: "other.test"} }, failed, "not other.test"},
		{"the certificate's name", func(w *world) *Trust {
			w.server.Certificates[0] = *must(w.ca.Certificate("other.test"))
			return &Trust{Roots: w.ca.Pool(), ServerName: "other.test"}
		}, up, ""},
		{"a pin of the server's key", func(w *world) *Trust {
			return &Trust{Roots: w.ca.Pool(), Pins: pins(parsed(w, 0))}
		}, up, ""},
		{"a pin of its authority's key", func(w *world) *Trust { return &Trust{Roots: w.ca.Pool(), Pins: pins(parsed(w, 1))} }, up, ""},
		{"a pin of another key", func(w *world) *Trust { return &Trust{Roots: w.ca.Pool(), Pins: []Pin{{}}} }, failed, "is not one that is pinned: it is sha256/"},
		{"a right pin, a wrong authority", func(w *world) *Trust { return &Trust{Pins: pins(parsed(w, 0))} }, failed, "not trusted here"},
		{"insecure, with a pin", func(w *world) *Trust {
			return &Trust{Insecure: true, Pins: pins(parsed(w, 0))}
		}, up, ""},
		{"insecure, with a pin of a certificate that came along", func(w *world) *Trust {
			return &Trust{Insecure: true, Pins: pins(parsed(w, 1))}
		}, failed, "is not one that is pinned"},
		{"a pin beside the host's own check", func(w *world) *Trust {
			w.host.VerifyConnection = func(tls.ConnectionState) error { return fail(StageTLS, CauseDenied, "the host says no") }
			return &Trust{Roots: w.ca.Pool(), Pins: pins(parsed(w, 0))}
		}, "ERROR:tls/denied DISCONNECTED:1006", "the host says no"},
		{"TLS 1.3 at least", func(w *world) *Trust {
			w.server.MaxVersion = tls.VersionTLS12
			return &Trust{Roots: w.ca.Pool(), MinVersion: tls.VersionTLS13}
		}, "ERROR:tls/other DISCONNECTED:1006", "protocol version"},
		{"TLS 1.2 at least", func(w *world) *Trust {
			w.server.MaxVersion = tls.VersionTLS12
			return &Trust{Roots: w.ca.Pool(), MinVersion: tls.VersionTLS12}
		}, up, ""},
		{"not below the host's version", func(w *world) *Trust {
			w.server.MaxVersion, w.host.MinVersion = tls.VersionTLS12, tls.VersionTLS13
			return &Trust{Roots: w.ca.Pool(), MinVersion: tls.VersionTLS12}
		}, "ERROR:tls/other DISCONNECTED:1006", "protocol version"},
		{"a client certificate", func(w *world) *Trust {
			return &Trust{Roots: w.ca.Pool(), Certificate: must(w.other.ClientCertificate("player"))}
		}, up, ""},
		{"a client certificate, TLS 1.3", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequireAndVerifyClientCert
			return &Trust{Roots: w.ca.Pool(), Certificate: must(w.other.ClientCertificate("player"))}
		}, up, ""},
		{"a client certificate, TLS 1.2", func(w *world) *Trust {
			w.server.ClientAuth, w.server.MaxVersion = tls.RequireAndVerifyClientCert, tls.VersionTLS12
			return &Trust{Roots: w.ca.Pool(), Certificate: must(w.other.ClientCertificate("player"))}
		}, up, ""},
		{"the host's client certificate", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequireAndVerifyClientCert
			w.host.Certificates = []tls.Certificate{*must(w.other.ClientCertificate("player"))}
			return &Trust{Roots: w.ca.Pool()}
		}, up, ""},
		{"the host's choice of a client certificate", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequireAndVerifyClientCert
			certificate := must(w.other.ClientCertificate("player"))
			w.host.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
			return &Trust{Roots: w.ca.Pool()}
		}, up, ""},
		{"no client certificate, TLS 1.3", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequireAndVerifyClientCert
			return &Trust{Roots: w.ca.Pool()}
		}, failed, "server.test asks for a client certificate, and none was given that suits it"},
		{"no client certificate, TLS 1.2", func(w *world) *Trust {
			w.server.ClientAuth, w.server.MaxVersion = tls.RequireAndVerifyClientCert, tls.VersionTLS12
			return &Trust{Roots: w.ca.Pool()}
		}, failed, "asks for a client certificate"},
		{"no client certificate where none is needed", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequestClientCert
			return &Trust{Roots: w.ca.Pool()}
		}, up, ""},
		{"a stranger's client certificate, TLS 1.3", func(w *world) *Trust {
			w.server.ClientAuth = tls.RequireAndVerifyClientCert
			return &Trust{Roots: w.ca.Pool(), Certificate: must(w.ca.ClientCertificate("player"))}
		}, failed, "server.test does not accept the client certificate: tls: "},
		{"a stranger's client certificate, TLS 1.2", func(w *world) *Trust {
			w.server.ClientAuth, w.server.MaxVersion = tls.RequireAndVerifyClientCert, tls.VersionTLS12
			return &Trust{Roots: w.ca.Pool(), Certificate: must(w.ca.ClientCertificate("player"))}
		}, failed, "does not accept the client certificate: tls: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				w := &world{host: &tls.Config{}}
				var err error
				if w.ca, err = wstest.NewCA(nil); err != nil {
					t.Fatal(err)
				}
				if w.other, err = wstest.NewCA(nil); err != nil {
					t.Fatal(err)
				}
				w.host.RootCAs = w.other.Pool()
				w.server = &tls.Config{Certificates: []tls.Certificate{*must(w.ca.Certificate("server.test"))}, ClientCAs: w.other.Pool()}
				trust := test.set(w)
				r.serveSecure("server.test:443", w.server, echo)
				r.hub.o.TLS = w.host
				c := r.dial(&Target{URL: "wss://server.test/", Timeout: time.Second, TLS: trust})
				r.expect(test.want)
				if test.want == up {
					c.Close(1000, "")
					r.expect("DISCONNECTED:1000")
				} else if !strings.Contains(r.reason(), test.text) {
					t.Errorf("message %q, want %q in it", r.reason(), test.text)
				}
			})
		})
	}
}

// TestHangUpAfterCertificateRequest: a server that hangs up where others send
// an alert is understood as well; one that answers is not misunderstood.
func TestHangUpAfterCertificateRequest(t *testing.T) {
	for _, test := range []struct {
		name string
		f    func(p *peer)
		want string
	}{
		{"hangs up", func(p *peer) {}, "ERROR:tls/certificate DISCONNECTED:1006"},
		{"refuses", func(p *peer) { io.WriteString(p.over, "HTTP/1.1 403 No\r\n\r\n") }, "ERROR:handshake/auth DISCONNECTED:1006"},
		{"speaks nonsense", func(p *peer) { io.WriteString(p.over, "nonsense\r\n") }, "ERROR:handshake/other DISCONNECTED:1006"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				ca, err := wstest.NewCA(nil)
				if err != nil {
					t.Fatal(err)
				}
				certificate, err := ca.Certificate("server.test")
				if err != nil {
					t.Fatal(err)
				}
				r.serveSecure("server.test:443", &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert}, test.f)
				r.dial(&Target{URL: "wss://server.test/", Timeout: time.Second, TLS: &Trust{Roots: ca.Pool()}})
				r.expect(test.want)
			})
		})
	}
}

// TestTrustResumesNothing: a session that was begun under other terms is not
// gone on with.
func TestTrustResumesNothing(t *testing.T) {
	config := &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(1)}
	if (*Trust)(nil).apply(config, "server.test"); config.ClientSessionCache == nil {
		t.Error("the host's own sessions are not resumed any more")
	}
	if new(Trust).apply(config, "server.test"); config.ClientSessionCache != nil {
		t.Error("the host's sessions are resumed under a script's terms")
	}
}

func TestParsePin(t *testing.T) {
	const digest = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" // of nothing
	slashed := "/" + digest[1:]
	for text, want := range map[string]string{
		"sha256/" + digest:          "sha256/" + digest,
		"sha256//" + digest:         "sha256/" + digest, // curl's way
		"sha256/" + slashed:         "sha256/" + slashed,
		"sha256//" + slashed:        "sha256/" + slashed,
		"":                          "",
		"sha256/":                   "",
		digest:                      "",
		"sha1/" + digest:            "",
		"sha256/" + digest[1:]:      "",
		"sha256///" + digest:        "",
		"sha256/" + digest + digest: "",
		"sha256/" + strings.Replace(digest, "=", "!", 1): "",
	} {
		pin, err := ParsePin(text)
		if (err != nil) != (want == "") || err == nil && pin.String() != want {
			t.Errorf("%q gave %s, %v, want %q", text, pin, err, want)
		}
	}
}
