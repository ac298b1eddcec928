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

// A script that listens: the host grants it, and a client of another script's
// talks to it.
func ExampleOptions_listen() {
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{Listen: []string{"loopback"}})
	if err := ext.Open(L); err != nil {
		fmt.Println(err)
		return
	}
	defer ext.Close()
	if err := L.DoString(`
		local server
		server = assert(websocket.listen("127.0.0.1:0", nil, function(self, connection, data)
			if data.event == websocket.EVENT_REQUEST then
				print("asked for", data.request.path)
			elseif data.event == websocket.EVENT_MESSAGE then
				print("received", data.message)
				websocket.broadcast(server, data.message .. ", all of you")
			end
		end))
		websocket.connect(server.url .. "room", nil, function(self, connection, data)
			if data.event == websocket.EVENT_CONNECTED then
				websocket.send(connection, "hello")
			elseif data.event == websocket.EVENT_MESSAGE then
				print("heard", data.message)
				server:close()
			end
		end)
		local ok, why = websocket.listen(":8080", nil, print)
		print(why)`); err != nil {
		fmt.Println(err)
		return
	}
	for ext.Active() > 0 {
		<-ext.Wake()
		ext.Update()
		ext.Flush()
	}
	// Output:
	// websocket: listen on :8080: not allowed here, only "loopback": a host allows it with Options.Listen
	// asked for	/room
	// received	hello
	// heard	hello, all of you
}
