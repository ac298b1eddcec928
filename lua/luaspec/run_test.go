package luaspec

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension/wstest"
)

// The library's own specs: assertions and spies in testdata/library also pass
// under busted, but for the file that says so.
func TestSpecs(t *testing.T) {
	for _, folder := range []string{"library", "engine"} {
		t.Run(folder, func(t *testing.T) { Run(t, "testdata/"+folder) })
	}
}

// With a real socket open frames follow the wall; once it is closed they don't.
func TestRealSocketFollowsTheWall(t *testing.T) {
	server, err := wstest.NewServer(wstest.Options{Echo: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	o := Options{Config: map[string]string{"echo.url": server.URL()}}
	start := time.Now()
	o.Run(t, "testdata/real/echo_spec.lua")
	if took := time.Since(start); took < 300*time.Millisecond {
		t.Errorf("0.3 s of real time took %v", took)
	}
}

// Real wss, with the host's own CA.
func TestRealTLS(t *testing.T) {
	authority, err := wstest.NewCA(nil)
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.ServerConfig("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	server, err := wstest.NewServer(wstest.Options{Echo: true, TLS: config})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	Options{
		Config: map[string]string{"echo.url": server.URL()},
		TLS:    &tls.Config{RootCAs: authority.Pool()},
		Filter: "echoes",
	}.Run(t, "testdata/real/echo_spec.lua")
}

// A host under .test is never looked for outside.
func TestReservedHostsStayInMemory(t *testing.T) {
	for host, want := range map[string]bool{
		"a.test": true, "A.TEST.": true, "test": true,
		"a.testing": false, "attest": false, "localhost": false, "127.0.0.1": false,
	} {
		if got := inMemory(host); got != want {
			t.Errorf("inMemory(%q) = %v, want %v", host, got, want)
		}
	}
}

// What never ends is ended, told with its line, and the next spec runs.
func TestEndlessSpecs(t *testing.T) {
	code, out, _ := run(t, Command{Options: Options{Timeout: 400 * time.Millisecond}, Output: "tap"}, "testdata/endless")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, want := range []string{
		"not ok 1 - endless loops",
		"endless_spec.lua:5: did not end within 400ms",
		"not ok 2 - endless loops in a pcall",
		"not ok 3 - endless loops in a coroutine",
		"endless_spec.lua:21: did not end within 400ms",
		"not ok 4 - endless waits",
		"endless_spec.lua:26: did not end within 400ms",
		"ok 5 - endless ends",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
