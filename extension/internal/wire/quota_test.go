package wire

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/internal/tick"
)

func TestSendQuota(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		m := r.hub.NewMeter(&Quota{SendBytes: 1000, SendMessages: 4})
		send := func(n int) string {
			err := m.CheckSend(n)
			if err != nil {
				return err.Error()
			}
			m.Sent(n)
			return "sent"
		}
		for _, step := range []struct {
			after time.Duration
			size  int
			want  string
		}{
			{0, 400, "sent"},
			{0, 600, "sent"},
			{0, 1, "the script's quota of 1000 bytes a second is used up: this message of 1 bytes can go in 0.001 s"},
			{0, 500, "the script's quota of 1000 bytes a second is used up: this message of 500 bytes can go in 0.500 s"},
			{499 * time.Millisecond, 500, "the script's quota of 1000 bytes a second is used up: this message of 500 bytes can go in 0.001 s"},
			{time.Millisecond, 500, "sent"},
			{time.Second, 0, "sent"},
			{0, 0, "sent"},
			{0, 0, "sent"},
			{0, 0, "sent"},
			{0, 0, "the script's quota of 4 messages a second is used up: this message of 0 bytes can go in 0.250 s"},
			{250 * time.Millisecond, 0, "sent"},
			{0, 0, "the script's quota of 4 messages a second is used up: this message of 0 bytes can go in 0.250 s"},
			// More than a second's worth goes alone, and is made up for.
			{10 * time.Second, 5000, "sent"},
			{0, 1, "the script's quota of 1000 bytes a second is used up: this message of 1 bytes can go in 4.001 s"},
			{4 * time.Second, 1001, "the script's quota of 1000 bytes a second is used up: this message of 1001 bytes can go in 1.000 s"},
			{time.Second, 1001, "sent"},
		} {
			time.Sleep(step.after)
			if got := send(step.size); got != step.want {
				t.Errorf("a message of %d bytes: %s, want %s", step.size, got, step.want)
			}
		}
		if m.Unused() {
			t.Error("a meter whose use is not made up for counts as unused")
		}
		time.Sleep(2 * time.Second)
		if !m.Unused() {
			t.Error("a meter is still in use")
		}
	})
}

func TestConnectionQuota(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(echo)
		m := r.hub.NewMeter(&Quota{Connections: 1})
		if err := m.Open(); err != nil {
			t.Fatal(err)
		}
		r.dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m, Refusal: m.Open()})
		r.expect("ERROR:limit/resources DISCONNECTED:1006")
		if !strings.Contains(r.reason(), "the script has 1 connections, which is its quota") {
			t.Error(r.reason())
		}
		m.Close()
		r.open(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m, Refusal: m.Open()})
	})
}

// arrivals ticks every 100 ms for a while and tells how many messages and bytes
// came by the end of each second.
func (r *rig) arrivals(seconds int) (messages, bytes []int) {
	count, size := 0, 0
	for range seconds {
		for range 10 {
			synctest.Wait()
			r.hub.queue.Drain(func(e *Event) tick.Verdict {
				if e.Kind == Message {
					count++
					size += len(e.Payload)
					e.Conn.Credit(len(e.Payload))
				} else {
					r.record(*e)
				}
				return tick.More
			})
			time.Sleep(100 * time.Millisecond)
		}
		messages, bytes = append(messages, count), append(bytes, size)
	}
	return messages, bytes
}

// flood sends a thousand messages a second, as far as they are taken.
func flood(size int) func(p *peer) {
	return func(p *peer) {
		p.accept()
		p.kept = true
		over := make(chan struct{})
		p.t.Cleanup(func() { <-over })
		go func() { // ends with the connection
			defer close(over)
			frame := frameBytes(ws.OpBinary, repeat("x", size))
			for {
				time.Sleep(time.Millisecond) // or time would stand still where it is all discarded
				if _, err := p.nc.Write(frame); err != nil {
					return
				}
			}
		}()
		go func() { // ends with the connection
			defer p.nc.Close()
			for f := p.receive(); f != nil; f = p.receive() {
				if f.Header.OpCode == ws.OpClose {
					return
				}
			}
		}()
	}
}

