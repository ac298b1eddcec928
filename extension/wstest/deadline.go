package wstest

import (
	"sync"
	"time"
)

// deadline wakes whoever waits on cond once its time has passed. Its fields
// are guarded by cond's lock.
type deadline struct {
	clock  Clock
	cond   *sync.Cond
	passed bool
	turn   uint64 // counts set, so that a late timer of an old one does nothing
	stop   func() bool
}

// set is what net.Conn's SetReadDeadline asks for: the zero time is never. The
// lock is held.
func (d *deadline) set(t time.Time) {
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
	d.turn++
	d.passed = false
	if t.IsZero() {
		return
	}
	wait := t.Sub(d.clock.Now())
	if wait <= 0 {
		d.passed = true
		d.cond.Broadcast()
		return
	}
	turn := d.turn
	d.stop = d.clock.AfterFunc(wait, func() {
		d.cond.L.Lock()
		defer d.cond.L.Unlock()
		if d.turn == turn {
			d.passed = true
			d.cond.Broadcast()
		}
	})
}
