package httplib_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/httplib"
)

// FuzzRequest: whatever a script asks for is refused, or leaves as one request
// that a server reads: nothing in a URL, a method or a header adds a line.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][5]string{
		{"http://game.test/", "GET", "X-A", "b", ""},
		{"http://user:password@game.test:81/a b?c=d#e", "post", "Content-Length", "5", "hello"},
		{"http://game.test/\r\nX: y", "GET", "X-A", "b\r\nX: y", ""},
		{"http://game.test/%0d%0aX:%20y", "GET\r\n", "X\r\nA", "b", ""},
		{"http://[::1]/", "OPTIONS", "Host", "other.test", "\x00\xff"},
		{"http://bücher.test/ä?ö=ü", "PUT", "Transfer-Encoding", "chunked", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"},
		{"//game.test/", "", "", "", ""},
		{"http://game.test", "CONNECT", "Connection", "close", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, url, method, name, value, body string) {
		asked := make(chan *http.Request, 2)
		served := make(chan struct{})
		h := newHost(t, httplib.Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				defer close(served)
				defer far.Close()
				in := bufio.NewReader(far)
				request, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				io.Copy(io.Discard, request.Body)
				asked <- request
				io.WriteString(far, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
				if _, err := http.ReadRequest(in); err == nil {
					t.Errorf("a second request came")
				}
			}()
			return near, nil
		}})
		headers := h.L.NewTable()
		headers.RawSetString(name, lua.LString(value))
		fn := h.L.GetField(h.L.GetGlobal("http"), "request")
		err := h.L.CallByParam(lua.P{Fn: fn, Protect: true}, lua.LString(url), lua.LString(method),
			h.L.NewFunction(func(*lua.LState) int { return 0 }), headers, lua.LString(body))
		if err != nil {
			return // refused
		}
		h.settle()
		select {
		case request := <-asked:
			<-served
			if got := len(request.Header); got > 4 { // User-Agent, Content-Length, what the URL's user makes, and the script's
				t.Errorf("%d headers came: %v", got, request.Header)
			}
			if strings.Contains(request.RequestURI, "\n") {
				t.Errorf("the target has a line break: %q", request.RequestURI)
			}
		default: // no URL of http
		}
	})
}
