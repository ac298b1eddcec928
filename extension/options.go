package extension

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"github.com/tickwire/tickwire/extension/internal/wire"
)

// Options are an Extension's settings. The zero value suits a game.
type Options struct {
	// Host tells which script instance runs. Default: none ever does, and
	// callbacks get nil as self.
	Host Host
	// OnError hears of callbacks that failed: a *CallbackError, which holds the
	// traceback. Called on the tick. Default: the standard logger, since an
	// error must not vanish.
	OnError func(error)
	// Log hears of what Debug asks for, a line a call. Called from any
	// goroutine. Default: nobody listens.
	Log func(line string)
	// Trace hears of what scripts send and of each event before its callback runs,
	// for a host that counts. A broadcast is not among it. Called on the tick.
	// Default: nobody listens.
	Trace func(Traffic)
	// Debug is how much is logged: Defold's websocket.debug. Passwords, tokens,
	// cookies and queries are masked. Default: Disabled.
	Debug Debug

	// Dialer makes connections in place of Tickwire's own. For network "tcp"
	// address is "host:port", the proxy's where one is used, not looked up unless
	// Policy has rules about addresses; for "unix" it is the path of a socket
	// file. It must honour ctx. Called from any goroutine.
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)
	// Allow refuses a connection by returning an error, which the script gets
	// as an ERROR with stage "policy". Called before each dial, from any
	// goroutine; for each redirect that is followed, and for a proxy that the
	// script names, but not for the environment's, which is the host's own.
	// Default: everything is allowed.
	Allow func(ctx context.Context, to Destination) error
	// Policy is where scripts may connect to, by scheme, host, address and port.
	// Default: everywhere.
	Policy Policy
	// Listen is where scripts may open a port or a socket file: it takes a
	// rule for each. Default: nowhere, for what listens can be talked to.
	//
	//	rule                       allows
	//	loopback                   127.0.0.0/8 and ::1: programs on this machine, and pages in its browser
	//	unix                       every socket file
	//	unix:/run/game/            socket files in this folder; unix:/run/game.sock is this one
	//	192.168.1.5, 10.0.0.0/8    this address, or those of a range
	//	*                          every address, also all at once (":8080", "0.0.0.0:8080")
	//
	// All but unix may be followed by ports, "loopback:8080", "*:8000-8999",
	// ":8080"; with them port 0, one that the system picks, is not allowed.
	Listen []string
	// ListenHint ends the error of a listen that no rule allows: what the user
	// can do. Default: it names Options.Listen.
	ListenHint string
	// Listener opens what scripts listen on in place of Tickwire's own: for
	// network "tcp" address is "ip:port" or ":port", for "unix" the path of a
	// socket file. It is called on the tick and must return at once; so must the
	// listener's Close, which ends its Accept. Listen is judged before it.
	Listener func(ctx context.Context, network, address string) (net.Listener, error)
	// Lookup looks names up in place of Go's resolver; it gives IP addresses and
	// must honour ctx. Called from any goroutine. Default: Go's resolver.
	Lookup func(ctx context.Context, host string) (addresses []string, err error)
	// Route leads dials elsewhere: it gets the "host:port" of a URL and returns
	// the one to dial in its place, "" for the same. The handshake, TLS and what
	// Policy says of names and ports keep to the URL. Called from any goroutine;
	// it must return at once. Default: none.
	Route func(hostport string) (instead string)
	// TLS is the base of every wss connection's configuration, and of an https
	// proxy's: own root certificates, say. params.tls is put over it, but can't
	// lower MinVersion. Default: the system's.
	TLS *tls.Config
	// AllowInsecureTLS lets scripts say params.tls.insecure: whoever sits on the
	// way can then read and change what they send. Default: that raises.
	AllowInsecureTLS bool
	// Getenv reads an environment variable. New asks it for the proxies of
	// scripts that name none: http_proxy for ws, https_proxy for wss, all_proxy
	// for both, no_proxy for hosts that need none, each also in capitals.
	// Loopback needs none. Default: os.Getenv, but none for a host that has its
	// own Dialer, which knows the way.
	Getenv func(name string) string
	// Clock is the time that timeouts follow. Default: the system's.
	Clock Clock
	// Rand is the source of masks and keys; it must be strong. Default:
	// crypto/rand.
	Rand io.Reader

	// MaxMessage bounds one message in bytes, summed over its fragments and
	// after inflating. Beyond it the peer gets 1009 and the script ERROR.
	// Default 16 MiB.
	MaxMessage int
	// InboundCredit bounds what one connection has received and the script has
	// not been given, in bytes, an event counting its payload and 256. Beyond it
	// the socket is not read. Default 1 MiB.
	InboundCredit int
	// OutboundBuffer bounds what one connection has sent and the socket has not
	// taken, in bytes of payload. Beyond it send raises. Default 16 MiB.
	OutboundBuffer int
	// MaxHandshakeResponse bounds a server's answer to the handshake in bytes,
	// status, headers and body. Default 64 KiB.
	MaxHandshakeResponse int
	// MaxHandshakeRequest bounds a client's request in bytes; a longer one gets
	// 431. Default 16 KiB.
	MaxHandshakeRequest int
	// MaxHandshakes bounds the handshakes that are under way on one server, where
	// params.max_handshakes does not: more clients wait in the system's backlog,
	// and of those that have not said what they want within a second the oldest
	// makes way. Default 1024.
	MaxHandshakes int
	// MaxConnections bounds the connections that are dialled, accepted or open;
	// one more gets an ERROR with stage "limit", a client 503. Default: no limit.
	//
	// Differs from Defold: there the default is 2.
	MaxConnections int
	// MaxTasks and MaxTimers bound the tasks of tickwire.async that have not
	// ended, and the timers of a bare host's scripts. Beyond them async.run
	// raises, and timer.delay gives INVALID_TIMER_HANDLE. Default 65,536 each.
	MaxTasks, MaxTimers int
	// Quota bounds what the connections of each script instance do together:
	// their number, bytes and messages a second. Default: no limit.
	Quota Quota
	// ReadBuffer is the size of a read in bytes: Defold's websocket.buffer_size.
	// Default 64 KiB.
	ReadBuffer int
	// Pool is memory that connections take while they read and write. A host with
	// many extensions gives them one together. Default: the extension's own.
	Pool *Pool

	// ConnectTimeout bounds the connection sequence where params.timeout does
	// not. Default 3 s.
	ConnectTimeout time.Duration
	// HandshakeTimeout bounds a client's handshake, the time until its
	// EVENT_REQUEST is delivered included, where params.handshake_timeout does
	// not. Default 5 s.
	HandshakeTimeout time.Duration
	// SocketTimeout bounds the attempt of one address: Defold's
	// websocket.socket_timeout. Default: only the whole sequence is bounded.
	SocketTimeout time.Duration
	// CloseTimeout bounds the close handshake. Default 2 s.
	CloseTimeout time.Duration
	// ShutdownTimeout bounds Extension.Close. Default 1 s.
	ShutdownTimeout time.Duration
	// PingInterval is the time between pings, and PongTimeout how long a
	// connection may then be silent, where params does not say. Default 20 s
	// each; negative: off.
	PingInterval, PongTimeout time.Duration

	// MaxEvents, MaxBytes and MaxTime are the budget of one Update: what it does
	// not reach waits for the next one. Default: events and bytes (of payload)
	// without limit, and 8 ms by the Clock; negative: without limit.
	MaxEvents, MaxBytes int
	MaxTime             time.Duration
}

