package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
)

// TestAClientIsAccepted is the way of a connection that a client opens.
func TestAClientIsAccepted(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		o := listening()
		o.Protocols = []string{"soup", "chat"}
		r.listen(o)
		c := r.knock()
		c.say(handshakeFor("/room?id=7", "Sec-WebSocket-Protocol: chat, soup", "X-Two: a", "x-two: b"))
		r.settle()
		if got := r.take(); got != "REQUEST:/room CONNECTED" {
			t.Fatalf("events %q", got)
		}
		q := r.last[Requested].Request()
		if q.Query != "id=7" || !slices.Equal(q.Protocols, []string{"chat", "soup"}) || !slices.Equal(q.values("X-TWO"), []string{"a", "b"}) || !strings.HasPrefix(q.Remote, "localhost:") {
			t.Errorf("the request is %+v", q)
		}
		status, headers := c.answer()
		if status != "101 Switching Protocols" || headers["sec-websocket-accept"] != sampleAccept || headers["sec-websocket-protocol"] != "soup" ||
			headers["upgrade"] != "websocket" || headers["connection"] != "Upgrade" {
			t.Errorf("the server answered %s, %v", status, headers)
		}
		conn := r.last[Connected].Conn
		c.sendMasked(ws.OpText, "hello")
		r.expect("MESSAGE:hello")
		if err := conn.Send(Text, "good day"); err != nil {
			t.Error(err)
		}
		r.settle()
		if f := c.received(); f == nil || word(f) != "text good day" {
			t.Errorf("the client got %v", f)
		}
		c.sendMasked(ws.OpPing, "?")
		c.sendMasked(ws.OpClose, string(closePayload(4001, "done")))
		r.expect("DISCONNECTED:4001")
		if g := r.last[Disconnected].Goodbye(); !g.Clean || !g.ByPeer || g.Reason != "done" {
			t.Errorf("goodbye %+v", g)
		}
		if got := fmt.Sprint(c.receivedAll()); got != "[pong ? close 4001]" {
			t.Errorf("at the end the client got %s", got)
		}
	})
}

// TestAcceptFirstFrames: what comes behind the request, in the same bytes, are the
// first frames, and they wait for the decision.
func TestAcceptFirstFrames(t *testing.T) {
	for _, chop := range []int{0, 1, 7} {
		inBubble(t, nil, func(r *rig) {
			r.listen(listening())
			c := r.knock()
			c.nc.Outgoing().ChunkSize(chop)
			f := ws.MustCompileFrame(ws.MaskFrameInPlaceWith(ws.NewFrame(ws.OpText, true, []byte("early")), [4]byte{9, 8, 7, 6}))
			c.say(handshakeFor("/") + string(f))
			r.expect("REQUEST:/ CONNECTED MESSAGE:early")
		})
	}
}

