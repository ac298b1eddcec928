package extension

import (
	"context"
	"net"

	"github.com/tickwire/tickwire/extension/internal/wire"
)

// Listen opens a port for another server of the host's, where Options.Listen
// lets scripts do so, with Options.Listener if that is set. address is "ip:port",
// ":port" for every address, port 0 for one that is free. The listener is the
// caller's. Call from the tick goroutine.
func (e *Extension) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	at, err := e.listenAddress(address)
	if err != nil {
		return nil, err
	}
	return e.hub.Bind(ctx, at)
}

// PermitPort tells whether Options.Listen lets scripts take the port of an
// address, "ip:port", which another protocol than TCP opens. Call from the tick
// goroutine.
func (e *Extension) PermitPort(address string) error {
	_, err := e.listenAddress(address)
	return err
}

func (e *Extension) listenAddress(address string) (wire.ListenAddress, error) {
	at, err := wire.ParseListenAddress(address)
	if err == nil {
		err = e.permitListen(at)
	}
	return at, err
}

// Permit tells whether a script may talk to address, "ip:port", for a protocol
// without connections; scheme is what the policy judges: udp. It asks Policy and
// Allow, as DialContext does. Safe from any goroutine.
func (e *Extension) Permit(ctx context.Context, scheme, address string) error {
	if err := e.o.check(); err != nil {
		return err
	}
	return e.hub.Permit(ctx, scheme, address)
}
