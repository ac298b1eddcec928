package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/wstest"
)

// session is a connection's whole life: the peer sends, in fragments too, and
// pings; our side sends; the peer sends that back; our side closes.
type session struct {
	name   string
	as     role        // ours
	secure *tls.Config // the server's, nil for none
	client *tls.Config
	bytes  [2]int // that the whole of it has from the peer and to it
	opened [2]int // … until our side is connected
}

// accepts tells whether our side is the server.
func (s *session) accepts() bool { return s.as.side.ServerSide() }

// whole is what our side is told of an undisturbed session before its end.
func (s *session) whole() []string {
	if s.accepts() {
		return append([]string{"REQUEST:/"}, whole...)
	}
	return whole
}

// places are where to disturb one direction of it: at every byte; with TLS,
// where a session takes milliseconds, at every stepth, and at fewer while it
// is not open yet.
func (s *session) places(direction, step int) (all []int) {
	for at := 0; at < s.bytes[direction]; at++ {
		all = append(all, at)
		if s.secure == nil {
			continue
		}
		at += step - 1
		if at < s.opened[direction] {
			at += 8 * step
		}
	}
	return all
}

// whole is what our side is told from CONNECTED on, and said what the peer then
// has received, its pong apart.
var (
	whole = []string{"CONNECTED", "MESSAGE:one", "MESSAGE:two", "MESSAGE:hello", "MESSAGE:300 bytes"}
	said  = []string{"text hello", "binary 300 bytes", "close 1000"}
)

// sessions gives the plain one and the one over TLS, measured.
func sessions(t *testing.T) []*session {
	t.Helper()
	ca, err := wstest.NewCA(dawn{})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := ca.Certificate("server.test")
	if err != nil {
		t.Fatal(err)
	}
	var all []*session
	for _, as := range roles {
		all = append(all, &session{name: as.name, as: as}, &session{
			name: as.name + " over tls", as: as, client: &tls.Config{RootCAs: ca.Pool(), ServerName: "server.test"},
			secure: &tls.Config{Certificates: []tls.Certificate{certificate}},
		})
	}
	for _, s := range all {
		s.run(t, func(*faulty) {}, func(r *rig, f *faulty, heard *[]string) {
			passed := func() [2]int { return [2]int{int(f.read.passed.Load()), int(f.written.passed.Load())} }
			synctest.Wait()
			s.opened = passed()
			r.settle()
			s.judgeWhole(r, "undisturbed", *heard)
			s.bytes = passed()
		})
	}
	return all
}

// dawn is the time at which a bubble begins.
type dawn struct{ wstest.Clock }

func (dawn) Now() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// run has one in a bubble, over a connection that disturb has prepared, and lets
// judge wait for what comes of it. heard is what the peer received.
func (s *session) run(t *testing.T, disturb func(f *faulty), judge func(r *rig, f *faulty, heard *[]string)) {
	t.Helper()
	inBubble(t, func(o *Options) { o.TLS = s.client }, func(r *rig) {
		f := &faulty{closed: make(chan struct{})}
		f.read.init()
		f.written.init()
		disturb(f)
		var heard []string
		var c *Conn
		if s.accepts() {
			s.listen(r, f, &heard)
		} else {
			s.serve(r, f, &heard)
		}
		messages := 0
		r.react = func(e *Event) {
			c = e.Conn
			switch e.Kind {
			case Connected:
				e.Conn.Send(Text, "hello")
				e.Conn.Send(Binary, repeat("x", 300))
			case Message:
				if messages++; messages == len(whole)-1 { // CONNECTED is none
					e.Conn.Close(codeNormal, "")
				}
			}
		}
		if !s.accepts() {
			url := "ws://server.test/"
			if s.secure != nil {
				url = "wss://server.test:80/"
			}
			c = r.dial(&Target{URL: url, Timeout: 3 * time.Second, PingInterval: 5 * time.Second, PongTimeout: 2 * time.Second})
		}
		judge(r, f, &heard)
		if c != nil && c.Buffered() != 0 || r.hub.count != 0 {
			r.t.Errorf("bytes are buffered, or %d connections in the books, once it is over", r.hub.count)
		}
	})
}

// serve has a peer wait for our side's dial, which goes through f.
func (s *session) serve(r *rig, f *faulty, heard *[]string) {
	r.hub.o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
		nc, err := r.network.DialContext(ctx, network, address)
		f.Conn = nc
		return f, err
	}
	r.serve(func(p *peer) {
		if s.secure != nil {
			secured := tls.Server(p.nc, s.secure)
			if secured.HandshakeContext(context.Background()) != nil {
				return
			}
			p = &peer{t: p.t, nc: p.nc, over: secured, in: newReader(secured)}
		}
		if p.accept() {
			s.talk(p, heard)
		}
	})
}

