package wstest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/extension/wstest"
)

func TestServerAccepts(t *testing.T) {
	for name, test := range map[string]struct {
		answer wstest.Answer
		offer  []string
		want   string
	}{
		"without a subprotocol":    {},
		"the first of two":         {offer: []string{"Sec-WebSocket-Protocol: chat, v2.chat"}, want: "chat"},
		"the first of two headers": {offer: []string{"Sec-WebSocket-Protocol: v2.chat", "Sec-WebSocket-Protocol: chat"}, want: "v2.chat"},
		"a fixed one":              {answer: wstest.Answer{Protocol: "chat"}, offer: []string{"Sec-WebSocket-Protocol: v2, chat"}, want: "chat"},
		"one that wasn't offered":  {answer: wstest.Answer{Protocol: "other"}, want: "other"},
		"none of those offered":    {answer: wstest.Answer{Protocol: wstest.NoProtocol}, offer: []string{"Sec-WebSocket-Protocol: chat"}},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, wstest.Options{Answer: test.answer}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
				c := dial(t, s, n, "/path?q=1", test.offer...)
				response, _ := c.response()
				if got := response.Header.Get("Sec-WebSocket-Protocol"); got != test.want {
					t.Errorf("the answer picks %q, want %q", got, test.want)
				}
				if got := peerOf(t, s).Protocol(); got != test.want {
					t.Errorf("the peer has %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestServerRecordsTheRequest(t *testing.T) {
	inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/a%20path?q=1", "X-Token: secret", "Sec-WebSocket-Protocol: chat")
		c.open()
		r, err := s.WaitRequest(soon(t), 1)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{r.Method, r.Target, r.URL.Path, r.Host, r.Proto, r.Header.Get("x-token"), strings.Join(r.Protocols, " ")}
		want := []string{"GET", "/a%20path?q=1", "/a path", "game.example", "HTTP/1.1", "secret", "chat"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if !strings.HasPrefix(r.Raw, "GET /a%20path?q=1 HTTP/1.1\r\nHost: game.example\r\n") || !strings.HasSuffix(r.Raw, "\r\n\r\n") {
			t.Errorf("the raw request is %q", r.Raw)
		}
		if peerOf(t, s).Request() != r || len(s.Requests()) != 1 || s.Accepted() != 1 {
			t.Error("the peer, the server and the count don't agree on one request")
		}
	})
}

func TestServerRefuses(t *testing.T) {
	inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		s.AnswerNext(wstest.Answer{Status: 503, Body: "busy", Header: http.Header{"Retry-After": {"7"}}})
		c := dial(t, s, n, "/")
		response, body := c.response()
		if response.StatusCode != 503 || response.Header.Get("Retry-After") != "7" || body != "busy" {
			t.Errorf("%s, %v, %q", response.Status, response.Header, body)
		}
		c.wantEnd(io.EOF)
		if len(s.Peers()) != 0 {
			t.Error("a refused client became a peer")
		}
		dial(t, s, n, "/").open() // the next one is accepted again
	})
}

func TestServerRefusesWhatIsNoHandshake(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: h\r\n"
	const upgrade = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"plain HTTP":           {get + "\r\n", 426},
		"an old version":       {get + upgrade + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: " + testKey + "\r\n\r\n", 426},
		"a bad key":            {get + upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n", 400},
		"another method":       {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 405},
		"HTTP/1.0":             {"GET / HTTP/1.0\r\n" + upgrade + "\r\n", 505},
		"no HTTP":              {"hello\r\n\r\n", 400},
		"no host":              {"GET / HTTP/1.1\r\n" + upgrade + "\r\n", 400},
		"an endless header":    {get + "X: " + strings.Repeat("x", 70_000), 400},
		"a good one, for once": {get + upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + testKey + "\r\n\r\n", 101},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
				c := dial(t, s, n, "")
				go io.WriteString(c.conn, test.request) // the endless one is not read to its end
				response, body := c.response()
				if response.StatusCode != test.status || test.status != 101 && body == "" {
					t.Errorf("%s %q, want %d and a text", response.Status, body, test.status)
				}
				c.conn.Close()
			})
		})
	}
}

