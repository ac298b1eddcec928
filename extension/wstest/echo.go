package wstest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// NewEchoServer is a server that sends each message back as it came, with
// fragments joined, and picks the first subprotocol offered. It keeps no
// record, so it can run for long. The path asks for trouble:
//
//	/status/503         refuses with that status, 100 to 599
//	/close/4000/reason  closes so at once; the reason is percent-decoded
//	/mute               accepts, and then says nothing, not even a pong
//	/drop               accepts, and hangs up without a close frame
//
// A path that asks for what can't be is refused with 400 and a text that says
// why; every other one is echoed to. Answer, Respond, Handler and Echo of opts
// are not used.
func NewEchoServer(opts Options) (*Server, error) {
	opts.Answer = Answer{}
	opts.Handler = nil
	opts.Echo = true
	opts.Respond = echoAnswer
	return NewServer(opts)
}

// echoAnswer is what a request's path asks for.
func echoAnswer(r *Request) Answer {
	what, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	switch what {
	case "status":
		status, err := strconv.Atoi(rest)
		if err != nil || status < 100 || status > 599 {
			return badPath("/status/%s: the status must be a number from 100 to 599", rest)
		}
		return Answer{Status: status, Body: fmt.Sprintf("You asked for %d.\n", status)}
	case "close":
		return closeAnswer(rest)
	case "mute":
		return Answer{Silent: true}
	case "drop":
		return Answer{Handler: (*Peer).Drop}
	}
	return Answer{}
}

// closeAnswer is that of /close/CODE/REASON; both may be missing.
func closeAnswer(rest string) Answer {
	number, escaped, _ := strings.Cut(rest, "/")
	code := 0
	if number != "" {
		var err error
		code, err = strconv.Atoi(number)
		if err != nil || !closeCodeAllowed(code) {
			return badPath("/close/%s: that is no code that a server may close with (1000, 1001, 3000 to 4999 …)", number)
		}
	}
	reason, err := url.PathUnescape(escaped)
	switch {
	case err != nil:
		return badPath("/close: the reason: %v", err)
	case len(reason) > ws.MaxControlFramePayloadSize-2 || !utf8.ValidString(reason):
		return badPath("/close: the reason must be UTF-8 of at most %d bytes", ws.MaxControlFramePayloadSize-2)
	}
	return Answer{Handler: func(p *Peer) { p.Close(code, reason) }}
}

func badPath(format string, args ...any) Answer {
	return Answer{Status: 400, Body: fmt.Sprintf(format, args...) + "\n"}
}

// echoBack queues a message and waits, as nothing else does, until there is
// room: so a client that doesn't read is not read from either. A message larger
// than the whole backlog goes out once that is empty.
func (p *Peer) echoBack(h ws.Header, data []byte) error {
	var header bytes.Buffer
	if err := ws.WriteHeader(&header, h); err != nil {
		return err
	}
	return p.changed.until(context.Background(), func() bool {
		queued := len(p.queue) + p.writing
		switch {
		case p.hungUp || p.ending != notEnding || p.closeSent:
			return true // the next read ends it
		case queued > 0 && queued+len(data) > p.opts.Backlog:
			return false
		}
		p.queue = append(append(p.queue, header.Bytes()...), data...)
		p.writable.Signal()
		return true
	})
}