// listen has our side wait, behind f, for a peer that comes at once.
func (s *session) listen(r *rig, f *faulty, heard *[]string) {
	r.hub.o.Listen = func(ctx context.Context, network, address string) (net.Listener, error) {
		nl, err := r.network.ListenContext(ctx, network, address)
		return &faultyListener{nl, f}, err
	}
	o := listening()
	o.TLS, o.Timeout, o.PingInterval, o.PongTimeout = s.secure, 3*time.Second, 5*time.Second, 2*time.Second
	r.listen(o)
	p := r.knock().peer
	go func() { // ends with the connection
		defer p.nc.Close()
		if s.client != nil {
			secured := tls.Client(p.nc, s.client)
			if secured.HandshakeContext(context.Background()) != nil {
				return
			}
			p = &peer{t: p.t, nc: p.nc, over: secured, in: newReader(secured)}
		}
		if _, err := io.WriteString(p.over, handshakeFor("/")); err != nil {
			return
		}
		if status, _ := (&client{p}).answer(); status == "101 Switching Protocols" {
			s.talk(p, heard)
		}
	}()
}

// talk is the peer's part.
func (s *session) talk(p *peer, heard *[]string) {
	for _, f := range []frame{text("one"), ping("p"), text("tw").first(), rest("o")} {
		p.raw(f.bytes(s.as))
	}
	for {
		f, err := readFrame(p.in, s.as.side.ClientSide())
		if err != nil {
			return
		}
		if f.opcode != ws.OpPong && f.opcode != ws.OpPing {
			*heard = append(*heard, word(&ws.Frame{Header: ws.Header{OpCode: f.opcode}, Payload: []byte(f.payload)}))
		}
		switch f.opcode {
		case ws.OpPing:
			p.raw(pong(f.payload).bytes(s.as))
		case ws.OpClose:
			p.raw(f.bytes(s.as))
			if s.accepts() {
				io.Copy(io.Discard, p.in) // the server is the one to hang up
			}
			return
		case ws.OpText, ws.OpBinary:
			p.raw(f.bytes(s.as))
		}
	}
}

// faultyListener accepts the one connection that is disturbed.
type faultyListener struct {
	net.Listener
	f *faulty
}

func (l *faultyListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.f.Conn = nc
	return l.f, nil
}

// judgeWhole holds what happened against an undisturbed session.
func (s *session) judgeWhole(r *rig, when string, heard []string) {
	r.t.Helper()
	if want := append(slices.Clone(s.whole()), "DISCONNECTED:1000"); !slices.Equal(r.log, want) {
		r.t.Errorf("%s, %s: events %q (%s), want %q", s.name, when, r.log, r.reason(), want)
	}
	if !slices.Equal(heard, said) {
		r.t.Errorf("%s, %s: the peer received %q, want %q", s.name, when, heard, said)
	}
}

// judgeBroken holds what happened against a session that broke somewhere: what
// was delivered is its beginning, in order, then comes the reason, one of
// these, unless we were leaving already, and one end.
func (s *session) judgeBroken(r *rig, when string, heard []string, reasons ...string) {
	r.t.Helper()
	log := r.log
	bad := func(what string) {
		r.t.Helper()
		r.t.Errorf("%s, %s: %s: events %q (%s), the peer received %q", s.name, when, what, r.log, r.reason(), heard)
	}
	if len(heard) > len(said) || !slices.Equal(heard, said[:len(heard)]) {
		bad("the peer received what was not sent")
	}
	if s.accepts() && len(log) == 0 && len(heard) == 0 {
		return // no request has come: nobody is told
	}
	if len(log) == 0 || !strings.HasPrefix(log[len(log)-1], "DISCONNECTED:") {
		bad("no end came")
		return
	}
	all := s.whole()
	end, log := log[len(log)-1], log[:len(log)-1]
	failed := ""
	if n := len(log); n > 0 && strings.HasPrefix(log[n-1], "ERROR:") {
		failed, log = strings.TrimPrefix(log[n-1], "ERROR:"), log[:n-1]
	}
	switch {
	case len(log) > len(all) || !slices.Equal(log, all[:len(log)]):
		bad("events are missing or out of order")
	case failed != "" && len(heard) == len(said):
		bad("an error came after our close")
	case (failed != "" || len(log) < len(all)) && !slices.Contains(reasons, failed):
		bad("not the right reason")
	case len(log) < len(all) && end != "DISCONNECTED:1006":
		bad("a clean end")
	}
}

