-- tickwire.w3c: the browser's WebSocket.

local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")
local spec = require("spec.client")
local WebSocket = require("tickwire.w3c")

--- What call raises, as "Name".
local function raised(call, ...)
	local ok, problem = pcall(call, ...)
	if ok then
		return "nothing"
	end
	return type(problem) == "table" and problem.name or "no table: " .. tostring(problem)
end

--- Keeps what a socket tells: "type readyState" and the events themselves.
local function watch(socket)
	local log = { story = {}, events = {}, socket = socket }
	for _, kind in ipairs({ "open", "message", "error", "close" }) do
		socket:addEventListener(kind, function(event)
			log.story[#log.story + 1] = kind .. " " .. socket.readyState
			log.events[#log.events + 1] = event
			log[kind] = event
		end)
	end
	function log.has(kind)
		return function()
			return log[kind]
		end
	end
	return log
end

describe("a W3C WebSocket", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)
	after_each(function()
		WebSocket.origin = nil
	end)

	local function open(protocols, params)
		local socket = WebSocket.new(server.url, protocols, params)
		local log = watch(socket)
		wait_until(log.has("open"))
		return socket, log, server:connection()
	end

	describe("is constructed", function()
		it("connecting, and tells nothing before an update", function()
			local socket = WebSocket.new(server.url)
			local log = watch(socket)
			assert.equal(WebSocket.CONNECTING, socket.readyState)
			assert.equal("", socket.protocol)
			assert.equal("", socket.extensions)
			assert.equal(0, socket.bufferedAmount)
			assert.equal("blob", socket.binaryType)
			assert.same({}, log.story)
			wait_until(log.has("open"))
			assert.same({ "open 1" }, log.story)
			assert.equal(server.url, socket.url)
		end)

		it("by connect as well", function()
			local log = watch(WebSocket.connect(server.url))
			wait_until(log.has("open"))
		end)

		it("with the states on class and instance", function()
			local socket = WebSocket.new(server.url)
			for value, name in pairs({ [0] = "CONNECTING", "OPEN", "CLOSING", "CLOSED" }) do
				assert.equal(value, WebSocket[name])
				assert.equal(value, socket[name])
			end
		end)

		it("with the URL as a browser writes it", function()
			for text, want in pairs({
				["http://game.test"] = "ws://game.test/",
				["HTTPS://Game.test:443/a/../b?c"] = "wss://game.test/b?c",
				["ws://Name:Secret@game.test:80"] = "ws://Name:Secret@game.test/",
			}) do
				local socket = WebSocket.new(text)
				assert.equal(want, socket.url)
				socket:close()
			end
		end)

		it("but not with a URL that can't be used", function()
			for _, url in ipairs({ "", "game.test", "/chat", "ftp://game.test", "ws://", "ws://a b/", "ws://h:99999/", "ws://h/#", "ws://h/a#b" }) do
				assert.equal("SyntaxError", raised(WebSocket.new, url))
			end
			for _, url in ipairs({ 7, true, {} }) do
				assert.equal("TypeError", raised(WebSocket.new, url))
			end
			assert.equal("TypeError", raised(WebSocket.new))
			assert.equal("TypeError", raised(function() WebSocket:new(server.url) end)) -- a colon too many
			wait(1)
			assert.equal(0, server.accepted)
		end)

		it("but not with subprotocols that are none, or there twice", function()
			for _, protocols in ipairs({ "", "a b", "a,b", "ü", { "" }, { "a", "a" }, { "a", "b/c" } }) do
				assert.equal("SyntaxError", raised(WebSocket.new, server.url, protocols))
			end
			assert.equal("TypeError", raised(WebSocket.new, server.url, true))
		end)

		it("but not with params that can't be meant", function()
			assert.equal("TypeError", raised(WebSocket.new, server.url, nil, "headers"))
			assert.equal("TypeError", raised(WebSocket.new, server.url, nil, { protocol = "chat" }))
			assert.equal("TypeError", raised(WebSocket.new, server.url, nil, { timeout = "soon" }))
			assert.equal("TypeError", raised(WebSocket.new, server.url, nil, { headers = { Origin = "a\r\nb" } }))
		end)
	end)

	describe("asks the server", function()
		it("for its subprotocols, and says which it got", function()
			server:protocol("b")
			local socket, _, peer = open({ "a", "b" })
			assert.same({ "a", "b" }, peer.request.protocols)
			assert.equal("b", socket.protocol)
			server:protocol("one")
			socket, _, peer = open("one")
			assert.same({ "one" }, peer.request.protocols)
			assert.equal("one", socket.protocol)
		end)

		it("with the origin, if there is one", function()
			local _, _, peer = open()
			assert.is_nil(peer.request.headers["origin"])
			WebSocket.origin = "https://game.example"
			_, _, peer = open()
			assert.equal("https://game.example", peer.request.headers["origin"])
			_, _, peer = open(nil, { headers = "X-A: 1" })
			assert.equal("https://game.example", peer.request.headers["origin"])
			assert.equal("1", peer.request.headers["x-a"])
			_, _, peer = open(nil, { headers = { ["X-B"] = "2" } })
			assert.equal("https://game.example", peer.request.headers["origin"])
			assert.equal("2", peer.request.headers["x-b"])
		end)

		it("with the params of websocket.connect", function()
			local _, _, peer = open("chat", { headers = { Authorization = "Bearer t" }, compression = true })
			assert.equal("Bearer t", peer.request.headers["authorization"])
			assert.same({ "chat" }, peer.request.protocols)
			assert.matches("^permessage%-deflate", peer.request.headers["sec-websocket-extensions"])
		end)

		it("with the name and the password of the URL", function()
			WebSocket.new((server.url:gsub("ws://", "ws://Aladdin:open%%20sesame@")))
			wait_until(function() return server:connection() end)
			assert.equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", server:connection().request.headers["authorization"])
		end)
	end)

	describe("tells a message", function()
		it("of text as a string", function()
			local socket, log, peer = open()
			peer:send("grüß dich")
			local event = wait_until(log.has("message"))
			assert.equal("grüß dich", event.data)
			assert.equal("message", event.type)
			assert.equal(socket, event.target)
			assert.equal(socket, event.currentTarget)
			assert.equal((server.url:gsub("/$", "")), event.origin)
			assert.equal("", event.lastEventId)
			assert.is_nil(event.message)
			assert.is_true(event.isTrusted)
		end)

		it("of bytes as a Blob or an ArrayBuffer, by what binaryType is then", function()
			local socket, log, peer = open()
			peer:send_binary("\0\1\255")
			wait_until(log.has("message"))
			assert.is_true(blob.is(log.message.data))
			assert.same({ 0, 1, 255 }, log.message.data:bytes())
			socket.binaryType = "arraybuffer"
			peer:send_binary("ab")
			wait_until(function() return #log.events == 3 end)
			assert.is_true(array_buffer.is(log.message.data))
			assert.equal(97, log.message.data[1])
			assert.equal(2, log.message.data.byteLength)
			socket.binaryType = "nonsense"
			assert.equal("arraybuffer", socket.binaryType)
			socket.binaryType = "blob"
			assert.equal("blob", socket.binaryType)
		end)

		it("each in an event of its own, in order", function()
			local _, log, peer = open()
			peer:send_raw(spec.frame(1, "one") .. spec.frame(1, "two") .. spec.frame(2, "three"))
			wait_until(function() return #log.events == 4 end)
			assert.equal("one", log.events[2].data)
			assert.equal("two", log.events[3].data)
			assert.equal("three", log.events[4].data:text())
			assert.same({ "open 1", "message 1", "message 1", "message 1" }, log.story)
		end)
	end)

	describe("has handlers and listeners", function()
		it("that are called in the order in which they came", function()
			local calls = {}
			local function noting(name)
				return function() calls[#calls + 1] = name end
			end
			local socket = WebSocket.new(server.url)
			socket:addEventListener("open", noting("a"))
			socket.onopen = noting("first")
			socket:addEventListener("open", noting("b"), { once = true })
			local gone = noting("gone")
			socket:addEventListener("open", gone)
			socket:removeEventListener("open", gone)
			socket.onopen = noting("handler") -- keeps the place
			wait_until(function() return #calls > 0 end)
			assert.same({ "a", "handler", "b" }, calls)
		end)

		it("that may be one alone: a function, once, a table, another function, none", function()
			local calls, sent = {}, 0
			local function note(name)
				return function(event) calls[#calls + 1] = name .. " " .. event.data .. " " .. event.type end
			end
			local alone = WebSocket.new(server.url)
			wait_until(function() return alone.readyState == 1 end)
			local peer = server:connection()
			local function after_message()
				sent = sent + 1
				peer:send(tostring(sent))
				wait(0.1)
				return table.remove(calls)
			end
			assert.is_nil(after_message())
			alone:addEventListener("message", note("once"), { once = true })
			assert.equal("once 2 message", after_message())
			assert.is_nil(after_message())
			local listener = {}
			listener.handleEvent = function(_, event) note("table")(event) end
			alone:addEventListener("message", listener)
			assert.equal("table 4 message", after_message())
			alone:removeEventListener("message", listener)
			assert.is_nil(after_message())
			alone.onmessage = note("handler")
			assert.equal("handler 6 message", after_message())
			alone.onmessage = setmetatable({}, { __call = function(_, event) note("callable")(event) end })
			assert.equal("callable 7 message", after_message())
			alone.onmessage = note("new handler")
			assert.equal("new handler 8 message", after_message())
			alone.onmessage = nil
			assert.is_nil(after_message())
			assert.equal(0, #calls)
		end)

		it("that can be read and taken back", function()
			local socket = WebSocket.new(server.url)
			for _, name in ipairs({ "onopen", "onmessage", "onerror", "onclose" }) do
				assert.is_nil(socket[name])
				local function handler() end
				socket[name] = handler
				assert.equal(handler, socket[name])
				socket[name] = 7 -- can't be called: as nil
				assert.is_nil(socket[name])
				local object = {} -- kept, and never called, as in a browser
				socket[name] = object
				assert.equal(object, socket[name])
				socket[name] = handler
				socket[name] = nil
				assert.is_nil(socket[name])
			end
		end)

		it("that may be spies", function()
			local socket, _, peer = open()
			socket.onmessage = spy.new(function() end)
			local listener = spy.new(function() end)
			socket:addEventListener("message", listener)
			peer:send("hi")
			wait_until(function() return #listener.calls > 0 end)
			assert.spy(listener).was_called(1)
			assert.spy(socket.onmessage).was_called(1)
		end)

		it("of which one that raises stops neither the others nor the connection", function()
			local socket, log, peer = open()
			local calls = {}
			socket.onmessage = function() error("handler broke") end
			socket:addEventListener("message", function(event) calls[#calls + 1] = event.data end)
			peer:send("one")
			peer:send("two")
			wait_until(function() return #calls == 2 end)
			assert.same({ "one", "two" }, calls)
			local errors = script_errors()
			assert.equal(2, #errors)
			assert.matches("w3c_spec.lua:%d+: handler broke", errors[1])
			assert.equal(1, socket.readyState)
			assert.is_nil(log.close)
		end)

		it("of which one alone that raises is reported as well", function()
			local socket, _, peer = open()
			local closed
			local alone = WebSocket.new(server.url)
			alone.onopen = function() error("alone") end
			alone.onclose = function() closed = true end
			wait_until(function() return alone.readyState == 1 end)
			assert.matches("w3c_spec.lua:%d+: alone", script_errors()[1])
			server:connection():close()
			wait_until(function() return closed end)
			assert.is_not_nil(peer)
			socket:close()
		end)

		it("whose error event does not keep the close event back", function()
			server:refuse(503)
			local socket = WebSocket.new(server.url)
			local closed
			socket.onerror = function() error("onerror broke") end
			socket.onclose = function(event)
				closed = event.code
				error("onclose broke")
			end
			wait_until(function() return closed end)
			assert.equal(1006, closed)
			assert.matches("onerror broke.*onclose broke", table.concat(script_errors(), "\n"))
		end)
	end)

	describe("sends", function()
		it("strings as text, Blobs, ArrayBuffers and arrays of bytes as binary", function()
			local socket, _, peer = open()
			socket:send("text")
			socket:send("")
			socket:send(42)
			socket:send(blob.new({ "blob\255" }))
			socket:send(array_buffer.new("buffer"))
			socket:send({ 77, 101, 0, 255 })
			socket:send({})
			wait_until(function() return #peer.messages == 7 end)
			assert.same({ "text", "", "42", "blob\255", "buffer", "Me\0\255", "" }, peer.messages)
			assert.same({ 1, 1, 1, 2, 2, 2, 2 }, peer.types)
		end)

		it("large arrays of bytes", function()
			local socket, _, peer = open()
			local bytes = {}
			for i = 1, 70000 do
				bytes[i] = i % 256
			end
			socket:send(bytes)
			wait_until(function() return peer.messages[1] end)
			assert.equal(70000, #peer.messages[1])
			assert.equal(70000 % 256, peer.messages[1]:byte(70000))
		end)

		it("nothing while it is connecting", function()
			local socket = WebSocket.new(server.url)
			assert.equal("InvalidStateError", raised(socket.send, socket, "early"))
			local log = watch(socket)
			wait_until(log.has("open"))
			wait(0.1)
			assert.same({}, server:connection().messages)
		end)

		it("nothing that is no data", function()
			local socket, log, peer = open()
			assert.equal("TypeError", raised(socket.send, socket))
			assert.equal("TypeError", raised(socket.send, socket, true))
			assert.equal("TypeError", raised(socket.send, socket, { 1, 256 }))
			assert.equal("TypeError", raised(socket.send, socket, { 1, "2" }))
			assert.equal("TypeError", raised(socket.send, socket, { data = 1 }))
			assert.equal("TypeError", raised(socket.send, socket, "\255"))
			wait(0.1)
			assert.same({}, peer.messages)
			assert.same({ "open 1" }, log.story)
			assert.equal(0, socket.bufferedAmount)
		end)

		it("and counts what is not on the wire yet", function()
			local socket, _, peer = open()
			socket:send("12345")
			socket:send("ü")
			assert.equal(7, socket.bufferedAmount)
			wait_until(function() return #peer.messages == 2 end)
			assert.equal(0, socket.bufferedAmount)
		end)

		it("nothing after close, but counts it, for good", function()
			local socket, log, peer = open()
			socket:close()
			socket:send("12345")
			assert.equal(5, socket.bufferedAmount)
			wait_until(log.has("close"))
			assert.equal(5, socket.bufferedAmount)
			socket:send(blob.new("123"))
			assert.equal(8, socket.bufferedAmount)
			assert.same({}, peer.messages)
			assert.is_true(log.close.wasClean)
		end)

		it("past the outbound limit by closing: it does not raise", function()
			local socket, log, peer = open()
			peer:pause()
			peer:stall()
			local large = ("x"):rep(8 * 1024 * 1024)
			socket:send(large)
			assert.equal("nothing", raised(function()
				socket:send(large)
				socket:send(large)
			end))
			assert.equal(3 * #large, socket.bufferedAmount)
			assert.equal(WebSocket.CLOSING, socket.readyState)
			wait_until(log.has("close"))
			assert.same({ "open 1", "error 3", "close 3" }, log.story)
			assert.matches("outbound buffer is full", log.error.message)
			assert.is_true(socket.bufferedAmount > 2.9 * #large, socket.bufferedAmount)
		end)
	end)

	describe("closes", function()
		it("without a code unless told", function()
			local socket, log, peer = open()
			socket:close()
			assert.equal(WebSocket.CLOSING, socket.readyState)
			wait_until(log.has("close"))
			assert.equal(1005, peer.close_code)
			assert.same({ "open 1", "close 3" }, log.story)
			assert.equal(1005, log.close.code)
			assert.equal("", log.close.reason)
			assert.is_true(log.close.wasClean)
			assert.equal(socket, log.close.target)
		end)

		it("with a code and a reason", function()
			local socket, log, peer = open()
			socket:close(3001, "zum Menü")
			wait_until(log.has("close"))
			assert.equal(3001, peer.close_code)
			assert.equal("zum Menü", peer.close_reason)
			assert.equal(3001, log.close.code)
		end)

		it("with 1000 for a reason alone", function()
			local socket, log, peer = open()
			socket:close(nil, "done")
			wait_until(log.has("close"))
			assert.equal(1000, peer.close_code)
			assert.equal("done", peer.close_reason)
		end)

		it("and tells the code of the server's own answer", function()
			local socket, log, peer = open()
			peer:auto_close(false)
			socket:close(3001)
			wait_until(function() return peer.close_code end)
			peer:send_frame({ opcode = 8, payload = spec.close_payload(4005, "mine") })
			wait_until(log.has("close"))
			assert.equal(4005, log.close.code)
			assert.equal("mine", log.close.reason)
			assert.is_true(log.close.wasClean)
		end)

		it("with a code that is a number in another form", function()
			for given, want in pairs({ ["3000"] = 3000, [3000.4] = 3000, [3000.5] = 3000, [3001.5] = 3002 }) do
				local socket, log, peer = open()
				socket:close(given)
				wait_until(log.has("close"))
				assert.equal(want, peer.close_code)
			end
		end)

		it("not with a code or a reason that can't be sent", function()
			local socket, log = open()
			for _, code in ipairs({ 0, 999, 1001, 1005, 1006, 2999, 5000, -1, 70000, "soon", 0 / 0, {}, true }) do
				assert.equal("InvalidAccessError", raised(socket.close, socket, code))
			end
			assert.equal("SyntaxError", raised(socket.close, socket, 1000, ("x"):rep(124)))
			assert.equal("SyntaxError", raised(socket.close, socket, nil, ("ü"):rep(62)))
			assert.equal("TypeError", raised(socket.close, socket, 1000, "\255"))
			assert.equal(WebSocket.OPEN, socket.readyState)
			socket:close(1000, ("x"):rep(123))
			wait_until(log.has("close"))
			assert.equal("InvalidAccessError", raised(socket.close, socket, 999)) -- also when it is over
			assert.equal("nothing", raised(socket.close, socket))
		end)

		it("once, and lets no message through any more", function()
			local socket, log, peer = open()
			peer:send("late")
			socket:close(3000)
			socket:close(3001)
			wait_until(log.has("close"))
			wait(3)
			assert.same({ "open 1", "close 3" }, log.story)
			assert.equal(3000, peer.close_code)
		end)

		it("while it is connecting: error, then close with 1006", function()
			local socket = WebSocket.new(server.url)
			local log = watch(socket)
			socket:close()
			assert.equal(WebSocket.CLOSING, socket.readyState)
			assert.same({}, log.story)
			wait_until(log.has("close"))
			assert.same({ "error 3", "close 3" }, log.story)
			assert.equal(1006, log.close.code)
			assert.is_false(log.close.wasClean)
			assert.matches("closed before the connection was open", log.error.message)
			wait(3)
			assert.equal(2, #log.story)
		end)

		it("with 1006 and no error if the server does not answer", function()
			local socket, log, peer = open()
			peer:auto_close(false)
			socket:close()
			wait_until(log.has("close"))
			assert.same({ "open 1", "close 3" }, log.story)
			assert.equal(1006, log.close.code)
			assert.is_false(log.close.wasClean)
		end)

		it("when the server does, with its code and reason", function()
			local _, log, peer = open()
			peer:send("last")
			peer:close(4000, "enough")
			wait_until(log.has("close"))
			assert.same({ "open 1", "message 1", "close 3" }, log.story)
			assert.equal(4000, log.close.code)
			assert.equal("enough", log.close.reason)
			assert.is_true(log.close.wasClean)
		end)

		it("when the server does, with 1005 for a close frame without a code", function()
			local _, log, peer = open()
			peer:close(0)
			wait_until(log.has("close"))
			assert.equal(1005, log.close.code)
			assert.is_true(log.close.wasClean)
		end)

		it("when the connection is lost: 1006, and no error, as browsers do", function()
			for _, how in ipairs({ "drop", "reset" }) do
				local _, log, peer = open()
				peer[how](peer)
				wait_until(log.has("close"))
				assert.same({ "open 1", "close 3" }, log.story)
				assert.equal(1006, log.close.code)
				assert.is_false(log.close.wasClean)
			end
		end)
	end)

	describe("fails with an error and a close of 1006", function()
		local function failed(url, protocols)
			local socket = WebSocket.new(url, protocols)
			local log = watch(socket)
			wait_until(log.has("close"))
			assert.same({ "error 3", "close 3" }, log.story)
			assert.equal(1006, log.close.code)
			assert.equal("", log.close.reason)
			assert.is_false(log.close.wasClean)
			assert.equal("error", log.error.type)
			assert.equal(log.error.message, log.error.data)
			assert.equal(0, socket.bufferedAmount)
			return log.error.message
		end

		it("where nobody listens, and where there is no such host", function()
			local url = server.url
			server:close()
			assert.matches("refused", failed(url))
			assert.matches("no such host", failed("ws://nowhere.test/"))
		end)

		it("if the server refuses", function()
			server:refuse(404)
			assert.matches("404", failed(server.url))
		end)

		it("if the server picks a subprotocol that was not offered, or none of those", function()
			server:protocol("other")
			failed(server.url, "chat")
			server:protocol("")
			assert.matches("picked none of the subprotocols", failed(server.url, "chat"))
			wait(3)
			assert.is_true(server:connection().closed)
		end)

		it("if the open connection breaks the protocol", function()
			local socket, log, peer = open()
			peer:send_frame({ opcode = 1, payload = "\255" })
			wait_until(log.has("close"))
			assert.same({ "open 1", "error 3", "close 3" }, log.story)
			assert.equal(1006, log.close.code)
			assert.equal(1007, peer.close_code)
			assert.equal(3, socket.readyState)
		end)
	end)

	it("has properties that can't be assigned, and room for others", function()
		local socket = WebSocket.new(server.url)
		for _, name in ipairs({ "url", "readyState", "protocol", "extensions", "bufferedAmount", "OPEN", "CLOSED", "send", "close" }) do
			assert.equal("TypeError", raised(function() socket[name] = 1 end))
		end
		for _, name in ipairs({ "CONNECTING", "OPEN", "CLOSING", "CLOSED" }) do
			assert.equal("TypeError", raised(function() WebSocket[name] = 9 end))
		end
		assert.equal(0, socket.readyState)
		assert.equal(1, WebSocket.OPEN)
		socket.name = "mine"
		assert.equal("mine", socket.name)
		assert.is_nil(socket.nothing)
		assert.equal("WebSocket " .. server.url .. " (connecting)", tostring(socket))
	end)

	it("lets a handler connect, send, close and change the handlers", function()
		server:echo()
		local story = {}
		local first = WebSocket.new(server.url)
		first.onopen = function()
			first:send("a")
			first.onmessage = function(event)
				story[#story + 1] = event.data
				first:close()
				local second = WebSocket.new(server.url)
				second.onopen = function()
					story[#story + 1] = "second"
					second:close(3000)
				end
				second.onclose = function(close)
					story[#story + 1] = close.code
				end
			end
		end
		wait_until(function() return #story == 3 end)
		assert.same({ "a", "second", 3000 }, story)
	end)

	it("says so where a dot stands for a colon", function()
		local socket = open()
		for call, method in pairs({
			[function() socket.send("hi") end] = "send",
			[function() socket.send() end] = "send",
			[function() socket.close() end] = "close",
			[function() socket.close(1000) end] = "close",
			[function() socket.addEventListener("message", print) end] = "addEventListener",
			[function() socket.removeEventListener("message", print) end] = "removeEventListener",
			[function() socket.dispatchEvent({ type = "news" }) end] = "dispatchEvent",
		}) do
			local ok, problem = pcall(call)
			assert.is_false(ok)
			assert.equal("TypeError", problem.name)
			assert.matches("socket:" .. method, problem.message, 1, true)
		end
		assert.equal(1, socket.readyState)
	end)

	it("raises what names itself", function()
		local _, problem = pcall(WebSocket.new, "ftp://x")
		assert.equal("SyntaxError", problem.name)
		assert.equal(12, problem.code)
		assert.matches('the URL "ftp://x" can\'t be used', problem.message, 1, true)
		assert.equal("SyntaxError: " .. problem.message, tostring(problem))
		local dom_exception = require("tickwire.dom_exception")
		assert.is_true(dom_exception.is(problem))
		assert.is_false(dom_exception.is("text"))
	end)

	it("never shows a password", function()
		local texts = {}
		for _, url in ipairs({ "ftp://me:hunter2@h/", "ws://me:hunter2@h/#a", "ws://me:hunter2@/", "ws://me:hunter2@h:x/?key=hunter2" }) do
			texts[#texts + 1] = select(2, pcall(WebSocket.new, url)).message
		end
		local socket = WebSocket.new("ws://me:hunter2@nowhere.test/?key=hunter2")
		texts[#texts + 1] = tostring(socket)
		local closed = watch(socket)
		socket:close()
		wait_until(closed.has("close"))
		texts[#texts + 1] = closed.error.message
		local failed = watch(WebSocket.new("ws://me:hunter2@nowhere.test/?key=hunter2"))
		wait_until(failed.has("close"))
		texts[#texts + 1] = failed.error.message
		for _, text in ipairs(texts) do
			assert.not_matches("hunter2", text)
		end
		assert.equal(7, #texts)
	end)

	it("works where the global websocket is another's by now", function()
		local native = websocket
		finally(function() _G.websocket = native end)
		rawset(_G, "websocket", nil)
		local log = watch(WebSocket.new(server.url))
		wait_until(log.has("open"))
	end)
end)

describe("on Defold's own extension, the W3C WebSocket", function()
	it("does what can be done with what that tells", function()
		local server = spec_server.new()
		local native = websocket
		local names = { "tickwire.w3c", "tickwire.socket_class", "tickwire.link" }
		local loaded = {}
		for _, name in ipairs(names) do
			loaded[name], package.loaded[name] = package.loaded[name], nil
		end
		finally(function()
			rawset(_G, "websocket", native)
			for _, name in ipairs(names) do
				package.loaded[name] = loaded[name]
			end
		end)
		-- Its functions, its constants, and its fields of an event.
		local plain = {
			connect = function(url, params, callback)
				return native.connect(url, params, function(self, connection, data)
					callback(self, connection, { event = data.event, message = data.message, code = data.code })
				end)
			end,
			send = native.send,
			disconnect = function(connection) native.disconnect(connection) end,
		}
		for _, name in ipairs({
			"EVENT_CONNECTED", "EVENT_DISCONNECTED", "EVENT_MESSAGE", "EVENT_ERROR", "DATA_TYPE_TEXT", "DATA_TYPE_BINARY",
		}) do
			plain[name] = native[name]
		end
		rawset(_G, "websocket", plain)
		local log = watch(require("tickwire.w3c").new(server.url))
		wait_until(log.has("open"))
		server:echo()
		log.socket:send("text")
		log.socket:send({ 1, 2 })
		assert.equal(0, log.socket.bufferedAmount)
		wait_until(function() return #log.events == 3 end)
		assert.equal("text", log.events[2].data)
		assert.equal("\1\2", log.events[3].data)
		log.socket:close()
		wait_until(log.has("close"))
		assert.equal(1000, log.close.code)
		assert.same({ "open 1", "message 1", "message 1", "close 3" }, log.story)
	end)
end)

describe("a class made of the W3C WebSocket", function()
	local class, make, server, seen
	before_each(function()
		server = spec_server.new()
		seen = {}
		class, make = require("tickwire.socket_class").new({
			name = "Other",
			constants = { Codes = { Fine = 1 } },
			close_code = 1000,
			drop_is_error = true,
			encode = function(value)
				if type(value) == "boolean" then
					return tostring(value)
				end
			end,
			argument = function(event, failure)
				seen[#seen + 1] = event.type
				if event.type == "error" then
					return failure and failure.cause or "none"
				end
				return event.type == "close" and event or nil
			end,
		})
	end)

	it("has its constants, its conversions and its arguments", function()
		assert.equal(1, class.Codes.Fine)
		local socket = make.dial(server.url)
		assert.equal(1, socket.Codes.Fine)
		assert.is_true(make.is(socket))
		assert.is_false(make.is(WebSocket.new(spec_server.new().url)))
		local opened, problem, code
		socket.onopen = function(...) opened = { n = select("#", ...), ... } end
		socket.onerror = function(what) problem = what end
		socket.onclose = function(event) code = event.code end
		wait_until(function() return opened end)
		assert.is_nil(opened[1])
		local peer = server:connection()
		socket:send(true)
		wait_until(function() return peer.messages[1] end)
		assert.equal("true", peer.messages[1])
		peer:drop()
		wait_until(function() return code end)
		assert.equal("closed", problem)
		assert.equal(1006, code)
		assert.same({ "open", "error", "close" }, seen)
	end)

	it("closes with its own code", function()
		local socket = make.dial(server.url)
		wait_until(function() return socket.readyState == 1 end)
		socket:close()
		wait_until(function() return server:connection().close_code end)
		assert.equal(1000, server:connection().close_code)
	end)

	it("shares a connection: each has its handlers, closing either closes both", function()
		local one = make.dial(server.url)
		local got = {}
		local function note(name)
			return function(event) got[#got + 1] = name .. " " .. (event and (event.data or event.code) or "open") end
		end
		one.onopen, one.onmessage, one.onclose = note("one"), note("one"), note("one")
		local two = make.share(one)
		two.onopen, two.onmessage, two.onclose = note("two"), note("two"), note("two")
		two.binaryType = "arraybuffer"
		wait_until(function() return #got == 2 end)
		server:connection():send("hi")
		wait_until(function() return #got == 4 end)
		local three = make.share(two)
		three.onmessage = note("three")
		assert.equal(1, three.readyState)
		assert.equal(1, #server.connections)
		one.onmessage = function() error("one broke") end
		server:connection():send("ho")
		wait_until(function() return #got == 6 end)
		assert.matches("one broke", script_errors()[1])
		two:close(3001)
		assert.equal(2, one.readyState)
		wait_until(function() return one.readyState == 3 end)
		assert.same({ "one open", "two open", "one hi", "two hi", "two ho", "three ho", "one 3001", "two 3001" }, got)
	end)

	it("shares a connection that has been one socket's alone", function()
		local one = make.dial(server.url)
		local got = {}
		one.onmessage = function(event) got[#got + 1] = "one " .. event.data end
		wait_until(function() return one.readyState == 1 end)
		server:connection():send("a")
		wait_until(function() return got[1] end)
		local two = make.share(one)
		two.onmessage = function(event) got[#got + 1] = "two " .. event.data end
		server:connection():send("b")
		wait_until(function() return got[3] end)
		assert.same({ "one a", "one b", "two b" }, got)
	end)

	it("tells no socket a message after one of them has closed", function()
		local one = make.dial(server.url)
		local two = make.share(one)
		local told = false
		one.onmessage = function() one:close() end
		two.onmessage = function() told = true end
		wait_until(function() return one.readyState == 1 end)
		server:connection():send("hi")
		wait_until(function() return two.readyState == 3 end)
		assert.is_false(told)
	end)

	it("takes over a connection that exists", function()
		local deliver, socket
		local connection = websocket.connect(server.url, nil, function(_, _, data)
			if deliver then
				deliver(data)
			end
		end)
		wait_until(function() return websocket.state(connection) == "open" end)
		socket, deliver = make.adopt(connection, server.url)
		assert.equal(1, socket.readyState)
		local got = {}
		socket.onmessage = function(event) got[#got + 1] = event.data end
		socket.onclose = function(event) got[#got + 1] = event.code end
		server:connection():send("hi")
		wait_until(function() return got[1] end)
		socket:close()
		wait_until(function() return got[2] end)
		assert.same({ "hi", 1000 }, got)
	end)
end)
