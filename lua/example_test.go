package luasrc_test

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	luasrc "github.com/tickwire/tickwire/lua"
)

// A Go host without an engine: an extension, the modules, and a loop that sleeps
// until there is something to do.
func Example() {
	server, err := wstest.NewEchoServer(wstest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{})
	if err := ext.Open(L); err != nil {
		fmt.Println(err)
		return
	}
	defer ext.Close() // before L.Close: it ends the tasks
	if err := luasrc.Open(L); err != nil {
		fmt.Println(err)
		return
	}
	L.SetGlobal("url", lua.LString(server.URL()))
	if err := L.DoString(`
		local async = require("tickwire.async")
		async.run(function()
			local ws = assert(async.connect(url))
			for i = 1, 3 do
				ws:send("message " .. i)
				print("received", (ws:receive(1)))
				async.sleep(0.01)
			end
			ws:close()
		end)`); err != nil {
		fmt.Println(err)
		return
	}
	for ext.Active() > 0 {
		<-ext.Wake()
		ext.Update()
		ext.Flush()
	}
	// Output:
	// received	message 1
	// received	message 2
	// received	message 3
}
