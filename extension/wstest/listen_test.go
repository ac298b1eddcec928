package wstest

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
)

// TestListenContext: by network and address, as net.ListenConfig has it.
func TestListenContext(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct{ network, address, dial string }{
		{"tcp", "127.0.0.1:80", "127.0.0.1:80"},
		{"tcp", "127.0.0.1:80", "localhost:80"},
		{"tcp", "localhost:80", "127.0.0.1:80"},
		{"tcp", ":80", "127.0.0.1:80"},
		{"unix", "/run/a.sock", "/run/a.sock"},
		{"unix", "a.sock", "./a.sock"},
	} {
		n := NewNetwork(nil)
		l, err := n.ListenContext(ctx, test.network, test.address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.ListenContext(ctx, test.network, test.address); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%v: a second listener: %v", test, err)
		}
		if test.network == "unix" && !n.HasSocket(test.dial) || test.network == "tcp" && !n.Has(test.dial) {
			t.Errorf("%v: the network doesn't know it", test)
		}
		client, err := n.DialContext(ctx, test.network, test.dial)
		if err != nil {
			t.Fatalf("%v: %v", test, err)
		}
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(server, "hello")
		server.Close()
		if got, err := io.ReadAll(client); string(got) != "hello" || err != nil {
			t.Errorf("%v: got %q, %v", test, got, err)
		}
		client.Close()
		l.Close()
		if _, err := n.DialContext(ctx, test.network, test.dial); err == nil || n.HasSocket(test.dial) {
			t.Errorf("%v: somebody listens after Close", test)
		}
	}
	n := NewNetwork(nil)
	if _, err := n.DialContext(ctx, "unix", "/none"); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("a socket file that is not there: %v", err)
	}
	if _, err := n.ListenContext(ctx, "udp", "127.0.0.1:80"); !errors.As(err, new(net.UnknownNetworkError)) {
		t.Errorf("another network: %v", err)
	}
}