// TestRequestsAreAnswered holds what each request gets (RFC 6455 section 4.2).
func TestRequestsAreAnswered(t *testing.T) {
	without := func(line string) string { return strings.Replace(handshakeFor("/"), line+"\r\n", "", 1) }
	instead := func(line, other string) string { return strings.Replace(handshakeFor("/"), line, other, 1) }
	key := "Sec-WebSocket-Key: " + sampleKey
	for _, test := range []struct {
		name, request, status string
		header, value         string // that the answer must have
	}{
		{"a handshake", handshakeFor("/"), "101", "sec-websocket-accept", sampleAccept},
		{"an empty line first", "\r\n" + handshakeFor("/"), "101", "", ""},
		{"bare line feeds", strings.ReplaceAll(handshakeFor("/"), "\r\n", "\n"), "101", "", ""},
		{"a whole URL as target", handshakeFor("http://127.0.0.1/room"), "101", "", ""},
		{"a whole URL without a path", handshakeFor("http://127.0.0.1?x"), "101", "", ""},
		{"tokens in other cases", instead("Upgrade: websocket\r\nConnection: Upgrade", "UPGRADE: WebSocket\r\nconnection: keep-alive, upgrade"), "101", "", ""},
		{"two Connection headers", instead("Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade"), "101", "", ""},
		{"an empty body", handshakeFor("/", "Content-Length: 0"), "101", "", ""},
		{"no page's origin", handshakeFor("/", "Origin: http://127.0.0.1"), "101", "", ""},

		{"a browser's page", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "426", "upgrade", "websocket"},
		{"curl -0", "GET / HTTP/1.0\r\n\r\n", "426", "connection", "Upgrade, close"},
		{"HTTP/1.0 with all else", instead("HTTP/1.1", "HTTP/1.0"), "426", "", ""},
		{"no Upgrade", without("Upgrade: websocket"), "426", "upgrade", "websocket"},
		{"another Upgrade", instead("Upgrade: websocket", "Upgrade: h2c"), "426", "", ""},
		{"no Connection", without("Connection: Upgrade"), "426", "", ""},
		{"version 8", instead("Version: 13", "Version: 8"), "426", "sec-websocket-version", "13"},
		{"no version", without("Sec-WebSocket-Version: 13"), "426", "sec-websocket-version", "13"},
		{"two versions", handshakeFor("/", "Sec-WebSocket-Version: 8"), "426", "sec-websocket-version", "13"},
		{"no key", without(key), "400", "", ""},
		{"two keys", handshakeFor("/", key), "400", "", ""},
		{"a key of 15 bytes", instead(sampleKey, "dGhlIHNhbXBsZSBub25j"), "400", "", ""},
		{"a key that is not base64", instead(sampleKey, "dGhlIHNhbXBsZSBub25jZ!=="), "400", "", ""},
		{"no Host", without("Host: 127.0.0.1"), "400", "", ""},
		{"two Hosts", handshakeFor("/", "Host: other"), "400", "", ""},
		{"a body", handshakeFor("/", "Content-Length: 5"), "400", "", ""},
		{"chunks", handshakeFor("/", "Transfer-Encoding: chunked"), "400", "", ""},
		{"protocols that are no tokens", handshakeFor("/", "Sec-WebSocket-Protocol: a b"), "400", "", ""},
		{"POST", "POST / HTTP/1.1\r\nHost: h\r\n\r\n", "405", "allow", "GET"},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505", "", ""},
		{"another page's origin", handshakeFor("/", "Origin: https://evil.example"), "403", "", ""},
		{"a file's origin", handshakeFor("/", "Origin: null"), "403", "", ""},
		{"another port's origin", handshakeFor("/", "Origin: http://127.0.0.1:81"), "403", "", ""},
		{"two origins", handshakeFor("/", "Origin: http://127.0.0.1", "Origin: https://evil.example"), "403", "", ""},
		{"a folded header", handshakeFor("/", "X-A: b", " c"), "400", "", ""},
		{"a header without a colon", handshakeFor("/", "nonsense"), "400", "", ""},
		{"a space before the colon", handshakeFor("/", "X-A : b"), "400", "", ""},
		{"a control character in a value", handshakeFor("/", "X-A: b\x01"), "400", "", ""},
		{"a name that is no token", handshakeFor("/", "X(A): b"), "400", "", ""},
		{"a fragment", handshakeFor("/#top"), "400", "", ""},
		{"a target that is no path", handshakeFor("room"), "400", "", ""},
		{"a line of two words", "GET /\r\n\r\n", "400", "", ""},
		{"a line of four words", "GET / x HTTP/1.1\r\n\r\n", "400", "", ""},
		{"no HTTP", "hello there friend\r\n\r\n", "400", "", ""},
		{"no version of HTTP", "GET / HTTQ/1.1\r\n\r\n", "400", "", ""},
		{"TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", "400", "", ""},
		{"a line without end", "GET /" + strings.Repeat("a", 20_000), "431", "", ""},
		{"headers without end", "GET / HTTP/1.1\r\n" + strings.Repeat("X-A: b\r\n", 5000), "431", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.listen(listening())
				c := r.knock()
				c.say(test.request)
				r.settle()
				events := r.take()
				status, headers := c.answer()
				if code, _, _ := strings.Cut(status, " "); code != test.status || headers[test.header] != test.value {
					t.Errorf("the answer is %q with %v, want %s with %s %q", status, headers, test.status, test.header, test.value)
					return
				}
				if test.status == "101" {
					if !strings.HasSuffix(events, "CONNECTED") {
						t.Errorf("events %q, want CONNECTED at the end", events)
					}
					return
				}
				if events != "" {
					t.Errorf("the script was told %q, want nothing", events)
				}
				body := c.rest()
				if fmt.Sprint(len(body)) != headers["content-length"] || len(body) < 10 {
					t.Errorf("the body is %q, of announced %s bytes", body, headers["content-length"])
				}
				if n := r.hub.count; n != 0 {
					t.Errorf("%d connections count", n)
				}
			})
		})
	}
}

