package wire

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"
)

func TestParseURL(t *testing.T) {
	for _, test := range []struct {
		url      string
		want     string // scheme hostport Host-header target login, or "error: " and a part of it
		redacted string
	}{
		{"ws://a.test", "ws a.test:80 a.test /", `"ws://a.test"`},
		{"wss://a.test", "wss a.test:443 a.test /", ""},
		{"http://a.test/x", "ws a.test:80 a.test /x", ""},
		{"HTTPS://a.test:443/x", "wss a.test:443 a.test /x", ""},
		{"ws://a.test:8080/x?y=%20z&w#fragment", "ws a.test:8080 a.test:8080 /x?y=%20z&w", `"ws://a.test:8080/x"`},
		{"ws://a.test?q=1", "ws a.test:80 a.test /?q=1", `"ws://a.test"`},
		{"ws://a.test#f", "ws a.test:80 a.test /", ""},
		{"ws://a.test/%zz/ü", "ws a.test:80 a.test /%zz/ü", ""},
		{"ws://a_b.test:1/", "ws a_b.test:1 a_b.test:1 /", ""},
		{"ws://bücher.test/", "ws xn--bcher-kva.test:80 xn--bcher-kva.test /", ""},
		{"ws://127.0.0.1:9/", "ws 127.0.0.1:9 127.0.0.1:9 /", ""},
		{"ws://[::1]/", "ws [::1]:80 [::1] /", ""},
		{"ws://[::1]:81/", "ws [::1]:81 [::1]:81 /", ""},
		{"ws://[fe80::1%25eth0]:81/", "ws [fe80::1%eth0]:81 [fe80::1]:81 /", ""},
		{"ws+unix:/run/x.sock:/y?z", "ws unix:/run/x.sock localhost /y?z", `"ws+unix:/run/x.sock:/y"`},
		{"wss+unix:/run/x.sock", "wss unix:/run/x.sock localhost /", ""},
		{"WS+unix:///run/x.sock?z#f", "ws unix:/run/x.sock localhost /?z", ""},
		{"ws+unix:/run/x.sock:?z", "ws unix:/run/x.sock localhost /?z", ""},
		{"ws+unix:./a%3Ab%20c:/y", "ws unix:./a:b c localhost /y", ""},
		{"ws+unix:@name:/y:z", "ws unix:@name localhost /y:z", ""},
		{"ws+unix:", "error: names no socket file", ""},
		{"ws+unix:x.sock", "error: names no socket file", ""},
		{"ws+unix::/y", "error: names no socket file", ""},
		{"ws+unix:/x:y", "error: begins with /", ""},
		{"ws+unix:/x%zz", "error: no escape", ""},
		{"ws+unix:/x%00", "error: zero byte", ""},
		{"ws+unix:/x:/y z", "error: character ' '", ""},
		{"ws://user:secret@a.test/", "ws a.test:80 a.test / Basic dXNlcjpzZWNyZXQ=", `"ws://a.test/"`},
		{"ws://u%40x:p%3Aw@a.test/", "ws a.test:80 a.test / Basic dUB4OnA6dw==", `"ws://a.test/"`},
		{"ws://user@a.test/", "ws a.test:80 a.test / Basic dXNlcjo=", `"ws://a.test/"`},
		{"", "error: no scheme", ""},
		{"a.test", "error: no scheme", ""},
		{"ftp://a.test", `error: scheme "ftp"`, ""},
		{"ws://", "error: no host", ""},
		{"ws:///x", "error: no host", ""},
		{"ws://:80/", "error: no host", ""},
		{"ws://a.test:0/", `error: port "0"`, ""},
		{"ws://a.test:65536/", `error: port "65536"`, ""},
		{"ws://a.test:+1/", `error: port "+1"`, ""},
		{"ws://a.test:x/", `error: port "x"`, ""},
		{"ws://a b.test/", "error: character ' '", ""},
		{"ws://a.test/\r\nX: y", `error: character '\r'`, ""},
		{"ws://a.test/ x", "error: character ' '", ""},
		{"ws://a%20b.test/", "error: character '%'", ""},
		{"ws://[::1/", "error: closing bracket", ""},
		{"ws://[127.0.0.1]/", "error: no IPv6 address", ""},
		{"ws://[::1]x/", "error: after the IPv6 address", ""},
		{"ws://%zz@a.test/", "error: no escape", ""},
		{"ws://\xff.test/", "error: no domain name", ""},
	} {
		t.Run(test.url, func(t *testing.T) {
			a, err := parseURL(test.url)
			if part, bad := strings.CutPrefix(test.want, "error: "); bad {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Fatalf("error %v, want one with %q", err, part)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(strings.Join([]string{a.scheme, a.where(), a.header(), a.target, a.login}, " ")); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if test.redacted != "" && strconv.Quote(display(test.url)) != test.redacted {
				t.Errorf("shown as %s, want %s", display(test.url), test.redacted)
			}
		})
	}
}

// TestRequest shows what the server gets, word for word.
func TestRequest(t *testing.T) {
	a, err := parseURL("ws://user:secret@a.test:8080/x?y")
	if err != nil {
		t.Fatal(err)
	}
	target := &Target{Protocols: []string{"chat", "v2"}, Header: []Field{{"Origin", "mydomain.com"}, {"X-Two", "1"}, {"X-Two", "2"}}}
	want := "GET /x?y HTTP/1.1\r\nHost: a.test:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: KEY\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, v2\r\n" +
		"Authorization: Basic dXNlcjpzZWNyZXQ=\r\nOrigin: mydomain.com\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n"
	if diff := cmp.Diff(want, string(request(a, target, "KEY"))); diff != "" {
		t.Error(diff)
	}
	own := &Target{Header: []Field{{"host", "other.test"}, {"authorization", "Bearer x"}}}
	got := string(request(a, own, "KEY"))
	if strings.Count(strings.ToLower(got), "host:") != 1 || strings.Contains(got, "Basic") {
		t.Errorf("the script's own Host and Authorization must replace ours:\n%s", got)
	}
}

// TestAccept is the example of RFC 6455 section 1.3.
func TestAccept(t *testing.T) {
	if got, want := accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n"

func TestHandshakeAnswers(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		event, text  string // the ERROR, and a part of its message; "" for CONNECTED
		status       int    // of handshake_response, 0: none
		body         string
	}{
		{name: "plain", answer: switching + "\r\n"},
		{name: "tokens in any case and place", answer: strings.Replace(strings.Replace(switching, "websocket", "WebSocket", 1), ": Upgrade", ": keep-alive, upgrade", 1) + "\r\n"},
		{name: "line feeds alone", answer: strings.ReplaceAll(switching+"\r\n", "\r\n", "\n")},
		{name: "an offered subprotocol", answer: switching + "Sec-WebSocket-Protocol: chat\r\n\r\n"},
		{name: "after interim answers", answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + switching + "\r\n"},
		{name: "no upgrade", answer: strings.Replace(switching, "Upgrade: websocket\r\n", "", 1) + "\r\n", event: "handshake/other", text: "Upgrade: websocket", status: 101},
		{name: "no connection", answer: strings.Replace(switching, "Connection: Upgrade\r\n", "", 1) + "\r\n", event: "handshake/other", text: "Connection: Upgrade", status: 101},
		{name: "a wrong accept", answer: strings.Replace(switching, "ACCEPT", "AAAA", 1) + "\r\n", event: "handshake/other", text: "does not answer our key", status: 101},
		{name: "no accept", answer: strings.Replace(switching, "Sec-WebSocket-Accept: ACCEPT\r\n", "", 1) + "\r\n", event: "handshake/other", text: "0 headers", status: 101},
		{name: "two accepts", answer: switching + "Sec-WebSocket-Accept: ACCEPT\r\n\r\n", event: "handshake/other", text: "2 headers", status: 101},
		{name: "a subprotocol not offered", answer: switching + "Sec-WebSocket-Protocol: other\r\n\r\n", event: "handshake/other", text: `"other"`, status: 101},
		{name: "two subprotocols", answer: switching + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n\r\n", event: "handshake/other", text: "2 subprotocols", status: 101},
		{name: "an extension", answer: switching + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", event: "handshake/other", text: "permessage-deflate", status: 101},
		{name: "a status", answer: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nRetry-After: 5\r\n\r\nfull and more", event: "handshake/status", text: "503 Service Unavailable", status: 503, body: "full"},
		{name: "unauthorized", answer: "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", event: "handshake/auth", text: "401", status: 401},
		{name: "a chunked body", answer: "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", event: "handshake/status", text: "404", status: 404, body: "abcde"},
		{name: "a body to the end", answer: "HTTP/1.1 500 Oops\r\n\r\nall of it", event: "handshake/status", text: "500", status: 500, body: "all of it"},
		{name: "HTTP/1.0", answer: "HTTP/1.0 505 HTTP Version Not Supported\r\n\r\nold", event: "handshake/status", text: "HTTP/1.0", status: 505, body: "old"},
		{name: "a switch in HTTP/1.0", answer: strings.Replace(switching, "1.1", "1.0", 1) + "\r\n", event: "handshake/status", text: "HTTP/1.0", status: 101},
		{name: "a redirect", answer: "HTTP/1.1 302 Found\r\nLocation: ws://elsewhere.test/\r\nContent-Length: 0\r\n\r\n", event: "handshake/status", text: "302", status: 302},
		{name: "success without a switch", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", event: "handshake/status", text: "200", status: 200, body: "hi"},
		{name: "no HTTP", answer: "SSH-2.0-OpenSSH_9.2\r\n", event: "handshake/other", text: "does not speak HTTP"},
		{name: "no status", answer: "HTTP/1.1 abc\r\n\r\n", event: "handshake/other", text: "does not speak HTTP"},
		{name: "no header", answer: "HTTP/1.1 101 S\r\nnothing\r\n\r\n", event: "handshake/other", text: `"nothing"`},
		{name: "nothing", answer: "", event: "handshake/closed", text: "hung up"},
		{name: "half of it", answer: switching[:40], event: "handshake/closed", text: "hung up"},
		{name: "an endless status line", answer: "HTTP/1.1 101 " + repeat("x", 100_000), event: "handshake/other", text: "no end within 65536 bytes"},
		{name: "an endless header", answer: "HTTP/1.1 101 S\r\nX: " + repeat("x", 100_000), event: "handshake/other", text: "no end within 65536 bytes"},
		{name: "endless headers", answer: "HTTP/1.1 101 S\r\n" + repeat("X: y\r\n", 20_000), event: "handshake/other", text: "no end within 65536 bytes"},
		{name: "endless interim answers", answer: repeat("HTTP/1.1 100 Continue\r\n\r\n", 100), event: "handshake/other", text: "interim"},
		{name: "an endless body", answer: "HTTP/1.1 404 Not Found\r\n\r\n" + repeat("x", 100_000), event: "handshake/status", text: "404", status: 404, body: repeat("x", 65536-26)},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.serve(func(p *peer) {
					p.accept0(test.answer)
				})
				c := target()
				c.Protocols = []string{"chat"}
				r.dial(c)
				if test.event == "" {
					r.settle()
					if got := r.take(); !strings.HasPrefix(got, "CONNECTED ") {
						t.Errorf("events %q (%s), want CONNECTED first", got, r.reason())
					}
					return
				}
				r.expect("ERROR:" + test.event + " DISCONNECTED:1006")
				e := r.last[Failed].Error()
				if !strings.Contains(e.Error(), test.text) {
					t.Errorf("message %q, want %q in it", e, test.text)
				}
				if (e.Response != nil) != (test.status != 0) {
					t.Fatalf("response %+v, want status %d", e.Response, test.status)
				}
				if e.Response != nil && (e.Response.Status != test.status || e.Response.Body != test.body) {
					t.Errorf("status %d and a body of %d bytes, want %d and %d", e.Response.Status, len(e.Response.Body), test.status, len(test.body))
				}
			})
		})
	}
}

// accept0 answers the handshake with these bytes, ACCEPT replaced, and hangs up.
func (p *peer) accept0(answer string) {
	key := ""
	for line, err := p.in.ReadString('\n'); err == nil && line != "\r\n"; line, err = p.in.ReadString('\n') {
		if value, found := strings.CutPrefix(line, "Sec-WebSocket-Key: "); found {
			key = strings.TrimSpace(value)
		}
	}
	io.WriteString(p.nc, strings.ReplaceAll(answer, "ACCEPT", accept(key)))
}

// TestSlowBodyIsCut: status and headers are worth more than a body's end.
func TestSlowBodyIsCut(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) {
			p.accept0("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\nhalf")
			io.Copy(io.Discard, p.in)
		})
		r.dial(target())
		r.wait(4 * time.Second)
		r.expect("ERROR:handshake/status DISCONNECTED:1006")
		if response := r.last[Failed].Error().Response; response.Status != 503 || response.Body != "half" {
			t.Errorf("response %+v, want 503 and the half that came", response)
		}
	})
}

