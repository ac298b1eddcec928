package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// TestBroadcast: every connection gets the message as it has agreed on, and what
// it is sent before and behind it.
func TestBroadcast(t *testing.T) {
	with := func(send, receive Window, threshold int) *Compression {
		return &Compression{Level: 1, Threshold: threshold, Send: send, Receive: receive}
	}
	kinds := map[string]*Compression{
		"plain":             nil,
		"with a context":    with(Window{Bits: 15}, Window{Bits: 15}, 0),
		"without a context": with(Window{Bits: 15, Forget: true}, Window{Bits: 15, Forget: true}, 0),
		"a small window":    with(Window{Bits: 9}, Window{Bits: 9}, 0),
	}
	for _, size := range []int{0, 10, 300, 5000, 70_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				at := 100
				var names []string
				var clients, servers []*Conn
				for name, c := range kinds {
					o := listening()
					o.At.Port, o.Compression = at, c
					r.listen(o)
					for range 2 {
						clients = append(clients, r.dial(&Target{URL: fmt.Sprintf("ws://127.0.0.1:%d/", at), Timeout: 1e9, Compression: c}))
						names = append(names, name)
						r.settle()
						servers = append(servers, r.last[Requested].Conn)
					}
					at++
				}
				got := map[*Conn][]string{}
				r.react = func(e *Event) {
					if e.Kind == Message {
						got[e.Conn] = append(got[e.Conn], e.Payload)
					}
				}
				message := strings.Repeat("the same for all of them, ", size/26+1)[:size]
				var want []string
				for round := range 3 {
					b := r.hub.NewBroadcast(Text, message)
					own := fmt.Sprintf("%s, for one alone in round %d", message, round)
					for _, c := range servers {
						c.Send(Text, own)
						if err := b.Send(c); err != nil {
							t.Fatal(err)
						}
						c.Send(Text, own+", again")
						if err := b.Send(c); err != nil {
							t.Fatal(err)
						}
					}
					if n := len(b.packed); n != 2 && size > 0 {
						t.Errorf("it was compressed %d times, want once for each of two windows", n)
					}
					want = append(want, own, message, own+", again", message)
					r.settle()
				}
				for i, c := range clients {
					if !slices.Equal(got[c], want) {
						t.Errorf("%s: a client got %d messages, want %d, all equal", names[i], len(got[c]), len(want))
					}
					if n := servers[i].Buffered(); n != 0 {
						t.Errorf("%s: %d bytes still count as buffered", names[i], n)
					}
					if s := servers[i].Stats(); s.MessagesSent != uint64(len(want)) {
						t.Errorf("%s: %d messages count as sent, want %d", names[i], s.MessagesSent, len(want))
					}
				}
				r.take()
			})
		})
	}
}

// TestBroadcastSharesItsBytes: one frame stands in all outboxes, and no connection
// changes it under the others.
func TestBroadcastSharesItsBytes(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.listen(listening())
		message := repeat("x", 1000)
		b := r.hub.NewBroadcast(Binary, message)
		var all []*client
		var conns []*Conn
		for range 3 {
			conn, c := r.enter()
			all, conns = append(all, c), append(conns, conn)
		}
		for _, c := range conns {
			if err := b.Send(c); err != nil {
				t.Fatal(err)
			}
			if &c.open.head.buf[0] != &b.plain[0] {
				t.Error("a connection has a copy")
			}
		}
		rest := []string{"more", "less", repeat("y", 100_000)} // the first two join it in one write: copies
		for i, c := range conns {
			c.Send(Binary, rest[i])
		}
		r.hub.Flush()
		for i, second := range rest {
			for _, want := range []string{message, second} {
				if f := all[i].received(); f == nil || string(f.Payload) != want {
					t.Errorf("client %d got another message than was sent", i)
				}
			}
		}
		if string(b.plain[4:]) != message {
			t.Error("the shared frame has changed")
		}
	})
}

// TestBroadcastPastTheLimit: who doesn't read is passed over, and keeps it from
// nobody.
func TestBroadcastPastTheLimit(t *testing.T) {
	inBubble(t, func(o *Options) { o.OutboundBuffer = 150_000 }, func(r *rig) {
		r.listen(listening())
		slow, _ := r.enter()
		quick, c := r.enter()
		for round, want := range []string{"[false false]", "[true false]"} {
			b := r.hub.NewBroadcast(Binary, repeat("x", 100_000))
			full := []bool{b.Send(slow) != nil, b.Send(quick) != nil}
			if got := fmt.Sprint(full); got != want {
				t.Errorf("round %d: past the limit are %s, want %s", round, got, want)
			}
			r.hub.Flush()
			if f := c.received(); f == nil || len(f.Payload) != 100_000 {
				t.Errorf("round %d: the quick client got %v", round, f)
			}
			synctest.Wait() // until the writer has counted it
		}
	})
}

// BenchmarkBroadcast is the tick's part of one message of 1 KiB for 10,000
// connections, the writing left out.
func BenchmarkBroadcast(b *testing.B) {
	o := testOptions()
	h := NewHub(o)
	for name, press := range map[string]func() *compression{
		"plain":      func() *compression { return nil },
		"compressed": func() *compression { return newCompression(&Compression{Level: 1}, Window{Bits: 15}, Window{Bits: 15}) },
	} {
		b.Run(name, func(b *testing.B) {
			conns := make([]*Conn, 10_000)
			for i := range conns {
				conns[i] = NewIdleConn(h, 0)
				conns[i].accepted, conns[i].press = true, press()
			}
			message := strings.Repeat("all the same ", 80)[:1024]
			b.ReportAllocs()
			for b.Loop() {
				m := h.NewBroadcast(Text, message)
				for _, c := range conns {
					if err := m.Send(c); err != nil {
						b.Fatal(err)
					}
				}
				for _, c := range conns { // as if all was written
					for c.open.head != nil {
						h.recycle(c.open.pop())
					}
					c.dirty = false
					c.buffered.Store(0)
				}
				h.dirty = h.dirty[:0]
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/connection")
		})
	}
}
