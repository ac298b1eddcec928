package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

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

// TestRaceClosesLosers: a connection that comes too late is not left open.
func TestRaceClosesLosers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub(testOptions())
		c := &Conn{hub: hub}
		late, end := wstest.Pipe(nil)
		nc, err := c.race(context.Background(), []string{"1", "2"}, func(_ context.Context, a string) (net.Conn, error) {
			if a == "1" {
				time.Sleep(2 * stagger)
				return late, nil
			}
			return namedConn{name: a}, nil
		})
		if err != nil || nc.(namedConn).name != "2" {
			t.Fatalf("won: %v, %v, want 2", nc, err)
		}
		hub.running.Wait()
		if _, err := end.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the late connection: %v, want it closed", err)
		}
	})
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
