package extension

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
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

// TestTLSParam: a script brings its own authority, certificate and pin as PEM.
func TestTLSParam(t *testing.T) {
	for _, test := range []struct{ name, params, want string }{
		{"all of it", `{ ca = ca, certificate = certificate, key = key, pin = { pin }, server_name = "secure.test", min_version = "1.3" }`, "connected|disconnected 1000"},
		{"nothing", `nil`, "error|tls certificate not trusted|disconnected 1006"},
		{"no client certificate", `{ ca = ca }`, "error|tls certificate asks for a client certificate|disconnected 1006"},
		{"another pin", `{ ca = ca, certificate = certificate, key = key, pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }`, "error|tls certificate not one that is pinned|disconnected 1006"},
		{"insecure", `{ insecure = true, certificate = certificate, key = key }`, "connected|disconnected 1000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, Options{AllowInsecureTLS: true}, func(r *rig) {
				ca, err := wstest.NewCA(nil)
				if err != nil {
					t.Fatal(err)
				}
				config, err := ca.ServerConfig("secure.test")
				if err != nil {
					t.Fatal(err)
				}
				config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, ca.Pool()
				server, err := wstest.NewEchoServer(wstest.Options{Network: r.network, Address: "secure.test:443", TLS: config})
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				client, err := ca.ClientCertificate("player")
				if err != nil {
					t.Fatal(err)
				}
				key, err := x509.MarshalPKCS8PrivateKey(client.PrivateKey)
				if err != nil {
					t.Fatal(err)
				}
				leaf, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
				if err != nil {
					t.Fatal(err)
				}
				digest := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
				for name, text := range map[string]string{
					"ca":          string(ca.PEM()),
					"certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: client.Certificate[0]})),
					"key":         string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
					"pin":         "sha256/" + base64.StdEncoding.EncodeToString(digest[:]),
				} {
					r.L.SetGlobal(name, lua.LString(text))
				}
				r.do(`open("wss://secure.test/", { tls = ` + test.params + ` }, {
					connected = function(_, conn) websocket.disconnect(conn) end,
					error = function(_, _, data)
						log(data.stage .. " " .. data.cause .. " " .. (data.message:match("not trusted") or data.message:match("asks for a client certificate") or data.message:match("not one that is pinned") or data.message))
					end,
				})`)
				r.frames(6)
				r.expect(strings.Split(test.want, "|")...)
			})
		})
	}
}

// TestRedirectsParam: a redirect is reported, or followed if the script asks
// for it.
func TestRedirectsParam(t *testing.T) {
	for _, test := range []struct{ params, want string }{
		{`nil`, "error|302 ws://echo.test/|disconnected 1006"},
		{`{ redirects = 1 }`, "connected|disconnected 1000"},
	} {
		t.Run(test.params, func(t *testing.T) {
			inBubble(t, Options{}, func(r *rig) {
				r.proxy("old.test:80", "HTTP/1.1 302 Found\r\nLocation: ws://echo.test/\r\nContent-Length: 0\r\n\r\n")
				r.do(`open("ws://old.test/", ` + test.params + `, {
					connected = function(_, conn) websocket.disconnect(conn) end,
					error = function(_, _, data)
						log(data.handshake_response.status .. " " .. data.handshake_response.headers.Location)
					end,
				})`)
				r.frames(6)
				r.expect(strings.Split(test.want, "|")...)
			})
		})
	}
}

// TestUnixParam: a socket file is dialled in place of the URL's host, if the
// policy, which is told of the file, lets it.
func TestUnixParam(t *testing.T) {
	for _, test := range []struct{ url, params, want string }{
		{"ws://game.test/", `{ unix = "/run/echo.sock" }`, "connected|disconnected 1000"},
		{"ws+unix:/run/echo.sock:/", `nil`, "connected|disconnected 1000"},
		{"ws://game.test/", `{ unix = "/run/docker.sock" }`, "error|policy denied unix:/run/docker.sock|disconnected 1006"},
		{"ws+unix:/run/docker.sock", `nil`, "error|policy denied unix:/run/docker.sock|disconnected 1006"},
	} {
		t.Run(test.url+" "+test.params, func(t *testing.T) {
			allow := func(_ context.Context, to Destination) error {
				if to != (Destination{"ws", "unix:/run/echo.sock", 0}) {
					return errors.New("it is not the game's")
				}
				return nil
			}
			inBubble(t, Options{Allow: allow}, func(r *rig) {
				r.files = map[string]string{"/run/echo.sock": "echo.test:80"}
				r.do(`open("` + test.url + `", ` + test.params + `, {
					connected = function(_, conn) websocket.disconnect(conn) end,
					error = function(_, _, data) log(data.stage .. " " .. data.cause .. " " .. data.host) end,
				})`)
				r.frames(6)
				r.expect(strings.Split(test.want, "|")...)
			})
		})
	}
}

// TestGetenvDefault: the process' environment is asked unless the host dials
// itself.
func TestGetenvDefault(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.test")
	if o := (Options{}).withDefaults(); o.Getenv == nil || o.Getenv("HTTP_PROXY") != "http://proxy.test" {
		t.Error("the environment is not asked")
	}
	if o := (Options{Dialer: new(net.Dialer).DialContext}).withDefaults(); o.Getenv != nil {
		t.Error("the environment stands before the host's own dialer")
	}
}
