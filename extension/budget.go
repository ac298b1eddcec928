package extension

import (
	"time"

	"github.com/tickwire/tickwire/extension/internal/tick"
)

// budget bounds one Update.
type budget struct {
	clock             Clock
	maxEvents         int // negative: no limit
	maxBytes          int
	maxTime           time.Duration
	events, bytes     int
	deadline          time.Time
	untilLook, stride int // how many events until the clock is looked at
}

// longestStride is how many quick events may pass between two looks at the
// clock: a look costs as much as a tenth of an event.
const longestStride = 16

func (b *budget) init(o Options) {
	b.clock, b.maxEvents, b.maxBytes, b.maxTime = o.Clock, o.MaxEvents, o.MaxBytes, o.MaxTime
	if b.maxEvents == 0 {
		b.maxEvents = -1
	}
	if b.maxBytes == 0 {
		b.maxBytes = -1
	}
}

func (b *budget) start() {
	b.events, b.bytes, b.stride, b.untilLook = 0, 0, 1, 1
	if b.maxTime > 0 {
		b.deadline = b.clock.Now().Add(b.maxTime)
	}
}

// spend counts an event that was delivered and says whether another may be.
func (b *budget) spend(payload int) tick.Verdict {
	b.events++
	b.bytes += payload
	if b.maxEvents > 0 && b.events >= b.maxEvents || b.maxBytes > 0 && b.bytes >= b.maxBytes {
		return tick.Stop
	}
	if b.maxTime <= 0 {
		return tick.More
	}
	if b.untilLook--; b.untilLook > 0 {
		return tick.More
	}
	if !b.clock.Now().Before(b.deadline) {
		return tick.Stop
	}
	b.stride = min(2*b.stride, longestStride)
	b.untilLook = b.stride
	return tick.More
}

// late says whether the Update has used up its time.
func (b *budget) late() bool { return b.maxTime > 0 && !b.clock.Now().Before(b.deadline) }
