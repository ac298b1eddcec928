package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestReach: another protocol's connections go the way of our own.
func TestReach(t *testing.T) {
	const hello = "hello"
	for _, test := range []struct {
		name, scheme, at string
		allow, deny      []string
		env              map[string]string
		route            map[string]string
		serve            string // where somebody says hello
		proxy            string // where a proxy leads there, and only there
		want             string // in the error; "" for none
	}{
		{name: "straight", scheme: "http", at: "server.test:80", serve: "server.test:80"},
		{name: "nobody there", scheme: "http", at: "server.test:81", serve: "server.test:80", want: "connect server.test:81: "},
		{name: "a route", scheme: "https", at: "game.test:443", route: map[string]string{"game.test:443": "server.test:8443"}, serve: "server.test:8443"},
		{name: "denied by name", scheme: "http", at: "server.test:80", deny: []string{"http://*"}, want: `server.test:80 is denied by the rule "http://*"`},
		{name: "another scheme's rule", scheme: "https", at: "server.test:80", deny: []string{"http://*"}, serve: "server.test:80"},
		{name: "denied by address", scheme: "tcp", at: "game.test:80", deny: []string{"private"}, want: "leads to an address that is denied"},
		{name: "the environment's proxy", scheme: "http", at: "server.test:80", env: map[string]string{"http_proxy": "proxy.test:3128"}, proxy: "proxy.test:3128"},
		{name: "https's own", scheme: "https", at: "server.test:443", env: map[string]string{"https_proxy": "proxy.test:3128"}, proxy: "proxy.test:3128"},
		{name: "none for tcp", scheme: "tcp", at: "server.test:80", env: map[string]string{"http_proxy": "proxy.test:3128"}, serve: "server.test:80"},
		{name: "no address", scheme: "http", at: "server.test:x", want: `the port "x" is not a number`},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) {
				var err error
				if o.Policy, err = NewPolicy(test.allow, test.deny); err != nil {
					t.Fatal(err)
				}
				o.Getenv = func(name string) string { return test.env[name] }
				o.Route = func(hostport string) string { return test.route[hostport] }
				o.Lookup = func(context.Context, string) ([]string, error) { return []string{"10.0.0.1"}, nil }
			}, func(r *rig) {
				if test.serve != "" {
					r.serveAt(test.serve, func(p *peer) { io.WriteString(p.nc, hello) })
				}
				if test.proxy != "" {
					r.serveAt(test.proxy, func(p *peer) {
						request, err := http.ReadRequest(p.in)
						if err != nil || request.Method != "CONNECT" || request.Host != test.at {
							t.Errorf("the proxy got %v, %v", request, err)
						}
						io.WriteString(p.nc, "HTTP/1.1 200 OK\r\n\r\n"+hello)
					})
				}
				nc, err := r.hub.Reach(r.t.Context(), test.scheme, test.at)
				if test.want != "" {
					if err == nil || !strings.Contains(err.Error(), test.want) {
						t.Fatalf("error %v, want %q in it", err, test.want)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer nc.Close()
				if got, err := io.ReadAll(bufio.NewReader(nc)); err != nil || string(got) != hello {
					t.Errorf("read %q, %v", got, err)
				}
			})
		})
	}
}

// TestReachEnds: the context's end, and the hub's, end what is under way, also
// where a proxy never answers; an open connection is the caller's.
func TestReachEnds(t *testing.T) {
	mute := func(p *peer) { io.Copy(io.Discard, p.nc) }
	throughProxy := func(o *Options) {
		o.Getenv = func(name string) string { return map[string]string{"http_proxy": "proxy.test:3128"}[name] }
	}
	t.Run("the context", func(t *testing.T) {
		inBubble(t, throughProxy, func(r *rig) {
			r.serveAt("proxy.test:3128", mute)
			ctx, cancel := context.WithTimeout(r.t.Context(), time.Second)
			defer cancel()
			if _, err := r.hub.Reach(ctx, "http", "server.test:80"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want the context's", err)
			}
		})
	})
	t.Run("the hub", func(t *testing.T) {
		inBubble(t, throughProxy, func(r *rig) {
			r.serveAt("proxy.test:3128", mute)
			failed := make(chan error, 1)
			go func() {
				_, err := r.hub.Reach(r.t.Context(), "http", "server.test:80")
				failed <- err
			}()
			synctest.Wait()
			if err := r.hub.Close(time.Second); err != nil {
				t.Error(err)
			}
			if err := <-failed; !errors.Is(err, ErrClosed) {
				t.Errorf("error %v, want ErrClosed", err)
			}
			if _, err := r.hub.Reach(r.t.Context(), "http", "server.test:80"); !errors.Is(err, ErrClosed) {
				t.Errorf("after Close: error %v, want ErrClosed", err)
			}
		})
	})
	t.Run("not an open connection", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) { io.Copy(p.nc, p.nc) })
			ctx, cancel := context.WithCancel(r.t.Context())
			nc, err := r.hub.Reach(ctx, "tcp", "server.test:80")
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			cancel()
			r.hub.Close(time.Second)
			io.WriteString(nc, "still here")
			got := make([]byte, 10)
			if _, err := io.ReadFull(nc, got); err != nil {
				t.Error(err)
			}
		})
	})
}
