package httplib

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Options are a Client's settings. The zero value works.
type Options struct {
	// Host tells which script instance runs, and makes one current during its
	// callback. Default: none ever is, and callbacks get nil as self.
	Host Host
	// OnError hears of callbacks that failed: a *CallbackError. Called on the
	// tick. Default: the standard logger.
	OnError func(error)
	// Hash makes the id that callbacks get. Default: nil is the id.
	Hash func(text string) lua.LValue
	// Dial connects to address, "host:port", for a URL of this scheme, http or
	// https; TLS comes over it. It must honour ctx. Called from any goroutine.
	// Default: net.Dialer's.
	Dial func(ctx context.Context, scheme, address string) (net.Conn, error)
	// TLS is the base of every https connection's configuration. Default: the
	// system's.
	TLS *tls.Config
	// Clock is the time that timeouts follow. Default: the system's.
	Clock Clock

	// Timeout bounds a request where its options do not. Default: none, but for
	// IdleTimeout.
	Timeout time.Duration
	// IdleTimeout bounds the time in which nothing comes of a request, not a
	// byte. Default 60 s.
	IdleTimeout time.Duration
	// MaxConcurrent is how many requests run at a time; what is beyond waits.
	// Default 4, Defold's.
	MaxConcurrent int
	// MaxWaiting bounds what waits; beyond it http.request raises. Default 1,024.
	MaxWaiting int
	// MaxBody bounds a response's body in memory, in bytes. Default 64 MiB.
	MaxBody int64
	// MaxFile bounds one that goes to a file (options.path). Default 4 GiB.
	MaxFile int64
}

// Host knows the script instances. A headless.Engine is one.
type Host interface {
	// Instance is the running script's self, LNil for none.
	Instance() lua.LValue
	// SetInstance makes self's script the running one.
	SetInstance(self lua.LValue) (previous lua.LValue)
}

// Clock tells the time and calls back. Safe from any goroutine.
type Clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Configure reads what game.project says: network.http_timeout (s) and
// network.http_thread_count.
func (o *Options) Configure(config map[string]string) error {
	if text := strings.TrimSpace(config["network.http_timeout"]); text != "" {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || !(seconds >= 0 && seconds <= 1e9) {
			return fmt.Errorf("config network.http_timeout is %q: want seconds, from 0 on", text)
		}
		o.Timeout = time.Duration(seconds * float64(time.Second))
	}
	if text := strings.TrimSpace(config["network.http_thread_count"]); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			return fmt.Errorf("config network.http_thread_count is %q: want a number from 1 to 1000", text)
		}
		o.MaxConcurrent = n
	}
	return nil
}

// withDefaults returns a copy of o in which every setting has its value.
func (o Options) withDefaults() Options {
	if o.Host == nil {
		o.Host = noHost{}
	}
	if o.OnError == nil {
		o.OnError = func(err error) { log.Print(err) }
	}
	if o.Hash == nil {
		o.Hash = func(string) lua.LValue { return lua.LNil }
	}
	if o.Dial == nil {
		o.Dial = func(ctx context.Context, _, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.IdleTimeout == 0 {
		o.IdleTimeout = 60 * time.Second
	}
	if o.MaxConcurrent == 0 {
		o.MaxConcurrent = 4
	}
	if o.MaxWaiting == 0 {
		o.MaxWaiting = 1024
	}
	if o.MaxBody == 0 {
		o.MaxBody = 64 << 20
	}
	if o.MaxFile == 0 {
		o.MaxFile = 4 << 30
	}
	return o
}

type noHost struct{}

func (noHost) Instance() lua.LValue              { return lua.LNil }
func (noHost) SetInstance(lua.LValue) lua.LValue { return lua.LNil }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}
