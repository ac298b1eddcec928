package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// forward is a proxy that scripts ask for the way to servers.
type forward struct {
	name, scheme string
	// start gives the port it listens on; with login it asks for player and
	// s3cret.
	start func(t *testing.T, login bool) (port string)

	firstOnly bool   // tries no more than one address of a name
	refused   string // the cause it gives when a server refuses
}

var forwards = []forward{
	{name: "tinyproxy", scheme: "http", start: startTinyproxy, refused: "status"},
	{name: "squid", scheme: "http", start: startSquid, refused: "status"},
	{name: "microsocks", scheme: "socks5", start: startMicrosocks, firstOnly: true, refused: "refused"},
	{name: "dante", scheme: "socks5", start: startDante, refused: "refused"},
}

// TestForwardProxies on the way to a server, for whoever comes and for whoever
// has the password.
func TestForwardProxies(t *testing.T) {
	for _, f := range forwards {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s, ca := servers[0], newCA(t)
			files := ca.files(t, ca.right)
			plain, secure := s.start(t), s.start(t, "KEY="+files.key, "CERT="+files.cert)
			ws, wss := "ws://127.0.0.1:"+plain.port, "wss://127.0.0.1:"+secure.port
			open, closed := f.start(t, false), f.start(t, true)
			by := func(login, port string) string {
				return fmt.Sprintf("proxy = %q,", f.scheme+"://"+login+"127.0.0.1:"+port)
			}
			known := by("player:s3cret@", closed)

			for _, mode := range modes {
				t.Run(mode.name, func(t *testing.T) {
					through := mode
					through.params += known
					t.Run("ws", func(t *testing.T) { s.try(t, plain.program, nil, ws, through) })
					t.Run("wss", func(t *testing.T) { s.try(t, secure.program, ca.ClientConfig(), wss, through) })
					t.Run("ws without a password", func(t *testing.T) {
						s.tryEcho(t, connect(t, nil, ws+"/echo", mode.params+by("", open)))
					})
					t.Run("wss without a password", func(t *testing.T) {
						s.tryEcho(t, connect(t, ca.ClientConfig(), wss+"/echo", mode.params+by("", open)))
					})
				})
			}
			t.Run("a password that nobody wants", func(t *testing.T) {
				connect(t, nil, ws+"/echo", by("player:s3cret@", open)).next(connected)
			})
			t.Run("a name", func(t *testing.T) {
				if f.firstOnly {
					t.Skip("localhost may have ::1 first, and it tries no other")
				}
				connect(t, nil, "ws://localhost:"+plain.port+"/echo", known).next(connected)
			})

			for _, test := range []struct{ name, url, params, cause, text string }{
				{"no password", ws, by("", closed), "auth", "wants a user name and password"},
				{"a wrong password", ws, by("player:guess@", closed), "auth", "does not accept the user name and password"},
				{"a wrong user", ws, by("nobody:s3cret@", closed), "auth", "does not accept the user name and password"},
				{"a server that refuses", "ws://127.0.0.1:" + freePort(t), known, f.refused, "answered"},
				{"no proxy there", ws, by("player:s3cret@", freePort(t)), "refused", "connection refused"},
			} {
				t.Run(test.name, func(t *testing.T) {
					c := connect(t, nil, test.url+"/echo", test.params)
					c.expectError("proxy", test.cause, test.text)
				})
			}
		})
	}
}

func startTinyproxy(t *testing.T, login bool) string {
	t.Helper()
	path := find(t, "tinyproxy", aptGet+"tinyproxy-bin")
	port, dir := freePort(t), t.TempDir()
	config := "Listen 127.0.0.1\nPort " + port + "\nTimeout 30\nAllow 127.0.0.1\n"
	if login {
		config += "BasicAuth player s3cret\n"
	}
	start(t, dir, nil, path, "-d", "-c", write(t, dir, "tinyproxy.conf", config))
	awaitPort(t, port)
	return port
}

