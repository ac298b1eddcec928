package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// step is a part of a proxy's dialogue: what it must be asked and what it
// answers.
type step struct{ want, send string }

// proxy serves one on the address: it goes through the steps, and then relays
// to the server if it has one.
func (r *rig) proxy(address, server string, steps ...step) {
	r.t.Helper()
	r.serveAt(address, func(p *peer) { p.relay(r, server, steps) })
}

func (p *peer) relay(r *rig, server string, steps []step) {
	for _, s := range steps {
		got := make([]byte, len(s.want))
		n, err := io.ReadFull(p.in, got)
		if string(got[:n]) != s.want {
			p.t.Errorf("the proxy was asked %q (%v), want %q", got[:n], err, s.want)
			return
		}
		if _, err := io.WriteString(p.over, s.send); err != nil {
			return
		}
	}
	if server == "" {
		io.Copy(io.Discard, p.in)
		return
	}
	onward, err := r.network.DialContext(context.Background(), "tcp", server)
	if err != nil {
		p.t.Error(err)
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(onward, p.in)
		onward.Close()
	}()
	io.Copy(p.over, onward)
	p.nc.Close()
	<-done
}

// through is a target behind a proxy.
func through(t *testing.T, proxy, url string) *Target {
	t.Helper()
	p, err := ParseProxy(proxy)
	if err != nil {
		t.Fatal(err)
	}
	return &Target{URL: url, Proxy: p, Timeout: 3 * time.Second}
}

const (
	ask      = "CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\n\r\n"
	askLogin = "CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\nProxy-Authorization: Basic dTpwOjE=\r\n\r\n" // u, p:1
	granted  = "HTTP/1.1 200 Connection established\r\n\r\n"

	socksAsk     = "\x05\x01\x00"
	socksAskUser = "\x05\x02\x00\x02"
	socksPass    = "\x01\x01u\x03p:1"
	socksTo      = "\x05\x01\x00\x03\x0bserver.test\x00\x50"
	socksDone    = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
)

