// Package linerpc lets a program in any language use require "tickwire.rpc": one
// JSON object a line, in and out.
//
//	in   {"id": 1, "action": "websocket-create", "payload": {"url": "wss://game.example/"}}
//	out  {"id":1,"response":{"id":"ws-1"}}
//	out  {"event":"websocket-event","payload":{"id":"ws-1","name":"open","payload":{"headers":{…}}}}
//	in   {"id": 2, "action": "websocket-close", "payload": {"id": "ws-1", "code": 1}}
//	out  {"id":2,"error":{"errMsg":"…","property":"code"}}
//
// id is a number or a string and comes back as it was written; null where a line
// has none that can be read. Each line that is not empty gets one answer, in
// order; events come between them. A line of more than MaxLine bytes is passed
// over as a whole and answered so.
//
// Caveats first:
//
//   - A read of the input can't be interrupted: after Close the goroutine that
//     reads lives until the input ends or sends one more line, at the latest until
//     the process ends.
//   - A program that doesn't read the output is waited for, and nothing is lost:
//     past Backlog bytes neither lines nor the network's events are taken, and
//     pipes and TCP pass that on.
//   - JSON is UTF-8: a byte that is not (in a server's header, say) goes out as
//     U+FFFD.
//
// [Host] is a system of the headless engine, driven by its tick. No goroutine of
// this package touches a Lua value.
package linerpc
