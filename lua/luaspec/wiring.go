package luaspec

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	"github.com/tickwire/tickwire/lua/httplib"
	"github.com/tickwire/tickwire/lua/luasocket"
	gameworld "github.com/tickwire/tickwire/lua/world"
)

// world is what a spec file's engine is wired to.
type world struct {
	clock     wstest.Clock
	network   *wstest.Network
	real      *realNet
	authority *wstest.CA // what wss servers' certificates come from
	hosts     int        // names given to servers so far

	mu     sync.Mutex
	faults map[string]faults // guarded by mu: by server address
}

// wire puts the spec library, the websocket module and the host's own systems
// on the engine, all by the same clock.
func wire(r *runner) (*world, error) {
	clock := r.driver.clock
	r.questions.init()
	w := &world{clock: clock, network: wstest.NewNetwork(clock), real: r.driver.real, faults: make(map[string]faults)}
	w.network.OnConnect(w.connected)

	trust, err := w.trust(r.options.TLS, clock)
	if err != nil {
		return nil, err
	}
	if err := r.engine.Add((*libraryModule)(r)); err != nil {
		return nil, err
	}
	if err := r.engine.Add(gameworld.New(r.engine, gameworld.Options{})); err != nil {
		return nil, err
	}
	websocket := extension.New(extension.Options{
		Host:    r.engine,
		OnError: r.engine.Report,
		Clock:   clock,
		Dialer:  w.dial,
		// In memory there is nothing to guard.
		Listen:   []string{"*", "unix"},
		Listener: w.network.ListenContext,
		TLS:      trust,
	})
	if err := r.engine.Add(websocket); err != nil {
		return nil, fmt.Errorf("luaspec: open websocket: %w", err)
	}
	web := httplib.Options{
		Host: r.engine, OnError: r.engine.Report, Hash: r.engine.Hash, Clock: clock,
		Dial: websocket.DialContext, TLS: trust,
	}
	if err := web.Configure(r.options.Config); err != nil {
		return nil, fmt.Errorf("luaspec: open http: %w", err)
	}
	if err := r.engine.Add(httplib.New(web)); err != nil {
		return nil, fmt.Errorf("luaspec: open http: %w", err)
	}
	sockets := luasocket.New(luasocket.Options{
		Host: r.engine, Clock: clock, Dial: websocket.DialContext, Listen: websocket.Listen, PermitPort: websocket.PermitPort,
		ListenPacket: noPackets, Lookup: noLookup, Wait: r.driver.block,
	})
	if err := r.engine.Add(sockets); err != nil {
		return nil, fmt.Errorf("luaspec: open socket: %w", err)
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

// noPackets: the network in memory has connections alone, and a bubble never
// comes to rest around a real socket.
func noPackets(context.Context, string, string) (net.PacketConn, error) {
	return nil, errors.New("specs have no UDP")
}

// noLookup: names are the network's in memory, and have no addresses.
func noLookup(_ context.Context, host string) ([]string, error) {
	if host == "localhost" {
		return []string{"127.0.0.1"}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// trust is the base's configuration, with this world's own CA and clock.
func (w *world) trust(base *tls.Config, clock wstest.Clock) (*tls.Config, error) {
	var err error
	if w.authority, err = wstest.NewCA(clock); err != nil {
		return nil, fmt.Errorf("luaspec: make certificates: %w", err)
	}
	trust := &tls.Config{}
	if base != nil {
		trust = base.Clone()
	}
	if trust.Time == nil {
		trust.Time = clock.Now
	}
	if trust.RootCAs != nil {
		trust.RootCAs = trust.RootCAs.Clone()
	} else if trust.RootCAs, err = x509.SystemCertPool(); err != nil {
		trust.RootCAs = x509.NewCertPool() // a machine without any: only ours then
	}
	trust.RootCAs.AppendCertsFromPEM(w.authority.PEM())
	return trust, nil
}

// certificate is a server's TLS configuration: "valid" for the host, or with
// what is wrong with it: "expired", "wrong_host", "untrusted".
func (w *world) certificate(host, quality string) (*tls.Config, error) {
	authority := w.authority
	var certificate tls.Certificate
	var err error
	switch quality {
	case "untrusted":
		if authority, err = wstest.NewCA(w.clock); err == nil {
			certificate, err = authority.Certificate(host)
		}
	case "wrong_host":
		certificate, err = authority.Certificate("another-" + host)
	case "expired":
		certificate, err = authority.ExpiredCertificate(host)
	default:
		certificate, err = authority.Certificate(host)
	}
	if err != nil {
		return nil, fmt.Errorf("luaspec: make certificates: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, Time: w.clock.Now}, nil
}

// dial goes to the in-memory network for the hosts that it knows and for those
// that can't be elsewhere; for the rest it goes out. Safe from any goroutine of
// the bubble.
func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if network == "unix" {
		if w.network.HasSocket(address) {
			return w.network.DialContext(ctx, network, address)
		}
		return w.real.dial(ctx, network, address)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if w.network.Has(address) || inMemory(host) {
		return w.network.DialContext(ctx, network, address)
	}
	return w.real.dial(ctx, network, address)
}

// listen opens s.server at s.host; port 0 is its scheme's own.
// quality says which certificate it has, see certificate; "" is no TLS.
func (w *world) listen(s *specServer, port int, quality string) error {
	scheme, usual := "ws", 80
	var config *tls.Config
	if quality != "" {
		scheme, usual = "wss", 443
		var err error
		if config, err = w.certificate(s.host, quality); err != nil {
			return err
		}
	}
	if port == 0 {
		port = usual
	}
	address := net.JoinHostPort(s.host, strconv.Itoa(port))
	server, err := wstest.NewServer(wstest.Options{
		Network: w.network,
		Address: address,
		TLS:     config,
		Answer:  s.answer,
	})
	if err != nil {
		return err
	}
	s.server = server
	s.url = scheme + "://" + s.host + "/"
	if port != usual {
		s.url = scheme + "://" + address + "/"
	}
	return nil
}

// connected has a new connection's network as bad as its server's is, from the
// first byte on. Called by the goroutine that dials.
func (w *world) connected(_, server *wstest.Conn) {
	w.mu.Lock()
	f := w.faults[server.LocalAddr().String()]
	w.mu.Unlock()
	f.apply(server)
}

func (w *world) setFaults(s *specServer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[s.server.Addr().String()] = s.faults
}

func (w *world) forget(s *specServer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.faults, s.server.Addr().String())
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
	r.openScripts()
	r.openServers()
	return nil
}

func (m *libraryModule) Update()             { m.questions.answer() }
func (*libraryModule) Flush()                {}
func (*libraryModule) Release(lua.LValue)    {}
func (*libraryModule) Active() int           { return 0 }
func (*libraryModule) Wake() <-chan struct{} { return nil }
func (m *libraryModule) Close() error        { m.questions.close(); return nil }
