// Package interop holds the extension against servers, clients and proxies that
// other people wrote. It has tests only.
//
// A peer that isn't installed skips its tests, which say how to get it; with
// INTEROP_REQUIRED=1 in the environment they fail. Peers are started by the
// tests on 127.0.0.1 and ended by their process id. Everything has a bound in
// time.
//
// Each server gives, by the path: /echo, /close/CODE/REASON, /fragments (a text
// of 50,000 digits in several frames) and /ping (a ping, and a text once the
// pong is there). It prints its port, and how each connection was closed. Each
// client prints what it saw of a script that listens.
package interop
