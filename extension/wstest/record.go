package wstest

import (
	"context"
	"net"
)

// frameCost is what a recorded frame or message is charged beside its payload.
const frameCost = 64

// Received are the messages so far, from the first or from the last Forget;
// those that Next returned may be missing once Options.Record is exceeded.
func (p *Peer) Received() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Message(nil), p.messages...)
}

// Frames are the frames so far, control frames too, the newest that
// Options.Record allows.
func (p *Peer) Frames() []Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Frame(nil), p.frames...)
}

// Pings are the payloads of the pings so far.
func (p *Peer) Pings() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.pings...)
}

// Pongs are the payloads of the pongs so far.
func (p *Peer) Pongs() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.pongs...)
}

// Forget empties what Received and Frames return.
func (p *Peer) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages, p.next, p.recorded = nil, 0, 0
	p.frames, p.framed = nil, 0
	p.changed.notify()
}

// Poll is the next message, each once; false if there is none yet.
func (p *Peer) Poll() (Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.poll()
}

func (p *Peer) poll() (Message, bool) {
	if p.next >= len(p.messages) {
		return Message{}, false
	}
	m := p.messages[p.next]
	p.next++
	p.evict()
	return m, true
}

// Next waits for the next message, each once. Once no more will come it returns
// Err, or net.ErrClosed.
func (p *Peer) Next(ctx context.Context) (m Message, err error) {
	var ok bool
	err = p.changed.until(ctx, func() bool {
		m, ok = p.poll()
		return ok || p.gone
	})
	if err == nil && !ok {
		if err = p.Err(); err == nil {
			err = net.ErrClosed
		}
	}
	return m, err
}

// WaitReceived waits until n messages were received and returns all of them.
func (p *Peer) WaitReceived(ctx context.Context, n int) ([]Message, error) {
	err := p.changed.until(ctx, func() bool { return len(p.messages) >= n || p.gone })
	if all := p.Received(); err != nil || len(all) >= n {
		return all, err
	}
	if err = p.Err(); err == nil {
		err = net.ErrClosed
	}
	return p.Received(), err
}

// record keeps a message.
func (p *Peer) record(m Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, m)
	p.recorded += len(m.Data) + frameCost
	p.evict()
	p.changed.notify()
}

// evict forgets messages that Next returned, as far as needed. mu is held.
func (p *Peer) evict() {
	for p.next > 0 && p.recorded > p.opts.Record {
		p.recorded -= len(p.messages[0].Data) + frameCost
		p.messages[0] = Message{}
		p.messages = p.messages[1:]
		p.next--
	}
	p.changed.notify()
}

// recordFrame keeps a frame, and forgets the oldest as far as needed.
func (p *Peer) recordFrame(f Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames = append(p.frames, f)
	p.framed += len(f.Payload) + frameCost
	for p.framed > p.opts.Record {
		p.framed -= len(p.frames[0].Payload) + frameCost
		p.frames[0] = Frame{}
		p.frames = p.frames[1:]
	}
	p.changed.notify()
}
