package wire

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// stagger is how long one address is tried before the next one joins in (RFC
// 8305 section 5).
const stagger = 250 * time.Millisecond

// connect gives a TCP connection: the host's dialer's, or the first of the
// name's addresses that answers.
func (c *Conn) connect(ctx context.Context, a *address) (net.Conn, error) {
	if dialer := c.hub.o.Dialer; dialer != nil {
		nc, err := dialer(ctx, "tcp", a.hostport())
		if err != nil {
			return nil, dialFailure(a.host, err)
		}
		return nc, nil
	}
	addresses, err := c.lookup(ctx, a)
	if err != nil {
		return nil, err
	}
	nc, err := c.race(ctx, addresses, c.dialOne)
	if err != nil {
		return nil, dialFailure(a.host, err)
	}
	return nc, nil
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

// dialOne dials one address, in the time of one attempt if that is set.
func (c *Conn) dialOne(ctx context.Context, address string) (net.Conn, error) {
	if bound := c.hub.o.SocketTimeout; bound > 0 {
		limited, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		defer c.hub.o.Clock.AfterFunc(bound, func() { cancel(errTimeout) })()
		ctx = limited
	}
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if why := context.Cause(ctx); err != nil && why != nil {
		return nil, why
	}
	return nc, err
}
