package extension

import (
	"fmt"
	"strings"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// The constants that tables hold, boxed once: a number in an interface is an
// allocation.
var (
	eventConnected    lua.LValue = lua.LNumber(wire.Connected)
	eventDisconnected lua.LValue = lua.LNumber(wire.Disconnected)
	eventMessage      lua.LValue = lua.LNumber(wire.Message)
	eventError        lua.LValue = lua.LNumber(wire.Failed)
	eventRequest      lua.LValue = lua.LNumber(wire.Requested)
	typeText          lua.LValue = lua.LNumber(wire.Text)
	typeBinary        lua.LValue = lua.LNumber(wire.Binary)
	emptyString       lua.LValue = lua.LString("")
)

// messageTable is {event, message, type}.
func messageTable(L *lua.LState, event *wire.Event) *lua.LTable {
	t := L.CreateTable(0, 3)
	t.RawSetString("event", eventMessage)
	t.RawSetString("message", lua.LString(event.Payload))
	if event.Type == wire.Text {
		t.RawSetString("type", typeText)
	} else {
		t.RawSetString("type", typeBinary)
	}
	return t
}

// connectedTable is {event, message, protocol, extensions, handshake_response};
// an accepted connection has no response but our own.
func connectedTable(L *lua.LState, r *wire.Response, accepted bool) *lua.LTable {
	t := L.CreateTable(0, 5)
	t.RawSetString("event", eventConnected)
	t.RawSetString("message", emptyString)
	t.RawSetString("protocol", lua.LString(r.Protocol))
	t.RawSetString("extensions", lua.LString(r.Extensions))
	if !accepted {
		t.RawSetString("handshake_response", responseTable(L, r))
	}
	return t
}

// errorTable is {event, message, stage, cause, host, elapsed,
// handshake_response}.
func errorTable(L *lua.LState, err *wire.Error) *lua.LTable {
	t := L.CreateTable(0, 7)
	t.RawSetString("event", eventError)
	t.RawSetString("message", lua.LString(err.Error()))
	t.RawSetString("stage", lua.LString(err.Stage))
	t.RawSetString("cause", lua.LString(err.Cause))
	t.RawSetString("host", lua.LString(err.Host))
	t.RawSetString("elapsed", lua.LNumber(err.Elapsed.Seconds()))
	if err.Response != nil {
		t.RawSetString("handshake_response", responseTable(L, err.Response))
	}
	return t
}

// disconnectedTable is {event, message, code, reason, clean, peer_code}.
func disconnectedTable(L *lua.LState, g *wire.Goodbye) *lua.LTable {
	t := L.CreateTable(0, 6)
	message := emptyString
	if g.ByPeer {
		// The text of Defold's extension, which scripts search.
		message = lua.LString(fmt.Sprintf("Server closing (%d). Reason: '%s'", g.Code, g.Reason))
	}
	t.RawSetString("event", eventDisconnected)
	t.RawSetString("message", message)
	t.RawSetString("code", lua.LNumber(g.Code))
	t.RawSetString("reason", lua.LString(g.Reason))
	t.RawSetString("clean", lua.LBool(g.Clean))
	if g.Peer != 0 {
		t.RawSetString("peer_code", lua.LNumber(g.Peer))
	}
	return t
}

// requestEventTable is {event, message, request}; request is {path, query,
// headers, protocols, origin, address, secure}: the names of the headers are in
// small letters.
func requestEventTable(L *lua.LState, q *wire.Request) *lua.LTable {
	headers := L.CreateTable(0, len(q.Headers))
	for _, f := range q.Headers {
		name := strings.ToLower(f.Name)
		if before, again := headers.RawGetString(name).(lua.LString); again {
			headers.RawSetString(name, before+", "+lua.LString(f.Value))
			continue
		}
		headers.RawSetString(name, lua.LString(f.Value))
	}
	protocols := L.CreateTable(len(q.Protocols), 0)
	for _, protocol := range q.Protocols {
		protocols.Append(lua.LString(protocol))
	}
	r := L.CreateTable(0, 7)
	r.RawSetString("path", lua.LString(q.Path))
	if q.HasQuery {
		r.RawSetString("query", lua.LString(q.Query))
	}
	r.RawSetString("headers", headers)
	r.RawSetString("protocols", protocols)
	if q.Origin != "" {
		r.RawSetString("origin", lua.LString(q.Origin))
	}
	r.RawSetString("address", lua.LString(q.Remote))
	r.RawSetString("secure", lua.LBool(q.Secure))
	t := L.CreateTable(0, 3)
	t.RawSetString("event", eventRequest)
	t.RawSetString("message", emptyString)
	t.RawSetString("request", r)
	return t
}

// responseTable is {status, headers, response}: the names of the headers are as
// sent, and what came under one name is joined by ", " (RFC 9110 section 5.3).
func responseTable(L *lua.LState, r *wire.Response) *lua.LTable {
	headers := L.CreateTable(0, len(r.Headers))
	names := make(map[string]string, len(r.Headers)) // by the name in lower case
	for _, f := range r.Headers {
		lower := strings.ToLower(f.Name)
		name, again := names[lower]
		if !again {
			names[lower] = f.Name
			headers.RawSetString(f.Name, lua.LString(f.Value))
			continue
		}
		headers.RawSetString(name, headers.RawGetString(name).(lua.LString)+", "+lua.LString(f.Value))
	}
	t := L.CreateTable(0, 3)
	t.RawSetString("status", lua.LNumber(r.Status))
	t.RawSetString("headers", headers)
	t.RawSetString("response", lua.LString(r.Body))
	return t
}
