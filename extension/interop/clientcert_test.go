package interop

import (
	"fmt"
	"os"
	"testing"
)

// demander is what speaks TLS with clients that have a certificate, and what
// others hear from it.
type demander struct {
	name  string
	start func(t *testing.T, with *certFiles) (port string)

	stage, cause, text string
}

func demanders() (all []demander) {
	const asks = "asks for a client certificate, and none was given"
	for _, s := range servers {
		if s.secure {
			all = append(all, demander{s.name, func(t *testing.T, with *certFiles) string {
				return s.start(t, "KEY="+with.key, "CERT="+with.cert, "CLIENTS="+with.clients).port
			}, "tls", "certificate", asks})
		}
	}
	for _, f := range fronts {
		d := demander{f.name, func(t *testing.T, with *certFiles) string {
			return f.start(t, servers[0].start(t).port, with)
		}, "tls", "certificate", asks}
		if f.name == "nginx" { // lets everyone in, to tell them in HTTP
			d.stage, d.cause, d.text = "handshake", "status", "400"
		}
		all = append(all, d)
	}
	return all
}

// TestClientCertificates: what demands one gets the one of params.tls.
func TestClientCertificates(t *testing.T) {
	for _, d := range demanders() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			ca := newCA(t)
			files := ca.files(t, ca.right)
			files.clients = write(t, t.TempDir(), "clients.pem", string(ca.PEM()))
			url := "wss://127.0.0.1:" + d.start(t, files) + "/echo"
			params := func(signer authority) string {
				mine := signer.files(t, signer.client)
				return fmt.Sprintf("tls = { ca = [[%s]], certificate = [[%s]], key = [[%s]] },", ca.PEM(), read(t, mine.cert), read(t, mine.key))
			}
			for _, mode := range modes {
				t.Run(mode.name, func(t *testing.T) {
					servers[0].tryEcho(t, connect(t, nil, url, mode.params+params(ca)))
				})
			}
			t.Run("none", func(t *testing.T) {
				connect(t, nil, url, fmt.Sprintf("tls = { ca = [[%s]] }", ca.PEM())).expectError(d.stage, d.cause, d.text)
			})
			t.Run("of another authority", func(t *testing.T) {
				c := connect(t, nil, url, params(newCA(t)))
				c.next(failed) // most hang up on it, and their reason is lost on the way or not
				c.expectEnd(1006, "", false)
			})
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