func TestOrigins(t *testing.T) {
	for _, test := range []struct {
		allowed []string
		origin  string
		want    string
	}{
		{nil, "", "101"},
		{nil, "http://127.0.0.1", "101"},
		{nil, "https://127.0.0.1", "101"}, // through a proxy that speaks TLS
		{nil, "https://127.0.0.1:444", "403"},
		{nil, "http://localhost", "403"}, // not as the client calls us
		{[]string{}, "http://127.0.0.1", "403"},
		{[]string{}, "", "101"},
		{[]string{"*"}, "https://anyone.example", "101"},
		{[]string{"https://game.example"}, "https://Game.example", "101"},
		{[]string{"https://game.example"}, "https://game.example.evil.example", "403"},
		{[]string{"https://game.example"}, "http://game.example", "403"},
		{[]string{"https://game.example"}, "https://game.example:444", "403"},
		{[]string{"null"}, "null", "101"},
		{[]string{"https://game.example"}, "null", "403"},
	} {
		t.Run(fmt.Sprint(test.allowed, test.origin), func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				o := listening()
				o.Origins = test.allowed
				r.listen(o)
				c := r.knock()
				var more []string
				if test.origin != "" {
					more = []string{"Origin: " + test.origin}
				}
				c.say(handshakeFor("/", more...))
				r.settle()
				if status, _ := c.answer(); status[:3] != test.want {
					t.Errorf("the answer is %q, want %s", status, test.want)
				}
			})
		})
	}
}

