package extension

import (
	"fmt"
	"net/http"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// longestRefusal bounds what reject answers, in bytes: people read it.
const longestRefusal = 4096

// websocketListen is websocket.listen(address, params, callback) -> server, or
// nil and why it can't listen there.
//
// Differs from Defold: there are no servers there.
func (e *Extension) websocketListen(L *lua.LState) int {
	address := checkURL(L, 1)
	at, err := wire.ParseListenAddress(address)
	if err != nil {
		L.ArgError(1, fmt.Sprintf("the address %s can't be used: %v", quote(address), err))
	}
	o := wire.Listening{At: at}
	e.checkListenParams(L, 2, &o)
	callback := L.CheckFunction(3)
	if e.closed {
		L.RaiseError("websocket.listen: the extension is closed")
	}
	s := &server{extension: e, callback: callback, self: e.o.Host.Instance()}
	if err = e.permitListen(at); err != nil {
		err = fmt.Errorf("listen on %s: %w", at, err)
	} else {
		s.listener, err = e.hub.Listen(o)
	}
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString("websocket: " + err.Error()))
		return 2
	}
	s.name(&o)
	e.servers[s.listener] = s
	e.active++
	userdata := L.NewUserData()
	userdata.Value = s
	userdata.Metatable = e.serverMetatable
	L.Push(userdata)
	return 1
}

// websocketReject is websocket.reject(connection [, status [, reason]]), inside
// the callback that got EVENT_REQUEST.
func (e *Extension) websocketReject(L *lua.LState) int {
	h := e.checkConnection(L, 1)
	status := L.OptInt(2, http.StatusForbidden)
	reason := L.OptString(3, http.StatusText(status))
	if status < 400 || status > 599 {
		L.ArgError(2, "the status is "+describe(L.Get(2))+": want 400 to 599")
	}
	if len(reason) > longestRefusal {
		L.ArgError(3, fmt.Sprintf("the reason is longer than %d bytes", longestRefusal))
	}
	switch a := e.asking; {
	case h.server == nil:
		L.RaiseError("websocket.reject: this connection was dialled here: want one that EVENT_REQUEST brought")
	case a == nil || a.handle != h:
		L.RaiseError("websocket.reject: the request is answered: call it inside the callback that gets EVENT_REQUEST")
	case a.status == 0:
		a.refuse(status, reason)
	}
	return 0
}

// newServerMetatable makes what all servers of a state share.
func (e *Extension) newServerMetatable(L *lua.LState) *lua.LTable {
	closeFunc := L.NewFunction(e.serverClose)
	m := L.CreateTable(0, 4)
	m.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		s := e.checkServer(L, 1)
		switch key := L.Get(2).String(); key {
		case "address":
			L.Push(lua.LString(s.address))
		case "port":
			L.Push(lua.LNumber(s.port))
		case "url":
			L.Push(lua.LString(s.url))
		case "count":
			L.Push(lua.LNumber(s.count))
		case "listening":
			L.Push(lua.LBool(!s.closed))
		case "close":
			L.Push(closeFunc)
		default:
			L.Push(lua.LNil)
		}
		return 1
	}))
	m.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		L.RaiseError("a server's %s can't be set", L.Get(2).String())
		return 0
	}))
	m.RawSetString("__metatable", lua.LFalse) // its functions take nothing but servers
	return m
}

// serverClose is server:close([code [, reason]]).
func (e *Extension) serverClose(L *lua.LState) int {
	s := e.checkServer(L, 1)
	code, reason := checkClose(L, 2, 1001, true)
	if !s.closed {
		e.closeServer(s, code, reason)
	}
	return 0
}

// checkServer returns the server that argument n is.
func (e *Extension) checkServer(L *lua.LState, n int) *server {
	if userdata, ok := L.Get(n).(*lua.LUserData); ok {
		if s, ok := userdata.Value.(*server); ok && s.extension == e {
			return s
		}
	}
	L.ArgError(n, "want a server, as websocket.listen returns it: server:close(), with a colon")
	return nil
}
