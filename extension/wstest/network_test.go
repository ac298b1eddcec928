package wstest_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

func dialNetwork(n *wstest.Network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return n.DialContext(ctx, "tcp", address)
}

func TestNetworkConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		l, err := n.Listen("Game.Example:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		client, err := dialNetwork(n, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		write(t, client, "hello")
		wantRead(t, server, "hello")
		if got, want := server.RemoteAddr().String(), client.LocalAddr().String(); got != want {
			t.Errorf("the server sees %s, want %s", got, want)
		}
		if !n.Has("game.example:1") || n.Has("other.example:1") || !n.Has("GAME.example.") {
			t.Error("Has doesn't know the hosts of the network, or knows others")
		}
	})
}

func TestNetworkRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		n.AddHost("known.example")
		n.Blackhole("hole.example")
		for address, want := range map[string]error{
			"known.example:80": syscall.ECONNREFUSED,
			"192.0.2.1:80":     syscall.EHOSTUNREACH,
			"hole.example:80":  context.DeadlineExceeded,
		} {
			var op *net.OpError
			if _, err := dialNetwork(n, address); !errors.Is(err, want) || !errors.As(err, &op) {
				t.Errorf("dial %s: %v, want %v", address, err, want)
			}
		}
		var dns *net.DNSError
		if _, err := dialNetwork(n, "unknown.example:80"); !errors.As(err, &dns) || !dns.IsNotFound {
			t.Errorf("an unknown host: %v, want a DNS error that says not found", err)
		}
		if _, err := dialNetwork(n, "known.example:http"); err == nil {
			t.Error("a port without a number passed")
		}
	})
}

func TestNetworkListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		l, err := n.Listen(":80")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.Listen("localhost:80"); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("a second listener: %v, want in use", err)
		}
		waiting, err := dialNetwork(n, "localhost:80")
		if err != nil {
			t.Fatal(err)
		}
		defer waiting.Close()
		l.Close()
		wantReadError(t, waiting, syscall.ECONNRESET)
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
		if _, err := dialNetwork(n, "localhost:80"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial after Close: %v, want refused", err)
		}
		again, err := n.Listen("localhost:80")
		if err != nil {
			t.Fatalf("the address stays taken: %v", err)
		}
		again.Close()
	})
}

func TestNetworkBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		l, err := n.Listen("busy.example:80")
		if err != nil {
			t.Fatal(err)
		}
		var conns []net.Conn
		for range 128 {
			c, err := dialNetwork(n, "busy.example:80")
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		took := after(func() { _, err = dialNetwork(n, "busy.example:80") })
		if !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
			t.Errorf("the 129th dial: %v after %v, want a timeout after 3s", err, took)
		}
		refused := make(chan error)
		go func() { _, err := dialNetwork(n, "busy.example:80"); refused <- err }()
		synctest.Wait()
		l.Close()
		if err := <-refused; !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("a dial that hung when the listener closed: %v, want refused", err)
		}
		for _, c := range conns {
			wantReadError(t, c, syscall.ECONNRESET)
			c.Close()
		}
	})
}

func TestNetworkOnConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := wstest.NewNetwork(nil)
		n.OnConnect(func(client, _ *wstest.Conn) { client.Incoming().CutAfter(2) })
		l, err := n.Listen("cut.example:80")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		client, err := dialNetwork(n, "cut.example:80")
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		server, _ := l.Accept()
		defer server.Close()
		write(t, server, "abc")
		wantRead(t, client, "ab")
		wantReadError(t, client, syscall.ECONNRESET)
	})
}
