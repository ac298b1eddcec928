// Package extension gives gopher-lua programs Defold's websocket module,
// delivered on the host's update tick.
//
// Caveats first. An [Extension] serves one Lua state and belongs to one
// goroutine, the tick: whoever calls Open, Update, Flush, Release and Close. Two
// of them, Active and Close, are about the end of a program: Close waits, all
// others return at once. Options' functions (Dialer, Lookup, Route, Allow, Log) are
// called from other goroutines and must be safe there; OnError is called on the
// tick.
//
// # Quick start
//
//	L := lua.NewState()
//	defer L.Close()
//	ext := extension.New(extension.Options{})
//	if err := ext.Open(L); err != nil { … }
//	defer ext.Close()
//	L.DoFile("game.lua") // calls websocket.connect(url, params, callback)
//	for range frames {
//		ext.Update() // callbacks run here
//		…            // the game's own update: scripts send here
//		ext.Flush()  // what they sent leaves here, one write a connection
//	}
//
// A host without a frame waits on Wake and then calls Update and Flush; [Extension.Active]
// says when nothing is left to wait for: a server counts, too.
//
// # What a script sees
//
//	local conn = websocket.connect(url, params, function(self, conn, data) … end)
//	websocket.send(conn, "text", { type = websocket.DATA_TYPE_TEXT })
//	websocket.disconnect(conn)
//
// params.compression offers permessage-deflate (RFC 7692): true, or a table with
// level (1 to 9; 1), threshold (bytes; 128, or 512 without a context),
// context_takeover (true) and window_bits (8 to 15; 15), which hold both ways. A
// server that declines is no error: data.extensions of CONNECTED says what is in
// use, stats(conn).compression_ratio what it saves. A connection that keeps a
// context weighs 0.6 MB from its first compressed message on (level 1; 0.9 MB up
// to level 6 and with a smaller window, 1.2 MB above), and 40 KiB for what it
// receives; without context_takeover it keeps neither. Compressing runs on the
// tick.
//
// Every connection's events follow one grammar, with exactly one DISCONNECTED,
// the last:
//
//	(CONNECTED MESSAGE*)? ERROR? DISCONNECTED
//
//	event         fields beside event and message
//	CONNECTED     protocol, extensions, handshake_response{status, headers, response}
//	MESSAGE       type: websocket.DATA_TYPE_TEXT or _BINARY; message: the bytes
//	ERROR         stage, cause, host, elapsed (s), handshake_response of a refused handshake;
//	              message: what happened, in words
//	DISCONNECTED  code, reason, clean, peer_code; message: "Server closing (CODE). Reason: 'REASON'"
//	              after a close by the server, else ""
//
// # Servers
//
//	local server, why = websocket.listen("127.0.0.1:0", params, function(self, conn, data) … end)
//	server.address, server.port, server.url, server.count, server.listening
//	server:close(code, reason)
//
// Opening a port is a capability: Options.Listen grants it. A listen that fails
// gives nil and why. Addresses are those of this machine, or "unix:/path"; names
// but localhost are none, since nothing is looked up on the tick.
//
// An accepted connection is as a dialled one, with one event before the others:
//
//	REQUEST? (CONNECTED MESSAGE*)? ERROR? DISCONNECTED
//
//	CONNECTED     protocol, extensions
//	REQUEST       request{path, query, headers, protocols, origin, address, secure}
//
// The client is accepted when that callback returns, unless it calls
// websocket.reject(conn, status, reason), or fails, which refuses with 500. A
// refused one has DISCONNECTED (1006) and nothing else. A script that does not
// tick accepts nobody: the handshake timeout holds for it too. Who doesn't come
// as far as that, by a request that is none, an origin that may not (403), or for
// want of room (503), is answered, and no script hears of it; Options.Log does.
//
// Pages may connect from the host that the server itself has for them, unless
// params.origins says otherwise: any page that a user opens could else talk to
// what listens on his machine. Programs send no origin.
//
// websocket.broadcast(connections, message, options) encodes once, and compresses
// once for each level and window that was agreed on: the same bytes stand in every
// outbox. A connection that keeps a context loses it by that, until it is next
// sent something of its own. Who is past the outbound limit is passed over.
//
// Server:close stops listening at once and closes each connection behind what it
// was sent. A released script's servers close with its connections.
//
// # Ways to a server
//
// By default a connection goes straight to the URL's host, or through the proxy
// that the environment names for it (Options.Getenv). A script may say more:
//
//	proxy      "http://user:password@host:port", "https://…", "socks5://…", "direct"
//	tls        {ca =, certificate =, key =, server_name =, pin =, min_version =, insecure =}
//	redirects  how many are followed, 0 to 20
//	unix       the path of a socket file, also as URL: ws+unix:/path/to.sock:/request/path
//
// A proxy, SOCKS5 too, gets the server's name and looks it up itself (with rules
// about addresses in Options.Policy it gets an address that was judged), and TLS
// goes through it end to end. What fails on the way to a proxy, or is refused
// by it, is stage "proxy"; host stays the server's. An https proxy is judged by
// Options.TLS alone.
//
// Options.Allow is asked before each dial: about the server, again for each
// redirect, about a proxy that the script names, and about a socket file, which
// is the Destination {"ws", "unix:/path", 0} or {"wss", …}.
//
// # Tasks and timers
//
// Open also enters the module tickwire.core, on which the Lua modules
// tickwire.async and tickwire.reconnect stand (package luasrc has them): tasks,
// which may wait, and timers. Both go by Options.Clock and run within Update,
// where they share its budget with the events; a task's first part runs at once,
// in the call that starts it. What a task waits for lets it go on in the same
// Update, with its script as Host's instance.
//
// gopher-lua's coroutines can't be left within pcall, an iterator or a
// metamethod. A task can: its Lua thread has a goroutine, which waits while the
// task does. It ends with its function; at its next wait once it is canceled,
// at the latest when 100 waits have raised in vain; or where it stands, without
// another line of Lua, by Release of its script or by Close. So no task leaves a
// goroutine behind, also one that waits for what never comes: Active doesn't
// count that one, and only tasks that await each other in a ring are an error.
// A task that computes without waiting holds up the tick, as any script does;
// L.SetContext on the state bounds it too. A host whose tick is locked to its
// thread (runtime.LockOSThread) may have tasks; with package headless it says
// Options.LockedThread there. A Go function that a task calls must
// not call Lua on the main state and expect that to wait: it raises there.
//
// # The laws
//
//  1. One Lua goroutine at a time: whoever calls Open, Update, Flush, Release,
//     Close. The network's goroutines know no Lua value. One Extension for one
//     state; a second Open is an error. A task (below) has a goroutine of its
//     own, which runs while whoever gave it the turn stands still: a hand-off,
//     never two at once.
//  2. Callbacks run only inside Update, on the main state, each protected; one
//     that fails goes to OnError with its traceback, and the rest go on.
//     Callbacks connect, send, disconnect and delete freely.
//  3. Each connection's events follow the grammars above. ERROR and its
//     DISCONNECTED come in one Update.
//  4. What a callback causes is delivered by a later Update. A nested Update
//     panics, in a callback and in a task.
//  5. Whatever the tick calls returns at once, Close excepted.
//  6. One writer at a time. Pings and pongs overtake waiting data between
//     frames and wait for no Flush; an ordinary close never overtakes data; a
//     close for a violation drops the rest.
//  7. Inbound is bounded by credit: past it the socket isn't read, and TCP
//     pushes back. Outbound is bounded: past it send raises. A message's size is
//     bounded over all its fragments and after inflating. [Options].Quota bounds
//     both ways by the second, for each script.
//  8. Update has a budget, shared fairly: what is left waits for the next one.
//  9. Close joins every goroutine in bounded time, and no callback fires after
//     it. A released script's callbacks never fire again; its connections close
//     in the background (1001). Both end tasks where they stand.
//  10. Time, dialling, randomness and logging are Options.
//
// # Differences from Defold's extension
//
// An unmodified script behaves as there. What is better here: a handle is never
// reused, so a stale one reaches nothing; timeout covers name lookup, TCP, proxy,
// TLS and HTTP; headers and protocol may be tables; a text that is not UTF-8 and an
// unknown type raise in send; send never blocks and disconnect takes a code and
// a reason; what the server sent before it closed is delivered; a broken
// protocol is an ERROR, and the server hears why; the number of connections is
// unlimited unless set; a vanished server is found by pings. Each is marked in
// the code with "Differs from Defold:".
package extension