func TestReceiveQuota(t *testing.T) {
	for _, test := range []struct {
		name        string
		quota       Quota
		size        int
		connections int
		messages    int // at most a second
		bytes       int
	}{
		{"messages", Quota{ReceiveMessages: 20}, 10, 1, 20, 1e9},
		{"messages of several connections", Quota{ReceiveMessages: 20}, 10, 3, 20, 1e9},
		{"bytes in small messages", Quota{ReceiveBytes: 10_000}, 98, 1, 1e9, 10_000},
		{"bytes, fewer than a read takes", Quota{ReceiveBytes: 1000}, 98, 1, 1e9, 1000},
		{"bytes in large messages", Quota{ReceiveBytes: 10_000}, 49_996, 1, 1e9, 10_000},
		{"bytes, read straight into the message", Quota{ReceiveBytes: 200_000}, 400_000, 1, 1e9, 200_000},
		{"both", Quota{ReceiveBytes: 10_000, ReceiveMessages: 5}, 98, 2, 5, 10_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.serve(flood(test.size))
				m := r.hub.NewMeter(&test.quota)
				for range test.connections {
					r.hub.Dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m,
						PingInterval: time.Second, PongTimeout: time.Second})
				}
				messages, bytes := r.arrivals(30)
				// A second's worth at once, then the rate; what a read has taken
				// too much comes off what follows.
				last := len(messages) - 1
				if most := test.messages * 31; messages[last] > most+test.connections {
					t.Errorf("%d messages in 30 s, want at most %d", messages[last], most)
				}
				if most := test.bytes * (31 + test.connections); bytes[last] > most {
					t.Errorf("%d bytes in 30 s, want at most %d", bytes[last], most)
				}
				// A second's worth at once, and not a read's.
				for i := 1; i < len(bytes) && test.size < test.bytes; i++ {
					if n := bytes[i] - bytes[i-1]; n > 2*test.bytes*test.connections {
						t.Errorf("%d bytes in a second", n)
					}
				}
				// And no less than the smaller of the two.
				least := min(test.messages*29, test.bytes*28/(test.size+4))
				if messages[last] < least {
					t.Errorf("%d messages in 30 s, want at least %d: %d", messages[last], least, messages)
				}
				if got := r.take(); strings.Contains(got, "ERROR") {
					t.Errorf("a connection at its quota was lost: %s (%s)", got, r.reason())
				}
			})
		})
	}
}

// TestReceiveQuotaPausesThePeer: what isn't read stays with the server, and
// nothing of it is lost.
func TestReceiveQuotaPausesThePeer(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		const total = 300
		var sent atomic.Int32
		r.serve(func(p *peer) {
			p.accept()
			for i := range total {
				p.send(ws.OpBinary, fmt.Sprintf("%03d%s", i, repeat("x", 9_997)))
				sent.Add(1)
			}
			p.raw(closeBytes(1000, ""))
			p.receiveAll()
		})
		m := r.hub.NewMeter(&Quota{ReceiveMessages: 10})
		r.hub.Dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m})
		r.wait(time.Second)
		if n := sent.Load(); n > 40 {
			t.Errorf("the server sent %d messages in a second, want it pushed back", n)
		}
		r.wait(40 * time.Second)
		if got := r.take(); strings.Count(got, "MESSAGE") != total || !strings.HasSuffix(got, "DISCONNECTED:1000") {
			t.Errorf("%d messages came, want %d and the close", strings.Count(got, "MESSAGE"), total)
		}
	})
}

