package wire

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// redirecting serves an address that answers each request by Location, until
// there is none left, and then echoes. seen gets each request.
func (r *rig) redirecting(address string, seen func(*http.Request), answers ...string) {
	r.t.Helper()
	r.serveAt(address, func(p *peer) {
		if len(answers) == 0 {
			echo(p)
			if p.request != nil {
				seen(p.request)
			}
			return
		}
		answer := answers[0]
		answers = answers[1:]
		request, err := http.ReadRequest(p.in)
		if err != nil {
			return
		}
		seen(request)
		io.WriteString(p.over, answer)
		io.Copy(io.Discard, p.in) // the client is the one to hang up
	})
}

func location(status int, to string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, http.StatusText(status), to)
}

func TestRedirects(t *testing.T) {
	for _, test := range []struct {
		name      string
		redirects int
		answers   []string
		want      string // the path that is open in the end, or the ERROR
		text      string
		status    int
	}{
		{name: "301", redirects: 1, answers: []string{location(301, "/b")}, want: "/b"},
		{name: "302", redirects: 1, answers: []string{location(302, "/b")}, want: "/b"},
		{name: "303", redirects: 1, answers: []string{location(303, "/b")}, want: "/b"},
		{name: "307", redirects: 1, answers: []string{location(307, "/b")}, want: "/b"},
		{name: "308", redirects: 1, answers: []string{location(308, "/b")}, want: "/b"},
		{name: "absolute", redirects: 1, answers: []string{location(302, "ws://server.test/b?c#d")}, want: "/b?c"},
		{name: "http is ws", redirects: 1, answers: []string{location(302, "http://server.test:80/b")}, want: "/b"},
		{name: "relative to the scheme", redirects: 1, answers: []string{location(302, "//server.test/b")}, want: "/b"},
		{name: "relative to the path", redirects: 1, answers: []string{location(302, "../b%20c?d")}, want: "/b%20c?d"},
		{name: "a query", redirects: 1, answers: []string{location(302, "?token=1")}, want: "/x/y?token=1"},
		{name: "three", redirects: 3, answers: []string{location(302, "/1"), location(302, "2"), location(302, "3")}, want: "/3"},
		{name: "an answer without an end", redirects: 1, answers: []string{"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\nmore to come"}, want: "/b"},
		{name: "off", redirects: 0, answers: []string{location(302, "/b")}, want: "ERROR:handshake/status", text: "the server answered 302 Found", status: 302},
		{name: "one too many", redirects: 2, answers: []string{location(302, "/1"), location(302, "/2"), location(307, "/3")}, want: "ERROR:handshake/status",
			text: `redirected to "ws://server.test/2": the server answered 307 Temporary Redirect: a redirect, which is one more than the 2 that params.redirects lets follow`, status: 307},
		{name: "to itself", redirects: MaxRedirects, answers: strings.SplitAfter(repeat(location(302, "/x/y?z"), MaxRedirects+1), "\r\n\r\n")[:MaxRedirects+1], want: "ERROR:handshake/status", text: "one more than the 20", status: 302},
		{name: "no Location", redirects: 1, answers: []string{"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"}, want: "ERROR:handshake/status", text: "0 headers Location", status: 302},
		{name: "two Locations", redirects: 1, answers: []string{"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"}, want: "ERROR:handshake/status", text: "2 headers Location", status: 302},
		{name: "to another scheme", redirects: 1, answers: []string{location(302, "ftp://server.test/?secret")}, want: "ERROR:handshake/status", text: `to "ftp://server.test/", which can't be used: the scheme "ftp"`, status: 302},
		{name: "to a socket file", redirects: 1, answers: []string{location(302, "ws+unix:/run/x.sock:/")}, want: "ERROR:handshake/status", text: "a server does not choose socket files", status: 302},
		{name: "to nothing", redirects: 1, answers: []string{location(302, "ws://")}, want: "ERROR:handshake/status", text: "no host", status: 302},
		{name: "with a blank", redirects: 1, answers: []string{location(302, "/a b")}, want: "ERROR:handshake/status", text: "character ' '", status: 302},
		{name: "another answer is no redirect", redirects: 1, answers: []string{location(300, "/b")}, want: "ERROR:handshake/status", text: "300", status: 300},
		{name: "304 is no redirect", redirects: 1, answers: []string{"HTTP/1.1 304 Not Modified\r\nLocation: /b\r\n\r\n"}, want: "ERROR:handshake/status", text: "304", status: 304},
		{name: "to a host that is not there", redirects: 1, answers: []string{location(302, "ws://nowhere.test/")}, want: "ERROR:dns/not_found", text: `redirected to "ws://nowhere.test/": no such host`},
		{name: "to a refusal", redirects: 1, answers: []string{location(302, "/1"), "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"}, want: "ERROR:handshake/status", text: `redirected to "ws://server.test/1": the server answered 404`, status: 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				var last string
				r.redirecting("server.test:80", func(request *http.Request) { last = request.RequestURI }, test.answers...)
				c := r.dial(&Target{URL: "ws://server.test/x/y?z", Timeout: time.Second, Redirects: test.redirects})
				r.settle()
				if !strings.HasPrefix(test.want, "ERROR") {
					c.Close(1000, "")
					r.expect("CONNECTED DISCONNECTED:1000")
					if r.settle(); last != test.want {
						t.Errorf("asked for %q in the end, want %q", last, test.want)
					}
					return
				}
				r.expect(test.want + " DISCONNECTED:1006")
				e := r.last[Failed].Error()
				if !strings.Contains(e.Error(), test.text) || strings.Contains(e.Error(), "secret") {
					t.Errorf("message %q, want %q in it", e, test.text)
				}
				if test.redirects == 0 && strings.Contains(e.Error(), "redirect") {
					t.Errorf("message %q speaks of redirects, which nobody asked for", e)
				}
				if (e.Response != nil) != (test.status != 0) || e.Response != nil && e.Response.Status != test.status {
					t.Errorf("response %+v, want status %d", e.Response, test.status)
				}
			})
		})
	}
}

