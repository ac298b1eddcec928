package luaspec

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension/wstest"
)

// specServer is a server that a spec opened: in memory, under a name of its
// own, until the block that opened it ends.
type specServer struct {
	runner      *runner
	server      *wstest.Server
	host, url   string
	answer      wstest.Answer
	faults      faults
	connections map[*wstest.Peer]*lua.LUserData
	number      int // of its answers by function, see questions
}

// faults is what is wrong with the network of every connection to a server.
type faults struct {
	latency          time.Duration
	throttle         int // bytes a second, 0 is unlimited
	stalled          bool
	halfOpen         bool
	cut              bool
	cutAfter         int64
	cutFromTheClient bool
}

// apply is called for a new connection before its first byte, from the dialling
// goroutine, and for the open ones from the Lua goroutine.
func (f faults) apply(server *wstest.Conn) {
	if f.latency > 0 {
		server.Latency(f.latency)
	}
	if f.throttle > 0 {
		server.Throttle(f.throttle)
	}
	if f.stalled {
		server.Stall(true)
	}
	if f.halfOpen {
		server.HalfOpen()
	}
	if f.cut {
		cutAfter(server, f.cutAfter, f.cutFromTheClient)
	}
}

func cutAfter(server *wstest.Conn, n int64, fromTheClient bool) {
	if fromTheClient {
		server.Incoming().CutAfter(n)
	} else {
		server.Outgoing().CutAfter(n)
	}
}

// openServers enters spec_server.
func (r *runner) openServers() {
	r.servers = newClass(r.L, "server", map[string]method[*specServer]{
		"accept":      serverAccept,
		"refuse":      serverRefuse,
		"mute":        serverMute,
		"drop":        serverDrop,
		"answer":      serverAnswer,
		"answer_next": serverAnswerNext,
		"on_request":  serverOnRequest,
		"protocol":    serverProtocol,
		"echo":        serverEcho,
		"connection":  serverConnection,
		"unreachable": serverUnreachable,
		"latency":     serverLatency,
		"throttle":    serverThrottle,
		"stall":       serverStall,
		"resume":      serverResume,
		"half_open":   serverHalfOpen,
		"cut_after":   serverCutAfter,
		"close":       serverClose,
	}, map[string]getter[*specServer]{
		"url":         func(_ *lua.LState, s *specServer) lua.LValue { return lua.LString(s.url) },
		"host":        func(_ *lua.LState, s *specServer) lua.LValue { return lua.LString(s.host) },
		"accepted":    func(_ *lua.LState, s *specServer) lua.LValue { return lua.LNumber(s.server.Accepted()) },
		"requests":    serverRequests,
		"connections": serverConnections,
	})
	r.openConnections()
	module := r.L.SetFuncs(r.L.NewTable(), map[string]lua.LGFunction{"new": r.serverNew})
	r.L.SetGlobal("spec_server", module)
}

// spec_server.new([options]) opens a server. Options: tls (true: wss, with a
// certificate that this run trusts; or "expired", "wrong_host", "untrusted"),
// host (a name; "server-1.test" and so on by
// default), port, and whatever server:answer takes.
func (r *runner) serverNew(L *lua.LState) int {
	if r.scope == nil {
		misuse(L, "spec_server.new: not supported while the file loads; call it in an it or a hook")
	}
	options := tableFields{L: L, fields: L.OptTable(1, L.NewTable()), of: "spec_server.new"}
	quality := options.quality()
	host := options.text("host", "")
	port := options.count("port", 0)
	s := &specServer{runner: r, connections: make(map[*wstest.Peer]*lua.LUserData)}
	s.answer = readAnswer(&options)
	options.done()
	if host == "" {
		r.world.hosts++
		host = fmt.Sprintf("server-%d.test", r.world.hosts)
	}
	s.host = host
	if err := r.world.listen(s, port, quality); err != nil {
		misuse(L, "spec_server.new: "+err.Error())
	}
	r.scope.closers = append(r.scope.closers, s.close)
	L.Push(r.servers.wrap(L, s))
	return 1
}

// close ends the server and joins its goroutines.
func (s *specServer) close() {
	if s.runner.driver.real.follow() {
		// Its grace for slow clients is the bubble's time, which stands still now.
		for _, peer := range s.server.Peers() {
			if !peer.Gone() {
				peer.Reset()
			}
		}
	}
	s.runner.questions.forget(s.number)
	s.server.Close()
	s.runner.world.forget(s)
}

// connection is the Lua value of a peer, always the same one.
func (s *specServer) connection(L *lua.LState, peer *wstest.Peer) lua.LValue {
	if s.connections[peer] == nil {
		s.connections[peer] = s.runner.connections.wrap(L, &specConnection{server: s, peer: peer})
	}
	return s.connections[peer]
}

// each runs f for every open connection's link.
func (s *specServer) each(f func(*wstest.Conn)) {
	for _, peer := range s.server.Peers() {
		if link := peer.Link(); link != nil && !peer.Gone() {
			f(link)
		}
	}
}

// setAnswer makes a the answer to later handshakes.
func (s *specServer) setAnswer(a wstest.Answer) {
	s.answer = a
	s.server.SetAnswer(a)
}

