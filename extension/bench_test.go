package extension

import (
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// openHandle gives an extension with one handle that counts as open, without a
// network: what is measured is the way from the queue to the callback.
func openHandle(b *testing.B) (*Extension, *handle) {
	b.Helper()
	L := lua.NewState()
	b.Cleanup(L.Close)
	e := New(Options{})
	if err := e.Open(L); err != nil {
		b.Fatal(err)
	}
	if err := L.DoString("function callback(self, conn, data) end"); err != nil {
		b.Fatal(err)
	}
	h := e.newHandle(lua.LNil, L.GetGlobal("callback").(*lua.LFunction))
	h.state = stateOpen
	h.conn = wire.NewIdleConn(e.hub, e.add(h))
	return e, h
}

// BenchmarkDeliver compares an event's way through queue, table and callback
// with the bare loop that builds the same table and calls the same function, in
// turns, so that a machine that slows down slows both. One operation is one
// message of 32 bytes each way; "ratio" is the median of the turns' ratios. GOGC
// is fixed, since the live heap would decide its share.
func BenchmarkDeliver(b *testing.B) {
	const burst, turn = 64, 64 * 64
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	e, h := openHandle(b)
	payload := strings.Repeat("x", 32)
	event := func() {
		for n := range turn {
			wire.PostMessage(h.conn, wire.Text, strings.Clone(payload))
			if (n+1)%burst == 0 {
				e.Update()
			}
		}
	}
	bare := func() {
		for range turn {
			bareLoop(b, e.L, h, strings.Clone(payload))
		}
	}
	took := func(f func()) float64 {
		start := time.Now()
		f()
		return float64(time.Since(start).Nanoseconds()) / turn
	}
	var ratios, bares, events []float64
	for b.Loop() {
		one, two := took(bare), took(event)
		bares, events, ratios = append(bares, one), append(events, two), append(ratios, two/one)
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(bares), "bare-ns/event")
	b.ReportMetric(median(events), "ns/event")
	b.ReportMetric(testing.AllocsPerRun(10, event)/turn, "allocs/event")
	b.ReportMetric(0, "ns/op") // an operation is a turn: it says nothing
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// bareLoop is the least that a callback with an event costs.
func bareLoop(b *testing.B, L *lua.LState, h *handle, payload string) {
	t := L.CreateTable(0, 3)
	t.RawSetString("event", eventMessage)
	t.RawSetString("message", lua.LString(payload))
	t.RawSetString("type", typeText)
	L.Push(h.callback)
	L.Push(lua.LNil)
	L.Push(&h.userdata)
	L.Push(t)
	if err := L.PCall(3, 0, nil); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUpdateIdle is an Update with nothing to do, at one open connection
// and at 10,000.
func BenchmarkUpdateIdle(b *testing.B) {
	for _, connections := range []int{1, 10_000} {
		b.Run(strconv.Itoa(connections), func(b *testing.B) {
			e, h := openHandle(b)
			for range connections - 1 {
				other := *h
				other.conn = wire.NewIdleConn(e.hub, e.add(&other))
			}
			b.ReportAllocs()
			for b.Loop() {
				e.Update()
			}
		})
	}
}
