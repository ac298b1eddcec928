-- require "tickwire.overte": WebSocket as Overte's scripts have it.

local client = require("spec.overte_client")
local overte = require("tickwire.overte")
local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")

local WebSocket, SocketError = overte.WebSocket, overte.SocketError
local open, raised = client.open, client.raised

describe("tickwire.overte", function()
	for name, value in pairs({
		Normal = 1000, GoingAway = 1001, ProtocolError = 1002, DatatypeNotSupported = 1003, Reserved1004 = 1004,
		MissingStatusCode = 1005, AbnormalDisconnection = 1006, WrongDatatype = 1007, PolicyViolated = 1008,
		TooMuchData = 1009, MissingExtension = 1010, BadOperation = 1011, TlsHandshakeFailed = 1015,
	}) do
		it("has CloseCode." .. name, function()
			assert.equal(value, overte.CloseCode[name])
			assert.equal(value, WebSocket.CloseCode[name])
		end)
	end

	for name, value in pairs({
		ConnectionRefusedError = 0, RemoteHostClosedError = 1, HostNotFoundError = 2, SocketAccessError = 3,
		SocketResourceError = 4, SocketTimeoutError = 5, DatagramTooLargeError = 6, NetworkError = 7,
		AddressInUseError = 8, SocketAddressNotAvailableError = 9, UnsupportedSocketOperationError = 10,
		ProxyAuthenticationRequiredError = 11, SslHandshakeFailedError = 12, UnfinishedSocketOperationError = 13,
		ProxyConnectionRefusedError = 14, ProxyConnectionClosedError = 15, ProxyConnectionTimeoutError = 16,
		ProxyNotFoundError = 17, ProxyProtocolError = 18, OperationError = 19, SslInternalError = 20,
		SslInvalidUserDataError = 21, TemporaryError = 22, UnknownSocketError = -1,
	}) do
		it("has SocketError." .. name, function()
			assert.equal(value, overte.SocketError[name])
			assert.equal(value, WebSocket.SocketError[name])
		end)
	end

	for name, value in pairs({ CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3 }) do
		it("has ReadyState." .. name, function()
			assert.equal(value, overte.ReadyState[name])
			assert.equal(value, WebSocket.ReadyState[name])
			assert.equal(value, WebSocket[name])
			local _, socket = open("ws://nobody.test")
			assert.equal(value, socket[name])
			assert.equal("TypeError", raised(function() socket[name] = 7 end).name)
		end)
	end

	it("has no other constants", function()
		local count = 0
		for _, constants in ipairs({ overte.CloseCode, overte.SocketError, overte.ReadyState }) do
			for _ in pairs(constants) do
				count = count + 1
			end
		end
		assert.equal(13 + 24 + 4, count)
	end)
end)