// TestProxyDialogues holds each answer of a proxy's against what the script
// gets to know of it.
func TestProxyDialogues(t *testing.T) {
	const http, login, socks, socksLogin = "http://proxy.test:3128", "http://u:p%3A1@proxy.test:3128", "socks5://proxy.test:3128", "socks5h://u:p%3A1@proxy.test:3128"
	refuse := func(reply byte) []step {
		return []step{{socksAsk, "\x05\x00"}, {socksTo, "\x05" + string([]byte{reply}) + "\x00\x01\x00\x00\x00\x00\x00\x00"}}
	}
	for _, test := range []struct {
		name, proxy string
		steps       []step
		want, text  string // of the ERROR; "" for a connection that echoes
	}{
		{name: "CONNECT", proxy: http, steps: []step{{ask, granted}}},
		{name: "CONNECT, without a scheme", proxy: "proxy.test:3128", steps: []step{{ask, granted}}},
		{name: "CONNECT with a password", proxy: login, steps: []step{{askLogin, granted}}},
		{name: "CONNECT, HTTP/1.0 and headers", proxy: http, steps: []step{{ask, "HTTP/1.0 200 OK\r\nProxy-Agent: tinyproxy\r\n\r\n"}}},
		{name: "CONNECT, interim answers", proxy: http, steps: []step{{ask, "HTTP/1.1 100 Continue\r\n\r\n" + granted}}},
		{name: "CONNECT, another success", proxy: http, steps: []step{{ask, "HTTP/1.1 204 No Content\r\n\r\n"}}},
		{name: "407 without a password", proxy: http, steps: []step{{ask, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}}, want: "proxy/auth", text: "wants a user name and password"},
		{name: "407 for a wrong password", proxy: login, steps: []step{{askLogin, "HTTP/1.1 407 No\r\n\r\n"}}, want: "proxy/auth", text: "does not accept the user name and password"},
		{name: "401 for a wrong password", proxy: login, steps: []step{{askLogin, "HTTP/1.0 401 Unauthorized\r\n\r\n"}}, want: "proxy/auth", text: "answered 401"},
		{name: "403", proxy: http, steps: []step{{ask, "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!!"}}, want: "proxy/status", text: "the proxy http://proxy.test:3128 answered 403 Forbidden"},
		{name: "502", proxy: http, steps: []step{{ask, "HTTP/1.1 502 Bad Gateway\r\n\r\n"}}, want: "proxy/status", text: "502 Bad Gateway"},
		{name: "a redirect", proxy: http, steps: []step{{ask, "HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\n\r\n"}}, want: "proxy/status", text: "302"},
		{name: "no HTTP", proxy: http, steps: []step{{ask, "SSH-2.0-OpenSSH_9.2\r\n"}}, want: "proxy/other", text: `"SSH-2.0`},
		{name: "an endless header", proxy: http, steps: []step{{ask, "HTTP/1.1 200 OK\r\nX: " + repeat("x", 100_000)}}, want: "proxy/other", text: "no end within 65536 bytes"},
		{name: "endless headers", proxy: http, steps: []step{{ask, "HTTP/1.1 200 OK\r\n" + repeat("X: y\r\n", 20_000)}}, want: "proxy/other", text: "no end within 65536 bytes"},
		{name: "endless interim answers", proxy: http, steps: []step{{ask, repeat("HTTP/1.1 100 Continue\r\n\r\n", 100)}}, want: "proxy/other", text: "interim"},
		{name: "the server's bytes come with the answer", proxy: http, steps: []step{{ask, granted + "HTTP/1.1 503 Full\r\nContent-Length: 2\r\n\r\nno"}}, want: "handshake/status", text: "503"},

		{name: "SOCKS5", proxy: socks, steps: []step{{socksAsk, "\x05\x00"}, {socksTo, socksDone}}},
		{name: "SOCKS5 with a password", proxy: socksLogin, steps: []step{{socksAskUser, "\x05\x02"}, {socksPass, "\x01\x00"}, {socksTo, socksDone}}},
		{name: "SOCKS5, the password not wanted", proxy: socksLogin, steps: []step{{socksAskUser, "\x05\x00"}, {socksTo, socksDone}}},
		{name: "SOCKS5, bound to IPv6", proxy: socks, steps: []step{{socksAsk, "\x05\x00"}, {socksTo, "\x05\x00\x00\x04" + repeat("x", 18)}}},
		{name: "SOCKS5, bound to a name", proxy: socks, steps: []step{{socksAsk, "\x05\x00"}, {socksTo, "\x05\x00\x00\x03\x04hostpp"}}},
		{name: "SOCKS5, bound to nothing known", proxy: socks, steps: []step{{socksAsk, "\x05\x00"}, {socksTo, "\x05\x00\x00\x09hostpp"}}, want: "proxy/other", text: "unknown type 9"},
		{name: "SOCKS5 wants a password", proxy: socks, steps: []step{{socksAsk, "\x05\xff"}}, want: "proxy/auth", text: "wants a user name and password"},
		{name: "SOCKS5 takes no password", proxy: socksLogin, steps: []step{{socksAskUser, "\x05\xff"}}, want: "proxy/auth", text: "does not accept a user name"},
		{name: "SOCKS5, a wrong password", proxy: socksLogin, steps: []step{{socksAskUser, "\x05\x02"}, {socksPass, "\x01\x01"}}, want: "proxy/auth", text: "does not accept the user name"},
		{name: "SOCKS5, a login that was not offered", proxy: socks, steps: []step{{socksAsk, "\x05\x02"}}, want: "proxy/other", text: "not offered"},
		{name: "SOCKS4", proxy: socks, steps: []step{{socksAsk, "\x00\x5b"}}, want: "proxy/other", text: "does not speak SOCKS5"},
		{name: "SOCKS5 that answers HTTP", proxy: socks, steps: []step{{socksAsk, "HTTP/1.1 400 Bad Request\r\n\r\n"}}, want: "proxy/other", text: `"HT"`},
		{name: "SOCKS5, half a version later", proxy: socks, steps: []step{{socksAsk, "\x05\x00"}, {socksTo, "\x04\x00\x00\x01"}}, want: "proxy/other", text: "does not speak SOCKS5"},
		{name: "SOCKS5 failed", proxy: socks, steps: refuse(1), want: "proxy/other", text: "it failed"},
		{name: "SOCKS5 forbids it", proxy: socks, steps: refuse(2), want: "proxy/denied", text: "forbid"},
		{name: "SOCKS5, no network", proxy: socks, steps: refuse(3), want: "proxy/unreachable", text: "network"},
		{name: "SOCKS5, no host", proxy: socks, steps: refuse(4), want: "proxy/unreachable", text: "can't reach the server"},
		{name: "SOCKS5, refused", proxy: socks, steps: refuse(5), want: "proxy/refused", text: "the server refused"},
		{name: "SOCKS5, expired", proxy: socks, steps: refuse(6), want: "proxy/timeout", text: "in time"},
		{name: "SOCKS5, no command", proxy: socks, steps: refuse(7), want: "proxy/other", text: "command"},
		{name: "SOCKS5, no such address", proxy: socks, steps: refuse(8), want: "proxy/other", text: "type of address"},
		{name: "SOCKS5, anything", proxy: socks, steps: refuse(99), want: "proxy/other", text: "it failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.serve(echo)
				server := "server.test:80"
				if test.want != "" {
					server = ""
				}
				r.proxy("proxy.test:3128", server, test.steps...)
				c := r.dial(through(t, test.proxy, "ws://server.test/"))
				if test.want != "" {
					r.expect("ERROR:" + test.want + " DISCONNECTED:1006")
					e := r.last[Failed].Error()
					if !strings.Contains(e.Error(), test.text) || strings.Contains(e.Error(), "p:1") || strings.Contains(e.Error(), "p%3A1") {
						t.Errorf("message %q, want %q in it and no password", e, test.text)
					}
					if e.Host != "server.test:80" {
						t.Errorf("host %q, want the server's", e.Host)
					}
					return
				}
				r.expect("CONNECTED")
				c.Send(Text, "hi")
				r.expect("MESSAGE:hi")
				c.Close(1000, "")
				r.expect("DISCONNECTED:1000")
			})
		})
	}
}

