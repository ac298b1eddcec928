package linerpc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/cmd/tickwire/internal/linerpc"
	"github.com/tickwire/tickwire/extension/wstest"
	"github.com/tickwire/tickwire/lua/headless"
)

const create = `{"id":1,"action":"websocket-create","payload":{"url":"ws://echo.test/"}}`

// open says create and returns the connection's id.
func (r *rig) open() string {
	r.t.Helper()
	r.say(create)
	var answer struct{ Response struct{ ID string } }
	got := r.out.take()
	if err := json.Unmarshal([]byte(got[0]), &answer); err != nil {
		r.t.Fatalf("%q: %v", got, err)
	}
	if id := answer.Response.ID; len(got) == 2 && strings.HasPrefix(got[1], `{"event":"websocket-event","payload":{"id":"`+id+`","name":"open"`) {
		return id
	}
	r.t.Fatalf("it did not open: %q", got)
	return ""
}

// TestConversation: an answer to each line, and events between them.
func TestConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{Header: map[string][]string{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}, Protocol: "b"}, &output{})
		r.say(`{"id":"first","action":"websocket-create","payload":{"url":"ws://echo.test/","protocols":["a","b"]}}`)
		got := r.out.take()
		if len(got) != 2 || got[0] != `{"id":"first","response":{"id":"ws-1"}}` {
			t.Fatalf("create: %q", got)
		}
		var event struct {
			Event   string
			Payload struct {
				ID, Name string
				Payload  struct{ Headers map[string]string }
			}
		}
		if err := json.Unmarshal([]byte(got[1]), &event); err != nil {
			t.Fatal(err)
		}
		if p := event.Payload; event.Event != "websocket-event" || p.ID != "ws-1" || p.Name != "open" || p.Payload.Headers["Sec-WebSocket-Protocol"] != "b" {
			t.Errorf("open: %s", got[1])
		}
		for _, step := range []struct {
			line string
			want []string
		}{
			{`{"id":2,"action":"websocket-send","payload":{"id":"ws-1","type":"text","data":"grüße\n\u2028"}}`, []string{
				`{"id":2,"response":{}}`,
				`{"event":"websocket-event","payload":{"id":"ws-1","name":"message","payload":{"type":"text","data":"grüße\n` + "\u2028" + `"}}}`,
			}},
			{`{"id":3,"action":"websocket-send","payload":{"id":"ws-1","type":"arraybuffer","data":[]}}`, []string{
				`{"id":3,"response":{}}`,
				`{"event":"websocket-event","payload":{"id":"ws-1","name":"message","payload":{"type":"arraybuffer","data":[]}}}`,
			}},
			{`{"id":4,"action":"websocket-send","payload":{"id":"ws-1","type":"arraybuffer","data":[10,0,255]}}`, []string{
				`{"id":4,"response":{}}`,
				`{"event":"websocket-event","payload":{"id":"ws-1","name":"message","payload":{"type":"arraybuffer","data":[10,0,255]}}}`,
			}},
			{`{"id":5,"action":"websocket-close","payload":{"id":"ws-1","code":4000,"reason":"bye"}}`, []string{
				`{"id":5,"response":{}}`,
				`{"event":"websocket-event","payload":{"id":"ws-1","name":"close","payload":{"code":4000,"reason":"bye"}}}`,
			}},
			{`{"id":6,"action":"websocket-create","payload":{"url":"ws://nowhere.test/"}}`, []string{
				`{"id":6,"response":{"id":"ws-2"}}`,
				`{"event":"websocket-event","payload":{"id":"ws-2","name":"error","payload":{"errMsg":"websocket: connect \"ws://nowhere.test/\": no such host: nowhere.test"}}}`,
				`{"event":"websocket-event","payload":{"id":"ws-2","name":"close","payload":{"code":1006,"reason":""}}}`,
			}},
			{`{"id":7,"action":"enter-background"}`, []string{`{"id":7,"response":{}}`}},
		} {
			r.say(step.line)
			if diff := cmp.Diff(step.want, r.out.take()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", step.line, diff)
			}
		}
		if len(r.errs) > 0 {
			t.Errorf("reported: %v", r.errs)
		}
	})
}

