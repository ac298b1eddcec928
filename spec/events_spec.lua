-- What a callback is told, and in which order: (CONNECTED MESSAGE*)? ERROR? DISCONNECTED.

local spec = require("spec.client")

describe("the story of a connection", function()
	local server, client
	before_each(function()
		server = spec_server.new()
	end)

	-- It ends with exactly one DISCONNECTED, whatever comes later.
	local function ends_with(story)
		wait_until(client.over)
		server:close()
		wait(5)
		assert.equal(story, client.story())
	end

	local function opened(params)
		client = spec.connect(server.url, params)
		wait_until(client.open)
		return server:connection()
	end

	it("that goes well", function()
		local peer = opened()
		peer:send("one")
		peer:send("two")
		wait_until(client.received(2))
		websocket.disconnect(client.connection)
		ends_with("CONNECTED MESSAGE MESSAGE DISCONNECTED")
	end)

	it("that is refused", function()
		server:close()
		client = spec.connect(server.url)
		local failed = wait_until(client.failed)
		assert.equal("connect", failed.stage)
		assert.equal("refused", failed.cause)
		ends_with("ERROR DISCONNECTED")
	end)

	it("with an unknown host", function()
		client = spec.connect("ws://nobody.test:8001/")
		local failed = wait_until(client.failed)
		assert.equal("dns", failed.stage)
		assert.equal("not_found", failed.cause)
		assert.equal("nobody.test:8001", failed.host)
		ends_with("ERROR DISCONNECTED")
	end)

	it("with a bad status", function()
		server:refuse(404)
		client = spec.connect(server.url)
		ends_with("ERROR DISCONNECTED")
	end)

	it("with a server that hangs up amid the handshake", function()
		for _, at in ipairs({ "accept", "request" }) do
			server:drop(at)
			client = spec.connect(server.url)
			local failed = wait_until(client.failed)
			assert.equal("handshake", failed.stage)
			assert.equal("closed", failed.cause)
		end
		ends_with("ERROR DISCONNECTED")
	end)

	it("with a server that stays mute", function()
		server:mute()
		client = spec.connect(server.url)
		ends_with("ERROR DISCONNECTED")
	end)

	it("that is closed by the server", function()
		opened():close(4001, "game over")
		ends_with("CONNECTED DISCONNECTED")
	end)

	it("that is dropped", function()
		opened():drop()
		ends_with("CONNECTED ERROR DISCONNECTED")
	end)

	it("that is reset", function()
		opened():reset()
		ends_with("CONNECTED ERROR DISCONNECTED")
	end)

	it("with a broken protocol", function()
		opened():send_frame({ opcode = 3 })
		ends_with("CONNECTED ERROR DISCONNECTED")
	end)

	it("that is given up while it connects", function()
		client = spec.connect(server.url)
		websocket.disconnect(client.connection)
		ends_with("DISCONNECTED")
	end)
end)

describe("a failure", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("is ERROR and DISCONNECTED in the same update", function()
		local dropped = spec.connect(server.url)
		wait_until(dropped.open)
		server:connection():drop()
		for _, client in ipairs({ spec.connect("ws://nobody.test"), spec.connect("nonsense"), dropped }) do
			wait_until(client.over)
			local last = #client.events
			assert.equal(websocket.EVENT_ERROR, client.events[last - 1].event)
			assert.equal(client.times[last - 1], client.times[last])
		end
	end)

	it("tells what went wrong in words and in fields", function()
		local closed = spec_server.new({ host = "closed.test", port = 4000 })
		closed:close()
		local failed = wait_until(spec.connect(closed.url .. "room").failed)
		assert.is_string(failed.message)
		assert.matches("closed.test", failed.message, 1, true)
		assert.equal("closed.test:4000", failed.host)
		assert.is_number(failed.elapsed)
		assert.is_nil(failed.code)
	end)

	it("tells how long it took, in seconds", function()
		server:mute()
		assert.near(0.75, wait_until(spec.connect(server.url, { timeout = 750 }).failed).elapsed, 0.02)
	end)

	it("lets no send through in its callback", function()
		local caught = {}
		local client = spec.connect(server.url, nil, function(_, connection, data)
			if data.event == websocket.EVENT_ERROR or data.event == websocket.EVENT_DISCONNECTED then
				local _, text = pcall(websocket.send, connection, "late")
				caught[#caught + 1] = text
				websocket.disconnect(connection)
				caught[#caught + 1] = websocket.state(connection)
			end
		end)
		wait_until(client.open)
		server:connection():drop()
		wait_until(client.over)
		assert.matches("Connection isn't connected$", caught[1])
		assert.equal("closing", caught[2])
		assert.matches("Invalid connection$", caught[3])
		assert.equal("closed", caught[4])
		wait(3)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
	end)
end)

describe("DISCONNECTED", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	local function over()
		return wait_until(client.over)
	end

	it("has the server's code and reason", function()
		peer:close(4001, "game over")
		local told = over()
		assert.equal(4001, told.code)
		assert.equal("game over", told.reason)
		assert.equal("Server closing (4001). Reason: 'game over'", told.message)
		assert.is_true(told.clean)
		assert.is_true(#client.events == 2)
	end)

	for _, code in ipairs({ 1000, 1001, 1008, 1011, 1012, 1014, 3000, 4999 }) do
		it("has code " .. code .. " and no ERROR", function()
			peer:close(code)
			assert.equal(code, over().code)
			assert.equal(("Server closing (%d). Reason: ''"):format(code), client.over().message)
			assert.is_nil(client.failed())
			wait(0.1)
			assert.equal(code, peer.close_code)
		end)
	end

	it("has 1005 if the server's close frame had no code", function()
		peer:close(0)
		local told = over()
		assert.equal(1005, told.code)
		assert.equal("", told.reason)
		assert.equal("Server closing (1005). Reason: ''", told.message)
		assert.is_true(told.clean)
		wait(0.1)
		assert.equal(1005, peer.close_code) -- an empty frame answers an empty one
		assert.equal("", peer.frames[#peer.frames].payload)
	end)

	it("has 1006 if no close frame came", function()
		peer:drop()
		local told = over()
		assert.equal(1006, told.code)
		assert.equal("", told.message)
		assert.equal("", told.reason)
		assert.is_false(told.clean)
		assert.equal("io", client.failed().stage)
	end)

	it("has the code that was sent after a local disconnect", function()
		websocket.disconnect(client.connection, 3001)
		local told = over()
		assert.equal(3001, told.code)
		assert.equal("", told.message)
		assert.is_true(told.clean)
	end)

	it("has a number after each failure to connect", function()
		for _, url in ipairs({ "ws://nobody.test", "", "ws://a.test:99999" }) do
			client = spec.connect(url)
			assert.equal(1006, over().code)
			assert.equal("", client.over().message)
			assert.is_false(client.over().clean)
		end
	end)
end)

describe("data", function()
	local events
	before_each(function()
		local server = spec_server.new()
		local client = spec.connect(server.url)
		wait_until(client.open)
		server:connection():send("hello")
		server:connection():drop()
		wait_until(client.over)
		assert.equal("CONNECTED MESSAGE ERROR DISCONNECTED", client.story())
		events = client.events
	end)

	it("has a text for message in each event", function()
		for _, data in ipairs(events) do
			assert.is_string(data.message)
		end
		assert.equal("hello", events[2].message)
	end)

	it("has a code in DISCONNECTED only", function()
		for _, data in ipairs(events) do
			assert.equal(data.event == websocket.EVENT_DISCONNECTED, data.code ~= nil)
		end
	end)
end)
