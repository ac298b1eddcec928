package wstest

import (
	"sync"
	"time"
)

// defaultBuffer is how many bytes one direction holds before a write waits.
const defaultBuffer = 64 << 10

// throttleSteps is into how many pieces a throttled second is cut: small
// enough that a slow link trickles, large enough that a fast one is cheap.
const throttleSteps = 50

// Link is one direction of an in-memory connection, and what is wrong with it.
// A new one has no fault: what is written can be read at once. Everything can
// be changed at any time, and holds for what has not arrived yet. Methods are
// safe from any goroutine.
type Link struct {
	mu    *sync.Mutex // the pipe's
	clock Clock
	from  *Conn
	to    *Conn

	flight   []segment     // guarded by mu: sent, not there yet
	inFlight int           // guarded by mu: their bytes
	arrived  []byte        // guarded by mu: there, not read yet
	fin      bool          // guarded by mu: the sender's end arrived
	total    int64         // guarded by mu: bytes that ever arrived
	limit    int           // guarded by mu: of inFlight and arrived together
	latency  time.Duration // guarded by mu
	rate     int           // guarded by mu: bytes a second, 0 is unlimited
	free     time.Time     // guarded by mu: when the throttle lets the next piece begin
	stalled  bool          // guarded by mu
	halfOpen bool          // guarded by mu
	cut      int64         // guarded by mu: bytes until the reset, -1 is never
	chunk    int           // guarded by mu: most bytes a read, 0 is unlimited
	stop     func() bool   // guarded by mu: the pending pump; nil is none
}

// segment is what one write, close or reset put on the way.
type segment struct {
	data  []byte
	due   time.Time // arrives no sooner
	fin   bool
	reset bool
}

func newLink(mu *sync.Mutex, clock Clock, from, to *Conn) *Link {
	return &Link{mu: mu, clock: clock, from: from, to: to, limit: defaultBuffer, cut: -1}
}

// Latency delays by d what is sent from now on. Order is kept. 0 is none.
func (l *Link) Latency(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.latency = max(d, 0)
}

// Throttle lets bytesPerSecond through. 0 is no limit.
func (l *Link) Throttle(bytesPerSecond int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate = max(bytesPerSecond, 0)
	l.free = l.clock.Now()
	l.pump()
}

// Stall holds everything back, also the end of the stream and a reset by the
// sender, or lets it go on. Writes succeed until the buffer is full.
func (l *Link) Stall(stalled bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stalled = stalled
	l.free = l.clock.Now()
	l.pump()
}

// HalfOpen loses everything for good, as when the other machine vanished:
// writes succeed, nothing arrives, nobody gets an error.
func (l *Link) HalfOpen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.halfOpen = true
	l.lose()
}

// CutAfter resets the whole connection, for both ends, once n more bytes have
// arrived; those can still be read. 0 resets at once, less than 0 never.
func (l *Link) CutAfter(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = max(n, -1)
	if n == 0 {
		l.from.breakBoth()
	}
}

// ChunkSize lets a read return n bytes at most. 0 is no limit.
func (l *Link) ChunkSize(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chunk = max(n, 0)
}

// BufferSize sets how many bytes may be on the way and unread together before
// a write waits: default 64 KiB, at least 1.
func (l *Link) BufferSize(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = max(n, 1)
	l.from.writable.Broadcast()
}

// Arrived counts the bytes that arrived so far, read or not.
func (l *Link) Arrived() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

// space is how many bytes a write may add now. mu is held.
func (l *Link) space() int { return l.limit - l.inFlight - len(l.arrived) }

// send puts s on its way. mu is held.
func (l *Link) send(s segment) {
	if l.halfOpen {
		return
	}
	s.due = l.clock.Now().Add(l.latency)
	l.flight = append(l.flight, s)
	l.inFlight += len(s.data)
	if l.stop == nil { // otherwise the head of the queue is waiting for its time
		l.pump()
	}
}

// pump delivers what is due and arranges to be called for the rest. It may be
// called at any time. mu is held.
func (l *Link) pump() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	for len(l.flight) > 0 && !l.stalled {
		s := &l.flight[0]
		now := l.clock.Now()
		n, at := len(s.data), s.due
		if n > 0 && l.rate > 0 {
			n = min(n, max(1, l.rate/throttleSteps))
			if l.free.After(at) {
				at = l.free
			}
			at = at.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
		}
		if wait := at.Sub(now); wait > 0 {
			l.stop = l.clock.AfterFunc(wait, l.due)
			return
		}
		if l.rate > 0 {
			l.free = at
		}
		l.arrive(s, n)
	}
}

// due is the clock's call for pump.
func (l *Link) due() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pump()
}

// arrive hands the first n bytes of the flight's head to the receiver, or its
// mark once no bytes are left. mu is held.
func (l *Link) arrive(s *segment, n int) {
	if l.cut >= 0 {
		n = int(min(int64(n), l.cut))
		l.cut -= int64(n)
	}
	refused := false
	if n > 0 {
		l.total += int64(n)
		if l.to.closed {
			refused = true
		} else {
			l.arrived = append(l.arrived, s.data[:n]...)
		}
		s.data = s.data[n:]
		l.inFlight -= n
	}
	if l.cut == 0 {
		l.from.breakBoth()
		return
	}
	if len(s.data) == 0 {
		l.fin = l.fin || s.fin
		l.to.broken = l.to.broken || s.reset
		if s.reset {
			l.to.writable.Broadcast()
			l.to.out.lose()
		}
		l.flight[0] = segment{}
		l.flight = l.flight[1:]
		if len(l.flight) == 0 {
			l.flight = nil
		}
	}
	l.to.readable.Broadcast()
	l.from.writable.Broadcast()
	if refused { // bytes for a closed end are answered by a reset, as TCP does
		l.to.out.send(segment{reset: true})
	}
}

// take moves what arrived into b. mu is held.
func (l *Link) take(b []byte) int {
	if l.chunk > 0 {
		b = b[:min(len(b), l.chunk)]
	}
	n := copy(b, l.arrived)
	l.arrived = l.arrived[n:]
	if len(l.arrived) == 0 {
		l.arrived = nil
	}
	l.from.writable.Broadcast()
	return n
}

// lose drops what is on the way. mu is held.
func (l *Link) lose() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	l.flight, l.inFlight = nil, 0
	l.from.writable.Broadcast()
}
