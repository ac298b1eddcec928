package wire

import (
	"fmt"
	"math"
	"sync"
	"time"
)

// Quota bounds what the connections of one script do together. 0 is no limit.
// What is counted by the second may come a second's worth at once, after which
// it comes at the rate: in no second more than twice the limit.
type Quota struct {
	// Connections that are dialled or open; one more gets an ERROR with stage
	// "limit" and cause "resources".
	Connections int
	// SendBytes are payload bytes a second, before compression, SendMessages
	// messages a second (a ping is one of 8 bytes): past them send raises. A
	// message with more than a second's bytes goes if nothing before it still
	// counts, and what follows waits for as long as it takes to make up for it.
	SendBytes, SendMessages int
	// ReceiveBytes are bytes a second as they are read from the connection, with
	// the frames' headers and before inflating, ReceiveMessages messages a
	// second: past them reading pauses, and the server is pushed back.
	ReceiveBytes, ReceiveMessages int
}

// burst is how much of a rate may come at once.
const burst = time.Second

// Meter is what one script has used of its quota; its connections share it. Its
// methods take nil for a script without quotas.
type Meter struct {
	hub   *Hub
	quota *Quota

	connections  int           // owned by the tick
	sentBytes    time.Duration // owned by the tick: see used
	sentMessages time.Duration // owned by the tick

	mu               sync.Mutex
	receivedBytes    time.Duration // guarded by mu
	receivedMessages time.Duration // guarded by mu
}

// NewMeter returns the meter of a script, whose quota stays as it is.
func (h *Hub) NewMeter(quota *Quota) *Meter { return &Meter{hub: h, quota: quota} }

// A used rate is the time, by the hub, at which all that it was used for is made
// up for: in the past, it counts as now.

// used adds n units at limit a second.
func used(until, now time.Duration, n, limit int) time.Duration {
	if limit <= 0 {
		return until
	}
	return max(until, now) + worth(n, limit)
}

// wait is how long n more units have to wait; what is worth more than a burst,
// until nothing else counts.
func wait(until, now time.Duration, n, limit int) time.Duration {
	if limit <= 0 {
		return 0
	}
	return max(0, max(until, now)+min(worth(n, limit), burst)-burst-now)
}

// worth is how long n units take.
func worth(n, limit int) time.Duration {
	return time.Duration(min(float64(n)/float64(limit)*float64(time.Second), math.MaxInt64/4))
}

// Open takes the place of one connection, unless there is none. Call from the
// tick goroutine.
func (m *Meter) Open() error {
	if limit := m.quota.Connections; limit > 0 && m.connections >= limit {
		return fail(StageLimit, CauseResources, "the script has %d connections, which is its quota", m.connections)
	}
	m.connections++
	return nil
}

// Close frees the place of one connection. Call from the tick goroutine.
func (m *Meter) Close() { m.connections-- }

// Unused tells whether a new meter would do the same: no connection has it, and
// all that was used is made up for. Call from the tick goroutine.
func (m *Meter) Unused() bool {
	m.mu.Lock()
	last := max(m.receivedBytes, m.receivedMessages, m.sentBytes, m.sentMessages)
	m.mu.Unlock()
	return m.connections == 0 && last <= m.hub.now()
}

// CheckSend tells whether the script may send a message of n bytes now; the
// error is a *QuotaError. Call from the tick goroutine.
func (m *Meter) CheckSend(n int) error { return m.CheckSends(1, n) }

// CheckSends is CheckSend for so many messages of n bytes each.
func (m *Meter) CheckSends(count, n int) error {
	if m == nil {
		return nil
	}
	now := m.hub.now()
	messages := wait(m.sentMessages, now, count, m.quota.SendMessages)
	bytes := wait(m.sentBytes, now, count*n, m.quota.SendBytes)
	switch {
	case messages > bytes:
		return &QuotaError{Of: "messages", Limit: m.quota.SendMessages, Message: n, Wait: messages}
	case bytes > 0:
		return &QuotaError{Of: "bytes", Limit: m.quota.SendBytes, Message: n, Wait: bytes}
	case messages > 0:
		return &QuotaError{Of: "messages", Limit: m.quota.SendMessages, Message: n, Wait: messages}
	}
	return nil
}

// Sent counts a message of n bytes. Call from the tick goroutine.
func (m *Meter) Sent(n int) {
	if m == nil {
		return
	}
	now := m.hub.now()
	m.sentMessages = used(m.sentMessages, now, 1, m.quota.SendMessages)
	m.sentBytes = used(m.sentBytes, now, n, m.quota.SendBytes)
}

// received counts bytes that were read. Safe from any goroutine.
func (m *Meter) received(bytes int) {
	if m == nil || m.quota.ReceiveBytes <= 0 {
		return
	}
	now := m.hub.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.receivedBytes = used(m.receivedBytes, now, bytes, m.quota.ReceiveBytes)
}

// receivedMessage counts a message and tells whether the next one has to wait.
// Safe from any goroutine.
func (m *Meter) receivedMessage() (past bool) {
	if m == nil || m.quota.ReceiveMessages <= 0 {
		return false
	}
	now := m.hub.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.receivedMessages = used(m.receivedMessages, now, 1, m.quota.ReceiveMessages)
	return wait(m.receivedMessages, now, 1, m.quota.ReceiveMessages) > 0
}

// pause is how long nothing may be read. Safe from any goroutine.
func (m *Meter) pause() time.Duration {
	if m == nil || m.quota.ReceiveBytes <= 0 && m.quota.ReceiveMessages <= 0 {
		return 0
	}
	now := m.hub.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(wait(m.receivedBytes, now, 1, m.quota.ReceiveBytes), wait(m.receivedMessages, now, 1, m.quota.ReceiveMessages))
}

// readable is how much of buffer one read may fill: no more than a second's
// worth.
func (m *Meter) readable(buffer []byte) []byte {
	if m == nil || m.quota.ReceiveBytes <= 0 || len(buffer) <= m.quota.ReceiveBytes {
		return buffer
	}
	return buffer[:m.quota.ReceiveBytes]
}

// awaitQuota pauses the reading while the script is past its quota: at most
// until what came is made up for, and not once nobody wants to read.
func (c *Conn) awaitQuota(m *Meter) {
	for {
		pause := m.pause()
		if pause == 0 {
			return
		}
		c.mu.Lock()
		if c.isCut || c.silent.Load() {
			c.mu.Unlock()
			return
		}
		resume := make(chan struct{})
		c.resume = resume
		c.mu.Unlock()
		stop := c.hub.o.Clock.AfterFunc(pause, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.resume == resume { // else it was woken, and may wait for something else
				c.wakeReader()
			}
		})
		<-resume
		stop()
		c.resumed()
	}
}

// QuotaError is a send past the script's quota.
type QuotaError struct {
	Of      string // bytes or messages
	Limit   int    // a second
	Message int    // bytes of the message
	Wait    time.Duration
}

func (e *QuotaError) Error() string {
	return fmt.Sprintf("the script's quota of %d %s a second is used up: this message of %d bytes can go in %.3f s",
		e.Limit, e.Of, e.Message, max(e.Wait, time.Millisecond).Seconds())
}
