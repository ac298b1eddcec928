package wire

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gobwas/httphead"
)

// acceptGUID is what RFC 6455 section 1.3 has the server append to the key.
const acceptGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// interim is how many 1xx answers may come before the final one.
const interim = 16

// OwnHeader tells whether a header is the handshake's own: a script may not set
// it (RFC 6455 section 4.1).
func OwnHeader(name string) bool {
	switch strings.ToLower(name) {
	case "upgrade", "connection", "sec-websocket-key", "sec-websocket-version",
		"sec-websocket-extensions", "sec-websocket-accept":
		return true
	}
	return false
}

// accept is the Sec-WebSocket-Accept that answers key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + acceptGUID))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// request is the client's opening handshake (RFC 6455 section 4.1). The
// script's fields are checked where they are read: names are tokens, values
// hold no line breaks.
func request(a *address, t *Target, key string) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(value)
		b.WriteString("\r\n")
	}
	has := func(name string) bool {
		return slices.ContainsFunc(t.Header, func(f Field) bool { return strings.EqualFold(f.Name, name) })
	}
	b.WriteString("GET " + a.target + " HTTP/1.1\r\n")
	if !has("Host") {
		field("Host", a.header())
	}
	field("Upgrade", "websocket")
	field("Connection", "Upgrade")
	field("Sec-WebSocket-Key", key)
	field("Sec-WebSocket-Version", "13")
	if len(t.Protocols) > 0 {
		field("Sec-WebSocket-Protocol", strings.Join(t.Protocols, ", "))
	}
	if t.Compression != nil {
		field("Sec-WebSocket-Extensions", t.Compression.offer())
	}
	if a.login != "" && !has("Authorization") {
		field("Authorization", a.login)
	}
	for _, f := range t.Header {
		field(f.Name, f.Value)
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// readAnswer reads the server's answer, at most limit bytes of it: the final
// response and the bytes that came behind it, the first frames. An answer other
// than a switch of protocols has its body, cut where the limit or an error cut
// it: the status and headers are worth more than its end. If redirects are
// followed, the body of one is left unread: it may never end.
func readAnswer(r io.Reader, limit int, following bool) (*Response, []byte, error) {
	bounded := &io.LimitedReader{R: r, N: int64(limit)}
	in := bufio.NewReaderSize(bounded, 4096)
	for range interim {
		response, head, err := readHead(in)
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				if bounded.N <= 0 {
					return nil, nil, fail(StageHandshake, CauseOther, "the server's answer has no end within %d bytes", limit)
				}
				return nil, nil, fail(StageHandshake, CauseClosed, "the server hung up before it answered the handshake")
			}
			return nil, nil, err
		}
		switch {
		case response.Status == http.StatusSwitchingProtocols && !response.old():
			rest, _ := in.Peek(in.Buffered())
			return response, slices.Clone(rest), nil
		case response.Status >= 100 && response.Status < 200 && !response.old():
			continue // RFC 9110 section 15.2: interim
		case following && response.redirects():
			return response, nil, nil
		}
		response.Body = readBody(head, in)
		return response, nil, nil
	}
	return nil, nil, fail(StageHandshake, CauseOther, "the server sent %d interim answers and no final one", interim)
}

// readHead reads one status line and the headers behind it, and gives them
// taken apart and as they came.
func readHead(in *bufio.Reader) (*Response, []byte, error) {
	var head bytes.Buffer
	line, err := readLine(in, &head)
	if err != nil {
		return nil, nil, err
	}
	response := &Response{}
	version, rest, _ := strings.Cut(line, " ")
	status, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(status)
	if !strings.HasPrefix(version, "HTTP/") || err != nil || len(status) != 3 || n < 100 {
		return nil, nil, fail(StageHandshake, CauseOther, "the server does not speak HTTP: it answered %q", clip(line))
	}
	response.Status, response.version = n, version
	fields, odd, err := readFields(in, &head)
	switch {
	case err != nil:
		return nil, nil, err
	case odd != "":
		return nil, nil, fail(StageHandshake, CauseOther, "the server's answer holds the line %q, which is no header", clip(odd))
	}
	response.Headers = fields
	return response, head.Bytes(), nil
}

