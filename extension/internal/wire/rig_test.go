package wire

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/internal/tick"
	"github.com/tickwire/tickwire/extension/wstest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testOptions are the defaults of package extension.
func testOptions() Options {
	return Options{
		Clock: SystemClock{}, MaxMessage: 16 << 20, InboundCredit: 1 << 20, OutboundBuffer: 16 << 20,
		MaxResponse: 64 << 10, MaxRequest: 16 << 10, ReadBuffer: 64 << 10, CloseTimeout: 2 * time.Second,
	}
}

// rig is a hub and a scripted peer over an in-memory network, in a synctest
// bubble.
type rig struct {
	t       *testing.T
	hub     *Hub
	network *wstest.Network
	log     []string // what was delivered, a word an event
	last    map[Kind]*Event
	hold    bool             // events are drained and their credit is kept
	react   func(e *Event)   // called for each event once it is in the log
	decide  func(q *Request) // answers a request; nil: it is accepted
}

// inBubble runs f with a rig whose options change may set.
func inBubble(t *testing.T, change func(*Options), f func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, network: wstest.NewNetwork(nil), last: map[Kind]*Event{}}
		o := testOptions()
		o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
			nc, err := r.network.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return countingConn{nc}, nil
		}
		o.Listen = r.network.ListenContext
		if change != nil {
			change(&o)
		}
		r.hub = NewHub(o)
		f(r)
		if err := r.hub.Close(time.Second); err != nil {
			t.Errorf("hub.Close: %v", err)
		}
	})
}

// serve accepts connections on server.test:80 and hands each, raw, to f.
func (r *rig) serve(f func(p *peer)) {
	r.t.Helper()
	r.serveAt("server.test:80", f)
}

func (r *rig) serveAt(address string, f func(p *peer)) {
	r.t.Helper()
	listener, err := r.network.Listen(address)
	if err != nil {
		r.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			p := &peer{t: r.t, nc: nc.(*wstest.Conn), over: nc, in: newReader(nc)}
			f(p)
			if !p.kept {
				nc.Close()
			}
		}
	}()
	r.t.Cleanup(func() { listener.Close(); <-done })
}

// target is what dial asks for unless told otherwise.
func target() *Target { return &Target{URL: "ws://server.test/", Timeout: 3 * time.Second} }

func (r *rig) dial(t *Target) *Conn { return r.hub.Dial(t) }

// open dials and waits until the connection is up.
func (r *rig) open(t *Target) *Conn {
	r.t.Helper()
	c := r.dial(t)
	r.settle()
	if got := r.take(); got != "CONNECTED" {
		r.t.Fatalf("events %q, want CONNECTED (%v)", got, r.reason())
	}
	return c
}

// settle lets everything happen that needs no time, as a tick would.
func (r *rig) settle() {
	r.hub.Flush()
	synctest.Wait()
	for r.hub.queue.Ready() {
		r.hub.queue.Drain(func(e *Event) tick.Verdict {
			r.record(*e)
			return tick.More
		})
		r.hub.Flush()
		synctest.Wait()
	}
}

func (r *rig) record(e Event) {
	r.last[e.Kind] = &e
	switch e.Kind {
	case Requested:
		q := e.Request()
		if !q.Begin() {
			return
		}
		r.log = append(r.log, "REQUEST:"+q.Path)
		if r.decide != nil {
			r.decide(q)
		} else {
			q.Accept(nil)
		}
	case Connected:
		r.log = append(r.log, "CONNECTED")
	case Message:
		r.log = append(r.log, "MESSAGE:"+brief(e.Payload))
		if !r.hold {
			e.Conn.Credit(len(e.Payload))
		}
	case Failed:
		r.log = append(r.log, fmt.Sprintf("ERROR:%s/%s", e.Error().Stage, e.Error().Cause))
	case Disconnected:
		g := e.Goodbye()
		r.log = append(r.log, fmt.Sprintf("DISCONNECTED:%d", g.Code))
	}
	if r.react != nil {
		r.react(&e)
	}
}

func brief(s string) string {
	if len(s) > 20 {
		return fmt.Sprintf("%d bytes", len(s))
	}
	return s
}

// take gives what was delivered since the last take.
func (r *rig) take() string {
	got := strings.Join(r.log, " ")
	r.log = nil
	return got
}

// reason is the text of the last error.
func (r *rig) reason() string {
	if e, ok := r.last[Failed]; ok {
		return e.Error().Error()
	}
	return "no error"
}

// expect settles and holds the events against want.
func (r *rig) expect(want string) {
	r.t.Helper()
	r.settle()
	if got := r.take(); got != want {
		r.t.Errorf("events %q, want %q (%s)", got, want, r.reason())
	}
}

// wait lets time pass, ticking every 10 ms.
func (r *rig) wait(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(10*time.Millisecond, time.Until(end)))
		r.settle()
	}
}

