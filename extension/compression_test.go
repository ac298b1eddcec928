package extension

import (
	"bytes"
	"compress/flate"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension/internal/wire"
	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// TestCompressionParams: what a script asks for is what is offered.
func TestCompressionParams(t *testing.T) {
	both := func(level, threshold, bits int, forget bool) *wire.Compression {
		w := wire.Window{Bits: bits, Forget: forget}
		return &wire.Compression{Level: level, Threshold: threshold, Send: w, Receive: w}
	}
	for code, want := range map[string]*wire.Compression{
		`nil`:                     nil,
		`{}`:                      nil,
		`{ compression = false }`: nil,
		`{ compression = true }`:  both(1, 128, 15, false),
		`{ compression = {} }`:    both(1, 128, 15, false),
		`{ compression = { context_takeover = false } }`:                                            both(1, 512, 15, true),
		`{ compression = { context_takeover = true, level = 6 } }`:                                  both(6, 128, 15, false),
		`{ compression = { context_takeover = false, level = 9, threshold = 0, window_bits = 8 } }`: both(9, 0, 8, true),
	} {
		L := lua.NewState()
		e := New(Options{})
		var got wire.Target
		L.SetGlobal("check", L.NewFunction(func(L *lua.LState) int {
			e.checkParams(L, 1, &got)
			return 0
		}))
		if err := L.DoString("check(" + code + ")"); err != nil {
			t.Errorf("%s: %v", code, err)
		}
		if c := got.Compression; (c == nil) != (want == nil) || c != nil && *c != *want {
			t.Errorf("%s: got %+v, want %+v", code, c, want)
		}
		L.Close()
		e.Close()
	}
}

// TestContextsEndWithTheirConnection: a script that keeps its handles after the
// server has closed keeps no contexts.
func TestContextsEndWithTheirConnection(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		listener, err := r.network.Listen("deflate.test:80")
		if err != nil {
			t.Fatal(err)
		}
		server, err := wstest.NewServer(wstest.Options{
			Listener: listener,
			Answer:   wstest.Answer{Header: map[string][]string{"Sec-WebSocket-Extensions": {"permessage-deflate"}}},
			Handler:  func(p *wstest.Peer) { p.Next(context.Background()) }, // and closes
		})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		heap := func() int {
			for range 3 { // a pool needs two
				runtime.GC()
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return int(m.HeapAlloc)
		}
		before := heap()
		r.do(`
			kept, over = {}, 0
			for i = 1, 20 do
				kept[i] = open("ws://deflate.test/", { compression = true }, {
					connected = function(_, connection) websocket.send(connection, ("again "):rep(100)) end,
					disconnected = function() over = over + 1 end,
				})
			end`)
		r.frames(6)
		r.do("assert(over == 20, over)")
		if grown := heap() - before; grown > 4<<20 {
			t.Errorf("%d KiB are kept of 20 connections that ended: a context has 600", grown>>10)
		}
	})
}

// TestCompressionForScripts: a script that asks for it talks compressed, hears
// that it does, and sees what it saves; one that doesn't never offers it.
func TestCompressionForScripts(t *testing.T) {
	inBubble(t, Options{}, func(r *rig) {
		listener, err := r.network.Listen("deflate.test:80")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Repeat("the same again and again, ", 40)
		server, err := wstest.NewServer(wstest.Options{Listener: listener, Respond: func(request *wstest.Request) wstest.Answer {
			if offer := request.Header.Get("Sec-WebSocket-Extensions"); !strings.HasPrefix(offer, "permessage-deflate; ") {
				return wstest.Answer{Status: 400}
			}
			return wstest.Answer{Header: map[string][]string{"Sec-WebSocket-Extensions": {"permessage-deflate; server_no_context_takeover"}}}
		}, Handler: func(p *wstest.Peer) {
			if _, err := p.Next(context.Background()); err != nil {
				return
			}
			var b bytes.Buffer
			w, _ := flate.NewWriter(&b, 9)
			io.WriteString(w, text)
			w.Flush()
			payload := strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
			p.SendFrame(ws.Header{Fin: true, Rsv: ws.Rsv(true, false, false), OpCode: ws.OpText, Length: int64(len(payload))}, payload)
			<-p.Done()
			for _, f := range p.Frames() {
				if f.Header.OpCode == ws.OpText && (f.Header.Rsv != 4 || len(f.Payload) > 100) {
					t.Errorf("the server got a text of %d bytes with reserved bits %b", len(f.Payload), f.Header.Rsv)
				}
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		r.L.SetGlobal("text", lua.LString(text))
		r.do(`
			open("ws://deflate.test/", { compression = true }, {
				connected = function(_, connection, data)
					log(data.extensions)
					assert(websocket.stats(connection).compression_ratio == 1)
					websocket.send(connection, text, { type = websocket.DATA_TYPE_TEXT })
				end,
				message = function(_, connection, data)
					assert(data.message == text and data.type == websocket.DATA_TYPE_TEXT)
					local stats = websocket.stats(connection)
					assert(stats.bytes_received == #text and stats.bytes_sent == #text)
					assert(stats.compression_ratio > 0 and stats.compression_ratio < 0.1, stats.compression_ratio)
					websocket.disconnect(connection)
				end,
			})
			open("ws://deflate.test/", nil, { error = function(_, _, data) log(data.stage) end })
			open("ws://echo.test/", { compression = true }, { connected = function(_, connection, data)
				assert(data.extensions == "") -- declined
				websocket.disconnect(connection)
			end })`)
		r.frames(6)
		for i, line := range r.lines {
			r.lines[i] = strings.Replace(line, text, "TEXT", 1)
		}
		got := strings.Join(r.lines, "|")
		for _, want := range []string{"connected|permessage-deflate; server_no_context_takeover|", "message TEXT|", "error|handshake|disconnected 1006", "connected|"} {
			if !strings.Contains(got, want) {
				t.Errorf("logged %q, want %q in it", got, want)
			}
		}
		if n := strings.Count(got, "disconnected 1000"); n != 2 || len(r.errors) > 0 {
			t.Errorf("%d closed properly, want 2; errors %q; logged %q", n, r.errors, got)
		}
	})
}
