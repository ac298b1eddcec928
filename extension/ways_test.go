package extension

import (
	"io"
	"net"
	"strings"
	"testing"
)

// proxy serves one on the network that answers each CONNECT by answer, and
// relays to the echo server if that is a success.
func (r *rig) proxy(address, answer string) {
	r.t.Helper()
	listener, err := r.network.Listen(address)
	if err != nil {
		r.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			r.relay(nc, answer)
			nc.Close()
		}
	}()
	r.t.Cleanup(func() { listener.Close(); <-done })
}

func (r *rig) relay(nc net.Conn, answer string) {
	var head strings.Builder
	for one := make([]byte, 1); !strings.HasSuffix(head.String(), "\r\n\r\n"); head.Write(one) {
		if _, err := nc.Read(one); err != nil {
			return
		}
	}
	io.WriteString(nc, answer)
	if !strings.Contains(answer, " 200 ") {
		return
	}
	onward, err := r.network.DialContext(r.t.Context(), "tcp", "echo.test:80")
	if err != nil {
		r.t.Error(err)
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(onward, nc)
		onward.Close()
	}()
	io.Copy(nc, onward)
	nc.Close()
	<-done
}

// TestProxyParam: a script names its proxy, or the environment does, and its
// refusal is told apart from the server's.
func TestProxyParam(t *testing.T) {
	for _, test := range []struct{ name, params, env, answer, want string }{
		{"the script's", `{ proxy = "http://proxy.test:3128" }`, "", "HTTP/1.1 200 OK\r\n\r\n", "connected|message hi|disconnected 1000"},
		{"the environment's", `{}`, "http://proxy.test:3128", "HTTP/1.1 200 OK\r\n\r\n", "connected|message hi|disconnected 1000"},
		{"none, by the script", `{ proxy = "direct" }`, "http://nowhere.test", "", "connected|message hi|disconnected 1000"},
		{"a wrong password", `{ proxy = "http://u:p@proxy.test:3128" }`, "", "HTTP/1.1 407 No\r\n\r\n", "error|proxy auth echo.test:80|disconnected 1006"},
		{"the environment's, out of reach", `nil`, "nowhere.test", "", "error|proxy not_found echo.test:80|disconnected 1006"},
	} {
		t.Run(test.name, func(t *testing.T) {
			getenv := func(name string) string { return map[string]string{"HTTP_PROXY": test.env}[name] }
			inBubble(t, Options{Getenv: getenv}, func(r *rig) {
				r.proxy("proxy.test:3128", test.answer)
				r.do(`open("ws://echo.test/", ` + test.params + `, {
					connected = function(_, conn) websocket.send(conn, "hi") end,
					message = function(_, conn) websocket.disconnect(conn) end,
					error = function(_, _, data) log(data.stage .. " " .. data.cause .. " " .. data.host) end,
				})`)
				r.frames(6)
				r.expect(strings.Split(test.want, "|")...)
			})
		})
	}
}
