package wire

import (
	"context"
	"io"
	"strings"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/wstest"
)

// listening is what a listener does unless told otherwise.
func listening() Listening {
	at, err := ParseListenAddress("127.0.0.1:80")
	if err != nil {
		panic(err)
	}
	return Listening{At: at, MaxHandshakes: 1024, Timeout: 5 * time.Second}
}

// listen opens a listener that the hub's close ends.
func (r *rig) listen(o Listening) *Listener {
	r.t.Helper()
	l, err := r.hub.Listen(o)
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

// client is a connection to the listener, spoken to in bytes.
type client struct {
	*peer
}

// knock connects to where listening listens.
func (r *rig) knock() *client {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	nc, err := r.network.DialContext(ctx, "tcp", "127.0.0.1:80")
	if err != nil {
		r.t.Fatal(err)
	}
	c := &client{&peer{t: r.t, nc: nc.(*wstest.Conn), over: nc, in: newReader(nc)}}
	r.t.Cleanup(func() { nc.Close() })
	return c
}

// sampleKey and its answer are those of RFC 6455 section 1.3.
const sampleKey, sampleAccept = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

// handshakeFor is a request that can be accepted, with more header lines.
func handshakeFor(target string, more ...string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " +
		sampleKey + "\r\nSec-WebSocket-Version: 13\r\n" + strings.Join(append(more, "", ""), "\r\n")
}

// say writes text as it is.
func (c *client) say(text string) { c.raw([]byte(text)) }

// answer reads the head of the answer: the lines, and the headers by their names
// in small letters.
func (c *client) answer() (status string, headers map[string]string) {
	headers = map[string]string{}
	line, err := c.in.ReadString('\n')
	if err != nil {
		return "", headers
	}
	status = strings.TrimRight(line, "\r\n")
	for {
		line, err := c.in.ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		if err != nil || line == "" {
			return strings.TrimPrefix(status, "HTTP/1.1 "), headers
		}
		name, value, _ := strings.Cut(line, ": ")
		headers[strings.ToLower(name)] = value
	}
}

// rest reads to the end.
func (c *client) rest() string {
	text, _ := io.ReadAll(c.in)
	return string(text)
}

// sendMasked writes one frame as a client has to.
func (c *client) sendMasked(opcode ws.OpCode, payload string) {
	f := ws.NewFrame(opcode, true, []byte(payload))
	c.raw(ws.MustCompileFrame(ws.MaskFrameInPlaceWith(f, [4]byte{1, 2, 3, 4})))
}

// received reads a frame of the server's, which must not be masked; nil at the
// end.
func (c *client) received() *ws.Frame {
	h, err := ws.ReadHeader(c.in)
	if err != nil {
		return nil
	}
	if h.Masked {
		c.t.Errorf("a frame came masked: want none of a server's (RFC 6455 section 5.1)")
	}
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(c.in, payload); err != nil {
		return nil
	}
	return &ws.Frame{Header: h, Payload: payload}
}

// receivedAll reads to the end and gives a word a frame.
func (c *client) receivedAll() (frames []string) {
	for f := c.received(); f != nil; f = c.received() {
		frames = append(frames, word(f))
	}
	return frames
}

// enter opens a connection and gives both ends of it.
func (r *rig) enter(more ...string) (*Conn, *client) {
	r.t.Helper()
	c := r.knock()
	c.say(handshakeFor("/", more...))
	r.settle()
	if got := r.take(); got != "REQUEST:/ CONNECTED" {
		r.t.Fatalf("events %q, want REQUEST:/ CONNECTED", got)
	}
	if status, _ := c.answer(); status != "101 Switching Protocols" {
		r.t.Fatalf("the server answered %q", status)
	}
	return r.last[Connected].Conn, c
}

// gone tells whether the server has hung up on a client that reads on.
func (c *client) gone() bool {
	over := make(chan struct{})
	go func() { // ends with the connection, which the test closes
		defer close(over)
		c.rest()
	}()
	synctest.Wait()
	select {
	case <-over:
		return true
	default:
		return false
	}
}

// underWay counts the handshakes.
func (l *Listener) underWay() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.handshakes)
}

// held counts the connections that take a place.
func (l *Listener) held() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}