// badLines are lines and their answers: the fuzzer's seeds too.
var badLines = []struct{ name, line, want string }{
	{"no JSON", `hello`, `{"id":null,"error":{"errMsg":"the line is no JSON object: invalid character 'h' looking for beginning of value at byte 1"}}`},
	{"half", `{"id":1`, `{"id":null,"error":{"errMsg":"the line is no JSON object: unexpected end of JSON input at byte 7"}}`},
	{"two", `{"id":1}{"id":2}`, `{"id":null,"error":{"errMsg":"the line is no JSON object: invalid character '{' after top-level value at byte 9"}}`},
	{"array", `[1]`, `{"id":null,"error":{"errMsg":"the line is no JSON object: it is a JSON array"}}`},
	{"null", `null`, `{"id":null,"error":{"errMsg":"the line is no JSON object: it is null"}}`},
	{"no id", `{"action":"enter-background"}`, `{"id":null,"error":{"errMsg":"id: want a number or a string, it is missing","property":"id"}}`},
	{"id null", `{"id":null,"action":"enter-background"}`, `{"id":null,"error":{"errMsg":"id: want a number or a string, got null","property":"id"}}`},
	{"id object", `{"id":{"a":1},"action":"enter-background"}`, `{"id":null,"error":{"errMsg":"id: want a number or a string, got {\"a\":1}","property":"id"}}`},
	{"id true", `{"id":true,"action":"enter-background"}`, `{"id":null,"error":{"errMsg":"id: want a number or a string, got true","property":"id"}}`},
	{"no action", `{"id":1}`, `{"id":1,"error":{"errMsg":"action: want websocket-create, websocket-send, websocket-close or enter-background, it is missing","property":"action"}}`},
	{"an unknown action", `{"id":1,"action":"websocket-open","payload":{}}`, `{"id":1,"error":{"errMsg":"action: want websocket-create, websocket-send, websocket-close or enter-background, got \"websocket-open\"","property":"action"}}`},
	{"an action that is null", `{"id":1,"action":null}`, `{"id":1,"error":{"errMsg":"action: want websocket-create, websocket-send, websocket-close or enter-background, got null","property":"action"}}`},
	{"an action in capitals", `{"id":1,"ACTION":"enter-background"}`, `{"id":1,"error":{"errMsg":"action: want websocket-create, websocket-send, websocket-close or enter-background, it is missing","property":"action"}}`},
	{"no payload", `{"id":1,"action":"websocket-create"}`, `{"id":1,"error":{"errMsg":"websocket-create: payload: want an object, it is missing","property":"payload"}}`},
	{"a payload that is null", `{"id":1,"action":"websocket-create","payload":null}`, `{"id":1,"error":{"errMsg":"websocket-create: payload: want an object, got null","property":"payload"}}`},
	{"a number too big", `{"id":1,"action":"websocket-close","payload":{"id":"x","code":1e999}}`, `{"id":1,"error":{"errMsg":"payload: expected a number that Lua can hold but found 1e999 at character 18","property":"payload"}}`},
	{"half a pair as action", `{"id":1,"action":"\ud83d"}`, `{"id":1,"error":{"errMsg":"action: expected a unicode escape code but found \"ud83d\\\"\" at character 3","property":"action"}}`},
	{"deep", `{"id":1,"action":"websocket-close","payload":` + strings.Repeat("[", 1001) + strings.Repeat("]", 1001) + `}`, `{"id":1,"error":{"errMsg":"payload: expected at most 1000 arrays and objects within each other but found more at character 1001","property":"payload"}}`},
	{"what is not UTF-8", "{\"id\":\"\xff\",\"action\":\"\xfe\"}", "{\"id\":\"\ufffd\",\"error\":{\"errMsg\":\"action: want websocket-create, websocket-send, websocket-close or enter-background, got \\\"\ufffd\\\"\",\"property\":\"action\"}}"},
	{"a gap in data", `{"id":1,"action":"websocket-send","payload":{"id":"x","type":"arraybuffer","data":[1,2,null]}}`, `{"id":1,"error":{"errMsg":"websocket-send: data: item 3: want a whole number from 0 to 255, got null","property":"data"}}`},
	{"no connection", `{"id":-1.50,"action":"websocket-close","payload":{"id":"x"}}`, `{"id":-1.50,"error":{"errMsg":"websocket-close: id: there is no connection \"x\": it was never created, or it is closed","property":"id"}}`},
}

func TestBadLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{}, &output{})
		for _, c := range badLines {
			r.say(c.line)
			if diff := cmp.Diff([]string{c.want}, r.out.take()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		r.open() // and it goes on
		if len(r.errs) > 0 {
			t.Errorf("reported: %v", r.errs)
		}
	})
}

// TestIDs: an id comes back as it was written.
func TestIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{}, &output{})
		for _, id := range []string{`1`, `0`, `-7`, `1.50`, `1e3`, `12345678901234567890`, `""`, `"a"`, `"\u00e4\n\""`, `"1"`} {
			r.say(`{"id":  ` + id + ` ,"action":"enter-background"}`)
			if diff := cmp.Diff([]string{`{"id":` + id + `,"response":{}}`}, r.out.take()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", id, diff)
			}
		}
	})
}

// TestLineEnds: empty lines have no answer, CR LF is an end, and so is the
// input's.
func TestLineEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{}, &output{})
		io.WriteString(r.in, "\n \t\r\n"+`{"id":1,"action":"enter-background"}`+"\r\n\r\n"+`{"id":2,"action":"enter-background"}`)
		r.in.Close()
		r.settle()
		if diff := cmp.Diff([]string{`{"id":1,"response":{}}`, `{"id":2,"response":{}}`}, r.out.take()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestLineTooLong: it is passed over as a whole, whatever its length, and the
// next one is done.
func TestLineTooLong(t *testing.T) {
	for _, length := range []int{101, 64 << 10, 64<<10 + 1, 1 << 20} {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, linerpc.Options{MaxLine: 100}, wstest.Answer{}, &output{})
			r.say(strings.Repeat("x", length), strings.Repeat(" ", 64)+`{"id":1,"action":"enter-background"}`)
			want := []string{`{"id":null,"error":{"errMsg":"the line is longer than 100 bytes"}}`, `{"id":1,"response":{}}`}
			if diff := cmp.Diff(want, r.out.take()); diff != "" {
				t.Errorf("%d bytes (-want +got):\n%s", length, diff)
			}
		})
	}
}

// TestEndOfInput: all connections close, which is told, and the run is over.
func TestEndOfInput(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer wstest.Answer
		code   int // what the server hears; 0 for nothing
		within time.Duration
	}{
		{"open", wstest.Answer{}, 1000, time.Second},
		{"a server that does not answer", wstest.Answer{Silent: true}, 1000, 3 * time.Second},
		{"connecting", wstest.Answer{Mute: wstest.AtRequest}, 0, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, linerpc.Options{}, c.answer, &output{})
				r.say(create)
				r.out.take()
				began := time.Now()
				r.in.Close()
				select {
				case result := <-r.ended:
					if result.Reason != headless.Quiet {
						t.Errorf("it ended as %v", result.Reason)
					}
				case <-time.After(c.within):
					t.Fatalf("after %v it goes on", time.Since(began))
				}
				synctest.Wait()
				got := r.out.take()
				if want := `"name":"close","payload":{"code":1000,"reason":""}}}`; len(got) != 1 || !strings.HasSuffix(got[0], want) {
					t.Errorf("%q, want a line that ends in %s", got, want)
				}
				for _, peer := range r.server.Peers() {
					if code, _, _ := peer.Closed(); code != c.code {
						t.Errorf("the server heard %d, want %d", code, c.code)
					}
				}
			})
		})
	}
}

