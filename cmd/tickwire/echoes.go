package main

import (
	"fmt"
	"net"

	"github.com/tickwire/tickwire/extension/wstest"
)

// echoes are the echo servers of a run.
type echoes struct {
	authority *wstest.CA     // signs wss's certificate; nil if there is no wss
	ws, wss   *wstest.Server // for --echo; nil without
	either    *wstest.Server // for --resolve, ws and wss on one port; nil without
}

// startEchoes starts what this run needs: a ws and a wss server if both, and one
// for the hosts that --resolve leads there.
func startEchoes(both bool, hosts []string) (_ *echoes, err error) {
	e := &echoes{}
	if !both && len(hosts) == 0 {
		return e, nil
	}
	defer func() {
		if err != nil {
			e.close()
		}
	}()
	if e.authority, err = wstest.NewCA(nil); err != nil {
		return nil, fmt.Errorf("make the echo server's certificate: %w", err)
	}
	secure, err := e.authority.ServerConfig(append(hosts, "localhost", "127.0.0.1")...)
	if err != nil {
		return nil, fmt.Errorf("make the echo server's certificate: %w", err)
	}
	if both {
		if e.ws, err = wstest.NewEchoServer(wstest.Options{}); err != nil {
			return nil, fmt.Errorf("start the echo server: %w", err)
		}
		if e.wss, err = wstest.NewEchoServer(wstest.Options{TLS: secure}); err != nil {
			return nil, fmt.Errorf("start the echo server: %w", err)
		}
	}
	if len(hosts) > 0 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("start the echo server: %w", err)
		}
		e.either, err = wstest.NewEchoServer(wstest.Options{Listener: &eitherListener{listener, secure}})
		if err != nil {
			listener.Close()
			return nil, fmt.Errorf("start the echo server: %w", err)
		}
	}
	return e, nil
}

// settings tell scripts of --echo's servers.
func (e *echoes) settings() settings {
	if e.ws == nil {
		return settings{}
	}
	return settings{"websocket.echo_url": e.ws.URL(), "websocket.echo_wss_url": e.wss.URL()}
}

// certificates is what a client of these servers has to trust, each PEM.
func (e *echoes) certificates() [][]byte {
	if e.authority == nil {
		return nil
	}
	return [][]byte{e.authority.PEM()}
}

// routed is the address for --resolve's echo, "" without.
func (e *echoes) routed() string {
	if e.either == nil {
		return ""
	}
	return e.either.Addr().String()
}

func (e *echoes) close() {
	for _, server := range []*wstest.Server{e.ws, e.wss, e.either} {
		if server != nil {
			server.Close()
		}
	}
}