func TestSilentServerTimesOut(t *testing.T) {
	for _, test := range []struct {
		name string
		url  string
	}{
		{"never answers the handshake", "ws://server.test/"},
		{"never answers the TLS handshake", "wss://server.test:80/"},
		{"can't be reached", "ws://hole.test/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.network.Blackhole("hole.test")
				r.serve(func(p *peer) { io.Copy(io.Discard, p.in) })
				r.dial(&Target{URL: test.url, Timeout: 3 * time.Second})
				r.wait(2990 * time.Millisecond)
				r.expect("")
				r.wait(20 * time.Millisecond)
				r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
				if e := r.last[Failed].Error(); e.Elapsed != 3*time.Second || !strings.Contains(e.Error(), "3s") {
					t.Errorf("after %v: %v", e.Elapsed, e)
				}
			})
		})
	}
}

// TestTrickledHandshake: an answer that never ends is bounded by the timeout,
// however lively it is.
func TestTrickledHandshake(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) {
			for {
				if _, err := io.WriteString(p.nc, "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"[:1]); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		})
		r.dial(target())
		r.wait(4 * time.Second)
		r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
	})
}

// TestCutAtEveryByte: the server drops after each byte of the answer and of a
// session; the events keep their grammar and say what was lost.
func TestCutAtEveryByte(t *testing.T) {
	session := string(frameBytes(ws.OpText, "one")) + string(frameBytes(ws.OpPing, "p")) +
		string(ws.MustCompileFrame(ws.NewFrame(ws.OpText, false, []byte("tw")))) +
		string(ws.MustCompileFrame(ws.NewFrame(ws.OpContinuation, true, []byte("o")))) + string(closeBytes(4001, "bye"))
	head := strings.Replace(switching, "ACCEPT", repeat("A", 28), 1) + "\r\n"
	for cut := 0; cut <= len(head)+len(session); cut++ {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) {
				p.nc.Outgoing().CutAfter(int64(cut))
				p.accept0(switching + "\r\n" + session)
				io.Copy(io.Discard, p.in)
			})
			r.dial(target())
			r.wait(10 * time.Millisecond)
			got := r.take()
			end := "ERROR:io/closed DISCONNECTED:1006"
			at := cut - len(head)
			want := "ERROR:handshake/closed DISCONNECTED:1006"
			switch whole := len(session); {
			case at >= whole:
				want = "CONNECTED MESSAGE:one MESSAGE:two DISCONNECTED:4001"
			case at >= whole-len(closeBytes(4001, "bye")):
				want = "CONNECTED MESSAGE:one MESSAGE:two " + end
			case at >= 5:
				want = "CONNECTED MESSAGE:one " + end
			case at >= 0:
				want = "CONNECTED " + end
			}
			if got != want {
				t.Errorf("cut after %d bytes (%d of the session): events %q, want %q", cut, at, got, want)
			}
		})
	}
}

