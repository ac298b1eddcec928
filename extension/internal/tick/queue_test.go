package tick

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func newSource[T any](q *Queue[T]) *Source[T] {
	s := &Source[T]{}
	s.Join(q)
	return s
}

func drainAll(q *Queue[string]) []string {
	var got []string
	q.Drain(func(item *string) Verdict { got = append(got, *item); return More })
	return got
}

func TestQueueKeepsTheOrderOfASource(t *testing.T) {
	q := NewQueue[string]()
	s := newSource(q)
	s.Post("a")
	s.Post("b", "c")
	if got, want := drainAll(q), []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("drained %q, want %q", got, want)
	}
	if q.Ready() {
		t.Error("an empty queue is ready")
	}
}

func TestQueueTakesTurns(t *testing.T) {
	q := NewQueue[string]()
	flood, quiet := newSource(q), newSource(q)
	for i := range 10 * share {
		flood.Post(fmt.Sprint("flood ", i))
	}
	quiet.Post("quiet")
	got := drainAll(q)
	if at := slices.Index(got, "quiet"); at != share {
		t.Errorf("the quiet source's item came at %d, want %d: after one share of the flood", at, share)
	}
	if len(got) != 10*share+1 {
		t.Errorf("%d items, want %d", len(got), 10*share+1)
	}
}

func TestQueueStopLeavesTheRestInOrder(t *testing.T) {
	q := NewQueue[string]()
	a, b := newSource(q), newSource(q)
	a.Post("a1", "a2", "a3")
	b.Post("b1")
	<-q.Wake()
	var got []string
	stopAfterOne := func(item *string) Verdict { got = append(got, *item); return Stop }
	q.Drain(stopAfterOne)
	if !q.Ready() {
		t.Fatal("not ready with items left")
	}
	select {
	case <-q.Wake():
	default:
		t.Fatal("no wake with items left")
	}
	a.Post("a4")
	q.Drain(stopAfterOne) // b's turn: the stopped source stands behind it
	got = append(got, drainAll(q)...)
	if want := []string{"a1", "b1", "a2", "a3", "a4"}; !slices.Equal(got, want) {
		t.Errorf("drained %q, want %q", got, want)
	}
}

func TestQueueStayKeepsTwoItemsTogether(t *testing.T) {
	q := NewQueue[string]()
	a, b := newSource(q), newSource(q)
	for range share - 1 {
		a.Post("message")
	}
	a.Post("error", "disconnected")
	b.Post("other")
	var got []string
	q.Drain(func(item *string) Verdict {
		got = append(got, *item)
		if *item == "error" {
			return Stay
		}
		return More
	})
	if at := slices.Index(got, "error"); got[at+1] != "disconnected" {
		t.Errorf("after the error came %q, want disconnected", got[at+1])
	}
}

func TestQueuePostDuringDrainWaits(t *testing.T) {
	q := NewQueue[string]()
	s := newSource(q)
	s.Post("first")
	var got []string
	q.Drain(func(item *string) Verdict {
		got = append(got, *item)
		s.Post("caused")
		return More
	})
	if want := []string{"first"}; !slices.Equal(got, want) {
		t.Fatalf("one Drain delivered %q, want %q", got, want)
	}
	if got, want := drainAll(q), []string{"caused"}; !slices.Equal(got, want) {
		t.Errorf("the next Drain delivered %q, want %q", got, want)
	}
}

func TestQueueFromManyGoroutines(t *testing.T) {
	const posters, each = 8, 1000
	q := NewQueue[[2]int]()
	var wg sync.WaitGroup
	for p := range posters {
		s := newSource(q)
		wg.Go(func() {
			for i := range each {
				s.Post([2]int{p, i})
			}
		})
	}
	var next [posters]int
	for total := 0; total < posters*each; {
		<-q.Wake()
		q.Drain(func(item *[2]int) Verdict {
			if item[1] != next[item[0]] {
				t.Fatalf("source %d delivered %d, want %d", item[0], item[1], next[item[0]])
			}
			next[item[0]]++
			total++
			return More
		})
	}
	wg.Wait()
}

func TestQueueIdleSourcesHoldNothing(t *testing.T) {
	q := NewQueue[string]()
	sources := make([]*Source[string], 3*spares)
	for i := range sources {
		sources[i] = newSource(q)
		for range 2 * share {
			sources[i].Post("x")
		}
	}
	flood := newSource(q)
	for range 2 * roomy {
		flood.Post("x")
	}
	drainAll(q)
	q.Drain(func(*string) Verdict { return More })
	for i, s := range append(sources, flood) {
		if s.items != nil || s.taken != nil {
			t.Fatalf("idle source %d holds buffers of %d and %d items", i, cap(s.items), cap(s.taken))
		}
	}
	sources[0].Post("y")
	drainAll(q)
	if len(q.empty) > spares {
		t.Errorf("the queue keeps %d buffers, want at most %d", len(q.empty), spares)
	}
	for _, buffer := range q.empty {
		if cap(buffer) > roomy {
			t.Errorf("the queue keeps a buffer of %d items, want at most %d", cap(buffer), roomy)
		}
	}
}

// BenchmarkQueue: one operation is one item posted and drained.
func BenchmarkQueue(b *testing.B) {
	q := NewQueue[[6]uint64]()
	s := newSource(q)
	b.ReportAllocs()
	for b.Loop() {
		s.Post([6]uint64{})
		q.Drain(func(*[6]uint64) Verdict { return More })
	}
}

// TestQueueOfAFloodIsBounded: a source that has always something left over
// holds no more than that, and keeps its order.
func TestQueueOfAFloodIsBounded(t *testing.T) {
	q := NewQueue[int]()
	s := newSource(q)
	posted, next := 0, 0
	post := func(n int) {
		for range n {
			s.Post(posted)
			posted++
		}
	}
	post(300)
	for range 2000 {
		post(100)
		count := 0
		q.Drain(func(item *int) Verdict {
			if *item != next {
				t.Fatalf("%d came, want %d", *item, next)
			}
			next++
			if count++; count == 100 {
				return Stop
			}
			return More
		})
	}
	if room := cap(s.taken); room > 2000 {
		t.Errorf("a source with 300 items left has room for %d", room)
	}
}

// TestWaiting counts what is posted and not delivered: before a Drain, inside
// one, in the middle of a source's turns, and after one that was stopped.
func TestWaiting(t *testing.T) {
	q := NewQueue[int]()
	var a, b Source[int]
	a.Join(q)
	b.Join(q)
	if n := q.Waiting(); n != 0 {
		t.Errorf("%d wait in an empty queue", n)
	}
	left := 0
	post := func(s *Source[int], n int) {
		s.Post(make([]int, n)...)
		left += n
	}
	post(&a, 100)
	post(&b, 3)
	hold := func(when string) {
		t.Helper()
		if n := q.Waiting(); n != left {
			t.Errorf("%s %d wait, want %d", when, n, left)
		}
	}
	hold("before")
	for round := range 4 {
		count := 0
		q.Drain(func(*int) Verdict {
			left--
			hold("inside")
			if count++; count == 40+round {
				return Stop
			}
			if count == 7 {
				post(&a, 5)
				hold("inside, after a post,")
			}
			return More
		})
		hold("after")
	}
	for q.Ready() {
		q.Drain(func(*int) Verdict { left--; return More })
	}
	if hold("at the end"); left != 0 {
		t.Errorf("%d were not delivered", left)
	}
}
