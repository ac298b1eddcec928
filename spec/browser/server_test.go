package browser

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/tickwire/tickwire/extension/wstest"
)

// unheard is the path of clients that give up: whether the server hears of them
// is a matter of luck, so told leaves them out.
const unheard = "/unheard"

// answers say what the server does by the request's path.
var answers = map[string]wstest.Answer{
	"/":     {},
	"/echo": {Echo: true},

	"/drop-request": {Drop: wstest.AtRequest},
	"/drop-midst":   {DropAfter: 40},
	"/raw":          {Raw: "Who are you?\r\n\r\n"},
	"/http10":       {Proto: "HTTP/1.0"},
	"/first":        {First: "\x81\x05first\x82\x01\x00", Handler: stay(wstestClose(1000, ""))},

	"/two-binary":  {Handler: stay(send(ws.OpBinary, "\x01"), send(ws.OpBinary, "\x02"), wstestClose(1000, ""))},
	"/three":       {Handler: stay(send(ws.OpText, "1"), send(ws.OpText, "2"), send(ws.OpText, "3"))},
	"/half-code":   {Handler: stay(send(ws.OpClose, "\x03"))},
	"/bad-reason":  {Handler: stay(send(ws.OpClose, "\x03\xe8\xff"))},
	"/long-ping":   {Handler: stay(send(ws.OpPing, strings.Repeat("p", 126)))},
	"/ping":        {Handler: stay(send(ws.OpPing, "are you there"), wstestClose(1000, ""))},
	"/pong":        {Handler: stay(send(ws.OpPong, "nobody asked"), send(ws.OpText, "on"), wstestClose(1000, ""))},
	"/bad-text":    {Handler: stay(send(ws.OpText, "gr\xff"))},
	"/after-close": {Handler: stay(send(ws.OpClose, "\x03\xe8"), send(ws.OpText, "late"))},

	"/messages-close": {Handler: stay(send(ws.OpText, "1"), send(ws.OpText, ""), send(ws.OpBinary, ""), wstestClose(4001, "done"))},
	"/fragments":      {Handler: stay(part(ws.OpText, "one "), part(0, ""), part(0, "two "), send(0, "three"), wstestClose(1000, ""))},
	"/fragments-ping": {Handler: stay(part(ws.OpBinary, "a"), send(ws.OpPing, "here"), send(0, "b"), wstestClose(1000, ""))},
	"/cut-letter":     {Handler: stay(part(ws.OpText, "gr\xc3"), send(0, "\xbc\xc3\x9f"), wstestClose(1000, ""))},
	"/half-letter":    {Handler: stay(part(ws.OpText, "gr\xc3"), send(0, ""))},
	"/ping-fragment":  {Handler: stay(part(ws.OpPing, "p"))},
	"/continuation":   {Handler: stay(send(0, "of nothing"))},
	"/interleaved":    {Handler: stay(part(ws.OpText, "one"), send(ws.OpText, "two"))},
	"/rsv":            {Handler: stay(frame(ws.Header{Fin: true, Rsv: 4, OpCode: ws.OpText, Length: 1}, "r"))},
	"/masked":         {Handler: stay(frame(ws.Header{Fin: true, OpCode: ws.OpText, Masked: true, Mask: [4]byte{1, 2, 3, 4}, Length: 1}, "m"))},

	"/drop":          {Handler: stay((*wstest.Peer).Drop)},
	"/message-drop":  {Handler: stay(send(ws.OpText, "last"), (*wstest.Peer).Drop)},
	"/frame-drop":    {Handler: stay(raw("\x81\x0aonly"), (*wstest.Peer).Drop)},
	"/fragment-drop": {Handler: stay(part(ws.OpText, "one"), (*wstest.Peer).Drop)},
	"/reset": {Handler: func(p *wstest.Peer) {
		if _, err := p.Next(context.Background()); err == nil { // the client is open for sure
			p.Reset()
		}
	}},
	"/other-answer": {Silent: true, Handler: stay(answerClose(wstestClose(4005, "another")))},
	"/drop-answer":  {Silent: true, Handler: stay(answerClose((*wstest.Peer).Drop))},
	"/count":        {},
	unheard:         {},
}

