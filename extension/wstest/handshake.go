package wstest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/gobwas/ws"
)

// serve is a connection's life: TLS, the handshake, its frames.
func (s *Server) serve(raw net.Conn, a Answer) {
	defer s.tasks.Done()
	defer s.remove(raw)
	if a.Drop == AtAccept {
		return
	}
	if a.Mute == AtAccept {
		io.Copy(io.Discard, raw)
		return
	}
	c := raw
	raw.SetDeadline(s.opts.Clock.Now().Add(s.opts.HandshakeTimeout))
	var serverName string
	if s.opts.TLS != nil {
		t := tls.Server(systemDeadlines{raw}, s.opts.TLS)
		if t.Handshake() != nil {
			return
		}
		serverName = t.ConnectionState().ServerName
		c = t
	}
	request, reader, err := readRequest(c)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return
	case err != nil:
		refusal := Answer{Status: 400, Body: err.Error() + "\n"}
		c.Write(refusal.bytes(nil))
		return
	}
	raw.SetDeadline(time.Time{})
	request.ServerName = serverName
	s.noteRequest(request)
	if s.opts.Respond != nil {
		a = s.opts.Respond(request)
	}
	if a.Respond != nil {
		if chosen, ok := a.Respond(request); ok {
			a = chosen
		}
	}
	switch {
	case a.Drop != Never:
		return
	case a.Mute != Never:
		io.Copy(io.Discard, reader)
		return
	}
	if status, err := request.check(); err != nil && a.Raw == "" && !a.refuses() {
		a = Answer{Status: status, Body: err.Error() + "\n", Header: map[string][]string{
			"Upgrade": {"websocket"}, "Sec-WebSocket-Version": {"13"},
		}}
	}
	if a.Delay > 0 && !s.sleep(a.Delay) {
		return
	}
	answer := a.bytes(request)
	if a.DropAfter > 0 && a.DropAfter < len(answer) {
		s.write(c, answer[:a.DropAfter], a.Trickle)
		return
	}
	if a.refuses() {
		if s.write(c, answer, a.Trickle) == nil && a.KeepOpen {
			io.Copy(io.Discard, reader)
		}
		if c != raw {
			c.Close() // with TLS's own goodbye
		}
		return
	}
	// The peer is there before the client knows that it is open; what it sends
	// waits for the answer.
	p := s.open(raw, newPeer(s, raw, c, &a, request))
	if p == nil {
		return
	}
	if err := s.write(c, answer, a.Trickle); err != nil {
		close(p.wrote)
		p.finish(err)
		return
	}
	// The peer owns its writer, which an ended queue or a failed write ends and
	// the peer's serve joins.
	go p.write()
	s.handle(p, a.Handler)
	p.serve(reader)
}

// handle starts the handler for p, the answer's own before the Options'.
func (s *Server) handle(p *Peer, handler func(*Peer)) {
	if handler == nil {
		handler = s.opts.Handler
	}
	if handler == nil {
		return
	}
	s.tasks.Add(1)
	// The server owns it, its own return ends it, Close joins it.
	go func() {
		defer s.tasks.Done()
		handler(p)
		p.Close(int(ws.StatusNormalClosure), "")
	}()
}

// systemDeadlines keeps crypto/tls from setting deadlines by the system's clock,
// which is not the connection's: its Close would find its own in the past and
// leave the goodbye out. CloseTimeout and Close bound those writes instead.
type systemDeadlines struct{ net.Conn }

func (systemDeadlines) SetWriteDeadline(time.Time) error { return nil }

// write sends an answer; with a pause it trickles.
func (s *Server) write(c net.Conn, answer []byte, pause time.Duration) error {
	if pause <= 0 {
		_, err := c.Write(answer)
		return err
	}
	for i := range answer {
		if _, err := c.Write(answer[i : i+1]); err != nil {
			return err
		}
		if !s.sleep(pause) {
			return net.ErrClosed
		}
	}
	return nil
}

// sleep waits by the clock; false if the server stopped meanwhile.
func (s *Server) sleep(d time.Duration) bool {
	over := make(chan struct{})
	cancel := s.opts.Clock.AfterFunc(d, func() { close(over) })
	defer cancel()
	select {
	case <-over:
		return true
	case <-s.stop:
		return false
	}
}