// TestProxyOutOfReach: what goes wrong on the way to the proxy is the proxy's
// stage, with its cause.
func TestProxyOutOfReach(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "ERROR:proxy/refused"},
		{"unreachable", syscall.EHOSTUNREACH, "ERROR:proxy/unreachable"},
		{"not found", &net.DNSError{Err: "no such host", Name: "proxy.test", IsNotFound: true}, "ERROR:proxy/not_found"},
		{"anything", errors.New("odd"), "ERROR:proxy/other"},
	} {
		for _, scheme := range []string{"http", "https", "socks5"} {
			t.Run(scheme+" "+test.name, func(t *testing.T) {
				inBubble(t, func(o *Options) {
					o.Dialer = func(_ context.Context, _, address string) (net.Conn, error) {
						if address != "proxy.test:99" {
							t.Errorf("%s was dialled, want the proxy", address)
						}
						return nil, test.err
					}
				}, func(r *rig) {
					r.dial(through(t, scheme+"://proxy.test:99/", "wss://server.test/"))
					r.expect(test.want + " DISCONNECTED:1006")
					if text := r.reason(); !strings.Contains(text, "the proxy "+scheme+"://proxy.test:99 can't be used: ") {
						t.Error(text)
					}
				})
			})
		}
	}
}

// TestMuteProxy: a proxy that says nothing, or never ends, costs the dial's time
// and not more, wherever it stops.
func TestMuteProxy(t *testing.T) {
	for _, test := range []struct {
		name, proxy string
		steps       []step
	}{
		{"TCP", "http://hole.test:3128", nil},
		{"CONNECT", "http://proxy.test:3128", []step{{ask, ""}}},
		{"CONNECT, half an answer", "http://proxy.test:3128", []step{{ask, "HTTP/1.1 200 OK\r\n"}}},
		{"TLS", "https://proxy.test:3128", nil},
		{"SOCKS5", "socks5://proxy.test:3128", []step{{socksAsk, ""}}},
		{"SOCKS5, login", "socks5://u:p%3A1@proxy.test:3128", []step{{socksAskUser, "\x05\x02"}, {socksPass, "\x01"}}},
		{"SOCKS5, answer", "socks5://proxy.test:3128", []step{{socksAsk, "\x05\x00"}, {socksTo, socksDone[:9]}}},
		{"the server behind it", "http://proxy.test:3128", []step{{ask, granted}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.network.Blackhole("hole.test")
				r.proxy("proxy.test:3128", "", test.steps...)
				r.dial(through(t, test.proxy, "ws://server.test/"))
				r.wait(2990 * time.Millisecond)
				r.expect("")
				r.wait(20 * time.Millisecond)
				r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
				if got, want := strings.Contains(r.reason(), "the proxy did not open the way"), test.name != "the server behind it"; got != want {
					t.Errorf("message %q names the proxy: %t, want %t", r.reason(), got, want)
				}

				c := r.dial(through(t, test.proxy, "ws://server.test/"))
				r.wait(time.Second)
				c.Cancel()
				r.expect("DISCONNECTED:1006")
			})
		})
	}
}

