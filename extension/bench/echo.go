package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// row is one comparison: messages of size bytes, window of them under way.
type row struct {
	name         string
	size, window int
	messages     int // a turn
	heap         int // bytes of live heap beside
	ours, peer   client
	peerName     string
	tick         time.Duration // of ours; 0: it wakes
	deflate      bool          // both compress, with context takeover, against gws' server
}

// payload is what a row's messages hold: JSON of a game, where it is compressed.
func (r *row) payload() string {
	if !r.deflate {
		return strings.Repeat("x", r.size)
	}
	var b strings.Builder
	for i := 0; b.Len() < r.size; i++ {
		fmt.Fprintf(&b, `{"id":%d,"name":"player %d","x":%.3f,"y":%.3f},`, i, i*7919%97, float64(i)*1.37, float64(i)*2.71)
	}
	return b.String()[:r.size]
}

// client echoes messages over one connection and tells how long it took.
type client func(url string, r *row) (time.Duration, error)

// rows are what echo measures, in the order of the table in the README.
func rows() []row {
	return []row{
		{name: "32 B, W = 256", size: 32, window: 256, messages: 300_000, ours: tickwire, peer: gwsClient, peerName: "gws"},
		{name: "1 KiB, W = 128", size: 1 << 10, window: 128, messages: 150_000, ours: tickwire, peer: gwsClient, peerName: "gws"},
		{name: "64 KiB, W = 8, 64 MiB live heap", size: 64 << 10, window: 8, messages: 8_000, heap: 64 << 20, ours: tickwire, peer: gwsClient, peerName: "gws"},
		{name: "1 MiB, W = 2", size: 1 << 20, window: 2, messages: 400, ours: tickwire, peer: gwsClient, peerName: "gws"},
		{name: "32 B, W = 1, woken tick", size: 32, window: 1, messages: 20_000, ours: tickwire, peer: handOff, peerName: "gobwas/ws by hand, a hand-off each way"},
		{name: "32 B, W = 1, woken tick", size: 32, window: 1, messages: 20_000, ours: tickwire, peer: oneGoroutine, peerName: "gobwas/ws by hand, one goroutine"},
		{name: "1 KiB JSON, compressed, W = 64", size: 1 << 10, window: 64, messages: 20_000, deflate: true, ours: tickwire, peer: gwsClient, peerName: "gws with compression"},
		{name: "32 B, W = 256", size: 32, window: 256, messages: 100_000, ours: tickwire, peer: nodeClient, peerName: "Node's ws"},
		{name: "32 B at 60 Hz, W = 8192", size: 32, window: 8192, messages: 400_000, ours: tickwire, peer: gwsClient, peerName: "gws running free", tick: time.Second / 60},
	}
}

// echo prints each row: ours against its peer, in turns within one process,
// against one echo server in another; the ratio is the median of the turns'.
func echo(turns int) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	debug.SetGCPercent(400)
	fmt.Printf("%s, %s/%s, %d CPUs, GOGC=400, %d turns, the server in another process\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), turns)
	for _, r := range rows() {
		url := urls[0]
		if r.deflate {
			url = urls[1]
		}
		if err := r.run(url, turns); errors.Is(err, errMissing) {
			fmt.Printf("%-32s left out: %v\n", r.name, err)
		} else if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

func (r *row) run(url string, turns int) error {
	live := make([]byte, r.heap)
	for i := range live {
		live[i] = byte(i)
	}
	var ratios, ours, peers []float64
	for turn := range turns + 1 {
		runtime.GC()
		peer, err := r.peer(url, r)
		if err != nil {
			return err
		}
		runtime.GC()
		own, err := r.ours(url, r)
		if err != nil {
			return err
		}
		if turn == 0 {
			continue // warm-up
		}
		ratios = append(ratios, float64(peer)/float64(own))
		ours = append(ours, float64(r.messages)/own.Seconds())
		peers = append(peers, float64(r.messages)/peer.Seconds())
	}
	runtime.KeepAlive(live)
	fmt.Printf("%-32s %10.0f messages/s, %10.0f for %s: %.2f times (%.2f to %.2f)\n",
		r.name, median(ours), median(peers), r.peerName, median(ratios), slices.Min(ratios), slices.Max(ratios))
	return nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
