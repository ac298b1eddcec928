package luaspec

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
)

// world is what a spec file's engine is wired to.
type world struct {
	network *wstest.Network
	real    *realNet
}

// wire puts the spec library, the websocket module and the host's own systems
// on the engine, all by the same clock.
func wire(r *runner) (*world, error) {
	clock := r.driver.clock
	w := &world{network: wstest.NewNetwork(clock), real: r.driver.real}

	trust := &tls.Config{}
	if r.options.TLS != nil {
		trust = r.options.TLS.Clone()
	}
	if trust.Time == nil {
		trust.Time = clock.Now
	}
	if err := r.engine.Add((*libraryModule)(r)); err != nil {
		return nil, err
	}
	websocket := extension.New(extension.Options{
		Host:    r.engine,
		OnError: r.engine.Report,
		Clock:   clock,
		Dialer:  w.dial,
		TLS:     trust,
	})
	if err := r.engine.Add(websocket); err != nil {
		return nil, fmt.Errorf("luaspec: open websocket: %w", err)
	}
	if r.options.Systems != nil {
		for _, system := range r.options.Systems(r.engine, clock) {
			if err := r.engine.Add(system); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// dial goes to the in-memory network for the hosts that it knows and for those
// that can't be elsewhere; for the rest it goes out. Safe from any goroutine of
// the bubble.
func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if w.network.Has(address) || inMemory(host) {
		return w.network.DialContext(ctx, network, address)
	}
	return w.real.dial(ctx, network, address)
}

// libraryModule is the spec library as a module of the engine, so that require
// finds what it enters.
type libraryModule runner

func (m *libraryModule) Open(L *lua.LState) error {
	r := (*runner)(m)
	if err := r.openLibrary(); err != nil {
		return err
	}
	r.openBlocks()
	r.openWaits()
	r.openCoroutines()
	return nil
}

func (*libraryModule) Update()               {}
func (*libraryModule) Flush()                {}
func (*libraryModule) Release(lua.LValue)    {}
func (*libraryModule) Active() int           { return 0 }
func (*libraryModule) Wake() <-chan struct{} { return nil }
func (*libraryModule) Close() error          { return nil }
