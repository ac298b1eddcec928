package extension

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestArgumentsThatRaise: each complaint names the argument, what it was and
// what would be right, and nothing was begun.
func TestArgumentsThatRaise(t *testing.T) {
	for code, want := range map[string]string{
		`connect()`:                                         "bad argument #1 to connect (string expected, got nil)",
		`connect(5, nil, f)`:                                "bad argument #1 to connect (string expected, got number)",
		`connect("ws://echo.test/")`:                        "bad argument #3 to connect (function expected, got nil)",
		`connect("ws://echo.test/", nil, {})`:               "bad argument #3 to connect (function expected, got table)",
		`connect("ws://echo.test/", "x", f)`:                "bad argument #2 to connect (table expected, got string)",
		`params{ timeout = "soon" }`:                        `params.timeout is "soon": want a number of milliseconds`,
		`params{ timeout = {} }`:                            "params.timeout is a table: want a number of milliseconds",
		`params{ timeout = -1 }`:                            "params.timeout is -1: want milliseconds from 0 to 2147483647",
		`params{ timeout = 0/0 }`:                           "params.timeout is",
		`params{ ping_interval = true }`:                    "params.ping_interval is true: want a number of milliseconds",
		`params{ pong_timeout = 1e99 }`:                     "params.pong_timeout is 1e+99: want milliseconds",
		`params{ protocol = 5 }`:                            "params.protocol is 5: want a string or a list of strings",
		`params{ protocol = "a b" }`:                        `params.protocol holds the subprotocol "a b", which is no token`,
		`params{ protocol = { "a", 5 } }`:                   "params.protocol[2] is 5: want the name of a subprotocol",
		`params{ protocol = { a = 1 } }`:                    "params.protocol is a table without a first item",
		`params{ headers = 5 }`:                             "params.headers is 5: want a string or a table",
		`params{ headers = "A: b\r\n\r\nC: d" }`:            "The header field must not contain double '\\r\\n\\r\\n': 'A: b\r\n\r\nC: d'",
		`params{ headers = "nonsense" }`:                    `params.headers holds the line "nonsense", which has no colon`,
		`params{ headers = "A: b\nC: d" }`:                  `params.headers["A"] is "b\nC: d", which holds a control character`,
		`params{ headers = "A: b\rC: d" }`:                  "which holds a control character",
		`params{ headers = "A b: c" }`:                      `params.headers has the name "A b", which is no token`,
		`params{ headers = ": c" }`:                         `params.headers has the name "", which is no token`,
		`params{ headers = "Upgrade: x" }`:                  "params.headers sets \"Upgrade\", which is the handshake's own",
		`params{ headers = "connection: x" }`:               "params.headers sets \"connection\", which is the handshake's own",
		`params{ headers = "Sec-WebSocket-Key: x" }`:        "which is the handshake's own",
		`params{ headers = { ["A b"] = "c" } }`:             `has the name "A b", which is no token`,
		`params{ headers = { A = {} , B = { {} } } }`:       `params.headers["B"] is a table: want a string or a list of strings`,
		`params{ headers = { A = true } }`:                  `params.headers["A"] is true: want a string`,
		`params{ headers = { "A: b" } }`:                    "params.headers has the key 1: want the names of headers",
		`params{ headers = { A = "b\r\nC: d" } }`:           "which holds a control character",
		`params{ headers = "Sec-WebSocket-Protocol: a b" }`: `params.headers holds the subprotocol "a b", which is no token`,

		`params{ compression = 1 }`:                           "params.compression is 1: want true, false or a table",
		`params{ compression = "fast" }`:                      `params.compression is "fast": want true, false or a table`,
		`params{ compression = { treshold = 5 } }`:            `params.compression has the key "treshold": want level, threshold, context_takeover or window_bits`,
		`params{ compression = { true } }`:                    "params.compression has the key 1: want level",
		`params{ compression = { level = 0 } }`:               "params.compression.level is 0: want a whole number from 1 to 9",
		`params{ compression = { level = 10 } }`:              "params.compression.level is 10: want a whole number from 1 to 9",
		`params{ compression = { level = 1.5 } }`:             "params.compression.level is 1.5: want a whole number",
		`params{ compression = { level = 0/0 } }`:             "params.compression.level is",
		`params{ compression = { level = "9" } }`:             `params.compression.level is "9": want a whole number`,
		`params{ compression = { threshold = -1 } }`:          "params.compression.threshold is -1: want a whole number from 0 to 2147483647",
		`params{ compression = { threshold = math.huge } }`:   "params.compression.threshold is",
		`params{ compression = { context_takeover = "no" } }`: `params.compression.context_takeover is "no": want true or false`,
		`params{ compression = { window_bits = 7 } }`:         "params.compression.window_bits is 7: want a whole number from 8 to 15",
		`params{ compression = { window_bits = 16 } }`:        "params.compression.window_bits is 16: want",
		`params{ compression = { window_bits = {} } }`:        "params.compression.window_bits is a table: want",
		`params{ headers = "Sec-WebSocket-Extensions: x" }`:   "which is the handshake's own",
		`params{ proxy = 5 }`:                                 `params.proxy is 5: want a proxy's URL or "direct"`,
		`params{ proxy = "" }`:                                "params.proxy can't be used: the URL has no host; want",
		`params{ proxy = "ftp://u:secret@p.test" }`:           `params.proxy can't be used: the scheme "ftp" is not known`,
		`params{ proxy = "http://u:secret@p.test:x"}`:         `params.proxy can't be used: the port "x" is not a number`,

		`params{ tls = true }`:                                "params.tls is true: want a table",
		`params{ tls = { pins = "x" } }`:                      `params.tls has the key "pins": want ca, certificate, key, server_name, pin, min_version, insecure`,
		`params{ tls = { "x" } }`:                             "params.tls has the key 1: want ca",
		`params{ tls = { ca = 5 } }`:                          "params.tls.ca is a number: want a string",
		`params{ tls = { ca = "" } }`:                         "params.tls.ca is empty: leave it out for none",
		`params{ tls = { ca = "nonsense" } }`:                 "params.tls.ca holds no certificate: want PEM",
		`params{ tls = { certificate = "x" } }`:               "params.tls.certificate is given without params.tls.key: want both",
		`params{ tls = { key = "x" } }`:                       "params.tls.key is given without params.tls.certificate: want both",
		`params{ tls = { certificate = "x", key = "y" } }`:    "params.tls.certificate and params.tls.key can't be used: tls: failed to find any PEM data in certificate input",
		`params{ tls = { key = {} } }`:                        "params.tls.key is a table: want a string",
		`params{ tls = { server_name = "a b" } }`:             "params.tls.server_name can't be used: the host \"a b\" holds the character ' '",
		`params{ tls = { pin = 5 } }`:                         `params.tls.pin holds 5: want "sha256/…" or a list of such strings`,
		`params{ tls = { pin = {} } }`:                        "params.tls.pin is a table without a first item",
		`params{ tls = { pin = { x = "sha256/" } } }`:         "params.tls.pin is a table without a first item",
		`params{ tls = { pin = "sha1/x" } }`:                  `params.tls.pin holds "sha1/x": it is no pin: want sha256/ and the 44 characters`,
		`params{ tls = { pin = { "sha256/47DEQpj8HBSa" } } }`: "it is no pin",
		`params{ tls = { min_version = "1.1" } }`:             `params.tls.min_version is "1.1": want "1.2" or "1.3"`,
		`params{ tls = { min_version = "nil" } }`:             `params.tls.min_version is "nil": want "1.2" or "1.3"`,
		`params{ tls = { min_version = true } }`:              `params.tls.min_version is true: want "1.2" or "1.3"`,
		`params{ tls = { insecure = 1 } }`:                    "params.tls.insecure is 1: want true or false",
		`params{ tls = { insecure = true } }`:                 "params.tls.insecure is not allowed here",

		`params{ redirects = -1 }`:   "params.redirects is -1: want a whole number from 0 to 20",
		`params{ redirects = 21 }`:   "params.redirects is 21: want",
		`params{ redirects = 1.5 }`:  "params.redirects is 1.5: want",
		`params{ redirects = 0/0 }`:  "params.redirects is",
		`params{ redirects = true }`: "params.redirects is true: want",
		`params{ redirects = "5" }`:  `params.redirects is "5": want`,

		`params{ unix = 5 }`:                             "params.unix is 5: want the path of a socket file",
		`params{ unix = "" }`:                            "params.unix can't be used: the path of the socket file is empty",
		`params{ unix = "/x\0y" }`:                       "params.unix can't be used: the path of the socket file holds a zero byte",
		`params{ unix = "/x", proxy = "http://p.test" }`: "params.unix and params.proxy are both given",

		`send()`:                        "The first argument must be a valid connection!",
		`send("x", "y")`:                "The first argument must be a valid connection!",
		`send(io.stdout, "y")`:          "The first argument must be a valid connection!",
		`send(dialling, "y")`:           "Connection isn't connected",
		`send(dead, "y")`:               "Invalid connection",
		`send(up)`:                      "bad argument #2 to send (string expected, got nil)",
		`send(up, {})`:                  "bad argument #2 to send (string expected, got table)",
		`send(up, "x", 1)`:              "bad argument #3 to send (table expected, got number)",
		`send(up, "x", { type = 9 })`:   "options.type is 9: want websocket.DATA_TYPE_TEXT or websocket.DATA_TYPE_BINARY",
		`send(up, "x", { type = "1" })`: `options.type is "1": want`,
		`send(up, "\255", { type = websocket.DATA_TYPE_TEXT })`: "bad argument #2 to send (the text is not UTF-8: send it with type = websocket.DATA_TYPE_BINARY)",
		`send(up, ("x"):rep(1001))`:                             "the outbound buffer is full: 0 bytes wait, the message has 1001, the limit is 1000",

		`disconnect()`:                         "The first argument must be a valid connection!",
		`disconnect({})`:                       "The first argument must be a valid connection!",
		`disconnect(up, 1001)`:                 "the close code is 1001: want 1000 or 3000 to 4999",
		`disconnect(up, 5000)`:                 "the close code is 5000: want 1000 or 3000 to 4999",
		`disconnect(up, "x")`:                  "bad argument #2 to disconnect (number expected, got string)",
		`disconnect(up, 1000, ("x"):rep(124))`: "the reason is longer than 123 bytes",
		`disconnect(up, 1000, "\255")`:         "the reason is not UTF-8",
		`disconnect(dead, 1)`:                  "the close code is 1: want",
		`websocket.buffered(1)`:                "The first argument must be a valid connection!",
		`websocket.state(nil)`:                 "The first argument must be a valid connection!",
		`websocket.stats("x")`:                 "The first argument must be a valid connection!",
		`websocket.ping(dialling)`:             "Connection isn't connected",
		`websocket.ping(dead)`:                 "Invalid connection",
	} {
		t.Run(code, func(t *testing.T) {
			inBubble(t, Options{OutboundBuffer: 1000}, func(r *rig) {
				r.do(`
					connect, send, disconnect = websocket.connect, websocket.send, websocket.disconnect
					function f() end
					function params(p) return connect("ws://echo.test/", p, f) end
					up = connect("ws://echo.test/", nil, f)
					dead = connect("nonsense", nil, f)`)
				r.frames(2)
				r.do(`dialling = connect("ws://echo.test/", nil, f)`)
				active := r.ext.Active()
				err := r.L.DoString(code)
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("raised %v, want %q", err, want)
				}
				if n := r.ext.Active(); n != active {
					t.Errorf("%d connections after the error, %d before", n, active)
				}
				if got := r.L.GetTop(); got != 0 {
					t.Errorf("%d values are left on the stack", got)
				}
				r.do(`assert(websocket.state(up) == "open")`)
			})
		})
	}
}

