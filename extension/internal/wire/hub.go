package wire

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/internal/tick"
)

// Options are what the connections of one [Hub] share. Every field must be set;
// package extension holds the defaults.
type Options struct {
	Clock  Clock
	Rand   io.Reader                                                                // strong; masks and keys; nil: crypto/rand
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)     // nil: our own
	Lookup func(ctx context.Context, host string) (addresses []string, err error)   // nil: Go's resolver
	TLS    *tls.Config                                                              // cloned for each connection; nil: the system's
	Allow  func(ctx context.Context, scheme, host string, port int) (refused error) // nil: all
	Policy *Policy                                                                  // nil: all
	Route  func(hostport string) (instead string)                                   // leads a dial elsewhere; nil: none
	Log    func(line string)                                                        // nil: none
	Getenv func(name string) string                                                 // read once, for proxies; nil: none
	Listen func(ctx context.Context, network, address string) (net.Listener, error) // nil: our own
	Debug  Debug

	Pool           *Pool // nil: the hub's own
	MaxMessage     int   // bytes, summed over fragments
	InboundCredit  int   // bytes posted and not delivered
	OutboundBuffer int   // bytes sent and not written
	MaxResponse    int   // bytes of a handshake's answer, head and body
	MaxRequest     int   // bytes of a handshake's request
	MaxConnections int   // 0: no limit
	ReadBuffer     int   // bytes of a pooled read buffer

	CloseTimeout  time.Duration // of a close handshake
	SocketTimeout time.Duration // of one address' attempt; 0: only the whole is bounded
}

// Hub owns connections: their limits, their queue to the tick, their
// goroutines. Make it with [NewHub], end it with [Hub.Close].
type Hub struct {
	o     Options
	queue *tick.Queue[Event]
	masks *masks
	pool  *Pool
	press compressors

	dirty   []*Conn                     // owned by the tick: connections with something to flush
	flusher flusher                     // owned by the tick
	most    int                         // bytes that one Flush writes itself, fixed
	allowed int                         // owned by the tick: how many of them are left
	fresh   struct{ frames, bytes int } // owned by the tick: encoded since the last Flush
	scratch [ws.MaxHeaderSize]byte      // owned by the tick: a header under way

	epoch  time.Time // when the hub began: its times count from here
	pinger pinger

	environment environment // fixed

	visits    context.Context    // ends with Close: what Reach has under way
	endVisits context.CancelFunc // see visits

	running sync.WaitGroup // every goroutine of the hub, its connections and its listeners

	mu        sync.Mutex
	closed    bool               // guarded by mu
	listeners map[*Listener]bool // guarded by mu: the open ones
	first     *Conn
	count     int   // guarded by mu: connections whose DISCONNECTED isn't posted
	serial    int32 // guarded by mu: numbers connections for the log
}

// NewHub returns a hub without connections.
func NewHub(o Options) *Hub {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	h := &Hub{o: o, listeners: make(map[*Listener]bool), queue: tick.NewQueue[Event](), masks: &masks{rand: o.Rand}, epoch: o.Clock.Now(), most: flushMost}
	h.visits, h.endVisits = context.WithCancel(context.Background())
	h.pinger.hub = h
	h.environment = readEnvironment(o.Getenv)
	h.flusher.init()
	h.press.init()
	if h.pool = o.Pool; h.pool == nil {
		h.pool = NewPool()
	}
	return h
}

// now is the time since the hub began.
func (h *Hub) now() time.Duration { return h.o.Clock.Now().Sub(h.epoch) }

// Queue is where the connections post their events.
func (h *Hub) Queue() *tick.Queue[Event] { return h.queue }

// flushMost is how many bytes one Flush writes itself, a millisecond or two of
// copying; the rest is the writer goroutines'.
const flushMost = 4 << 20

// Flush sends what the connections were given since the last Flush: one write
// each, which never blocks. Call from the tick goroutine.
func (h *Hub) Flush() {
	h.allowed = h.most
	h.fresh.frames, h.fresh.bytes = 0, 0
	for i, c := range h.dirty {
		c.flush()
		h.dirty[i] = nil
	}
	h.dirty = h.dirty[:0]
}

