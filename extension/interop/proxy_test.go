package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// front is a reverse proxy that stands in front of a server.
type front struct {
	name string
	// start gives the port it listens on; with a certificate it speaks TLS
	// there.
	start func(t *testing.T, upstream string, with *certFiles) (port string)
}

var fronts = []front{
	{"nginx", startNginx},
	{"haproxy", startHAProxy},
}

// TestReverseProxies in front of a server, plain and as the end of TLS.
func TestReverseProxies(t *testing.T) {
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := servers[0]
			behind := s.start(t)
			ca := newCA(t)
			port, secure := f.start(t, behind.port, nil), f.start(t, behind.port, ca.files(t, ca.right))
			for _, mode := range modes {
				t.Run(mode.name, func(t *testing.T) {
					t.Run("ws", func(t *testing.T) { s.try(t, behind.program, nil, "ws://127.0.0.1:"+port, mode) })
					t.Run("wss", func(t *testing.T) {
						s.try(t, behind.program, ca.ClientConfig(), "wss://127.0.0.1:"+secure, mode)
					})
				})
			}
			t.Run("nothing behind it", func(t *testing.T) {
				c := connect(t, nil, "ws://127.0.0.1:"+f.start(t, freePort(t), nil)+"/echo", "")
				if got := c.next(failed).RawGetString("message").String(); !containsAny(got, "502", "503") {
					t.Errorf("message %q, want the status 502 or 503 in it", got)
				}
				c.expectEnd(1006, "", false)
			})
		})
	}
}

func startNginx(t *testing.T, upstream string, with *certFiles) string {
	t.Helper()
	path := find(t, "nginx", aptGet+"nginx-light")
	port, dir := freePort(t), t.TempDir()
	listen := "listen 127.0.0.1:" + port + ";"
	if with != nil {
		listen = fmt.Sprintf("listen 127.0.0.1:%s ssl; ssl_certificate %s; ssl_certificate_key %s;", port, with.cert, with.key)
		if with.clients != "" {
			listen += " ssl_verify_client on; ssl_client_certificate " + with.clients + ";"
		}
	}
	temporary := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += fmt.Sprintf("%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	config := write(t, dir, "nginx.conf", fmt.Sprintf(`
daemon off;
master_process off;
pid %s/pid;
error_log stderr;
events {}
http {
	access_log off;
	%s
	server {
		%s
		location / {
			proxy_pass http://127.0.0.1:%s;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection upgrade;
		}
	}
}
`, dir, temporary, listen, upstream))
	start(t, dir, nil, path, "-p", dir, "-e", "stderr", "-c", config)
	awaitPort(t, port)
	return port
}

func startHAProxy(t *testing.T, upstream string, with *certFiles) string {
	t.Helper()
	path := find(t, "haproxy", aptGet+"haproxy")
	port, dir := freePort(t), t.TempDir()
	bind := "bind 127.0.0.1:" + port
	if with != nil {
		bind += " ssl crt " + with.both
		if with.clients != "" {
			bind += " verify required ca-file " + with.clients
		}
	}
	config := write(t, dir, "haproxy.cfg", fmt.Sprintf(`
global
	maxconn 100
defaults
	mode http
	timeout connect 5s
	timeout client 30s
	timeout server 30s
	timeout tunnel 30s
frontend in
	%s
	default_backend out
backend out
	server one 127.0.0.1:%s
`, bind, upstream))
	start(t, dir, nil, path, "-db", "-f", config)
	awaitPort(t, port)
	return port
}

func write(t *testing.T, dir, name, content string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
