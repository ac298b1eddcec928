-- require "tickwire.overte": WebSocketServer.

local client = require("spec.overte_client")
local overte = require("tickwire.overte")

local WebSocket, SocketError = overte.WebSocket, overte.SocketError
local open, raised = client.open, client.raised

describe("an Overte WebSocketServer", function()
	local server, clients
	before_each(function()
		server = overte.WebSocketServer.new({ port = 7000, serverName = "plaza" })
		clients = {}
		server.newConnection:connect(function(socket)
			clients[#clients + 1] = socket
		end)
	end)
	after_each(function()
		server:close()
	end)

	local function connect(path)
		local told, socket = open(server.url .. (path or ""))
		wait_until(function() return told.opened end)
		return told, socket
	end

	it("listens on loopback, and says where", function()
		assert.is_true(server.listening)
		assert.equal(7000, server.port)
		assert.equal("ws://127.0.0.1:7000/", server.url)
		assert.equal("plaza", server.serverName)
		assert.is_nil(server.error)
		assert.equal("", server.errorString)
		assert.equal("WebSocketServer ws://127.0.0.1:7000/", tostring(server))
	end)

	it("picks a free port for 0 and for none", function()
		local one, two = overte.WebSocketServer.new({ port = 0 }), overte.WebSocketServer.new()
		assert.is_true(one.listening and two.listening)
		assert.is_true(one.port > 0 and two.port > 0)
		assert.are_not.equal(one.port, two.port)
		one:close()
		two:close()
	end)

	it("listens where address says", function()
		local six = overte.WebSocketServer.new({ port = 7006, address = "::1" })
		assert.equal("ws://[::1]:7006/", six.url)
		six:close()
	end)

	it("gives each client to newConnection as a WebSocket that is open", function()
		connect("room?seat=4")
		wait_until(function() return clients[1] end)
		assert.equal(WebSocket.OPEN, clients[1].readyState)
		assert.equal("ws://127.0.0.1:7000/room?seat=4", clients[1].url)
		connect()
		assert.equal(2, #clients)
		assert.equal("ws://127.0.0.1:7000/", clients[2].url)
	end)

	it("gives them to nobody who has disconnected", function()
		local count = 0
		local function counting()
			count = count + 1
		end
		server.newConnection:connect(counting)
		connect()
		server.newConnection:disconnect(counting)
		connect()
		assert.equal(1, count)
	end)

	it("goes on where one who hears of a client raises", function()
		server.newConnection:disconnect()
		local heard = 0
		server.newConnection:connect(function() error("no room") end)
		server.newConnection:connect(function() heard = heard + 1 end)
		connect()
		local told, socket = connect()
		assert.equal(2, heard)
		assert.equal(2, #script_errors())
		socket:send("hello")
		wait(0.1)
		assert.is_nil(told.closed)
	end)

	it("talks with its clients, both ways", function()
		server.newConnection:connect(function(socket)
			socket.onmessage = function(message)
				socket:send("you said " .. message.data)
			end
		end)
		local told, socket = connect()
		socket:send("hello")
		wait_until(told.received(1))
		assert.same({ "you said hello" }, told.messages)
	end)

	it("hears when a client leaves", function()
		local _, socket = connect()
		local closed
		clients[1].onclose = function(data) closed = data end
		socket:close(4000, "bye")
		wait_until(function() return closed end)
		assert.equal(4000, closed.code)
		assert.equal("bye", closed.reason)
		assert.equal(WebSocket.CLOSED, clients[1].readyState)
		assert.is_nil(next(rawget(server, "_sockets")), "the server still holds it")
		assert.is_nil(next(rawget(server, "_asked")), "the server still holds its URL")
	end)

	it("closes one client, also with a code that is a server's", function()
		local told = connect()
		clients[1]:close(overte.CloseCode.PolicyViolated, "no shouting")
		wait_until(told.over)
		assert.equal(1008, told.closed.code)
		assert.equal("no shouting", told.closed.reason)
		local again = connect()
		local problem = raised(clients[2].close, clients[2], overte.CloseCode.ProtocolError)
		assert.matches("want 1000, 1001, 1008, 1011 to 1013 or 3000 to 4999", problem.message, 1, true)
		assert.is_nil(again.closed)
	end)

	it("closes every client with 1001 and Server closing.", function()
		local first, second = connect(), connect()
		server:close()
		assert.is_false(server.listening)
		assert.equal(WebSocket.CLOSING, clients[1].readyState)
		clients[1]:send("too late")
		wait_until(first.over)
		wait_until(second.over)
		for _, told in ipairs({ first, second }) do
			assert.equal(1001, told.closed.code)
			assert.equal("Server closing.", told.closed.reason)
			assert.is_true(told.closed.wasClean)
			assert.same({}, told.messages)
		end
		wait_until(function() return clients[2].readyState == WebSocket.CLOSED end)
		server:close()
		assert.equal("WebSocketServer (not listening)", tostring(server))
	end)

	it("lets nobody in after its close", function()
		local url = server.url
		server:close()
		local told = open(url)
		wait_until(told.over)
		assert.equal(SocketError.ConnectionRefusedError, told.error)
	end)

	it("shares a client's connection as any other", function()
		local told = connect()
		local messages = {}
		local other = WebSocket.new(clients[1])
		other.onmessage = function(message) messages[#messages + 1] = message.data end
		told.socket:send("hello")
		wait_until(function() return messages[1] end)
		assert.same({ "hello" }, messages)
	end)

	it("says why it can't listen on a port that is taken", function()
		local second = overte.WebSocketServer.new({ port = 7000 })
		assert.is_false(second.listening)
		assert.equal(SocketError.AddressInUseError, second.error)
		assert.matches("127.0.0.1:7000", second.errorString, 1, true)
		assert.matches("in use", second.errorString, 1, true)
		assert.equal("", second.url)
		assert.equal(0, second.port)
		second:close()
	end)

	it("has properties that can't be assigned", function()
		for _, name in ipairs({ "url", "port", "listening", "newConnection", "serverName", "error", "errorString", "close" }) do
			local problem = raised(function() server[name] = 1 end)
			assert.equal("WebSocketServer: " .. name .. " can't be assigned", problem.message)
		end
	end)

	it("raises for options that are none", function()
		for text, options in pairs({
			["the options are a number"] = 8080,
			["port is a string: want a number"] = { port = "8080" },
			["the port is 70000: want 0 (a free one) to 65535"] = { port = 70000 },
			["the port is -1: want"] = { port = -1 },
			["the port is 1.5: want"] = { port = 1.5 },
			["serverName is a number: want a string"] = { serverName = 7 },
			["address is a boolean: want a string"] = { address = true },
			["params is a string: want a table"] = { params = "x" },
			["the address \"nowhere:0\" can't be used"] = { address = "nowhere" },
			["params has the key \"orgins\""] = { params = { orgins = {} } },
		}) do
			assert.matches(text, tostring(raised(overte.WebSocketServer.new, options)), 1, true)
		end
	end)
end)
