package headless

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"
)

const (
	// invalidTimer is timer.INVALID_TIMER_HANDLE, Defold's value.
	invalidTimer = math.MaxUint32
	// maxTimers bounds the timers alive at a time; beyond it timer.delay gives
	// INVALID_TIMER_HANDLE. Defold's own bound is near.
	maxTimers = 65_535
)

// timerList holds the timers in the order they were made, which is the order
// they fire in within a frame.
type timerList struct {
	list     []*timer
	byHandle map[lua.LNumber]*timer // the live ones
	last     lua.LNumber            // handles are never reused
}

type timer struct {
	handle    lua.LValue
	instance  *Instance // nil if none ran
	callback  *lua.LFunction
	delay     time.Duration
	remaining time.Duration
	elapsed   time.Duration // since it last fired, or was made
	born      uint64        // the frame it was made in: its time begins with the next one
	repeating bool
	dead      bool
}

func (e *Engine) openTimer() error {
	e.timers.byHandle = make(map[lua.LNumber]*timer)
	lib := e.register("timer", map[string]lua.LGFunction{
		"delay":    e.timerDelay,
		"cancel":   e.timerCancel,
		"trigger":  e.timerTrigger,
		"get_info": e.timerInfo,
	})
	lib.RawSetString("INVALID_TIMER_HANDLE", lua.LNumber(invalidTimer))
	return nil
}

// timerDelay is timer.delay(seconds, repeating, callback) -> handle. The
// callback gets self, handle and the seconds since it was called last. 0 is the
// next frame.
func (e *Engine) timerDelay(L *lua.LState) int {
	seconds, ok := L.Get(1).(lua.LNumber)
	if !ok {
		L.ArgError(1, "delay must be a number of seconds, got "+typeName(L.Get(1)))
	}
	if seconds < 0 || math.IsNaN(float64(seconds)) {
		L.ArgError(1, "delay must be 0 s or more, got "+seconds.String())
	}
	repeating, ok := L.Get(2).(lua.LBool)
	if !ok {
		L.ArgError(2, "repeating must be a boolean, got "+typeName(L.Get(2)))
	}
	callback, ok := L.Get(3).(*lua.LFunction)
	if !ok {
		L.ArgError(3, "callback must be a function, got "+typeName(L.Get(3)))
	}
	L.Push(e.newTimer(seconds2Duration(float64(seconds)), bool(repeating), callback))
	return 1
}

// nextFrame calls fn(self, …) in the next frame, as the running instance.
func (e *Engine) nextFrame(fn *lua.LFunction) { e.newTimer(0, false, fn) }

// newTimer makes one of the running instance's, and gives its handle.
func (e *Engine) newTimer(delay time.Duration, repeating bool, callback *lua.LFunction) lua.LValue {
	i := e.running()
	if e.closing || i != nil && i.dead || len(e.timers.byHandle) >= maxTimers {
		return lua.LNumber(invalidTimer)
	}
	e.timers.last++
	if e.timers.last == invalidTimer {
		e.timers.last++
	}
	t := &timer{
		handle:    e.timers.last,
		instance:  i,
		callback:  callback,
		delay:     delay,
		repeating: repeating,
		born:      e.frames,
	}
	t.remaining = t.delay
	e.timers.list = append(e.timers.list, t)
	e.timers.byHandle[e.timers.last] = t
	return t.handle
}

// seconds2Duration caps at what a Duration holds, 292 years.
func seconds2Duration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

func (e *Engine) checkTimer(L *lua.LState) *timer {
	handle, ok := L.Get(1).(lua.LNumber)
	if !ok {
		L.ArgError(1, "handle must be a timer's number, got "+typeName(L.Get(1)))
	}
	return e.timers.byHandle[handle]
}

// timerCancel is timer.cancel(handle) -> whether it was alive.
func (e *Engine) timerCancel(L *lua.LState) int {
	t := e.checkTimer(L)
	if t != nil {
		e.timers.end(t)
	}
	L.Push(lua.LBool(t != nil))
	return 1
}

// timerTrigger is timer.trigger(handle) -> whether it was alive. It calls the
// callback now, on top of the calls that time brings.
func (e *Engine) timerTrigger(L *lua.LState) int {
	t := e.checkTimer(L)
	if t != nil {
		e.fire(t)
	}
	L.Push(lua.LBool(t != nil))
	return 1
}

// timerInfo is timer.get_info(handle) -> {time_remaining, delay, repeating} in
// seconds, nil for a dead one.
func (e *Engine) timerInfo(L *lua.LState) int {
	t := e.checkTimer(L)
	if t == nil {
		L.Push(lua.LNil)
		return 1
	}
	info := L.CreateTable(0, 3)
	info.RawSetString("time_remaining", lua.LNumber(t.remaining.Seconds()))
	info.RawSetString("delay", lua.LNumber(t.delay.Seconds()))
	info.RawSetString("repeating", lua.LBool(t.repeating))
	L.Push(info)
	return 1
}

// updateTimers lets the frame's time pass. A timer fires once a frame at most;
// a repeating one keeps its beat, and beats that a long frame has missed are
// lost.
func (e *Engine) updateTimers(dt time.Duration) {
	for _, t := range e.timers.list { // what is appended meanwhile waits for the next frame
		if t.dead || t.born == e.frames {
			continue
		}
		dt := dt
		if t.instance != nil {
			if !t.instance.passes() {
				continue
			}
			if t.instance.timeline != nil {
				dt = t.instance.timeline.at(e).d
			}
		}
		t.remaining -= dt
		t.elapsed += dt
		if t.remaining > 0 {
			continue
		}
		e.fire(t)
		t.elapsed = 0
		switch {
		case !t.repeating:
			e.timers.end(t)
		case t.delay == 0:
			t.remaining = 0
		default:
			t.remaining += (-t.remaining/t.delay + 1) * t.delay
		}
	}
	e.timers.sweep()
}

func (e *Engine) fire(t *timer) {
	e.call(t.instance, "timer", t.callback, t.handle, lua.LNumber(t.elapsed.Seconds()))
}

func (l *timerList) end(t *timer) {
	if !t.dead {
		t.dead = true
		t.callback = nil
		delete(l.byHandle, t.handle.(lua.LNumber))
	}
}

// kill ends an instance's timers.
func (l *timerList) kill(i *Instance) {
	for _, t := range l.list {
		if t.instance == i {
			l.end(t)
		}
	}
}

// sweep drops the dead ones from the list. Not while it is walked.
func (l *timerList) sweep() {
	if len(l.list) == len(l.byHandle) {
		return
	}
	kept := l.list[:0]
	for _, t := range l.list {
		if !t.dead {
			kept = append(kept, t)
		}
	}
	clear(l.list[len(kept):])
	l.list = kept
}

func (l *timerList) clear() {
	for _, t := range l.list {
		l.end(t)
	}
	l.list = nil
}