func TestServerMisbehavesAtTheHandshake(t *testing.T) {
	const good = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + testAccept + "\r\nUpgrade: websocket\r\n\r\n"
	for name, test := range map[string]struct {
		answer wstest.Answer
		want   func(t *testing.T, c *client)
	}{
		"drops at accept": {wstest.Answer{Drop: wstest.AtAccept}, func(t *testing.T, c *client) {
			c.wantEnd(io.EOF)
		}},
		"drops at the request": {wstest.Answer{Drop: wstest.AtRequest}, func(t *testing.T, c *client) {
			c.wantEnd(io.EOF)
		}},
		"is mute at accept": {wstest.Answer{Mute: wstest.AtAccept}, func(t *testing.T, c *client) {
			c.wantSilence()
		}},
		"is mute at the request": {wstest.Answer{Mute: wstest.AtRequest}, func(t *testing.T, c *client) {
			c.wantSilence()
		}},
		"drops after 20 bytes": {wstest.Answer{DropAfter: 20}, func(t *testing.T, c *client) {
			if got, err := io.ReadAll(c.r); string(got) != good[:20] || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
		}},
		"trickles": {wstest.Answer{Trickle: time.Second}, func(t *testing.T, c *client) {
			if took := after(func() { c.open() }); took != time.Duration(len(good)-1)*time.Second {
				t.Errorf("%d bytes took %v", len(good), took)
			}
		}},
		"takes its time": {wstest.Answer{Delay: time.Minute}, func(t *testing.T, c *client) {
			if took := after(func() { c.open() }); took != time.Minute {
				t.Errorf("it took %v, want 1m", took)
			}
		}},
		"sends what it likes": {wstest.Answer{Raw: "HTTP/1.1 101 Odd\r\nX: {accept}\r\n\r\n", First: "\x81\x02hi"}, func(t *testing.T, c *client) {
			if response, _ := c.response(); response.Status != "101 Odd" || response.Header.Get("X") != testAccept {
				t.Errorf("%s %v", response.Status, response.Header)
			}
			c.want("text hi")
		}},
		"sends a wrong accept, no upgrade, HTTP/1.0": {
			wstest.Answer{Proto: "HTTP/1.0", Header: http.Header{"sec-websocket-accept": {"wrong"}, "Upgrade": nil}},
			func(t *testing.T, c *client) {
				want := "HTTP/1.0 101 Switching Protocols\r\nConnection: Upgrade\r\nsec-websocket-accept: wrong\r\n\r\n"
				got := make([]byte, len(want))
				if _, err := io.ReadFull(c.r, got); err != nil || string(got) != want {
					t.Errorf("read %q, %v, want %q", got, err, want)
				}
			}},
		"leaves a refusal's body without an end": {wstest.Answer{Status: 500, Body: "and so on", KeepOpen: true}, func(t *testing.T, c *client) {
			response, err := http.ReadResponse(c.r, nil)
			if err != nil || response.StatusCode != 500 || response.ContentLength != -1 {
				t.Fatalf("%v, %v", response, err)
			}
			wantRead(t, readerConn{c.conn, response.Body}, "and so on")
			c.wantSilence()
		}},
		"is silent once open": {wstest.Answer{Silent: true}, func(t *testing.T, c *client) {
			c.open()
			c.send(true, 9, "ping")
			c.send(true, 8, "\x03\xe8")
			c.wantSilence()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, wstest.Options{Answer: test.answer}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
				c := dial(t, s, n, "/")
				test.want(t, c)
				c.conn.Close()
				if err := s.WaitGone(soon(t)); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// readerConn reads a connection through something else.
type readerConn struct {
	net.Conn
	io.Reader
}

func (r readerConn) Read(b []byte) (int, error) { return r.Reader.Read(b) }

func TestServerHandshakeTimeout(t *testing.T) {
	inMemory(t, wstest.Options{HandshakeTimeout: 5 * time.Second}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "")
		c.write("GET / HTTP/1.1\r\n")
		if took := after(func() { c.wantEnd(io.EOF) }); took != 5*time.Second {
			t.Errorf("it took %v, want 5s", took)
		}
	})
}

func TestServerRespond(t *testing.T) {
	respond := func(r *wstest.Request) wstest.Answer {
		if r.URL.Path == "/no" {
			return wstest.Answer{Status: 404}
		}
		return wstest.Answer{}
	}
	inMemory(t, wstest.Options{Respond: respond}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		if response, _ := dial(t, s, n, "/no").response(); response.StatusCode != 404 {
			t.Error(response.Status)
		}
		dial(t, s, n, "/yes").open()
	})
}

// TestServerPlainHTTP: a request that is no handshake has a body, and an answer
// may be chosen by it.
func TestServerPlainHTTP(t *testing.T) {
	answer := wstest.Answer{Status: 500, Respond: func(r *wstest.Request) (wstest.Answer, bool) {
		return wstest.Answer{Status: 200, Body: r.Method + " " + r.Body}, r.URL.Path == "/yes"
	}}
	inMemory(t, wstest.Options{Answer: answer}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		for _, test := range []struct {
			request string
			status  int
			body    string
		}{
			{"POST /yes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, "POST hello"},
			{"POST /yes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "POST hello"},
			{"GET /yes HTTP/1.1\r\nHost: a\r\n\r\n", 200, "GET "},
			{"GET /no HTTP/1.1\r\nHost: a\r\n\r\n", 500, ""},
			{"POST /yes HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + strings.Repeat("x", 1<<20+1), 400, "wstest: read the request's body: longer than 1048576 bytes\n"},
		} {
			c := dial(t, s, n, "")
			c.write(test.request)
			response, body := c.response()
			if response.StatusCode != test.status || body != test.body {
				t.Errorf("%.60q: %s %q, want %d %q", test.request, response.Status, body, test.status, test.body)
			}
		}
	})
}

func TestServerSetAnswer(t *testing.T) {
	inMemory(t, wstest.Options{Answer: wstest.Answer{Status: 401}}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		s.AnswerNext(wstest.Answer{Status: 402}, wstest.Answer{Status: 403})
		for _, want := range []int{402, 403, 401, 401} {
			if response, _ := dial(t, s, n, "/").response(); response.StatusCode != want {
				t.Errorf("%s, want %d", response.Status, want)
			}
		}
		s.SetAnswer(wstest.Answer{})
		dial(t, s, n, "/").open()
	})
}

func TestServerWaits(t *testing.T) {
	inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Accept(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Accept without a client: %v", err)
		}
		if _, err := s.WaitRequest(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("WaitRequest without a client: %v", err)
		}
		dial(t, s, n, "/").open()
		p := peerOf(t, s)
		if _, err := p.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Next without a message: %v", err)
		}
		if err := p.WaitDone(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("WaitDone of an open peer: %v", err)
		}
		if _, _, err := p.WaitClosed(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("WaitClosed of an open peer: %v", err)
		}
		s.Close()
		if _, err := s.Accept(t.Context()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept of a closed server: %v", err)
		}
		if _, err := s.WaitRequest(t.Context(), 2); !errors.Is(err, net.ErrClosed) {
			t.Errorf("WaitRequest of a closed server: %v", err)
		}
	})
}

