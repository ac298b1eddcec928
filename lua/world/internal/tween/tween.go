package tween

import (
	"math"
	"slices"
)

// Playback says which way, and how often.
type Playback int

// The playbacks, numbered as Defold's constants.
const (
	None Playback = iota
	OnceForward
	OnceBackward
	OncePingPong
	LoopForward
	LoopBackward
	LoopPingPong
)

// Playbacks are the ends of the constants' names; the index is the value.
func Playbacks() []string {
	return []string{"NONE", "ONCE_FORWARD", "ONCE_BACKWARD", "ONCE_PINGPONG", "LOOP_FORWARD", "LOOP_BACKWARD", "LOOP_PINGPONG"}
}

func (p Playback) loops() bool { return p >= LoopForward }

// Tween is one property on its way.
type Tween struct {
	Owner    any    // whose property: comparable
	Property string // "position"
	Elements []int  // which of the numbers move: 0 for x … 3 for w
	To       [4]float64
	Playback Playback
	Curve    Curve
	Duration float64 // seconds
	Delay    float64 // seconds before it begins; then it looks where it is
	// Passed says how many seconds have passed in this frame; 0 stops it.
	Passed func() float64
	Get    func() [4]float64
	Set    func([4]float64)
	// Done, which may be nil, is called at the end; not when it is canceled.
	Done func()

	from    [4]float64
	begun   bool
	over    bool
	elapsed float64
}

// List holds the tweens that are under way.
type List struct{ all []*Tween }

// Len is how many there are.
func (l *List) Len() int { return len(l.all) }

// Add starts a tween. One that moves the same number of the same owner gives
// way, without its Done.
func (l *List) Add(t *Tween) {
	for _, other := range l.all {
		if !other.over && other.Owner == t.Owner && other.Property == t.Property {
			other.drop(t.Elements)
		}
	}
	t.Elements = slices.Clone(t.Elements)
	l.all = append(l.all, t)
}

func (t *Tween) drop(elements []int) {
	t.Elements = slices.DeleteFunc(t.Elements, func(n int) bool { return slices.Contains(elements, n) })
	t.over = t.over || len(t.Elements) == 0
}

// Cancel stops the tweens of a property's elements where they are, without their
// Done. All elements with nil, all properties with "".
func (l *List) Cancel(owner any, property string, elements []int) {
	for _, t := range l.all {
		switch {
		case t.Owner != owner || property != "" && t.Property != property:
		case elements == nil:
			t.over = true
		default:
			t.drop(elements)
		}
	}
}

// Update moves them all on. What is added meanwhile begins with the next one.
func (l *List) Update() {
	for _, t := range l.all {
		if !t.over {
			t.update(t.Passed())
		}
	}
	l.all = slices.DeleteFunc(l.all, func(t *Tween) bool { return t.over })
}

func (t *Tween) update(passed float64) {
	if passed <= 0 {
		return
	}
	if t.Delay > 0 {
		t.Delay -= passed
		if t.Delay >= 0 {
			return
		}
		passed = -t.Delay
		t.Delay = 0
	}
	if !t.begun {
		t.begun, t.from = true, t.Get()
	}
	t.elapsed += passed
	// A frame's time is rounded to nanoseconds: sixty frames are a second.
	finished := t.elapsed >= t.Duration-1e-6 && !t.Playback.loops()
	if finished {
		t.elapsed = t.Duration
	}
	t.put(t.way())
	if finished {
		t.over = true
		if t.Done != nil {
			t.Done()
		}
	}
}

// way is how much of it is done, 0 to 1 and where the curve overshoots beyond.
func (t *Tween) way() float64 {
	part := 1.0
	if t.Duration > 0 {
		part = t.elapsed / t.Duration
	}
	if t.Playback.loops() {
		part -= math.Floor(part)
	}
	switch t.Playback {
	case OnceBackward, LoopBackward:
		part = 1 - part
	case OncePingPong, LoopPingPong:
		part = 1 - math.Abs(2*part-1)
	case None:
		part = 1
	}
	return t.Curve(part)
}

func (t *Tween) put(way float64) {
	now := t.Get()
	for _, n := range t.Elements {
		now[n] = t.from[n] + (t.To[n]-t.from[n])*way
	}
	t.Set(now)
}
