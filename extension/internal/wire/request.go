package wire

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Request is a client's opening handshake (RFC 6455 section 4.1), whole and
// allowed, on which the tick decides.
type Request struct {
	Path      string   // as sent, up to the "?"
	Query     string   // as sent, behind it
	HasQuery  bool     // there is a "?"
	Headers   []Field  // names as sent, in order
	Protocols []string // the subprotocols offered, each once
	Origin    string   // "" for none
	Remote    string   // "ip:port", or "unix:/path" through a socket file
	Secure    bool     // over TLS

	method, version string
	key             string
	conn            *Conn
	greeting        *greeting
}

// Begin tells whether the client still waits for a decision: only then may the
// script hear of it. Call from the tick goroutine.
func (q *Request) Begin() bool {
	q.conn.mu.Lock()
	defer q.conn.mu.Unlock()
	q.greeting.begun = !q.conn.ended
	return q.greeting.begun
}

// Listener is where the client came in.
func (q *Request) Listener() *Listener { return q.greeting.listener }

// Accept lets the connection open, with what its script has used of its quota.
// Call from the tick goroutine, once Begin says so.
func (q *Request) Accept(m *Meter) { q.greeting.decide(decision{meter: m}) }

// Reject answers with another status than 101: Disconnected is all that follows.
// Call from the tick goroutine, once Begin says so.
func (q *Request) Reject(status int, text string, fields ...Field) {
	r := refuse(status, text)
	r.fields = fields
	q.greeting.decide(decision{refused: r})
}

// refusal is an answer other than 101.
type refusal struct {
	status int
	fields []Field
	text   string // the body, for people
	page   *Page  // the body in place of text, which is for the log then
}

func refuse(status int, text string) *refusal { return &refusal{status: status, text: text} }

func (r *refusal) Error() string { return r.text }

// bytes is the refusal on the wire.
func (r *refusal) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(r.status) + " " + reasonPhrase(r.status) + "\r\n")
	for _, f := range r.fields {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	body := r.text
	if body != "" {
		body += "\n"
	}
	if r.page != nil {
		body = r.page.Body
	}
	if !slices.ContainsFunc(r.fields, func(f Field) bool { return strings.EqualFold(f.Name, "Content-Type") }) {
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n")
	}
	b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	if r.status == http.StatusUpgradeRequired {
		b.WriteString("Connection: Upgrade, close\r\n\r\n") // RFC 9110 section 15.5.22
	} else {
		b.WriteString("Connection: close\r\n\r\n")
	}
	b.WriteString(body)
	return b.Bytes()
}

func reasonPhrase(status int) string {
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "Refused"
}

// hearing is what reading a request needs. It is pooled: what a handshake leaves
// behind would lie between the connections that stay.
type hearing struct {
	bounded io.LimitedReader
	in      *bufio.Reader
	head    bytes.Buffer
}

func newHearing() *hearing { return &hearing{in: bufio.NewReaderSize(nil, 2<<10)} }

// hear reads a client's request.
func (h *Hub) hear(r io.Reader) (q *Request, rest []byte, err error) {
	k := h.pool.hears.Get().(*hearing)
	q, rest, err = k.readRequest(r, h.o.MaxRequest)
	k.bounded.R = nil
	if k.head.Cap() <= keptScratch {
		h.pool.hears.Put(k)
	}
	return q, rest, err
}

// readRequest reads a request of at most limit bytes; rest came behind it: the
// first frames. What is no request is a refusal.
func (h *hearing) readRequest(r io.Reader, limit int) (q *Request, rest []byte, err error) {
	h.bounded = io.LimitedReader{R: r, N: int64(limit)}
	h.in.Reset(&h.bounded)
	h.head.Reset()
	q, err = h.parse()
	switch {
	case err == nil:
		rest, _ := h.in.Peek(h.in.Buffered())
		return q, slices.Clone(rest), nil
	case errors.Is(err, io.EOF) && h.bounded.N <= 0:
		return nil, nil, refuse(http.StatusRequestHeaderFieldsTooLarge, "the request has no end within "+strconv.Itoa(limit)+" bytes")
	case errors.Is(err, io.EOF):
		return nil, nil, fail(StageHandshake, CauseClosed, "the client hung up before its request was whole")
	case errors.As(err, new(*refusal)):
		return nil, nil, err
	}
	return nil, nil, ioFailure(StageHandshake, "lost the client during the handshake", err)
}

