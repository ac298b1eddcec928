package httplib

import (
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Client is the http module of one Lua state. Make it with [New]. Unless said
// otherwise its methods are called from the tick goroutine.
type Client struct {
	o    Options
	L    *lua.LState // the main state, nil before Open
	id   lua.LValue  // what callbacks get as id
	pool *pool       // all that runs off the tick

	running  map[*request]*asked // their goroutines are under way
	waiting  []*asked            // until there is room
	updating bool
	stopIdle func() bool // of the timer that closes idle connections; nil: not set
}

// asked is a request as the tick knows it.
type asked struct {
	*request
	self     lua.LValue
	callback *lua.LFunction
	released bool // its script is gone
}

// closeTimeout bounds Close: requests end at once when they are canceled.
const closeTimeout = time.Second

// idleConnections is how long connections are kept after the last request.
const idleConnections = 30 * time.Second

// New returns a client that is not part of a Lua state yet.
func New(o Options) *Client {
	o = o.withDefaults()
	return &Client{o: o, pool: newPool(o), running: make(map[*request]*asked)}
}

// Open makes the module the global http and what require "http" returns.
func (c *Client) Open(L *lua.LState) error {
	if c.L != nil {
		return errors.New("http: open: the client is open already: it serves one Lua state")
	}
	if c.L = L; L.G.MainThread != nil {
		c.L = L.G.MainThread
	}
	c.id = c.o.Hash("http_response")
	c.register()
	return nil
}

// Update delivers what happened since the last one: callbacks run.
func (c *Client) Update() {
	if c.updating {
		panic("http: Update was called inside a callback")
	}
	ready := c.pool.takeReady()
	if len(ready) == 0 || c.pool.ctx.Err() != nil {
		return
	}
	c.updating = true
	defer func() { c.updating = false }()
	for _, r := range ready {
		c.deliver(r)
	}
	c.start()
}

// deliver tells a request's script what came of it so far.
func (c *Client) deliver(r *request) {
	a := c.running[r]
	if a == nil {
		return
	}
	progress, outcome := r.take()
	if progress != nil && outcome == nil && !a.released {
		c.call(a, progress.table(c.L))
	}
	if outcome == nil {
		return
	}
	delete(c.running, r)
	if !a.released {
		c.call(a, outcome.table(c.L))
	}
	if c.Active() == 0 && c.stopIdle == nil {
		c.stopIdle = c.o.Clock.AfterFunc(idleConnections, c.pool.way.closeIdle)
	}
}

// call runs a callback, protected, with its script as the running instance.
func (c *Client) call(a *asked, response *lua.LTable) {
	previous := c.o.Host.SetInstance(a.self)
	c.L.Push(a.callback)
	c.L.Push(a.self)
	c.L.Push(c.id)
	c.L.Push(response)
	err := c.L.PCall(3, 0, nil)
	c.o.Host.SetInstance(previous)
	if err != nil {
		c.o.OnError(&CallbackError{URL: a.shown, Err: err})
	}
}

// CallbackError is a callback that raised an error.
type CallbackError struct {
	URL string // of the request, without its user and query
	Err error  // *lua.ApiError, with the traceback
}

// Error reads "http: callback URL: FILE:LINE: what was raised", followed by the
// traceback.
func (e *CallbackError) Error() string { return fmt.Sprintf("http: callback %s: %v", e.URL, e.Err) }

// Unwrap returns what was raised.
func (e *CallbackError) Unwrap() error { return e.Err }

// start begins what waits, as far as there is room.
func (c *Client) start() {
	for len(c.waiting) > 0 && len(c.running) < c.o.MaxConcurrent {
		a := c.waiting[0]
		c.waiting[0] = nil
		c.waiting = c.waiting[1:]
		c.running[a.request] = a
		if c.stopIdle != nil {
			c.stopIdle()
			c.stopIdle = nil
		}
		c.pool.start(a.request)
	}
}

// Flush does nothing: requests leave at once.
func (c *Client) Flush() {}

// Release ends the requests of a script instance that is deleted: its callbacks
// never run again.
func (c *Client) Release(self lua.LValue) {
	for _, a := range c.running {
		if a.self == self {
			a.released = true
			a.cancel(errReleased)
		}
	}
	kept := c.waiting[:0]
	for _, a := range c.waiting {
		if a.self == self {
			a.cancel(errReleased)
		} else {
			kept = append(kept, a)
		}
	}
	clear(c.waiting[len(kept):])
	c.waiting = kept
}

// Active counts the requests whose answer is not delivered yet.
func (c *Client) Active() int { return len(c.running) + len(c.waiting) }

// Wake is a channel of capacity 1 on which a value waits when Update has
// something to deliver. Safe from any goroutine.
func (c *Client) Wake() <-chan struct{} { return c.pool.wake }

// Close ends every request and connection and joins every goroutine. No
// callback runs any more. The error says that Options.Dial does not honour its
// context.
func (c *Client) Close() error {
	if c.updating {
		panic("http: Close was called inside a callback")
	}
	if c.pool.ctx.Err() != nil {
		return nil
	}
	if c.stopIdle != nil {
		c.stopIdle()
	}
	clear(c.running)
	c.waiting = nil
	return c.pool.close()
}
