package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/gobwas/ws"
	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// idleAccepted measures what an idle connection takes of a server's resident
// memory. The server is a process of its own, this one its clients.
func idleAccepted(n int) (bytes float64, err error) {
	server := exec.Command(os.Args[0], "keep", strconv.Itoa(n))
	server.Stderr = os.Stderr
	output, err := server.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer server.Wait() // it ends by itself, with or without its figure
	defer server.Process.Kill()
	lines := bufio.NewScanner(output)
	line := func() string { lines.Scan(); return strings.TrimSpace(lines.Text()) }
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			conn.Close()
		}
	}()
	url := line()
	for _, many := range []int{n / 10, n} { // code, pools and the poller are paid for once
		for range many {
			conn, _, _, err := ws.Dial(context.Background(), url)
			if err != nil {
				return 0, err
			}
			open = append(open, conn)
		}
		bytes, err = strconv.ParseFloat(line(), 64)
		if err != nil {
			return 0, err
		}
	}
	return bytes, nil
}

// keep is the server: it prints its URL, then what it holds once a tenth of n has
// come, and then how many bytes each of n more takes.
func keep(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{Listen: []string{"loopback"}})
	if err := ext.Open(L); err != nil {
		return err
	}
	defer ext.Close()
	if err := L.DoString(`
		local clients = {}
		server = assert(websocket.listen("127.0.0.1:0", nil, function(self, connection, data)
			if data.event == websocket.EVENT_CONNECTED then clients[#clients + 1] = connection end
		end))`); err != nil {
		return err
	}
	server := L.GetGlobal("server")
	fmt.Println(L.GetField(server, "url"))
	await := func(count int) error {
		for int(lua.LVAsNumber(L.GetField(server, "count"))) < count {
			select {
			case <-ext.Wake():
			case <-time.After(30 * time.Second):
				return fmt.Errorf("%v of %d clients came", L.GetField(server, "count"), count)
			}
			ext.Update()
			ext.Flush()
		}
		return nil
	}
	if err := await(n / 10); err != nil {
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	fmt.Println(before)
	if err := await(n/10 + n); err != nil {
		return err
	}
	after, err := resident()
	if err != nil {
		return err
	}
	fmt.Println(float64(after-before) / float64(n))
	return nil
}
