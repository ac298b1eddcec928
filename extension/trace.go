package extension

import (
	"time"

	"github.com/tickwire/tickwire/extension/internal/wire"
)

// TrafficKind says what a Traffic is about.
type TrafficKind int

// What Options.Trace hears of.
const (
	TrafficConnected    TrafficKind = iota // Elapsed is since connect
	TrafficSent                            // a script's message; Bytes is its payload
	TrafficReceived                        // Elapsed is since the last send of that connection, 0 where that was answered already
	TrafficFailed                          // an ERROR
	TrafficDisconnected                    // the connection is over
)

// Traffic is one thing that happened on a connection.
type Traffic struct {
	Kind    TrafficKind
	Bytes   int
	Elapsed time.Duration
}

// trace is what a handle remembers for Options.Trace.
type trace struct {
	began, sent time.Time // zero: nothing is awaited
}

// traceSent tells Options.Trace of a message that a script has sent.
func (e *Extension) traceSent(h *handle, bytes int) {
	if h.trace == nil {
		return
	}
	h.trace.sent = e.o.Clock.Now()
	e.o.Trace(Traffic{Kind: TrafficSent, Bytes: bytes})
}

// traceEvent tells Options.Trace of what a script is about to hear.
func (e *Extension) traceEvent(h *handle, event *wire.Event) {
	since := func(t *time.Time) (elapsed time.Duration) {
		if !t.IsZero() {
			elapsed = e.o.Clock.Now().Sub(*t)
			*t = time.Time{}
		}
		return elapsed
	}
	var t Traffic
	switch event.Kind {
	case wire.Connected:
		t = Traffic{Kind: TrafficConnected, Elapsed: since(&h.trace.began)}
	case wire.Message:
		t = Traffic{Kind: TrafficReceived, Bytes: len(event.Payload), Elapsed: since(&h.trace.sent)}
	case wire.Failed:
		t.Kind = TrafficFailed
	case wire.Disconnected:
		t.Kind = TrafficDisconnected
	default:
		return
	}
	e.o.Trace(t)
}
