// Package luasocket is what Defold has of LuaSocket, for gopher-lua: the module
// socket with tcp, udp, dns, select and what stands around them.
//
// Caveats first:
//
//   - A call that blocks holds up the frame, as it does in Defold. Here it does
//     so for Options.MaxBlock at most, whatever settimeout says, and then answers
//     "timeout": a script that polls with settimeout(0) never notices.
//   - Nothing calls back: a script that wants to hear looks each frame. So an open
//     socket doesn't keep a run alive.
//   - Every way out is the host's: Options.Dial, Listen, ListenPacket, Permit and
//     Lookup. Without a Listen no script opens a port.
//   - Sockets that a script forgets are closed when its instance is deleted, not
//     when they are collected as garbage.
//
// The kernel's part is played by two goroutines for each connection, with a
// bounded buffer each way: past it the reader leaves the bytes to TCP, and send
// says how much it took. UDP packets that nobody fetches are dropped past
// a bound, as the kernel drops them.
//
// Not there: unix sockets, serial ports, multicast, bind before connect, and the
// modules socket.http, socket.smtp, socket.ftp, mime and ltn12, which are Lua files
// of their own.
package luasocket
