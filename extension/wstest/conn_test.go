package wstest_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// bubble runs f on a pipe, in a bubble that must come to rest.
func bubble(t *testing.T, f func(t *testing.T, a, b *wstest.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a, b := wstest.Pipe(nil)
		f(t, a, b)
		a.Close()
		b.Close()
	})
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write(%q) = %d, %v", text, n, err)
	}
}

func wantRead(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v, want %q", got, err, want)
	}
}

func wantReadError(t *testing.T, c net.Conn, want error) {
	t.Helper()
	if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, want) {
		t.Fatalf("Read = %d, %v, want %v", n, err, want)
	}
}

func wantWriteError(t *testing.T, c net.Conn, want error) {
	t.Helper()
	if _, err := c.Write([]byte("x")); !errors.Is(err, want) {
		t.Fatalf("Write: %v, want %v", err, want)
	}
}

// after says how long f took by the bubble's clock.
func after(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func TestConnEnds(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, a, b *wstest.Conn){
		"close lets the peer read on, then EOF": func(t *testing.T, a, b *wstest.Conn) {
			write(t, a, "last")
			a.Close()
			wantRead(t, b, "last")
			wantReadError(t, b, io.EOF)
			wantReadError(t, a, net.ErrClosed)
			wantWriteError(t, a, net.ErrClosed)
		},
		"bytes for a closed end are answered by a reset": func(t *testing.T, a, b *wstest.Conn) {
			a.Close()
			write(t, b, "too late")
			wantWriteError(t, b, syscall.ECONNRESET)
			wantReadError(t, b, io.EOF)
		},
		"half close": func(t *testing.T, a, b *wstest.Conn) {
			write(t, a, "bye")
			if err := a.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			wantRead(t, b, "bye")
			wantReadError(t, b, io.EOF)
			wantWriteError(t, a, syscall.EPIPE)
			write(t, b, "answer")
			wantRead(t, a, "answer")
		},
		"reset keeps what arrived": func(t *testing.T, a, b *wstest.Conn) {
			write(t, a, "here")
			a.Outgoing().Latency(time.Second)
			write(t, a, "lost")
			a.Reset()
			wantRead(t, b, "here")
			wantReadError(t, b, syscall.ECONNRESET)
			wantReadError(t, a, syscall.ECONNRESET)
			wantWriteError(t, b, syscall.ECONNRESET)
		},
		"close wakes a read and a write": func(t *testing.T, a, b *wstest.Conn) {
			errs := make(chan error, 2)
			go func() { _, err := a.Read(make([]byte, 1)); errs <- err }()
			go func() { _, err := a.Write(make([]byte, 1<<20)); errs <- err }()
			synctest.Wait()
			a.Close()
			for range 2 {
				if err := <-errs; !errors.Is(err, net.ErrClosed) {
					t.Errorf("%v, want net.ErrClosed", err)
				}
			}
		},
		"the peer's close ends a blocked write": func(t *testing.T, a, b *wstest.Conn) {
			errs := make(chan error, 1)
			go func() { _, err := a.Write(make([]byte, 1<<20)); errs <- err }()
			synctest.Wait()
			b.Close()
			if err := <-errs; !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("%v, want a reset", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { bubble(t, test) })
	}
}

func TestConnBackPressure(t *testing.T) {
	bubble(t, func(t *testing.T, a, b *wstest.Conn) {
		b.Incoming().BufferSize(4)
		done := make(chan struct{})
		go func() { write(t, a, "0123456789"); close(done) }()
		synctest.Wait()
		if got := b.Incoming().Arrived(); got != 4 {
			t.Errorf("%d bytes arrived unread, want 4", got)
		}
		wantRead(t, b, "0123456789")
		<-done
	})
}

func TestConnDeadlines(t *testing.T) {
	bubble(t, func(t *testing.T, a, b *wstest.Conn) {
		a.SetReadDeadline(time.Now().Add(3 * time.Second))
		if took := after(func() { wantReadError(t, a, os.ErrDeadlineExceeded) }); took != 3*time.Second {
			t.Errorf("the read took %v, want 3s", took)
		}
		write(t, b, "x")
		wantReadError(t, a, os.ErrDeadlineExceeded)
		a.SetReadDeadline(time.Time{})
		wantRead(t, a, "x")

		a.Outgoing().BufferSize(2)
		a.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := a.Write([]byte("long"))
		var timeout net.Error
		if n != 2 || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("Write = %d, %v, want 2 and a timeout", n, err)
		}
		a.SetDeadline(time.Unix(1, 0))
		wantReadError(t, a, os.ErrDeadlineExceeded)
		wantWriteError(t, a, os.ErrDeadlineExceeded)
	})
}

