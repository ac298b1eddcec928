package luaspec

import (
	"fmt"

	"github.com/gobwas/ws"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension/wstest"
)

// specConnection is a client as a spec's server sees it.
type specConnection struct {
	server *specServer
	peer   *wstest.Peer
}

func (r *runner) openConnections() {
	r.connections = newClass(r.L, "connection", map[string]method[*specConnection]{
		"send":        connectionSend,
		"send_binary": connectionSendBinary,
		"send_frame":  connectionSendFrame,
		"send_raw":    connectionSendRaw,
		"ping":        connectionPing,
		"close":       connectionClose,
		"drop":        connectionDrop,
		"reset":       connectionReset,
		"echo":        connectionSet((*wstest.Peer).Echo),
		"pause":       connectionSet((*wstest.Peer).Pause),
		"auto_pong":   connectionSet((*wstest.Peer).AutoPong),
		"auto_close":  connectionSet((*wstest.Peer).AutoClose),
		"forget":      connectionForget,
		"latency":     connectionLatency,
		"throttle":    connectionThrottle,
		"stall":       connectionStall,
		"resume":      connectionResume,
		"half_open":   connectionHalfOpen,
		"cut_after":   connectionCutAfter,
	}, map[string]getter[*specConnection]{
		"messages":     connectionMessages,
		"types":        connectionTypes,
		"frames":       connectionFrames,
		"pings":        func(L *lua.LState, c *specConnection) lua.LValue { return stringList(L, c.peer.Pings()) },
		"pongs":        func(L *lua.LState, c *specConnection) lua.LValue { return stringList(L, c.peer.Pongs()) },
		"request":      func(L *lua.LState, c *specConnection) lua.LValue { return requestTable(L, c.peer.Request()) },
		"protocol":     func(_ *lua.LState, c *specConnection) lua.LValue { return lua.LString(c.peer.Protocol()) },
		"buffered":     func(_ *lua.LState, c *specConnection) lua.LValue { return lua.LNumber(c.peer.Buffered()) },
		"closed":       func(_ *lua.LState, c *specConnection) lua.LValue { return lua.LBool(c.peer.Gone()) },
		"close_code":   connectionCloseCode,
		"close_reason": connectionCloseReason,
		"error":        connectionError,
	})
}

// sent raises what a send came to, at the caller's line.
func sent(L *lua.LState, err error) int {
	if err != nil {
		misuse(L, err.Error())
	}
	return 0
}

// connection:send(text) queues a text message, as all sends do: it returns at
// once.
func connectionSend(L *lua.LState, c *specConnection) int {
	return sent(L, c.peer.Send(L.CheckString(2)))
}

// connection:send_binary(bytes)
func connectionSendBinary(L *lua.LState, c *specConnection) int {
	return sent(L, c.peer.SendBinary(L.CheckString(2)))
}

// connection:send_raw(bytes) puts bytes on the wire that need not be a frame.
func connectionSendRaw(L *lua.LState, c *specConnection) int {
	return sent(L, c.peer.SendRaw([]byte(L.CheckString(2))))
}

// connection:ping([payload])
func connectionPing(L *lua.LState, c *specConnection) int {
	return sent(L, c.peer.Ping(L.OptString(2, "")))
}

// connection:send_frame({payload =, fin = true, opcode = 1, rsv = 0, masked =
// false, length = #payload}) sends a frame as it is told, also a broken one.
func connectionSendFrame(L *lua.LState, c *specConnection) int {
	fields := tableFields{L: L, fields: L.CheckTable(2), of: "send_frame"}
	payload := fields.text("payload", "")
	header := ws.Header{
		Fin:    fields.flagOr("fin", true),
		OpCode: ws.OpCode(fields.count("opcode", int(ws.OpText))),
		Rsv:    byte(fields.count("rsv", 0)),
		Masked: fields.flag("masked"),
		Length: int64(fields.count("length", len(payload))),
	}
	fields.done()
	if header.OpCode > 15 || header.Rsv > 7 {
		misuse(L, fmt.Sprintf("send_frame: opcode is 0 to 15 and rsv 0 to 7, got %d and %d", header.OpCode, header.Rsv))
	}
	if header.Masked {
		header.Mask = [4]byte{0x12, 0x34, 0x56, 0x78}
	}
	return sent(L, c.peer.SendFrame(header, payload))
}

