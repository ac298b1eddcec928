package wire

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/internal/tick"
)

// TestCreditStopsTheReader: a flood that nobody takes is bounded, the peer is
// pushed back, and nothing of it is lost.
func TestCreditStopsTheReader(t *testing.T) {
	inBubble(t, func(o *Options) { o.InboundCredit = 100_000 }, func(r *rig) {
		const total = 1000
		sent := 0
		r.serve(func(p *peer) {
			p.accept()
			for sent = range total {
				p.send(ws.OpBinary, fmt.Sprintf("%04d%s", sent, repeat("x", 996)))
			}
			p.raw(closeBytes(1000, ""))
			p.receiveAll()
		})
		c := r.dial(target())
		time.Sleep(time.Second) // no tick: nothing is delivered
		synctest.Wait()
		if held := c.inflight.Load(); held <= 100_000 || held > 100_000+2000 {
			t.Errorf("%d bytes are held, want the credit of 100000 and what exceeded it", held)
		}
		if sent >= total-1 {
			t.Error("the server was not pushed back")
		}
		r.settle()
		got := strings.Split(r.take(), " ")
		if len(got) != total*2+2 { // CONNECTED, each "MESSAGE:1000 bytes", DISCONNECTED
			t.Fatalf("%d words of events, want %d", len(got), total*2+2)
		}
		if c.inflight.Load() != 0 {
			t.Errorf("%d bytes of credit are still in use", c.inflight.Load())
		}
	})
}

// TestCreditOfOneLargeMessage: one that exceeds the credit alone still comes.
func TestCreditOfOneLargeMessage(t *testing.T) {
	inBubble(t, func(o *Options) { o.InboundCredit = 1000 }, func(r *rig) {
		r.serve(func(p *peer) {
			p.accept()
			p.send(ws.OpBinary, repeat("x", 100_000))
			p.send(ws.OpText, "after")
			p.receiveAll()
		})
		r.dial(target())
		r.expect("CONNECTED MESSAGE:100000 bytes MESSAGE:after")
	})
}

// TestPausedReaderIsReleased: by a close of ours, and by the end of the hub.
func TestPausedReaderIsReleased(t *testing.T) {
	for _, end := range []string{"close", "hub"} {
		t.Run(end, func(t *testing.T) {
			inBubble(t, func(o *Options) { o.InboundCredit = 1000 }, func(r *rig) {
				r.serve(func(p *peer) {
					p.accept()
					go func() { // ends with the connection
						for p.receive() != nil {
						}
					}()
					for range 1000 {
						p.send(ws.OpBinary, repeat("x", 1000))
					}
					p.raw(closeBytes(1000, ""))
				})
				r.hold = true
				c := r.open2(target())
				time.Sleep(time.Second)
				if end == "hub" {
					return // inBubble closes it, and the bubble would not end with the reader stuck
				}
				c.Close(1000, "")
				r.hub.Flush()
				time.Sleep(time.Second)
				r.settle()
				if got := r.take(); !strings.HasSuffix(got, "DISCONNECTED:1000") {
					t.Errorf("events end in %q, want the answered close", got[max(0, len(got)-40):])
				}
			})
		})
	}
}

// open2 dials and waits for CONNECTED among whatever comes.
func (r *rig) open2(target *Target) *Conn {
	r.t.Helper()
	c := r.dial(target)
	synctest.Wait()
	r.hub.queue.Drain(func(e *Event) tick.Verdict { r.record(*e); return tick.More })
	if got := r.take(); !strings.HasPrefix(got, "CONNECTED") {
		r.t.Fatalf("events %q, want CONNECTED first", got)
	}
	return c
}

func TestStats(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(echo)
		c := r.open(target())
		c.Send(Text, "four")
		c.Send(Binary, "sixsix")
		time.Sleep(2 * time.Second)
		r.hub.Flush()
		synctest.Wait()
		got := c.Stats()
		want := Stats{BytesSent: 10, BytesReceived: 10, MessagesSent: 2, MessagesReceived: 2, Backlog: 10 + 2*256, Age: 2 * time.Second, CompressionRatio: 1}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