func TestConnFaults(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, a, b *wstest.Conn){
		"latency": func(t *testing.T, a, b *wstest.Conn) {
			a.Latency(80 * time.Millisecond)
			took := after(func() {
				write(t, a, "ping")
				wantRead(t, b, "ping")
				write(t, b, "pong")
				wantRead(t, a, "pong")
			})
			if took != 160*time.Millisecond {
				t.Errorf("the round trip took %v, want 160ms", took)
			}
		},
		"latency keeps the order, also of the end": func(t *testing.T, a, b *wstest.Conn) {
			a.Latency(time.Second)
			write(t, a, "slow ")
			a.Latency(0)
			write(t, a, "fast")
			a.Close()
			wantRead(t, b, "slow fast")
			wantReadError(t, b, io.EOF)
		},
		"throttle": func(t *testing.T, a, b *wstest.Conn) {
			a.Throttle(1000)
			took := after(func() {
				write(t, a, string(make([]byte, 2500)))
				wantRead(t, b, string(make([]byte, 2500)))
			})
			if took != 2500*time.Millisecond {
				t.Errorf("2500 bytes took %v, want 2.5s", took)
			}
		},
		"throttle below a byte a piece": func(t *testing.T, a, b *wstest.Conn) {
			a.Outgoing().Throttle(2)
			if took := after(func() { write(t, a, "four"); wantRead(t, b, "four") }); took != 2*time.Second {
				t.Errorf("four bytes took %v, want 2s", took)
			}
		},
		"stall": func(t *testing.T, a, b *wstest.Conn) {
			a.Stall(true)
			write(t, a, "held")
			b.SetReadDeadline(time.Now().Add(time.Hour))
			wantReadError(t, b, os.ErrDeadlineExceeded)
			b.SetReadDeadline(time.Time{})
			a.Stall(false)
			wantRead(t, b, "held")
		},
		"a stall hides a close": func(t *testing.T, a, b *wstest.Conn) {
			a.Stall(true)
			a.Close()
			b.SetReadDeadline(time.Now().Add(time.Hour))
			wantReadError(t, b, os.ErrDeadlineExceeded)
			b.SetReadDeadline(time.Time{})
			b.Stall(false)
			wantReadError(t, b, io.EOF)
		},
		"half-open": func(t *testing.T, a, b *wstest.Conn) {
			a.HalfOpen()
			write(t, a, string(make([]byte, 1<<20)))
			b.Reset()
			a.SetReadDeadline(time.Now().Add(time.Hour))
			wantReadError(t, a, os.ErrDeadlineExceeded)
			wantReadError(t, b, syscall.ECONNRESET)
		},
		"cut": func(t *testing.T, a, b *wstest.Conn) {
			a.Outgoing().CutAfter(3)
			write(t, a, "ab")
			write(t, a, "cd")
			wantRead(t, b, "abc")
			wantReadError(t, b, syscall.ECONNRESET)
			wantReadError(t, a, syscall.ECONNRESET)
		},
		"cut at once": func(t *testing.T, a, b *wstest.Conn) {
			a.Incoming().CutAfter(0)
			wantWriteError(t, b, syscall.ECONNRESET)
			wantWriteError(t, a, syscall.ECONNRESET)
		},
		"one byte a read": func(t *testing.T, a, b *wstest.Conn) {
			b.Incoming().ChunkSize(1)
			write(t, a, "abc")
			for range 3 {
				if n, err := b.Read(make([]byte, 8)); n != 1 || err != nil {
					t.Errorf("Read = %d, %v, want 1", n, err)
				}
			}
		},
		"every byte arrives under all of it": func(t *testing.T, a, b *wstest.Conn) {
			want := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
			a.Latency(30 * time.Millisecond)
			a.Throttle(123_457)
			b.Incoming().ChunkSize(1000)
			go func() { a.Write(want); a.Close() }()
			got, err := io.ReadAll(b)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes, %v, want the %d that were sent", len(got), err, len(want))
			}
		},
	} {
		t.Run(name, func(t *testing.T) { bubble(t, test) })
	}
}
