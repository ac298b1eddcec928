package wstest_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/wstest"
)

// echoing runs f with an echo server in a bubble.
func echoing(t *testing.T, opts wstest.Options, f func(t *testing.T, s *wstest.Server, n *wstest.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opts.Network = wstest.NewNetwork(nil)
		s, err := wstest.NewEchoServer(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		f(t, s, opts.Network)
	})
}

func TestEchoServer(t *testing.T) {
	echoing(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/", "Sec-WebSocket-Protocol: chat, other")
		if response, _ := c.response(); response.Header.Get("Sec-WebSocket-Protocol") != "chat" {
			t.Errorf("the answer is %v", response.Header)
		}
		c.send(true, ws.OpText, "héllo")
		c.want("text héllo")
		c.send(false, ws.OpBinary, "a")
		c.send(true, ws.OpPing, "p")
		c.send(true, ws.OpContinuation, "\xff")
		c.want("pong p")
		c.want("binary a\xff")
		if peers := s.Peers(); len(peers) != 1 || len(peers[0].Received())+len(peers[0].Frames())+len(s.Requests()) != 0 {
			t.Error("the echo server keeps a record")
		}
		c.send(true, ws.OpClose, "\x03\xe8bye")
		c.want("close 1000 bye")
		c.wantEnd(io.EOF)
		if err := s.WaitGone(soon(t)); err != nil || len(s.Peers()) != 0 {
			t.Errorf("%v, %d peers are left", err, len(s.Peers()))
		}
	})
}

func TestEchoServerPaths(t *testing.T) {
	long := strings.Repeat("x", 124)
	for path, want := range map[string]string{
		"/status/503":                       "503 You asked for 503.",
		"/status/404":                       "404 You asked for 404.",
		"/status/204":                       "204 ",
		"/status/999":                       "400 /status/999: the status must be a number from 100 to 599",
		"/status/":                          "400 /status/: the status must be a number from 100 to 599",
		"/close/1005":                       "400 /close/1005: that is no code that a server may close with (1000, 1001, 3000 to 4999 …)",
		"/close/5000":                       "400 /close/5000: that is no code that a server may close with (1000, 1001, 3000 to 4999 …)",
		"/close/4000/" + long:               "400 /close: the reason must be UTF-8 of at most 123 bytes",
		"/close/4000/%FF":                   "400 /close: the reason must be UTF-8 of at most 123 bytes",
		"/close/4000/going%20home%2Fnow/ok": "close 4000 going home/now/ok",
		"/close/4000":                       "close 4000",
		"/close/1012/restart":               "close 1012 restart",
		"/close":                            "close",
		"/drop":                             "EOF",
	} {
		t.Run(path, func(t *testing.T) {
			echoing(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
				c := dial(t, s, n, path)
				response, body := c.response()
				switch {
				case response.StatusCode != 101:
					if got := response.Status[:3] + " " + strings.TrimSuffix(body, "\n"); got != want {
						t.Errorf("%q, want %q", got, want)
					}
				case want != "EOF":
					c.want(want)
					c.send(true, ws.OpClose, "")
				}
				c.wantEnd(io.EOF)
			})
		})
	}
}

func TestEchoServerMute(t *testing.T) {
	echoing(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/mute").open()
		c.send(true, ws.OpText, "hello?")
		c.send(true, ws.OpPing, "hello?")
		c.send(true, ws.OpClose, "")
		c.wantSilence()
	})
}

func TestEchoServerPlainHTTP(t *testing.T) {
	echoing(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "")
		c.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		if response, body := c.response(); response.StatusCode != 426 || !strings.Contains(body, "WebSocket server") {
			t.Errorf("%s %q", response.Status, body)
		}
	})
}

func TestEchoServerWaitsForSlowReaders(t *testing.T) {
	echoing(t, wstest.Options{Backlog: 1000}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/").open()
		big := strings.Repeat("x", 50_000)
		go func() {
			for range 20 {
				ws.WriteFrame(c.conn, ws.MaskFrame(ws.NewTextFrame([]byte(big))))
			}
		}()
		synctest.Wait()
		if queued := s.Peers()[0].Buffered(); queued > len(big)+ws.MaxHeaderSize {
			t.Errorf("%d bytes are queued for a client that doesn't read", queued)
		}
		for range 20 {
			c.want("text " + big)
		}
	})
}

func TestEchoServerGivesUpOnAStuckClient(t *testing.T) {
	echoing(t, wstest.Options{Backlog: 1000}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/").open()
		go func() {
			for range 20 {
				ws.WriteFrame(c.conn, ws.MaskFrame(ws.NewTextFrame(make([]byte, 50_000))))
			}
		}()
		synctest.Wait()
		s.Close() // with the echo waiting for room
		c.conn.Close()
	})
}

// TestEchoServerSaysItsPathAlone: what comes at once with the handshake is not
// echoed before the path's own answer.
func TestEchoServerSaysItsPathAlone(t *testing.T) {
	echoing(t, wstest.Options{}, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/close/4000/bye").open()
		c.send(true, ws.OpText, "at once")
		c.want("close 4000 bye")
		c.send(true, ws.OpClose, "")
		c.wantEnd(io.EOF)
	})
}
