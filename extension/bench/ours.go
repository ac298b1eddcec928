package main

import (
	"fmt"
	"time"

	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// tickwire echoes through a Lua callback: each message that comes sends the next.
func tickwire(url string, r *row) (time.Duration, error) {
	L := lua.NewState()
	defer L.Close()
	o := extension.Options{}
	if r.tick > 0 {
		o.MaxTime = -1             // the whole frame is the messages'
		o.InboundCredit = 16 << 20 // 1 MiB is 3,640 small messages a frame
	}
	ext := extension.New(o)
	if err := ext.Open(L); err != nil {
		return 0, err
	}
	defer ext.Close()
	L.SetGlobal("url", lua.LString(url))
	L.SetGlobal("payload", lua.LString(r.payload()))
	L.SetGlobal("compression", lua.LBool(r.deflate))
	L.SetGlobal("window", lua.LNumber(r.window))
	L.SetGlobal("total", lua.LNumber(r.messages))
	L.SetGlobal("connections", lua.LNumber(max(r.connections, 1)))
	if err := L.DoString(`
		local send, EVENT_MESSAGE, EVENT_CONNECTED = websocket.send, websocket.EVENT_MESSAGE, websocket.EVENT_CONNECTED
		local payload, total, sent, received = payload, total, 0, 0
		local open, list = 0, {}
		local function callback(self, connection, data)
			local event = data.event
			if event == EVENT_MESSAGE then
				received = received + 1
				if sent < total then
					sent = sent + 1
					send(connection, payload)
				elseif received == total then
					done = true
				end
			elseif event == EVENT_CONNECTED then
				open = open + 1
				connected = open == connections or nil
			elseif event == websocket.EVENT_ERROR then
				failed = data.message
			end
		end
		for i = 1, connections do
			list[i] = websocket.connect(url, { compression = compression, timeout = 30000 }, callback)
		end
		function start()
			for i = 1, connections do
				for n = 1, window do send(list[i], payload) end
			end
			sent = window * connections
		end`); err != nil {
		return 0, err
	}
	if err := drive(L, ext, 0, "connected"); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := L.CallByParam(lua.P{Fn: L.GetGlobal("start"), Protect: true}); err != nil {
		return 0, err
	}
	ext.Flush()
	err := drive(L, ext, r.tick, "done")
	return time.Since(start), err
}

// drive ticks until a global is set: at every wake, or at a fixed rate.
func drive(L *lua.LState, ext *extension.Extension, tick time.Duration, until string) error {
	var frames <-chan time.Time
	if tick > 0 {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		frames = ticker.C
	}
	late := time.NewTimer(2 * time.Minute)
	defer late.Stop()
	for L.GetGlobal(until) == lua.LNil {
		wake := ext.Wake()
		if frames != nil {
			wake = nil
		}
		select {
		case <-wake:
		case <-frames:
		case <-late.C:
			return fmt.Errorf("not %s after two minutes", until)
		}
		ext.Update()
		ext.Flush()
		if failed := L.GetGlobal("failed"); failed != lua.LNil {
			return fmt.Errorf("%v", failed)
		}
	}
	return nil
}