describe("an Overte WebSocket", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("runs the description's example: opens, sends, hears its echo, closes", function()
		server:echo()
		local lines = {}
		local function print(...)
			lines[#lines + 1] = table.concat({ ... }, " ")
		end
		local webSocket = WebSocket.new(server.url)
		webSocket.onclose = function()
			print("closed")
			print("state", webSocket.readyState)
		end
		webSocket.onmessage = function(data)
			print("got", data.data)
			webSocket:close()
		end
		webSocket.onopen = function()
			print("opened")
			print("state", webSocket.readyState)
			webSocket:send("Is anybody there?")
		end
		wait_until(function() return #lines >= 5 end)
		assert.same({ "opened", "state 1", "got Is anybody there?", "closed", "state 3" }, lines)
		assert.equal(1000, server:connection().close_code)
	end)

	it("begins connecting, with its url and nothing yet", function()
		local _, socket = open(server.url)
		assert.equal(server.url, socket.url)
		assert.equal(WebSocket.CONNECTING, socket.readyState)
		assert.equal("", socket.protocol)
		assert.equal("", socket.extensions)
		assert.equal(0, socket.bufferedAmount)
		assert.equal("blob", socket.binaryType)
	end)

	it("has properties that can't be assigned", function()
		local _, socket = open(server.url)
		for _, name in ipairs({ "url", "readyState", "protocol", "extensions", "bufferedAmount" }) do
			local problem = raised(function() socket[name] = "x" end)
			assert.equal("TypeError", problem.name)
			assert.matches(name, tostring(problem), 1, true)
		end
	end)

	it("counts what waits in bufferedAmount", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		server:connection():pause()
		socket:send("hello")
		assert.equal(5, socket.bufferedAmount)
	end)

	it("gives onopen nothing", function()
		local told = open(server.url)
		wait_until(function() return told.opened end)
		assert.same({}, told.opened)
	end)

	it("gives onmessage the text in data", function()
		local told = open(server.url)
		wait_until(function() return told.opened end)
		server:connection():send("grüße")
		wait_until(told.received(1))
		assert.same({ "grüße" }, told.messages)
	end)

	it("gives onmessage a binary message as a Blob or an ArrayBuffer", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		server:connection():send_binary("\0\255")
		wait_until(told.received(1))
		socket.binaryType = "arraybuffer"
		server:connection():send_binary("\1\2\3")
		wait_until(told.received(2))
		assert.is_true(blob.is(told.messages[1]))
		assert.equal("\0\255", told.messages[1]:text())
		assert.is_true(array_buffer.is(told.messages[2]))
		assert.equal(3, told.messages[2].byteLength)
	end)

	it("gives onclose the code, the reason and whether it was clean", function()
		local told = open(server.url)
		wait_until(function() return told.opened end)
		server:connection():close(4001, "go home")
		wait_until(told.over)
		assert.equal(4001, told.closed.code)
		assert.equal("go home", told.closed.reason)
		assert.is_true(told.closed.wasClean)
		assert.same({ "open 1", "close 3" }, told.story)
	end)

	it("tells a drop as an error and a close that was not clean", function()
		local told = open(server.url)
		wait_until(function() return told.opened end)
		server:connection():drop()
		wait_until(told.over)
		assert.same({ "open 1", "error 3", "close 3" }, told.story)
		assert.equal(1006, told.closed.code)
		assert.equal("", told.closed.reason)
		assert.is_false(told.closed.wasClean)
	end)

	it("closes with 1000 and no reason", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		socket:close()
		assert.equal(WebSocket.CLOSING, socket.readyState)
		wait_until(told.over)
		assert.equal(1000, server:connection().close_code)
		assert.equal("", server:connection().close_reason)
		assert.equal(1000, told.closed.code)
		assert.is_true(told.closed.wasClean)
	end)

	it("closes with a code and a reason", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		socket:close(3001, "bye")
		wait_until(told.over)
		assert.equal(3001, server:connection().close_code)
		assert.equal("bye", server:connection().close_reason)
	end)

	it("raises for a code that is not a client's", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		local problem = raised(socket.close, socket, overte.CloseCode.GoingAway)
		assert.equal("InvalidAccessError", problem.name)
		assert.matches("want 1000 or 3000 to 4999", problem.message, 1, true)
		assert.equal(WebSocket.OPEN, socket.readyState)
	end)

	it("sends a string as text", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		socket:send("hello")
		wait_until(function() return server:connection().messages[1] end)
		assert.same({ "hello" }, server:connection().messages)
		assert.same({ websocket.DATA_TYPE_TEXT }, server:connection().types)
	end)

	it("sends an object as a string", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		socket:send({ x = 1 })
		socket:send({ 1, 2, 3 })
		socket:send({})
		socket:send(setmetatable({}, { __tostring = function() return "me" end }))
		wait_until(function() return #server:connection().messages >= 4 end)
		assert.same({ '{"x":1}', "[1,2,3]", "{}", "me" }, server:connection().messages)
		assert.same({ 1, 1, 1, 1 }, server:connection().types)
	end)

	it("raises for an object that can't be a string", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		local problem = raised(socket.send, socket, { 1, x = 2 })
		assert.equal("TypeError", problem.name)
		assert.matches("can't be JSON", problem.message, 1, true)
		assert.equal("TypeError", raised(socket.send, socket).name)
		assert.equal(0, #server:connection().messages)
	end)

	it("sends a Blob and an ArrayBuffer as bytes", function()
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		socket:send(blob.new({ "\1\2" }))
		socket:send(array_buffer.new({ 3, 4 }))
		wait_until(function() return #server:connection().messages >= 2 end)
		assert.same({ "\1\2", "\3\4" }, server:connection().messages)
		assert.same({ 2, 2 }, server:connection().types)
	end)

	it("speaks wss", function()
		local secure = spec_server.new({ tls = true })
		local told = open(secure.url)
		wait_until(function() return told.opened end)
		assert.equal("open 1", told.story[1])
	end)

	it("takes the params of websocket.connect", function()
		local told = open(server.url, { protocol = nil, headers = { ["X-Domain"] = "plaza" } })
		wait_until(function() return told.opened end)
		assert.equal("plaza", server.requests[1].headers["x-domain"])
	end)

	it("takes listeners beside its handlers, as W3C's does", function()
		local socket = WebSocket.new("ws://nobody.test")
		local codes = {}
		socket:addEventListener("error", function(code) codes[#codes + 1] = code end)
		wait_until(function() return codes[1] end)
		assert.same({ SocketError.HostNotFoundError }, codes)
	end)

	it("raises for a URL that is none", function()
		assert.equal("SyntaxError", raised(WebSocket.new, "ftp://example.test").name)
		assert.equal("TypeError", raised(WebSocket.new).name)
		assert.equal("TypeError", raised(WebSocket.new, { url = "ws://example.test" }).name)
	end)
end)

describe("an Overte WebSocket that shares a connection", function()
	local server, first, second, one, two
	before_each(function()
		server = spec_server.new()
		first, one = open(server.url)
		second, two = open(one)
		wait_until(function() return first.opened end)
	end)

	it("has the same url and state, and no connection of its own", function()
		assert.equal(one.url, two.url)
		assert.equal(WebSocket.OPEN, two.readyState)
		assert.same({}, second.opened)
		wait(1)
		assert.equal(1, server.accepted)
	end)

	it("has handlers of its own", function()
		server:connection():send("to both")
		wait_until(second.received(1))
		assert.same({ "to both" }, first.messages)
		assert.same({ "to both" }, second.messages)
		two.onmessage = nil
		server:connection():send("to one")
		wait_until(first.received(2))
		assert.same({ "to both" }, second.messages)
	end)

	it("sends over it", function()
		one:send("a")
		two:send("b")
		wait_until(function() return #server:connection().messages >= 2 end)
		assert.same({ "a", "b" }, server:connection().messages)
	end)

	it("closes both", function()
		two:close(4000, "enough")
		assert.equal(WebSocket.CLOSING, one.readyState)
		wait_until(first.over)
		assert.equal(4000, first.closed.code)
		assert.equal(4000, second.closed.code)
		assert.equal(WebSocket.CLOSED, two.readyState)
	end)

	it("may be made when it is over", function()
		one:close()
		wait_until(first.over)
		local third = WebSocket.new(one)
		assert.equal(WebSocket.CLOSED, third.readyState)
	end)
end)