// Clock tells the time and calls back: Now() and AfterFunc(d, f) (stop). Its
// methods are called from any goroutine.
type Clock = wire.Clock

// Debug is how much is logged.
type Debug = wire.Debug

// The levels of Debug.
const (
	Disabled     = wire.Disabled
	StateChanges = wire.StateChanges
	Verbose      = wire.Verbose
)

// Destination is where a script wants to connect to: a server, a proxy that the
// script names, or a socket file ({"ws", "unix:/path", 0}, whatever host the URL
// names). A policy that lists what is forbidden has to think of those too; one
// that lists what is allowed need not.
type Destination struct {
	Scheme string // ws or wss; http, https or socks5 for a proxy
	Host   string // a name in its ASCII form, an address without brackets, or "unix:" and a path
	Port   int    // 0 for a socket file
}

// The defaults of Options.
const (
	defaultMaxMessage      = 16 << 20
	defaultInboundCredit   = 1 << 20
	defaultOutboundBuffer  = 16 << 20
	defaultMaxResponse     = 64 << 10
	defaultMaxRequest      = 16 << 10
	defaultMaxHandshakes   = 1024
	defaultReadBuffer      = 64 << 10
	defaultConnectTimeout  = 3 * time.Second
	defaultHandshake       = 5 * time.Second
	defaultCloseTimeout    = 2 * time.Second
	defaultShutdownTimeout = time.Second
	defaultPingInterval    = 20 * time.Second
	defaultPongTimeout     = 20 * time.Second
	defaultMaxTasks        = 1 << 16
	defaultMaxTimers       = 1 << 16
	defaultMaxTime         = 8 * time.Millisecond
)

