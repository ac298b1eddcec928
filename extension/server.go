package extension

import (
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/tickwire/tickwire/extension/internal/tick"
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// server is what a script holds of a listener: the server userdata's value.
// Owned by the tick.
type server struct {
	extension *Extension
	listener  *wire.Listener
	callback  *lua.LFunction
	self      lua.LValue
	address   string // "127.0.0.1:41234" or "unix:/path"
	url       string // for connect
	port      int    // 0 for a socket file
	count     int    // connections that are open for the script
	closed    bool
}

// asking is a request whose callback runs, and what it has said.
type asking struct {
	handle *handle
	status int // 0: nothing, which is yes
	text   string
}

// refuse notes the answer; the connection is over for its script.
func (a *asking) refuse(status int, text string) {
	a.status, a.text = status, text
	a.handle.state, a.handle.local = stateClosing, true
}

// name fills in what the listener's address is called.
func (s *server) name(o *wire.Listening) {
	scheme := "ws"
	if o.TLS != nil {
		scheme = "wss"
	}
	if o.At.Network == "unix" {
		s.address = o.At.String()
		path := o.At.Path
		if !strings.ContainsAny(path[:1], "/.@") {
			path = "./" + path // else it might be taken for a host
		}
		// Behind the file's path comes the request's.
		s.url = scheme + "+unix:" + strings.NewReplacer("%", "%25", ":", "%3A", "?", "%3F", "#", "%23", " ", "%20").Replace(path) + ":/"
		return
	}
	s.address = s.listener.Addr().String()
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return // a host's own listener, with an address of its own kind
	}
	s.port, _ = strconv.Atoi(port)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere; a client needs one of them
	}
	s.url = scheme + "://" + net.JoinHostPort(host, port) + "/"
}

// removeServer ends a server: nobody comes in any more, and who has asked is
// turned away. Its connections stay.
func (e *Extension) removeServer(s *server) {
	if s.closed {
		return
	}
	s.closed = true
	delete(e.servers, s.listener)
	e.active--
	s.listener.Close()
}

// closeServer ends a server and its connections: each gets the close frame
// behind what it was sent.
func (e *Extension) closeServer(s *server, code int, reason string) {
	e.removeServer(s)
	for _, h := range e.handles {
		if h == nil || h.server != s || h.local {
			continue
		}
		switch {
		case e.asking != nil && e.asking.handle == h:
			e.asking.refuse(http.StatusServiceUnavailable, "the server is closing")
			continue
		case h.state == stateConnecting:
			h.conn.Cancel()
		case h.state == stateOpen:
			h.conn.Close(code, reason)
		default:
			continue
		}
		h.state, h.local = stateClosing, true
	}
}

// deliverRequest asks a script about a client. The answer is given once the
// callback returns.
func (e *Extension) deliverRequest(event *wire.Event) tick.Verdict {
	q := event.Request()
	s := e.servers[q.Listener()]
	if s == nil || !q.Begin() { // the client, the server or its script has gone
		return tick.More
	}
	meter, err := e.admit(s.self)
	if err != nil {
		q.Reject(http.StatusServiceUnavailable, "the server is full")
		return tick.More
	}
	h := e.newHandle(s.self, s.callback)
	h.conn, h.meter, h.server = event.Conn, meter, s
	event.Conn.SetTag(e.add(h))
	a := &asking{handle: h}
	e.asking = a
	ok := e.call(h, requestEventTable(e.L, q))
	e.asking = nil
	if !ok && a.status == 0 {
		// What should have judged the client did not: it stays outside.
		a.refuse(http.StatusInternalServerError, "")
	}
	switch {
	case a.status != 0:
		q.Reject(a.status, a.text)
	default:
		q.Accept(meter)
	}
	e.resumeReady(1)
	e.sendEarly()
	return e.budget.spend(0)
}

// countIn and countOut keep the number of a server's open connections.
func (h *handle) countIn() {
	if h.server != nil && !h.counted {
		h.counted = true
		h.server.count++
	}
}

func (h *handle) countOut() {
	if h.counted {
		h.counted = false
		h.server.count--
	}
}
