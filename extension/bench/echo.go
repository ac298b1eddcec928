package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// row is one comparison: messages of size bytes, window of them under way on
// each connection.
type row struct {
	name         string
	size, window int
	messages     int // a turn
	connections  int // 0: one
	heap         int // bytes of live heap beside
	peer         client
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

// client echoes messages and tells how long it took.
type client func(url string, r *row) (time.Duration, error)

// errMissing is a peer that is not installed.
var errMissing = errors.New("not installed")

// echo measures one connection against other clients.
func echo(s *session) error {
	return s.rows([]row{
		{name: "32 B, W = 256, against gws", size: 32, window: 256, messages: 300_000, peer: gwsClient},
		{name: "32 B, W = 256, against gorilla/websocket", size: 32, window: 256, messages: 150_000, peer: gorillaClient},
		{name: "32 B, W = 256, against coder/websocket", size: 32, window: 256, messages: 100_000, peer: coderClient},
		{name: "32 B, W = 256, against Node's ws", size: 32, window: 256, messages: 100_000, peer: nodeClient},
		{name: "1 KiB, W = 128, against gws", size: 1 << 10, window: 128, messages: 150_000, peer: gwsClient},
		{name: "64 KiB, W = 8, 64 MiB live heap, against gws", size: 64 << 10, window: 8, messages: 8_000, heap: 64 << 20, peer: gwsClient},
		{name: "1 MiB, W = 2, against gws", size: 1 << 20, window: 2, messages: 400, peer: gwsClient},
		{name: "1 KiB JSON, compressed, W = 64, against gws", size: 1 << 10, window: 64, messages: 20_000, deflate: true, peer: gwsClient},
		{name: "32 B, W = 1, against gobwas/ws, a hand-off each way", size: 32, window: 1, messages: 20_000, peer: handOff},
		{name: "32 B, W = 1, against gobwas/ws on one goroutine", size: 32, window: 1, messages: 20_000, peer: oneGoroutine},
		{name: "32 B at 60 Hz, W = 8192, against gws running free", size: 32, window: 8192, messages: 400_000, tick: time.Second / 60, peer: gwsClient},
	})
}

// rows measures ours against each row's peer, in turns within this process
// (Node and k6 are one of their own), against one server in another.
func (s *session) rows(rows []row) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	for _, r := range rows {
		url := urls.plain
		if r.deflate {
			url = urls.deflate
		}
		if err := s.run(&r, url); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

func (s *session) run(r *row, url string) error {
	live := make([]byte, r.heap)
	for i := range live {
		live[i] = byte(i)
	}
	var ours, peers []float64
	missing := ""
	for turn := range s.turns + 1 {
		peer := time.Duration(0)
		if missing == "" {
			runtime.GC()
			took, err := r.peer(url, r)
			if errors.Is(err, errMissing) {
				missing = err.Error()
			} else if err != nil {
				return err
			}
			peer = took
		}
		runtime.GC()
		own, err := tickwire(url, r)
		if err != nil {
			return err
		}
		if turn == 0 {
			continue // warm-up
		}
		ours = append(ours, float64(r.messages)/own.Seconds())
		peers = append(peers, float64(r.messages)/peer.Seconds())
	}
	runtime.KeepAlive(live)
	const unit = "messages/s"
	if missing != "" {
		return s.report.row(result{Name: r.name, Ours: median(ours), Unit: unit, Reason: missing})
	}
	return s.report.row(compare(r.name, unit, ours, peers))
}
