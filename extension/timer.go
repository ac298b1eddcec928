package extension

import (
	"container/heap"
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// timer is a call that is due at a time of the extension's clock, or the end of
// a task's wait.
type timer struct {
	due   time.Duration // since the extension began
	order uint64        // of those that are due together
	index int           // in the heap; -1: not there
	self  lua.LValue

	task   *task // whose wait it ends; nil: it calls fn
	ticket int

	handle lua.LNumber
	fn     *lua.LFunction
	made   time.Duration // or last called
	period time.Duration // negative: it is called once
}

// timers are the timers of an extension. They need no goroutine: one alarm of
// the clock's, set for the first that is due, makes the tick's queue ready, and
// Update calls what is due. Owned by whoever has the turn.
type timers struct {
	heap   timerHeap
	order  uint64
	handle lua.LNumber
	calls  map[lua.LNumber]*timer // by handle
	alarm  func() bool            // stops the alarm that is set; nil: none is
	rings  time.Duration          // when it rings
}

// fewest is how many timers an Update calls, and how many tasks it resumes, even
// if its budget is used up.
const fewest = 32

// now is the time since the extension began.
func (e *Extension) now() time.Duration { return e.o.Clock.Now().Sub(e.epoch) }

// add has t due in so many seconds; 0 is the next Update.
func (k *timers) add(t *timer, now time.Duration, seconds float64) *timer {
	t.made = now
	t.due = math.MaxInt64
	if d := toDuration(seconds); d < math.MaxInt64-now {
		t.due = now + d
	}
	k.push(t)
	return t
}

// toDuration caps at what a Duration holds, 292 years.
func toDuration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

func (k *timers) push(t *timer) {
	k.order++
	t.order = k.order
	heap.Push(&k.heap, t)
}

func (k *timers) remove(t *timer) {
	if t.index >= 0 {
		heap.Remove(&k.heap, t.index)
	}
	delete(k.calls, t.handle)
}

// armTimers sets the alarm for the first timer. An alarm that rings too early
// does no harm, so one that is set is only replaced by an earlier one.
func (e *Extension) armTimers() {
	k := &e.timers
	if len(k.heap) == 0 {
		return
	}
	first, now := k.heap[0].due, e.now()
	if k.alarm != nil && k.rings <= first && k.rings > now {
		return
	}
	k.stop()
	if first <= now {
		e.queue.Nudge()
		return
	}
	k.rings = first
	k.alarm = e.o.Clock.AfterFunc(first-now, e.queue.Nudge)
}

// stop takes the alarm back.
func (k *timers) stop() {
	if k.alarm != nil {
		k.alarm()
		k.alarm = nil
	}
}

// clear drops all timers and the alarm.
func (k *timers) clear() {
	k.stop()
	k.heap = nil
	clear(k.calls)
}

// fireTimers calls what is due, in the order of its time. A repeating timer is
// called once an Update at most and keeps its beat; beats that were missed are
// lost.
func (e *Extension) fireTimers() {
	k := &e.timers
	if len(k.heap) == 0 {
		return
	}
	now, last := e.now(), k.order // what is made meanwhile waits for the next Update
	for n := 1; len(k.heap) > 0 && k.heap[0].due <= now && k.heap[0].order <= last && !e.closed; n++ {
		t := heap.Pop(&k.heap).(*timer)
		if t.task != nil {
			if t.task.waiting && t.task.ticket == t.ticket {
				t.task.timer = nil
				e.wake(t.task, false, nil)
			}
		} else {
			e.fire(t, now)
		}
		e.sendEarly()
		if n >= fewest && e.budget.late() {
			break
		}
	}
	e.armTimers()
}

// fire calls a timer's function.
func (e *Extension) fire(t *timer, now time.Duration) {
	elapsed := now - t.made
	switch {
	case t.period < 0:
		delete(e.timers.calls, t.handle)
	case t.period == 0:
		t.made, t.due = now, now
		e.timers.push(t)
	default:
		t.made = now
		t.due += ((now-t.due)/t.period + 1) * t.period
		e.timers.push(t)
	}
	previous := e.o.Host.SetInstance(t.self)
	L := e.L
	L.Push(t.fn)
	L.Push(t.self)
	L.Push(t.handle)
	L.Push(lua.LNumber(elapsed.Seconds()))
	err := L.PCall(3, 0, nil)
	e.o.Host.SetInstance(previous)
	if err != nil {
		e.o.OnError(&CallbackError{Host: "timer", Err: err})
	}
}

// releaseTimers drops the timers of a script that is deleted.
func (e *Extension) releaseTimers(self lua.LValue) {
	for _, t := range e.timers.calls {
		if t.self == self {
			e.timers.remove(t)
		}
	}
}

// timerHeap is a heap by time, then by order.
type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].due != h[j].due {
		return h[i].due < h[j].due
	}
	return h[i].order < h[j].order
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.index = -1
	return t
}