func TestCheckOrigin(t *testing.T) {
	for text, want := range map[string]string{
		"*": "*", "null": "null", "https://Game.example": "https://game.example", "http://localhost:8080": "http://localhost:8080",
		"https://game.example:443": "https://game.example", "http://game.example:80": "http://game.example", "http://game.example:443": "http://game.example:443",
		"https://game.example:": "https://game.example", "https://[::1]:443": "https://[::1]", "https://[::1]:8443": "https://[::1]:8443",
		"https://MÜNCHEN.example:443": "https://xn--mnchen-3ya.example", "https://game.example:x": "",
		"game.example": "", "https://game.example/": "", "https://*.game.example": "", "https://a@b": "", "": "", "https://": "", "https://a?": "", "https://a#": "",
	} {
		if got, err := CheckOrigin(text); got != want || (err == nil) != (want != "") {
			t.Errorf("CheckOrigin(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestHeadHasNoBody: what follows an answer to HEAD would be the next one's
// beginning (RFC 9110 section 9.3.2).
func TestHeadHasNoBody(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		c := r.knock()
		c.say("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
		r.settle()
		if status, headers := c.answer(); status != "405 Method Not Allowed" || headers["allow"] != "GET" {
			t.Errorf("the answer is %q, %v", status, headers)
		}
		if body := c.rest(); body != "" {
			t.Errorf("the answer has the body %q", body)
		}
	})
}

// TestSlowPage: a page comes whole over a slow line, and is kept for nobody who
// has stopped to read.
func TestSlowPage(t *testing.T) {
	var log []string
	debug := func(o *Options) {
		o.Debug = StateChanges
		o.Log = func(line string) { log = append(log, line) }
	}
	inBubble(t, debug, func(r *rig) {
		o := listening()
		o.Pages = map[string]Page{"/": {Type: "text/html", Body: strings.Repeat("x", 1<<20)}}
		l := r.listen(o)
		ask := func() *client {
			c := r.knock()
			c.nc.Incoming().Throttle(100 << 10)
			c.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			return c
		}
		c := ask()
		if status, _ := c.answer(); status != "200 OK" {
			t.Errorf("the answer is %q", status)
		}
		if n := len(c.rest()); n != 1<<20 {
			t.Errorf("the page has %d bytes, want %d", n, 1<<20)
		}
		c.nc.Close()
		r.settle()
		ask().nc.Stall(true)
		time.Sleep(time.Minute)
		if r.settle(); l.underWay() != 0 {
			t.Error("who doesn't read still has a place")
		}
	})
	if text := strings.Join(log, "\n"); !strings.Contains(text, "answered 200: a page") || strings.Contains(text, "refused") {
		t.Errorf("the log says\n%s", text)
	}
}

// TestReject: a refused client gets the answer, and DISCONNECTED is all that the
// script hears after REQUEST.
func TestReject(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.decide = func(q *Request) { q.Reject(401, "who are you?", Field{"WWW-Authenticate", "Basic"}) }
		l := r.listen(listening())
		c := r.knock()
		c.say(handshakeFor("/"))
		r.expect("REQUEST:/ DISCONNECTED:1006")
		status, headers := c.answer()
		if body := c.rest(); status != "401 Unauthorized" || headers["www-authenticate"] != "Basic" || body != "who are you?\n" {
			t.Errorf("the answer is %q, %v, %q", status, headers, body)
		}
		if l.held() != 0 || r.hub.count != 0 {
			t.Errorf("%d connections of the listener count, %d of the hub", l.held(), r.hub.count)
		}
	})
}

// TestSlowHandshakes: whatever a client does not say, its time is bounded.
func TestSlowHandshakes(t *testing.T) {
	for name, slow := range map[string]func(c *client){
		"silence": func(c *client) {},
		"half":    func(c *client) { c.say("GET / HTTP/1.1\r\nHost: h\r\n") },
		"a byte a minute": func(c *client) {
			go func() { // ends with the test, in the bubble's time
				for _, b := range []byte("GET / HTTP") {
					if _, err := c.nc.Write([]byte{b}); err != nil {
						return
					}
					time.Sleep(time.Minute)
				}
			}()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				l := r.listen(listening())
				c := r.knock()
				slow(c)
				time.Sleep(4999 * time.Millisecond)
				if r.settle(); l.underWay() != 1 {
					t.Errorf("%d handshakes are under way before its time, want 1", l.underWay())
				}
				time.Sleep(time.Millisecond)
				if status, _ := c.answer(); status != "408 Request Timeout" {
					t.Errorf("the answer is %q, want 408", status)
				}
				if r.settle(); l.underWay() != 0 || !c.gone() {
					t.Errorf("%d handshakes are under way after its time, want none", l.underWay())
				}
				if got := r.take(); got != "" {
					t.Errorf("the script was told %q, want nothing", got)
				}
				if r.hub.first != nil {
					t.Error("the hub's books still hold it")
				}
				time.Sleep(10 * time.Minute) // until the slowest has seen it
			})
		})
	}
}

// TestUndecidedHandshakes: a script that does not tick accepts nobody, and hears
// nothing of who has gone.
func TestUndecidedHandshakes(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		l := r.listen(listening())
		c := r.knock()
		c.say(handshakeFor("/"))
		time.Sleep(5 * time.Second)
		synctest.Wait() // without a tick
		if !c.gone() {
			t.Error("the client is still there")
		}
		r.expect("")
		if l.held() != 0 || r.hub.count != 0 || l.underWay() != 0 {
			t.Errorf("%d, %d and %d still count", l.held(), r.hub.count, l.underWay())
		}
	})
}

// TestDecidedTooLate: the time is up while the callback runs.
func TestDecidedTooLate(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		r.decide = func(q *Request) {
			time.Sleep(6 * time.Second)
			q.Accept(nil)
		}
		c := r.knock()
		c.say(handshakeFor("/"))
		r.expect("REQUEST:/ ERROR:timeout/timeout DISCONNECTED:1006")
		if !c.gone() {
			t.Error("the client is still there")
		}
	})
}

