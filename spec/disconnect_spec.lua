-- websocket.disconnect: what the server hears, and when DISCONNECTED comes.

local spec = require("spec.client")

describe("disconnect", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	local function gone()
		wait_until(function()
			return peer.closed
		end)
	end

	it("closes with 1000", function()
		websocket.disconnect(client.connection)
		wait_until(client.over)
		gone()
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal(1000, peer.close_code)
		assert.equal("", peer.close_reason)
		assert.is_nil(peer.error)
		assert.equal(1000, client.over().code)
		assert.equal("", client.over().message)
		assert.is_true(client.over().clean)
	end)

	it("closes with a code and a reason", function()
		websocket.disconnect(client.connection, 4002, "zum Menü")
		wait_until(client.over)
		gone()
		assert.equal(4002, peer.close_code)
		assert.equal("zum Menü", peer.close_reason)
		assert.equal(4002, client.over().code)
	end)

	it("returns nothing, and tells nothing before it has", function()
		assert.equal(0, select("#", websocket.disconnect(client.connection)))
		assert.equal("CONNECTED", client.story())
	end)

	it("sends first what was sent before it", function()
		local large = ("x"):rep(500000)
		websocket.send(client.connection, "one")
		websocket.send(client.connection, large)
		websocket.send(client.connection, "last")
		websocket.disconnect(client.connection)
		gone()
		assert.equal(3, #peer.messages)
		assert.equal("one", peer.messages[1])
		assert.is_true(large == peer.messages[2])
		assert.equal("last", peer.messages[3])
		assert.equal(1000, peer.close_code)
	end)

	it("adds no event when it is called again", function()
		for _ = 1, 3 do
			websocket.disconnect(client.connection)
		end
		websocket.disconnect(client.connection, 4000)
		wait_until(client.over)
		websocket.disconnect(client.connection)
		wait(5)
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal(1000, peer.close_code)
	end)

	it("lets no message through any more", function()
		websocket.disconnect(client.connection)
		peer:send("too late")
		wait_until(client.over)
		assert.same({}, client.messages)
	end)

	it("lets not even the rest of the same update through", function()
		local other = spec.connect(server.url, nil, function(_, connection, data)
			if data.event == websocket.EVENT_MESSAGE then
				websocket.disconnect(connection)
			end
		end)
		wait_until(other.open)
		server:connection():send_raw(spec.frame(1, "one") .. spec.frame(1, "two") .. spec.frame(1, "three"))
		wait_until(other.over)
		assert.same({ "one" }, other.messages)
		assert.equal("CONNECTED MESSAGE DISCONNECTED", other.story())
	end)

	it("is not stopped by a flood", function()
		local chunk = spec.frame(2, ("x"):rep(60000)):rep(50)
		peer:send_raw(chunk)
		websocket.disconnect(client.connection)
		wait_until(client.over)
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal(1000, client.over().code)
	end)

	it("gives up after 2 s on a server that does not answer", function()
		peer:auto_close(false)
		local started = socket.gettime()
		websocket.disconnect(client.connection)
		wait(1.9)
		assert.is_nil(client.over())
		assert.equal("closing", websocket.state(client.connection))
		assert.has_error(function()
			websocket.send(client.connection, "x")
		end, "Connection isn't connected")
		wait_until(client.over)
		assert.near(2, socket.gettime() - started, 0.05)
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
		assert.is_false(client.over().clean)
	end)

	it("gives up after 2 s on a server that does not read", function()
		server:connection():stall()
		for _ = 1, 10 do
			websocket.send(client.connection, ("x"):rep(100000))
		end
		local started = socket.gettime()
		websocket.disconnect(client.connection)
		wait_until(client.over)
		assert.near(2, socket.gettime() - started, 0.05)
		assert.equal("CONNECTED DISCONNECTED", client.story())
	end)

	it("tells no ERROR if the server hangs up instead of answering", function()
		peer:auto_close(false)
		websocket.disconnect(client.connection)
		wait(0.5)
		peer:drop()
		wait_until(client.over)
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
	end)

	it("raises for what is no connection", function()
		for _, wrong in ipairs({ "connection", 7, {}, true }) do
			assert.error_matches(function()
				websocket.disconnect(wrong)
			end, "The first argument must be a valid connection!", 1, true)
		end
		assert.has_error(function()
			websocket.disconnect()
		end)
		assert.has_error(function()
			websocket.disconnect(nil)
		end)
	end)

	it("raises for a code or a reason that can't be sent", function()
		for _, code in ipairs({ 0, 999, 1001, 1005, 1006, 2999, 5000, -1 }) do
			assert.error_matches(function()
				websocket.disconnect(client.connection, code)
			end, "1000 or 3000 to 4999", 1, true)
		end
		assert.error_matches(function()
			websocket.disconnect(client.connection, 1000, ("x"):rep(124))
		end, "123", 1, true)
		assert.error_matches(function()
			websocket.disconnect(client.connection, 1000, "\255")
		end, "UTF-8", 1, true)
		assert.has_error(function()
			websocket.disconnect(client.connection, "soon")
		end)
		assert.has_error(function()
			websocket.disconnect(client.connection, 1000, {})
		end)
		wait(0.1)
		assert.equal("open", websocket.state(client.connection))
		websocket.disconnect(client.connection, 1000, ("x"):rep(123))
		gone()
		assert.equal(123, #peer.close_reason)
	end)

	it("does nothing to a connection that is over", function()
		peer:close(4000)
		wait_until(client.over)
		assert.equal(0, select("#", websocket.disconnect(client.connection)))
		wait(3)
		assert.equal("CONNECTED DISCONNECTED", client.story())
	end)
end)

describe("disconnect while connecting", function()
	for name, hinder in pairs({
		["a server that does not answer"] = function(server) server:mute() end,
		["a server that does not even say hello"] = function(server) server:mute("accept") end,
		["a server that can't be reached"] = function(server) server:unreachable() end,
		["a slow network"] = function(server) server:latency(1) end,
	}) do
		it("is DISCONNECTED alone, in the next update: " .. name, function()
			local server = spec_server.new()
			hinder(server)
			local client = spec.connect(server.url)
			wait_frames(3)
			websocket.disconnect(client.connection)
			assert.equal("", client.story())
			wait_frames(1)
			assert.equal("DISCONNECTED", client.story())
			assert.equal(1006, client.over().code)
			assert.equal("", client.over().message)
			assert.is_false(client.over().clean)
			wait(10)
			assert.equal("DISCONNECTED", client.story())
		end)
	end

	it("right after connect", function()
		local server = spec_server.new()
		local client = spec.connect(server.url)
		websocket.disconnect(client.connection)
		assert.has_error(function()
			websocket.send(client.connection, "x")
		end, "Connection isn't connected")
		wait_frames(1)
		assert.equal("DISCONNECTED", client.story())
		wait(5)
		assert.equal("DISCONNECTED", client.story())
	end)

	it("leaves no connection at the server", function()
		local server = spec_server.new()
		server:latency(0.2)
		local client = spec.connect(server.url)
		wait(0.3)
		websocket.disconnect(client.connection)
		wait_until(client.over)
		server:latency(0)
		wait(1)
		for _, peer in ipairs(server.connections) do
			assert.is_true(peer.closed)
		end
		assert.equal(1, server.accepted)
	end)

	it("costs no frame", function()
		local server = spec_server.new()
		server:unreachable()
		local clients = {}
		local before = socket.gettime()
		for i = 1, 20 do
			clients[i] = spec.connect(server.url)
		end
		for i = 1, 20 do
			websocket.disconnect(clients[i].connection)
		end
		assert.equal(before, socket.gettime())
		wait_frames(1)
		for i = 1, 20 do
			assert.equal("DISCONNECTED", clients[i].story())
		end
	end)
end)