// directions of a session's bytes, as its faulty connection counts them.
var directions = []struct {
	name string
	of   func(f *faulty) *gate
}{
	{"from the peer", func(f *faulty) *gate { return &f.read }},
	{"to the peer", func(f *faulty) *gate { return &f.written }},
}

// TestSessionCutAtEveryByte of either direction: the events keep their grammar,
// what came whole was delivered, and it is over at once.
func TestSessionCutAtEveryByte(t *testing.T) {
	for _, s := range sessions(t) {
		t.Run(s.name, func(t *testing.T) {
			for d, direction := range directions {
				for _, cut := range s.places(d, 1) {
					s.run(t, func(f *faulty) { direction.of(f).cut(cut) }, func(r *rig, f *faulty, heard *[]string) {
						r.wait(10 * time.Millisecond)
						s.judgeBroken(r, "cut at "+direction.name+" "+strconv.Itoa(cut), *heard, "io/closed", "handshake/closed", "tls/closed")
					})
				}
			}
		})
	}
}

// TestSessionStalledAtEveryByte of either direction: a stall that ends costs
// nothing but its time; one that doesn't is found by a timeout.
func TestSessionStalledAtEveryByte(t *testing.T) {
	for _, s := range sessions(t) {
		for d, direction := range directions {
			t.Run(s.name+" "+direction.name, func(t *testing.T) {
				for _, at := range s.places(d, 5) {
					when := "stalled at " + direction.name + " " + strconv.Itoa(at)
					s.run(t, func(f *faulty) { direction.of(f).stall(at) }, func(r *rig, f *faulty, heard *[]string) {
						r.pass(time.Second)
						close(direction.of(f).resume)
						r.pass(10 * time.Millisecond)
						s.judgeWhole(r, when, *heard)
					})
					s.run(t, func(f *faulty) { direction.of(f).stall(at) }, func(r *rig, f *faulty, heard *[]string) {
						r.pass(9 * time.Second) // 3 s to connect or 5+2 s to miss a pong, 2 s to close
						s.judgeBroken(r, when+" for ever", *heard, "timeout/timeout")
					})
				}
			})
		}
	}
}

// TestSessionByTheByte: reads and writes of one byte, both ways.
func TestSessionByTheByte(t *testing.T) {
	for _, s := range sessions(t) {
		s.run(t, func(f *faulty) { f.chunk = 1 }, func(r *rig, f *faulty, heard *[]string) {
			r.wait(10 * time.Millisecond)
			s.judgeWhole(r, "by the byte", *heard)
		})
	}
}

// pass lets time pass in a few ticks.
func (r *rig) pass(d time.Duration) {
	for range 10 {
		r.settle()
		time.Sleep(d / 10)
	}
	r.settle()
}

// faulty is our end of a connection that takes and gives few bytes at a time
// and is cut or stands still at a byte of either direction.
type faulty struct {
	net.Conn
	chunk         int // most bytes of a read or write, 0: no limit
	read, written gate
	once          sync.Once
	closed        chan struct{}
}

// gate lets bytes of one direction pass up to a place.
type gate struct {
	passed atomic.Int64
	place  int64
	resume chan struct{} // closed: the rest passes; nil: the connection is cut at the place
}

func (g *gate) init() { g.place = 1 << 62 }

func (g *gate) cut(at int) { g.place = int64(at) }

func (g *gate) stall(at int) { g.place, g.resume = int64(at), make(chan struct{}) }

// admit waits until bytes may pass, and tells how many, at most n; none once
// the connection is over.
func (f *faulty) admit(g *gate, n int) int {
	if f.chunk > 0 {
		n = min(n, f.chunk)
	}
	left := g.place - g.passed.Load()
	if left > 0 {
		return int(min(int64(n), left))
	}
	if g.resume == nil {
		f.Conn.(*wstest.Conn).Reset()
		return n // it says what happened
	}
	select {
	case <-g.resume:
		return n
	case <-f.closed:
		return 0
	}
}

func (f *faulty) Read(p []byte) (int, error) {
	n := f.admit(&f.read, len(p))
	if n == 0 {
		return 0, net.ErrClosed
	}
	n, err := f.Conn.Read(p[:n])
	f.read.passed.Add(int64(n))
	return n, err
}

func (f *faulty) Write(p []byte) (done int, err error) {
	for done < len(p) && err == nil {
		n := f.admit(&f.written, len(p)-done)
		if n == 0 {
			return done, net.ErrClosed
		}
		n, err = f.Conn.Write(p[done : done+n])
		f.written.passed.Add(int64(n))
		done += n
	}
	return done, err
}

func (f *faulty) Close() error {
	f.once.Do(func() { close(f.closed) })
	return f.Conn.Close()
}