// TestManyHandshakes: half-open ones are bounded, new clients come through, and
// those that were quick keep their place.
func TestManyHandshakes(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		o := listening()
		o.MaxHandshakes = 8
		l := r.listen(o)
		var silent []*client
		for range 20 {
			silent = append(silent, r.knock())
		}
		r.settle()
		if n := l.underWay(); n != 8 {
			t.Errorf("%d handshakes are under way, want 8", n)
		}
		c := r.knock()
		c.say(handshakeFor("/"))
		r.expect("")
		// After a second the eight make way, then the next eight get theirs.
		time.Sleep(patience)
		r.settle()
		if n := l.underWay(); n != 8 {
			t.Errorf("after a second %d handshakes are under way, want 8", n)
		}
		if !silent[0].gone() || silent[15].gone() {
			t.Error("the oldest should have made way, and no others")
		}
		time.Sleep(patience)
		r.expect("REQUEST:/ CONNECTED")
		time.Sleep(5 * time.Second)
		r.settle()
		if n := l.underWay(); n != 0 {
			t.Errorf("%d handshakes are under way at the end, want none", n)
		}
	})
}

// TestMaxConnections: one more gets 503, and a place that is free is free at once.
func TestMaxConnections(t *testing.T) {
	for name, change := range map[string]func(o *Options, l *Listening){
		"the listener's": func(o *Options, l *Listening) { l.MaxConnections = 1 },
		"the hub's":      func(o *Options, l *Listening) { o.MaxConnections = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			o := listening()
			inBubble(t, func(opts *Options) { change(opts, &o) }, func(r *rig) {
				r.listen(o)
				conn, first := r.enter()
				second := r.knock()
				second.say(handshakeFor("/"))
				r.expect("")
				if status, _ := second.answer(); status != "503 Service Unavailable" {
					t.Errorf("the answer is %q", status)
				}
				conn.Close(1000, "")
				r.settle()
				first.sendMasked(ws.OpClose, string(closePayload(1000, "")))
				r.expect("DISCONNECTED:1000")
				r.enter()
			})
		})
	}
}

// TestUnmaskedFrames: a client has to mask (RFC 6455 section 5.1).
func TestUnmaskedFrames(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		_, c := r.enter()
		c.send(ws.OpText, "bare")
		r.expect("ERROR:protocol/other DISCONNECTED:1006")
		if got := fmt.Sprint(c.receivedAll()); got != "[close 1002]" {
			t.Errorf("the client got %s", got)
		}
		if got := r.reason(); !strings.Contains(got, "websocket: client ") || !strings.Contains(got, "the client broke the protocol") {
			t.Errorf("the error reads %q", got)
		}
	})
}

// TestServerEndsTCP: the server is the one to end the connection, once both close
// frames have gone, whoever began (RFC 6455 section 7.1.1).
func TestServerEndsTCP(t *testing.T) {
	closing := string(closePayload(1000, ""))
	for name, end := range map[string]func(r *rig, conn *Conn, c *client){
		"the client began": func(r *rig, conn *Conn, c *client) {
			conn.Send(Binary, repeat("x", 200_000)) // which goes out first
			r.hub.Flush()
			c.sendMasked(ws.OpClose, closing)
		},
		"the server began": func(r *rig, conn *Conn, c *client) {
			conn.Send(Binary, repeat("x", 200_000))
			conn.Close(1000, "")
			r.hub.Flush()
			c.sendMasked(ws.OpClose, closing)
		},
		"both began": func(r *rig, conn *Conn, c *client) {
			conn.Send(Binary, repeat("x", 200_000))
			conn.Close(1000, "")
			c.sendMasked(ws.OpClose, closing) // before the flush
			synctest.Wait()
			r.hub.Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.listen(listening())
				conn, c := r.enter()
				start := time.Now()
				end(r, conn, c)
				var frames []string
				over := make(chan struct{})
				go func() { // ends with the connection
					defer close(over)
					frames = c.receivedAll()
				}()
				r.settle()
				select {
				case <-over:
				default:
					t.Fatal("the server has not ended the connection")
				}
				if got := fmt.Sprint(frames); got != "[binary 200000 bytes close 1000]" || time.Since(start) != 0 {
					t.Errorf("the client got %s in %v", got, time.Since(start))
				}
				r.expect("DISCONNECTED:1000")
				c.nc.Close()
				synctest.Wait()
				if r.hub.first != nil {
					t.Error("the hub's books still hold it")
				}
			})
		})
	}
}

