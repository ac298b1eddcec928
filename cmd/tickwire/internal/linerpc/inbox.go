package linerpc

import (
	"bufio"
	"errors"
	"io"
	"sync"
)

// line is what one line of the input held, without its end.
type line struct {
	text    []byte
	tooLong bool // text is nil
}

// inbox carries the input's lines from the goroutine that reads to the tick. It
// holds limit bytes, but one line in any case: while it is full nothing is read.
type inbox struct {
	limit int
	wake  chan<- struct{} // capacity 1: there is something to take

	mu      sync.Mutex
	changed sync.Cond // room, or closed
	lines   []line    // guarded by mu
	bytes   int       // guarded by mu
	ended   bool      // guarded by mu: no line comes any more
	err     error     // guarded by mu: why; nil at the input's end
	closed  bool      // guarded by mu: nobody takes any more
}

func newInbox(limit int, wake chan<- struct{}) *inbox {
	b := &inbox{limit: limit, wake: wake}
	b.changed.L = &b.mu
	return b
}

// lineOverhead is charged for each line beside its bytes.
const lineOverhead = 64

// post waits for room. It returns false once nobody takes lines any more.
func (b *inbox) post(l line) bool {
	size := len(l.text) + lineOverhead
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes > 0 && b.bytes+size > b.limit && !b.closed {
		b.changed.Wait()
	}
	if b.closed {
		return false
	}
	b.lines = append(b.lines, l)
	b.bytes += size
	signal(b.wake)
	return true
}

// end says that no line comes any more.
func (b *inbox) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.err = true, err
	signal(b.wake)
}

// take returns the next line, if there is one. ended says that none will come.
// Safe from any goroutine; never waits for the input.
func (b *inbox) take() (l line, ok, ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) == 0 {
		return line{}, false, b.ended
	}
	l = b.lines[0]
	b.lines[0] = line{}
	b.lines = b.lines[1:]
	b.bytes -= len(l.text) + lineOverhead
	b.changed.Signal()
	return l, true, false
}

// failure is why the input ended, nil for its end.
func (b *inbox) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// close lets go of whoever posts.
func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.lines = nil
	b.changed.Broadcast()
}

// fill posts the lines of in until its end, or until nobody takes them.
func (b *inbox) fill(in io.Reader, maxLine int) {
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		l, err := readLine(r, maxLine)
		if err == nil || len(l.text) > 0 || l.tooLong { // the last line may lack its end
			if !b.post(l) {
				return
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			continue
		}
		b.end(err)
		return
	}
}

// readLine reads one line and its end. Of one that is too long nothing is kept.
func readLine(r *bufio.Reader, maxLine int) (line, error) {
	var l line
	for {
		part, err := r.ReadSlice('\n')
		if n := len(part); n > 0 && part[n-1] == '\n' {
			part = part[:n-1]
		}
		if l.tooLong = l.tooLong || len(l.text)+len(part) > maxLine; l.tooLong {
			l.text = nil
		} else {
			l.text = append(l.text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l, err
		}
	}
}

// signal wakes whoever waits, without waiting itself.
func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
