package wstest_test

import (
	"io"
	"testing"

	"github.com/tickwire/tickwire/extension/wstest"
)

// FuzzEchoServer sends whatever: the server must answer something or hang up,
// and Close must come back.
func FuzzEchoServer(f *testing.F) {
	const open = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + testKey + "\r\n\r\n"
	for _, seed := range []string{
		"", "GET", "GET / HTTP/1.1\r\n\r\n", "GET //\x00 HTTP/9.9\r\n\r\n", open,
		open + "\x81\x82\x00\x00\x00\x00hi\x88\x80\x00\x00\x00\x00",
		open + "\x01\x81\x00\x00\x00\x00a\x89\x80\x00\x00\x00\x00\x80\x81\x00\x00\x00\x00b",
		open + "\x82\xff\x40\x00\x00\x00\x00\x00\x00\x00mask",
		open + "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffmask",
		open + "\x88\x82\x00\x00\x00\x00\x03\xe8",
		"GET /close/4000/%zz HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET /status/-1 HTTP/1.1\r\nHost: h\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n := wstest.NewNetwork(nil)
		s, err := wstest.NewEchoServer(wstest.Options{Network: n, MaxMessage: 1 << 16})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		c, err := n.DialContext(t.Context(), "tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.(*wstest.Conn).Incoming().BufferSize(16 << 20)
		c.Write(data)
		c.(*wstest.Conn).CloseWrite()
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("the answer ends with %v", err)
		}
	})
}