// TestRedirectToAnotherHost: what the first host knows the script by stays
// there, and the policy is asked about each.
func TestRedirectToAnotherHost(t *testing.T) {
	for _, test := range []struct {
		name, to string
		stays    bool // the same origin: nothing is dropped
	}{
		{"another path", "/b", true},
		{"the same origin, said in full", "ws://SERVER.test:80/b", true},
		{"another host", "ws://other.test/b", false},
		{"another port", "ws://server.test:81/b", false},
		{"another user of it", "ws://x:y@other.test/b", false},
		{"back again", "ws://other.test/back", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked []string
			inBubble(t, func(o *Options) {
				o.Allow = func(_ context.Context, scheme, host string, port int) error {
					asked = append(asked, fmt.Sprintf("%s://%s:%d", scheme, host, port))
					return nil
				}
			}, func(r *rig) {
				var last *http.Request
				seen := func(request *http.Request) { last = request }
				r.redirecting("server.test:80", seen, location(302, test.to))
				r.redirecting("server.test:81", seen)
				if test.name == "back again" {
					r.redirecting("other.test:80", seen, location(302, "ws://server.test/b"))
				} else {
					r.redirecting("other.test:80", seen)
				}
				target := &Target{
					URL: "ws://user:secret@server.test/", Timeout: time.Second, Redirects: 5, Protocols: []string{"chat"},
					Header: []Field{{"cookie", "secret"}, {"Proxy-Authorization", "secret"}, {"Proxy-X", "secret"}, {"Host", "secret.test"}, {"X-Own", "kept"}},
				}
				c := r.open(target)
				if len(target.Header) != 5 || target.Header[0].Name != "cookie" {
					t.Errorf("the caller's headers became %q", target.Header)
				}
				c.Close(1000, "")
				r.expect("DISCONNECTED:1000")
				var head strings.Builder
				last.Header.Write(&head)
				if got := strings.Contains(head.String()+last.Host, "secret"); got != test.stays {
					t.Errorf("credentials sent: %t, want %t:\n%s%s", got, test.stays, head.String(), last.Host)
				}
				user, _, _ := last.BasicAuth()
				if want := map[bool]string{true: "user"}[test.stays]; user != want && !strings.Contains(test.to, "x:y@") || strings.Contains(test.to, "x:y@") && user != "x" {
					t.Errorf("logged in as %q", user)
				}
				if last.Header.Get("X-Own") != "kept" || last.Header.Get("Sec-WebSocket-Protocol") != "chat" {
					t.Errorf("too much was dropped:\n%s", head.String())
				}
				if len(asked) != 2 && test.name != "back again" || len(asked) < 2 {
					t.Errorf("the policy was asked about %q", asked)
				}
			})
		})
	}
	t.Run("a policy against it", func(t *testing.T) {
		inBubble(t, func(o *Options) {
			o.Allow = func(_ context.Context, _, host string, _ int) error {
				if host != "server.test" {
					return fmt.Errorf("%s is not ours", host)
				}
				return nil
			}
		}, func(r *rig) {
			r.redirecting("server.test:80", func(*http.Request) {}, location(302, "ws://other.test/"))
			r.dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Redirects: 5})
			r.expect("ERROR:policy/denied DISCONNECTED:1006")
			if e := r.last[Failed].Error(); !strings.Contains(e.Error(), "other.test is not ours") || e.Host != "other.test:80" {
				t.Errorf("%v, host %s", e, e.Host)
			}
		})
	})
}

