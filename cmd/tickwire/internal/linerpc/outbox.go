package linerpc

import (
	"io"
	"sync"
)

// outbox carries lines from the tick to the goroutine that writes them, as soon
// as they are there. It takes all it is given: the tick asks full before it
// causes more.
type outbox struct {
	limit int
	wake  chan<- struct{} // capacity 1: there is room again

	mu     sync.Mutex
	posted sync.Cond
	text   []byte // guarded by mu: whole lines
	closed bool   // guarded by mu: no line comes any more
	err    error  // guarded by mu: the output's; what is posted is dropped then
}

func newOutbox(limit int, wake chan<- struct{}) *outbox {
	b := &outbox{limit: limit, wake: wake}
	b.posted.L = &b.mu
	return b
}

// post takes one line.
func (b *outbox) post(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil || b.closed {
		return
	}
	b.text = append(append(b.text, line...), '\n')
	b.posted.Signal()
}

// full says whether the tick should cause no more.
func (b *outbox) full() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.text) >= b.limit
}

// failure is the output's error.
func (b *outbox) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// close says that no line comes any more: drain ends once it has written what is
// there.
func (b *outbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.posted.Signal()
}

// drain writes what is posted until close, or until out fails.
func (b *outbox) drain(out io.Writer) {
	var spare []byte
	for {
		text, more := b.next(spare[:0])
		if !more {
			return
		}
		if _, err := out.Write(text); err != nil {
			b.fail(err)
			return
		}
		if spare = text; cap(spare) > 4*b.limit {
			spare = nil // a large message's: not kept
		}
	}
}

// next waits for lines and swaps them for an empty buffer.
func (b *outbox) next(empty []byte) (text []byte, more bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.text) == 0 {
		if b.closed {
			return nil, false
		}
		b.posted.Wait()
	}
	text, b.text = b.text, empty
	if len(text) >= b.limit {
		signal(b.wake)
	}
	return text, true
}

func (b *outbox) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err, b.text = err, nil
	signal(b.wake)
}