// TestReaderAtItsQuotaIsReleased: by a close of ours, by a cut, by the end of
// the hub.
func TestReaderAtItsQuotaIsReleased(t *testing.T) {
	for _, end := range []string{"close", "cut", "hub"} {
		t.Run(end, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.serve(flood(1000))
				m := r.hub.NewMeter(&Quota{ReceiveBytes: 1})
				c := r.hub.Dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m})
				r.wait(time.Minute)
				if got := r.take(); got != "CONNECTED" {
					t.Errorf("events %q", got)
				}
				start := time.Now()
				switch end {
				case "close":
					c.Close(1000, "")
					r.wait(3 * time.Second)
					if d := m.pause(); d > time.Second { // law 7: free of charge
						t.Errorf("what was discarded counts: nothing may be read for %v", d)
					}
				case "cut":
					c.cut(errCut)
					r.settle()
				case "hub":
					return // inBubble closes it
				}
				if got := r.take(); !strings.Contains(got, "DISCONNECTED") {
					t.Errorf("events %q after %v", got, time.Since(start))
				}
			})
		})
	}
}

// TestKeepaliveAtAQuota: while the reading pauses the peer's silence is ours,
// and one that has really gone is still found.
func TestKeepaliveAtAQuota(t *testing.T) {
	t.Run("a frame that takes minutes", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) {
				p.accept()
				p.send(ws.OpBinary, repeat("x", 300_000))
				for f := p.receive(); f != nil; f = p.receive() {
					if f.Header.OpCode == ws.OpPing {
						p.send(ws.OpPong, string(f.Payload))
					}
				}
			})
			m := r.hub.NewMeter(&Quota{ReceiveBytes: 1000})
			r.hub.Dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m,
				PingInterval: 3 * time.Second, PongTimeout: 1100 * time.Millisecond})
			r.wait(10 * time.Minute)
			r.expect("CONNECTED MESSAGE:300000 bytes")
		})
	})
	t.Run("a pause that ends just before the time is up", func(t *testing.T) {
		inBubble(t, func(o *Options) { o.InboundCredit = 1000 }, func(r *rig) {
			r.hold = true
			r.serve(func(p *peer) {
				p.nc.Outgoing().Latency(500 * time.Millisecond) // of the pong
				p.accept()
				p.send(ws.OpBinary, repeat("x", 2000))
				for f := p.receive(); f != nil && f.Header.OpCode == ws.OpPing; f = p.receive() {
					p.nc.Outgoing().Latency(3 * time.Second)
					p.send(ws.OpPong, string(f.Payload))
				}
			})
			c := r.dial(&Target{URL: "ws://server.test/", Timeout: 2 * time.Second, PingInterval: 5 * time.Second, PongTimeout: 2 * time.Second})
			time.Sleep(time.Second)
			r.settle()
			if got := r.take(); got != "CONNECTED MESSAGE:2000 bytes" {
				t.Fatalf("events %q", got)
			}
			time.Sleep(6400 * time.Millisecond) // the ping went out at 5.5 s, its time is up at 7.5 s
			c.Credit(2000)
			r.wait(time.Second) // the pong comes at 8.5 s
			if got := r.take(); strings.Contains(got, "ERROR") {
				t.Errorf("a paused game lost its connection: %s", got)
			}
		})
	})
	t.Run("a peer that has gone", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.serve(func(p *peer) {
				p.accept()
				p.send(ws.OpBinary, repeat("x", 5_000))
				p.nc.HalfOpen()
				time.Sleep(time.Hour)
			})
			m := r.hub.NewMeter(&Quota{ReceiveBytes: 1000})
			r.hub.Dial(&Target{URL: "ws://server.test/", Timeout: time.Second, Meter: m,
				PingInterval: 3 * time.Second, PongTimeout: 2 * time.Second})
			r.wait(20 * time.Second)
			r.expect("CONNECTED MESSAGE:5000 bytes ERROR:timeout/timeout DISCONNECTED:1006")
		})
	})
}
