package extension_test

import (
	"fmt"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	lua "github.com/yuin/gopher-lua"
)

// A Go host gives its Lua program websockets, and its frame keeps its time.
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
	defer ext.Close()
	L.SetGlobal("url", lua.LString(server.URL()))
	if err := L.DoString(`
		websocket.connect(url, nil, function(self, connection, data)
			if data.event == websocket.EVENT_CONNECTED then
				websocket.send(connection, "hello", { type = websocket.DATA_TYPE_TEXT })
			elseif data.event == websocket.EVENT_MESSAGE then
				print("received", data.message)
				websocket.disconnect(connection)
			elseif data.event == websocket.EVENT_DISCONNECTED then
				print("disconnected", data.code)
			end
		end)`); err != nil {
		fmt.Println(err)
		return
	}
	for ext.Active() > 0 { // a game would do this once a frame, and not wait
		<-ext.Wake()
		ext.Update()
		ext.Flush()
	}
	// Output:
	// received	hello
	// disconnected	1000
}
