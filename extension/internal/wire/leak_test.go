package wire

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/gobwas/ws"
)

// TestConnectionsLeaveNothing: whatever way they ended, connections are not held
// by anything afterwards, and the hub's books are empty.
func TestConnectionsLeaveNothing(t *testing.T) {
	// Each returns once its connection is over.
	ways := []func(r *rig) *Conn{
		func(r *rig) *Conn { // our close
			c := r.open(&Target{URL: "ws://server.test/", Timeout: time.Second, PingInterval: time.Second, PongTimeout: time.Second})
			c.Send(Text, "hello")
			r.settle()
			c.Close(1000, "")
			return c
		},
		func(r *rig) *Conn { // the server's
			c := r.open(target())
			c.Send(Text, "close")
			return c
		},
		func(r *rig) *Conn { // a violation
			c := r.open(target())
			c.Send(Text, "break")
			return c
		},
		func(r *rig) *Conn { // a loss, with something unsent
			c := r.open(target())
			c.Send(Text, "drop")
			r.settle()
			c.Send(Binary, repeat("x", 100_000))
			return c
		},
		func(r *rig) *Conn { // a dial that fails
			return r.dial(&Target{URL: "ws://nowhere.test/", Timeout: time.Second})
		},
		func(r *rig) *Conn { // a dial given up
			c := r.dial(target())
			c.Cancel()
			return c
		},
		func(r *rig) *Conn { // a script that is gone
			c := r.open(target())
			c.Send(Binary, repeat("x", 10_000))
			c.Abandon(1001)
			return c
		},
	}
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) {
			if !p.accept() {
				return
			}
			for f := p.receive(); f != nil; f = p.receive() {
				switch {
				case f.Header.OpCode == ws.OpClose:
					p.send(ws.OpClose, string(f.Payload))
					return
				case string(f.Payload) == "close":
					p.raw(closeBytes(4000, "bye"))
					p.receiveAll()
					return
				case string(f.Payload) == "break":
					p.raw([]byte{0xc1, 0})
					p.receiveAll()
					return
				case string(f.Payload) == "drop":
					p.nc.Reset()
					return
				}
				p.send(f.Header.OpCode, string(f.Payload))
			}
		})
		cycle := func(n int) (all []weak.Pointer[Conn]) {
			for i := range n {
				all = append(all, weak.Make(ways[i%len(ways)](r)))
				r.wait(2100 * time.Millisecond) // the close timeout, for those where we wait for the server
				clear(r.last)
				r.take()
			}
			runtime.GC()
			runtime.GC() // what the pools held goes with the second
			return all
		}
		heap := func() uint64 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		cycle(100)
		before, goroutines := heap(), runtime.NumGoroutine()
		held := 0
		for _, c := range cycle(1000) {
			if c.Value() != nil {
				held++
			}
		}
		if held > 1 { // the last one may still stand on a stack
			t.Errorf("%d of 1000 connections are still held", held)
		}
		// One kept whole would be 352 bytes and its buffers.
		if after := heap(); after > before+200_000 {
			t.Errorf("the heap grew from %d to %d bytes over 1000 connections", before, after)
		}
		if n := runtime.NumGoroutine(); n > goroutines {
			t.Errorf("%d goroutines, %d before", n, goroutines)
		}
		h := r.hub
		if h.first != nil || h.count != 0 || len(h.pinger.heap) != 0 || h.Dirty() {
			t.Errorf("the books hold %v, %d connections, %d keepalives, dirty %t", h.first, h.count, len(h.pinger.heap), h.Dirty())
		}
	})
}
