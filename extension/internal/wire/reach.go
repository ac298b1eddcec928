package wire

import (
	"context"
	"fmt"
	"net"
)

// Reach gives a connection to hostport, "host:port", for another protocol than
// ours, the way our own connections get theirs: policy, route, the environment's
// proxy, lookup, race. scheme is http, https (TLS is the caller's), or tcp, for
// which there are no proxies. Close ends what is under way; an open connection
// is the caller's. Safe from any goroutine.
func (h *Hub) Reach(ctx context.Context, scheme, hostport string) (net.Conn, error) {
	c, done, err := h.visitor(scheme, hostport)
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c.cancel = cancel
	// What reads and writes on the way knows no context: a cut closes its socket.
	defer context.AfterFunc(ctx, func() { c.cut(errCut) })()
	defer context.AfterFunc(h.visits, func() { c.cut(ErrClosed) })()

	a := &address{scheme: scheme}
	if err := a.parseHost(hostport); err != nil {
		return nil, err
	}
	t := &Target{}
	if scheme == "tcp" {
		t.Proxy = &Proxy{} // direct
	}
	if err = c.permit(ctx, a); err == nil {
		var nc net.Conn
		if nc, err = c.reach(ctx, a, t); err == nil {
			if err = c.adopt(nc); err == nil && c.release() {
				return nc, nil
			}
		}
	}
	if why := context.Cause(ctx); why != nil {
		err = why
	}
	c.cut(errCut)
	return nil, fmt.Errorf("connect %s: %w", clip(hostport), err)
}

// visitor is a connection that is not in the hub's books; done ends the visit,
// which Close waits for.
func (h *Hub) visitor(scheme, hostport string) (c *Conn, done func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, nil, ErrClosed
	}
	h.serial++
	h.running.Add(1)
	return &Conn{hub: h, url: scheme + "://" + hostport, serial: h.serial}, h.running.Done, nil
}

// release leaves the socket to the caller, unless it was cut: then it is closed.
func (c *Conn) release() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nc, c.cancel = nil, nil
	return !c.isCut
}

// Bind opens a listening socket, which is the caller's: for another protocol
// than ours.
func (h *Hub) Bind(ctx context.Context, at ListenAddress) (net.Listener, error) {
	nl, err := h.bind(ctx, at)
	if err != nil {
		return nil, listenFailure(at, err)
	}
	return nl, nil
}

// Permit asks the policy and the host about hostport, an address and not a name:
// a name's addresses could not be seen. Safe from any goroutine.
func (h *Hub) Permit(ctx context.Context, scheme, hostport string) error {
	a := &address{scheme: scheme}
	if err := a.parseHost(hostport); err != nil {
		return err
	}
	if _, isLiteral := literal(a.host); !isLiteral {
		return fail(StagePolicy, CauseDenied, "%s is no address", clip(hostport))
	}
	return (&Conn{hub: h}).permit(ctx, a)
}
