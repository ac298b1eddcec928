package extension

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/tickwire/tickwire/extension/internal/tick"
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// Extension is the websocket module of one Lua state. Make it with [New].
// Everything in it is owned by the tick.
type Extension struct {
	o     Options
	L     *lua.LState // the main state, nil before Open
	hub   *wire.Hub
	queue *tick.Queue[wire.Event]

	handles         []*handle // by tag; nil where free
	free            []int     // tags of handles that ended
	bySelf          map[lua.LValue]*handle
	servers         map[*wire.Listener]*server // the open ones
	asking          *asking                    // the request whose callback runs, or nil
	serverMetatable *lua.LTable                // nil before Open
	targets         []*handle                  // a broadcast's, kept for the next one
	meters          meters
	active          int

	epoch  time.Time // when it began: the timers' times count from here
	timers timers
	tasks  tasks

	updating bool
	closed   bool
	budget   budget
	deliver  func(*wire.Event) tick.Verdict // a method value, made once
}

// New returns an extension that is not part of a Lua state yet.
func New(o Options) *Extension {
	o = o.withDefaults()
	e := &Extension{o: o, hub: wire.NewHub(o.wire()), bySelf: map[lua.LValue]*handle{}, servers: map[*wire.Listener]*server{}}
	e.queue = e.hub.Queue()
	e.budget.init(o)
	e.deliver = e.deliverEvent
	e.epoch = o.Clock.Now()
	e.timers.calls = map[lua.LNumber]*timer{}
	e.tasks.of = map[lua.LValue]map[*task]struct{}{}
	return e
}

// registryKey marks a state that has its extension.
const registryKey = "github.com/tickwire/tickwire/extension"

// Open makes the module the global websocket and what require "websocket"
// returns. It fails if the options can't be meant, if the extension is open
// already or closed, or if the state has one: a state has one extension. Call
// from the tick goroutine.
func (e *Extension) Open(L *lua.LState) error {
	if err := e.o.check(); err != nil {
		return err
	}
	switch {
	case e.closed:
		return errors.New("websocket: open: the extension is closed")
	case e.L != nil:
		return errors.New("websocket: open: the extension is open already: it serves one Lua state")
	}
	main := L
	if L.G.MainThread != nil {
		main = L.G.MainThread // L may be a coroutine, which may end
	}
	registry := main.G.Registry
	if registry.RawGetString(registryKey) != lua.LNil {
		return errors.New("websocket: open: this Lua state has its websocket extension already")
	}
	registry.RawSetString(registryKey, lua.LTrue)
	e.L = main
	e.serverMetatable = e.newServerMetatable(main)
	module := e.module(main)
	main.SetGlobal("websocket", module)
	loaded := main.FindTable(registry, "_LOADED", 1)
	main.SetField(loaded, "websocket", module)
	main.SetField(loaded, "tickwire.core", e.core(main))
	return nil
}

// Update delivers what happened since the last Update: callbacks run, within
// the budget. It first sends what no Flush has sent. It panics inside itself: a
// callback must not tick. Call from the tick goroutine, at the start of a frame.
func (e *Extension) Update() {
	e.checkOutside("Update")
	if e.hub.Dirty() {
		e.hub.Flush()
	}
	if !e.queue.Ready() || e.L == nil || e.closed {
		return
	}
	e.updating = true
	defer func() { e.updating = false }()
	e.budget.start()
	e.queue.Drain(e.deliver)
	e.fireTimers()
	e.resumeReady(fewest)
	e.reportFailed()
	if len(e.tasks.ready) > 0 {
		e.queue.Nudge()
	}
}

// checkOutside panics where a script runs: what ticks must not be called there.
func (e *Extension) checkOutside(what string) {
	switch {
	case e.updating:
		panic("websocket: " + what + " was called inside a callback (law 4)")
	case e.tasks.running != nil:
		panic("websocket: " + what + " was called inside a task (law 4)")
	}
}

// Flush sends what scripts have sent since the last Flush: one write a
// connection, which never blocks. Call from the tick goroutine, at the end of a
// frame.
func (e *Extension) Flush() { e.hub.Flush() }

// Release ends the servers and the connections of a script instance that is
// deleted: they close in the background (1001), and its callbacks never run
// again. Call from the tick goroutine.
func (e *Extension) Release(self lua.LValue) {
	for _, s := range e.servers {
		if s.self == self {
			e.removeServer(s)
		}
	}
	for h := e.bySelf[self]; h != nil; h = e.bySelf[self] {
		e.remove(h)
		h.conn.Abandon(1001)
	}
	delete(e.meters.of, self)
	e.releaseTimers(self)
	e.releaseTasks(self)
}

