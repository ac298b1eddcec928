package luasrc_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	luasrc "github.com/tickwire/tickwire/lua"
)

// TestReconnectOnABareHost holds that a plain gopher-lua state is enough, and
// its own pcall and xpcall.
func TestReconnectOnABareHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := wstest.NewNetwork(nil)
		var requests atomic.Int32
		server, err := wstest.NewServer(wstest.Options{Network: network, Address: "game.test:80", Echo: true, Respond: func(*wstest.Request) wstest.Answer {
			if requests.Add(1) < 3 {
				return wstest.Answer{Status: 503}
			}
			return wstest.Answer{}
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		L := lua.NewState()
		defer L.Close()
		var reported []string
		ext := extension.New(extension.Options{
			Dialer: func(ctx context.Context, kind, address string) (net.Conn, error) {
				return network.DialContext(ctx, kind, address)
			},
			OnError: func(err error) { reported = append(reported, err.Error()) },
		})
		if err := errors.Join(ext.Open(L), luasrc.Open(L)); err != nil {
			t.Fatal(err)
		}
		defer ext.Close()
		if err := L.DoString(`
			local reconnect = require("tickwire.reconnect")
			told = {}
			local client
			client = reconnect.new({
				url = "ws://game.test/",
				random = function() return 0.5 end,
				on_state = function(_, _, state, info) told[#told + 1] = state .. (state == "waiting" and " " .. info.delay or "") end,
				on_message = function(_, _, message)
					told[#told + 1] = message
					if message == "last" then client:close() end
				end,
				on_open = function() error("oops") end,
			})
			client:send("first")
			client:send("last")`); err != nil {
			t.Fatal(err)
		}
		for ext.Active() > 0 {
			<-ext.Wake()
			ext.Update()
			ext.Flush()
		}
		if err := L.DoString(`
			told = table.concat(told, "|")
			assert(told == "waiting 0.25|connecting|waiting 0.5|connecting|open|first|last|closed", told)`); err != nil {
			t.Error(err)
		}
		if len(reported) != 1 {
			t.Errorf("reported %q, want on_open's error", reported)
		}
	})
}
