package wstest

import (
	"net"

	"github.com/gobwas/ws"
)

// Close queues a close frame and, once the client has answered it, hangs up;
// after Options.CloseTimeout it hangs up anyway. Code 0 sends a close frame
// without a code. Code and reason are not checked, the reason is cut to 123
// bytes. A second call does nothing.
func (p *Peer) Close(code int, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closeFrame(closeBody(code, reason)) {
		p.hangUpLater()
	}
}

// Drop hangs up, without a close frame and without TLS's goodbye, once what is
// queued is written or Options.CloseTimeout is over.
func (p *Peer) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end(endDrop)
}

// Reset breaks the connection at once; the client gets a reset.
func (p *Peer) Reset() {
	switch c := p.raw.(type) {
	case *Conn:
		c.Reset()
	case *net.TCPConn:
		c.SetLinger(0)
	}
	p.hangUp()
}

// hangUp closes the connection under everybody who works with it.
func (p *Peer) hangUp() {
	p.mu.Lock()
	p.hungUp = true
	p.changed.notify()
	p.mu.Unlock()
	p.raw.Close()
}

// leave sends 1001 if nothing else ends the connection yet, and hangs up
// without waiting for the answer.
func (p *Peer) leave() {
	p.mu.Lock()
	p.closeFrame(closeBody(int(ws.StatusGoingAway), ""))
	p.end(endClose)
	lingers := p.ending == endLinger
	p.mu.Unlock()
	if lingers {
		p.hangUp()
	}
}

// closeFrame queues a close frame if none was sent. mu is held.
func (p *Peer) closeFrame(body []byte) bool {
	if p.closeSent || p.gone || p.ending != notEnding {
		return false
	}
	p.closeSent = true
	p.queue = append(p.queue, ws.MustCompileFrame(ws.NewCloseFrame(body))...)
	p.writable.Signal()
	return true
}

// end seals the queue and says how to end once it is written. The first call
// counts. mu is held.
func (p *Peer) end(how ending) {
	if p.ending != notEnding || p.gone {
		return
	}
	p.ending = how
	p.writable.Signal()
	p.changed.notify()
	p.hangUpLater()
}

// hangUpLater bounds whatever is going on by CloseTimeout. mu is held.
func (p *Peer) hangUpLater() {
	if p.stopTimer == nil && !p.gone {
		p.stopTimer = p.opts.Clock.AfterFunc(p.opts.CloseTimeout, p.hangUp)
	}
}

// finish is the end of the connection: the reader's last act.
func (p *Peer) finish(err error) {
	p.mu.Lock()
	wait := err == nil && p.ending != notEnding
	p.mu.Unlock()
	if wait {
		<-p.wrote // what is queued goes out; CloseTimeout bounds it
	}
	p.mu.Lock()
	p.gone = true
	p.err = err
	if p.stopTimer != nil {
		p.stopTimer()
	}
	p.writable.Signal()
	p.changed.notify()
	p.mu.Unlock()
	p.raw.Close()
	<-p.wrote
	close(p.done)
}

// closeBody is a close frame's payload; code 0 is none at all.
func closeBody(code int, reason string) []byte {
	if code == 0 {
		return nil
	}
	return ws.NewCloseFrameBody(ws.StatusCode(code), reason)
}

// closeCodeAllowed tells whether a close frame may carry code: RFC 6455 section
// 7.4, and what IANA has registered since (1012 to 1014), which gobwas/ws does
// not know.
func closeCodeAllowed(code int) bool {
	switch {
	case code >= 1012 && code <= 1014:
		return true
	case code > 4999:
		return false
	}
	return ws.CheckCloseFrameData(ws.StatusCode(code), "") == nil
}