// TestOutputNotRead: while nobody reads, neither lines nor events pile up; then
// everything comes, in order, and nothing is lost.
func TestOutputNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &output{}
		r := start(t, linerpc.Options{Backlog: 4 << 10, MaxLine: 8 << 10}, wstest.Answer{}, out)
		id := r.open()
		synctest.Wait()
		out.mu.Lock()
		out.stuck = make(chan struct{})
		out.mu.Unlock()
		const n = 2000
		said := make(chan struct{})
		// Owned by the test; ends with the last line; joined by the receive below.
		go func() {
			defer close(said)
			for i := range n {
				fmt.Fprintf(r.in, `{"id":%d,"action":"websocket-send","payload":{"id":"%s","type":"text","data":"message %d"}}`+"\n", i, id, i)
			}
		}()
		peer := r.server.Peers()[0]
		var full int
		for i := range n {
			if err := peer.Send(fmt.Sprintf("event %d", i)); err != nil {
				t.Fatal(err)
			}
			if i%100 == 0 {
				r.settle()
				in, out := r.host.Waiting()
				if in > 9<<10 {
					t.Errorf("%d bytes wait to be done", in)
				}
				if full > 0 && out > full {
					t.Fatalf("%d bytes wait to be written, and there were %d before", out, full)
				}
				if out >= 4<<10 {
					full = out
				}
			}
		}
		if full == 0 {
			t.Error("the output is never full")
		}
		select {
		case <-said:
			t.Error("all lines were read while the output was not")
		default:
		}
		close(out.stuck)
		<-said
		time.Sleep(5 * time.Second)
		synctest.Wait()
		var answers, events, echoes int
		for _, line := range out.take() {
			switch {
			case line == fmt.Sprintf(`{"id":%d,"response":{}}`, answers):
				answers++
			case strings.Contains(line, fmt.Sprintf(`"data":"event %d"`, events)):
				events++
			case strings.Contains(line, fmt.Sprintf(`"data":"message %d"`, echoes)):
				echoes++
			default:
				t.Fatalf("after %d answers, %d events and %d echoes: %s", answers, events, echoes, line)
			}
		}
		if answers != n || events != n || echoes != n {
			t.Errorf("%d answers, %d events, %d echoes, want %d each", answers, events, echoes, n)
		}
	})
}

// TestFlood: many lines at once wait for no clock, nor do those that a slow
// output has held up.
func TestFlood(t *testing.T) {
	for name, stuck := range map[string]chan struct{}{"an output that is quick": nil, "an output that is slow": make(chan struct{})} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := &output{}
				if stuck != nil {
					out.stuck = make(chan struct{}) // the bubble's own
				}
				r := start(t, linerpc.Options{Backlog: 4 << 10}, wstest.Answer{}, out)
				const n = 1000
				var lines strings.Builder
				for i := range n {
					fmt.Fprintf(&lines, `{"id":%d,"action":"enter-background"}`+"\n", i)
				}
				began := time.Now()
				io.WriteString(r.in, lines.String())
				if out.stuck != nil {
					r.settle()
					began = time.Now()
					close(out.stuck)
				}
				for got := 0; got < n; {
					time.Sleep(time.Millisecond)
					synctest.Wait()
					if lines := out.take(); lines[0] != "" {
						got += len(lines)
					}
				}
				if took := time.Since(began); took > 50*time.Millisecond {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestCloseIsBounded: Close gives up on an output that nobody reads, and says so.
func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &output{stuck: make(chan struct{})}
		r := start(t, linerpc.Options{CloseTimeout: 300 * time.Millisecond}, wstest.Answer{}, out)
		r.say(`{"id":1,"action":"enter-background"}`)
		r.in.Close()
		<-r.ended
		began := time.Now()
		err := r.engine.Close()
		if took := time.Since(began); took != 300*time.Millisecond || err == nil || !strings.Contains(err.Error(), "nobody reads the output") {
			t.Errorf("Close took %v and returned %v", took, err)
		}
		close(out.stuck)
	})
}

// TestWriteFails: an output that can't be written ends the run, and is reported.
func TestWriteFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{}, &output{err: errors.New("disk full")})
		r.say(create)
		<-r.ended
		if len(r.errs) != 1 || r.errs[0].Error() != "rpc: write: disk full" {
			t.Errorf("reported %v", r.errs)
		}
	})
}

// TestReadFails: an input that can't be read ends the run, and is reported.
func TestReadFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, linerpc.Options{}, wstest.Answer{}, &output{})
		r.in.CloseWithError(errors.New("cut"))
		<-r.ended
		if len(r.errs) != 1 || r.errs[0].Error() != "rpc: read: cut" {
			t.Errorf("reported %v", r.errs)
		}
	})
}
