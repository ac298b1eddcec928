package wstest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/extension/wstest"
)

// connected runs f with a client and the peer that the server has of it.
func connected(t *testing.T, opts wstest.Options, f func(t *testing.T, c *client, p *wstest.Peer)) {
	t.Helper()
	inMemory(t, opts, func(t *testing.T, s *wstest.Server, n *wstest.Network) {
		c := dial(t, s, n, "/").open()
		defer c.conn.Close()
		f(t, c, peerOf(t, s))
	})
}

func TestPeerReceives(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		c.send(true, ws.OpText, "héllo")
		c.send(false, ws.OpBinary, "\x00\xff")
		c.send(true, ws.OpPing, "between")
		c.send(false, ws.OpContinuation, "")
		c.send(true, ws.OpContinuation, "end")
		c.send(true, ws.OpPong, "unasked")
		c.want("pong between")
		synctest.Wait()

		messages := []wstest.Message{{Type: ws.OpText, Data: "héllo"}, {Type: ws.OpBinary, Data: "\x00\xffend"}}
		if diff := cmp.Diff(messages, p.Received()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"between"}, p.Pings()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"unasked"}, p.Pongs()); diff != "" {
			t.Error(diff)
		}
		want := wstest.Frame{
			Header:  ws.Header{Fin: true, OpCode: ws.OpText, Masked: true, Mask: [4]byte{1, 2, 3, 4}, Length: 6},
			Payload: "héllo",
		}
		if frames := p.Frames(); len(frames) != 6 || frames[0] != want {
			t.Errorf("frames %v, want 6, the first one %v", frames, want)
		}
		for _, want := range messages {
			if got, ok := p.Poll(); !ok || got != want {
				t.Errorf("Poll = %v, %v, want %v", got, ok, want)
			}
		}
		if m, ok := p.Poll(); ok {
			t.Errorf("Poll gives %v once all was polled", m)
		}
		all, err := p.WaitReceived(soon(t), 2)
		if err != nil || len(all) != 2 {
			t.Errorf("WaitReceived = %v, %v", all, err)
		}
		c.conn.Close()
		if all, err := p.WaitReceived(soon(t), 3); !errors.Is(err, io.EOF) || len(all) != 2 {
			t.Errorf("WaitReceived of one too many = %v, %v", all, err)
		}
		p.Forget()
		if len(p.Received())+len(p.Frames()) != 0 {
			t.Error("Forget kept something")
		}
	})
}

func TestPeerSends(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		for _, err := range []error{
			p.Send("text"),
			p.SendBinary("\xff"),
			p.Ping("ping"),
			p.SendFrame(ws.Header{OpCode: ws.OpText, Length: 1}, "a"),
			p.SendFrame(ws.Header{Fin: true, Length: 1}, "b"),
			p.SendRaw([]byte("\x81\x03raw")),
			p.Flush(soon(t)),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		for _, want := range []string{"text text", "binary \xff", "ping ping", "text a", "continuation b", "text raw"} {
			c.want(want)
		}
	})
}

func TestPeerSendsWhatIsBroken(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		p.SendFrame(ws.Header{Fin: true, Rsv: 7, OpCode: 0xb, Masked: true, Mask: [4]byte{1, 1, 1, 1}, Length: 1 << 62}, "a")
		want := "\xfb\xff\x40\x00\x00\x00\x00\x00\x00\x00\x01\x01\x01\x01\x60"
		wantRead(t, readerConn{c.conn, c.r}, want)
	})
}

