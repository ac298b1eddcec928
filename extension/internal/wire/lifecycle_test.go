package wire

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

func TestMessagesComeBackInOrder(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(echo)
		c := r.open(target())
		for i := range 5 {
			if err := c.Send(Text, fmt.Sprint("m", i)); err != nil {
				t.Fatal(err)
			}
		}
		r.expect("MESSAGE:m0 MESSAGE:m1 MESSAGE:m2 MESSAGE:m3 MESSAGE:m4")
		if got := c.Buffered(); got != 0 {
			t.Errorf("%d bytes buffered after all went out", got)
		}
		c.Close(1000, "")
		r.expect("DISCONNECTED:1000")
	})
}

func TestLocalClose(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(p *peer) // after the server has read to the close frame
		want   string
		clean  bool
	}{
		{"answered", func(p *peer) { p.raw(closeBytes(3001, "")) }, "DISCONNECTED:3001", true},
		{"hung up", func(p *peer) {}, "DISCONNECTED:1006", false},
		{"reset", func(p *peer) { p.nc.Reset() }, "DISCONNECTED:1006", false},
		{"broken frame", func(p *peer) { p.raw([]byte{0xc1, 0}) }, "DISCONNECTED:1006", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				var got []string
				r.serve(func(p *peer) {
					p.accept()
					for f := p.receive(); f != nil; f = p.receive() {
						got = append(got, word(f))
						if f.Header.OpCode == ws.OpClose {
							test.answer(p)
							return
						}
					}
				})
				c := r.open(target())
				c.Send(Text, "last words")
				c.Close(3001, "done")
				c.Close(3002, "again") // no effect
				r.expect(test.want)
				if clean := r.last[Disconnected].Goodbye().Clean; clean != test.clean {
					t.Errorf("clean %t, want %t", clean, test.clean)
				}
				if want := []string{"text last words", "close 3001 done"}; !slices.Equal(got, want) {
					t.Errorf("the server received %q, want %q", got, want)
				}
				r.wait(3 * time.Second)
				r.expect("") // one DISCONNECTED, nothing after it
			})
		})
	}
}

// TestCloseTimeout: a server that never answers the close is cut.
func TestCloseTimeout(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) { p.accept(); io.Copy(io.Discard, p.in) })
		c := r.open(target())
		start := time.Now()
		c.Close(1000, "")
		r.wait(1900 * time.Millisecond)
		r.expect("")
		r.wait(200 * time.Millisecond)
		r.expect("DISCONNECTED:1006")
		if d := time.Since(start); d > 2200*time.Millisecond {
			t.Errorf("cut after %v, want 2s", d)
		}
	})
}

// TestCloseTimeoutCutsAPeerThatDoesNotRead: the close frame itself can't go out.
func TestCloseTimeoutCutsAPeerThatDoesNotRead(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) { p.accept(); p.kept = true })
		c := r.open(target())
		c.Send(Binary, repeat("x", 1<<20))
		c.Close(1000, "")
		r.wait(2100 * time.Millisecond)
		r.expect("DISCONNECTED:1006")
	})
}

// TestAnswerCloseBehindData: what was flushed before the peer's close goes out
// before our answer.
func TestAnswerCloseBehindData(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) {
			p.accept()
			got = p.whileStalled(closeBytes(1000, ""))
		})
		c := r.open(target())
		c.Send(Text, "before")
		c.Send(Binary, repeat("x", 200_000))
		r.wait(3 * time.Second)
		r.expect("DISCONNECTED:1000")
		if want := []string{"text before", "binary 200000 bytes", "close 1000"}; !slices.Equal(got, want) {
			t.Errorf("the server received %q, want %q", got, want)
		}
	})
}

func TestDropIsAnError(t *testing.T) {
	for _, test := range []struct {
		name string
		drop func(p *peer)
	}{
		{"end of stream", func(p *peer) { p.nc.Close() }},
		{"reset", func(p *peer) { p.nc.Reset() }},
		{"in the middle of a frame", func(p *peer) { p.raw(frameBytes(ws.OpText, "hello")[:4]); p.nc.Close() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				r.serve(func(p *peer) { p.accept(); p.send(ws.OpText, "one"); test.drop(p) })
				r.dial(target())
				r.expect("CONNECTED MESSAGE:one ERROR:io/closed DISCONNECTED:1006")
			})
		})
	}
}

// TestViolationDropsWhatWaits: the close frame follows the frame under way, the
// rest never goes out.
func TestViolationDropsWhatWaits(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) {
			p.accept()
			got = p.whileStalled([]byte{0xc1, 0})
		})
		c := r.open(target())
		for range 20 {
			c.Send(Binary, repeat("x", 100_000))
		}
		r.wait(3 * time.Second)
		r.expect("ERROR:protocol/other DISCONNECTED:1006")
		if want := []string{"binary 100000 bytes", "close 1002"}; !slices.Equal(got, want) {
			t.Errorf("the server received %q, want %q", got, want)
		}
		if c.Buffered() != 0 {
			t.Errorf("%d bytes still count as buffered", c.Buffered())
		}
	})
}

// TestCancelWhileConnecting: DISCONNECTED alone, at once, wherever the dial is.
func TestCancelWhileConnecting(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.serve(func(p *peer) { io.Copy(io.Discard, p.in) })
		c := r.dial(target())
		c.Cancel()
		r.expect("DISCONNECTED:1006")
		c = r.dial(target())
		r.settle() // it waits for the answer to its handshake
		c.Cancel()
		r.expect("DISCONNECTED:1006")
		r.network.Blackhole("hole.test")
		c = r.dial(&Target{URL: "ws://hole.test/", Timeout: time.Hour})
		r.settle()
		c.Cancel()
		r.expect("DISCONNECTED:1006")
		r.wait(5 * time.Second)
		r.expect("")
	})
}

// TestCancelAfterTheAnswer: the connection came up, the script hasn't heard of
// it: the server gets a close frame all the same.
func TestCancelAfterTheAnswer(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) { p.accept(); got = p.receiveAll() })
		c := r.dial(target())
		r.hub.Flush()
		time.Sleep(time.Millisecond) // CONNECTED is posted, not delivered
		c.Cancel()
		r.expect("CONNECTED DISCONNECTED:1006") // package extension passes over the first
		r.wait(3 * time.Second)
		if want := []string{"close 1000"}; !slices.Equal(got, want) {
			t.Errorf("the server received %q, want %q", got, want)
		}
	})
}

func TestHubClose(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		var got []string
		r.serve(func(p *peer) { p.accept(); got = append(got, p.receiveAll()...) }) // one connection after the other
		c := r.open(target())
		c.Send(Text, "flushed at the end")
		r.network.Blackhole("hole.test")
		r.dial(&Target{URL: "ws://hole.test/", Timeout: time.Hour})
		r.dial(&Target{URL: "ws://server.test/", Timeout: time.Hour})
		start := time.Now()
		if err := r.hub.Close(time.Second); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("took %v, want at most 1s", d)
		}
		r.expect("")
		time.Sleep(time.Millisecond)
		if want := []string{"text flushed at the end", "close 1001"}; !slices.Equal(got, want) {
			t.Errorf("the server received %q, want %q", got, want)
		}
		r.dial(target())
		r.expect("") // a closed hub dials nothing
	})
}
