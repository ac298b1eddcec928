package headless

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Timeline is the time that the instances of a collection share. It belongs to
// the tick; its fields may be set between and within callbacks.
type Timeline struct {
	Outer  *Timeline // of the collection that this one was loaded by; nil for none
	Paused bool      // no update, no timer, and fixed_update neither
	// Factor is what the frame's time is multiplied by. 1 is normal.
	Factor float64
	// Discrete time comes in whole frames: with a Factor of 0.5 every second one.
	Discrete bool

	due   float64 // discrete frames that are owed
	frame uint64  // that dt was made for
	now   boxedDuration
}

// NewTimeline is one that passes as outer does, the engine's own for nil.
func NewTimeline(outer *Timeline) *Timeline { return &Timeline{Outer: outer, Factor: 1} }

// passes says whether time passes at all.
func (t *Timeline) passes() bool {
	for ; t != nil; t = t.Outer {
		if t.Paused {
			return false
		}
	}
	return true
}

// at is the frame's time here, once a frame.
func (t *Timeline) at(e *Engine) *boxedDuration {
	if t == nil {
		return &e.dt
	}
	if t.frame == e.frames && t.now.value != nil {
		return &t.now
	}
	t.frame = e.frames
	outer := t.Outer.at(e).d
	switch {
	case t.Paused:
		t.now.set(0)
	case t.Discrete:
		t.due += t.Factor
		if t.due >= 1 {
			t.due -= float64(int(t.due))
			t.now.set(outer)
		} else {
			t.now.set(0)
		}
	default:
		t.now.set(time.Duration(float64(outer) * t.Factor))
	}
	return &t.now
}

// Delta is the frame's time on the timeline, in seconds.
func (e *Engine) DeltaOf(t *Timeline) float64 { return t.at(e).d.Seconds() }

// dtOf is what update gets, and whether it is called.
func (e *Engine) dtOf(i *Instance) (lua.LValue, bool) {
	if !i.passes() {
		return nil, false
	}
	now := i.timeline.at(e)
	return now.value, now.d > 0 || e.dt.d == 0
}
