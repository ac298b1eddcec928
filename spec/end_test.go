package spec

import (
	"testing"
	"testing/synctest"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	"github.com/tickwire/tickwire/lua/headless"
)

// TestProgramEnds holds what no spec can see, for it ends with its program: a
// connection says goodbye (1001), one that is on its way is given up, and it is
// quick, whatever the server does.
func TestProgramEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer wstest.Answer
		peers  int           // clients that the server got to know
		code   int           // what they said at the end; 0 for nothing
		within time.Duration // of the bubble's time
	}{
		{"with an open connection", wstest.Answer{}, 1, 1001, 0},
		{"with a server that answers no close", wstest.Answer{Silent: true}, 1, 1001, time.Second},
		{"with a server that reads nothing", wstest.Answer{Paused: true}, 1, 0, time.Second},
		{"while the server is mute", wstest.Answer{Mute: wstest.AtRequest}, 0, 0, 0},
		{"while the server says no hello", wstest.Answer{Mute: wstest.AtAccept}, 0, 0, 0},
		{"while the answer is late", wstest.Answer{Delay: 2 * time.Second}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, engine := runProgram(t, c.answer)
				start := time.Now()
				if err := engine.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
				if took := time.Since(start); took > c.within {
					t.Errorf("the end took %v, want at most %v", took, c.within)
				}
				synctest.Wait()
				peers := server.Peers()
				if len(peers) != c.peers {
					t.Fatalf("the server knows %d clients, want %d", len(peers), c.peers)
				}
				for _, peer := range peers {
					if code, _, _ := peer.Closed(); code != c.code {
						t.Errorf("the client closed with %d, want %d", code, c.code)
					}
				}
				if err := server.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// runProgram runs testdata/player.script against a server in memory for a
// second, wired as the command does it.
func runProgram(t *testing.T, answer wstest.Answer) (*wstest.Server, *headless.Engine) {
	t.Helper()
	network := wstest.NewNetwork(nil)
	server, err := wstest.NewServer(wstest.Options{Network: network, Address: "game.test:80", Answer: answer})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := headless.New(headless.Options{Root: "..", OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	websocket := extension.New(extension.Options{Host: engine, OnError: engine.Report, Dialer: network.DialContext})
	if err := engine.Add(websocket); err != nil {
		t.Fatal(err)
	}
	script, err := engine.LoadScript("spec/testdata/player.script")
	if err != nil {
		t.Fatal(err)
	}
	engine.State().SetField(script.Self(), "url", lua.LString("ws://game.test/"))
	const frame = time.Second / 60
	for range 60 {
		engine.Step(frame)
		time.Sleep(frame) // the bubble's time
	}
	return server, engine
}
