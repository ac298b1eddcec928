package main

import (
	"bufio"
	"crypto/tls"
	"net"
	"testing"

	"github.com/tickwire/tickwire/extension/wstest"
)

// TestEitherListener: a client that says nothing keeps no other one waiting, and
// its server can hang up on it; TLS and plain come by one port.
func TestEitherListener(t *testing.T) {
	authority, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	secure, err := authority.ServerConfig("echo.example.test")
	if err != nil {
		t.Fatal(err)
	}
	network := wstest.NewNetwork(nil)
	inner, err := network.Listen("echo.example.test:80")
	if err != nil {
		t.Fatal(err)
	}
	listener := &eitherListener{inner, secure}
	defer listener.Close()
	connect := func() (client, server net.Conn) {
		client, err := network.DialContext(t.Context(), "tcp", "echo.example.test:80")
		if err != nil {
			t.Fatal(err)
		}
		server, err = listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return client, server
	}
	// Each answers the line it gets with one of its own.
	serve := func(server net.Conn) {
		line, err := bufio.NewReader(server).ReadString('\n')
		if err == nil {
			_, err = server.Write([]byte("you said " + line))
		}
		if err != nil {
			t.Error(err)
		}
		server.Close()
	}
	ask := func(client net.Conn) string {
		if _, err := client.Write([]byte("hello\n")); err != nil {
			t.Error(err)
		}
		line, err := bufio.NewReader(client).ReadString('\n')
		if err != nil {
			t.Error(err)
		}
		return line
	}

	silent, mute := connect()
	plain, plainServer := connect()
	encrypted, tlsServer := connect()
	done := make(chan struct{}, 2)
	for _, server := range []net.Conn{plainServer, tlsServer} {
		// Owned by the test; the client's line ends it; joined below.
		go func() {
			serve(server)
			done <- struct{}{}
		}()
	}
	config := authority.ClientConfig()
	config.ServerName = "echo.example.test"
	for name, client := range map[string]net.Conn{"plain": plain, "TLS": tls.Client(encrypted, config)} {
		if got := ask(client); got != "you said hello\n" {
			t.Errorf("%s: %q", name, got)
		}
		client.Close()
	}
	<-done
	<-done

	mute.Close()
	if n, err := silent.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes from a server that hung up", n)
	}
	silent.Close()
}
