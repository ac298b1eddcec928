package tick

import (
	"sync"
	"sync/atomic"
)

// share is how many items a source delivers before the next one has its turn.
const share = 32

// An idle source holds no buffer: the queue keeps those that were used, at most
// spares of them, none with room for more than roomy items.
const (
	spares = 128
	roomy  = 1024
)

// Verdict is what the receiver of an item says about the next one.
type Verdict int

const (
	// More: go on, whichever source is next.
	More Verdict = iota
	// Stay: the next item of the same source must come right now.
	Stay
	// Stop: leave the rest for the next Drain.
	Stop
)

// Queue carries items from any number of sources to one tick. Make it with
// [NewQueue].
type Queue[T any] struct {
	ready atomic.Bool // something is listed, or was left over
	wake  chan struct{}

	mu     sync.Mutex
	listed []*Source[T] // guarded by mu: sources with items, in the order of their first
	empty  [][]T        // guarded by mu: buffers for the next source that posts

	turns []*Source[T] // owned by the tick: the sources in hand
	turn  int          // owned by the tick: whose turn it is, in a Drain
	used  [][]T        // owned by the tick: buffers to give back
}

// Source is one poster's place in a [Queue]: its items stay in order. Join comes
// before the first Post.
type Source[T any] struct {
	queue  *Queue[T]
	items  []T   // guarded by queue.mu
	taken  []T   // owned by the tick: what this Drain delivers
	next   int32 // owned by the tick: the first of taken that isn't delivered yet
	listed bool  // guarded by queue.mu
}

// NewQueue returns an empty queue.
func NewQueue[T any]() *Queue[T] {
	return &Queue[T]{wake: make(chan struct{}, 1)}
}

// Join makes s a source of q.
func (s *Source[T]) Join(q *Queue[T]) { s.queue = q }

// Post appends items, as one unit: a Drain sees all of them or none. Safe from
// any goroutine.
func (s *Source[T]) Post(items ...T) {
	if len(items) == 0 {
		return
	}
	q := s.queue
	q.mu.Lock()
	if last := len(q.empty) - 1; s.items == nil && last >= 0 {
		s.items = q.empty[last]
		q.empty = q.empty[:last]
	}
	s.items = append(s.items, items...)
	if !s.listed {
		s.listed = true
		q.listed = append(q.listed, s)
	}
	q.mu.Unlock()
	q.signal()
}

// Nudge makes the queue ready without an item: the tick has something to do
// that isn't in here. Safe from any goroutine.
func (q *Queue[T]) Nudge() { q.signal() }

// signal says that something is ready.
func (q *Queue[T]) signal() {
	if q.ready.Swap(true) {
		return
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Wake is a channel of capacity 1 on which a value waits when something became
// ready since the last Drain. Safe from any goroutine.
func (q *Queue[T]) Wake() <-chan struct{} { return q.wake }

// Ready tells whether a Drain has anything to deliver. It costs an atomic load.
// Safe from any goroutine.
func (q *Queue[T]) Ready() bool { return q.ready.Load() }

// Waiting counts the items that are posted and not delivered. It costs a look at
// each source that has some. Call from the tick goroutine.
func (q *Queue[T]) Waiting() (n int) {
	if !q.ready.Load() && len(q.turns) == 0 {
		return 0
	}
	for _, s := range q.turns[q.turn:] { // before it stand those whose next turn comes again
		n += len(s.taken) - int(s.next)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range q.listed {
		n += len(s.items)
	}
	return n
}

// Drain hands what was posted before it began to deliver, the sources taking
// turns, until nothing is left or deliver says Stop; what is left stands first
// in the next Drain. The item is deliver's for the length of the call. Call
// from the tick goroutine.
func (q *Queue[T]) Drain(deliver func(item *T) Verdict) {
	if !q.ready.Load() {
		return
	}
	q.ready.Store(false) // before the list is taken: a later Post sets it again
	q.take()
	for i := 0; i < len(q.turns); i++ {
		s := q.turns[i]
		q.turn = i
		stopped := s.turn(deliver)
		if int(s.next) < len(s.taken) {
			q.turns = append(q.turns, s) // its next turn comes after the others'
		} else {
			q.release(s)
		}
		if stopped {
			q.turn = 0
			q.turns = append(q.turns[:0], q.turns[i+1:]...)
			if len(q.turns) > 0 {
				q.signal()
			}
			return
		}
	}
	q.turn = 0
	clear(q.turns)
	q.turns = q.turns[:0]
}

// take moves the listed sources and their items into the tick's hands, behind
// what an earlier Drain left over.
func (q *Queue[T]) take() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range q.listed {
		if int(s.next) < len(s.taken) { // left over: it has its turn already
			s.compact()
			s.taken = append(s.taken, s.items...)
			clear(s.items)
			q.used = append(q.used, s.items[:0])
			s.items = nil
		} else {
			s.taken, s.items, s.next = s.items, nil, 0
			q.turns = append(q.turns, s)
		}
		s.listed = false
	}
	clear(q.listed)
	q.listed = q.listed[:0]
	for _, buffer := range q.used {
		if len(q.empty) < spares && cap(buffer) <= roomy {
			q.empty = append(q.empty, buffer)
		}
	}
	clear(q.used)
	q.used = q.used[:0]
}

// compact drops what is delivered from the front of what isn't, once it is as
// much: a source that is never empty would grow for ever.
func (s *Source[T]) compact() {
	if left := s.taken[s.next:]; len(left) <= int(s.next) {
		n := copy(s.taken, left)
		clear(s.taken[n:])
		s.taken, s.next = s.taken[:n], 0
	}
}

// turn delivers up to share items and tells whether deliver said Stop.
func (s *Source[T]) turn(deliver func(item *T) Verdict) (stopped bool) {
	var zero T
	for n := 0; int(s.next) < len(s.taken); n++ {
		item := &s.taken[s.next]
		s.next++
		verdict := deliver(item)
		*item = zero // the payload is the receiver's now
		if verdict == Stop {
			return true
		}
		if n >= share-1 && verdict == More {
			return false
		}
	}
	return false
}

// release takes the buffer of a source whose items are delivered.
func (q *Queue[T]) release(s *Source[T]) {
	q.used = append(q.used, s.taken[:0])
	s.taken, s.next = nil, 0
}