// TestTrickledProxyAnswer: an answer that never ends is bounded by the timeout,
// however lively it is.
func TestTrickledProxyAnswer(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serveAt("proxy.test:3128", func(p *peer) {
			for {
				if _, err := io.WriteString(p.nc, "H"); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		})
		r.dial(through(t, "http://proxy.test:3128", "ws://server.test/"))
		r.wait(4 * time.Second)
		r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
	})
}

// TestProxyCutAtEveryByte: the proxy drops after each byte of its answers.
func TestProxyCutAtEveryByte(t *testing.T) {
	for _, test := range []struct {
		proxy string
		steps []step
	}{
		{"http://proxy.test:3128", []step{{ask, "HTTP/1.1 200 OK\r\nProxy-Agent: x\r\n\r\n"}}},
		{"socks5://u:p%3A1@proxy.test:3128", []step{{socksAskUser, "\x05\x02"}, {socksPass, "\x01\x00"}, {socksTo, "\x05\x00\x00\x03\x04hostpp"}}},
	} {
		size := 0
		for _, s := range test.steps {
			size += len(s.send)
		}
		for cut := 0; cut <= size; cut++ {
			inBubble(t, nil, func(r *rig) {
				r.serveAt("proxy.test:3128", func(p *peer) {
					p.nc.Outgoing().CutAfter(int64(cut))
					steps := test.steps
					for _, s := range steps { // as relay, but what it is asked may be cut too
						if _, err := io.ReadFull(p.in, make([]byte, len(s.want))); err != nil {
							return
						}
						io.WriteString(p.nc, s.send)
					}
				})
				r.dial(through(t, test.proxy, "ws://server.test/"))
				r.settle()
				want := "ERROR:proxy/closed DISCONNECTED:1006"
				if cut == size {
					want = "ERROR:handshake/closed DISCONNECTED:1006"
				}
				if got := r.take(); got != want || cut < size && !strings.Contains(r.reason(), "hung up before it opened the way to the server") {
					t.Errorf("%s cut after %d bytes: events %q, want %q (%s)", test.proxy, cut, got, want, r.reason())
				}
			})
		}
	}
}

// TestProxyAnswerInSmallReads: an answer may come in any pieces.
func TestProxyAnswerInSmallReads(t *testing.T) {
	for _, test := range []struct {
		proxy string
		steps []step
	}{
		{"http://proxy.test:3128", []step{{ask, granted}}},
		{"socks5://proxy.test:3128", []step{{socksAsk, "\x05\x00"}, {socksTo, socksDone}}},
	} {
		inBubble(t, nil, func(r *rig) {
			r.network.OnConnect(func(client, server *wstest.Conn) { client.Incoming().ChunkSize(1) })
			r.serve(echo)
			r.proxy("proxy.test:3128", "server.test:80", test.steps...)
			r.open(through(t, test.proxy, "ws://server.test/"))
		})
	}
}

