package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/tickwire/tickwire/cmd/tickwire/internal/linerpc"
	"github.com/tickwire/tickwire/extension"
)

const rpcHelp = `Reads actions on standard input and writes responses and events on standard
output, one JSON object a line: a mini-app's WebSocket API for any language.

  in   {"id": 1, "action": "websocket-create", "payload": {"url": "wss://game.example/"}}
  out  {"id":1,"response":{"id":"ws-1"}}
  out  {"event":"websocket-event","payload":{"id":"ws-1","name":"open","payload":{"headers":{…}}}}
  in   {"id": 2, "action": "websocket-send", "payload": {"id": "ws-1", "type": "text", "data": "hi"}}
  out  {"id":2,"response":{}}
  in   {"id": 3, "action": "websocket-close", "payload": {"id": "ws-1", "code": 1}}
  out  {"id":3,"error":{"errMsg":"…","property":"code"}}

Actions: websocket-create {url, headers, protocols}; websocket-send {id, type, data},
where type is "text" and data a string, or "arraybuffer" and an array of bytes;
websocket-close {id, code, reason}; enter-background {}, which disconnects all.
Events: open {headers}, message {type, data}, error {errMsg}, close {code, reason}.
The id of a line is a number or a string and comes back with its answer. A sixth
connection disconnects the oldest. A line may have 16 MiB.

The end of the input disconnects all, tells so, and ends the program with 0. Trouble
goes to standard error. Ctrl-C: 130, TERM: 143.

` + rulesHelp + `
  echo '{"id":1,"action":"websocket-close","payload":{"id":"x"}}' | tickwire rpc
  python3 examples/rpc/driver.py tickwire rpc --echo
`

// serveRPC does what comes on standard input, until it ends or a signal comes.
func serveRPC(std streams, o runOptions) (code int, err error) {
	servers, err := startEchoes(o.echo, o.routes.echoHosts())
	if err != nil {
		return 0, err
	}
	defer servers.close()
	signals := catchSignals(nil)
	defer signals.stop()
	protocol := std.out
	std.out = std.err // what isn't the protocol's
	engine, err := newEngine(std, &o, &game{}, func(err error) { fmt.Fprintf(std.err, "error: %v\n", err) })
	if err != nil {
		return 0, err
	}
	defer engine.Close()
	options, err := networkOptions(engine, std, o, servers)
	if err != nil {
		return 0, err
	}
	host := linerpc.New(linerpc.Options{In: os.Stdin, Out: protocol, OnError: engine.Report})
	if err := engine.Add(&patient{extension.New(options), host}); err != nil {
		return 0, err
	}
	if err := engine.Add(host); err != nil {
		return 0, err
	}
	if o.echo {
		host.Emit(echoEvent(servers))
	}
	result := engine.Run(signals)
	if err := engine.Close(); err != nil {
		fmt.Fprintln(std.err, err)
	}
	return runCode(signals.code(), false, result), nil
}

// patient delivers no event while nobody reads the ones before.
type patient struct {
	*extension.Extension
	host *linerpc.Host
}

func (p *patient) Update() {
	if p.host.Ready() {
		p.Extension.Update()
	}
}

// echoEvent tells where --echo's servers are.
func echoEvent(servers *echoes) string {
	type urls struct {
		WS  string `json:"ws"`
		WSS string `json:"wss"`
	}
	text, _ := json.Marshal(struct { // strings: it can't fail
		Event   string `json:"event"`
		Payload urls   `json:"payload"`
	}{"echo-servers", urls{servers.ws.URL(), servers.wss.URL()}})
	return string(text)
}
