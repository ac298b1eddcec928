package wire

import (
	"bytes"
	"fmt"
	"strings"
)

// Debug is how much is logged, as Defold's websocket.debug.
type Debug int

// The levels.
const (
	Disabled     Debug = 0
	StateChanges Debug = 1
	Verbose      Debug = 2
)

// logf logs a line about c. Arguments are only formatted if someone reads them.
func (h *Hub) logf(level Debug, c *Conn, format string, args ...any) {
	if h.o.Debug < level || h.o.Log == nil {
		return
	}
	h.o.Log(fmt.Sprintf("websocket: connection %d: %s", c.serial, fmt.Sprintf(format, args...)))
}

// logMessage logs that a message came or went.
func (h *Hub) logMessage(c *Conn, verb string, kind DataType, size int) {
	if h.o.Debug < Verbose || h.o.Log == nil {
		return
	}
	name := "text"
	if kind == Binary {
		name = "binary"
	}
	h.logf(Verbose, c, "%s a %s message of %d bytes", verb, name, size)
}

// logHead logs the head of a request, its secrets masked.
func (h *Hub) logHead(c *Conn, verb string, head []byte) {
	if h.o.Debug < Verbose || h.o.Log == nil {
		return
	}
	for line := range bytes.Lines(head) {
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			continue
		}
		if name, value, found := strings.Cut(text, ": "); found {
			text = name + ": " + masked(name, value)
		} else if path, _, found := strings.Cut(text, "?"); found {
			text = path + "?… HTTP/1.1"
		}
		h.logf(Verbose, c, "%s %s", verb, text)
	}
}

// logAnswer logs the server's answer to the handshake, its secrets masked.
func (h *Hub) logAnswer(c *Conn, r *Response) {
	if h.o.Debug < Verbose || h.o.Log == nil {
		return
	}
	h.logf(Verbose, c, "received %s %d", r.version, r.Status)
	for _, f := range r.Headers {
		h.logf(Verbose, c, "received %s: %s", f.Name, masked(f.Name, f.Value))
	}
}

// masked hides the value of a header that may log somebody in. Unknown ones are
// hidden as well: a list of the secret ones would never be complete.
func masked(name, value string) string {
	switch strings.ToLower(name) {
	case "host", "upgrade", "connection", "sec-websocket-version", "sec-websocket-extensions",
		"sec-websocket-accept", "origin", "user-agent", "server", "date",
		"content-type", "content-length", "retry-after":
		return value
	}
	return fmt.Sprintf("*** (%d bytes)", len(value))
}

// logListener logs a line about a listener.
func (h *Hub) logListener(l *Listener, format string, args ...any) {
	if h.o.Debug < StateChanges || h.o.Log == nil {
		return
	}
	h.o.Log(fmt.Sprintf("websocket: listener %s: %s", l.Addr(), fmt.Sprintf(format, args...)))
}

// logRequest logs a client's request, its secrets masked.
func (h *Hub) logRequest(c *Conn, q *Request) {
	if h.o.Debug < Verbose || h.o.Log == nil {
		return
	}
	query := ""
	if q.HasQuery {
		query = "?…"
	}
	h.logf(Verbose, c, "received GET %s%s %s", q.Path, query, q.version)
	for _, f := range q.Headers {
		h.logf(Verbose, c, "received %s: %s", f.Name, masked(f.Name, f.Value))
	}
}
