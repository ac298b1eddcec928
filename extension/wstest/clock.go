package wstest

import "time"

// Clock is where a network's delays and a connection's deadlines come from.
// Both methods are safe from any goroutine.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once, d from now, on any goroutine but never from
	// within AfterFunc. stop takes it back and says whether it came in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// systemClock is the wall clock; inside a synctest bubble it is the bubble's.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// orSystem is the clock that a nil one stands for.
func orSystem(c Clock) Clock {
	if c == nil {
		return systemClock{}
	}
	return c
}