func TestPeerCloses(t *testing.T) {
	for name, test := range map[string]struct {
		code   int
		reason string
		want   string
	}{
		"with a reason":   {4000, "enough", "close 4000 enough"},
		"without":         {1000, "", "close 1000"},
		"without a code":  {0, "", "close"},
		"with a bad code": {1005, "", "close 1005"},
	} {
		t.Run(name, func(t *testing.T) {
			connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
				p.Send("last")
				p.Close(test.code, test.reason)
				if err := p.Send("too late"); !errors.Is(err, wstest.ErrClosing) {
					t.Errorf("a send after Close: %v", err)
				}
				c.want("text last")
				c.want(test.want)
				c.send(true, ws.OpText, "crossing")
				c.send(true, ws.OpClose, "\x03\xe8ok")
				c.wantEnd(io.EOF)
				if err := p.WaitDone(soon(t)); err != nil {
					t.Error(err)
				}
				code, reason, ok := p.Closed()
				if code != 1000 || reason != "ok" || !ok || !p.Gone() {
					t.Errorf("Closed = %d, %q, %v", code, reason, ok)
				}
				if m, err := p.Next(soon(t)); err != nil || m.Data != "crossing" {
					t.Errorf("Next = %v, %v", m, err)
				}
				if _, err := p.Next(soon(t)); !errors.Is(err, net.ErrClosed) {
					t.Errorf("Next at the end: %v", err)
				}
			})
		})
	}
}

func TestPeerCloseTimesOut(t *testing.T) {
	connected(t, wstest.Options{CloseTimeout: 7 * time.Second}, func(t *testing.T, c *client, p *wstest.Peer) {
		p.Close(1000, "")
		if took := after(func() { <-p.Done() }); took != 7*time.Second {
			t.Errorf("it took %v, want 7s", took)
		}
		if err := p.Err(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Err = %v", err)
		}
	})
}

func TestPeerIsClosed(t *testing.T) {
	for name, test := range map[string]struct {
		frame  string
		code   int
		reason string
		want   string
	}{
		"with a reason":  {"\x0f\xa0done", 4000, "done", "close 4000 done"},
		"without a code": {"", 1005, "", "close"},
	} {
		t.Run(name, func(t *testing.T) {
			connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
				p.Send("before")
				c.send(true, ws.OpClose, test.frame)
				code, reason, err := p.WaitClosed(soon(t))
				if code != test.code || reason != test.reason || err != nil {
					t.Errorf("WaitClosed = %d, %q, %v", code, reason, err)
				}
				c.want("text before")
				c.want(test.want)
				c.wantEnd(io.EOF)
			})
		})
	}
}

