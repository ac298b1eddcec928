package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tickwire/tickwire/extension/wstest"
)

// peersKey is where a script's servers are kept.
type peersKey struct{}

// peers are servers that record what clients do.
type peers struct{ plain, secure *wstest.Server }

// startPeers sets $PEER, $SECURE_PEER and ca.pem.
func startPeers(env *testscript.Env) error {
	authority, err := wstest.NewCA(nil)
	if err != nil {
		return err
	}
	config, err := authority.ServerConfig("secure.example.test")
	if err != nil {
		return err
	}
	p := &peers{}
	if p.plain, err = wstest.NewServer(wstest.Options{}); err != nil {
		return err
	}
	env.Defer(func() { p.plain.Close() })
	if p.secure, err = wstest.NewServer(wstest.Options{TLS: config}); err != nil {
		return err
	}
	env.Defer(func() { p.secure.Close() })
	env.Values[peersKey{}] = p
	env.Values[processKey{}] = make(map[string]*process)
	env.Setenv("GORACE", os.Getenv("GORACE")) // set by TestMain
	env.Setenv("PEER", p.plain.Addr().String())
	env.Setenv("SECURE_PEER", p.secure.Addr().String())
	return os.WriteFile(filepath.Join(env.WorkDir, "ca.pem"), authority.PEM(), 0o644)
}

// firstPeer is the first client of either server.
func firstPeer(ctx context.Context, ts *testscript.TestScript) *wstest.Peer {
	p := ts.Value(peersKey{}).(*peers)
	server := p.plain
	if p.secure.Accepted() > 0 {
		server = p.secure
	}
	for _, peer := range server.Peers() {
		return peer
	}
	peer, err := server.Accept(ctx)
	ts.Check(err)
	return peer
}

// requestCmd is request HEADER VALUE; the header may be Host or SNI, too.
func requestCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: request HEADER VALUE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	request := firstPeer(ctx, ts).Request()
	got := request.Header.Get(args[0])
	switch args[0] {
	case "Host":
		got = request.Host
	case "SNI":
		got = request.ServerName
	}
	if got != args[1] {
		ts.Fatalf("the request's %s is %q, want %q", args[0], got, args[1])
	}
}

// closedCmd is closed CODE.
func closedCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: closed CODE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	code, _, err := firstPeer(ctx, ts).WaitClosed(ctx)
	ts.Check(err)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("the client closed with %d, want %s", code, args[0])
	}
}
