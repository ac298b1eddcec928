package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"time"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"
)

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

// gorillaClient is gorilla/websocket with a loop: read a message, write one.
func gorillaClient(url string, r *row) (time.Duration, error) {
	conn, _, err := gorilla.DefaultDialer.Dial(url, nil)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return loop(r,
		func(payload []byte) error { return conn.WriteMessage(gorilla.BinaryMessage, payload) },
		func() error { _, _, err := conn.ReadMessage(); return err })
}

// coderClient is coder/websocket with the same loop.
func coderClient(url string, r *row) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, _, err := coder.Dial(ctx, url, nil)
	if err != nil {
		return 0, err
	}
	defer conn.CloseNow()
	return loop(r,
		func(payload []byte) error { return conn.Write(ctx, coder.MessageBinary, payload) },
		func() error { _, _, err := conn.Read(ctx); return err })
}

// loop keeps a window of messages under way.
func loop(r *row, write func([]byte) error, read func() error) (time.Duration, error) {
	payload, start := []byte(r.payload()), time.Now()
	for n := range r.messages + r.window {
		if n >= r.window {
			if err := read(); err != nil {
				return 0, err
			}
		}
		if n < r.messages {
			if err := write(payload); err != nil {
				return 0, err
			}
		}
	}
	return time.Since(start), nil
}
