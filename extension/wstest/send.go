package wstest

import (
	"bytes"
	"context"
	"net"

	"github.com/gobwas/ws"
)

// Send queues a text message. What is not UTF-8 goes out all the same. The
// error of this and the other sends is ErrClosing or ErrBacklog.
func (p *Peer) Send(text string) error { return p.send(ws.OpText, text) }

// SendBinary queues a binary message.
func (p *Peer) SendBinary(data string) error { return p.send(ws.OpBinary, data) }

// Ping queues a ping.
func (p *Peer) Ping(payload string) error { return p.send(ws.OpPing, payload) }

// send queues a proper frame, unless a close frame went before it.
func (p *Peer) send(op ws.OpCode, payload string) error {
	p.mu.Lock()
	closing := p.closeSent
	p.mu.Unlock()
	if closing {
		return ErrClosing
	}
	return p.SendFrame(ws.Header{Fin: true, OpCode: op, Length: int64(len(payload))}, payload)
}

// SendFrame queues a frame of any kind, also a broken one: the header goes out
// as given, its length is not made to fit the payload, and the payload is masked
// only if the header says so. A close frame counts as this side's, and more
// may follow it.
func (p *Peer) SendFrame(h ws.Header, payload string) error {
	var b bytes.Buffer
	b.Grow(ws.MaxHeaderSize + len(payload))
	if err := ws.WriteHeader(&b, h); err != nil {
		return err
	}
	start := b.Len()
	b.WriteString(payload)
	if h.Masked {
		ws.Cipher(b.Bytes()[start:], h.Mask, 0)
	}
	return p.enqueue(b.Bytes(), h.OpCode == ws.OpClose)
}

// SendRaw queues any bytes.
func (p *Peer) SendRaw(data []byte) error { return p.enqueue(data, false) }

// Buffered is how many bytes are queued and not written.
func (p *Peer) Buffered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue) + p.writing
}

// Flush waits until everything queued is written.
func (p *Peer) Flush(ctx context.Context) error {
	lost := false
	err := p.changed.until(ctx, func() bool {
		left := len(p.queue) + p.writing
		lost = p.gone && left > 0
		return left == 0 || lost
	})
	if err == nil && lost {
		return net.ErrClosed
	}
	return err
}

// enqueue hands b to the writer.
func (p *Peer) enqueue(b []byte, isClose bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.gone, p.ending != notEnding:
		return ErrClosing
	case len(p.queue)+p.writing+len(b) > p.opts.Backlog:
		return ErrBacklog
	}
	p.closeSent = p.closeSent || isClose
	p.queue = append(p.queue, b...)
	p.writable.Signal()
	return nil
}

// write is the writer: one write for all that was queued meanwhile, and in the
// end what ending says. On failure it hangs up, and the reader ends the rest.
func (p *Peer) write() {
	defer close(p.wrote)
	var spare []byte
	for {
		p.mu.Lock()
		for len(p.queue) == 0 && p.ending == notEnding && !p.gone {
			p.writable.Wait()
		}
		batch := p.queue
		p.queue = spare[:0]
		p.writing = len(batch)
		end, gone := p.ending, p.gone
		p.mu.Unlock()

		if gone {
			return
		}
		if len(batch) > 0 {
			if _, err := p.conn.Write(batch); err != nil {
				p.hangUp()
				return
			}
		}
		if spare = batch; cap(spare) > 64<<10 {
			spare = nil
		}
		p.mu.Lock()
		p.writing = 0
		p.changed.notify()
		p.mu.Unlock()

		switch end {
		case endClose:
			p.conn.Close()
			return
		case endDrop:
			p.hangUp()
			return
		case endLinger:
			if c, ok := p.conn.(interface{ CloseWrite() error }); ok {
				c.CloseWrite()
			}
			return
		}
	}
}
