package wire

import (
	"bytes"
	"container/heap"
	"encoding/binary"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// Ping sends a ping now, without waiting for a Flush; Stats shows the round
// trip's time once it is answered. Safe from any goroutine.
func (c *Conn) Ping() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ping()
}

// ping sends a ping whose payload is the time it goes out. c.mu is held.
func (c *Conn) ping() {
	c.pingAt = max(c.pingAt+1, c.hub.now())
	c.control(c.frame(ws.OpPing, pingPayload(c.pingAt)))
}

func pingPayload(at time.Duration) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }

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
	if c.pingAt != 0 && bytes.Equal(payload, pingPayload(c.pingAt)) {
		c.rtt.Store(max(1, int64(c.hub.now()-c.pingAt)))
	}
}

// keepalive finds the peer that has vanished without a word. Its methods take
// nil for a connection without pings.
type keepalive struct {
	c                 *Conn
	interval, timeout time.Duration

	// Guarded by conn.mu; times are the hub's.
	nextPing time.Duration
	deadline time.Duration // for a sign of life after a ping; 0: none is awaited
	frames   uint32        // how many had come when the deadline was set
	stopped  bool
	dead     bool // no sign of life came: the connection was cut

	index int32         // guarded by pinger.mu: in the heap, from 1 on; 0: not there
	due   time.Duration // guarded by pinger.mu
}

// startKeepalive starts pinging. c.mu is held.
func (c *Conn) startKeepalive(interval, timeout time.Duration) {
	k := &keepalive{c: c, interval: interval, timeout: timeout, nextPing: c.hub.now() + interval}
	c.live = k
	c.hub.pinger.schedule(k, k.nextPing)
}

// stop ends the pinging. c.mu is held.
func (k *keepalive) stop() {
	if k != nil && !k.stopped {
		k.stopped = true
		k.c.hub.pinger.cancel(k)
	}
}

// excuse gives the peer all of its time again to show a sign of life: nobody
// looked for one. c.mu is held.
func (k *keepalive) excuse() {
	if k != nil && k.deadline != 0 {
		k.deadline = k.c.hub.now() + k.timeout // the timer comes early, and is set again
	}
}

// failure is why the keepalive has cut the connection, or nil. c.mu is held.
func (k *keepalive) failure() *failure {
	if k == nil || !k.dead {
		return nil
	}
	return fail(StageTimeout, CauseTimeout, "%s has not answered a ping for %v", k.c.peer(), k.timeout)
}

// beat does what is due: any frame since the ping is a sign of life, and while
// our own script keeps the reader waiting, the silence is ours.
func (k *keepalive) beat() {
	c := k.c
	c.mu.Lock()
	if k.stopped || c.isCut {
		c.mu.Unlock()
		return
	}
	now := c.hub.now()
	if k.deadline != 0 {
		switch {
		case c.frames.Load() != k.frames:
			k.deadline = 0
		case c.paused():
			k.deadline = now + k.timeout
		case now >= k.deadline:
			k.dead, k.stopped = true, true
			c.mu.Unlock()
			c.cut(errCut)
			return
		}
	}
	if now >= k.nextPing {
		c.ping()
		k.nextPing = now + k.interval
		if k.timeout > 0 && k.deadline == 0 {
			k.deadline, k.frames = now+k.timeout, c.frames.Load()
		}
	}
	due := k.nextPing
	if k.deadline != 0 {
		due = min(due, k.deadline)
	}
	c.hub.pinger.schedule(k, due)
	c.mu.Unlock()
}

// pinger holds the keepalives of a hub, soonest first, under one timer: a timer
// for each connection would weigh more than the rest of a keepalive. Its mutex
// is taken inside conn.mu, never around it.
type pinger struct {
	hub  *Hub
	mu   sync.Mutex
	heap keepalives    // guarded by mu
	next time.Duration // guarded by mu: what the timer is set for; 0: it isn't
	stop func() bool   // guarded by mu: the timer's
}

// schedule has k beat at due.
func (p *pinger) schedule(k *keepalive, due time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k.due = due
	if k.index == 0 {
		heap.Push(&p.heap, k)
	} else {
		heap.Fix(&p.heap, int(k.index-1))
	}
	p.arm()
}

// cancel takes k out.
func (p *pinger) cancel(k *keepalive) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k.index != 0 {
		heap.Remove(&p.heap, int(k.index-1))
	}
	p.arm()
}

// arm sets the timer for the soonest, if it isn't early enough already. p.mu is
// held.
func (p *pinger) arm() {
	if len(p.heap) == 0 {
		if p.stop != nil {
			p.stop()
		}
		p.stop, p.next = nil, 0
		return
	}
	due := p.heap[0].due
	if p.stop != nil && p.next <= due {
		return
	}
	if p.stop != nil {
		p.stop()
	}
	p.next = due
	p.stop = p.hub.o.Clock.AfterFunc(due-p.hub.now(), p.beat)
}

// beat is the timer's call.
func (p *pinger) beat() {
	p.mu.Lock()
	p.stop, p.next = nil, 0
	now := p.hub.now()
	var due []*keepalive
	for len(p.heap) > 0 && p.heap[0].due <= now {
		due = append(due, heap.Pop(&p.heap).(*keepalive))
	}
	p.arm()
	p.mu.Unlock()
	for _, k := range due {
		k.beat()
	}
}

// keepalives is a heap by due.
type keepalives []*keepalive

func (h keepalives) Len() int           { return len(h) }
func (h keepalives) Less(i, j int) bool { return h[i].due < h[j].due }
func (h keepalives) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = int32(i+1), int32(j+1)
}

// Push is heap.Interface's.
func (h *keepalives) Push(x any) {
	k := x.(*keepalive)
	*h = append(*h, k)
	k.index = int32(len(*h))
}

// Pop is heap.Interface's.
func (h *keepalives) Pop() any {
	last := len(*h) - 1
	k := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	k.index = 0
	return k
}
