package wire

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/gobwas/ws"
)

// pinged is the last ping of ours.
type pinged struct {
	serial uint32
	at     time.Time
}

// Ping sends a ping now, without waiting for a Flush; Stats shows the round
// trip's time once it is answered. Safe from any goroutine.
func (c *Conn) Ping() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ping()
}

// ping sends a ping that its pong can be told by. c.mu is held.
func (c *Conn) ping() {
	c.lastPing.serial++
	c.lastPing.at = c.hub.o.Clock.Now()
	c.control(c.frame(ws.OpPing, binary.BigEndian.AppendUint32(nil, c.lastPing.serial)))
}

// pong answers a ping with its payload (RFC 6455 section 5.5.3).
func (c *Conn) pong(payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.control(c.frame(ws.OpPong, payload))
}

// ponged measures the round trip if payload is that of our last ping; a pong
// that nobody asked for is fine (RFC 6455 section 5.5.3).
func (c *Conn) ponged(payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.lastPing
	if last.serial != 0 && bytes.Equal(payload, binary.BigEndian.AppendUint32(nil, last.serial)) {
		c.rtt.Store(max(1, int64(c.hub.o.Clock.Now().Sub(last.at))))
	}
}

// keepalive finds the peer that has vanished without a word. conn.mu guards it;
// its methods take nil for a connection without pings.
type keepalive struct {
	c                 *Conn
	interval, timeout time.Duration
	nextPing          time.Time
	deadline          time.Time // for a sign of life after a ping; zero: none is awaited
	frames            uint32    // how many had come when the deadline was set
	stopTimer         func() bool
	dead              *failure
}

// newKeepalive starts pinging. c.mu is held.
func newKeepalive(c *Conn, interval, timeout time.Duration) *keepalive {
	k := &keepalive{c: c, interval: interval, timeout: timeout, nextPing: c.hub.o.Clock.Now().Add(interval)}
	k.arm(interval)
	return k
}

func (k *keepalive) arm(d time.Duration) { k.stopTimer = k.c.hub.o.Clock.AfterFunc(d, k.beat) }

// stop ends the pinging. c.mu is held.
func (k *keepalive) stop() {
	if k != nil && k.stopTimer != nil {
		k.stopTimer()
		k.stopTimer = nil
	}
}

// failure is why the keepalive has cut the connection, or nil. c.mu is held.
func (k *keepalive) failure() *failure {
	if k == nil {
		return nil
	}
	return k.dead
}

// beat is the timer's call: any frame since the ping is a sign of life, and
// while our own script keeps the reader waiting, silence is our own.
func (k *keepalive) beat() {
	c := k.c
	c.mu.Lock()
	if k.stopTimer == nil || c.isCut {
		c.mu.Unlock()
		return
	}
	now := c.hub.o.Clock.Now()
	if !k.deadline.IsZero() {
		switch {
		case c.frames.Load() != k.frames:
			k.deadline = time.Time{}
		case c.paused():
			k.deadline = now.Add(k.timeout)
		case !now.Before(k.deadline):
			k.dead = fail(StageTimeout, CauseTimeout, "the server has not answered a ping for %v", k.timeout)
			k.stopTimer = nil
			c.mu.Unlock()
			c.cut(k.dead)
			return
		}
	}
	if !now.Before(k.nextPing) {
		c.ping()
		k.nextPing = now.Add(k.interval)
		if k.timeout > 0 && k.deadline.IsZero() {
			k.deadline, k.frames = now.Add(k.timeout), c.frames.Load()
		}
	}
	wait := k.nextPing.Sub(now)
	if !k.deadline.IsZero() {
		wait = min(wait, k.deadline.Sub(now))
	}
	k.arm(wait)
	c.mu.Unlock()
}