func TestPeerFailsWhoBreaksTheProtocol(t *testing.T) {
	masked := func(h ws.Header, payload string) ws.Frame {
		h.Length = int64(len(payload))
		return ws.MaskFrameWith(ws.Frame{Header: h, Payload: []byte(payload)}, [4]byte{9, 8, 7, 6})
	}
	text := ws.Header{Fin: true, OpCode: ws.OpText}
	for name, test := range map[string]struct {
		frames []ws.Frame
		code   int
	}{
		"no mask":             {[]ws.Frame{ws.NewTextFrame([]byte("x"))}, 1002},
		"RSV":                 {[]ws.Frame{masked(ws.Header{Fin: true, Rsv: 4, OpCode: ws.OpText}, "x")}, 1002},
		"a reserved opcode":   {[]ws.Frame{masked(ws.Header{Fin: true, OpCode: 3}, "x")}, 1002},
		"no beginning":        {[]ws.Frame{masked(ws.Header{Fin: true}, "x")}, 1002},
		"no end":              {[]ws.Frame{masked(ws.Header{OpCode: ws.OpText}, "x"), masked(text, "y")}, 1002},
		"a fragmented ping":   {[]ws.Frame{masked(ws.Header{OpCode: ws.OpPing}, "x")}, 1002},
		"a long ping":         {[]ws.Frame{masked(ws.Header{Fin: true, OpCode: ws.OpPing}, strings.Repeat("x", 126))}, 1002},
		"half a close code":   {[]ws.Frame{masked(ws.Header{Fin: true, OpCode: ws.OpClose}, "\x03")}, 1002},
		"a close code of 5":   {[]ws.Frame{masked(ws.Header{Fin: true, OpCode: ws.OpClose}, "\x00\x05")}, 1002},
		"a bad close reason":  {[]ws.Frame{masked(ws.Header{Fin: true, OpCode: ws.OpClose}, "\x03\xe8\xff")}, 1007},
		"bad UTF-8":           {[]ws.Frame{masked(text, "a\xff")}, 1007},
		"bad UTF-8, early":    {[]ws.Frame{masked(ws.Header{OpCode: ws.OpText}, "\xe4\xbd"), masked(ws.Header{}, "x")}, 1007},
		"a rune cut off":      {[]ws.Frame{masked(ws.Header{OpCode: ws.OpText}, "\xe4\xbd"), masked(ws.Header{Fin: true}, "")}, 1007},
		"a large message":     {[]ws.Frame{masked(text, strings.Repeat("x", 101))}, 1009},
		"fragments too large": {[]ws.Frame{masked(ws.Header{OpCode: ws.OpText}, strings.Repeat("x", 60)), masked(ws.Header{}, strings.Repeat("x", 60))}, 1009},
		"a declared 2^62":     {[]ws.Frame{{Header: ws.Header{Fin: true, OpCode: ws.OpBinary, Masked: true, Length: 1 << 62}}}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			connected(t, wstest.Options{MaxMessage: 100}, func(t *testing.T, c *client, p *wstest.Peer) {
				for _, f := range test.frames {
					c.sendFrame(f)
				}
				h, err := ws.ReadHeader(c.r)
				if err != nil || h.OpCode != ws.OpClose {
					t.Fatalf("%v, %v, want a close frame", h, err)
				}
				payload := make([]byte, h.Length)
				io.ReadFull(c.r, payload)
				if code, reason := ws.ParseCloseFrameData(payload); int(code) != test.code || reason == "" {
					t.Errorf("closed with %d %q, want %d and a reason", code, reason, test.code)
				}
				c.wantEnd(io.EOF)
				c.conn.Close()
				var broken *wstest.ProtocolError
				if err := p.WaitDone(soon(t)); !errors.As(err, &broken) || broken.Code != test.code {
					t.Errorf("Err = %v, want %d", err, test.code)
				}
			})
		})
	}
}

func TestPeerRunesAcrossFragments(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		c.send(false, ws.OpText, "\xf0\x9f")
		c.send(false, ws.OpContinuation, "\x98")
		c.send(true, ws.OpContinuation, "\x80!")
		if m, err := p.Next(soon(t)); err != nil || m.Data != "😀!" {
			t.Errorf("Next = %q, %v", m.Data, err)
		}
	})
}

func TestPeerTakesExtendedFramesRaw(t *testing.T) {
	answer := wstest.Answer{Header: map[string][]string{"Sec-WebSocket-Extensions": {"permessage-deflate"}}}
	connected(t, wstest.Options{Answer: answer}, func(t *testing.T, c *client, p *wstest.Peer) {
		h := ws.Header{Fin: true, Rsv: 4, OpCode: ws.OpText, Length: 1}
		c.sendFrame(ws.MaskFrameWith(ws.Frame{Header: h, Payload: []byte{0xff}}, [4]byte{}))
		if m, err := p.Next(soon(t)); err != nil || m.Data != "\xff" {
			t.Errorf("Next = %q, %v", m.Data, err)
		}
	})
}

