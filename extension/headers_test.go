package extension

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// recorder is a connection whose server takes the handshake and hangs up.
type recorder struct {
	net.Conn
	mu   sync.Mutex
	sent bytes.Buffer // guarded by mu
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.Write(p)
}

func (r *recorder) Read([]byte) (int, error) { return 0, io.EOF }
func (r *recorder) Close() error             { return nil }

// ownHeaders are what a handshake has without the script's doing.
var ownHeaders = []string{"Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version"}

// asked is what a script's headers and protocol come to, taken apart in the
// plainest way: RFC 9112 section 5 for a line of the string form.
type asked struct {
	header    http.Header
	protocols []string
	host      string
}

func (a *asked) add(name, value string) {
	value = strings.Trim(value, " \t")
	switch key := textproto.CanonicalMIMEHeaderKey(name); key {
	case "Sec-Websocket-Protocol":
		a.offer(value)
	case "Host":
		a.host = value
	default:
		a.header[key] = append(a.header[key], value)
	}
}

func (a *asked) offer(list string) {
	for _, protocol := range strings.Split(list, ",") {
		if protocol = strings.Trim(protocol, " \t"); protocol != "" && !slices.Contains(a.protocols, protocol) {
			a.protocols = append(a.protocols, protocol)
		}
	}
}

// FuzzHeaders: whatever a script passes as headers and protocol, connect raises
// or the request says that and no more, as net/http reads it.
func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{
		"", "\r\n", "A: b", "A: b\r\n", "A:b\r\nC: d: e\r\n", "A: b\r\n\r\nC: d", "nonsense", "A: b\nC: d", "A: b\rC: d", "A b: c", ": c",
		"Upgrade: x", "connection: x", "Sec-WebSocket-Key: x", "Sec-WebSocket-Protocol: a b", "Sec-WebSocket-Protocol: chat, v2",
		"Host: other.test", "Content-Length: 5", "Transfer-Encoding: chunked", "A: \x00", "A: \xff", "Ä: b", "A:\t b\t", "A: b\r\nA: c",
	} {
		name, value, _ := strings.Cut(seed, ":")
		f.Add(seed, name, value, "chat, v2")
		f.Add("", name, value, value)
		f.Add(seed, "X", "y\r\nInjected: z", "")
	}
	dialled := make(chan *recorder, 1)
	e := New(Options{Dialer: func(context.Context, string, string) (net.Conn, error) {
		nc := &recorder{}
		dialled <- nc
		return nc, nil
	}})
	L := lua.NewState()
	f.Cleanup(func() {
		if err := e.Close(); err != nil {
			f.Error(err)
		}
		L.Close()
	})
	if err := e.Open(L); err != nil {
		f.Fatal(err)
	}
	if err := L.DoString(`function dial(params) websocket.connect("ws://server.test/x", params, function() end) end`); err != nil {
		f.Fatal(err)
	}
	dial := func(t *testing.T, params *lua.LTable, want *asked) {
		if err := L.CallByParam(lua.P{Fn: L.GetGlobal("dial"), Protect: true}, params); err != nil {
			return // it raised, before any effect
		}
		nc := <-dialled
		for e.Active() > 0 {
			select {
			case <-e.Wake():
				e.Update()
			case <-time.After(10 * time.Second):
				t.Fatal("the dial does not end")
			}
		}
		nc.mu.Lock()
		defer nc.mu.Unlock()
		judgeRequest(t, nc.sent.String(), want)
	}
	f.Fuzz(func(t *testing.T, headers, name, value, protocol string) {
		params := L.NewTable()
		params.RawSetString("headers", lua.LString(headers))
		params.RawSetString("protocol", lua.LString(protocol))
		want := &asked{header: http.Header{}}
		want.offer(protocol)
		for _, line := range strings.Split(strings.TrimSuffix(headers, "\r\n"), "\r\n") {
			if name, value, found := strings.Cut(line, ":"); found {
				want.add(name, value)
			}
		}
		dial(t, params, want)

		table := L.NewTable()
		list := L.NewTable()
		list.Append(lua.LString(value))
		list.Append(lua.LString("second"))
		table.RawSetString(name, list)
		params.RawSetString("headers", table)
		want = &asked{header: http.Header{}}
		want.offer(protocol)
		want.add(name, value)
		want.add(name, "second")
		dial(t, params, want)
	})
}

// judgeRequest reads a request as a server does and holds it against want.
func judgeRequest(t *testing.T, raw string, want *asked) {
	t.Helper()
	in := bufio.NewReader(strings.NewReader(raw))
	request, err := http.ReadRequest(in)
	if err != nil {
		// net/http refuses two Hosts, and reads these two.
		if _, ok := want.header["Content-Length"]; ok || want.header["Transfer-Encoding"] != nil || want.host != "" {
			return
		}
		t.Fatalf("%v: %q", err, raw)
	}
	if request.Method != "GET" || request.RequestURI != "/x" || request.Proto != "HTTP/1.1" {
		t.Errorf("asks for %s %s %s: %q", request.Method, request.RequestURI, request.Proto, raw)
	}
	if in.Buffered() != 0 {
		rest, _ := in.Peek(in.Buffered())
		t.Errorf("%q follows the request %q", rest, raw)
	}
	lines := strings.Count(raw, "\r\n") - 2 // the request line's and the empty one's
	if n := strings.Count(raw, "\n"); n != lines+2 || strings.Count(raw, "\r") != n {
		t.Errorf("a line ends in other than CRLF: %q", raw)
	}
	expected := 1 // Host
	for _, name := range ownHeaders {
		expected++
		if len(request.Header[name]) != 1 {
			t.Errorf("%s is there %d times: %q", name, len(request.Header[name]), raw)
		}
		request.Header.Del(name)
	}
	var protocols []string
	if len(want.protocols) > 0 {
		expected++
		protocols = []string{strings.Join(want.protocols, ", ")}
	}
	if got := request.Header["Sec-Websocket-Protocol"]; !slices.Equal(got, protocols) {
		t.Errorf("offers the subprotocols %q, want %q", got, protocols)
	}
	request.Header.Del("Sec-Websocket-Protocol")
	for _, values := range want.header {
		expected += len(values)
	}
	if lines != expected {
		t.Errorf("%d header lines, want %d: %q", lines, expected, raw)
	}
	for _, framing := range []string{"Content-Length", "Transfer-Encoding"} { // net/http keeps them elsewhere
		delete(want.header, framing)
		request.Header.Del(framing)
	}
	if !maps.EqualFunc(request.Header, want.header, slices.Equal) {
		t.Errorf("headers %q, want %q", request.Header, want.header)
	}
	for _, values := range request.Header {
		for _, value := range values {
			if strings.ContainsAny(value, "\r\n\x00") {
				t.Errorf("a value holds %q", value)
			}
		}
	}
}