// peer is the server's end, spoken to in bytes.
type peer struct {
	t       *testing.T
	nc      *wstest.Conn
	over    net.Conn // what is written to: nc, or TLS over it
	in      *bufio.Reader
	request *http.Request
	kept    bool // not closed at the end of the server's function
}

// accept reads the handshake and answers it, with more headers if given.
func (p *peer) accept(more ...string) bool {
	request, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	p.request = request
	answer := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		accept(request.Header.Get("Sec-WebSocket-Key")) + "\r\n"
	for _, line := range more {
		answer += line + "\r\n"
	}
	_, err = io.WriteString(p.over, answer+"\r\n")
	return err == nil
}

// send writes one frame.
func (p *peer) send(opcode ws.OpCode, payload string) { p.raw(frameBytes(opcode, payload)) }

func (p *peer) raw(b []byte) { p.over.Write(b) }

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReader(r) }

func frameBytes(opcode ws.OpCode, payload string) []byte {
	return ws.MustCompileFrame(ws.NewFrame(opcode, true, []byte(payload)))
}

// receive reads one frame of the client's, unmasked; nil at the end.
func (p *peer) receive() *ws.Frame {
	h, err := ws.ReadHeader(p.in)
	if err != nil {
		return nil
	}
	if !h.Masked || h.Mask == [4]byte{} {
		p.t.Errorf("a frame came with masked %t and mask %v: want a mask (RFC 6455 section 5.3)", h.Masked, h.Mask)
	}
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(p.in, payload); err != nil {
		return nil
	}
	ws.Cipher(payload, h.Mask, 0)
	return &ws.Frame{Header: h, Payload: payload}
}

// receiveAll reads to the end and gives a word a frame.
func (p *peer) receiveAll() (frames []string) {
	for f := p.receive(); f != nil; f = p.receive() {
		frames = append(frames, word(f))
	}
	return frames
}

func word(f *ws.Frame) string {
	switch f.Header.OpCode {
	case ws.OpClose:
		if len(f.Payload) < 2 {
			return fmt.Sprintf("close%s", f.Payload)
		}
		return strings.TrimSpace(fmt.Sprintf("close %d %s", binary.BigEndian.Uint16(f.Payload), f.Payload[2:]))
	case ws.OpPing:
		return "ping " + string(f.Payload)
	case ws.OpPong:
		return "pong " + string(f.Payload)
	case ws.OpText:
		return "text " + brief(string(f.Payload))
	}
	return "binary " + brief(string(f.Payload))
}

func closeBytes(code int, reason string) []byte {
	return frameBytes(ws.OpClose, string(closePayload(code, reason)))
}

// echo answers every message with itself, and close with close.
func echo(p *peer) {
	if !p.accept() {
		return
	}
	for {
		f := p.receive()
		if f == nil {
			return
		}
		switch f.Header.OpCode {
		case ws.OpClose:
			p.send(ws.OpClose, string(f.Payload))
			return
		case ws.OpText, ws.OpBinary:
			p.send(f.Header.OpCode, string(f.Payload))
		}
	}
}

// writes counts the writes of the rig's clients.
var writes atomic.Int64

// countingConn counts what is written.
type countingConn struct{ net.Conn }

func (c countingConn) Write(p []byte) (int, error) {
	writes.Add(1)
	return c.Conn.Write(p)
}

// whileStalled sends b to a client whose own sending is held back for a while,
// and gives what then comes of it.
func (p *peer) whileStalled(b []byte) (frames []string) {
	p.nc.Incoming().Stall(true)
	time.Sleep(50 * time.Millisecond)
	p.raw(b)
	time.Sleep(50 * time.Millisecond)
	p.nc.Incoming().Stall(false)
	return p.receiveAll()
}

// loopback serves f on a real socket and gives a hub that is closed at the end.
func loopback(t *testing.T, change func(*Options), f func(nc net.Conn, in *bufio.Reader)) (*Hub, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(nc)
			request, err := http.ReadRequest(in)
			if err == nil {
				io.WriteString(nc, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: "+
					accept(request.Header.Get("Sec-WebSocket-Key"))+"\r\n\r\n")
				f(nc, in)
			}
			nc.Close()
		}
	}()
	o := testOptions()
	if change != nil {
		change(&o)
	}
	hub := NewHub(o)
	t.Cleanup(func() {
		if err := hub.Close(5 * time.Second); err != nil {
			t.Error(err)
		}
		listener.Close()
		<-done
	})
	return hub, "ws://" + listener.Addr().String() + "/"
}

// next waits for events on a real socket and gives them, credit returned.
func next(t *testing.T, hub *Hub) (events []Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for len(events) == 0 {
		select {
		case <-hub.queue.Wake():
		case <-ctx.Done():
			t.Fatal("no event within 10 s")
		}
		hub.queue.Drain(func(e *Event) tick.Verdict {
			if e.Kind == Message {
				e.Conn.Credit(len(e.Payload))
			}
			events = append(events, *e)
			return tick.More
		})
	}
	return events
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }
