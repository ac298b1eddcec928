package extension

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// flood serves, at an in-memory address, messages "0", "1", … each filled up to
// size, as fast as they are taken; total of them, or without end if it is 0.
// sent counts them.
func (r *rig) flood(address string, size, total int) (sent func() int) {
	r.t.Helper()
	filling := strings.Repeat(" ", size)
	counts := make(chan int, 1)
	counts <- 0
	server, err := wstest.NewServer(wstest.Options{Network: r.network, Address: address, Handler: func(p *wstest.Peer) {
		for i := 0; total == 0 || i < total; i++ {
			number := fmt.Sprint(i)
			if p.Send(number+filling[len(number):]) != nil {
				return
			}
			if i%16 == 15 && p.Flush(context.Background()) != nil {
				return
			}
			<-counts
			counts <- i + 1
		}
		<-p.Done()
	}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { server.Close() })
	return func() int {
		n := <-counts
		counts <- n
		return n
	}
}

// instant runs f and complains if time passes in it: in a bubble it does only if
// f waits, for the network, for a lock that a sleeper holds, for time itself.
func (r *rig) instant(what string, f func()) {
	r.t.Helper()
	start := time.Now()
	f()
	if d := time.Since(start); d != 0 {
		r.t.Errorf("%s took %v", what, d)
	}
}

// TestPausedGame: no Update for a minute while a server floods. Memory is
// bounded, the connection lives, and all of it is delivered afterwards.
func TestPausedGame(t *testing.T) {
	const total, size, credit = 5000, 1000, 100_000
	inBubble(t, Options{InboundCredit: credit, PingInterval: 2 * time.Second, PongTimeout: time.Second}, func(r *rig) {
		sent := r.flood("flood.test:80", size, total)
		r.do(`
			local n = 0
			game = websocket.connect("ws://flood.test/", nil, function(_, _, data)
				if data.event == websocket.EVENT_MESSAGE then
					assert(tonumber(data.message) == n, "out of order")
					n = n + 1
				elseif data.event ~= websocket.EVENT_CONNECTED then
					log("event " .. data.event .. " " .. data.message)
				end
			end)
			function report() log(n .. " " .. websocket.state(game) .. " " .. websocket.stats(game).backlog) end`)
		synctest.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()
		backlog, events := r.ext.handles[0].conn.Stats().Backlog, r.ext.Backlog()
		if least, most := credit, credit+size+256; backlog <= least || backlog > most {
			t.Errorf("%d bytes wait after a minute, want more than the credit of %d, up to %d", backlog, least, most)
		}
		if want := backlog/(size+256) + 1; events != want { // and CONNECTED
			t.Errorf("%d events wait, want %d", events, want)
		}
		if n := sent(); n > 2*events+200 { // the rest is in the in-memory network's buffers
			t.Errorf("the server got rid of %d messages: it was not pushed back", n)
		}
		for range total {
			r.frame()
			if sent() == total && r.ext.Backlog() == 0 {
				break
			}
		}
		r.frames(2)
		r.do(`report()`)
		r.expect(fmt.Sprintf("%d open 0", total))
	})
}

// TestUpdateSendsEarly: what callbacks send in a long Update goes out while it
// still runs, so that the peers' answers come in meanwhile; a little waits for
// Flush.
func TestUpdateSendsEarly(t *testing.T) {
	for _, c := range []struct {
		name, send string
		want       int
	}{
		{"127 messages wait", `for i = 1, 127 do websocket.send(c, "x") end`, 0},
		{"128 messages go", `for i = 1, 128 do websocket.send(c, "x") end`, 128},
		{"64 KiB go", `websocket.send(c, ("x"):rep(65536))`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Options{}, func(r *rig) {
				r.L.SetGlobal("backlog", r.L.NewFunction(func(L *lua.LState) int {
					synctest.Wait() // the network's turn, within a callback
					L.Push(lua.LNumber(r.ext.Backlog()))
					return 1
				}))
				r.do(`
					c = websocket.connect("ws://echo.test/", nil, function(_, c, data)
						if data.message == "send" then ` + c.send + ` end
						if data.message == "look" then log(tostring(backlog())) end
					end)`)
				r.frames(1)
				r.do(`websocket.send(c, "send") websocket.send(c, "look")`)
				r.ext.Flush()
				r.frame()
				r.expect(fmt.Sprint(c.want))
			})
		})
	}
}

