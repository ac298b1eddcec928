package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// dialer is a kind of client that other people wrote.
type dialer struct {
	name     string
	command  func(t *testing.T) []string
	deflates bool
}

var dialers = []*dialer{
	{name: "ws", command: dialNode("ws@8.23.0"), deflates: true},
	{name: "websocket", command: dialNode("websocket@1.0.35")},
	{name: "faye-websocket", command: dialNode("faye-websocket@0.11.4", "permessage-deflate@0.1.7"), deflates: true},
	{name: "python3-websockets", command: dialPython, deflates: true},
}

func dialNode(want ...string) func(t *testing.T) []string {
	return func(t *testing.T) []string {
		t.Helper()
		name, _, _ := strings.Cut(want[0], "@")
		return []string{findNode(t, want...), "dial.js", name}
	}
}

func dialPython(t *testing.T) []string {
	t.Helper()
	return []string{findPython(t), "dial_websockets.py"}
}

// greeter is a script that listens, and echoes or does what the path says.
const greeter = `
	paths, ended, extensions = {}, {}, nil
	server = assert(websocket.listen("127.0.0.1:0", { protocol = { "news", "chat" }, tls = tls, compression = compression, origins = { "http://game.test" } },
		function(self, client, data)
			if data.event == websocket.EVENT_REQUEST then
				paths[client] = data.request.path
			elseif data.event == websocket.EVENT_CONNECTED then
				extensions = data.extensions
				local code, reason = paths[client]:match("^/close/(%d+)/(.*)$")
				if code then
					websocket.disconnect(client, tonumber(code), (reason:gsub("%%20", " ")))
				elseif paths[client] == "/go" then
					websocket.disconnect(client)
				elseif paths[client] == "/ping" then
					websocket.ping(client)
					timer_of = client
				end
			elseif data.event == websocket.EVENT_MESSAGE then
				websocket.send(client, data.message, { type = data.type })
			elseif data.event == websocket.EVENT_ERROR then
				ended[#ended + 1] = paths[client] .. " error " .. data.message
			elseif data.event == websocket.EVENT_DISCONNECTED then
				ended[#ended + 1] = ("%s %d %s %s"):format(paths[client], data.code, data.reason, tostring(data.clean))
			end
		end))
	function update()
		if timer_of and (websocket.stats(timer_of).rtt or 0) > 0 then
			websocket.send(timer_of, "pong", { type = websocket.DATA_TYPE_TEXT })
			timer_of = nil
		end
	end
`

// TestClients has clients that others wrote connect to a script that listens.
func TestClients(t *testing.T) {
	for _, d := range dialers {
		for _, mode := range []string{"plain", "compressed"} {
			for _, secure := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/tls=%t", d.name, mode, secure), func(t *testing.T) {
					t.Parallel()
					d.try(t, mode, secure)
				})
			}
		}
	}
}

func (d *dialer) try(t *testing.T, mode string, secure bool) {
	command := d.command(t)
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{Listen: []string{"loopback"}, OnError: func(err error) { t.Error(err) }})
	if err := ext.Open(L); err != nil {
		t.Fatal(err)
	}
	defer ext.Close()
	L.SetGlobal("compression", lua.LBool(mode == "compressed"))
	env := []string{"NODE_NO_WARNINGS=1"}
	if secure {
		ca := newCA(t)
		files := ca.files(t, ca.right)
		env = append(env, "CA="+write(t, t.TempDir(), "ca.pem", string(ca.PEM())))
		pair := L.NewTable()
		pair.RawSetString("certificate", lua.LString(read(t, files.cert)))
		pair.RawSetString("key", lua.LString(read(t, files.key)))
		L.SetGlobal("tls", pair)
	}
	if err := L.DoString(greeter); err != nil {
		t.Fatal(err)
	}
	url := L.GetField(L.GetGlobal("server"), "url").String()
	p := start(t, "testdata", env, command[0], append(slices.Clone(command[1:]), strings.TrimSuffix(url, "/"), mode)...)
	late := time.After(patience)
	tick := time.NewTicker(time.Second / 60) // for the script's update
	defer tick.Stop()
	for over := false; !over; {
		ext.Update()
		if err := L.CallByParam(lua.P{Fn: L.GetGlobal("update"), Protect: true}); err != nil {
			t.Fatal(err)
		}
		ext.Flush()
		select {
		case <-ext.Wake():
		case <-tick.C:
		case <-p.silent:
			over = true
		case <-late:
			t.Fatalf("the client was not done within %v; the script saw %q", patience, endings(L))
		}
	}
	ext.Update()

	want := []string{"open chat", "echoed all", "closed by us 3001", "closed by it 4001 bye now", "closed without a word 1000", "pinged pong"}
	got := p.printed()
	for i := range got {
		got[i] = strings.TrimSpace(got[i])
	}
	if !slices.Equal(got, want) {
		t.Errorf("the client saw %q, want %q", got, want)
	}
	ended := endings(L)
	if want := []string{"/echo 3001 done ü true", "/close/4001/bye%20now 4001", "/go 1000", "/ping 1000"}; len(ended) != len(want) {
		t.Errorf("the script saw %q, want %q", ended, want)
	} else {
		for i := range want {
			if !strings.HasPrefix(ended[i], want[i]) || !strings.HasSuffix(ended[i], "true") {
				t.Errorf("the script saw %q, want %q … true", ended[i], want[i])
			}
		}
	}
	if got, want := L.GetGlobal("extensions").String(), mode == "compressed" && d.deflates; strings.HasPrefix(got, "permessage-deflate") != want {
		t.Errorf("the extensions are %q", got)
	}
}

// endings is what greeter noted of how its connections ended.
func endings(L *lua.LState) (all []string) {
	L.GetGlobal("ended").(*lua.LTable).ForEach(func(_, v lua.LValue) { all = append(all, v.String()) })
	return all
}
