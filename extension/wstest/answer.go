package wstest

import (
	"bytes"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Point is where in the handshake something happens.
type Point int

const (
	Never     Point = iota
	AtAccept        // as soon as TCP is there, before TLS
	AtRequest       // once the request was read
)

// NoProtocol as Answer.Protocol picks none of what was offered.
const NoProtocol = "-"

// Answer is what a server does with a handshake. The zero value accepts it as
// RFC 6455 asks, with the first subprotocol offered.
type Answer struct {
	Drop  Point         // hang up there, without a word
	Mute  Point         // say nothing from there on, until the client leaves
	Delay time.Duration // before the answer

	// Status refuses with it, unless it is 0 or 101.
	Status int
	// Body is that of a refusal; its length goes into the header.
	Body string
	// Header replaces or adds to the answer's, a wrong Sec-WebSocket-Accept for
	// one. A name without values (nil) takes that header away. Names are sent
	// as written.
	Header map[string][]string
	// Proto is the version in the status line. Default "HTTP/1.1".
	Proto string
	// Protocol is the subprotocol picked, offered or not. Default: the first
	// that is offered.
	Protocol string
	// Raw, if not empty, is sent as the whole answer; {accept} in it becomes the
	// right Sec-WebSocket-Accept. Whatever it says, the connection then is a peer.
	Raw string

	// First follows the answer in the same write: frames that come with the 101.
	First string
	// DropAfter hangs up after so many bytes of the answer. 0 is off; Drop at
	// AtRequest is none of them.
	DropAfter int
	// Trickle pauses so long after each byte of the answer.
	Trickle time.Duration
	// KeepOpen leaves the connection open after a refusal, as if the body had no end.
	KeepOpen bool

	Silent  bool        // the peer answers neither pings nor a close
	Paused  bool        // the peer reads nothing until Pause(false)
	Echo    bool        // the peer sends each message back
	Handler func(*Peer) // instead of the Options'

	// Respond, if set, may choose another answer once the request was read; false
	// is to go on with this one. It may take its time. Safe from any goroutine.
	Respond func(*Request) (Answer, bool)
}

// refuses tells whether the client can't be a peer after a.
func (a *Answer) refuses() bool {
	return a.Raw == "" && a.Status != 0 && a.Status != http.StatusSwitchingProtocols
}

// protocol is the one that a picks.
func (a *Answer) protocol(r *Request) string {
	switch {
	case a.Protocol == NoProtocol:
		return ""
	case a.Protocol != "":
		return a.Protocol
	case len(r.Protocols) > 0:
		return r.Protocols[0]
	}
	return ""
}

// bytes is the answer to r on the wire, First included.
func (a *Answer) bytes(r *Request) []byte {
	if a.Raw != "" {
		return []byte(strings.ReplaceAll(a.Raw, "{accept}", r.Accept()) + a.First)
	}
	header := map[string][]string{}
	status := a.Status
	if a.refuses() {
		header["Connection"] = []string{"close"}
		if !a.KeepOpen && bodyAllowed(status) {
			header["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
		}
		if a.Body != "" {
			header["Content-Type"] = []string{"text/plain; charset=utf-8"}
		}
	} else {
		status = http.StatusSwitchingProtocols
		header["Upgrade"] = []string{"websocket"}
		header["Connection"] = []string{"Upgrade"}
		header["Sec-WebSocket-Accept"] = []string{r.Accept()}
		if picked := a.protocol(r); picked != "" {
			header["Sec-WebSocket-Protocol"] = []string{picked}
		}
	}
	for name, values := range a.Header {
		for own := range header {
			if strings.EqualFold(own, name) {
				delete(header, own)
			}
		}
		header[name] = values
	}
	proto := a.Proto
	if proto == "" {
		proto = "HTTP/1.1"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %s\r\n", proto, status, http.StatusText(status))
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	if a.refuses() && bodyAllowed(status) {
		b.WriteString(a.Body)
	}
	b.WriteString(a.First)
	return b.Bytes()
}

// extended tells whether a agrees to an extension, so that RSV bits may be set.
func (a *Answer) extended() bool {
	for name, values := range a.Header {
		if strings.EqualFold(name, "Sec-WebSocket-Extensions") && len(values) > 0 {
			return true
		}
	}
	return strings.Contains(strings.ToLower(a.Raw), "\nsec-websocket-extensions:")
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
