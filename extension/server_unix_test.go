//go:build unix

package extension

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestServerAtASocketFile: it goes with its server, a stale one is replaced, and
// nothing else is.
func TestServerAtASocketFile(t *testing.T) {
	folder, err := os.MkdirTemp("", "tickwire") // short: a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "a:b c%.sock")
	inUse := "websocket: listen on unix:" + path + ": the address is in use"
	noSocket := "websocket: listen on unix:" + path + ": there is a file of that name that is no socket"
	for _, state := range []struct {
		name    string
		prepare func() (undo func())
		want    string
		stays   bool
	}{
		{"free", func() func() { return func() {} }, "200000|1001", false},
		{"left behind", func() func() {
			l := must(net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}))
			l.SetUnlinkOnClose(false)
			l.Close()
			return func() {}
		}, "200000|1001", false},
		{"in use", func() func() {
			l := must(net.Listen("unix", path))
			return func() { l.Close() }
		}, inUse, true},
		{"a file", func() func() {
			if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			return func() { os.Remove(path) }
		}, noSocket, true},
		{"a folder", func() func() {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			return func() { os.Remove(path) }
		}, noSocket, true},
	} {
		undo := state.prepare()
		if got := loopbackServer(t, echoOnce, "unix:"+path); got != state.want {
			t.Errorf("%s: logged %q, want %q", state.name, got, state.want)
		}
		if _, err := os.Lstat(path); (err == nil) != state.stays {
			t.Errorf("%s: afterwards the file is there: %t, want %t", state.name, err == nil, state.stays)
		}
		undo()
	}
	missing := "unix:" + filepath.Join(folder, "none", "a.sock")
	if got := loopbackServer(t, echoOnce, missing); got != "websocket: listen on "+missing+": there is no such folder" {
		t.Errorf("logged %q", got)
	}
	long := "unix:" + filepath.Join(folder, strings.Repeat("a", 200))
	if got := loopbackServer(t, echoOnce, long); !strings.HasSuffix(got, ": the path is too long for a socket file") {
		t.Errorf("logged %q", got)
	}
}

// TestSocketFileOfAnother: a server removes its own file, not one that another has
// put in its place.
func TestSocketFileOfAnother(t *testing.T) {
	folder, err := os.MkdirTemp("", "tickwire")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "a.sock")
	L := lua.NewState()
	defer L.Close()
	ext := New(Options{Listen: []string{"unix"}})
	if err := ext.Open(L); err != nil {
		t.Fatal(err)
	}
	defer ext.Close()
	L.SetGlobal("path", lua.LString(path))
	if err := L.DoString(`server = assert(websocket.listen("unix:" .. path, nil, function() end))`); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(`server:close()`); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("the other's file holds %q, %v", text, err)
	}
}
