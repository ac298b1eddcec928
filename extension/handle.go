package extension

import (
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// state is how far a connection has come for its script: it changes when an
// event is delivered or the script acts, not when the network does.
type state uint8

const (
	stateConnecting state = iota
	stateOpen
	stateClosing // disconnect was called, or ERROR was delivered
	stateClosed  // from the start of the DISCONNECTED callback
)

var stateNames = [...]lua.LString{"connecting", "open", "closing", "closed"}

// handle is what a script holds: the connection userdata's value. Owned by the
// tick. Many connections may rest: it is one allocation, of a size that there is.
type handle struct {
	conn      *wire.Conn
	callback  *lua.LFunction
	self      lua.LValue
	meter     *wire.Meter // of self's quota; nil without
	server    *server     // that accepted it; nil where dialled
	trace     *trace      // nil without Options.Trace
	keptBytes int         // of their payloads
	kept      int32       // messages whose credit is the script's to give back
	state     state
	local     bool // disconnect was called: no message, no error any more
	held      bool // credit comes back when the script says so, not at delivery
	counted   bool // among server.count

	next, prev *handle // of the same self

	userdata lua.LUserData // what scripts have, whose value is the handle
}

// newHandle returns one whose connection and place are to come.
func (e *Extension) newHandle(self lua.LValue, callback *lua.LFunction) *handle {
	h := &handle{self: self, callback: callback}
	h.userdata = lua.LUserData{Value: h, Env: e.L.Env, Metatable: lua.LNil}
	if e.o.Trace != nil {
		h.trace = &trace{}
	}
	return h
}

// handleOf returns the handle that a script's value is, nil if it is none of
// ours.
func (e *Extension) handleOf(value lua.LValue) *handle {
	if userdata, ok := value.(*lua.LUserData); ok {
		if h, ok := userdata.Value.(*handle); ok && h.conn.Of(e.hub) {
			return h
		}
	}
	return nil
}

// add takes a new handle into the books and gives its place, which its connection
// is to carry as its tag.
func (e *Extension) add(h *handle) (tag int) {
	if n := len(e.free); n > 0 {
		tag = e.free[n-1]
		e.free = e.free[:n-1]
		e.handles[tag] = h
	} else {
		tag = len(e.handles)
		e.handles = append(e.handles, h)
	}
	e.active++
	h.next = e.bySelf[h.self]
	if h.next != nil {
		h.next.prev = h
	}
	e.bySelf[h.self] = h
	return tag
}

// remove ends a handle: it is never used again, and what it held is let go.
// Its connection's later events find nobody.
func (e *Extension) remove(h *handle) {
	h.state = stateClosed
	h.countOut()
	tag := h.conn.Tag()
	e.handles[tag] = nil
	e.free = append(e.free, tag)
	e.active--
	if h.meter != nil {
		e.meters.leave(h.self, h.meter)
	}
	switch {
	case h.prev != nil:
		h.prev.next = h.next
	case h.next != nil:
		e.bySelf[h.self] = h.next
	default:
		delete(e.bySelf, h.self)
	}
	if h.next != nil {
		h.next.prev = h.prev
	}
	h.next, h.prev = nil, nil
}

// find returns the handle of an event's connection, nil if it has ended.
func (e *Extension) find(c *wire.Conn) *handle {
	if tag := c.Tag(); tag < len(e.handles) {
		if h := e.handles[tag]; h != nil && h.conn == c {
			return h
		}
	}
	return nil
}

// checkConnection returns the handle that argument n is, in any state.
func (e *Extension) checkConnection(L *lua.LState, n int) *handle {
	if h := e.handleOf(L.Get(n)); h != nil {
		return h
	}
	L.RaiseError("The first argument must be a valid connection!")
	return nil
}

// checkOpen returns the handle that argument n is, which must be open.
func (e *Extension) checkOpen(L *lua.LState, n int) *handle {
	h := e.checkConnection(L, n)
	switch h.state {
	case stateOpen:
	case stateClosed:
		L.RaiseError("Invalid connection")
	default:
		L.RaiseError("Connection isn't connected")
	}
	return h
}

// keep tells whether a message's credit waits for the script: whoever collects
// messages for a task lets the server wait until the task has taken them.
func (h *handle) keep(payload int) bool {
	if h == nil || !h.held || h.local {
		return false
	}
	h.kept++
	h.keptBytes += payload
	return true
}

// giveBack returns the credit of one message that was kept.
func (h *handle) giveBack(payload int) {
	if h.kept == 0 || payload > h.keptBytes {
		return
	}
	h.kept--
	h.keptBytes -= payload
	h.conn.Credit(payload)
}
