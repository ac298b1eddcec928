package wire

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestPolicyOnEveryWay: a rule holds through a proxy, for the proxy that a
// script names, for a redirect and for a socket file.
func TestPolicyOnEveryWay(t *testing.T) {
	const (
		askAddress = "CONNECT 203.0.113.5:80 HTTP/1.1\r\nHost: 203.0.113.5:80\r\n\r\n"
		outside    = "203.0.113.5:80"
	)
	lookup := func(_ context.Context, host string) ([]string, error) {
		return map[string][]string{
			"game.test": {"10.0.0.1", "203.0.113.5"}, "inside.test": {"10.0.0.1"},
			"proxy.test": {"203.0.113.9"}, "inner-proxy.test": {"10.0.0.9"},
		}[host], nil
	}
	named := func(url string) *Proxy {
		p, err := ParseProxy(url)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, test := range []struct {
		name   string
		target Target
		env    string
		allow  []string
		deny   []string // private addresses, unless told otherwise
		want   string
		text   string
	}{
		{name: "the proxy gets an address that was judged", target: Target{URL: "ws://game.test/", Proxy: named("proxy.test:3128")}, want: "CONNECTED"},
		{name: "the environment's proxy may be inside", target: Target{URL: "ws://game.test/"}, env: "inner-proxy.test:3128", want: "CONNECTED"},
		{name: "the script's may not", target: Target{URL: "ws://game.test/", Proxy: named("inner-proxy.test:3128")}, want: "ERROR:policy/denied", text: `inner-proxy.test:3128 leads to an address that is denied by the rule "private"`},
		{name: "the script's by address may not", target: Target{URL: "ws://game.test/", Proxy: named("socks5://10.0.0.9:3128")}, want: "ERROR:policy/denied", text: `10.0.0.9:3128 is denied by the rule "private"`},
		{name: "nothing but inside", target: Target{URL: "ws://inside.test/", Proxy: named("proxy.test:3128")}, want: "ERROR:policy/denied", text: "inside.test:80 leads to an address"},
		{name: "nothing but inside, by the environment's proxy", target: Target{URL: "ws://inside.test/"}, env: "inner-proxy.test:3128", want: "ERROR:policy/denied", text: "inside.test:80 leads to an address"},
		{name: "a proxy needs a door too", target: Target{URL: "ws://game.test/", Proxy: named("proxy.test:3128")}, allow: []string{"game.test"}, want: "ERROR:policy/denied", text: "proxy.test:3128 matches none of the rules"},
		{name: "a proxy that is denied by its name", target: Target{URL: "ws://game.test/", Proxy: named("inner-proxy.test:3128")}, deny: []string{"*.test:3128"}, want: "ERROR:policy/denied", text: `inner-proxy.test:3128 is denied by the rule "*.test:3128"`},
		{name: "a redirect inside", target: Target{URL: "ws://game.test/to-inside", Redirects: 1}, want: "ERROR:policy/denied", text: `redirected to "ws://inside.test/": inside.test:80 leads to an address`},
		{name: "a socket file", target: Target{URL: "ws+unix:/run/x.sock"}, want: "ERROR:policy/denied", text: "unix:/run/x.sock is a socket file, which no rule can allow"},
		{name: "a socket file behind an allowed name", target: Target{URL: "ws://game.test/", Socket: "/run/x.sock"}, allow: []string{"*"}, want: "ERROR:policy/denied", text: "is a socket file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) {
				var err error
				deny := test.deny
				if deny == nil {
					deny = []string{"private"}
				}
				if o.Policy, err = NewPolicy(test.allow, deny); err != nil {
					t.Fatal(err)
				}
				o.Lookup = lookup
				o.Getenv = func(name string) string { return map[string]string{"http_proxy": test.env}[name] }
			}, func(r *rig) {
				r.serveAt(outside, func(p *peer) {
					request, err := http.ReadRequest(p.in)
					if err != nil {
						return
					}
					p.answer(request)
				})
				for _, at := range []string{"203.0.113.9:3128", "inner-proxy.test:3128"} {
					r.proxy(at, outside, step{askAddress, granted})
				}
				test.target.Timeout = time.Second
				c := r.dial(&test.target)
				if test.want == "CONNECTED" {
					r.expect(test.want)
					c.cut(errCut)
					r.expect("ERROR:io/closed DISCONNECTED:1006")
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

// answer opens, or redirects a path that asks for it.
func (p *peer) answer(request *http.Request) {
	if request.URL.Path == "/to-inside" {
		p.over.Write([]byte(location(302, "ws://inside.test/")))
	} else {
		p.over.Write([]byte("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
			accept(request.Header.Get("Sec-WebSocket-Key")) + "\r\n\r\n"))
	}
	for p.receive() != nil {
	}
}
