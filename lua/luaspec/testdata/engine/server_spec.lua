-- The in-memory server and the bad network, seen by the websocket module.

local function connect(url, params)
	local client = { events = {}, messages = {} }
	client.connection = websocket.connect(url, params, function(_, _, data)
		client.events[#client.events + 1] = data
		if data.event == websocket.EVENT_MESSAGE then
			client.messages[#client.messages + 1] = data.message
		end
		client[data.event] = data
	end)
	client.open = function()
		return client[websocket.EVENT_CONNECTED]
	end
	client.failed = function()
		return client[websocket.EVENT_ERROR]
	end
	client.over = function()
		return client[websocket.EVENT_DISCONNECTED]
	end
	return client
end

describe("spec_server", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("accepts and echoes", function()
		server:echo()
		local client = connect(server.url)
		wait_until(client.open)
		websocket.send(client.connection, "hello", { type = websocket.DATA_TYPE_TEXT })
		wait_until(function()
			return #client.messages == 1
		end)
		assert.same({ "hello" }, client.messages)
	end)

	it("refuses with a status", function()
		server:refuse(503, { ["Retry-After"] = "5" }, "full")
		local client = connect(server.url)
		local failed = wait_until(client.failed)
		assert.equal(503, failed.handshake_response.status)
		assert.equal("full", failed.handshake_response.response)
		assert.equal("5", failed.handshake_response.headers["Retry-After"])
		assert.equal(1006, client.over().code)
		assert.equal(1, #server.requests)
		assert.equal(0, #server.connections)
	end)

	it("stays mute, which costs no time", function()
		server:mute()
		local client = connect(server.url)
		local before = socket.gettime()
		local failed = wait_until(client.failed)
		assert.equal("timeout", failed.cause)
		assert.near(3, socket.gettime() - before, 0.1)
	end)

	it("drops before it answers", function()
		for _, at in ipairs({ "accept", "request" }) do
			server:drop(at)
			local client = connect(server.url)
			wait_until(client.over)
			assert.truthy(client.failed())
		end
	end)

	it("answers with any bytes", function()
		server:answer("HTTP/1.0 404 Gone away\r\nX-A: b\r\n\r\nbye")
		local client = connect(server.url)
		assert.equal(404, wait_until(client.failed).handshake_response.status)
		server:answer("HTTP/1.1 101 Hello\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n")
		client = connect(server.url)
		wait_until(client.open)
	end)

	it("answers one handshake differently", function()
		server:answer_next({ status = 500 })
		local client = connect(server.url)
		wait_until(client.failed)
		client = connect(server.url)
		wait_until(client.open)
	end)

	it("picks a protocol", function()
		server:protocol("b")
		local client = connect(server.url, { protocol = "a, b" })
		assert.equal("b", wait_until(client.open).protocol)
		assert.same({ "a", "b" }, server.requests[1].protocols)
		assert.equal("b", server:connection().protocol)
	end)

	it("sends what it is told", function()
		local client = connect(server.url)
		wait_until(client.open)
		local peer = server:connection(1)
		peer:send("text")
		peer:send_binary("\0\255")
		peer:send_frame({ opcode = 1, fin = false, payload = "one " })
		peer:ping("p")
		peer:send_frame({ opcode = 0, payload = "message" })
		peer:send_raw("\129\001!")
		wait_until(function()
			return #client.messages == 4
		end)
		assert.same({ "text", "\0\255", "one message", "!" }, client.messages)
		wait_until(function()
			return peer.pongs[1]
		end)
		assert.same({ "p" }, peer.pongs)
		peer:send_frame({ opcode = 3, payload = "?" })
		wait_until(client.over)
		assert.equal("protocol", client.failed().stage)
		assert.equal(1002, wait_until(function() return peer.close_code end))
	end)

	it("receives", function()
		local client = connect(server.url)
		wait_until(client.open)
		local peer = server:connection()
		assert.equal(peer, server.connections[1])
		websocket.send(client.connection, "a", { type = websocket.DATA_TYPE_TEXT })
		websocket.send(client.connection, "\255")
		wait_until(function()
			return #peer.messages == 2
		end)
		assert.same({ "a", "\255" }, peer.messages)
		assert.same({ websocket.DATA_TYPE_TEXT, websocket.DATA_TYPE_BINARY }, peer.types)
		assert.is_true(peer.frames[1].masked)
		websocket.disconnect(client.connection)
		wait_until(function()
			return peer.closed
		end)
		assert.equal(1000, peer.close_code)
	end)

	it("closes", function()
		local client = connect(server.url)
		wait_until(client.open)
		server:connection():close(4000, "enough")
		local over = wait_until(client.over)
		assert.equal(4000, over.code)
		assert.equal("Server closing (4000). Reason: 'enough'", over.message)
		assert.is_nil(client.failed())
	end)

	it("hangs up", function()
		local client = connect(server.url)
		wait_until(client.open)
		server:connection():drop()
		assert.equal(1006, wait_until(client.over).code)
		assert.equal("io", client.failed().stage)
	end)

	it("speaks TLS", function()
		local secure = spec_server.new({ tls = true, echo = true })
		assert.matches("^wss://server%-%d+%.test/$", secure.url)
		local client = connect(secure.url)
		wait_until(client.open)
		websocket.send(client.connection, "secret")
		assert.equal("secret", wait_until(function()
			return client.messages[1]
		end))
	end)

	for _, quality in ipairs({ "expired", "wrong_host", "untrusted" }) do
		it("has a certificate that is no good: " .. quality, function()
			local client = connect(spec_server.new({ tls = quality }).url)
			local failed = wait_until(client.failed)
			assert.equal("tls", failed.stage)
			assert.equal("certificate", failed.cause)
		end)
	end

	it("is refused after close", function()
		server:close()
		local failed = wait_until(connect(server.url).failed)
		assert.equal("refused", failed.cause)
	end)

	it("is unreachable", function()
		server:unreachable()
		local failed = wait_until(connect(server.url).failed)
		assert.equal("timeout", failed.cause)
	end)

	it("raises for what it does not know", function()
		assert.error_matches(function() return server.conections end, "a server has no 'conections'", 1, true)
		assert.error_matches(function() server.url = "x" end, "read-only", 1, true)
		assert.error_matches(function() server.refuse(503) end, "colon", 1, true)
		assert.error_matches(function() server:refuse(7) end, "a status from 200 to 999 expected", 1, true)
		assert.error_matches(function() server:answer({ stauts = 3 }) end, "unknown field 'stauts'", 1, true)
		assert.error_matches(function() spec_server.new({ tls = "bad" }) end, "field 'tls' must be true", 1, true)
		assert.error_matches(function() server:mute("never") end, "bad point in the handshake", 1, true)
		assert.is_nil(server:connection(1))
	end)
end)

describe("a bad network", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	it("is slow", function()
		peer:latency(1.5)
		local before = socket.gettime()
		peer:send("late")
		wait_until(function()
			return client.messages[1]
		end)
		assert.near(1.5, socket.gettime() - before, 0.05)
	end)

	it("is narrow", function()
		peer:throttle(1000)
		local before = socket.gettime()
		peer:send(("x"):rep(2000))
		wait_until(function()
			return client.messages[1]
		end)
		assert.near(2, socket.gettime() - before, 0.1)
	end)

	it("stalls", function()
		peer:stall()
		peer:send("held back")
		wait(2)
		assert.same({}, client.messages)
		peer:resume()
		wait_until(function()
			return client.messages[1]
		end)
	end)

	it("is half open, until the ping finds out", function()
		peer:half_open()
		local over = wait_until(client.over, 60)
		assert.equal(1006, over.code)
		assert.equal("timeout", client.failed().cause)
	end)

	it("is cut", function()
		peer:cut_after(3)
		peer:send("never whole")
		wait_until(client.over)
		assert.truthy(client.failed())
		assert.same({}, client.messages)
	end)

	it("is bad for those to come", function()
		server:latency(0.5)
		local before = socket.gettime()
		wait_until(connect(server.url).open)
		assert.near(1, socket.gettime() - before, 0.1)
	end)
end)

describe("what a spec opens", function()
	local left

	it("is open in it", function()
		local server = spec_server.new({ host = "once.test" })
		left = connect(server.url)
		wait_until(left.open)
	end)

	it("is closed after it", function()
		wait(1)
		assert.is_nil(left.over())
		assert.has_error(function()
			websocket.send(left.connection, "x")
		end, "Invalid connection")
		spec_server.new({ host = "once.test" })
	end)

	describe("in a setup", function()
		local server, client
		setup(function()
			server = spec_server.new({ echo = true })
			client = connect(server.url)
		end)

		for i = 1, 2 do
			it("stays for all of its specs, " .. i, function()
				wait_until(client.open)
				websocket.send(client.connection, tostring(i))
				wait_until(function()
					return client.messages[i] == tostring(i)
				end)
			end)
		end
	end)
end)
