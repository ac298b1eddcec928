// Package wstest has scripted WebSocket servers, in memory or on loopback, for
// specs, for the tickwire echo command and for Go tests, as net/http/httptest
// has them for HTTP. The bad network lives here too.
//
// It is meant for tests and for trying things out, not for the open internet.
// It shares no code with the client that it tests: it reads the handshake with
// net/http, and takes only frame headers and masking from gobwas/ws.
//
// # Caveats
//
//   - In memory, all works inside a testing/synctest bubble. Network, server and
//     clients must be made in the same bubble. On loopback nothing does: a bubble
//     waits for ever for a real socket.
//   - Deadlines and timeouts are the Clock's. Where that is virtual, nothing that
//     waits for one goes on until it is moved; Server.Close alone is bounded by
//     the system's time, so that it can be called from whoever moves the clock.
//     crypto/tls sets a write deadline by the system's time in its Close: on a
//     client's end, when the clock has moved on, TLS's goodbye may be left out.
//   - A peer records what it receives up to Options.Record, then stops reading.
//   - An in-memory connection that is closed with bytes unread still ends with
//     io.EOF; on Linux the other side would get a reset.
//
// # The network
//
// A Network has hosts, ports, socket files and a name service: Listen,
// ListenContext, DialContext, AddHost, Blackhole. Its connections are a pair of Conns, each with two Links, one for
// each direction, which can be given latency, a throttle, a stall, small reads,
// a cut after so many bytes; or the connection is reset, or left half-open.
// Network.OnConnect sets a fault before the first byte, Peer.Link in the midst.
//
// # The server
//
// A Server accepts on any net.Listener. An Answer says what it does with a
// handshake: accept, refuse, stay mute, drop, cut, trickle, send any bytes. Each
// client whose handshake was answered is a Peer. A Go test drives one from a
// Handler, or pulls: Accept, Next, WaitClosed, each with a context. Whoever must
// not wait, a script on its tick, asks for a snapshot: Peers, Poll, Received,
// Closed; all that sends returns at once.
//
// NewEchoServer has the paths of the tickwire echo command; a CA signs
// certificates for wss, wrong ones too.
//
// # Goroutines
//
// A Network has none. A server has one for accepting, two for each connection
// and one for each Handler; Close joins them all.
package wstest
