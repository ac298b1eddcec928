package spec

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	luasrc "github.com/tickwire/tickwire/lua"
)

// BenchmarkW3CEvent compares a message event of tickwire.w3c with one of the
// native module: the time of an Update that delivers messages of 32 bytes to a
// callback that reads them, in turns, so that a machine that slows down slows
// both. "ratio" is the median of the turns' ratios. GOGC is fixed, since the live
// heap would decide its share.
func BenchmarkW3CEvent(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	const turn = 256 // messages
	native := newEventBench(b, `
		websocket.connect(url, nil, function(self, connection, data)
			if data.event == websocket.EVENT_MESSAGE then
				last = data.message
				count = count + 1
			end
		end)`)
	w3c := newEventBench(b, `
		local socket = require("tickwire.w3c").new(url)
		socket.onmessage = function(event)
			last = event.data
			count = count + 1
		end`)
	var ratios, natives, w3cs []float64
	for b.Loop() {
		one, two := native.turn(turn), w3c.turn(turn)
		natives, w3cs, ratios = append(natives, one), append(w3cs, two), append(ratios, two/one)
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(natives), "native-ns/event")
	b.ReportMetric(median(w3cs), "w3c-ns/event")
	b.ReportMetric(0, "ns/op") // an operation is a turn: it says nothing
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// eventBench is a script with one connection to a server in memory.
type eventBench struct {
	b    *testing.B
	L    *lua.LState
	ext  *extension.Extension
	peer *wstest.Peer
}

func newEventBench(b *testing.B, script string) *eventBench {
	b.Helper()
	network := wstest.NewNetwork(nil)
	server, err := wstest.NewServer(wstest.Options{Network: network, Address: "game.test:80", Backlog: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	e := &eventBench{b: b, L: lua.NewState()}
	e.ext = extension.New(extension.Options{Dialer: network.DialContext, MaxTime: -1, InboundCredit: 1 << 30})
	b.Cleanup(func() {
		e.ext.Close()
		server.Close()
		e.L.Close()
	})
	if err := e.ext.Open(e.L); err != nil {
		b.Fatal(err)
	}
	if err := luasrc.Open(e.L); err != nil {
		b.Fatal(err)
	}
	e.L.SetGlobal("url", lua.LString("ws://game.test/"))
	if err := e.L.DoString("count = 0 " + script); err != nil {
		b.Fatal(err)
	}
	if e.peer, err = server.Accept(b.Context()); err != nil {
		b.Fatal(err)
	}
	e.await(1)
	e.ext.Update() // it is open
	return e
}

// await waits until so many events wait for an Update.
func (e *eventBench) await(events int) {
	for late := time.Now().Add(10 * time.Second); e.ext.Backlog() < events; runtime.Gosched() {
		if time.Now().After(late) {
			e.b.Fatalf("%d events came, want %d", e.ext.Backlog(), events)
		}
	}
}

// turn delivers so many messages, and returns the nanoseconds of each.
func (e *eventBench) turn(messages int) float64 {
	frames := strings.Repeat("\x81\x20"+strings.Repeat("x", 32), messages)
	if err := e.peer.SendRaw([]byte(frames)); err != nil {
		e.b.Fatal(err)
	}
	e.await(messages)
	before := e.L.GetGlobal("count").(lua.LNumber)
	start := time.Now()
	e.ext.Update()
	took := time.Since(start)
	if got := e.L.GetGlobal("count").(lua.LNumber) - before; int(got) != messages {
		e.b.Fatalf("the script counts %v messages, want %d", got, messages)
	}
	return float64(took.Nanoseconds()) / float64(messages)
}