// startSquid's passwords are checked by sed, which gets "user password" and
// answers OK or ERR: squid's own checkers read files that the user squid
// becomes, when root starts it, could not open here.
func startSquid(t *testing.T, login bool) string {
	t.Helper()
	path := find(t, "squid", aptGet+"squid")
	port, dir := freePort(t), t.TempDir()
	allow := "http_access allow all"
	if login {
		allow = `
auth_param basic program /bin/sed -u -e s/^player.s3cret$/OK/;t -e s/.*/ERR/
auth_param basic children 1 startup=1
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
`
	}
	config := write(t, dir, "squid.conf", fmt.Sprintf(`
http_port 127.0.0.1:%s
visible_hostname localhost
%s
cache deny all
cache_mem 0
max_filedescriptors 1024
access_log none
cache_log /dev/null
cache_store_log none
pid_filename none
netdb_filename none
coredump_dir none
shutdown_lifetime 0 seconds
pinger_enable off
`, port, allow))
	// It shares memory by this name, and takes it away when it is ended gently.
	p := start(t, dir, nil, path, "-N", "-n", "tickwire"+port, "-d", "1", "-f", config)
	t.Cleanup(func() { p.terminate(t) })
	awaitPort(t, port)
	return port
}

func startMicrosocks(t *testing.T, login bool) string {
	t.Helper()
	path := find(t, "microsocks", aptGet+"microsocks")
	port := freePort(t)
	arguments := []string{"-i", "127.0.0.1", "-p", port}
	if login {
		arguments = append(arguments, "-u", "player", "-P", "s3cret")
	}
	start(t, t.TempDir(), nil, path, arguments...)
	awaitPort(t, port)
	return port
}

// startDante's users are those of the system, which libnss-wrapper makes up for
// this process: the one that runs the test, and player.
func startDante(t *testing.T, login bool) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("its users are made up by libnss-wrapper")
	}
	path := find(t, "danted", aptGet+"dante-server")
	wrappers, _ := filepath.Glob("/usr/lib/*/libnss_wrapper.so")
	if len(wrappers) == 0 {
		missing(t, "libnss_wrapper.so", aptGet+"libnss-wrapper")
	}
	port, dir := freePort(t), t.TempDir()
	method := "none"
	if login {
		method = "username"
	}
	config := write(t, dir, "danted.conf", fmt.Sprintf(`
logoutput: stderr
internal: 127.0.0.1 port = %s
external: 127.0.0.1
clientmethod: none
socksmethod: %s
user.privileged: runner
user.unprivileged: runner
client pass { from: 127.0.0.1/32 to: 0/0 }
socks pass { from: 127.0.0.1/32 to: 0/0 }
`, port, method))
	p := start(t, dir, []string{
		"LD_PRELOAD=" + wrappers[0],
		"NSS_WRAPPER_PASSWD=" + write(t, dir, "passwd", fmt.Sprintf("runner:x:%d:%d::/:\nplayer:x:4000:4000::/:\n", os.Getuid(), os.Getgid())),
		"NSS_WRAPPER_GROUP=" + write(t, dir, "group", fmt.Sprintf("runner:x:%d:\n", os.Getgid())),
		// crypt(3) of s3cret
		"NSS_WRAPPER_SHADOW=" + write(t, dir, "shadow", "player:$6$tickwire$vK21.1IzTdWArQen2d76dOErbizmlqFblQu.E6Uze5RXB0N.zbdtbR5rY1sMVfTC6LY/rXX0KxXKkE6YHyCQB.:19000:0:99999:7:::\n"),
	}, "/bin/sh", "-c", `ulimit -n 1024; exec "$0" "$@"`, path, "-f", config) // each child closes all that it could have open
	t.Cleanup(func() { p.terminate(t) }) // so that it ends its children itself
	awaitPort(t, port)
	return port
}