// server:accept() accepts everyone, as at first.
func serverAccept(_ *lua.LState, s *specServer) int {
	s.setAnswer(wstest.Answer{})
	return 0
}

// server:refuse(status [, headers [, body]]) answers later handshakes so.
func serverRefuse(L *lua.LState, s *specServer) int {
	status := L.CheckInt(2)
	if status < 200 || status > 999 {
		misuse(L, fmt.Sprintf("bad argument #1 to 'refuse' (a status from 200 to 999 expected, got %d)", status))
	}
	header := readHeader(L, L.OptTable(3, nil))
	s.setAnswer(wstest.Answer{Status: status, Header: header, Body: L.OptString(4, "")})
	return 0
}

// server:mute([at]) accepts the connection and says nothing. at is "request"
// (the default: once it was read) or "accept" (not even TLS).
func serverMute(L *lua.LState, s *specServer) int {
	s.setAnswer(wstest.Answer{Mute: checkPoint(L, 2)})
	return 0
}

// server:drop([at]) hangs up without a word, at "request" or at "accept".
func serverDrop(L *lua.LState, s *specServer) int {
	s.setAnswer(wstest.Answer{Drop: checkPoint(L, 2)})
	return 0
}

func checkPoint(L *lua.LState, index int) wstest.Point {
	return point(L, L.OptString(index, "request"))
}

func point(L *lua.LState, name string) wstest.Point {
	switch name {
	case "request":
		return wstest.AtRequest
	case "accept":
		return wstest.AtAccept
	}
	misuse(L, fmt.Sprintf(`bad point in the handshake ("request" or "accept" expected, got %q)`, name))
	return wstest.Never
}

// server:answer(text) answers later handshakes with these bytes; {accept} in
// them becomes the right Sec-WebSocket-Accept. server:answer(fields) sets more:
// see readAnswer.
func serverAnswer(L *lua.LState, s *specServer) int {
	s.setAnswer(checkAnswer(L))
	return 0
}

// server:answer_next(text or fields) is the answer to one handshake; several
// calls queue.
func serverAnswerNext(L *lua.LState, s *specServer) int {
	s.server.AnswerNext(checkAnswer(L))
	return 0
}

func checkAnswer(L *lua.LState) wstest.Answer {
	if raw, ok := L.Get(2).(lua.LString); ok {
		return wstest.Answer{Raw: string(raw)}
	}
	fields := tableFields{L: L, fields: L.CheckTable(2), of: "answer"}
	a := readAnswer(&fields)
	fields.done()
	return a
}

// server:protocol(name) picks that subprotocol, offered or not; "" picks none.
func serverProtocol(L *lua.LState, s *specServer) int {
	a := s.answer
	if a.Protocol = L.CheckString(2); a.Protocol == "" {
		a.Protocol = wstest.NoProtocol
	}
	s.setAnswer(a)
	return 0
}

// server:echo([on]) sends each message back, on the open connections too.
func serverEcho(L *lua.LState, s *specServer) int {
	on := L.OptBool(2, true)
	a := s.answer
	a.Echo = on
	s.setAnswer(a)
	for _, peer := range s.server.Peers() {
		peer.Echo(on)
	}
	return 0
}

// server:connection([i]) is the ith client since the server began, or nil; the
// newest by default.
func serverConnection(L *lua.LState, s *specServer) int {
	peers := s.server.Peers()
	i := L.OptInt(2, len(peers))
	if i < 1 || i > len(peers) {
		L.Push(lua.LNil)
	} else {
		L.Push(s.connection(L, peers[i-1]))
	}
	return 1
}

// server.connections is a list of every client since the server began.
func serverConnections(L *lua.LState, s *specServer) lua.LValue {
	list := L.NewTable()
	for _, peer := range s.server.Peers() {
		list.Append(s.connection(L, peer))
	}
	return list
}

// server.requests is a list of the handshake requests, refused ones too.
func serverRequests(L *lua.LState, s *specServer) lua.LValue {
	list := L.NewTable()
	for _, request := range s.server.Requests() {
		list.Append(requestTable(L, request))
	}
	return list
}

// requestTable is a handshake request: method, target (path and query), host,
// headers (lower-case names, repeated ones joined by ", "), protocols, raw, and
// body where it is none.
func requestTable(L *lua.LState, request *wstest.Request) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("method", lua.LString(request.Method))
	t.RawSetString("target", lua.LString(request.Target))
	t.RawSetString("host", lua.LString(request.Host))
	t.RawSetString("server_name", lua.LString(request.ServerName))
	t.RawSetString("raw", lua.LString(request.Raw))
	t.RawSetString("body", lua.LString(request.Body))
	headers, protocols := L.NewTable(), L.NewTable()
	for name, values := range request.Header {
		headers.RawSetString(strings.ToLower(name), lua.LString(strings.Join(values, ", ")))
	}
	for _, protocol := range request.Protocols {
		protocols.Append(lua.LString(protocol))
	}
	t.RawSetString("headers", headers)
	t.RawSetString("protocols", protocols)
	return t
}

// server:close() stops listening and says goodbye (1001): later connections
// are refused.
func serverClose(_ *lua.LState, s *specServer) int {
	s.close()
	return 0
}