func TestPeerEnds(t *testing.T) {
	for name, test := range map[string]struct {
		act     func(c *client, p *wstest.Peer)
		want    error // what the client reads
		wantErr error // the peer's Err
	}{
		"it drops":              {func(_ *client, p *wstest.Peer) { p.Send("x"); p.Drop() }, io.EOF, net.ErrClosed},
		"it resets":             {func(_ *client, p *wstest.Peer) { p.Reset() }, syscall.ECONNRESET, net.ErrClosed},
		"the network resets":    {func(_ *client, p *wstest.Peer) { p.Link().Reset() }, syscall.ECONNRESET, syscall.ECONNRESET},
		"the client hangs up":   {func(c *client, _ *wstest.Peer) { c.conn.Close() }, net.ErrClosed, io.EOF},
		"in the midst of bytes": {func(c *client, _ *wstest.Peer) { c.write("\x81\x85mask12"); c.conn.Close() }, net.ErrClosed, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
				test.act(c, p)
				if err := p.WaitDone(soon(t)); !errors.Is(err, test.wantErr) {
					t.Errorf("Err = %v, want %v", err, test.wantErr)
				}
				if name == "it drops" {
					c.want("text x")
				}
				c.wantEnd(test.want)
				if err := p.Send("x"); !errors.Is(err, wstest.ErrClosing) {
					t.Errorf("a send afterwards: %v", err)
				}
				if _, _, err := p.WaitClosed(soon(t)); err == nil {
					t.Error("WaitClosed knows a close frame")
				}
			})
		})
	}
}

func TestPeerBacklog(t *testing.T) {
	connected(t, wstest.Options{Backlog: 100_000}, func(t *testing.T, c *client, p *wstest.Peer) {
		big := strings.Repeat("x", 90_000) // 64 KiB of it fit into the network
		if err := p.Send(big); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := p.Send(big); !errors.Is(err, wstest.ErrBacklog) {
			t.Errorf("the second send: %v", err)
		}
		if p.Buffered() < len(big) {
			t.Errorf("Buffered = %d", p.Buffered())
		}
		c.want("text " + big)
		if err := p.Flush(soon(t)); err != nil || p.Buffered() != 0 {
			t.Errorf("Flush: %v, Buffered = %d", err, p.Buffered())
		}
	})
}

func TestPeerPause(t *testing.T) {
	connected(t, wstest.Options{Answer: wstest.Answer{Paused: true}}, func(t *testing.T, c *client, p *wstest.Peer) {
		c.send(true, ws.OpText, "held")
		synctest.Wait()
		if len(p.Frames()) != 0 {
			t.Error("a paused peer reads")
		}
		p.Pause(false)
		if m, err := p.Next(soon(t)); err != nil || m.Data != "held" {
			t.Errorf("Next = %v, %v", m, err)
		}
	})
}

func TestPeerStopsReadingWhenTheRecordIsFull(t *testing.T) {
	connected(t, wstest.Options{Record: 1000}, func(t *testing.T, c *client, p *wstest.Peer) {
		for range 40 {
			c.send(true, ws.OpText, strings.Repeat("x", 100))
		}
		synctest.Wait()
		if got := len(p.Received()); got != 7 { // the 7th of 164 bytes exceeds 1000
			t.Errorf("%d messages are kept, want 7", got)
		}
		for range 40 {
			if _, err := p.Next(soon(t)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestPeerManual(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		p.AutoPong(false)
		p.AutoClose(false)
		c.send(true, ws.OpPing, "?")
		c.send(true, ws.OpClose, "")
		c.wantSilence()
		p.Close(4001, "mine")
		c.want("close 4001 mine")
	})
}

func TestServerHandler(t *testing.T) {
	handler := func(p *wstest.Peer) {
		m, err := p.Next(context.Background())
		if err == nil {
			p.Send("you said " + m.Data)
		}
	}
	connected(t, wstest.Options{Handler: handler}, func(t *testing.T, c *client, p *wstest.Peer) {
		c.send(true, ws.OpText, "hi")
		c.want("text you said hi")
		c.want("close 1000")
	})
}

func TestPeerOnABadNetwork(t *testing.T) {
	connected(t, wstest.Options{}, func(t *testing.T, c *client, p *wstest.Peer) {
		p.Link().Latency(100 * time.Millisecond)
		p.Echo(true)
		c.send(true, ws.OpText, "ping")
		if took := after(func() { c.want("text ping") }); took != 200*time.Millisecond {
			t.Errorf("the round trip took %v", took)
		}
		p.Link().HalfOpen()
		p.Send("lost")
		c.wantSilence()
	})
}
