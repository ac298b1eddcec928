package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// idle measures what an idle connection takes of its process' resident memory:
// Go's heap, the goroutines' stacks, and Lua's userdata, event table and
// callback. Each row is a process of its own.
func idle(s *session) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	for _, r := range []struct{ name, url string }{
		{"idle ws connection", urls.plain},
		{"idle wss connection", urls.secure},
	} {
		out, err := exec.Command(os.Args[0], "hold", r.url, strconv.Itoa(s.connections)).Output()
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		bytes, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		row := result{Name: fmt.Sprintf("%s, at %d", r.name, s.connections), Ours: bytes / 1024, Unit: "KiB resident", Reason: "no peer is measured"}
		if err := s.report.row(row); err != nil {
			return err
		}
	}
	bytes, err := idleAccepted(s.connections)
	if err != nil {
		return fmt.Errorf("accepted: %w", err)
	}
	return s.report.row(result{Name: fmt.Sprintf("idle accepted ws connection, at %d", s.connections), Ours: bytes / 1024, Unit: "KiB resident", Reason: "no peer is measured"})
}

// hold is an idle row's process: it opens connections to the URL in args[0],
// args[1] of them, and prints how many bytes each takes.
func hold(args []string) error {
	url := args[0]
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{TLS: &tls.Config{InsecureSkipVerify: true}}) // the server made its certificate just now
	if err := ext.Open(L); err != nil {
		return err
	}
	defer ext.Close()
	script := `
		connected, failed = 0, nil
		local connections = {}
		local function callback(self, connection, data)
			if data.event == websocket.EVENT_CONNECTED then connected = connected + 1 end
			if data.event == websocket.EVENT_ERROR then failed = data.message end
		end
		function connect(url)
			connections[#connections + 1] = websocket.connect(url, { timeout = 60000 }, callback)
		end`
	if err := L.DoString(script); err != nil {
		return err
	}
	connect := func(until int) error {
		for opened := int(lua.LVAsNumber(L.GetGlobal("connected"))); opened < until; {
			for range min(200, until-opened) { // not more than the server's backlog at once
				if err := L.CallByParam(lua.P{Fn: L.GetGlobal("connect"), Protect: true}, lua.LString(url)); err != nil {
					return err
				}
				opened++
			}
			for int(lua.LVAsNumber(L.GetGlobal("connected"))) < opened {
				select {
				case <-ext.Wake():
				case <-time.After(30 * time.Second):
					return fmt.Errorf("%v of %d connections came up", L.GetGlobal("connected"), opened)
				}
				ext.Update()
				ext.Flush()
				if failed := L.GetGlobal("failed"); failed != lua.LNil {
					return fmt.Errorf("%v", failed)
				}
			}
		}
		return nil
	}
	warm := n / 10 // code, pools and the poller are paid for once
	if err := connect(warm); err != nil {
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	if err := connect(warm + n); err != nil {
		return err
	}
	after, err := resident()
	if err != nil {
		return err
	}
	fmt.Println(float64(after-before) / float64(n))
	return nil
}

// resident gives this process' resident memory in bytes, garbage given back.
func resident() (int, error) {
	for range 3 { // a stack shrinks by half at each collection
		debug.FreeOSMemory()
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("resident memory is read from /proc, which only Linux has: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.Atoi(strings.Fields(value)[0])
			return kib * 1024, err
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no VmRSS")
}
