package headless

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// message is one that waits. Its table is a copy of its own.
type message struct {
	from, to address
	id       string
	body     *lua.LTable
}

// messageQueue is first in, first out; Options.MaxQueue bounds it.
type messageQueue struct {
	waiting []message
	head    int
}

func (q *messageQueue) len() int { return len(q.waiting) - q.head }

func (q *messageQueue) push(m message) { q.waiting = append(q.waiting, m) }

func (q *messageQueue) pop() message {
	m := q.waiting[q.head]
	q.waiting[q.head] = message{}
	q.head++
	switch {
	case q.head == len(q.waiting):
		q.waiting, q.head = q.waiting[:0], 0
	case q.head >= 1024 && q.head*2 >= len(q.waiting):
		n := copy(q.waiting, q.waiting[q.head:])
		clear(q.waiting[n:])
		q.waiting, q.head = q.waiting[:n], 0
	}
	return m
}

func (q *messageQueue) clear() { *q = messageQueue{} }

// maxMessageDepth bounds the tables within tables of a message; one that holds
// itself runs into it.
const maxMessageDepth = 64

func (e *Engine) openMsg() error {
	e.openURL()
	e.register("msg", map[string]lua.LGFunction{
		"post": e.msgPost,
		"url":  e.msgURL,
	})
	return nil
}

// msgPost is msg.post(receiver, message_id [, message]). It is delivered later
// in the frame, or in the next one; the table is copied now.
//
// Differs from Defold: a message may be longer than 2 KiB.
func (e *Engine) msgPost(L *lua.LState) int {
	to := e.checkAddress(L, 1)
	id := checkHashOrString(L, 2)
	var body *lua.LTable
	switch v := L.Get(3).(type) {
	case *lua.LNilType:
		body = L.CreateTable(0, 0)
	case *lua.LTable:
		body = e.copyMessage(L, v, 1)
	default:
		L.ArgError(3, "message must be a table, got "+typeName(v))
	}
	from := address{socket: e.socket}
	if own := e.running(); own != nil {
		from = own.url
	}
	if !strings.HasPrefix(to.socket, "@") && !e.hasSocket(to.socket) {
		L.RaiseError("msg.post: could not send '%s' from '%s' to '%s': no socket has that name", id, from, to)
	}
	if e.closing {
		return 0 // nobody will read it
	}
	if e.posted.len() >= e.options.MaxQueue {
		L.RaiseError("msg.post: could not send '%s' to '%s': %d messages wait already", id, to, e.posted.len())
	}
	e.posted.push(message{from: from, to: to, id: id, body: body})
	return 0
}

// copyMessage copies what a message may hold, and raises for the rest.
func (e *Engine) copyMessage(L *lua.LState, t *lua.LTable, depth int) *lua.LTable {
	if depth > maxMessageDepth {
		L.ArgError(3, fmt.Sprintf("message has more than %d tables within tables, or holds itself", maxMessageDepth))
	}
	copied := L.CreateTable(t.Len(), 0)
	// Not ForEach: raising out of it is fine, but Next keeps the order.
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		copied.RawSet(e.copyValue(L, key, key, depth), e.copyValue(L, key, value, depth))
	}
	return copied
}

func (e *Engine) copyValue(L *lua.LState, key, v lua.LValue, depth int) lua.LValue {
	switch v := v.(type) {
	case lua.LBool, lua.LNumber, lua.LString:
		return v
	case *lua.LTable:
		if v != key {
			return e.copyMessage(L, v, depth+1)
		}
	case *lua.LUserData:
		if a, ok := toAddress(v); ok {
			return e.url(*a)
		}
		if _, ok := toHash(v); ok || v == e.null {
			return v
		}
		if copied, ok := e.vmath.Copy(v); ok {
			return copied
		}
	}
	L.ArgError(3, fmt.Sprintf("message can't hold a %s (at '%s')", typeName(v), key.String()))
	return nil
}

// dispatchMessages delivers what waits and what that causes, MaxMessages at
// most: two scripts that answer each other for ever don't hold up the frame.
func (e *Engine) dispatchMessages() {
	for n := 0; n < e.options.MaxMessages && e.posted.len() > 0; n++ {
		e.deliver(e.posted.pop())
	}
}

func (e *Engine) deliver(m message) {
	if strings.HasPrefix(m.to.socket, "@") {
		e.engineMessage(m)
		return
	}
	if e.world != nil {
		if err := e.world.Deliver(Message{m.from.outer(), m.to.outer(), m.id, m.body}); err != nil {
			e.Report(&ScriptError{URL: m.from.String(), Callback: "msg.post", Err: err})
		}
		return
	}
	found := false
	for _, i := range e.objects[m.to.path] {
		if !i.dead && (m.to.fragment == "" || m.to.fragment == i.url.fragment) {
			found = true
			e.deliverTo(i, m)
		}
	}
	if !found {
		e.Report(&ScriptError{
			URL:      m.from.String(),
			Callback: "msg.post",
			Err:      fmt.Errorf("message '%s' found nobody at '%s'", m.id, m.to),
		})
	}
}

func (e *Engine) deliverTo(i *Instance, m message) {
	e.ensureInit(i)
	switch m.id {
	case "acquire_input_focus":
		e.takeFocus(i)
		return
	case "release_input_focus":
		e.dropFocus(i)
		return
	}
	if i.script.onMessage != nil {
		e.call(i, "on_message", i.script.onMessage, e.hash(m.id), m.body, e.url(m.from))
	}
}
