package luaspec

import (
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

// driver runs frames and moves the clock. It is owned by the runner goroutine,
// in the bubble.
type driver struct {
	engine  *headless.Engine
	clock   *headless.VirtualClock
	outside *outside
	real    *realNet
	period  time.Duration // of a frame
	last    time.Time     // the wall's time at the last frame by the wall; zero after a virtual one
	dt      time.Duration // what the next frame gets
}

func newDriver(o Options, outside *outside) *driver {
	d := &driver{outside: outside, real: newRealNet(outside)}
	d.period = time.Duration(float64(time.Second) / o.Rate)
	d.dt = d.period
	start := o.Start
	if start.IsZero() {
		start = outside.now()
	}
	d.clock = headless.NewVirtualClock(start, func() { d.real.settle() })
	return d
}

// frame runs one frame, then lets its time pass.
func (d *driver) frame() {
	d.engine.Step(d.dt)
	d.pass()
}

// pass lets one frame's time pass: virtually, as soon as the network is at
// rest, or as long as it really takes while a real socket is open.
func (d *driver) pass() {
	if !d.real.settle() {
		d.last = time.Time{}
		d.dt = d.period
		d.clock.Advance(d.period)
		return
	}
	if d.last.IsZero() {
		d.last = d.outside.now()
	}
	due := d.last.Add(d.period)
	now := d.outside.sleep(max(due.Sub(d.outside.now()), 0))
	elapsed := max(now.Sub(d.last), 0)
	d.last = now
	d.dt = elapsed
	d.clock.Advance(elapsed)
}

// block lets time pass without frames until ready or for d: a script holds up
// the frame.
func (d *driver) block(span time.Duration, ready func() bool) {
	for until := d.clock.Now().Add(span); ; {
		d.real.settle()
		if ready() || !d.clock.Now().Before(until) {
			return
		}
		d.pass()
	}
}

// during runs f while time passes without frames: what closes waits for
// timeouts of this clock. It returns false if f did not end within closeLimit.
func (d *driver) during(f func()) bool {
	done := make(chan struct{})
	// Owned by the driver; f's end ends it; joined here, unless f hangs: then it
	// keeps the bubble, and the session gives the bubble up.
	go func() {
		defer close(done)
		f()
	}()
	for until := d.clock.Now().Add(closeLimit); d.clock.Now().Before(until); {
		d.real.settle()
		select {
		case <-done:
			return true
		default:
		}
		d.pass()
	}
	return false
}
