package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/tickwire/tickwire/extension"
)

// tally counts what happens on the connections of many engines. Safe from any
// goroutine.
type tally struct {
	connected, failed, disconnected     atomic.Int64
	sent, sentBytes, received, gotBytes atomic.Int64

	mu              sync.Mutex
	connect, answer *hdrhistogram.Histogram // microseconds; guarded by mu
	late            *hdrhistogram.Histogram // of frames; microseconds; guarded by mu
	missed          int64                   // frames; guarded by mu

	lastMessages, lastBytes int64 // at the last line; owned by who prints it
	lastAt                  time.Duration
}

// longest is what the histograms count as the longest, with two digits.
const longest = 10 * time.Minute

func newTally() tally {
	make := func() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest.Microseconds(), 2) }
	return tally{connect: make(), answer: make(), late: make()}
}

// hear is an extension's Trace.
func (t *tally) hear(what extension.Traffic) {
	switch what.Kind {
	case extension.TrafficConnected:
		t.connected.Add(1)
		t.record(t.connect, what.Elapsed)
	case extension.TrafficFailed:
		t.failed.Add(1)
	case extension.TrafficDisconnected:
		t.disconnected.Add(1)
	case extension.TrafficSent:
		t.sent.Add(1)
		t.sentBytes.Add(int64(what.Bytes))
	case extension.TrafficReceived:
		t.received.Add(1)
		t.gotBytes.Add(int64(what.Bytes))
		if what.Elapsed > 0 {
			t.record(t.answer, what.Elapsed)
		}
	}
}

// frame counts one that came late by the clock. Where it is late by a period and
// more, those that were due meanwhile are missed: they come after it or not at all.
func (t *tally) frame(late, period time.Duration) {
	t.record(t.late, late)
	if late >= period {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.missed++
	}
}

func (t *tally) record(h *hdrhistogram.Histogram, elapsed time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// It fails for what is beyond the longest alone.
	_ = h.RecordValue(min(max(elapsed, time.Microsecond), longest).Microseconds())
}

// percentiles are of one histogram, in milliseconds.
type percentiles struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

func (p percentiles) String() string {
	if p.Count == 0 {
		return "-"
	}
	return fmt.Sprintf("50 %%: %.2f, 90 %%: %.2f, 99 %%: %.2f, at most %.2f", p.P50, p.P90, p.P99, p.Max)
}

func (t *tally) percentiles(h *hdrhistogram.Histogram) percentiles {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := func(q float64) float64 { return float64(h.ValueAtQuantile(q)) / 1000 }
	if h.TotalCount() == 0 {
		return percentiles{}
	}
	return percentiles{h.TotalCount(), at(50), at(90), at(99), float64(h.Max()) / 1000}
}

func (t *tally) missedFrames() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.missed
}

func (t *tally) summary() summary {
	return summary{
		Connected: t.connected.Load(), Failed: t.failed.Load(), Disconnected: t.disconnected.Load(),
		Sent:     counted{t.sent.Load(), t.sentBytes.Load()},
		Received: counted{t.received.Load(), t.gotBytes.Load()},
		Connect:  t.percentiles(t.connect),
		Answer:   t.percentiles(t.answer),
		Frames:   frames{t.percentiles(t.late), t.missedFrames()},
	}
}

// line is what happened since the last one, for somebody who watches.
func (t *tally) line(at time.Duration, running int) string {
	messages, bytes := t.sent.Load()+t.received.Load(), t.sentBytes.Load()+t.gotBytes.Load()
	passed := (at - t.lastAt).Seconds()
	rate := func(now, before int64) float64 { return float64(now-before) / max(passed, 1e-3) }
	text := fmt.Sprintf("%4.0f s  %d running  %d connected  %d failed  %.0f messages/s  %.0f bytes/s  ms to answer %v",
		at.Seconds(), running, t.connected.Load(), t.failed.Load(), rate(messages, t.lastMessages), rate(bytes, t.lastBytes), t.percentiles(t.answer))
	t.lastMessages, t.lastBytes, t.lastAt = messages, bytes, at
	return text
}
