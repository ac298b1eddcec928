package extension

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// BenchmarkWorstFrame measures the worst Update and Flush over real sockets of
// this machine. One operation is a frame of 1 ms; the script's own part is not
// measured. "dials" includes the frames that report a thousand failures.
func BenchmarkWorstFrame(b *testing.B) {
	for _, budget := range []time.Duration{0, time.Millisecond} {
		name := "default"
		if budget != 0 {
			name = budget.String()
		}
		b.Run("flood/budget="+name, func(b *testing.B) {
			url := serveFlood(b)
			worstFrame(b, Options{MaxTime: budget}, `
				local function connect()
					websocket.connect("`+url+`", nil, function() events = events + 1 end)
				end
				for i = 1, 4 do connect() end
				function frame() end`)
		})
	}
	b.Run("stalled", func(b *testing.B) {
		server, err := wstest.NewServer(wstest.Options{Answer: wstest.Answer{Paused: true}})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { server.Close() })
		worstFrame(b, Options{}, `
			local open, block = {}, ("x"):rep(65536)
			for i = 1, 10 do
				websocket.connect("`+server.URL()+`", nil, function(_, connection, data)
					events = events + 1
					if data.event == websocket.EVENT_CONNECTED then open[#open + 1] = connection end
				end)
			end
			function frame()
				for _, connection in ipairs(open) do
					repeat until not pcall(websocket.send, connection, block) -- the outbox is full
				end
			end`)
	})
	b.Run("dials", func(b *testing.B) {
		// Connections are made, by the system, and never accepted.
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { listener.Close() })
		worstFrame(b, Options{}, `
			function frame()
				if active() > 0 then return end
				for i = 1, 1000 do
					websocket.connect("ws://`+listener.Addr().String()+`/", { timeout = 100 }, function() events = events + 1 end)
				end
			end`)
	})
}

// worstFrame runs frames of script and reports how long Update and Flush took.
func worstFrame(b *testing.B, o Options, script string) {
	L := lua.NewState()
	b.Cleanup(L.Close)
	e := New(o)
	if err := e.Open(L); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	L.SetGlobal("active", L.NewFunction(func(L *lua.LState) int { L.Push(lua.LNumber(e.Active())); return 1 }))
	if err := L.DoString("events = 0 " + script); err != nil {
		b.Fatal(err)
	}
	frame := L.GetGlobal("frame")
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	var updates, flushes []float64
	for b.Loop() {
		<-ticker.C
		start := time.Now()
		e.Update()
		updates = append(updates, float64(time.Since(start).Nanoseconds())/1e3)
		if err := L.CallByParam(lua.P{Fn: frame, Protect: true}); err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		e.Flush()
		flushes = append(flushes, float64(time.Since(start).Nanoseconds())/1e3)
	}
	report := func(name string, took []float64) {
		slices.Sort(took)
		b.ReportMetric(took[len(took)-1], "worst-"+name+"-µs")
		b.ReportMetric(took[len(took)*99/100], "p99-"+name+"-µs")
		b.ReportMetric(took[len(took)/2], "p50-"+name+"-µs")
	}
	report("update", updates)
	report("flush", flushes)
	events, _ := strconv.ParseFloat(L.GetGlobal("events").String(), 64)
	b.ReportMetric(events/float64(len(updates)), "events/frame")
	b.ReportMetric(0, "ns/op") // it is the ticker's
}

// serveFlood serves messages of 32 bytes without end and gives the URL.
func serveFlood(b *testing.B) string {
	batch := []byte(strings.Repeat(string(ws.MustCompileFrame(ws.NewBinaryFrame(make([]byte, 32)))), 1000))
	server, err := wstest.NewServer(wstest.Options{Handler: func(p *wstest.Peer) {
		for p.SendRaw(batch) == nil && p.Flush(context.Background()) == nil {
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { server.Close() })
	return server.URL()
}
