package luaspec

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing/synctest"
)

// realNet counts what is real: dials and connections that leave the process.
// While there is one the clock follows the wall, for a bubble never comes to
// rest around a socket; else time is virtual.
//
// The change is the delicate part. A goroutine of the network may begin a real
// dial while the runner waits for rest, which then would never come. So it
// counts itself, then waits at the gate, which is a rest; the runner sees the
// count, opens the gate, and the clock is the wall's from there on.
type realNet struct {
	outside *outside

	mu    sync.Mutex
	count int           // guarded by mu
	wall  bool          // guarded by mu: the clock follows the wall
	gate  chan struct{} // guarded by mu: the bubble's; closed to let dials go
}

// newRealNet is called from the bubble: the gate belongs there.
func newRealNet(outside *outside) *realNet {
	return &realNet{outside: outside, gate: make(chan struct{})}
}

// settle waits until the bubble is at rest and returns false, or true if the
// clock follows the wall.
func (n *realNet) settle() (wall bool) {
	if n.follow() {
		return true
	}
	synctest.Wait()
	return n.follow()
}

// follow decides by the count which clock it is, and opens the gate where that
// becomes the wall's.
func (n *realNet) follow() (wall bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.count > 0 && !n.wall {
		close(n.gate)
		n.gate = make(chan struct{})
	}
	n.wall = n.count > 0
	return n.wall
}

// dial counts, passes the gate, and dials outside.
func (n *realNet) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.count++
	wall, gate := n.wall, n.gate
	n.mu.Unlock()
	if !wall {
		select {
		case <-gate:
		case <-ctx.Done():
			n.leave()
			return nil, ctx.Err()
		}
	}
	conn, err := n.outside.dialReal(ctx, network, address)
	if err != nil {
		n.leave()
		return nil, err
	}
	return &realConn{Conn: conn, net: n}, nil
}

func (n *realNet) leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.count--
}

// realConn is counted until it is closed.
type realConn struct {
	net.Conn
	net  *realNet
	once sync.Once
}

func (c *realConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.net.leave)
	return err
}

// inMemory says whether a host is never looked for outside: the ones under
// .test, which RFC 2606 reserves for this.
func inMemory(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "test" || strings.HasSuffix(host, ".test")
}
