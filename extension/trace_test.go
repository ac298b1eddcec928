package extension

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTrace holds that a host hears of each message and each event, with the time
// to connect and to answer.
func TestTrace(t *testing.T) {
	var heard []string
	names := map[TrafficKind]string{TrafficConnected: "connected", TrafficSent: "sent", TrafficReceived: "received", TrafficFailed: "failed", TrafficDisconnected: "over"}
	options := Options{Trace: func(what Traffic) {
		heard = append(heard, fmt.Sprintf("%s %d %v", names[what.Kind], what.Bytes, what.Elapsed))
	}}
	inBubble(t, options, func(r *rig) {
		r.do(`open("ws://echo.test/", nil, { connected = function(_, c) websocket.send(c, "hello") end })`)
		time.Sleep(10 * time.Millisecond) // the bubble's: it costs nothing
		r.frames(1)
		time.Sleep(20 * time.Millisecond)
		r.frames(1)
		r.do(`open("ws://nowhere.test/")`)
		r.frames(1)
		want := []string{"connected 0 10ms", "sent 5 0s", "received 5 20ms", "failed 0 0s", "over 0 0s"}
		if diff := cmp.Diff(want, heard); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}