// TestRedirectsAndTLS: up to wss, never down to ws, and a client certificate is
// for the first host alone.
func TestRedirectsAndTLS(t *testing.T) {
	for _, test := range []struct {
		name, url, to string
		want, text    string
	}{
		{"ws to wss", "ws://server.test/", "https://secure.test/", "CONNECTED", ""},
		{"wss to wss", "wss://server.test/", "wss://secure.test/", "CONNECTED", ""},
		{"wss to ws", "wss://server.test/", "ws://server.test/", "ERROR:handshake/status DISCONNECTED:1006", `to "ws://server.test/", which is not followed: it is not secure`},
		{"wss to http", "wss://server.test/", "http://server.test:443/?secret", "ERROR:handshake/status DISCONNECTED:1006", `to "http://server.test:443/", which is not followed`},
		{"ws to a certificate of another", "ws://server.test/", "wss://wrong.test/", "ERROR:tls/certificate DISCONNECTED:1006", `redirected to "wss://wrong.test/": the certificate is not for wrong.test`},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				ca, err := wstest.NewCA(nil)
				if err != nil {
					t.Fatal(err)
				}
				first, err := ca.ServerConfig("first.test")
				if err != nil {
					t.Fatal(err)
				}
				first.ClientAuth, first.ClientCAs = tls.RequireAndVerifyClientCert, ca.Pool()
				second, err := ca.ServerConfig("secure.test")
				if err != nil {
					t.Fatal(err)
				}
				second.ClientAuth = tls.RequestClientCert
				client, err := ca.ClientCertificate("player")
				if err != nil {
					t.Fatal(err)
				}
				redirect := func(p *peer) {
					if _, err := http.ReadRequest(p.in); err == nil {
						io.WriteString(p.over, location(302, test.to))
						io.Copy(io.Discard, p.in)
					}
				}
				r.serve(redirect)
				r.serveSecure("server.test:443", first, redirect)
				end := func(p *peer) {
					if state := p.over.(*tls.Conn).ConnectionState(); len(state.PeerCertificates) != 0 {
						t.Error("the second host saw the client certificate")
					}
					echo(p)
				}
				r.serveSecure("secure.test:443", second, end)
				r.serveSecure("wrong.test:443", second, end)
				c := r.dial(&Target{URL: test.url, Timeout: time.Second, Redirects: 1, TLS: &Trust{Roots: ca.Pool(), Certificate: &client, ServerName: map[bool]string{true: "first.test"}[test.url[:4] == "wss:"]}})
				r.expect(test.want)
				if test.text != "" && (!strings.Contains(r.reason(), test.text) || strings.Contains(r.reason(), "secret")) {
					t.Errorf("message %q, want %q in it", r.reason(), test.text)
				}
				if test.text == "" {
					c.Close(1000, "")
					r.expect("DISCONNECTED:1000")
				}
			})
		})
	}
}