// TestListenerClose: nobody comes in any more, who has asked is told, who has not
// is cut, and connections live on.
func TestListenerClose(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		l := r.listen(listening())
		conn, c := r.enter()
		silent, asked := r.knock(), r.knock()
		asked.say(handshakeFor("/late"))
		synctest.Wait()
		l.Close()
		l.Close()
		r.expect("")
		if status, _ := asked.answer(); status != "503 Service Unavailable" {
			t.Errorf("who had asked got %q", status)
		}
		if !silent.gone() {
			t.Error("who had not asked is still there")
		}
		asked.nc.Close()
		if _, err := r.network.DialContext(context.Background(), "tcp", "127.0.0.1:80"); err == nil {
			t.Error("somebody still listens")
		}
		conn.Send(Text, "still here")
		r.settle()
		if f := c.received(); f == nil || word(f) != "text still here" {
			t.Errorf("the client got %v", f)
		}
		if len(r.hub.listeners) != 0 || l.underWay() != 0 {
			t.Errorf("%d listeners, %d handshakes", len(r.hub.listeners), l.underWay())
		}
	})
}

// TestLaw9HubClosesListeners: with all that is under way, in bounded time.
func TestLaw9HubClosesListeners(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		_, c := r.enter()
		r.knock()
		asked := r.knock()
		asked.say(handshakeFor("/"))
		synctest.Wait()
		done := make(chan string)
		go func() { // ends with the connection
			f := c.received()
			c.sendMasked(ws.OpClose, string(f.Payload))
			done <- word(f)
		}()
		start := time.Now()
		if err := r.hub.Close(time.Second); err != nil {
			t.Error(err)
		}
		if got := <-done; got != "close 1001" || time.Since(start) > time.Second {
			t.Errorf("the client got %q, the close took %v", got, time.Since(start))
		}
		r.expect("")
		if _, err := r.hub.Listen(listening()); err != ErrClosed {
			t.Errorf("a Listen after Close: %v", err)
		}
	})
}

// TestLostClient: a client that is gone without a word.
func TestLostClient(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		_, c := r.enter()
		c.nc.Close()
		r.expect("ERROR:io/closed DISCONNECTED:1006")
		if got := r.reason(); !strings.HasSuffix(got, "the connection was lost: the client hung up") {
			t.Errorf("the error reads %q", got)
		}
		o := listening()
		o.At.Port = 81
		o.PingInterval, o.PongTimeout = time.Second, time.Second
		r.listen(o)
		nc, err := r.network.DialContext(context.Background(), "tcp", "127.0.0.1:81")
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		io.WriteString(nc, handshakeFor("/"))
		r.expect("REQUEST:/ CONNECTED")
		r.wait(2 * time.Second)
		r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
		if got := r.reason(); !strings.HasSuffix(got, "the client has not answered a ping for 1s") {
			t.Errorf("the error reads %q", got)
		}
	})
}

// TestAcceptedByOurOwnClient: both ends are ours, with compression in every
// combination that they may agree on.
func TestAcceptedByOurOwnClient(t *testing.T) {
	windows := []Window{{Bits: 15}, {Bits: 9}, {Bits: 15, Forget: true}, {Bits: 8, Forget: true}}
	for _, ours := range windows {
		for _, theirs := range windows {
			t.Run(fmt.Sprint(ours, theirs), func(t *testing.T) {
				inBubble(t, nil, func(r *rig) {
					o := listening()
					o.Compression = &Compression{Level: 1, Send: ours, Receive: theirs}
					r.listen(o)
					any := Window{Bits: 15} // the client leaves it to the server
					c := r.dial(&Target{URL: "ws://127.0.0.1/", Timeout: time.Second, Compression: &Compression{Level: 1, Send: any, Receive: any}})
					r.expect("REQUEST:/ CONNECTED CONNECTED")
					var server *Conn
					r.react = func(e *Event) {
						if e.Conn != c {
							server = e.Conn
							e.Conn.Send(Text, e.Payload+"!")
						}
					}
					text := strings.Repeat("so much the same ", 40)
					for range 4 {
						c.Send(Text, text)
						r.settle()
					}
					if got := r.last[Message].Payload; got != text+"!" {
						t.Errorf("the echo is %q", got)
					}
					if a, b := c.Stats().CompressionRatio, server.Stats().CompressionRatio; a > 0.3 || b != a {
						t.Errorf("ratios %v and %v, want less than 0.3 and the same", a, b)
					}
					if c.press.send != server.press.receive || c.press.receive != server.press.send || c.press.receive != ours {
						t.Errorf("the client has %+v, the server %+v, of which it sends with %v", c.press, server.press, ours)
					}
				})
			})
		}
	}
}

