package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/wstest"
)

// socketFile is a path short enough for a socket.
func socketFile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ws")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// TestUnixSocket talks over a real socket file, named both ways.
func TestUnixSocket(t *testing.T) {
	path := socketFile(t)
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("no unix sockets here:", err)
	}
	requests := make(chan string, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(nc)
			request, err := http.ReadRequest(in)
			if err == nil && request.URL.Path == "/old" {
				io.WriteString(nc, location(302, "new"))
			} else if err == nil {
				requests <- request.Host + request.RequestURI
				io.WriteString(nc, "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+accept(request.Header.Get("Sec-WebSocket-Key"))+"\r\n\r\n")
				nc.Write(frameBytes(ws.OpText, "hi"))
				nc.Write(closeBytes(1000, ""))
				(&peer{t: t, in: in}).receive() // its close
			}
			nc.Close()
		}
	}()
	defer func() { listener.Close(); <-done }()
	o := testOptions()
	o.Getenv = func(name string) string { return map[string]string{"all_proxy": "http://nowhere.test"}[name] } // not for files
	hub := NewHub(o)
	defer hub.Close(5 * time.Second)
	for _, test := range []struct {
		target Target
		want   string
	}{
		{Target{URL: "ws://game.test:81/x?y", Socket: path}, "game.test:81/x?y"},
		{Target{URL: "ws+unix:" + filepath.ToSlash(path) + ":/x?y"}, "localhost/x?y"},
		{Target{URL: "ws+unix:" + filepath.ToSlash(path) + ":/old", Redirects: 1}, "localhost/new"},
		{Target{URL: "ws://game.test/old", Socket: path, Redirects: 1}, "game.test/new"},
	} {
		if runtime.GOOS == "windows" && strings.Contains(test.target.URL, "+unix") {
			continue // C: would end the path
		}
		test.target.Timeout = 10 * time.Second
		c := hub.Dial(&test.target)
		var got []string
		for over := false; !over; {
			for _, e := range next(t, hub) {
				got = append(got, fmt.Sprint(e.Kind, " ", e.Payload))
				over = e.Kind == Disconnected
				if e.Kind == Failed {
					t.Error(e.Error())
				}
			}
		}
		if want := "0 |2 hi|1 "; strings.Join(got, "|") != want {
			t.Errorf("%s: events %q, want %q", test.target.URL, strings.Join(got, "|"), want)
			continue
		}
		if request := <-requests; request != test.want || c.Host() != "unix:"+path {
			t.Errorf("asked %q of %s, want %q", request, c.Host(), test.want)
		}
	}
}

// TestUnixSocketFailures: what is wrong with a socket file is said, on a real
// file system.
func TestUnixSocketFailures(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the errors are another system's")
	}
	plain := socketFile(t)
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		cause      Cause
		text       string
	}{
		{"no file", plain + "x", CauseNotFound, "there is no file"},
		{"no socket", plain, CauseRefused, "connection refused"},
		{"too long", "/" + repeat("x", 200), CauseOther, "too long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			hub := NewHub(testOptions())
			defer hub.Close(5 * time.Second)
			hub.Dial(&Target{URL: "ws://game.test/", Socket: test.path, Timeout: 10 * time.Second})
			e := next(t, hub)[0].Error()
			if e.Stage != StageConnect || e.Cause != test.cause || !strings.Contains(e.Error(), test.text) || e.Host != "unix:"+test.path {
				t.Errorf("%s/%s %s (host %s), want connect/%s and %q", e.Stage, e.Cause, e, e.Host, test.cause, test.text)
			}
		})
	}
}

// TestSocketFileRules: a host's dialer and policy hear of socket files, TLS runs
// over them, and what can't go together is said.
func TestSocketFileRules(t *testing.T) {
	proxy, err := ParseProxy("http://proxy.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		target Target
		want   string
		text   string
	}{
		{"dialled", Target{URL: "ws://server.test/", Socket: "/run/plain"}, "CONNECTED", ""},
		{"secure", Target{URL: "wss://server.test/", Socket: "/run/tls"}, "CONNECTED", ""},
		{"against the policy", Target{URL: "ws+unix:/run/secret"}, "ERROR:policy/denied", "unix:/run/secret is not allowed: ws, unix:/run/secret, 0"},
		{"against the policy, with a host that is not", Target{URL: "ws://server.test/", Socket: "/run/secret"}, "ERROR:policy/denied", "unix:/run/secret is not allowed"},
		{"named twice", Target{URL: "ws+unix:/run/plain", Socket: "/run/plain"}, "ERROR:url/other", "both name a socket file"},
		{"with a proxy", Target{URL: "ws+unix:/run/plain", Proxy: proxy}, "ERROR:url/other", "through a proxy"},
		{"without a proxy", Target{URL: "ws+unix:/run/plain", Proxy: &Proxy{}}, "CONNECTED", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) {
				o.Allow = func(_ context.Context, scheme, host string, port int) error {
					if host == "unix:/run/secret" {
						return fmt.Errorf("%s, %s, %d", scheme, host, port)
					}
					return nil
				}
			}, func(r *rig) {
				r.serve(echo)
				ca := r.serveTLSAt("server.test:443", func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("server.test") }, echo)
				r.hub.o.TLS = &tls.Config{RootCAs: ca.Pool()}
				r.hub.o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
					to := map[string]string{"unix /run/plain": "server.test:80", "unix /run/tls": "server.test:443"}[network+" "+address]
					return r.network.DialContext(ctx, "tcp", to)
				}
				test.target.Timeout = time.Second
				c := r.dial(&test.target)
				if test.want == "CONNECTED" {
					r.expect(test.want)
					c.Close(1000, "")
					r.expect("DISCONNECTED:1000")
					return
				}
				r.expect(test.want + " DISCONNECTED:1006")
				if !strings.Contains(r.reason(), test.text) {
					t.Errorf("message %q, want %q in it", r.reason(), test.text)
				}
			})
		})
	}
}
