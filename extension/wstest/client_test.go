package wstest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/wstest"
)

const (
	testKey    = "dGhlIHNhbXBsZSBub25jZQ==" // RFC 6455, 1.3, with its answer
	testAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

// inMemory runs f with a server in a bubble; both must be gone at its end.
func inMemory(t *testing.T, opts wstest.Options, f func(t *testing.T, s *wstest.Server, n *wstest.Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		opts.Network = n
		opts.Address = "game.example:80"
		s, err := wstest.NewServer(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		f(t, s, n)
	})
}

// client is a WebSocket client of a few lines, by hand.
type client struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// dial connects to s and sends a handshake request with extra header lines.
func dial(t *testing.T, s *wstest.Server, n *wstest.Network, path string, lines ...string) *client {
	t.Helper()
	c := &client{t: t}
	var err error
	if n != nil {
		c.conn, err = n.DialContext(context.Background(), "tcp", s.Addr().String())
	} else {
		c.conn, err = net.Dial("tcp", s.Addr().String())
	}
	if err != nil {
		t.Fatal(err)
	}
	c.start(path, lines...)
	return c
}

func (c *client) secure(config *tls.Config) {
	c.conn = tls.Client(c.conn, config)
}

func (c *client) start(path string, lines ...string) {
	c.r = bufio.NewReader(c.conn)
	if path == "" {
		return // the test talks by itself
	}
	c.write("GET " + path + " HTTP/1.1\r\nHost: game.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + testKey + "\r\n" + strings.Join(append(lines, "", ""), "\r\n"))
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// response reads the answer to the handshake, with its body.
func (c *client) response() (*http.Response, string) {
	c.t.Helper()
	response, err := http.ReadResponse(c.r, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		return response, ""
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response, string(body)
}

// open expects the handshake to succeed.
func (c *client) open() *client {
	c.t.Helper()
	if response, body := c.response(); response.StatusCode != 101 || response.Header.Get("Sec-WebSocket-Accept") != testAccept {
		c.t.Fatalf("the answer is %s %v %q, want the handshake done", response.Status, response.Header, body)
	}
	return c
}

func (c *client) send(fin bool, op ws.OpCode, payload string) {
	c.t.Helper()
	c.sendFrame(ws.MaskFrameWith(ws.NewFrame(op, fin, []byte(payload)), [4]byte{1, 2, 3, 4}))
}

func (c *client) sendFrame(f ws.Frame) {
	c.t.Helper()
	if err := ws.WriteFrame(c.conn, f); err != nil {
		c.t.Fatal(err)
	}
}

// want expects a frame, written as "text hi", "close 1001 reason", "close".
func (c *client) want(want string) {
	c.t.Helper()
	h, err := ws.ReadHeader(c.r)
	if err != nil {
		c.t.Fatalf("reading a frame: %v, want %s", err, want)
	}
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(c.r, payload); err != nil {
		c.t.Fatal(err)
	}
	kind := map[ws.OpCode]string{ws.OpText: "text", ws.OpBinary: "binary", ws.OpContinuation: "continuation",
		ws.OpClose: "close", ws.OpPing: "ping", ws.OpPong: "pong"}[h.OpCode]
	got := kind + " " + string(payload)
	if h.OpCode == ws.OpClose {
		got = kind
		if code, reason := ws.ParseCloseFrameData(payload); code != 0 {
			got = strings.TrimSpace(fmt.Sprintf("close %d %s", code, reason))
		}
	}
	if got != want {
		c.t.Fatalf("got frame %q, want %q", got, want)
	}
}

// wantEnd expects the connection to end so.
func (c *client) wantEnd(want error) {
	c.t.Helper()
	if b, err := c.r.ReadByte(); !errors.Is(err, want) {
		c.t.Fatalf("read byte %#x, %v, want %v", b, err, want)
	}
}

// wantSilence expects nothing at all for an hour.
func (c *client) wantSilence() {
	c.t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(time.Hour))
	defer c.conn.SetReadDeadline(time.Time{})
	var timeout net.Error
	if b, err := c.r.ReadByte(); !errors.As(err, &timeout) || !timeout.Timeout() {
		c.t.Fatalf("read byte %#x, %v, want silence", b, err)
	}
}

// soon is a context for what must happen without time passing by much.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// peerOf is the server's side of a client that was just opened.
func peerOf(t *testing.T, s *wstest.Server) *wstest.Peer {
	t.Helper()
	p, err := s.Accept(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}
