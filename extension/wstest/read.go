package wstest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// ProtocolError is a client's violation, and the close code it was failed with.
type ProtocolError struct {
	Code int
	Err  error
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("wstest: read: %v (%d)", e.Err, e.Code) }

func (e *ProtocolError) Unwrap() error { return e.Err }

func violation(code ws.StatusCode, err error) error {
	return &ProtocolError{Code: int(code), Err: err}
}

// errHandshakeDone is the end after both close frames.
var errHandshakeDone = errors.New("closed by both")

// serve reads until the connection ends. Its goroutine is the server's, for
// this connection.
func (p *Peer) serve(src *bufio.Reader) {
	r := reader{peer: p, src: src, state: ws.StateServerSide}
	if p.extended {
		r.state = r.state.Set(ws.StateExtended)
	}
	var err error
	for err == nil {
		err = r.frame()
	}
	var broken *ProtocolError
	switch {
	case errors.Is(err, errHandshakeDone):
		err = nil
	case errors.As(err, &broken):
		p.mu.Lock()
		p.closeFrame(closeBody(broken.Code, broken.Err.Error()))
		p.end(endLinger)
		p.mu.Unlock()
		io.Copy(io.Discard, src) // a hang-up with bytes unread would reset the close frame away
	default:
		p.mu.Lock()
		if p.closeSent && p.closeCode != 0 {
			err = nil // the end is part of the close handshake
		}
		p.mu.Unlock()
	}
	p.finish(err)
}

// reader joins frames to messages. It is the peer's serve's alone.
type reader struct {
	peer    *Peer
	src     *bufio.Reader
	state   ws.State
	kind    ws.OpCode    // of the message being joined
	plain   bool         // it is not compressed, so its text can be checked
	message bytes.Buffer // its fragments so far
	checked int          // bytes of it known to be UTF-8
	payload bytes.Buffer // of one frame
}

// frame reads one, checks it and acts on it.
func (r *reader) frame() error {
	p := r.peer
	err := p.changed.until(context.Background(), func() bool {
		full := p.recorded > p.opts.Record && p.next < len(p.messages)
		return !p.paused && !full || p.hungUp || p.ending != notEnding
	})
	if err != nil {
		return err
	}
	h, err := ws.ReadHeader(r.src)
	if errors.Is(err, ws.ErrHeaderLengthMSB) || errors.Is(err, ws.ErrHeaderLengthUnexpected) {
		return violation(ws.StatusProtocolError, err)
	}
	if err != nil {
		return err
	}
	if err := ws.CheckHeader(h, r.state); err != nil {
		return violation(ws.StatusProtocolError, err)
	}
	limit := p.opts.MaxMessage
	if h.OpCode.IsData() && h.Length > int64(limit-r.message.Len()) {
		return violation(ws.StatusMessageTooBig, fmt.Errorf("the message is larger than %d bytes", limit))
	}
	r.payload.Reset() // grows as the bytes arrive, not by what was declared
	if _, err := io.CopyN(&r.payload, r.src, h.Length); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	data := r.payload.Bytes()
	ws.Cipher(data, h.Mask, 0)
	if !p.opts.Echo {
		p.recordFrame(Frame{Header: h, Payload: string(data)})
	}
	if h.OpCode.IsControl() {
		return r.control(h.OpCode, data)
	}
	return r.data(h, data)
}

// control answers a ping or a close, as far as the peer is told to.
func (r *reader) control(op ws.OpCode, data []byte) error {
	p := r.peer
	if op == ws.OpClose {
		code, reason := ws.ParseCloseFrameData(data)
		switch {
		case len(data) == 0:
			code = ws.StatusNoStatusRcvd
		case len(data) == 1:
			return violation(ws.StatusProtocolError, errors.New("a close frame with half a code"))
		case !utf8.ValidString(reason):
			return violation(ws.StatusInvalidFramePayloadData, ws.ErrProtocolInvalidUTF8)
		case !closeCodeAllowed(int(code)):
			return violation(ws.StatusProtocolError, fmt.Errorf("a close frame with code %d", code))
		}
		return r.closed(int(code), reason, data)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	list := &p.pongs
	if op == ws.OpPing {
		list = &p.pings
		if p.autoPong && p.ending == notEnding && !p.closeSent && len(p.queue)+p.writing < p.opts.Backlog {
			p.queue = append(p.queue, ws.MustCompileFrame(ws.NewPongFrame(data))...)
			p.writable.Signal()
		}
	}
	if !p.opts.Echo {
		*list = append(*list, string(data))
	}
	p.changed.notify()
	return nil
}

// closed notes the client's close frame and answers it.
func (r *reader) closed(code int, reason string, body []byte) error {
	p := r.peer
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closeCode == 0 {
		p.closeCode, p.reason = code, reason
	}
	p.changed.notify()
	if !p.autoClose {
		return nil
	}
	p.closeFrame(body)
	p.end(endClose)
	return errHandshakeDone
}

// data joins a fragment and passes the message on once it is whole.
func (r *reader) data(h ws.Header, data []byte) error {
	if h.OpCode != ws.OpContinuation {
		r.kind = h.OpCode
		r.plain = h.Rsv == 0
		r.checked = 0
		r.message.Reset()
	}
	r.message.Write(data)
	if r.kind == ws.OpText && r.plain && !r.text(h.Fin) {
		return violation(ws.StatusInvalidFramePayloadData, errors.New("a text message is not UTF-8"))
	}
	if !h.Fin {
		r.state = r.state.Set(ws.StateFragmented)
		return nil
	}
	r.state = r.state.Clear(ws.StateFragmented)
	whole := r.message.Bytes()
	defer r.drop()
	return r.deliver(whole)
}

// text checks what has come of a text since the last call; a rune may be cut
// off at the end as long as it is not the last.
func (r *reader) text(last bool) bool {
	rest := r.message.Bytes()[r.checked:]
	for len(rest) > 0 {
		n, size := utf8.DecodeRune(rest)
		if n == utf8.RuneError && size == 1 {
			if !last && !utf8.FullRune(rest) {
				return true
			}
			return false
		}
		rest = rest[size:]
		r.checked += size
	}
	return true
}

// drop makes room for the next message, and gives large buffers back.
func (r *reader) drop() {
	for _, b := range []*bytes.Buffer{&r.message, &r.payload} {
		if b.Cap() > 64<<10 {
			*b = bytes.Buffer{}
		}
		b.Reset()
	}
}

// deliver records a message or sends it back.
func (r *reader) deliver(whole []byte) error {
	p := r.peer
	p.mu.Lock()
	echo := p.echo
	p.mu.Unlock()
	if !p.opts.Echo {
		p.record(Message{Type: r.kind, Data: string(whole)})
	}
	if !echo {
		return nil
	}
	header := ws.Header{Fin: true, OpCode: r.kind, Length: int64(len(whole))}
	return p.echoBack(header, whole)
}
