package wire

import "testing"

// TestPoolOfTwoSizes: hubs whose reads differ in size may share a pool; each gets
// buffers of its own size.
func TestPoolOfTwoSizes(t *testing.T) {
	pool := NewPool()
	small, large := &Hub{o: Options{ReadBuffer: 1 << 10}, pool: pool}, &Hub{o: Options{ReadBuffer: 64 << 10}, pool: pool}
	for range 100 { // a pool forgets what it likes
		for _, h := range []*Hub{small, large} {
			b := h.buffer()
			if len(*b) != h.o.ReadBuffer {
				t.Fatalf("got %d bytes, want %d", len(*b), h.o.ReadBuffer)
			}
			pool.buffers.Put(b)
		}
	}
}

// TestPoolIsShared: what a hub gives back another one takes.
func TestPoolIsShared(t *testing.T) {
	pool := NewPool()
	o := Options{ReadBuffer: 1 << 10, Clock: SystemClock{}, Pool: pool, Getenv: func(string) string { return "" }}
	one, other := NewHub(o), NewHub(o)
	if one.pool != pool || other.pool != pool {
		t.Error("a hub has a pool of its own beside the one that it was given")
	}
	if o.Pool = nil; NewHub(o).pool == nil {
		t.Error("a hub without Options.Pool has none")
	}
}