func TestServerClose(t *testing.T) {
	for name, test := range map[string]struct {
		answer wstest.Answer
		path   string
		want   func(t *testing.T, c *client)
	}{
		"says 1001 to a peer": {path: "/", want: func(t *testing.T, c *client) {
			c.open()
			c.want("close 1001")
			c.wantEnd(io.EOF)
		}},
		"hangs up on a handshake":   {want: func(t *testing.T, c *client) { c.wantEnd(io.EOF) }},
		"hangs up on a muted one":   {answer: wstest.Answer{Mute: wstest.AtRequest}, path: "/", want: func(t *testing.T, c *client) { c.wantEnd(io.EOF) }},
		"hangs up in the delay":     {answer: wstest.Answer{Delay: time.Hour}, path: "/", want: func(t *testing.T, c *client) { c.wantEnd(io.EOF) }},
		"doesn't wait for a paused": {answer: wstest.Answer{Paused: true}, path: "/", want: func(t *testing.T, c *client) { c.open().want("close 1001") }},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, wstest.Options{Answer: test.answer}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
				c := dial(t, s, n, test.path)
				synctest.Wait()
				if took := after(func() { s.Close() }); took != 0 {
					t.Errorf("Close took %v", took)
				}
				test.want(t, c)
				if _, err := n.DialContext(t.Context(), "tcp", s.Addr().String()); err == nil {
					t.Error("it still listens")
				}
			})
		})
	}
}

func TestServerCloseIsBounded(t *testing.T) {
	inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		dial(t, s, n, "/").open() // and never reads again
		p := peerOf(t, s)
		if err := p.SendBinary(string(make([]byte, 1<<20))); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if took := after(func() { s.Close() }); took != time.Second {
			t.Errorf("Close took %v, want its second", took)
		}
	})
}

func TestServerShutdown(t *testing.T) {
	inMemory(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		polite, rude := dial(t, s, n, "/").open(), dial(t, s, n, "/").open()
		go func() {
			polite.want("close 1001")
			polite.send(true, 8, "\x03\xe9")
			polite.wantEnd(io.EOF)
		}()
		if took := after(func() { s.Shutdown(t.Context()) }); took != 2*time.Second {
			t.Errorf("Shutdown took %v, want the close timeout", took)
		}
		rude.want("close 1001")
		rude.wantEnd(io.EOF)
	})
}