// Active counts the servers that listen, the dials and connections whose
// DISCONNECTED is not delivered yet, the timers, and the tasks that an Update has to go on with. A task that
// waits for something else isn't counted: what it waits for is, or can't come.
// Call from the tick goroutine.
func (e *Extension) Active() int {
	return e.active + len(e.timers.heap) + e.tasks.pending()
}

// Backlog counts the events that wait for an Update: what a budget has left
// over, and what has come since. A connection's own is in websocket.stats, in
// bytes. Call from the tick goroutine.
func (e *Extension) Backlog() int { return e.queue.Waiting() }

// Wake is a channel of capacity 1 on which a value waits when Update has
// something to deliver. Safe from any goroutine.
func (e *Extension) Wake() <-chan struct{} { return e.queue.Wake() }

// DialContext gives a connection to address, "host:port", the way that the
// extension's own connections get theirs, so that a host's other clients share
// it: Policy, Allow, Route, Lookup, Dialer and the environment's proxies, which
// are asked to open a tunnel. scheme is what the policy judges: http or https
// (TLS is the caller's, with Options.TLS), or tcp, for which there are no proxies.
// It counts as no connection of the extension's; Close ends it only while it is
// under way. Safe from any goroutine.
func (e *Extension) DialContext(ctx context.Context, scheme, address string) (net.Conn, error) {
	if err := e.o.check(); err != nil {
		return nil, err
	}
	return e.hub.Reach(ctx, scheme, address)
}

// Close ends every connection with a close frame (1001), waits for the peers at
// most for Options.ShutdownTimeout, cuts what is left and joins every goroutine.
// No callback runs any more. A second Close does nothing. The error says that a
// function of the options does not return. Call from the tick goroutine.
func (e *Extension) Close() error {
	e.checkOutside("Close")
	if e.closed {
		return nil
	}
	e.closed = true
	e.closeTasks()
	e.timers.clear()
	for _, s := range e.servers {
		e.removeServer(s)
	}
	for _, h := range e.handles {
		if h != nil {
			e.remove(h)
		}
	}
	return e.hub.Close(e.o.ShutdownTimeout)
}

// deliverEvent hands one event to its script.
func (e *Extension) deliverEvent(event *wire.Event) tick.Verdict {
	if event.Kind == wire.Requested {
		return e.deliverRequest(event)
	}
	h := e.find(event.Conn)
	if event.Kind == wire.Message && !h.keep(len(event.Payload)) {
		defer event.Conn.Credit(len(event.Payload))
	}
	if h == nil || e.closed {
		return tick.More // released: nobody listens
	}
	if h.local && event.Kind != wire.Disconnected {
		// After a disconnect of the script's comes DISCONNECTED alone, also where
		// the network was quicker.
		if event.Kind == wire.Failed {
			return tick.Stay
		}
		return tick.More
	}
	if h.trace != nil {
		e.traceEvent(h, event)
	}
	var data *lua.LTable
	switch event.Kind {
	case wire.Message:
		data = messageTable(e.L, event)
	case wire.Connected:
		h.state = stateOpen
		h.countIn()
		data = connectedTable(e.L, event.Response(), h.server != nil)
	case wire.Failed:
		h.state = stateClosing
		data = errorTable(e.L, event.Error())
	case wire.Disconnected:
		e.remove(h)
		event.Conn.Retire()
		data = disconnectedTable(e.L, event.Goodbye())
	}
	e.call(h, data)
	if len(e.tasks.ready) > 0 {
		e.resumeReady(1)
	}
	e.sendEarly()
	if event.Kind == wire.Failed {
		return tick.Stay // its DISCONNECTED comes in the same Update (law 3)
	}
	return e.budget.spend(len(event.Payload))
}

// sendEarly sends in the midst of an Update what is enough to be worth it.
func (e *Extension) sendEarly() {
	if e.hub.Due() {
		e.hub.Flush()
	}
}

// call runs a callback, protected, with its script as the running instance, and
// tells whether it came to its end.
func (e *Extension) call(h *handle, data *lua.LTable) bool {
	L := e.L
	previous := e.o.Host.SetInstance(h.self)
	L.Push(h.callback)
	L.Push(h.self)
	L.Push(&h.userdata)
	L.Push(data)
	err := L.PCall(3, 0, nil)
	e.o.Host.SetInstance(previous)
	if err != nil {
		e.o.OnError(&CallbackError{Host: h.conn.Host(), Err: worded(L, err)})
	}
	return err == nil
}

// CallbackError is a callback that raised an error.
type CallbackError struct {
	Host string // "host:port" of the connection's peer; "timer" of a timer
	Err  error  // *lua.ApiError, with the traceback
}

// Error reads "websocket: callback HOST: FILE:LINE: what was raised", followed
// by the traceback.
func (e *CallbackError) Error() string {
	return fmt.Sprintf("websocket: callback %s: %v", e.Host, e.Err)
}

// Unwrap returns what was raised.
func (e *CallbackError) Unwrap() error { return e.Err }
