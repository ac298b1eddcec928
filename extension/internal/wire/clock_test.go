package wire

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// oddClock is a bubble's time half of whose timers are late by up to two seconds, so
// that they come in any order, and whose calls take effect later still: a stop
// may miss one that is under way.
type oddClock struct {
	SystemClock
	mu   sync.Mutex
	rand *rand.Rand // guarded by mu
}

func (o *oddClock) lateness() (late, gap time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rand.IntN(2) == 0 {
		late = time.Duration(o.rand.Int64N(int64(2 * time.Second)))
	}
	if o.rand.IntN(2) == 0 {
		gap = time.Duration(o.rand.Int64N(int64(time.Second)))
	}
	return late, gap
}

func (o *oddClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	late, gap := o.lateness()
	var settled atomic.Bool // fired or stopped
	timer := time.AfterFunc(d+late, func() {
		if settled.CompareAndSwap(false, true) {
			time.Sleep(gap)
			f()
		}
	})
	return func() bool {
		timer.Stop()
		return settled.CompareAndSwap(false, true)
	}
}

// TestTimersInOddOrder: whatever order the timers come in, a connection has one
// end and everything is joined.
func TestTimersInOddOrder(t *testing.T) {
	silent := func(p *peer) { io.Copy(io.Discard, p.in) }
	for _, test := range []struct {
		name   string
		server func(p *peer)
		act    func(r *rig, c *Conn) // a second later
		want   string                // regular expression
	}{
		{name: "a close that is answered", server: echo, act: func(r *rig, c *Conn) { c.Close(1000, "") }, want: "CONNECTED DISCONNECTED:1000"},
		{name: "a close that is not", server: func(p *peer) { p.accept(); silent(p) }, act: func(r *rig, c *Conn) { c.Close(1000, "") }, want: "CONNECTED DISCONNECTED:1006"},
		{name: "no answer to the handshake", server: silent, want: "ERROR:timeout/timeout DISCONNECTED:1006"},
		{name: "an answer in the last moment", server: func(p *peer) { time.Sleep(3200 * time.Millisecond); p.accept(); silent(p) },
			want: "(CONNECTED )?ERROR:timeout/timeout DISCONNECTED:1006"},
		{name: "a dial given up", server: silent, act: func(r *rig, c *Conn) { c.Cancel() }, want: "DISCONNECTED:1006"},
		{name: "silence", server: func(p *peer) { p.accept(); p.nc.HalfOpen(); time.Sleep(time.Minute) }, want: "CONNECTED ERROR:timeout/timeout DISCONNECTED:1006"},
		{name: "a lively one", server: pingEcho, act: func(r *rig, c *Conn) { r.pass(20 * time.Second); c.Close(1000, "") },
			want: "CONNECTED DISCONNECTED:1000"},
		{name: "a violation", server: func(p *peer) { p.accept(); p.raw([]byte{0xc1, 0}); silent(p) }, want: "CONNECTED ERROR:protocol/other DISCONNECTED:1006"},
		{name: "the end of all", server: echo, act: func(r *rig, c *Conn) {
			if err := r.hub.Close(time.Second); err != nil {
				r.t.Error(err)
			}
		}, want: "CONNECTED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := regexp.MustCompile("^" + test.want + "$")
			for seed := range uint64(40) {
				inBubble(t, func(o *Options) { o.Clock = &oddClock{rand: rand.New(rand.NewPCG(seed, 0))} }, func(r *rig) {
					r.serve(test.server)
					c := r.dial(&Target{URL: "ws://server.test/", Timeout: 3 * time.Second, PingInterval: 5 * time.Second, PongTimeout: 4 * time.Second})
					r.pass(time.Second)
					if test.act != nil {
						test.act(r, c)
					}
					r.pass(30 * time.Second)
					if got := r.take(); !want.MatchString(got) {
						t.Errorf("seed %d: events %q, want %s", seed, got, test.want)
					}
				})
			}
		})
	}
}

// pingEcho answers pings, and a close.
func pingEcho(p *peer) {
	p.accept()
	for f := p.receive(); f != nil; f = p.receive() {
		switch f.Header.OpCode {
		case ws.OpPing:
			p.send(ws.OpPong, string(f.Payload))
		case ws.OpClose:
			p.send(ws.OpClose, string(f.Payload))
			return
		}
	}
}

// TestRaceOfOddTimers: addresses are tried in turn, however late the staggers
// come, and the dial ends with its time.
func TestRaceOfOddTimers(t *testing.T) {
	for seed := range uint64(40) {
		inBubble(t, func(o *Options) {
			o.Clock = &oddClock{rand: rand.New(rand.NewPCG(seed, 1))}
			o.SocketTimeout = 300 * time.Millisecond
		}, func(r *rig) {
			hub := r.hub
			c := &Conn{hub: hub}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			nc, err := c.race(ctx, []string{"1", "2", "3"}, func(ctx context.Context, address string) (net.Conn, error) {
				if address == "3" {
					return namedConn{name: address}, nil
				}
				<-ctx.Done()
				return nil, ctx.Err()
			})
			if err != nil || nc.(namedConn).name != "3" {
				t.Errorf("seed %d: %v, %v, want the third", seed, nc, err)
			}
		})
	}
}

// TestServerThatNeverCloses and never stops sending is cut by the close
// timeout, whoever has begun.
func TestServerThatNeverCloses(t *testing.T) {
	for _, test := range []struct {
		name  string
		begin func(p *peer)
		act   func(c *Conn)
		want  string
	}{
		{"our close", func(*peer) {}, func(c *Conn) { c.Close(1000, "") }, "CONNECTED DISCONNECTED:1006"},
		{"its own close", func(p *peer) { p.raw(closeBytes(4000, "")) }, nil, "CONNECTED DISCONNECTED:4000"},
		{"a violation", func(p *peer) { p.raw([]byte{0xc1, 0}) }, nil, "CONNECTED ERROR:protocol/other DISCONNECTED:1006"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				over := make(chan time.Duration, 1)
				start := time.Now()
				r.serve(func(p *peer) {
					p.accept()
					test.begin(p)
					for {
						if _, err := p.nc.Write(frameBytes(ws.OpPing, repeat("x", 100))); err != nil {
							over <- time.Since(start)
							return
						}
						time.Sleep(time.Millisecond)
					}
				})
				c := r.dial(target())
				r.settle()
				if test.act != nil {
					test.act(c)
				}
				r.wait(3 * time.Second)
				if got := r.take(); got != test.want {
					t.Errorf("events %q, want %q", got, test.want)
				}
				if d := <-over; d < 1900*time.Millisecond || d > 2100*time.Millisecond {
					t.Errorf("cut after %v, want 2s", d)
				}
			})
		})
	}
}
