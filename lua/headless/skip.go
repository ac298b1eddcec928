package headless

import (
	"sync/atomic"
	"time"
)

// SkippingClock is the machine's clock, plus what Run skips where it doesn't wait
// for frames: with Options.Fast a script's hour is an hour to socket.gettime too.
// Safe from any goroutine.
type SkippingClock struct{ skipped atomic.Int64 }

// Now is the machine's time and all that was skipped.
func (c *SkippingClock) Now() time.Time { return time.Now().Add(time.Duration(c.skipped.Load())) }

// AfterFunc waits by the machine's clock: while somebody waits nothing is skipped.
func (c *SkippingClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return time.AfterFunc(d, f).Stop
}

// Skip moves the clock on by d.
func (c *SkippingClock) Skip(d time.Duration) { c.skipped.Add(int64(max(d, 0))) }
