package wire

import (
	"testing"
	"testing/synctest"
)

// TestReaderKnowsTheUsualSize: a connection knows the size of its last message,
// also when its decoder was given back in between.
func TestReaderKnowsTheUsualSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reader{c: NewIdleConn(NewHub(Options{Clock: SystemClock{}, ReadBuffer: 1 << 10, MaxMessage: 1 << 20, InboundCredit: 1 << 20}), 1)}
		for _, size := range []int{100_000, 3} {
			header := []byte{0x82, 3}
			if size > 125 {
				header = []byte{0x82, 127, 0, 0, 0, 0, 0, byte(size >> 16), byte(size >> 8), byte(size)}
			}
			if err := r.consume(append(header, repeat("x", size)...)); err != nil {
				t.Fatal(err)
			}
			if r.work != nil {
				t.Fatal("the decoder was not given back")
			}
			if r.begin(); r.work.decoder.usual != size {
				t.Errorf("the usual size is %d, want %d", r.work.decoder.usual, size)
			}
		}
		// And within one read.
		two := append([]byte{0x82, 126, 0xff, 0xff}, repeat("x", 0xffff)...)
		two = append(two, 0x82, 126, 0xff, 0xff, 'x')
		if err := r.consume(two); err != nil {
			t.Fatal(err)
		}
		if have := r.work.decoder.usual; have != 0xffff {
			t.Errorf("the usual size is %d within a read, want %d", have, 0xffff)
		}
	})
}
