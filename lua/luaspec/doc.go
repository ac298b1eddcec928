// Package luaspec runs specs written in busted's style, with the headless
// engine and the websocket module around them, in virtual time:
//
//	describe("login", function()
//		local server
//		before_each(function() server = spec_server.new() end)
//		it("tells the player that the server is full #slow", function()
//			server:refuse(503)
//			local events = {}
//			websocket.connect(server.url, nil, function(self, conn, data) events[#events + 1] = data end)
//			wait_until(function() return #events == 2 end)
//			assert.equal(websocket.EVENT_ERROR, events[1].event)
//		end)
//	end)
//
// Under go test each it is a test of its own:
//
//	func TestSpecs(t *testing.T) { luaspec.Run(t, "spec") }
//
// In a program of one's own, Command runs them; tickwire test does.
//
// # What to know first
//
//   - A spec waits with wait, wait_frames and wait_until. They run frames; nothing
//     else does, so without them no callback ever runs. In a callback they raise.
//   - An error that a callback raises, and an assertion that fails in one, fails
//     the it that runs, unless it asks for it with script_errors().
//   - Each it runs in a script instance of its own, which is deleted after it:
//     its connections close, its timers die, its callbacks never run again.
//     Servers and scripts that it opened go too, spies and stubs are reverted.
//     What a setup opens lasts until its describe's teardown.
//   - Each file has its own engine and Lua state, so files share nothing. The
//     its of one file share its locals, and the modules that it requires.
//   - wait_until(function() return #events == 3 end) fails for ever if one frame
//     takes it from 2 to 4, as an ERROR and its DISCONNECTED do. Ask for >=.
//
// # Time
//
// A frame takes 1/60 s of virtual time (Options.Rate), which passes as soon as
// the in-memory network is at rest, so a timeout of 3 s costs microseconds and
// ends at the same frame each time. Timers, timeouts, socket.gettime, os.time,
// TLS and the servers of spec_server all follow this one clock. It begins at
// the wall's time, so that real certificates are valid, or at Options.Start.
//
// What a script listens at (websocket.listen) is in memory, ports and socket files
// alike: nothing is opened, everything is allowed, and from the first listen on
// 127.0.0.1 and localhost are in memory for the file.
//
// Hosts that a spec_server serves are in memory, and so is every name under
// .test: if there is no such server, it is not found. All others are dialled
// for real. While such a dial or connection is open, frames run at the wall's
// pace and the clock follows it; after that time is virtual again.
//
// http.request and socket go the same ways: a server answers HTTP by the function
// that server:on_request is given, which a frame calls; what a script listens on
// is in memory. A socket call that blocks lets virtual time pass without frames.
// There is no UDP, and names have no addresses.
//
// The clock is the bubble of testing/synctest around the file. t.Run is not
// allowed in a bubble, so the tests stand outside and have a goroutine in the
// bubble run each it: see session. What a bubble can't have, real time and
// real sockets, it asks of goroutines outside: see outside and realNet.
//
// Options.Timeout bounds an it by the wall's clock: an endless loop ends as an
// error at its line, and the next spec runs. A builtin that never returns can't
// be ended: its file is given up.
//
// # What a spec has
//
// busted's blocks and hooks, luassert's assertions, spies, stubs, mocks and
// matchers, say, custom assertions and formatters, tags in names. Beside them:
//
//	wait(seconds)                           runs frames for so long, at least one
//	wait_frames([n])                        runs n frames
//	wait_until(predicate [, seconds [, what]])  runs frames until it is truthy and returns
//	                                        that; after 5 s, or as told, it is a failure
//	script_errors()                         what callbacks raised so far, as texts
//	spec_server.new([options])              a server in memory, see serverlib.go
//	spec_script.load(path [, properties])   an unmodified script under test
//
// lua/types/luaspec.lua describes each of them to an editor.
//
// # Differs from busted
//
//   - All describes of a file run before its first it: their bodies register,
//     and must not expect what a setup or an it does.
//   - An error of before_each or after_each is the error of its it. Where a setup
//     failed, each it of the block is told as not run; busted leaves them out.
//   - A describe that raises breaks the file: exit code 2. The rest of it runs.
//   - Spies and stubs are reverted after the it, or the block, that made them.
//   - finally may be called several times; the newest function runs first.
//   - assert(false, message) raises the message as it is, also a table, for it is
//     Lua's own assert to the scripts under test; it still counts as a failure.
//   - insulate and expose are describe: each file has a state of its own anyway.
//   - Numbers are shown in their shortest exact form, strings with bytes that a
//     terminal would not show are escaped, tables have no address where only
//     their contents matter, and a failed same lists what differs.
//   - There is no randomize() for a single block, no --repeat, no helpers, no
//     .busted file.
package luaspec
