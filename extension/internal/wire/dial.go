package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"time"
)

// Dial begins a connection and returns at once; all that comes of it, a bad URL
// included, is an Event. Call from the tick goroutine.
func (h *Hub) Dial(t *Target) *Conn {
	c := &Conn{hub: h, tag: int32(t.Tag), url: display(t.URL), started: h.now()}
	c.source.Join(h.queue)
	err := h.add(c)
	if err == nil {
		err = t.Refusal
	}
	if err != nil {
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
	response, rest, err := c.arrive(ctx, t)
	if !stop() && err == nil {
		err = late // it came, but the cut is on its way
	}
	if err == nil && c.goLive(t.opening(response, rest)) {
		return
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	var known *failure
	if why := context.Cause(ctx); why != nil && !(errors.As(err, &known) && known.response != nil) {
		if known != nil && known.stage == StageProxy && why == error(late) {
			why = fail(StageTimeout, CauseTimeout, "%w: the proxy did not open the way to the server in that time", late)
		}
		err = why // what broke when we cut it is not the cause
	}
	c.failDial(err)
	c.cut(errCut)
	c.hub.remove(c)
}

// opening is what a connection begins its life with.
type opening struct {
	response      *Response
	rest          []byte       // came behind the handshake: the first frames
	press         *compression // nil: none was agreed on
	ping, silence time.Duration
	meter         *Meter    // nil: none
	from          *Listener // nil: it was dialled
}

// opening joins what was asked for with what the server has answered.
func (t *Target) opening(response *Response, rest []byte) *opening {
	o := &opening{response: response, rest: rest, ping: t.PingInterval, silence: t.PongTimeout, meter: t.Meter}
	if response.terms != nil {
		o.press = newCompression(t.Compression, response.terms.client, response.terms.server)
	}
	return o
}

// goLive makes the connection an open one and starts its reader, unless it was
// abandoned meanwhile.
func (c *Conn) goLive(o *opening) bool {
	c.mu.Lock()
	if c.isCut {
		c.mu.Unlock()
		return false
	}
	c.cancel = nil
	c.phase = up
	c.raw = rawConn(c.nc)
	c.press = o.press
	ended := c.ended
	if o.ping > 0 && !ended {
		c.startKeepalive(o.ping, o.silence)
	}
	c.mu.Unlock()
	if !ended {
		c.hub.logf(StateChanges, c, "connected, subprotocol %q", o.response.Protocol)
		c.source.Post(Event{Kind: Connected, Conn: c, detail: o.response})
	}
	// Owned by the connection; ends with the socket, which the peer, the close
	// timeout or a cut closes; joined by Hub.Close. A goroutine of its own,
	// since the dial's stack has grown and would stay with an idle connection.
	rest, meter, from := o.rest, o.meter, o.from // not o, which would stay with the connection
	c.hub.running.Go(func() { c.read(rest, meter, from) })
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
func (c *Conn) establish(ctx context.Context, a *address, t *Target) (_ *Response, _ []byte, err error) {
	c.mu.Lock()
	c.host = a.where()
	c.mu.Unlock()
	if err := c.permit(ctx, a); err != nil {
		return nil, nil, err
	}
	nc, err := c.reach(ctx, a, t)
	if err != nil {
		return nil, nil, err
	}
	if err := c.adopt(nc); err != nil {
		return nil, nil, err
	}
	if a.secure() {
		var w wish
		defer func() { err = w.explain(a.host, err) }()
		secured, err := c.secure(ctx, nc, a, t.TLS, &w)
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
	response, rest, err := readAnswer(nc, c.hub.o.MaxResponse, t.Redirects > 0)
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
	if err := response.agree(t.Compression); err != nil {
		return nil, nil, err
	}
	return response, rest, nil
}

// permit asks the policy and the host whether the connection may go where a
// says. A redirect is a new destination: it asks again. A socket file has no
// port, and no name that could be taken for a host's.
func (c *Conn) permit(ctx context.Context, a *address) error {
	if err := c.hub.o.Policy.checkName(a); err != nil {
		return err
	}
	host, port := a.host, a.port
	if a.socket != "" {
		host, port = a.where(), 0
	}
	if allow := c.hub.o.Allow; allow != nil {
		if err := allow(ctx, a.scheme, host, port); err != nil {
			return fail(StagePolicy, CauseDenied, "%s is not allowed: %w", a.where(), err)
		}
	}
	return nil
}

// reach gives a connection to the server, straight or through a proxy. The
// environment's proxy is the host's own affair; one that the script names is
// judged as any other server.
func (c *Conn) reach(ctx context.Context, a *address, t *Target) (net.Conn, error) {
	if a.socket != "" {
		return c.connectSocket(ctx, a.socket)
	}
	proxy := t.Proxy
	var judge verdict // on the proxy's addresses
	if proxy == nil {
		var err error
		if proxy, err = c.hub.environment.proxy(a); err != nil {
			return nil, err
		}
	} else if !proxy.Direct() {
		if err := c.permit(ctx, &proxy.at); err != nil {
			return nil, err
		}
		judge = c.judge(&proxy.at)
	}
	if proxy == nil || proxy.Direct() {
		return c.connect(ctx, a, c.judge(a))
	}
	to, err := c.behindProxy(ctx, a)
	if err != nil {
		return nil, err
	}
	return c.tunnel(ctx, proxy, judge, to)
}

// behindProxy is what a proxy is asked for. Where the policy has rules about
// addresses that's one of them, looked up here and judged: what the proxy makes
// of a name can't be seen.
func (c *Conn) behindProxy(ctx context.Context, a *address) (*address, error) {
	to, err := c.routed(a)
	if err != nil {
		return nil, err
	}
	judge := c.judge(a)
	if judge == nil {
		return to, nil
	}
	addresses, err := c.resolveChecked(ctx, to, judge)
	if err != nil {
		return nil, err
	}
	return to.routed(addresses[0])
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
