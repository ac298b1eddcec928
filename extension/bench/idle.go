package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// idle opens n connections to a server in another process, leaves them alone and
// tells what each takes of this process' resident memory: Go's heap, the
// goroutines' stacks, and Lua's userdata, event table and callback.
func idle(n int) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()

	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{})
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
				if err := L.CallByParam(lua.P{Fn: L.GetGlobal("connect"), Protect: true}, lua.LString(urls[0])); err != nil {
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
	fmt.Printf("idle ws connections: %d (after %d to warm up), the server in another process\n", n, warm)
	fmt.Printf("measured: VmRSS of /proc/self/status after debug.FreeOSMemory, %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Printf("resident: %d KiB before, %d KiB after: %.2f KiB a connection\n", before/1024, after/1024, float64(after-before)/float64(n)/1024)
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
