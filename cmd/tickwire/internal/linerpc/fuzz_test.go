package linerpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/cmd/tickwire/internal/linerpc"
	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
)

// FuzzRPCLine reads whatever: each line that is not empty gets one answer, all
// that goes out is JSON of the three shapes, nothing raises, and it ends.
func FuzzRPCLine(f *testing.F) {
	const maxLine = 1 << 10
	for _, c := range badLines {
		f.Add(c.line + "\n")
	}
	for _, text := range []string{
		"", "\n\r\n \n", create, create + "\n" + create + "\n", strings.Repeat("x", 2*maxLine) + "\n" + create,
		`{"id":1,"action":"websocket-create","payload":{"url":"ws://a.test","headers":{"A":"b"},"protocols":["c"]}}` + "\n" +
			`{"id":2,"action":"websocket-close","payload":{"id":"ws-1","code":3000,"reason":"d"}}` + "\n" +
			`{"id":"3","action":"websocket-send","payload":{"id":"ws-1","type":"arraybuffer","data":[0,255]}}` + "\n" +
			`{"id":4,"action":"websocket-send","payload":{"id":"ws-1","type":"text","data":"\ud83d\ude00"}}` + "\n" +
			`{"id":5,"action":"enter-background"}`,
	} {
		f.Add(text)
	}
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") }
	var raised []error
	report := func(err error) { raised = append(raised, err) }
	L := lua.NewState() // one for all inputs: ids count on
	websocket := extension.New(extension.Options{OnError: report, Dialer: refuse})
	if err := errors.Join(luasrc.Open(L), websocket.Open(L)); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		websocket.Close()
		L.Close()
	})
	f.Fuzz(func(t *testing.T, text string) {
		var out bytes.Buffer
		raised = nil
		host := linerpc.New(linerpc.Options{In: strings.NewReader(text), Out: &out, OnError: report, MaxLine: maxLine})
		if err := host.Open(L); err != nil {
			t.Fatal(err)
		}
		late := time.After(time.Minute)
		for host.Active()+websocket.Active() > 0 {
			select {
			case <-host.Wake():
			case <-websocket.Wake():
			case <-late:
				t.Fatal("it does not end")
			}
			websocket.Update()
			host.Update()
			websocket.Flush()
		}
		if err := host.Close(); err != nil {
			t.Error(err)
		}
		if len(raised) > 0 {
			t.Errorf("reported: %v", raised)
		}
		want, got := 0, 0
		for line := range strings.SplitSeq(text, "\n") {
			if strings.Trim(line, " \t\r\n") != "" || len(line) > maxLine {
				want++
			}
		}
		for line := range strings.Lines(out.String()) {
			var o map[string]json.RawMessage
			if err := json.Unmarshal([]byte(line), &o); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			_, response := o["response"]
			_, problem := o["error"]
			_, event := o["event"]
			_, id := o["id"]
			switch {
			case id && response != problem && len(o) == 2:
				got++
			case event && o["payload"] != nil && len(o) == 2:
			default:
				t.Errorf("%q is neither a response nor an error nor an event", line)
			}
		}
		if got != want {
			t.Errorf("%d answers to %d lines:\n%s", got, want, out.String())
		}
	})
}
