package wstest

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxRequest = 64 << 10 // bytes of a request's head
	maxBody    = 1 << 20  // and of its body, where it has one
)

// Request is a handshake request as it came.
type Request struct {
	Method     string
	Target     string // as on the request line, with the query
	URL        *url.URL
	Proto      string // "HTTP/1.1"
	Host       string
	Header     http.Header // without Host, names in canonical form
	Protocols  []string    // the subprotocols offered, in order
	ServerName string      // the TLS client's SNI
	Raw        string      // the bytes from the method to the empty line
	Body       string      // of a request that is no handshake, at most 1 MiB
}

// Accept is the Sec-WebSocket-Accept that answers the request (RFC 6455, 4.2.2).
func (r *Request) Accept() string {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-Websocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// check says what keeps r from being a WebSocket handshake (RFC 6455, 4.2.1),
// and the status that tells the client so; 0 is a good one.
func (r *Request) check() (status int, err error) {
	key, keyErr := base64.StdEncoding.DecodeString(r.Header.Get("Sec-Websocket-Key"))
	switch {
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, fmt.Errorf("the method is %s, not GET", r.Method)
	case !hasToken(r.Header["Upgrade"], "websocket"), !hasToken(r.Header["Connection"], "upgrade"):
		return http.StatusUpgradeRequired, errors.New("this is a WebSocket server: the request needs Connection: Upgrade and Upgrade: websocket")
	case r.Proto != "HTTP/1.1":
		return http.StatusHTTPVersionNotSupported, fmt.Errorf("the version is %s, not HTTP/1.1", r.Proto)
	case r.Host == "":
		return http.StatusBadRequest, errors.New("there is no Host header")
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return http.StatusUpgradeRequired, errors.New("Sec-WebSocket-Version is not 13")
	case keyErr != nil || len(key) != 16 || len(r.Header["Sec-Websocket-Key"]) != 1:
		return http.StatusBadRequest, errors.New("Sec-WebSocket-Key is not 16 bytes in base64")
	}
	return 0, nil
}

// readRequest reads one from src. What follows it is in the reader returned.
func readRequest(src io.Reader) (*Request, *bufio.Reader, error) {
	limit := &io.LimitedReader{R: src, N: maxRequest}
	var raw bytes.Buffer
	r := bufio.NewReader(io.TeeReader(limit, &raw))
	parsed, err := http.ReadRequest(r)
	if err != nil {
		if limit.N <= 0 {
			err = fmt.Errorf("longer than %d bytes", maxRequest)
		}
		return nil, nil, fmt.Errorf("wstest: read the handshake request: %w", err)
	}
	rest, _ := r.Peek(r.Buffered())
	request := &Request{
		Method: parsed.Method,
		Target: parsed.RequestURI,
		URL:    parsed.URL,
		Proto:  parsed.Proto,
		Host:   parsed.Host,
		Header: parsed.Header,
		Raw:    string(raw.Bytes()[:raw.Len()-len(rest)]),
	}
	for _, list := range parsed.Header["Sec-Websocket-Protocol"] {
		for _, protocol := range strings.Split(list, ",") {
			if protocol = strings.TrimSpace(protocol); protocol != "" {
				request.Protocols = append(request.Protocols, protocol)
			}
		}
	}
	if !hasToken(parsed.Header["Upgrade"], "websocket") {
		return request, bufio.NewReader(src), request.readBody(parsed, limit)
	}
	return request, bufio.NewReader(io.MultiReader(bytes.NewReader(rest), src)), nil
}

// readBody reads what follows the head of a request for something else than a
// WebSocket. Nothing is expected behind it.
func (r *Request) readBody(parsed *http.Request, limit *io.LimitedReader) error {
	limit.N += maxBody
	body, err := io.ReadAll(io.LimitReader(parsed.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("longer than %d bytes", maxBody)
	}
	if err != nil {
		return fmt.Errorf("wstest: read the request's body: %w", err)
	}
	r.Body = string(body)
	return nil
}

// hasToken looks for a token in comma-separated lists, whatever its case.
func hasToken(lists []string, token string) bool {
	for _, list := range lists {
		for _, item := range strings.Split(list, ",") {
			if strings.EqualFold(strings.TrimSpace(item), token) {
				return true
			}
		}
	}
	return false
}
