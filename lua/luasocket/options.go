package luasocket

import (
	"context"
	"errors"
	"net"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Options are a Library's settings. The zero value can connect, and opens no
// port.
type Options struct {
	// Host tells which script instance runs: its sockets end with it. Default:
	// none ever does.
	Host Host
	// Clock is the time that waits follow. Default: the system's.
	Clock Clock
	// Dial connects; scheme is "tcp". It must honour ctx. Called from any
	// goroutine. Default: net.Dialer's.
	Dial func(ctx context.Context, scheme, address string) (net.Conn, error)
	// Listen opens a port for network "tcp". It must return at once. Default:
	// nothing may listen.
	Listen func(ctx context.Context, network, address string) (net.Listener, error)
	// PermitPort is asked before a UDP socket takes a port that a script names.
	// Default: nothing may listen.
	PermitPort func(address string) error
	// ListenPacket opens a UDP socket. It must return at once. Default:
	// net.ListenPacket.
	ListenPacket func(ctx context.Context, network, address string) (net.PacketConn, error)
	// Permit is asked before each UDP packet to an address that wasn't asked about
	// before; scheme is "udp". It must return at once. Default: everything is
	// allowed.
	Permit func(ctx context.Context, scheme, address string) error
	// Lookup looks names up. It must honour ctx. Called from any goroutine.
	// Default: Go's resolver.
	Lookup func(ctx context.Context, host string) (addresses []string, err error)
	// Wait holds up the frame until ready or for d. ready must be called again and
	// again. Default: it sleeps until something has come.
	Wait func(d time.Duration, ready func() bool)
	// MaxBlock bounds how long one call holds up the frame. Default 1 s.
	MaxBlock time.Duration
	// MaxSockets bounds the sockets that are open; one more is an error. Default
	// 1,024.
	MaxSockets int
}

// Host knows the script instances. A headless.Engine is one.
type Host interface {
	// Instance is the running script's self, LNil for none.
	Instance() lua.LValue
}

// Clock tells the time and calls back. Safe from any goroutine.
type Clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

var errNoPort = errors.New("no script may open a port here")

// withDefaults returns a copy of o in which every setting has its value.
func (o Options) withDefaults(p *pool) Options {
	if o.Host == nil {
		o.Host = noHost{}
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Dial == nil {
		o.Dial = func(ctx context.Context, _, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	if o.Listen == nil {
		o.Listen = func(context.Context, string, string) (net.Listener, error) { return nil, errNoPort }
	}
	if o.PermitPort == nil {
		o.PermitPort = func(string) error { return errNoPort }
	}
	if o.ListenPacket == nil {
		o.ListenPacket = new(net.ListenConfig).ListenPacket
	}
	if o.Permit == nil {
		o.Permit = func(context.Context, string, string) error { return nil }
	}
	if o.Lookup == nil {
		o.Lookup = (&net.Resolver{PreferGo: true}).LookupHost // libc's can't be joined
	}
	if o.Wait == nil {
		o.Wait = p.sleep
	}
	if o.MaxBlock == 0 {
		o.MaxBlock = time.Second
	}
	if o.MaxSockets == 0 {
		o.MaxSockets = 1024
	}
	return o
}

type noHost struct{}

func (noHost) Instance() lua.LValue { return lua.LNil }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}