// TestArgumentsThatPass: what compatibility asks to be taken.
func TestArgumentsThatPass(t *testing.T) {
	for _, code := range []string{
		`params()`, `params{}`, `params{ timeout = "3000" }`, `params{ timeout = 0 }`, `params{ ping_interval = 0, pong_timeout = 0 }`,
		`params{ headers = "" }`, `params{ headers = "\r\n" }`, `params{ headers = "A: b" }`, `params{ headers = "A: b\r\n" }`, `params{ headers = "A:b\r\nC: d: e\r\n" }`,
		`params{ headers = {} }`, `params{ headers = { A = "b", C = { "d", 5 } } }`,
		`params{ protocol = "" }`, `params{ protocol = "a, b" }`, `params{ protocol = {} }`, `params{ protocol = { "a", "b" } }`,
		`params{ unknown = true }`,
		`params{ compression = true }`, `params{ compression = false }`, `params{ compression = {} }`,
		`params{ compression = { level = 9, threshold = 0, context_takeover = false, window_bits = 8 } }`,
		`params{ tls = {} }`, `params{ tls = { insecure = false, min_version = 1.3, server_name = "bücher.test" } }`, `params{ tls = { server_name = "::1" } }`,
		`params{ tls = { pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } }`, `params{ tls = { pin = { "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } } }`,
		`params{ redirects = 0 }`, `params{ redirects = 20 }`,
		`params{ unix = "/run/x.sock" }`, `params{ unix = "/run/x.sock", proxy = "direct" }`,
		`params{ proxy = "direct" }`, `params{ proxy = "p.test:3128" }`, `params{ proxy = "https://u:p@p.test" }`, `params{ proxy = "socks5://[::1]:1" }`,
		`send(up, 5)`, `send(up, "")`, `send(up, "x", nil)`, `send(up, "x", {})`, `send(up, "x", { type = nil })`,
		`send(up, "x", { type = websocket.DATA_TYPE_TEXT })`, `send(up, "x", { type = websocket.DATA_TYPE_BINARY })`, `send(up, "\0\255")`,
		`disconnect(dead)`, `disconnect(dead)`, `disconnect(up, 3000, "bye")`, `disconnect(up) disconnect(up)`, `assert(select("#", disconnect(up)) == 0)`,
		`assert(select("#", send(up, "x")) == 0)`, `assert(websocket.buffered(dead) == 0)`,
		`local t = {[up] = 1, [dead] = 2} assert(t[up] == 1 and t[dead] == 2)`,
		`assert(type(up) == "userdata" and tostring(up):find("^userdata: 0x%x+$"), tostring(up))`,
	} {
		t.Run(code, func(t *testing.T) {
			inBubble(t, Options{}, func(r *rig) {
				r.do(`
					send, disconnect = websocket.send, websocket.disconnect
					function f() end
					function params(p) return websocket.connect("ws://echo.test/", p, f) end
					up = params()
					dead = websocket.connect("nonsense", nil, f)`)
				r.frames(2)
				r.do(code)
			})
		})
	}
}

// TestConstants are Defold's numbers.
func TestConstants(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	e := New(Options{})
	defer e.Close()
	if err := e.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(`
		assert(websocket.EVENT_CONNECTED == 0 and websocket.EVENT_DISCONNECTED == 1)
		assert(websocket.EVENT_MESSAGE == 2 and websocket.EVENT_ERROR == 3)
		assert(websocket.DATA_TYPE_TEXT == 1 and websocket.DATA_TYPE_BINARY == 2)`); err != nil {
		t.Error(err)
	}
}
