package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/internal/tick"
)

// writes counts the writes of the rig's clients.
var writes atomic.Int64

// countingConn counts what is written.
type countingConn struct{ net.Conn }

func (c countingConn) Write(p []byte) (int, error) {
	writes.Add(1)
	return c.Conn.Write(p)
}

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

// TestEndlessFloodAfterAViolation: the reader discards until the close timeout,
// then it is over.
func TestEndlessFloodAfterAViolation(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		over := make(chan time.Duration, 1)
		start := time.Now()
		r.serve(func(p *peer) {
			p.accept()
			p.raw([]byte{0xc1, 0})
			for {
				if _, err := p.nc.Write(frameBytes(ws.OpBinary, repeat("x", 10_000))); err != nil {
					over <- time.Since(start)
					return
				}
				time.Sleep(time.Millisecond)
			}
		})
		r.dial(target())
		r.expect("CONNECTED ERROR:protocol/other DISCONNECTED:1006")
		r.wait(3 * time.Second)
		if d := <-over; d < 1900*time.Millisecond || d > 2100*time.Millisecond {
			t.Errorf("cut after %v, want 2s", d)
		}
	})
}

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
		want := Stats{BytesSent: 10, BytesReceived: 10, MessagesSent: 2, MessagesReceived: 2, Backlog: 10 + 2*256, Age: 2 * time.Second}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestDialFailures(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "ERROR:connect/refused"},
		{"unreachable", syscall.EHOSTUNREACH, "ERROR:connect/unreachable"},
		{"no sockets left", syscall.EMFILE, "ERROR:connect/resources"},
		{"forbidden", syscall.EACCES, "ERROR:connect/denied"},
		{"not found", &net.DNSError{Err: "no such host", Name: "server.test", IsNotFound: true}, "ERROR:dns/not_found"},
		{"name server silent", &net.DNSError{Err: "i/o timeout", Name: "server.test", IsTimeout: true}, "ERROR:dns/timeout"},
		{"name server failed", &net.DNSError{Err: "server misbehaving", Name: "server.test"}, "ERROR:dns/other"},
		{"anything", errors.New("odd"), "ERROR:connect/other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(o *Options) {
				o.Dialer = func(context.Context, string, string) (net.Conn, error) { return nil, test.err }
			}, func(r *rig) {
				r.dial(target())
				r.expect(test.want + " DISCONNECTED:1006")
				if e := r.last[Failed].Error(); e.Host != "server.test:80" {
					t.Errorf("host %q", e.Host)
				}
			})
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Run("url", func(t *testing.T) {
		inBubble(t, nil, func(r *rig) {
			r.dial(&Target{URL: "ws://", Timeout: time.Second})
			r.expect("ERROR:url/other DISCONNECTED:1006")
		})
	})
	t.Run("policy", func(t *testing.T) {
		inBubble(t, func(o *Options) {
			o.Allow = func(_ context.Context, scheme, host string, port int) error {
				return fmt.Errorf("%s to %s:%d is against the rules", scheme, host, port)
			}
		}, func(r *rig) {
			r.dial(target())
			r.expect("ERROR:policy/denied DISCONNECTED:1006")
			if !strings.Contains(r.reason(), "ws to server.test:80 is against the rules") {
				t.Error(r.reason())
			}
		})
	})
	t.Run("limit", func(t *testing.T) {
		inBubble(t, func(o *Options) { o.MaxConnections = 1 }, func(r *rig) {
			r.serve(echo)
			c := r.open(target())
			r.dial(target())
			r.expect("ERROR:limit/resources DISCONNECTED:1006")
			c.Close(1000, "")
			r.expect("DISCONNECTED:1000")
			r.open(target()) // the place is free again
		})
	})
}

// TestRace holds the dial against RFC 8305: the families alternate, a dead
// address costs a stagger and not the timeout.
func TestRace(t *testing.T) {
	hub := NewHub(testOptions())
	hub.o.Lookup = func(context.Context, string) ([]string, error) {
		return []string{"2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.3"}, nil
	}
	c := &Conn{hub: hub}
	got, err := c.lookup(context.Background(), &address{host: "many.test", port: 80, scheme: "ws"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"[2001:db8::1]:80", "192.0.2.1:80", "[2001:db8::2]:80", "192.0.2.2:80", "192.0.2.3:80"}
	if !slices.Equal(got, want) {
		t.Errorf("tried in the order %q, want %q", got, want)
	}
	for _, test := range []struct {
		name   string
		dial   func(ctx context.Context, address string) (net.Conn, error)
		took   time.Duration
		won    string
		tried  int
		failed bool
	}{
		{name: "the first", tried: 1, won: "1", dial: func(_ context.Context, a string) (net.Conn, error) { return namedConn{name: a}, nil }},
		{name: "the second, at once when the first fails", tried: 2, won: "2", dial: func(_ context.Context, a string) (net.Conn, error) {
			if a == "1" {
				return nil, syscall.ECONNREFUSED
			}
			return namedConn{name: a}, nil
		}},
		{name: "the third, two staggers later", tried: 3, won: "3", took: 2 * stagger, dial: func(ctx context.Context, a string) (net.Conn, error) {
			if a == "3" {
				return namedConn{name: a}, nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		{name: "none", tried: 3, failed: true, dial: func(_ context.Context, a string) (net.Conn, error) {
			return nil, fmt.Errorf("%s: %w", a, syscall.ECONNREFUSED)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hub := NewHub(testOptions())
				c := &Conn{hub: hub}
				var mu sync.Mutex
				tried := 0
				start := time.Now()
				nc, err := c.race(context.Background(), []string{"1", "2", "3"}, func(ctx context.Context, a string) (net.Conn, error) {
					mu.Lock()
					tried++
					mu.Unlock()
					return test.dial(ctx, a)
				})
				if took := time.Since(start); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if test.failed {
					if err == nil || !strings.HasPrefix(err.Error(), "1:") {
						t.Errorf("error %v, want the first one", err)
					}
				} else if err != nil || nc.(namedConn).name != test.won {
					t.Errorf("won: %v, %v, want %s", nc, err, test.won)
				}
				hub.running.Wait()
				if tried != test.tried {
					t.Errorf("%d addresses were tried, want %d", tried, test.tried)
				}
			})
		})
	}
}

type namedConn struct {
	net.Conn
	name string
}

func (namedConn) Close() error { return nil }

// TestManyDialsToDeadHosts: a thousand dials that hang cost the tick nothing and
// end with the hub.
func TestManyDialsToDeadHosts(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.network.Blackhole("hole.test")
		start := time.Now()
		for range 1000 {
			r.dial(&Target{URL: "ws://hole.test/", Timeout: time.Hour})
		}
		r.settle()
		if d := time.Since(start); d != 0 {
			t.Errorf("the tick took %v", d)
		}
		r.expect("")
	})
}

// TestTLSToAPlainServer says what is wrong in words.
func TestTLSToAPlainServer(t *testing.T) {
	inBubble(t, func(o *Options) { o.TLS = &tls.Config{} }, func(r *rig) {
		r.serve(func(p *peer) { io.WriteString(p.nc, "HTTP/1.1 400 Bad Request\r\n\r\n"); io.Copy(io.Discard, p.in) })
		r.dial(&Target{URL: "wss://server.test:80/", Timeout: time.Second})
		r.expect("ERROR:tls/other DISCONNECTED:1006")
		if !strings.Contains(r.reason(), "does not speak TLS") {
			t.Error(r.reason())
		}
	})
}