// withDefaults returns a copy of o in which every setting has its value.
func (o Options) withDefaults() Options {
	set(&o.MaxMessage, defaultMaxMessage)
	set(&o.InboundCredit, defaultInboundCredit)
	set(&o.OutboundBuffer, defaultOutboundBuffer)
	set(&o.MaxHandshakeResponse, defaultMaxResponse)
	set(&o.MaxHandshakeRequest, defaultMaxRequest)
	set(&o.MaxHandshakes, defaultMaxHandshakes)
	set(&o.HandshakeTimeout, defaultHandshake)
	set(&o.ReadBuffer, defaultReadBuffer)
	set(&o.ConnectTimeout, defaultConnectTimeout)
	set(&o.CloseTimeout, defaultCloseTimeout)
	set(&o.ShutdownTimeout, defaultShutdownTimeout)
	set(&o.PingInterval, defaultPingInterval)
	set(&o.PongTimeout, defaultPongTimeout)
	set(&o.MaxTasks, defaultMaxTasks)
	set(&o.MaxTimers, defaultMaxTimers)
	set(&o.MaxTime, defaultMaxTime)
	if o.Host == nil {
		o.Host = noHost{}
	}
	if o.Clock == nil {
		o.Clock = wire.SystemClock{}
	}
	if o.Getenv == nil && o.Dialer == nil {
		o.Getenv = os.Getenv
	}
	if o.OnError == nil {
		o.OnError = func(err error) { log.Print(err) }
	}
	return o
}

func set[T int | time.Duration](value *T, byDefault T) {
	if *value == 0 {
		*value = byDefault
	}
}

// check names the setting that can't be meant.
func (o Options) check() error {
	for name, value := range map[string]int{
		"MaxMessage": o.MaxMessage, "InboundCredit": o.InboundCredit, "OutboundBuffer": o.OutboundBuffer,
		"MaxTasks": o.MaxTasks, "MaxTimers": o.MaxTimers,
		"MaxHandshakeResponse": o.MaxHandshakeResponse, "MaxHandshakeRequest": o.MaxHandshakeRequest,
		"MaxHandshakes": o.MaxHandshakes, "HandshakeTimeout": int(o.HandshakeTimeout), "ReadBuffer": o.ReadBuffer, "MaxConnections": o.MaxConnections,
		"Quota.Connections": o.Quota.Connections, "Quota.SendBytes": o.Quota.SendBytes, "Quota.SendMessages": o.Quota.SendMessages,
		"Quota.ReceiveBytes": o.Quota.ReceiveBytes, "Quota.ReceiveMessages": o.Quota.ReceiveMessages,
		"ConnectTimeout": int(o.ConnectTimeout), "SocketTimeout": int(o.SocketTimeout),
		"CloseTimeout": int(o.CloseTimeout), "ShutdownTimeout": int(o.ShutdownTimeout),
	} {
		if value < 0 {
			return errors.New("websocket: Options." + name + " is negative: want 0 for the default, or more")
		}
	}
	if _, err := o.Policy.read(); err != nil {
		return fmt.Errorf("websocket: Options.Policy: %w", err)
	}
	if _, err := o.listenRules(); err != nil {
		return fmt.Errorf("websocket: Options.Listen: %w", err)
	}
	return nil
}

// wire returns what the connections need to know of the options.
func (o Options) wire() wire.Options {
	policy, _ := o.Policy.read() // Open says what is wrong with it
	w := wire.Options{
		Policy: policy, Lookup: o.Lookup, Route: o.Route,
		Clock: o.Clock, Rand: o.Rand, Dialer: o.Dialer, TLS: o.TLS, Log: o.Log, Debug: o.Debug,
		Getenv:     o.Getenv,
		Listen:     o.Listener,
		MaxRequest: o.MaxHandshakeRequest,
		MaxMessage: o.MaxMessage, InboundCredit: o.InboundCredit, OutboundBuffer: o.OutboundBuffer,
		MaxResponse: o.MaxHandshakeResponse, MaxConnections: o.MaxConnections, ReadBuffer: o.ReadBuffer, Pool: o.Pool.wire(),
		CloseTimeout: o.CloseTimeout, SocketTimeout: o.SocketTimeout,
	}
	if allow := o.Allow; allow != nil {
		w.Allow = func(ctx context.Context, scheme, host string, port int) error {
			return allow(ctx, Destination{scheme, host, port})
		}
	}
	return w
}