// readFields reads header lines up to the empty one. odd is a line that is none.
func readFields(in *bufio.Reader, head *bytes.Buffer) (fields []Field, odd string, err error) {
	for {
		line, err := readLine(in, head)
		if err != nil || line == "" {
			return fields, "", err
		}
		name, value, found := strings.Cut(line, ":")
		if !found || name == "" || strings.ContainsAny(name, " \t") {
			return nil, line, nil
		}
		fields = append(fields, Field{name, strings.Trim(value, " \t")})
	}
}

// readLine reads up to a line feed, keeps the bytes in head and returns the
// text.
func readLine(in *bufio.Reader, head *bytes.Buffer) (string, error) {
	start := head.Len()
	for {
		part, err := in.ReadSlice('\n')
		head.Write(part)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue // bounded by the limited reader below
		}
		if err != nil {
			return "", err
		}
		line := head.Bytes()[start:]
		return string(bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))), nil
	}
}

// readBody reads the body that belongs to head, as far as it comes.
func readBody(head []byte, in io.Reader) string {
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(bytes.NewReader(head), in)), nil)
	if err != nil {
		return ""
	}
	body, _ := io.ReadAll(response.Body) // what came is what there is
	response.Body.Close()
	return string(body)
}

// old tells whether the answer is of a version before HTTP/1.1, which can't
// switch protocols.
func (r *Response) old() bool { return r.version == "HTTP/1.0" || r.version == "HTTP/0.9" }

// values returns what the fields of one name hold, in order.
func (r *Response) values(name string) []string { return valuesOf(r.Headers, name) }

// valuesOf returns what the fields of one name hold, in order.
func valuesOf(fields []Field, name string) (values []string) {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// verify holds the answer against RFC 6455 section 4.1: what the server must
// have said for the connection to be open.
func (r *Response) verify(key string, offered []string) error {
	bad := func(format string, args ...any) error {
		f := fail(StageHandshake, CauseOther, format, args...)
		f.response = r
		return f
	}
	if r.Status != http.StatusSwitchingProtocols || r.old() {
		f := fail(StageHandshake, CauseStatus, "the server answered %d %s", r.Status, http.StatusText(r.Status))
		if r.old() {
			f = fail(StageHandshake, CauseStatus, "the server answered %d %s in %s, which knows no websockets", r.Status, http.StatusText(r.Status), r.version)
		}
		if r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden || r.Status == http.StatusProxyAuthRequired {
			f.cause = CauseAuth
		}
		f.response = r
		return f
	}
	if !hasToken(r.values("Upgrade"), "websocket") {
		return bad("the server's answer has no header \"Upgrade: websocket\"")
	}
	if !hasToken(r.values("Connection"), "upgrade") {
		return bad("the server's answer has no header \"Connection: Upgrade\"")
	}
	switch got := r.values("Sec-WebSocket-Accept"); {
	case len(got) != 1:
		return bad("the server's answer has %d headers Sec-WebSocket-Accept: want one", len(got))
	case got[0] != accept(key):
		return bad("the server's Sec-WebSocket-Accept does not answer our key")
	}
	switch got := r.values("Sec-WebSocket-Protocol"); {
	case len(got) > 1:
		return bad("the server picked %d subprotocols: want one at most", len(got))
	case len(got) == 1 && !slices.Contains(offered, got[0]):
		return bad("the server picked the subprotocol %q, which was not offered", clip(got[0]))
	case len(got) == 1:
		r.Protocol = got[0]
	}
	return nil
}

// hasToken tells whether one of the comma-separated lists holds token, in any
// case.
func hasToken(values []string, token string) bool {
	for _, v := range values {
		found := false
		httphead.ScanTokens([]byte(v), func(t []byte) bool {
			found = strings.EqualFold(string(t), token)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}
