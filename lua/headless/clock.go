package headless

import (
	"container/heap"
	"sync"
	"time"
)

// Clock is where the engine's time comes from. Safe from any goroutine.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once, d from now, on any goroutine. stop takes it back
	// and says whether it came before the call.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// SystemClock is the machine's own clock.
func SystemClock() Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// VirtualClock is a clock that only Advance moves.
type VirtualClock struct {
	rest func()

	mu        sync.Mutex
	now       time.Time     // guarded by mu
	due       virtualTimers // guarded by mu
	count     uint64        // guarded by mu: timers ever made, their order at the same time
	advancing bool          // guarded by mu
}

// NewVirtualClock starts at start. rest, which may be nil, returns when
// everything that this moment has caused is done: Advance calls it before the
// time moves on. Under synctest that is synctest.Wait.
func NewVirtualClock(start time.Time, rest func()) *VirtualClock {
	return &VirtualClock{now: start, rest: rest}
}

// Now is the virtual time. Safe from any goroutine.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f from within the Advance that reaches now + d; f must not
// call Advance. Safe from any goroutine.
func (c *VirtualClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	t := &virtualTimer{due: c.now.Add(max(d, 0)), order: c.count, f: f}
	heap.Push(&c.due, t)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if t.index < 0 {
			return false
		}
		heap.Remove(&c.due, t.index)
		return true
	}
}

// Advance moves the time on by d, timer by timer in the order of their time:
// it rests, sets the time to the next one's and calls it, and at the end rests
// and sets the time to d from where it began. A negative d and a call from
// within Advance panic.
func (c *VirtualClock) Advance(d time.Duration) {
	if d < 0 {
		panic("headless: VirtualClock.Advance: time can't run backwards")
	}
	c.mu.Lock()
	if c.advancing {
		c.mu.Unlock()
		panic("headless: VirtualClock.Advance within Advance")
	}
	c.advancing = true
	end := c.now.Add(d)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.advancing = false
		c.mu.Unlock()
	}()
	for {
		if c.rest != nil {
			c.rest()
		}
		f := c.next(end)
		if f == nil {
			return
		}
		f()
	}
}

// next moves the time to the first timer that is due by end and returns its
// function, or to end and returns nil.
func (c *VirtualClock) next(end time.Time) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.due) == 0 || c.due[0].due.After(end) {
		c.now = end
		return nil
	}
	t := heap.Pop(&c.due).(*virtualTimer)
	c.now = t.due
	return t.f
}

type virtualTimer struct {
	due   time.Time
	order uint64
	index int // in the heap; -1 once it left
	f     func()
}

// virtualTimers is a heap by time, then by the order they were made.
type virtualTimers []*virtualTimer

func (h virtualTimers) Len() int { return len(h) }

func (h virtualTimers) Less(i, j int) bool {
	if !h[i].due.Equal(h[j].due) {
		return h[i].due.Before(h[j].due)
	}
	return h[i].order < h[j].order
}

func (h virtualTimers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *virtualTimers) Push(x any) {
	t := x.(*virtualTimer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *virtualTimers) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.index = -1
	return t
}
