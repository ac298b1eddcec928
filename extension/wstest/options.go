package wstest

import (
	"crypto/tls"
	"net"
	"time"
)

// Options says where a Server listens and how it behaves. The zero value is a
// server on a free port of 127.0.0.1 that accepts everyone.
type Options struct {
	// Listener is taken over if given: Close closes it.
	Listener net.Listener
	// Network is the in-memory network to listen on. Default: the real one.
	Network *Network
	// Address is the "host:port" to listen on. Default "127.0.0.1:0".
	Address string
	// TLS makes it a wss server; it needs a certificate, for one from a CA.
	TLS *tls.Config
	// Clock times delays and timeouts. Default: the network's, else the wall clock.
	Clock Clock

	// Answer is the first value of Server.SetAnswer.
	Answer Answer
	// Respond, if set, chooses the answer by the request, unless Drop or Mute
	// at AtAccept came before it. Safe from any goroutine.
	Respond func(*Request) Answer
	// Handler, if set, is called with each peer on a goroutine of its own; the
	// peer is closed with 1000 once it returns. It must return once the peer is
	// Done, for Close waits for it.
	Handler func(*Peer)
	// Echo sends each message back as it came, and records nothing. Silent peers
	// and those whose Answer has a Handler are left alone.
	Echo bool

	// MaxMessage bounds a message in bytes, summed over its fragments; beyond it
	// the client gets 1009. Default 16 MiB.
	MaxMessage int
	// Backlog bounds what a peer has queued and not written, in bytes; beyond it
	// a send is an error. Default 16 MiB.
	Backlog int
	// Record bounds what a peer keeps for Received and for Frames, in bytes
	// each. Past it a peer stops reading until Next or Forget make room, and
	// forgets the oldest frames. Default 64 MiB.
	Record int
	// HandshakeTimeout bounds the time until the request is whole. Default 10 s.
	HandshakeTimeout time.Duration
	// CloseTimeout bounds the time from a peer's Close or Drop until the
	// connection is gone. Default 2 s.
	CloseTimeout time.Duration
}

func (o Options) withDefaults() Options {
	if o.Clock == nil && o.Network != nil {
		o.Clock = o.Network.clock
	}
	o.Clock = orSystem(o.Clock)
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	for field, value := range map[*int]int{
		&o.MaxMessage: 16 << 20,
		&o.Backlog:    16 << 20,
		&o.Record:     64 << 20,
	} {
		if *field == 0 {
			*field = value
		}
	}
	if o.HandshakeTimeout == 0 {
		o.HandshakeTimeout = 10 * time.Second
	}
	if o.CloseTimeout == 0 {
		o.CloseTimeout = 2 * time.Second
	}
	return o
}
