package wstest

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"github.com/gobwas/ws"
)

// Errors of what a peer sends.
var (
	// ErrClosing: the peer has closed, dropped, or is gone.
	ErrClosing = errors.New("wstest: send: the connection is closing")
	// ErrBacklog: more is queued than Options.Backlog allows.
	ErrBacklog = errors.New("wstest: send: the backlog is full: the client doesn't read")
)

// Message is a whole message, its fragments joined.
type Message struct {
	Type ws.OpCode // ws.OpText or ws.OpBinary
	Data string
}

// Frame is a frame as it came; the payload is unmasked, the header keeps the mask.
type Frame struct {
	Header  ws.Header
	Payload string
}

// ending is how the writer ends the connection once its queue is written.
type ending int

const (
	notEnding ending = iota
	endClose         // hang up, with TLS's goodbye
	endDrop          // hang up without
	endLinger        // close for writing; the reader waits until the client hangs up
)

// Peer is a client as its server sees it. By itself it answers pings and a
// close, and fails whoever breaks the protocol with the right close code; what
// it receives is recorded. Methods are safe from any goroutine and return at
// once, except those that take a context.
type Peer struct {
	server   *Server
	opts     *Options
	raw      net.Conn // TCP or *Conn
	conn     net.Conn // raw, or TLS on it
	request  *Request
	protocol string
	extended bool
	done     chan struct{} // closed once the connection is gone
	wrote    chan struct{} // closed once the writer has returned

	mu       sync.Mutex
	changed  signal
	writable sync.Cond // on mu: there is something for the writer

	autoPong  bool // guarded by mu
	autoClose bool // guarded by mu
	paused    bool // guarded by mu
	echo      bool // guarded by mu

	queue     []byte      // guarded by mu: encoded, not with the writer yet
	writing   int         // guarded by mu: bytes that the writer is at
	ending    ending      // guarded by mu: nothing is queued any more
	stopTimer func() bool // guarded by mu: of CloseTimeout

	messages  []Message // guarded by mu
	next      int       // guarded by mu: the one that Next returns
	recorded  int       // guarded by mu: bytes of messages
	frames    []Frame   // guarded by mu
	framed    int       // guarded by mu: bytes of frames
	pings     []string  // guarded by mu: received
	pongs     []string  // guarded by mu: received
	closeSent bool      // guarded by mu
	closeCode int       // guarded by mu: the client's; 0 before it came
	reason    string    // guarded by mu
	hungUp    bool      // guarded by mu: raw is closed, the reader may not know yet
	gone      bool      // guarded by mu: the reader is done
	err       error     // guarded by mu: why it is gone
}

func newPeer(s *Server, raw, c net.Conn, a *Answer, r *Request) *Peer {
	p := &Peer{
		server:    s,
		opts:      &s.opts,
		raw:       raw,
		conn:      c,
		request:   r,
		protocol:  a.protocol(r),
		extended:  a.extended(),
		done:      make(chan struct{}),
		wrote:     make(chan struct{}),
		autoPong:  !a.Silent,
		autoClose: !a.Silent,
		paused:    a.Paused,
		echo:      a.Echo || s.opts.Echo && !a.Silent && a.Handler == nil,
	}
	p.changed.mu = &p.mu
	p.writable.L = &p.mu
	return p
}

// Request is the handshake request.
func (p *Peer) Request() *Request { return p.request }

// Protocol is the subprotocol that was picked, "" for none.
func (p *Peer) Protocol() string { return p.protocol }

// Link is the server's end of the in-memory connection, whose network can be
// made bad; nil on a real one.
func (p *Peer) Link() *Conn {
	c, _ := p.raw.(*Conn)
	return c
}

// TLS is the connection's TLS state; nil without TLS.
func (p *Peer) TLS() *tls.ConnectionState {
	if t, ok := p.conn.(*tls.Conn); ok {
		state := t.ConnectionState()
		return &state
	}
	return nil
}

// AutoPong sets whether pings are answered. At first they are.
func (p *Peer) AutoPong(on bool) { p.set(&p.autoPong, on) }

// AutoClose sets whether a close frame is answered and the connection then
// ended. At first it is.
func (p *Peer) AutoClose(on bool) { p.set(&p.autoClose, on) }

// Echo sets whether each message is sent back as it came.
func (p *Peer) Echo(on bool) { p.set(&p.echo, on) }

// Pause stops or resumes reading, so that TCP pushes back; a frame that is
// being waited for still comes in. Answer.Paused stops it from the first.
func (p *Peer) Pause(on bool) { p.set(&p.paused, on) }

func (p *Peer) set(field *bool, value bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*field = value
	p.changed.notify()
}

// Closed is the client's close frame: its code, 1005 if it had none, and its
// reason; ok is false as long as none came.
func (p *Peer) Closed() (code int, reason string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closeCode, p.reason, p.closeCode != 0
}

// Gone tells whether the connection is over.
func (p *Peer) Gone() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone
}

// Done is closed once the connection is over.
func (p *Peer) Done() <-chan struct{} { return p.done }

// Err is why the connection is over: nil after a close handshake and as long
// as it is not, io.EOF if the client hung up without a close frame, a
// *ProtocolError if it broke a rule, net.ErrClosed if this side hung up, else
// the network's error.
func (p *Peer) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// WaitDone waits until the connection is over and returns Err.
func (p *Peer) WaitDone(ctx context.Context) error {
	if err := p.changed.until(ctx, func() bool { return p.gone }); err != nil {
		return err
	}
	return p.Err()
}

// WaitClosed waits for the client's close frame. The error is Err's, or
// net.ErrClosed, if the connection ended without one.
func (p *Peer) WaitClosed(ctx context.Context) (code int, reason string, err error) {
	err = p.changed.until(ctx, func() bool { return p.closeCode != 0 || p.gone })
	if err != nil {
		return 0, "", err
	}
	code, reason, ok := p.Closed()
	if !ok {
		if err = p.Err(); err == nil {
			err = net.ErrClosed
		}
	}
	return code, reason, err
}