// parse reads the request line and the headers (RFC 9112 sections 3 and 5).
func (h *hearing) parse() (*Request, error) {
	bad := func(text string) (*Request, error) { return nil, refuse(http.StatusBadRequest, text) }
	line, err := readLine(h.in, &h.head)
	if err == nil && line == "" { // RFC 9112 section 2.2: one empty line is passed over
		line, err = readLine(h.in, &h.head)
	}
	if err != nil {
		return nil, err
	}
	parts := strings.Split(line, " ")
	if len(parts) != 3 || !httpguts.ValidHeaderFieldName(parts[0]) {
		return bad("this is no HTTP request: it begins with " + strconv.Quote(clip(line)))
	}
	q := &Request{method: parts[0], version: parts[2]}
	major, minor, ok := http.ParseHTTPVersion(q.version)
	switch {
	case !ok:
		return bad("the version " + strconv.Quote(clip(q.version)) + " is none of HTTP")
	case major != 1:
		return nil, refuse(http.StatusHTTPVersionNotSupported, "want HTTP/1.1")
	}
	if q.method != http.MethodGet { // whatever else it asks for
		r := refuse(http.StatusMethodNotAllowed, "this is a WebSocket server: want GET")
		r.fields = []Field{{"Allow", "GET"}}
		if q.method == http.MethodHead {
			r.page = &Page{} // whose answers have no body
		}
		return nil, r
	}
	fields, odd, err := readFields(h.in, &h.head)
	if err != nil {
		return nil, err
	}
	if odd != "" {
		return bad("the line " + strconv.Quote(clip(odd)) + " is no header")
	}
	for _, f := range fields {
		if !httpguts.ValidHeaderFieldName(f.Name) || !httpguts.ValidHeaderFieldValue(f.Value) {
			return bad("the header " + strconv.Quote(clip(f.Name)) + " holds what no header may")
		}
	}
	q.Headers = fields
	if !q.target(parts[1]) {
		return bad("the target " + strconv.Quote(clip(parts[1])) + " is no path")
	}
	if n := len(q.values("Host")); n > 1 || n == 0 && minor > 0 {
		return bad("the request has " + strconv.Itoa(n) + " Host headers: want one")
	}
	// Its body would be taken for frames.
	if len(q.values("Transfer-Encoding")) > 0 || slices.ContainsFunc(q.values("Content-Length"), func(v string) bool { return v != "0" }) {
		return bad("the request has a body: want none")
	}
	return q, nil
}

// target takes the request's target apart: a path and a query, or a whole URL as
// it is sent to proxies, which a server has to take too (RFC 9112 section 3.2.2).
func (q *Request) target(target string) bool {
	if scheme, rest, found := strings.Cut(target, "://"); found && !strings.ContainsAny(scheme, "/?") {
		at := strings.IndexAny(rest, "/?")
		if at < 0 {
			rest, at = rest+"/", len(rest)
		}
		if target = rest[at:]; target[0] == '?' {
			target = "/" + target
		}
	}
	if !strings.HasPrefix(target, "/") || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }) {
		return false
	}
	q.Path, q.Query, q.HasQuery = strings.Cut(target, "?")
	return true
}

// values returns what the headers of one name hold, in order.
func (q *Request) values(name string) []string { return valuesOf(q.Headers, name) }

// check holds the request against RFC 6455 section 4.2.1 and the listener's
// origins; nil if the script may be asked.
func (q *Request) check(o *Listening) *refusal {
	if q.version == "HTTP/1.0" || !hasToken(q.values("Upgrade"), "websocket") || !hasToken(q.values("Connection"), "upgrade") {
		return q.plain(o.Pages)
	}
	if v := q.values("Sec-WebSocket-Version"); len(v) != 1 || v[0] != "13" {
		r := refuse(http.StatusUpgradeRequired, "this server speaks version 13 of the WebSocket protocol")
		r.fields = []Field{{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}
		return r
	}
	keys := q.values("Sec-WebSocket-Key")
	if len(keys) != 1 {
		return refuse(http.StatusBadRequest, "the request has "+strconv.Itoa(len(keys))+" headers Sec-WebSocket-Key: want one")
	}
	if nonce, err := base64.StdEncoding.DecodeString(keys[0]); err != nil || len(nonce) != 16 {
		return refuse(http.StatusBadRequest, "the Sec-WebSocket-Key is not 16 bytes in base64")
	}
	q.key = keys[0]
	for part := range strings.SplitSeq(strings.Join(q.values("Sec-WebSocket-Protocol"), ","), ",") {
		switch protocol := strings.Trim(part, " \t"); {
		case protocol == "", slices.Contains(q.Protocols, protocol):
		case !httpguts.ValidHeaderFieldName(protocol):
			return refuse(http.StatusBadRequest, "the subprotocol "+strconv.Quote(clip(protocol))+" is no token")
		default:
			q.Protocols = append(q.Protocols, protocol)
		}
	}
	q.Origin = strings.Join(q.values("Origin"), ", ")
	if !originAllowed(o, q) {
		return refuse(http.StatusForbidden, "the origin "+strconv.Quote(clip(q.Origin))+" is not allowed here")
	}
	return nil
}