// earlyFrames and earlyBytes are how much a long Update sends before its end: the
// peers work at it meanwhile, and a write of so much costs next to nothing a
// message.
const (
	earlyFrames = 128
	earlyBytes  = 64 << 10
)

// Due tells whether so much is encoded that it is worth a Flush now. Call from
// the tick goroutine.
func (h *Hub) Due() bool { return h.fresh.frames >= earlyFrames || h.fresh.bytes >= earlyBytes }

// Dirty tells whether a Flush has anything to do. Call from the tick goroutine.
func (h *Hub) Dirty() bool { return len(h.dirty) != 0 }

// Close says goodbye to every connection (1001), waits for them at most for the
// given time, cuts what is left and joins every goroutine. No event is posted
// after it. The error names what could not be joined: a dialer or a policy of
// the host's that does not honour its context. Call from the tick goroutine.
func (h *Hub) Close(within time.Duration) error {
	h.mu.Lock()
	h.closed = true
	listeners := slices.Collect(maps.Keys(h.listeners))
	h.mu.Unlock()
	for _, l := range listeners {
		l.Close()
	}
	h.mu.Lock()
	var open []*Conn
	for c := h.first; c != nil; c = c.next {
		open = append(open, c)
	}
	h.mu.Unlock()
	h.endVisits()
	for _, c := range open {
		c.Abandon(1001)
	}
	h.Flush()

	joined := make(chan struct{})
	// Owned by Close; ends when the connections have; joined by the wait below,
	// or left to a host's callback that never returns, which the error says.
	go func() {
		h.running.Wait()
		close(joined)
	}()
	late := make(chan struct{})
	stop := h.o.Clock.AfterFunc(within, func() { close(late) })
	defer stop()
	select {
	case <-joined:
		return nil
	case <-late:
	}
	for _, c := range open {
		c.cut(errCut)
	}
	cut := make(chan struct{})
	stopCut := h.o.Clock.AfterFunc(within, func() { close(cut) })
	defer stopCut()
	select {
	case <-joined:
		return nil
	case <-cut:
		return fmt.Errorf("websocket: close: goroutines still run %v after every connection was cut: a Dialer or Allow function does not honour its context", within)
	}
}

// add takes c into the hub's books and tells whether there was room.
func (h *Hub) add(c *Conn) error {
	if !h.enlist(c) {
		return ErrClosed
	}
	return h.admit()
}

// enlist takes c into the hub's books, unless the hub is closed.
func (h *Hub) enlist(c *Conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.serial++
	c.serial = h.serial
	c.next = h.first
	if h.first != nil {
		h.first.prev = c
	}
	h.first = c
	return true
}

// admit counts one more connection, until its ended, and tells whether there was
// room for it.
func (h *Hub) admit() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	if limit := h.o.MaxConnections; limit > 0 && h.count > limit {
		return fail(StageLimit, CauseResources, "%d connections are open, which is the limit", limit)
	}
	return nil
}

// ended frees c's place among the connections that count.
func (h *Hub) ended() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count--
}

// remove takes c, all of whose goroutines are about to end, out of the books.
func (h *Hub) remove(c *Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.prev != nil {
		c.prev.next = c.next
	} else if h.first == c {
		h.first = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	}
	c.next, c.prev = nil, nil
}

// masks hands out masking keys (RFC 6455 section 5.3: from a strong source of
// entropy), drawn in bulk.
type masks struct {
	rand io.Reader
	mu   sync.Mutex
	bulk [1024]byte // guarded by mu
	left int        // guarded by mu: bytes of bulk not used yet
}

// next returns a fresh masking key. Safe from any goroutine.
func (m *masks) next() (key [4]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 {
		if _, err := io.ReadFull(m.rand, m.bulk[:]); err != nil {
			panic(fmt.Errorf("wire: no randomness for masks: %w", err)) // law 10: the host's source must not fail
		}
		m.left = len(m.bulk)
	}
	used := copy(key[:], m.bulk[len(m.bulk)-m.left:])
	m.left -= used
	return key
}
