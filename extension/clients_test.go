package extension_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/tickwire/tickwire/extension"
)

// TestOtherClients: what a host's other clients may is what scripts may.
func TestOtherClients(t *testing.T) {
	ctx := t.Context()
	ext := extension.New(extension.Options{
		Listen: []string{"loopback"},
		Policy: extension.Policy{Deny: []string{"private", "http://*"}},
		Allow: func(_ context.Context, to extension.Destination) error {
			if to.Port == 13 {
				return net.ErrClosed
			}
			return nil
		},
	})
	defer ext.Close()

	server, err := ext.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	nc, err := ext.DialContext(ctx, "tcp", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()

	for _, test := range []struct {
		name string
		call func() error
		want string // in the error; "" for none
	}{
		{"a port that is taken", func() error { _, err := ext.Listen(ctx, "tcp", server.Addr().String()); return err }, "the address is in use"},
		{"every address", func() error { _, err := ext.Listen(ctx, "tcp", ":0"); return err }, `not allowed here, only "loopback"`},
		{"no address", func() error { _, err := ext.Listen(ctx, "tcp", "game.example:80"); return err }, "is no address"},
		{"a UDP port", func() error { return ext.PermitPort("127.0.0.1:9") }, ""},
		{"a UDP port elsewhere", func() error { return ext.PermitPort("192.168.1.5:9") }, "not allowed here"},
		{"a packet", func() error { return ext.Permit(ctx, "udp", "203.0.113.5:9") }, ""},
		{"a packet inside", func() error { return ext.Permit(ctx, "udp", "10.1.2.3:9") }, `denied by the rule "private"`},
		{"a packet inside, in IPv6", func() error { return ext.Permit(ctx, "udp", "[::ffff:10.1.2.3]:9") }, `denied by the rule "private"`},
		{"a packet that the host refuses", func() error { return ext.Permit(ctx, "udp", "203.0.113.5:13") }, "is not allowed"},
		{"a packet to a name", func() error { return ext.Permit(ctx, "udp", "game.example:9") }, "game.example:9 is no address"},
		{"a scheme", func() error { _, err := ext.DialContext(ctx, "http", server.Addr().String()); return err }, `denied by the rule "http://*"`},
	} {
		err := test.call()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// TestOtherClientsOfBadOptions: options that can't be meant let nothing through.
func TestOtherClientsOfBadOptions(t *testing.T) {
	ext := extension.New(extension.Options{Policy: extension.Policy{Deny: []string{"privat"}}})
	defer ext.Close()
	if _, err := ext.DialContext(t.Context(), "tcp", "127.0.0.1:9"); err == nil || !strings.Contains(err.Error(), "privat") {
		t.Errorf("DialContext: %v", err)
	}
	if err := ext.Permit(t.Context(), "udp", "127.0.0.1:9"); err == nil || !strings.Contains(err.Error(), "privat") {
		t.Errorf("Permit: %v", err)
	}
}
