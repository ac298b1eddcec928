package wire

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
)

func TestKeepalive(t *testing.T) {
	t.Run("pings, measures, and any frame counts as life", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			pings := 0
			r.serve(func(p *peer) {
				p.accept()
				for f := p.receive(); f != nil; f = p.receive() {
					if f.Header.OpCode != ws.OpPing {
						return
					}
					time.Sleep(30 * time.Millisecond)
					if pings++; pings%2 == 0 {
						p.send(ws.OpPong, string(f.Payload))
					} else {
						p.send(ws.OpText, "t")
					}
				}
			})
			c := r.open(&Target{URL: "ws://server.test/", Timeout: time.Second, PingInterval: 5 * time.Second, PongTimeout: 2 * time.Second})
			r.wait(21 * time.Second)
			r.expect("MESSAGE:t MESSAGE:t")
			if pings != 4 {
				t.Errorf("%d pings in 21 s, want 4", pings)
			}
			if rtt := c.Stats().RTT; rtt != 30*time.Millisecond {
				t.Errorf("round trip %v, want 30ms", rtt)
			}
		})
	})
	t.Run("finds a half-open connection", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) { p.accept(); time.Sleep(time.Second); p.nc.HalfOpen(); time.Sleep(time.Minute) })
			r.open(&Target{URL: "ws://server.test/", Timeout: time.Second, PingInterval: 5 * time.Second, PongTimeout: 3 * time.Second})
			start := time.Now()
			for len(r.log) == 0 && time.Since(start) < time.Minute {
				r.wait(10 * time.Millisecond)
			}
			if d := time.Since(start); d > 8100*time.Millisecond {
				t.Errorf("found after %v, want the interval and the timeout: 8s", d)
			}
			r.expect("ERROR:timeout/timeout DISCONNECTED:1006")
		})
	})
	t.Run("is off", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) { p.accept(); p.nc.HalfOpen(); time.Sleep(time.Hour) })
			r.open(target())
			time.Sleep(time.Minute)
			r.expect("")
		})
	})
	t.Run("stands still while the script keeps the reader waiting", func(t *testing.T) {
		inBubble(t, func(o *Options) { o.InboundCredit = 1000 }, func(r *rig) {
			r.hold = true
			r.serve(func(p *peer) {
				p.accept()
				for range 20 {
					p.send(ws.OpBinary, repeat("x", 1000))
				}
				p.receiveAll()
			})
			c := r.open2(&Target{URL: "ws://server.test/", Timeout: time.Second, PingInterval: time.Second, PongTimeout: time.Second})
			time.Sleep(time.Minute)
			r.settle()
			if got := r.take(); strings.Contains(got, "ERROR") {
				t.Errorf("a paused game lost its connection: %q", got)
			}
			c.Abandon(1000)
		})
	})
	t.Run("a ping of the script's", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) { p.accept(); f := p.receive(); p.send(ws.OpPong, string(f.Payload)); p.receive() })
			c := r.open(target())
			if c.Stats().RTT != 0 {
				t.Error("a round trip was measured before a ping")
			}
			c.Ping() // no Flush
			synctest.Wait()
			if c.Stats().RTT == 0 {
				t.Error("no round trip was measured")
			}
		})
	})
}