// TestRedirectsShareTheTimeout: it is for all of them together.
func TestRedirectsShareTheTimeout(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		n := 0
		r.serve(func(p *peer) {
			if _, err := http.ReadRequest(p.in); err != nil {
				return
			}
			n++
			time.Sleep(400 * time.Millisecond)
			io.WriteString(p.over, location(302, "/again"))
			io.Copy(io.Discard, p.in)
		})
		r.dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Redirects: MaxRedirects})
		r.wait(2 * time.Second)
		r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
		if e := r.last[Failed].Error(); e.Elapsed != time.Second || n != 3 {
			t.Errorf("after %v and %d requests: want 1s and 3", e.Elapsed, n)
		}
	})
}

func TestResolve(t *testing.T) {
	for _, test := range []struct{ from, location, want string }{
		{"ws://a.test/b/c?d", "e", "ws://a.test:80/b/e"},
		{"ws://a.test/b/c?d", "/e", "ws://a.test:80/e"},
		{"ws://a.test/b/c?d", "./e/../f/", "ws://a.test:80/b/f/"},
		{"ws://a.test/b/c?d", "../../../e", "ws://a.test:80/e"},
		{"ws://a.test/b/c?d", "..", "ws://a.test:80/"},
		{"ws://a.test/b/c?d", "?e", "ws://a.test:80/b/c?e"},
		{"ws://a.test/b/c?d", "?", "ws://a.test:80/b/c?"},
		{"ws://a.test/b/c?d", "", "ws://a.test:80/b/c?d"},
		{"ws://a.test/b/c?d", "#e", "ws://a.test:80/b/c?d"},
		{"ws://a.test/b/c?d", "e?f#g", "ws://a.test:80/b/e?f"},
		{"ws://a.test/b/c?d", "e?/../f", "ws://a.test:80/b/e?/../f"},
		{"ws://a.test/%2F%zz/c", "%2e%25?%zz", "ws://a.test:80/%2F%zz/%2e%25?%zz"},
		{"ws://a.test/b", "//c.test:81/d", "ws://c.test:81/d"},
		{"wss://a.test/b", "//c.test/d", "wss://c.test/d"},
		{"ws://a.test/b", "https://c.test/d", "https://c.test/d"},
		{"ws://a.test/b", "ws+unix:/run/x", "ws+unix:/run/x"},
		{"ws://a.test/b", "c:80/d", "c:80/d"},
		{"ws://a.test/b", "./c:80/d", "ws://a.test:80/c:80/d"},
		{"ws://a.test/b", "1:80/d", "ws://a.test:80/1:80/d"},
		{"ws://[::1]:81/b", "c", "ws://[::1]:81/c"},
		{"ws://[fe80::1%25eth0]/b", "c", "ws://[fe80::1%eth0]:80/c"},
	} {
		a, err := parseURL(test.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.resolve(test.location); got != test.want {
			t.Errorf("%s from %s gave %s, want %s", test.location, test.from, got, test.want)
		}
	}
}

// FuzzRedirect: whatever Location a server sends, what comes of it can be asked
// for in one line, and leads neither from wss to ws nor to a socket file.
func FuzzRedirect(f *testing.F) {
	for _, seed := range []string{"/b", "../c?d#e", "//x.test", "ws://y.test:81/%zz", "ws+unix:/run/x.sock", "http://u:p@z.test", "?", "\x00", "a:b"} {
		f.Add("wss://a.test/b/c?d", seed)
		f.Add("ws://[::1]:81/", seed)
		f.Add("ws+unix:/run/y.sock:/b", seed)
	}
	f.Fuzz(func(t *testing.T, from, to string) {
		a, err := parseURL(from)
		if err != nil {
			return
		}
		next, err := new(Target).follow(a, &Response{Status: 302, Headers: []Field{{"Location", to}}})
		if err != nil {
			return
		}
		if a.secure() && !next.secure() || next.socket != "" && next.socket != a.socket || strings.ContainsAny(next.target+next.header(), " \r\n") || !strings.HasPrefix(next.target, "/") {
			t.Errorf("%q redirected to %q: %+v", from, to, next)
		}
	})
}
