package extension

import (
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestQuotaOfConnections(t *testing.T) {
	host := &instances{current: lua.LNil}
	inBubble(t, Options{Host: host, Quota: Quota{Connections: 2}}, func(r *rig) {
		one, two := r.L.NewTable(), r.L.NewTable()
		host.current = one
		r.do(`
			a = open("ws://echo.test/") b = open("ws://echo.test/")
			open("ws://echo.test/", nil, { error = function(_, _, data) log(data.stage .. "/" .. data.cause .. " " .. data.message) end })`)
		host.current = two
		r.do(`open("ws://echo.test/")`) // another script's are its own
		r.frames(1)
		got := strings.Join(r.lines, "|")
		if n := strings.Count("|"+got+"|", "|connected"); n != 3 {
			t.Errorf("%d connected, want 3: %q", n, got)
		}
		if want := `limit/resources websocket: connect "ws://echo.test/": the script has 2 connections, which is its quota`; !strings.Contains(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
		// From its DISCONNECTED callback on, a connection's place is free.
		host.current = one
		r.lines = nil
		r.do(`
			websocket.disconnect(a)
			open("ws://echo.test/")`)
		r.frames(2)
		r.expect("error", "disconnected 1006", "disconnected 1000")
		host.current = one
		r.do(`open("ws://echo.test/", nil, { disconnected = function() open("ws://echo.test/") end, connected = function(_, c) websocket.disconnect(c) end })`)
		r.frames(4)
		r.expect("connected", "disconnected 1000", "connected")
		// A script that is deleted frees all of its own, and of no other.
		r.ext.Release(one)
		host.current = one
		r.do(`open("ws://echo.test/") open("ws://echo.test/")`)
		r.frames(1)
		r.expect("connected", "connected")
	})
}

func TestQuotaOfSending(t *testing.T) {
	host := &instances{current: lua.LNil}
	inBubble(t, Options{Host: host, Quota: Quota{SendBytes: 100, SendMessages: 3}, OutboundBuffer: 1000}, func(r *rig) {
		self, other := r.L.NewTable(), r.L.NewTable()
		host.current = self
		r.do(`
			function fails(f, connection, message, want)
				local ok, problem = pcall(f, connection, message)
				assert(not ok and problem:find(want, 1, true), tostring(problem))
			end
			a = open("ws://echo.test/") b = open("ws://echo.test/")`)
		host.current = other
		r.do(`c = open("ws://echo.test/")`)
		r.frames(1)
		host.current = self
		r.do(`
			fails(websocket.send, a, ("x"):rep(1001), "outbound buffer is full") -- which uses nothing up
			websocket.send(a, ("x"):rep(60))
			fails(websocket.send, b, ("x"):rep(60), "websocket.send: the script's quota of 100 bytes a second is used up: this message of 60 bytes can go in 0.200 s")
			websocket.send(b, "x")
			websocket.ping(b)
			fails(websocket.send, a, "x", "websocket.send: the script's quota of 3 messages a second is used up: this message of 1 bytes can go in 0.333 s")
			fails(websocket.ping, a, nil, "websocket.ping: the script's quota of 3 messages a second is used up")
			websocket.send(c, ("x"):rep(100)) -- another script's`)
		time.Sleep(400 * time.Millisecond)
		r.do(`websocket.send(a, "x")`)
		// A script gets no fresh quota by connecting again …
		r.do(`websocket.disconnect(a) websocket.disconnect(b)`)
		r.frames(3)
		host.current = self
		r.lines = nil
		r.do(`a = open("ws://echo.test/", nil, { connected = function(_, connection)
			fails(websocket.send, connection, ("x"):rep(90), "the script's quota of")
			log("held")
		end })`)
		r.frames(1)
		r.expect("connected", "held")
		// … and what it used is forgotten once it is made up for.
		host.current = self
		r.do(`websocket.disconnect(a)`)
		time.Sleep(time.Minute)
		r.frames(3)
		if n := len(r.ext.meters.of); n != 1 {
			t.Errorf("%d meters are kept, want the other script's", n)
		}
	})
}

// TestMetersAreBounded: scripts that come and go leave nothing behind.
func TestMetersAreBounded(t *testing.T) {
	host := &instances{current: lua.LNil}
	inBubble(t, Options{Host: host, Quota: Quota{ReceiveMessages: 1, SendMessages: 1}}, func(r *rig) {
		for range 1000 {
			host.current = r.L.NewTable()
			r.do(`open("ws://echo.test/", nil, { connected = function(_, c) websocket.send(c, "x") websocket.disconnect(c) end })`)
			r.frames(3)
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(r.ext.meters.of); n > fewMeters {
			t.Errorf("%d meters are kept", n)
		}
	})
}

// TestQuotaOfReceiving: past it the rest comes later, and nothing is lost.
func TestQuotaOfReceiving(t *testing.T) {
	inBubble(t, Options{Quota: Quota{ReceiveMessages: 5}}, func(r *rig) {
		r.do(`
			local n = 0
			a = open("ws://echo.test/", nil, { message = function() n = n + 1 end })
			function count() log("= " .. n) end`)
		r.frames(2)
		r.do(`for i = 1, 20 do websocket.send(a, "x") end`)
		r.frames(2)
		for second, want := range []string{"= 5", "= 10", "= 15", "= 20", "= 20"} {
			r.frames(2)
			r.lines = nil
			r.do(`count()`)
			if got := strings.Join(r.lines, "|"); got != want {
				t.Errorf("after %d s %s messages, want %s", second, got, want)
			}
			time.Sleep(time.Second)
		}
	})
}
