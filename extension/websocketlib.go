package extension

import (
	"net/http"
	"unicode/utf8"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// module returns the websocket table.
func (e *Extension) module(L *lua.LState) *lua.LTable {
	m := L.SetFuncs(L.CreateTable(0, 18), map[string]lua.LGFunction{
		"connect":    e.websocketConnect,
		"send":       e.websocketSend,
		"disconnect": e.websocketDisconnect,
		"buffered":   e.websocketBuffered,
		"state":      e.websocketState,
		"stats":      e.websocketStats,
		"ping":       e.websocketPing,
		"listen":     e.websocketListen,
		"reject":     e.websocketReject,
		"broadcast":  e.websocketBroadcast,
	})
	m.RawSetString("EVENT_CONNECTED", eventConnected)
	m.RawSetString("EVENT_DISCONNECTED", eventDisconnected)
	m.RawSetString("EVENT_MESSAGE", eventMessage)
	m.RawSetString("EVENT_ERROR", eventError)
	m.RawSetString("EVENT_REQUEST", eventRequest)
	m.RawSetString("DATA_TYPE_TEXT", typeText)
	m.RawSetString("DATA_TYPE_BINARY", typeBinary)
	return m
}

// websocketConnect is websocket.connect(url, params, callback) -> connection.
func (e *Extension) websocketConnect(L *lua.LState) int {
	target := wire.Target{URL: checkURL(L, 1)}
	e.checkParams(L, 2, &target)
	callback := L.CheckFunction(3)
	if e.closed {
		L.RaiseError("websocket.connect: the extension is closed")
	}
	h := e.newHandle(e.o.Host.Instance(), callback)
	h.meter, target.Refusal = e.admit(h.self)
	target.Meter = h.meter
	if h.trace != nil {
		h.trace.began = e.o.Clock.Now()
	}
	target.Tag = e.add(h)
	h.conn = e.hub.Dial(&target)
	L.Push(&h.userdata)
	return 1
}

// checkURL returns argument n, which must be a string: a number is no URL.
func checkURL(L *lua.LState, n int) string {
	url, ok := L.Get(n).(lua.LString)
	if !ok {
		L.TypeError(n, lua.LTString)
	}
	return string(url)
}

// websocketSend is websocket.send(connection, message, options).
func (e *Extension) websocketSend(L *lua.LState) int {
	h := e.checkOpen(L, 1)
	message := L.CheckString(2)
	kind := checkDataType(L, 3)
	// Differs from Defold: a text that is not UTF-8 raises. The server would
	// have to close the connection (RFC 6455 section 8.1).
	if kind == wire.Text && !utf8.ValidString(message) {
		L.ArgError(2, "the text is not UTF-8: send it with type = websocket.DATA_TYPE_BINARY")
	}
	if err := h.meter.CheckSend(len(message)); err != nil {
		L.RaiseError("websocket.send: %v", err)
	}
	if err := h.conn.Send(kind, message); err != nil {
		L.RaiseError("websocket.send: %v", err)
	}
	h.meter.Sent(len(message))
	e.traceSent(h, len(message))
	return 0
}

// checkDataType reads options.type of argument n.
func checkDataType(L *lua.LState, n int) wire.DataType {
	options := L.OptTable(n, nil)
	if options == nil {
		return wire.Binary
	}
	switch value := L.GetField(options, "type"); value {
	case lua.LNil, typeBinary:
		return wire.Binary
	case typeText:
		return wire.Text
	default:
		// Differs from Defold: there any number goes on the wire as an opcode.
		L.ArgError(n, "options.type is "+describe(value)+": want websocket.DATA_TYPE_TEXT or websocket.DATA_TYPE_BINARY")
		return 0
	}
}

// websocketDisconnect is websocket.disconnect(connection [, code [, reason]]).
func (e *Extension) websocketDisconnect(L *lua.LState) int {
	h := e.checkConnection(L, 1)
	// Differs from Defold: the code and the reason can be said.
	code, reason := checkClose(L, 2, 1000, h.server != nil)
	if h.local {
		return 0
	}
	switch h.state {
	case stateConnecting:
		if a := e.asking; a != nil && a.handle == h {
			a.refuse(http.StatusServiceUnavailable, "")
			return 0
		}
		h.conn.Cancel()
	case stateOpen:
		h.conn.Close(code, reason)
	default:
		return 0 // its DISCONNECTED is on its way, or was delivered
	}
	h.state, h.local = stateClosing, true
	return 0
}

// checkClose reads a close code at argument n and the reason behind it. false is
// no code, as a browser's close() sends it (RFC 6455 section 5.5.1). A server may
// also say what RFC 6455 section 7.4.1 and IANA's registry have for servers.
func checkClose(L *lua.LState, n, byDefault int, server bool) (code int, reason string) {
	reason = L.OptString(n+1, "")
	if L.Get(n) == lua.LFalse {
		if reason != "" {
			L.ArgError(n+1, "a close frame without a code has no reason either")
		}
		return wire.NoCode, ""
	}
	code = L.OptInt(n, byDefault)
	want := "1000 or 3000 to 4999"
	allowed := code == 1000 || code >= 3000 && code <= 4999
	if server {
		want = "1000, 1001, 1008, 1011 to 1013 or 3000 to 4999"
		allowed = allowed || code == 1001 || code == 1008 || code >= 1011 && code <= 1013
	}
	if !allowed {
		L.ArgError(n, "the close code is "+describe(L.Get(n))+": want "+want)
	}
	if len(reason) > 123 {
		L.ArgError(n+1, "the reason is longer than 123 bytes")
	}
	if !utf8.ValidString(reason) {
		L.ArgError(n+1, "the reason is not UTF-8")
	}
	return code, reason
}

// websocketBuffered is websocket.buffered(connection) -> bytes of payload that
// are not on the wire yet.
func (e *Extension) websocketBuffered(L *lua.LState) int {
	L.Push(lua.LNumber(e.checkConnection(L, 1).conn.Buffered()))
	return 1
}

// websocketState is websocket.state(connection) -> "connecting", "open",
// "closing" or "closed", as the script has been told.
func (e *Extension) websocketState(L *lua.LState) int {
	L.Push(stateNames[e.checkConnection(L, 1).state])
	return 1
}

// websocketStats is websocket.stats(connection) -> table.
func (e *Extension) websocketStats(L *lua.LState) int {
	s := e.checkConnection(L, 1).conn.Stats()
	t := L.CreateTable(0, 10)
	t.RawSetString("bytes_sent", lua.LNumber(s.BytesSent))
	t.RawSetString("bytes_received", lua.LNumber(s.BytesReceived))
	t.RawSetString("messages_sent", lua.LNumber(s.MessagesSent))
	t.RawSetString("messages_received", lua.LNumber(s.MessagesReceived))
	t.RawSetString("buffered", lua.LNumber(s.Buffered))
	t.RawSetString("lost", lua.LNumber(s.Lost))
	t.RawSetString("backlog", lua.LNumber(s.Backlog))
	t.RawSetString("age", lua.LNumber(s.Age.Seconds()))
	t.RawSetString("compression_ratio", lua.LNumber(s.CompressionRatio))
	if s.RTT > 0 {
		t.RawSetString("rtt", lua.LNumber(s.RTT.Seconds()))
	}
	L.Push(t)
	return 1
}

// websocketPing is websocket.ping(connection): a ping goes out at once, and
// stats(connection).rtt shows the round trip's time once it is answered.
func (e *Extension) websocketPing(L *lua.LState) int {
	h := e.checkOpen(L, 1)
	if err := h.meter.CheckSend(pingSize); err != nil {
		L.RaiseError("websocket.ping: %v", err)
	}
	h.conn.Ping()
	h.meter.Sent(pingSize)
	return 0
}