// respond is the answer to a request; some paths have arguments.
func respond(r *wstest.Request) wstest.Answer {
	if answer, ok := answers[r.URL.Path]; ok {
		return answer
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	argument := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	number, _ := strconv.Atoi(argument(1))
	switch parts[0] {
	case "status":
		return wstest.Answer{Status: number, Header: map[string][]string{"Location": {"/"}}}
	case "protocol":
		return wstest.Answer{Protocol: argument(1)}
	case "header":
		if argument(2) == "" {
			return wstest.Answer{Header: map[string][]string{argument(1): nil}}
		}
		return wstest.Answer{Header: map[string][]string{argument(1): {argument(2)}}}
	case "close":
		return wstest.Answer{Handler: stay(wstestClose(number, argument(2)))}
	case "opcode":
		return wstest.Answer{Handler: stay(send(ws.OpCode(number), "x"))}
	case "target":
		return wstest.Answer{Handler: stay(send(ws.OpText, r.Target))}
	case "login":
		if r.Header.Get("Authorization") == "" {
			return wstest.Answer{Status: 401, Header: map[string][]string{"WWW-Authenticate": {`Basic realm="test"`}}}
		}
		return wstest.Answer{Handler: stay(send(ws.OpText, r.Header.Get("Authorization")))}
	}
	return wstest.Answer{Status: 400, Body: "no such path"}
}

// stay does some things and then waits for the end.
func stay(steps ...func(*wstest.Peer)) func(*wstest.Peer) {
	return func(p *wstest.Peer) {
		for _, step := range steps {
			step(p)
		}
		<-p.Done()
	}
}

func frame(h ws.Header, payload string) func(*wstest.Peer) {
	return func(p *wstest.Peer) { p.SendFrame(h, payload) }
}

func send(code ws.OpCode, payload string) func(*wstest.Peer) {
	return frame(ws.Header{Fin: true, OpCode: code, Length: int64(len(payload))}, payload)
}

func part(code ws.OpCode, payload string) func(*wstest.Peer) {
	return frame(ws.Header{OpCode: code, Length: int64(len(payload))}, payload)
}

func raw(bytes string) func(*wstest.Peer) {
	return func(p *wstest.Peer) { p.SendRaw([]byte(bytes)) }
}

// wstestClose begins the close handshake, with any code; 0 for none.
func wstestClose(code int, reason string) func(*wstest.Peer) {
	return func(p *wstest.Peer) { p.Close(code, reason) }
}

// answerClose does something when the client has closed.
func answerClose(step func(*wstest.Peer)) func(*wstest.Peer) {
	return func(p *wstest.Peer) {
		if _, _, err := p.WaitClosed(context.Background()); err == nil {
			step(p)
		}
	}
}

// startServer starts a server for one scenario.
func startServer(t *testing.T) *wstest.Server {
	t.Helper()
	server, err := wstest.NewServer(wstest.Options{Respond: respond})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// told is what the server has to tell in the end: each client's requests,
// messages and close.
func told(server *wstest.Server) (lines []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server.WaitGone(ctx) // what is left then is told, too
	for _, peer := range server.Peers() {
		if peer.Request().Target == unheard {
			continue
		}
		line := fmt.Sprintf("server: %s %q %d messages", peer.Request().Target, peer.Request().Protocols, len(peer.Received()))
		if pongs := peer.Pongs(); len(pongs) > 0 {
			line += fmt.Sprintf(", pongs %q", pongs)
		}
		if code, _, ok := peer.Closed(); ok { // reasons are told by close events
			line += fmt.Sprintf(", closed with %d", code)
		} else if peer.Gone() {
			line += ", gone"
		} else {
			line += ", still there"
		}
		lines = append(lines, line)
	}
	return lines
}
