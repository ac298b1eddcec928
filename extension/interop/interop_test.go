package interop

import (
	"crypto/tls"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// modes are the params with which everything is tried.
var modes = []mode{
	{name: "plain"},
	{name: "compressed", params: "compression = true,", compressed: true},
	{name: "compressed without context", params: "compression = { context_takeover = false, threshold = 0 },", compressed: true},
}

type mode struct {
	name, params string
	compressed   bool // asks for permessage-deflate
}

func TestServers(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			r := s.start(t)
			for _, mode := range modes {
				t.Run(mode.name, func(t *testing.T) {
					s.try(t, r.program, nil, "ws://127.0.0.1:"+r.port, mode)
				})
			}
		})
	}
}

// closes counts the closes of servers, for codes that can be told apart.
var closes atomic.Int32

// try has scripts talk to a server in every way that it knows.
func (s *server) try(t *testing.T, p *program, config *tls.Config, url string, m mode) {
	params := m.params
	t.Run("echo", func(t *testing.T) { s.tryEcho(t, connect(t, config, url+"/echo", params)) })
	t.Run("extensions", func(t *testing.T) {
		got := connect(t, config, url+"/echo", params).next(connected).RawGetString("extensions").String()
		if strings.HasPrefix(got, "permessage-deflate") != (m.compressed && s.deflates) {
			t.Errorf("the extensions are %q", got)
		}
	})
	t.Run("fragments", func(t *testing.T) {
		if !s.fragments {
			t.Skip("it sends none")
		}
		c := connect(t, config, url+"/fragments", params)
		c.next(connected)
		if got, want := c.next(message).RawGetString("message"), strings.Repeat("0123456789", 5000); got != lua.LString(want) {
			t.Errorf("%d bytes, not the message that was sent", len(got.String()))
		}
	})
	t.Run("a ping of the server's", func(t *testing.T) {
		if !s.pings {
			t.Skip("it sends none")
		}
		c := connect(t, config, url+"/ping", params)
		c.next(connected)
		if got := c.next(message).RawGetString("message").String(); got != "pong: are you there" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a ping of ours", func(t *testing.T) {
		c := connect(t, config, url+"/echo", params)
		c.next(connected)
		c.do("websocket.ping(connection)")
		c.send(1, "behind it")
		c.next(message) // pongs are answered in order with everything else
		c.do(`assert(websocket.stats(connection).rtt > 0, "no round trip was measured")`)
	})
	t.Run("a close of the server's", func(t *testing.T) {
		if !s.closes {
			t.Skip("it does not close when asked to")
		}
		code := 4000 + int(closes.Add(1))
		c := connect(t, config, fmt.Sprintf("%s/close/%d/bye%%20now", url, code), params)
		c.next(connected)
		c.expectEnd(code, "bye now", true)
		p.await(t, fmt.Sprint("closed ", code)) // the answer that it got
	})
	t.Run("a close of ours", func(t *testing.T) {
		c := connect(t, config, url+"/echo", params)
		c.next(connected)
		reason := fmt.Sprintf("done %p", c) // to be told from others
		c.L.SetGlobal("reason", lua.LString(reason))
		c.do(`websocket.disconnect(connection, 3001, reason)`)
		end := c.next(disconnected) // whose reason is the server's, which may say ours again
		if end.RawGetString("code") != lua.LNumber(3001) || end.RawGetString("clean") != lua.LTrue {
			t.Errorf("code %v, clean %v, want 3001 and true", end.RawGetString("code"), end.RawGetString("clean"))
		}
		if s.closes {
			p.await(t, "closed 3001 "+reason)
		}
	})
	t.Run("a subprotocol", func(t *testing.T) {
		if !s.subprotocol {
			t.Skip("it knows none")
		}
		c := connect(t, config, url+"/echo", params+`protocol = "chat"`)
		if got := c.next(connected).RawGetString("protocol"); got != lua.LString("chat") {
			t.Errorf("subprotocol %q, want chat", got)
		}
	})
}

// tryEcho sends messages of all sizes, in one go if the server can take that,
// and gets them back in order.
func (s *server) tryEcho(t *testing.T, c *client) {
	c.next(connected)
	type sent struct {
		kind    int
		payload string
	}
	var all []sent
	for i, n := range []int{1, 0, 125, 126, 127, 1000, 65535, 65536, 65537, 300_000, 1 << 20, 5} {
		payload := strings.Repeat(fmt.Sprintf("%c23456789ü", 'a'+i), n/11+1)
		for payload = payload[:n]; strings.HasSuffix(payload, "\xc3"); {
			payload = payload[:n-1] + "."
		}
		all = append(all, sent{1, payload})
		if s.binary {
			all = append(all, sent{2, strings.Repeat("\x00\xff"+string(rune('a'+i)), n/3+1)[:n]})
		}
	}
	if !s.stepwise {
		for _, m := range all {
			c.send(m.kind, m.payload)
		}
	}
	for i, m := range all {
		if s.stepwise {
			c.send(m.kind, m.payload)
		}
		got := c.next(message)
		if kind := got.RawGetString("type"); kind != lua.LNumber(m.kind) {
			t.Errorf("message %d has type %v, want %d", i, kind, m.kind)
		}
		if text := string(got.RawGetString("message").(lua.LString)); text != m.payload {
			t.Errorf("message %d has %d bytes, want the %d that were sent", i, len(text), len(m.payload))
		}
	}
}