// TestSecureThroughProxies: TLS runs end to end through the tunnel, over TLS to
// the proxy as well, and the proxy's certificate is judged by the proxy's name.
func TestSecureThroughProxies(t *testing.T) {
	secureAsk := strings.ReplaceAll(ask, ":80", ":443")
	for _, test := range []struct {
		name, proxy, certificate string
		steps                    []step
		want                     string
	}{
		{"CONNECT", "http://proxy.test:3128", "", []step{{secureAsk, granted}}, "CONNECTED"},
		{"SOCKS5", "socks5://proxy.test:3128", "", []step{{socksAsk, "\x05\x00"}, {strings.Replace(socksTo, "\x00\x50", "\x01\xbb", 1), socksDone}}, "CONNECTED"},
		{"CONNECT over TLS", "https://proxy.test:3128", "proxy.test", []step{{secureAsk, granted}}, "CONNECTED"},
		{"CONNECT over TLS, another's certificate", "https://proxy.test:3128", "other.test", nil, "ERROR:proxy/certificate DISCONNECTED:1006"},
		{"CONNECT over TLS to a plain proxy", "https://proxy.test:3128", "", []step{{"\x16", "HTTP/1.1 400 Bad Request\r\n\r\n"}}, "ERROR:proxy/other DISCONNECTED:1006"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				ca := r.serveTLSAt("server.test:443", func(ca *wstest.CA) (tls.Certificate, error) { return ca.Certificate("server.test") }, echo)
				r.hub.o.TLS = &tls.Config{RootCAs: ca.Pool(), ServerName: "server.test"}
				if test.certificate == "" {
					r.proxy("proxy.test:3128", "server.test:443", test.steps...)
				} else {
					certificate, err := ca.Certificate(test.certificate)
					if err != nil {
						t.Fatal(err)
					}
					r.serveAt("proxy.test:3128", func(p *peer) {
						secured := tls.Server(p.nc, &tls.Config{Certificates: []tls.Certificate{certificate}})
						if secured.HandshakeContext(context.Background()) == nil {
							(&peer{t: p.t, nc: p.nc, over: secured, in: newReader(secured)}).relay(r, "server.test:443", test.steps)
						}
					})
				}
				var client *wstest.Conn // the first: that of the client's with the proxy
				r.network.OnConnect(func(c, _ *wstest.Conn) {
					if client == nil {
						client = c
					}
				})
				c := r.dial(through(t, test.proxy, "wss://server.test/"))
				r.expect(test.want)
				if test.want == "CONNECTED" {
					c.Send(Text, "hi")
					r.expect("MESSAGE:hi")
					// A cut comes at once, also where no TLS in the tunnel gets its
					// goodbye through.
					client.Outgoing().Stall(true)
					c.Send(Binary, "x")
					r.settle()
					client.Outgoing().BufferSize(1)
					start := time.Now()
					c.cut(errCut)
					if d := time.Since(start); d != 0 {
						t.Errorf("the cut took %v", d)
					}
					client.Outgoing().Stall(false)
				}
			})
		})
	}
}

// TestEnvironment: which proxy the environment's variables stand for.
func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		name, url string
		env       string // "a=b c=d"
		want      string // the proxy, "" for none, or "error: " and a part of it
	}{
		{"nothing", "ws://a.test/", "", ""},
		{"ws follows http", "ws://a.test/", "http_proxy=http://p:1 https_proxy=http://q:2", "http://p:1"},
		{"wss follows https", "wss://a.test/", "http_proxy=http://p:1 https_proxy=http://q:2", "http://q:2"},
		{"capitals", "ws://a.test/", "HTTP_PROXY=http://p:1", "http://p:1"},
		{"small letters first", "ws://a.test/", "HTTP_PROXY=http://p:1 http_proxy=http://q:2", "http://q:2"},
		{"capitals, wss", "wss://a.test/", "HTTPS_PROXY=p:1", "http://p:1"},
		{"one for all", "ws://a.test/", "ALL_PROXY=socks5://p", "socks5://p:1080"},
		{"one for all, wss", "wss://a.test/", "all_proxy=socks5://u:pw@p:9", "socks5://p:9"},
		{"one for all is last", "wss://a.test/", "ALL_PROXY=socks5://p HTTPS_PROXY=http://q", "http://q:80"},
		{"wss does not follow http", "wss://a.test/", "http_proxy=http://p:1", ""},
		{"exempt", "ws://a.test/", "http_proxy=p no_proxy=b.test,a.test", ""},
		{"exempt with its subdomains", "ws://x.a.test/", "http_proxy=p NO_PROXY=a.test", ""},
		{"exempt by port", "ws://a.test:81/", "http_proxy=p no_proxy=a.test:80", "http://p:80"},
		{"exempt by network", "ws://10.1.2.3/", "http_proxy=p no_proxy=10.0.0.0/8", ""},
		{"all exempt", "ws://a.test/", "http_proxy=p no_proxy=*", ""},
		{"exempt in capitals, with a dot", "ws://A.TEST./", "http_proxy=p no_proxy=a.test", ""},
		{"loopback by name", "ws://LocalHost:9/", "http_proxy=p", ""},
		{"loopback by a name below it", "ws://game.localhost/", "http_proxy=p", ""},
		{"loopback by address", "ws://127.1.2.3/", "http_proxy=p", ""},
		{"loopback by IPv6", "ws://[::1]:81/", "http_proxy=p", ""},
		{"another IPv6", "ws://[2001:db8::1]:81/", "http_proxy=p", "http://p:80"},
		{"under CGI the capitals are anyone's", "ws://a.test/", "HTTP_PROXY=evil REQUEST_METHOD=GET", ""},
		{"under CGI the small letters count", "ws://a.test/", "http_proxy=p REQUEST_METHOD=GET", "http://p:80"},
		{"none", "ws://a.test/", "http_proxy=direct", ""},
		{"a bad one", "ws://a.test/", "HTTP_PROXY=ftp://u:secret@p", `error: the environment's HTTP_PROXY can't be used: the scheme "ftp"`},
		{"a bad one that is not needed", "ws://localhost/", "HTTP_PROXY=ftp://p", ""},
		{"a bad one for others", "wss://a.test/", "HTTP_PROXY=ftp://p", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := map[string]string{}
			for pair := range strings.FieldsSeq(test.env) {
				name, value, _ := strings.Cut(pair, "=")
				env[name] = value
			}
			e := readEnvironment(func(name string) string { return env[name] })
			a, err := parseURL(test.url)
			if err != nil {
				t.Fatal(err)
			}
			p, err := e.proxy(a)
			if part, bad := strings.CutPrefix(test.want, "error: "); bad {
				if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "secret") {
					t.Errorf("error %v, want %q in it and no password", err, part)
				}
				return
			}
			if got := fmt.Sprint(p); err != nil || got != test.want && (p != nil || test.want != "") {
				t.Errorf("proxy %v, %v, want %q", p, err, test.want)
			}
		})
	}
}