// TestLaw8BacklogShowsWhatABudgetLeaves: it grows while the budget is too small
// for what comes, and falls afterwards.
func TestLaw8BacklogShowsWhatABudgetLeaves(t *testing.T) {
	inBubble(t, Options{MaxEvents: 10}, func(r *rig) {
		r.do(`a = open("ws://echo.test/") b = open("ws://echo.test/")`)
		r.frames(1)
		r.do(`for i = 1, 30 do websocket.send(a, "x") end for i = 1, 5 do websocket.send(b, "x") end`)
		r.ext.Flush()
		for _, want := range []int{35, 25, 15, 5, 0, 0} {
			synctest.Wait()
			if n := r.ext.Backlog(); n != want {
				t.Errorf("the backlog is %d events, want %d", n, want)
			}
			r.ext.Update()
		}
		r.lines = nil
		r.do(`log(websocket.stats(a).backlog .. " " .. websocket.stats(b).backlog)`)
		r.expect("0 0")
	})
}

// TestLaw5WorstFrame: no frame waits, whatever the network does.
func TestLaw5WorstFrame(t *testing.T) {
	t.Run("a flood", func(t *testing.T) {
		inBubble(t, Options{MaxBytes: 10_000, InboundCredit: 50_000}, func(r *rig) {
			r.flood("flood.test:80", 1000, 0)
			r.do(`
				n = 0
				for i = 1, 10 do websocket.connect("ws://flood.test/", nil, function() n = n + 1 end) end`)
			for range 200 {
				time.Sleep(16 * time.Millisecond)
				synctest.Wait()
				r.instant("Update", r.ext.Update)
				r.instant("Flush", r.ext.Flush)
			}
			// Each delivers its budget, no more and no less.
			if n := int(r.L.GetGlobal("n").(lua.LNumber)); n < 1990 || n > 2010 {
				t.Errorf("%d events in 200 frames of 10", n)
			}
		})
	})
	t.Run("a peer that does not read", func(t *testing.T) {
		inBubble(t, Options{OutboundBuffer: 1 << 20}, func(r *rig) {
			server, err := wstest.NewServer(wstest.Options{Network: r.network, Address: "stalled.test:80", Answer: wstest.Answer{Paused: true}})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			r.do(`
				refused = 0
				stalled, echo = open("ws://stalled.test/"), open("ws://echo.test/", nil, { message = function() end })
				local block = ("x"):rep(100000)
				function frame()
					local ok, problem = pcall(websocket.send, stalled, block)
					if not ok then
						assert(problem:find("the outbound buffer is full"), problem)
						refused = refused + 1
					end
					websocket.send(echo, "x")
				end`)
			r.frames(1)
			r.lines = nil
			for range 100 {
				r.instant("the script", func() { r.do(`frame()`) })
				r.instant("Flush", r.ext.Flush)
				time.Sleep(16 * time.Millisecond)
				synctest.Wait()
				r.instant("Update", r.ext.Update)
			}
			if n := int(r.L.GetGlobal("refused").(lua.LNumber)); n != 90 {
				t.Errorf("%d sends were refused, want 90 of 100: the buffer takes 10", n)
			}
			if n := len(r.lines); n != 100 {
				t.Errorf("%d echoes came beside the stalled peer, want 100", n)
			}
			r.lines = nil
		})
	})
	t.Run("a thousand dials to dead hosts", func(t *testing.T) {
		inBubble(t, Options{}, func(r *rig) {
			r.network.Blackhole("hole.test")
			r.do(`
				failed = 0
				echo = open("ws://echo.test/")
				function dial()
					for i = 1, 1000 do
						websocket.connect("ws://hole.test/", nil, function(_, _, data)
							if data.event == websocket.EVENT_ERROR then failed = failed + 1 end
						end)
					end
				end`)
			r.frames(1)
			r.lines = nil
			r.instant("connect", func() { r.do(`dial()`) })
			for range 3000/16 + 2 {
				r.do(`websocket.send(echo, "x")`)
				r.instant("Flush", r.ext.Flush)
				time.Sleep(16 * time.Millisecond)
				synctest.Wait()
				r.instant("Update", r.ext.Update)
			}
			if n := int(r.L.GetGlobal("failed").(lua.LNumber)); n != 1000 {
				t.Errorf("%d dials failed after their 3 s, want 1000", n)
			}
			if n := len(r.lines); n != 3000/16+2 {
				t.Errorf("%d echoes came meanwhile, want one a frame", n)
			}
			if n := r.ext.Active(); n != 1 {
				t.Errorf("%d are active, want the echo's", n)
			}
			r.lines = nil
		})
	})
}
