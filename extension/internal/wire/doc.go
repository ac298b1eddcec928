// Package wire is one WebSocket connection after another (RFC 6455), dialled and
// accepted, driven by gobwas/ws. It knows no Lua.
//
// Caveats first. Methods that say "Call from the tick goroutine" share state
// without a lock: one goroutine calls them all. Whatever the tick calls returns
// at once, [Hub.Close] excepted. Policy, dialer, clock and log run on other
// goroutines and must be safe there.
//
// # The way of a message
//
//	tick     Conn.Send    the frame is encoded (and masked, of a client) into the
//	                      open segment
//	tick     Hub.Flush    one write a connection: what fits goes now, the rest
//	                      to a writer goroutine; a long Update has some of it
//	                      done before its end, see Hub.Due
//	reader   Conn.read    one read, many frames; the decoder joins and checks
//	reader   tick.Source  an Event, in order, charged to the connection's credit
//	tick     Conn.Credit  the event was delivered; the reader may go on
//
// Where compression was agreed on (RFC 7692), Send deflates before it frames, on
// the tick, and the decoder inflates a message once its payload is whole. The
// contexts are the tick's and the reader's own; [Conn.Retire] lets go of the
// tick's.
//
// # The life of a connection
//
// [Hub.Dial] starts a goroutine that dials, shakes hands and posts CONNECTED;
// it hands over to the reader, which posts the rest. [Hub.Listen] starts one that
// accepts, and for each client one that reads its request, posts REQUEST, waits
// for the tick's decision and hands over in the same way. The law of a
// connection's events, REQUEST? (CONNECTED MESSAGE*)? ERROR? DISCONNECTED, is
// therefore the control flow of three functions, [Conn.dial], [greeting.run] and
// [Conn.read], and all end in [Conn.end], which posts the last of them once.
//
// A connection that is over for its script may still be busy saying goodbye: it
// lingers until its close frame is out and the peer has hung up, at most for
// the close timeout. [Hub.Close] joins everything.
package wire