// connection:close([code [, reason]]) begins the close handshake: 1000 unless
// told; 0 is a close frame without a code.
func connectionClose(L *lua.LState, c *specConnection) int {
	code := L.OptInt(2, int(ws.StatusNormalClosure))
	if code < 0 || code > 65535 {
		misuse(L, fmt.Sprintf("bad argument #1 to 'close' (a code from 0 to 65535 expected, got %d)", code))
	}
	c.peer.Close(code, L.OptString(3, ""))
	return 0
}

// connection:drop() hangs up without a close frame, once what was sent is out.
func connectionDrop(_ *lua.LState, c *specConnection) int {
	c.peer.Drop()
	return 0
}

// connection:reset() breaks the connection at once.
func connectionReset(_ *lua.LState, c *specConnection) int {
	c.peer.Reset()
	return 0
}

// connection:forget() empties messages, types and frames.
func connectionForget(_ *lua.LState, c *specConnection) int {
	c.peer.Forget()
	return 0
}

// connectionSet is connection:echo([on]), pause([on]), auto_pong(on) and
// auto_close(on).
func connectionSet(set func(*wstest.Peer, bool)) method[*specConnection] {
	return func(L *lua.LState, c *specConnection) int {
		set(c.peer, L.OptBool(2, true))
		return 0
	}
}

// connection.messages is a list of the payloads received so far.
func connectionMessages(L *lua.LState, c *specConnection) lua.LValue {
	list := L.NewTable()
	for _, message := range c.peer.Received() {
		list.Append(lua.LString(message.Data))
	}
	return list
}

// connection.types is the type of each message: websocket.DATA_TYPE_TEXT or
// DATA_TYPE_BINARY.
func connectionTypes(L *lua.LState, c *specConnection) lua.LValue {
	list := L.NewTable()
	for _, message := range c.peer.Received() {
		list.Append(lua.LNumber(message.Type))
	}
	return list
}

// connection.frames is a list of {fin, opcode, rsv, masked, payload}.
func connectionFrames(L *lua.LState, c *specConnection) lua.LValue {
	list := L.NewTable()
	for _, frame := range c.peer.Frames() {
		t := L.CreateTable(0, 5)
		t.RawSetString("fin", lua.LBool(frame.Header.Fin))
		t.RawSetString("opcode", lua.LNumber(frame.Header.OpCode))
		t.RawSetString("rsv", lua.LNumber(frame.Header.Rsv))
		t.RawSetString("masked", lua.LBool(frame.Header.Masked))
		t.RawSetString("payload", lua.LString(frame.Payload))
		list.Append(t)
	}
	return list
}

// connection.close_code is the client's, nil before it came.
func connectionCloseCode(_ *lua.LState, c *specConnection) lua.LValue {
	if code, _, ok := c.peer.Closed(); ok {
		return lua.LNumber(code)
	}
	return lua.LNil
}

func connectionCloseReason(_ *lua.LState, c *specConnection) lua.LValue {
	if _, reason, ok := c.peer.Closed(); ok {
		return lua.LString(reason)
	}
	return lua.LNil
}

// connection.error is why the connection ended, nil after a close handshake
// and while it is open.
func connectionError(_ *lua.LState, c *specConnection) lua.LValue {
	if err := c.peer.Err(); err != nil {
		return lua.LString(err.Error())
	}
	return lua.LNil
}

func stringList(L *lua.LState, texts []string) *lua.LTable {
	list := L.NewTable()
	for _, text := range texts {
		list.Append(lua.LString(text))
	}
	return list
}
