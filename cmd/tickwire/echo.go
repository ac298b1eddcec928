package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/tickwire/tickwire/extension/wstest"
)

const echoHelp = `Sends every message back as it came, and picks the first subprotocol offered.
It prints its URL on one line and runs until it is interrupted. The URL's path
asks for trouble:

  /status/503         refuses with that status
  /close/4000/reason  closes with that code and reason
  /mute               accepts, and then stays silent
  /drop               accepts, and hangs up without a close frame

  tickwire echo --listen 127.0.0.1:8080
`

// serveEcho serves until a signal comes.
func serveEcho(s *signals, std streams, listen string) (int, error) {
	server, err := wstest.NewEchoServer(wstest.Options{Address: listen})
	if err != nil {
		return 0, listenError(listen, err)
	}
	defer server.Close()
	if _, err := fmt.Fprintln(std.out, server.URL()); err != nil {
		return 0, fmt.Errorf("print the URL: %w", err)
	}
	<-s.Done()
	return s.code(), nil
}

// listenError says what a user can do about it.
func listenError(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("cannot listen on %s: the port is in use; --listen 127.0.0.1:0 takes a free one", address)
	}
	if _, _, split := net.SplitHostPort(address); split != nil {
		return fmt.Errorf("cannot listen on %q: want ADDR:PORT, such as 127.0.0.1:8080", address)
	}
	cause := err
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		cause = op.Err
	}
	return fmt.Errorf("cannot listen on %s: %w", address, cause)
}