// TestEnvironmentsProxy: the environment's proxy is used unless the script names
// another or none, and is read once.
func TestEnvironmentsProxy(t *testing.T) {
	inBubble(t, func(o *Options) {
		reads := 0
		o.Getenv = func(name string) string {
			if name == "http_proxy" {
				if reads++; reads > 1 {
					t.Error("the environment was read twice")
				}
				return "proxy.test:3128"
			}
			return ""
		}
		o.Allow = func(_ context.Context, scheme, host string, port int) error {
			if scheme != "ws" || host != "server.test" {
				return fmt.Errorf("%s://%s:%d is not for scripts", scheme, host, port)
			}
			return nil
		}
	}, func(r *rig) {
		r.serve(echo)
		asked := 0
		r.serveAt("proxy.test:3128", func(p *peer) {
			asked++
			p.relay(r, "server.test:80", []step{{ask, granted}})
		})
		for _, way := range []*Target{target(), through(t, "direct", "ws://server.test/")} {
			r.open(way).Close(1000, "")
			r.expect("DISCONNECTED:1000")
		}
		if asked != 1 {
			t.Errorf("the proxy was asked %d times, want once", asked)
		}
		// One that a script names is a server as any other to the policy.
		r.dial(through(t, "http://proxy.test:3128", "ws://server.test/"))
		r.expect("ERROR:policy/denied DISCONNECTED:1006")
		if !strings.Contains(r.reason(), "http://proxy.test:3128 is not for scripts") {
			t.Error(r.reason())
		}
	})
}

func TestParseProxy(t *testing.T) {
	for _, test := range []struct{ raw, want, user, password string }{
		{"http://p.test", "http://p.test:80", "", ""},
		{"HTTPS://p.test/", "https://p.test:443", "", ""},
		{"socks5://p.test", "socks5://p.test:1080", "", ""},
		{"socks5h://p.test:9", "socks5://p.test:9", "", ""},
		{"p.test:3128", "http://p.test:3128", "", ""},
		{"[::1]:3128", "http://[::1]:3128", "", ""},
		{"http://bücher.test:1", "http://xn--bcher-kva.test:1", "", ""},
		{"http://u:p@p.test", "http://p.test:80", "u", "p"},
		{"http://u@p.test", "http://p.test:80", "u", ""},
		{"socks5://u%3Ax:p%40/?#@p.test", "socks5://p.test:1080", "u:x", "p@/?#"},
		{"", "error: no host", "", ""},
		{"http://", "error: no host", "", ""},
		{"http://u:secret@", "error: no host", "", ""},
		{"Direct", "http://Direct:80", "", ""},
		{"ftp://u:secret@p", `error: scheme "ftp"`, "", ""},
		{"http://u:secret@p:x", `error: port "x"`, "", ""},
		{"http://u:secret@p:0", `error: port "0"`, "", ""},
		{"http://p/path", "error: want nothing behind them", "", ""},
		{"http://u:sec?ret", "error: want nothing behind them", "", ""},
		{"http://:secret@p", "error: no user name", "", ""},
		{"http://u%3Ax:secret@p", "error: a colon", "", ""},
		{"http://u:secret%@p", "error: no escape", "", ""},
		{"http://p\r\nX: y", "error: character", "", ""},
		{"socks5://u:" + repeat("secret", 50) + "@p", "error: longer than 255", "", ""},
	} {
		t.Run(test.raw, func(t *testing.T) {
			p, err := ParseProxy(test.raw)
			if part, bad := strings.CutPrefix(test.want, "error: "); bad {
				if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "secret") {
					t.Errorf("error %v, want %q in it and no password", err, part)
				}
				return
			}
			if err != nil || p.String() != test.want || p.user != test.user || p.password != test.password {
				t.Errorf("got %v, user %q, password %q, %v", p, p.user, p.password, err)
			}
		})
	}
	if p, err := ParseProxy("direct"); err != nil || !p.Direct() {
		t.Errorf("direct: %v, %v", p, err)
	}
}

