package wire

import (
	"fmt"
	"io"
	"slices"
	"strings"
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
		{"answered with another code", func(p *peer) { p.raw(closeBytes(1001, "")) }, "DISCONNECTED:3001", true},
		{"answered after late messages", func(p *peer) { p.send(ws.OpText, "late"); p.raw(closeBytes(3001, "")) }, "DISCONNECTED:3001", true},
		{"answered with an empty frame", func(p *peer) { p.send(ws.OpClose, "") }, "DISCONNECTED:3001", true},
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

func TestPeerCloses(t *testing.T) {
	for _, test := range []struct {
		name         string
		frame        []byte
		want, answer string
		reason       string
	}{
		{"with a code and a reason", closeBytes(4000, "go away"), "DISCONNECTED:4000", "close 4000", "go away"},
		{"normally", closeBytes(1000, ""), "DISCONNECTED:1000", "close 1000", ""},
		{"with an empty frame", frameBytes(ws.OpClose, ""), "DISCONNECTED:1005", "close", ""},
		{"behind a message in one write", append(frameBytes(ws.OpText, "last"), closeBytes(1001, "")...), "MESSAGE:last DISCONNECTED:1001", "close 1001", ""},
		{"and sends more", append(closeBytes(1000, ""), frameBytes(ws.OpText, "ignored")...), "DISCONNECTED:1000", "close 1000", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				var got []string
				r.serve(func(p *peer) { p.accept(); p.raw(test.frame); got = p.receiveAll() })
				r.dial(target())
				r.expect("CONNECTED " + test.want)
				g := r.last[Disconnected].Goodbye()
				if !g.Clean || !g.ByPeer || g.Reason != test.reason {
					t.Errorf("goodbye %+v, want clean, by the peer, reason %q", *g, test.reason)
				}
				r.wait(3 * time.Second) // the server waits for us to hang up: the close timeout does
				if want := []string{test.answer}; !slices.Equal(got, want) {
					t.Errorf("the server received %q, want %q", got, want)
				}
			})
		})
	}
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

func TestViolation(t *testing.T) {
	long := repeat("x", 2000)
	header := func(h ws.Header) []byte {
		var b strings.Builder
		ws.WriteHeader(&b, h)
		return []byte(b.String())
	}
	for _, test := range []struct {
		name  string
		bytes []byte
		event string
		close string
	}{
		{"a text that is not UTF-8", frameBytes(ws.OpText, "\xff"), "ERROR:protocol/other", "close 1007"},
		{"a reserved bit", []byte{0xc1, 0}, "ERROR:protocol/other", "close 1002"},
		{"a reserved opcode", []byte{0x83, 0}, "ERROR:protocol/other", "close 1002"},
		{"a masked frame", header(ws.Header{Fin: true, OpCode: ws.OpText, Masked: true, Mask: [4]byte{1}}), "ERROR:protocol/other", "close 1002"},
		{"a message too big", frameBytes(ws.OpText, long), "ERROR:limit/other", "close 1009"},
		{"a length of 2^62", header(ws.Header{Fin: true, OpCode: ws.OpText, Length: 1 << 62}), "ERROR:limit/other", "close 1009"},
		{"a length with its top bit set", []byte{0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0}, "ERROR:protocol/other", "close 1002"},
		{"a close code that may not be sent", closeBytes(1006, ""), "ERROR:protocol/other", "close 1002"},
		{"a close frame of one byte", frameBytes(ws.OpClose, "x"), "ERROR:protocol/other", "close 1002"},
		{"a close reason that is not UTF-8", closeBytes(1000, "\xff"), "ERROR:protocol/other", "close 1007"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) { o.MaxMessage = 1000 }, func(r *rig) {
				var got []string
				r.serve(func(p *peer) {
					p.accept()
					p.send(ws.OpText, "before")
					p.raw(test.bytes)
					p.raw(frameBytes(ws.OpText, "after"))
					got = p.receiveAll()
				})
				c := r.dial(target())
				r.expect("CONNECTED MESSAGE:before " + test.event + " DISCONNECTED:1006")
				c.Send(Text, "too late")
				r.wait(3 * time.Second)
				if want := []string{test.close}; !slices.Equal(got, want) {
					t.Errorf("the server received %q, want %q", got, want)
				}
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
