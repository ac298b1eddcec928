package wire

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
)

// TestLaw5NoLockIsHeldByWhoWaits: what the tick calls takes short locks, so
// nobody may hold one while he waits for the network, for time or for the tick.
func TestLaw5NoLockIsHeldByWhoWaits(t *testing.T) {
	meter := func(r *rig) *Meter { return r.hub.NewMeter(&Quota{ReceiveMessages: 1}) }
	for name, begin := range map[string]func(r *rig) (*Conn, *Meter){
		"a dial to a dead host": func(r *rig) (*Conn, *Meter) {
			r.network.Blackhole("hole.test")
			return r.dial(&Target{URL: "ws://hole.test/", Timeout: time.Hour}), nil
		},
		"a handshake that is not answered": func(r *rig) (*Conn, *Meter) {
			r.serve(func(p *peer) { time.Sleep(time.Minute) })
			return r.dial(&Target{URL: "ws://server.test/", Timeout: time.Hour}), nil
		},
		"a writer whose peer does not read": func(r *rig) (*Conn, *Meter) {
			r.serve(func(p *peer) { p.accept(); time.Sleep(time.Minute) })
			c := r.open(target())
			for range 100 {
				c.Send(Binary, repeat("x", 10_000))
			}
			c.Ping()
			r.hub.Flush()
			synctest.Wait()
			if c.Buffered() == 0 {
				t.Error("the outbox is empty")
			}
			return c, nil
		},
		"a close that is not answered": func(r *rig) (*Conn, *Meter) {
			r.serve(func(p *peer) { p.accept(); time.Sleep(time.Minute) })
			c := r.open(target())
			c.Close(1000, "")
			return c, nil
		},
		"a reader without credit": func(r *rig) (*Conn, *Meter) {
			r.hold = true
			r.serve(func(p *peer) { p.accept(); p.send(ws.OpBinary, repeat("x", 2<<20)); time.Sleep(time.Minute) })
			return r.open2(target()), nil
		},
		"a reader at its quota": func(r *rig) (*Conn, *Meter) {
			m := meter(r)
			r.serve(func(p *peer) { p.accept(); p.send(ws.OpText, "a"); p.send(ws.OpText, "b"); time.Sleep(time.Minute) })
			return r.open2(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m}), m
		},
		"a reader with nothing to read": func(r *rig) (*Conn, *Meter) {
			r.serve(func(p *peer) { p.accept(); time.Sleep(time.Minute) })
			return r.open(&Target{URL: "ws://server.test/", Timeout: time.Second, PingInterval: time.Hour}), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				c, m := begin(r)
				r.hub.Flush()
				synctest.Wait() // everyone is where he waits
				locks := map[string]*sync.Mutex{"conn.mu": &c.mu, "hub.mu": &r.hub.mu, "masks.mu": &r.hub.masks.mu, "pinger.mu": &r.hub.pinger.mu}
				if m != nil {
					locks["meter.mu"] = &m.mu
				}
				for name, lock := range locks {
					if !lock.TryLock() {
						t.Fatalf("%s is held", name)
					}
					lock.Unlock()
				}
				start := time.Now()
				if c.phase == up {
					c.Send(Binary, "x")
				}
				r.hub.Flush()
				c.Stats()
				c.Credit(0)
				c.Abandon(1001)
				r.hub.Flush()
				if d := time.Since(start); d != 0 {
					t.Errorf("the tick took %v", d)
				}
			})
		})
	}
}
