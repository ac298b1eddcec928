package extension

import (
	"fmt"
	"unicode/utf8"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// websocketBroadcast is websocket.broadcast(connections, message [, options]) ->
// how many it reached, and a list of those whose outbound buffer is full, nil
// without. connections is a server, for all of its own, a list, or a table with
// connections as keys.
func (e *Extension) websocketBroadcast(L *lua.LState) int {
	e.targets = e.appendTargets(e.targets[:0], L, 1)
	targets := e.targets
	defer clear(targets)
	message := L.CheckString(2)
	kind := checkDataType(L, 3)
	if kind == wire.Text && !utf8.ValidString(message) {
		L.ArgError(2, "the text is not UTF-8: send it with type = websocket.DATA_TYPE_BINARY")
	}
	meters := map[*wire.Meter]int{}
	for _, h := range targets {
		if h.meter != nil {
			meters[h.meter]++
		}
	}
	for m, count := range meters {
		if err := m.CheckSends(count, len(message)); err != nil {
			L.RaiseError("websocket.broadcast: %v", err)
		}
	}
	b := e.hub.NewBroadcast(kind, message)
	reached := 0
	var full *lua.LTable
	for _, h := range targets {
		if err := b.Send(h.conn); err != nil { // one that doesn't read doesn't keep it from the others
			if full == nil {
				full = L.NewTable()
			}
			full.Append(&h.userdata)
			continue
		}
		reached++
		h.meter.Sent(len(message))
		e.traceSent(h, len(message))
	}
	L.Push(lua.LNumber(reached))
	if full == nil {
		return 1
	}
	L.Push(full)
	return 2
}

// appendTargets appends the open ones of the connections that argument n stands
// for.
func (e *Extension) appendTargets(targets []*handle, L *lua.LState, n int) []*handle {
	add := func(value lua.LValue) bool {
		h := e.handleOf(value)
		if h != nil && h.state == stateOpen {
			targets = append(targets, h)
		}
		return h != nil
	}
	switch v := L.Get(n).(type) {
	case *lua.LUserData:
		if s, ok := v.Value.(*server); ok && s.extension == e {
			for _, h := range e.handles {
				if h != nil && h.server == s && h.state == stateOpen {
					targets = append(targets, h)
				}
			}
			return targets
		}
	case *lua.LTable:
		count := v.Len()
		for i := 1; i <= count; i++ {
			if !add(v.RawGetInt(i)) {
				L.ArgError(n, fmt.Sprintf("connections[%d] is %s: want a connection", i, describe(v.RawGetInt(i))))
			}
		}
		if count == 0 {
			v.ForEach(func(key, _ lua.LValue) {
				if !add(key) {
					L.ArgError(n, fmt.Sprintf("connections has the key %s: want a connection", describe(key)))
				}
			})
		}
		return targets
	}
	L.ArgError(n, "want a server, a list of connections, or a table with connections as keys")
	return nil
}
