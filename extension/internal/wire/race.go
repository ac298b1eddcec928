package wire

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// stagger is how long one address is tried before the next one joins in (RFC
// 8305 section 5).
const stagger = 250 * time.Millisecond

// connect gives a TCP connection: the host's dialer's, or the first of the
// name's addresses that answers and that judge, if it isn't nil, lets through.
func (c *Conn) connect(ctx context.Context, a *address, judge verdict) (net.Conn, error) {
	to, err := c.routed(a)
	if err != nil {
		return nil, err
	}
	dial := func(ctx context.Context, address string) (net.Conn, error) { return c.dialOne(ctx, address, judge) }
	if dialer := c.hub.o.Dialer; dialer != nil {
		if judge == nil {
			nc, err := dialer(ctx, "tcp", to.hostport())
			if err != nil {
				return nil, dialFailure(to.host, err)
			}
			return nc, nil
		}
		// What it would look up itself can't be seen: it gets what was judged.
		dial = func(ctx context.Context, address string) (net.Conn, error) { return dialer(ctx, "tcp", address) }
	}
	addresses, err := c.resolveChecked(ctx, to, judge)
	if err != nil {
		return nil, err
	}
	nc, err := c.race(ctx, addresses, dial)
	if err != nil {
		return nil, dialFailure(to.host, err)
	}
	return nc, nil
}

// judge is the policy's verdict on the addresses that a leads to, and logs what
// it denies; nil if addresses don't matter.
func (c *Conn) judge(a *address) verdict {
	judge := c.hub.o.Policy.judge(a)
	if judge == nil {
		return nil
	}
	return func(at netip.AddrPort) error {
		err := judge(at)
		if err != nil {
			c.hub.logf(StateChanges, c, "denied the address %s: %v", at, err)
		}
		return err
	}
}

// resolveChecked gives the addresses to try, each "ip:port", that judge lets
// through: what a dialer or a proxy that can't be watched is asked for. Without
// a judge a proxy is better asked for the name.
func (c *Conn) resolveChecked(ctx context.Context, a *address, judge verdict) ([]string, error) {
	addresses, err := c.lookup(ctx, a)
	if err != nil || judge == nil {
		return addresses, err
	}
	var allowed []string
	var denied error
	for _, address := range addresses {
		at, err := netip.ParseAddrPort(address)
		if err != nil { // a Lookup of the host's that gives names: they would be looked up again, unseen
			return nil, fail(StageDNS, CauseOther, "the lookup of %s gave %q, which is no address", clip(a.host), clip(address))
		}
		if err := judge(at); err == nil {
			allowed = append(allowed, address)
		} else if denied == nil {
			denied = err
		}
	}
	if len(allowed) == 0 {
		return nil, denied
	}
	return allowed, nil
}

// routed is where the host leads a, by Options.Route.
func (c *Conn) routed(a *address) (*address, error) {
	if route := c.hub.o.Route; route != nil {
		return a.routed(route(a.hostport()))
	}
	return a, nil
}

// routed is where the host leads a instead; "" is to leave it as it is.
func (a *address) routed(hostport string) (*address, error) {
	if hostport == "" {
		return a, nil
	}
	host, port, err := net.SplitHostPort(hostport)
	n := parsePort(port)
	if err != nil || host == "" || n == 0 {
		return nil, fail(StageConnect, CauseOther, "the route to %q can't be dialled: want host:port", clip(hostport))
	}
	to := *a
	to.host, to.port = host, n
	return &to, nil
}

// lookup gives the addresses to try, the families alternating (RFC 8305
// section 4).
func (c *Conn) lookup(ctx context.Context, a *address) ([]string, error) {
	if _, err := netip.ParseAddr(a.host); err == nil {
		return []string{a.hostport()}, nil
	}
	find := c.hub.o.Lookup
	if find == nil {
		// Go's own resolver: a lookup in libc can't be joined.
		find = (&net.Resolver{PreferGo: true}).LookupHost
	}
	found, err := find(ctx, a.host)
	if err != nil {
		return nil, dialFailure(a.host, err)
	}
	var families [2][]string // that of the first address, then the other
	for _, ip := range found {
		other := 0
		if isV6(ip) != isV6(found[0]) {
			other = 1
		}
		families[other] = append(families[other], net.JoinHostPort(ip, strconv.Itoa(a.port)))
	}
	var addresses []string
	for i := range max(len(families[0]), len(families[1])) {
		for _, family := range families {
			if i < len(family) {
				addresses = append(addresses, family[i])
			}
		}
	}
	if len(addresses) == 0 {
		return nil, fail(StageDNS, CauseNotFound, "the name %q has no address", a.host)
	}
	return addresses, nil
}

func isV6(ip string) bool {
	parsed, err := netip.ParseAddr(ip)
	return err == nil && parsed.Is6()
}

// race tries the addresses, each a stagger after the one before or when that
// has failed, and gives the first connection (RFC 8305 section 5).
func (c *Conn) race(parent context.Context, addresses []string, dial func(ctx context.Context, address string) (net.Conn, error)) (net.Conn, error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(errAbandoned)
	type attempt struct {
		nc  net.Conn
		err error
	}
	results := make(chan attempt)
	onward := make(chan struct{}, 1)
	var first error
	for tried, failed := 0, 0; ; {
		stop := func() bool { return true }
		if tried < len(addresses) {
			address := addresses[tried]
			tried++
			// Owned by race; ends with its dial, which ctx bounds; joined by
			// Hub.Close.
			c.hub.running.Go(func() {
				nc, err := dial(ctx, address)
				select {
				case results <- attempt{nc, err}:
				case <-ctx.Done():
					if nc != nil {
						nc.Close()
					}
				}
			})
			stop = c.hub.o.Clock.AfterFunc(stagger, func() {
				select {
				case onward <- struct{}{}:
				default:
				}
			})
		}
		select {
		case r := <-results:
			stop()
			if r.err == nil {
				return r.nc, nil
			}
			if first == nil {
				first = r.err
			}
			if failed++; failed == len(addresses) {
				return nil, first
			}
		case <-onward:
		case <-ctx.Done():
			stop()
			return nil, context.Cause(ctx)
		}
	}
}

// dialOne dials one address, in the time of one attempt if that is set. judge
// sees what the socket is about to be connected to: nothing comes between.
func (c *Conn) dialOne(ctx context.Context, address string, judge verdict) (net.Conn, error) {
	if bound := c.hub.o.SocketTimeout; bound > 0 {
		limited, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		defer c.hub.o.Clock.AfterFunc(bound, func() { cancel(errTimeout) })()
		ctx = limited
	}
	dialer := &net.Dialer{}
	if judge != nil {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return fail(StagePolicy, CauseDenied, "%q can't be judged: %w", clip(address), err)
			}
			return judge(at)
		}
	}
	nc, err := dialer.DialContext(ctx, "tcp", address)
	if why := context.Cause(ctx); err != nil && why != nil {
		return nil, why
	}
	return nc, err
}
