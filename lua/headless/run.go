package headless

import (
	"context"
	"reflect"
	"time"
)

// Reason says why Run ended.
type Reason int

const (
	Quiet    Reason = iota // nothing is left to happen
	Exited                 // a script called sys.exit
	Canceled               // the context ended
	Elapsed                // Options.For has passed
)

func (r Reason) String() string {
	return [...]string{"quiet", "exited", "canceled", "elapsed"}[r]
}

// Result is how Run ended.
type Result struct {
	Reason Reason
	Code   int // sys.exit's; else 0
}

const (
	// maxLag is how many frames Run catches up; what is lost beyond is lost.
	maxLag = 5
	// maxIdle is how long Run sleeps when only a System's Wake can cause
	// something.
	maxIdle = 250 * time.Millisecond
)

// advancer is a clock that Run moves, a VirtualClock.
type advancer interface{ Advance(d time.Duration) }

// Run steps frames at Options.Rate until a script exits, nothing is left to
// happen, Options.For has passed or ctx ends. On a virtual clock it moves the
// clock by each frame's time and doesn't wait. It closes nothing.
func (e *Engine) Run(ctx context.Context) Result {
	p := &pace{e: e, ready: make(chan struct{}, 1)}
	p.restart()
	began, stepped := e.options.Clock.Now(), time.Duration(0)
	for {
		e.Step(p.next())
		stepped += e.dt.d
		if code, ok := e.Exited(); ok {
			return Result{Exited, code}
		}
		if ctx.Err() != nil {
			return Result{Reason: Canceled}
		}
		if e.Quiet() {
			return Result{Reason: Quiet}
		}
		left := maxIdle
		if e.options.For > 0 {
			passed := stepped
			if !p.free() {
				passed = max(stepped, e.options.Clock.Now().Sub(began))
			}
			if left = e.options.For - passed; left <= 0 {
				return Result{Reason: Elapsed}
			}
		}
		p.wait(ctx, left)
	}
}

// pace says when the next frame is due, and how long it is. Frame k after an
// anchor is due at anchor + k/rate, so that rounding never adds up.
type pace struct {
	e      *Engine
	rate   float64 // frames a second since the anchor
	anchor time.Time
	frame  int
	ready  chan struct{} // capacity 1: the awaited time has come
}

func (p *pace) restart() {
	p.anchor, p.frame = p.e.options.Clock.Now(), 0
}

// offset is when frame k is due after the anchor.
func (p *pace) offset(k int) time.Duration {
	return time.Duration(float64(k) * float64(time.Second) / p.rate)
}

// due is when frame k comes by the clock.
func (p *pace) due(k int) time.Time {
	return p.anchor.Add(time.Duration(float64(p.offset(k)) / p.e.options.Speed))
}

// next counts one frame and returns its time.
func (p *pace) next() time.Duration {
	if rate := p.e.frameRate(); rate != p.rate {
		p.rate = rate
		p.restart()
	}
	p.frame++
	return p.offset(p.frame) - p.offset(p.frame-1)
}

// free says whether frames run without waiting.
func (p *pace) free() bool {
	_, virtual := p.e.options.Clock.(advancer)
	return virtual || p.e.options.Fast && p.e.active() == 0
}

// wait returns when the next frame is due, ctx ends, or atMost has passed.
func (p *pace) wait(ctx context.Context, atMost time.Duration) {
	if clock, ok := p.e.options.Clock.(advancer); ok {
		clock.Advance(p.offset(p.frame+1) - p.offset(p.frame))
		return
	}
	if p.free() {
		if clock, ok := p.e.options.Clock.(*SkippingClock); ok {
			clock.Skip(p.due(p.frame).Sub(clock.Now()))
		}
		p.restart()
		return
	}
	if p.e.idle() { // frames wait for a system's Wake instead of the clock
		p.sleep(ctx, min(atMost, maxIdle), p.e.systems)
		p.restart()
		return
	}
	due := p.due(p.frame)
	now := p.e.options.Clock.Now()
	if now.Sub(due) > p.due(maxLag).Sub(p.anchor) {
		p.restart()
	} else if d := due.Sub(now); d > 0 {
		p.sleep(ctx, min(d, max(atMost, 0)), nil)
		now = p.e.options.Clock.Now()
	}
	if late := now.Sub(due); late >= 0 && p.e.options.OnFrame != nil {
		p.e.options.OnFrame(late)
	}
}

// sleep returns after d, when ctx ends, or when one of the systems wakes.
func (p *pace) sleep(ctx context.Context, d time.Duration, systems []System) {
	select {
	case <-p.ready: // an earlier sleep's that came too late to be stopped
	default:
	}
	stop := p.e.options.Clock.AfterFunc(d, func() {
		select {
		case p.ready <- struct{}{}:
		default:
		}
	})
	defer stop()
	if len(systems) == 0 {
		select {
		case <-p.ready:
		case <-ctx.Done():
		}
		return
	}
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(p.ready)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
	}
	for _, s := range systems {
		if wake := s.Wake(); wake != nil {
			cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(wake)})
		}
	}
	reflect.Select(cases)
}