// FuzzHandshakeAnswer: whatever a server answers, there is an end, and what is
// kept is within the limit.
func FuzzHandshakeAnswer(f *testing.F) {
	for _, seed := range []string{
		switching + "\r\n", "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nfull", "HTTP/1.0 200 OK\r\n\r\n",
		"HTTP/1.1 404 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "HTTP/1.1 100 C\r\n\r\n" + switching + "\r\n\x81\x01a",
		"HTTP/1.1 101\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nx", "\r\n\r\n", ":\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		const limit = 4096
		response, rest, err := readAnswer(strings.NewReader(string(answer)), limit, false)
		if err != nil {
			return
		}
		size := len(rest) + len(response.Body)
		for _, field := range response.Headers {
			if field.Name == "" || strings.ContainsAny(field.Name+field.Value, "\n") {
				t.Errorf("header %q", field)
			}
			size += len(field.Name) + len(field.Value)
		}
		if size > limit {
			t.Errorf("%d bytes are kept of an answer bounded to %d", size, limit)
		}
		if err := response.verify("key", []string{"chat"}); err == nil && response.Status != 101 {
			t.Errorf("status %d was taken for a switch of protocols", response.Status)
		}
	})
}

// FuzzURL: what parses can be asked for in one line and dialled.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"ws://a.test/x?y#z", "wss://user:pw@[::1]:81/", "http://bücher.test", "ws://a:b:c/", "ws://%41@x/", "http://\u00ad", "ws://\u00ad:1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		display(raw)
		a, err := parseURL(raw)
		if err != nil {
			return
		}
		if a.host == "" || a.port < 1 || a.port > 65535 || !strings.HasPrefix(a.target, "/") {
			t.Errorf("%q parsed as %+v", raw, a)
		}
		if line := fmt.Sprint(a.target, a.header(), a.login); strings.ContainsAny(strings.TrimPrefix(line, "Basic "), "\r\n") {
			t.Errorf("%q breaks out of its line: %q", raw, line)
		}
	})
}
