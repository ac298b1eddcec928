package wire

import "time"

// Clock tells the time and calls back. Its methods are safe from any goroutine.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f on any goroutine once d has passed. stop prevents that
	// and tells whether it came in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// SystemClock is the wall clock (in a synctest bubble: the bubble's).
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (SystemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}
