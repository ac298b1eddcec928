package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/gobwas/ws"
	"github.com/lxzan/gws"
	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// tickwire echoes through a Lua callback: each message that comes sends the next.
func tickwire(url string, r *row) (time.Duration, error) {
	L := lua.NewState()
	defer L.Close()
	o := extension.Options{}
	if r.tick > 0 {
		o.MaxTime = -1             // the whole frame is the messages'
		o.InboundCredit = 16 << 20 // 1 MiB is 3,640 small messages a frame
	}
	ext := extension.New(o)
	if err := ext.Open(L); err != nil {
		return 0, err
	}
	defer ext.Close()
	L.SetGlobal("url", lua.LString(url))
	L.SetGlobal("payload", lua.LString(r.payload()))
	L.SetGlobal("compression", lua.LBool(r.deflate))
	L.SetGlobal("window", lua.LNumber(r.window))
	L.SetGlobal("total", lua.LNumber(r.messages))
	if err := L.DoString(`
		local send, EVENT_MESSAGE, EVENT_CONNECTED = websocket.send, websocket.EVENT_MESSAGE, websocket.EVENT_CONNECTED
		local payload, total, sent, received = payload, total, 0, 0
		connection = websocket.connect(url, { compression = compression }, function(self, connection, data)
			local event = data.event
			if event == EVENT_MESSAGE then
				received = received + 1
				if sent < total then
					sent = sent + 1
					send(connection, payload)
				elseif received == total then
					done = true
				end
			elseif event == EVENT_CONNECTED then
				connected = true
			elseif event == websocket.EVENT_ERROR then
				failed = data.message
			end
		end)
		function start()
			for i = 1, window do send(connection, payload) end
			sent = window
		end`); err != nil {
		return 0, err
	}
	if err := drive(L, ext, 0, "connected"); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := L.CallByParam(lua.P{Fn: L.GetGlobal("start"), Protect: true}); err != nil {
		return 0, err
	}
	ext.Flush()
	err := drive(L, ext, r.tick, "done")
	return time.Since(start), err
}

// drive ticks until a global is set: at every wake, or at a fixed rate.
func drive(L *lua.LState, ext *extension.Extension, tick time.Duration, until string) error {
	var frames <-chan time.Time
	if tick > 0 {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		frames = ticker.C
	}
	for L.GetGlobal(until) == lua.LNil {
		if frames != nil {
			<-frames
		} else {
			<-ext.Wake()
		}
		ext.Update()
		ext.Flush()
		if failed := L.GetGlobal("failed"); failed != lua.LNil {
			return fmt.Errorf("%v", failed)
		}
	}
	return nil
}

// gwsClient is lxzan/gws with its event handler.
func gwsClient(url string, r *row) (time.Duration, error) {
	h := &gwsHandler{payload: []byte(r.payload()), total: r.messages, sent: r.window, done: make(chan error, 1)}
	conn, _, err := gws.NewClient(h, &gws.ClientOption{
		Addr: url, ReadMaxPayloadSize: 16 << 20,
		PermessageDeflate: gws.PermessageDeflate{Enabled: r.deflate, ServerContextTakeover: true, ClientContextTakeover: true},
	})
	if err != nil {
		return 0, err
	}
	defer conn.NetConn().Close()
	// Owned by gwsClient; ends with the connection, which it closes.
	go conn.ReadLoop()
	start := time.Now()
	for range r.window {
		if err := conn.WriteMessage(gws.OpcodeBinary, h.payload); err != nil {
			return 0, err
		}
	}
	err = <-h.done
	return time.Since(start), err
}

type gwsHandler struct {
	gws.BuiltinEventHandler
	payload               []byte
	total, sent, received int // of the read loop
	done                  chan error
}

func (h *gwsHandler) OnMessage(socket *gws.Conn, message *gws.Message) {
	message.Close()
	h.received++
	if h.sent < h.total {
		h.sent++
		if err := socket.WriteMessage(gws.OpcodeBinary, h.payload); err != nil {
			h.done <- err
		}
	} else if h.received == h.total {
		h.done <- nil
	}
}

// oneGoroutine is gobwas/ws by hand: write a frame, read a frame.
func oneGoroutine(url string, r *row) (time.Duration, error) {
	conn, in, err := byHand(url)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	payload, start := make([]byte, r.size), time.Now()
	for range r.messages {
		if _, err := conn.Write(ws.MustCompileFrame(ws.MaskFrame(ws.NewBinaryFrame(payload)))); err != nil {
			return 0, err
		}
		if _, err := readMessage(in); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// handOff is gobwas/ws by hand where a program's loop is another goroutine than
// the connection's: one hand-off in, one out.
func handOff(url string, r *row) (time.Duration, error) {
	conn, in, err := byHand(url)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	received, toSend := make(chan []byte), make(chan []byte)
	defer close(toSend)
	// Owned by handOff; ends when conn is closed.
	go func() {
		defer close(received)
		for {
			message, err := readMessage(in)
			if err != nil {
				return
			}
			received <- message
		}
	}()
	// Owned by handOff; ends when toSend is closed.
	go func() {
		for payload := range toSend {
			conn.Write(ws.MustCompileFrame(ws.MaskFrame(ws.NewBinaryFrame(payload))))
		}
	}()
	payload, start := make([]byte, r.size), time.Now()
	for range r.messages {
		toSend <- payload
		if _, open := <-received; !open {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return time.Since(start), nil
}

func byHand(url string) (net.Conn, *bufio.Reader, error) {
	conn, in, _, err := ws.Dial(context.Background(), url)
	if in == nil && err == nil {
		in = bufio.NewReader(conn)
	}
	return conn, in, err
}

func readMessage(in *bufio.Reader) ([]byte, error) {
	h, err := ws.ReadHeader(in)
	if err != nil {
		return nil, err
	}
	payload := make([]byte, h.Length)
	_, err = io.ReadFull(in, payload)
	return payload, err
}