// TestOriginOfARebindedName: a page whose name leads to this machine has that name
// as its origin and as its Host.
func TestOriginOfARebindedName(t *testing.T) {
	for name, test := range map[string]struct {
		address, host, want string
	}{
		"a stranger's name on loopback":   {"127.0.0.1:80", "evil.example", "403"},
		"localhost on loopback":           {"127.0.0.1:80", "localhost", "101"},
		"below localhost on loopback":     {"127.0.0.1:80", "game.localhost", "101"},
		"a server for others has a name":  {":80", "game.example", "101"},
		"a name that only ends like ours": {"127.0.0.1:80", "evillocalhost", "403"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				o := listening()
				var err error
				if o.At, err = ParseListenAddress(test.address); err != nil {
					t.Fatal(err)
				}
				r.listen(o)
				c := r.knock()
				c.say(strings.Replace(handshakeFor("/", "Origin: http://"+test.host), "Host: 127.0.0.1", "Host: "+test.host, 1))
				r.settle()
				if status, _ := c.answer(); status[:3] != test.want {
					t.Errorf("the answer is %q, want %s", status, test.want)
				}
			})
		})
	}
}

// FuzzRequest: whatever comes, what is taken for a request is within the limit and
// breaks out of no line, and a refusal is one whole answer.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		handshakeFor("/"), handshakeFor("http://a/b?c", "Sec-WebSocket-Protocol: a, b", "Origin: http://a"), handshakeFor("/", "X: y") + "\x81\x80abcd",
		"GET / HTTP/1.0\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "\r\n\r\n", "GET /\r\n", ":\r\n\r\n", "\x16\x03\x01",
		handshakeFor("/", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		const limit = 4096
		q, rest, err := newHearing().readRequest(bytes.NewReader(request), limit)
		o := listening()
		o.Protocols, o.Compression = []string{"b", "a"}, &Compression{Level: 1, Send: Window{Bits: 15}, Receive: Window{Bits: 15}}
		var refused *refusal
		if err == nil {
			size := len(rest) + len(q.Path) + len(q.Query)
			for _, field := range q.Headers {
				if field.Name == "" || strings.ContainsAny(field.Name+field.Value, "\r\n") {
					t.Errorf("header %q", field)
				}
				size += len(field.Name) + len(field.Value)
			}
			if size > limit {
				t.Errorf("%d bytes are kept of a request bounded to %d", size, limit)
			}
			if !strings.HasPrefix(q.Path, "/") || strings.ContainsAny(q.Path+q.Query, " \r\n#") {
				t.Errorf("the path is %q, the query %q", q.Path, q.Query)
			}
			if refused = q.check(&o); refused == nil {
				answer, begin := q.accept(&o)
				response, left, err := readAnswer(bytes.NewReader(answer), limit, false)
				if err != nil || len(left) != 0 {
					t.Fatalf("our answer %q: %v", answer, err)
				}
				if err := response.verify(q.key, q.Protocols); err != nil {
					t.Errorf("our answer %q: %v", answer, err)
				}
				if response.Protocol != begin.response.Protocol {
					t.Errorf("the protocol is %q, we say %q", response.Protocol, begin.response.Protocol)
				}
				return
			}
		} else if !errors.As(err, &refused) {
			return // the end came first
		}
		response, left, err := readAnswer(bytes.NewReader(refused.bytes()), 64<<10, false)
		if err != nil || response.Status != refused.status || len(left) != 0 || strings.TrimSuffix(response.Body, "\n") != refused.text {
			t.Errorf("the refusal %q reads as %+v, %v", refused.bytes(), response, err)
		}
	})
}