// TestSOCKSAddresses: addresses go as such, names as names (RFC 1928 section 5).
func TestSOCKSAddresses(t *testing.T) {
	p := &Proxy{at: address{scheme: "socks5", host: "p", port: 1080}}
	for host, want := range map[string]string{
		"192.0.2.1":         "\x01\xc0\x00\x02\x01",
		"::ffff:192.0.2.1":  "\x01\xc0\x00\x02\x01",
		"2001:db8::1":       "\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		"a.test":            "\x03\x06a.test",
		repeat("x", 255):    "\x03\xff" + repeat("x", 255),
		repeat("x", 255+1):  "error",
		"fe80::1%eth0":      "\x04\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		"xn--bcher-kva.tst": "\x03\x11xn--bcher-kva.tst",
	} {
		got, err := p.socksRequest(&address{host: host, port: 0x1234})
		if want == "error" {
			if err == nil {
				t.Errorf("%d bytes of name passed", len(host))
			}
			continue
		}
		if want = "\x05\x01\x00" + want + "\x12\x34"; err != nil || string(got) != want {
			t.Errorf("%s: asked %q, %v, want %q", host, got, err, want)
		}
	}
}

// FuzzProxyAnswer: whatever a proxy answers, there is an end, the stage is the
// proxy's, and SOCKS5 leaves the server's bytes alone.
func FuzzProxyAnswer(f *testing.F) {
	for _, seed := range []string{
		granted, granted + "\x81\x01a", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 100 C\r\n\r\n" + granted, "HTTP/1.1 407 X\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n",
		"SSH-2.0\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "\r\n\r\n",
		"\x05\x00" + socksDone, "\x05\x02\x01\x00" + socksDone, "\x05\x02\x01\x01", "\x05\xff", "\x05\x00\x05\x00\x00\x03\xff" + repeat("x", 257), "\x05\x00\x05\x05\x00\x01", "\x05\x00\x05\x00\x00\x04",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, answer []byte, login bool) {
		const limit = 1024
		check := func(err error) {
			var known *failure
			if err != nil && (!errors.As(err, &known) || known.stage != StageProxy || strings.Contains(err.Error(), "secret")) {
				t.Errorf("error %v", err)
			}
		}
		p := &Proxy{at: address{scheme: "http", host: "p.test", port: 80}}
		if login {
			p.user, p.password = "user", "secret"
		}
		in := strings.NewReader(string(answer))
		rest, err := p.readAnswer(in, limit)
		check(err)
		if read := len(answer) - in.Len(); read > limit {
			t.Errorf("%d bytes were read, past the limit", read)
		} else if err == nil && !strings.HasSuffix(string(answer[:read]), string(rest)) {
			t.Errorf("%q is not the end of what was read", rest)
		}
		in = strings.NewReader(string(answer))
		p.at.scheme = "socks5"
		check(p.askSOCKS(struct {
			io.Reader
			io.Writer
		}{in, io.Discard}, &address{host: "server.test", port: 80}))
		if read := len(answer) - in.Len(); read > 2+2+4+1+255+2 {
			t.Errorf("SOCKS5 read %d bytes", read)
		}
	})
}
