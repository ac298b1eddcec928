package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// stagger is how long one address is tried before the next one joins in (RFC
// 8305 section 5).
const stagger = 250 * time.Millisecond

// Dial begins a connection and returns at once; all that comes of it, a bad URL
// included, is an Event. Call from the tick goroutine.
func (h *Hub) Dial(t *Target) *Conn {
	c := &Conn{hub: h, tag: int32(t.Tag), url: display(t.URL), started: h.now()}
	c.source.Join(h.queue)
	if err := h.add(c); err != nil {
		if errors.Is(err, ErrClosed) {
			c.ended = true // no event after the hub's Close
			return c
		}
		c.failDial(err)
		h.remove(c)
		return c
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	c.cancel = cancel
	// Owned by the connection; ends with the dial, at the latest when its time
	// is up or it is cut; joined by Hub.Close.
	h.running.Go(func() { c.dial(ctx, t) })
	return c
}

// dial goes the whole way to an open connection and hands over to the reader.
func (c *Conn) dial(ctx context.Context, t *Target) {
	c.hub.logf(StateChanges, c, "connecting to %q", c.url)
	late := fail(StageTimeout, CauseTimeout, "no connection within %v", t.Timeout)
	stop := c.hub.o.Clock.AfterFunc(t.Timeout, func() { c.cut(late) })
	response, rest, err := c.establish(ctx, t)
	if !stop() && err == nil {
		err = late // it came, but the cut is on its way
	}
	if err == nil && c.goLive(t, response, rest) {
		return
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	var known *failure
	if why := context.Cause(ctx); why != nil && !(errors.As(err, &known) && known.response != nil) {
		err = why // what broke when we cut it is not the cause
	}
	c.failDial(err)
	c.cut(errCut)
	c.hub.remove(c)
}

// goLive makes the connection an open one and starts its reader, unless it was
// abandoned meanwhile.
func (c *Conn) goLive(t *Target, response *Response, rest []byte) bool {
	c.mu.Lock()
	if c.isCut {
		c.mu.Unlock()
		return false
	}
	c.cancel = nil
	c.phase = up
	c.raw = rawConn(c.nc)
	ended := c.ended
	if t.PingInterval > 0 && !ended {
		c.startKeepalive(t.PingInterval, t.PongTimeout)
	}
	c.mu.Unlock()
	if !ended {
		c.hub.logf(StateChanges, c, "connected, subprotocol %q", response.Protocol)
		c.source.Post(Event{Kind: Connected, Conn: c, detail: response})
	}
	// Owned by the connection; ends with the socket, which the peer, the close
	// timeout or a cut closes; joined by Hub.Close. A goroutine of its own,
	// since the dial's stack has grown and would stay with an idle connection.
	c.hub.running.Go(func() { c.read(rest) })
	return true
}

// failDial posts why the dial failed.
func (c *Conn) failDial(err error) {
	var known *failure
	if !errors.As(err, &known) { // abandoned: nobody waits for an event
		known = fail(StageIO, CauseOther, "%w", err)
	}
	c.end(c.describe(known.stage, known.cause, known.response, known.err), Goodbye{Code: 1006})
}

// establish dials, secures and shakes hands. The bytes it returns came behind
// the answer.
func (c *Conn) establish(ctx context.Context, t *Target) (*Response, []byte, error) {
	a, err := parseURL(t.URL)
	if err != nil {
		return nil, nil, err
	}
	c.host = a.hostport()
	if allow := c.hub.o.Allow; allow != nil {
		if err := allow(ctx, a.scheme, a.host, a.port); err != nil {
			return nil, nil, fail(StagePolicy, CauseDenied, "%s is not allowed: %w", c.host, err)
		}
	}
	nc, err := c.connect(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if err := c.adopt(nc); err != nil {
		return nil, nil, err
	}
	if a.secure() {
		secured, err := c.secure(ctx, nc, a)
		if err != nil {
			return nil, nil, err
		}
		if err := c.adopt(secured); err != nil {
			return nil, nil, err
		}
		nc = secured
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(c.hub.o.Rand, nonce); err != nil {
		return nil, nil, fail(StageHandshake, CauseResources, "no randomness for the handshake's key: %w", err)
	}
	key := base64.StdEncoding.EncodeToString(nonce)
	question := request(a, t, key)
	c.hub.logHead(c, "sends", question)
	if _, err := nc.Write(question); err != nil {
		return nil, nil, ioFailure(StageHandshake, "could not send the handshake", err)
	}
	response, rest, err := readAnswer(nc, c.hub.o.MaxResponse)
	if err != nil {
		var known *failure
		if errors.As(err, &known) {
			return nil, nil, err
		}
		return nil, nil, ioFailure(StageHandshake, "lost the connection during the handshake", err)
	}
	c.hub.logAnswer(c, response)
	if err := response.verify(key, t.Protocols); err != nil {
		return nil, nil, err
	}
	return response, rest, nil
}

// adopt makes nc the connection's socket, for cut to close; it fails if the cut
// came first.
func (c *Conn) adopt(nc net.Conn) error {
	c.mu.Lock()
	c.nc = nc
	isCut := c.isCut
	c.mu.Unlock()
	if isCut {
		nc.Close()
		return errCut
	}
	return nil
}

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

// dialFailure finds the stage and the cause of a dial's error.
func dialFailure(host string, err error) *failure {
	var known *failure
	var dns *net.DNSError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &dns) && dns.IsNotFound:
		return fail(StageDNS, CauseNotFound, "no such host: %s", clip(host))
	case errors.As(err, &dns) && dns.IsTimeout:
		return fail(StageDNS, CauseTimeout, "the name server did not answer for %s", clip(host))
	case errors.As(err, &dns):
		return fail(StageDNS, CauseOther, "the name %s could not be looked up: %s", clip(host), dns.Err)
	case errors.Is(err, errTimeout):
		return fail(StageConnect, CauseTimeout, "no answer from the server in the time of one attempt")
	}
	return ioFailure(StageConnect, "no connection", err)
}

// ioFailure finds the cause of an error of the network and says it in words
// that a player's log can use.
func ioFailure(stage Stage, what string, err error) *failure {
	cause, text := CauseOther, err.Error()
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		cause, text = CauseRefused, "connection refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		cause, text = CauseUnreachable, "the network can't be reached"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS):
		cause, text = CauseResources, "this computer has no more sockets"
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		cause, text = CauseDenied, "this computer forbids it"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		cause, text = CauseClosed, "the server hung up"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		cause, text = CauseClosed, "the connection was reset"
	case errors.As(err, &timeout) && timeout.Timeout():
		cause, text = CauseTimeout, "the network did not answer in time"
	}
	return &failure{stage: stage, cause: cause, err: &worded{what + ": " + text, err}}
}

// worded is an error said in other words.
type worded struct {
	text string
	err  error
}

func (w *worded) Error() string { return w.text }
func (w *worded) Unwrap() error { return w.err }
