-- websocket.disconnect before CONNECTED was told: the attempt is given up.

local spec = require("spec.client")

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

	-- What arrives 5 ms late arrives right behind an update and waits for the next one.
	it("is DISCONNECTED alone even if the connection is there, but not told yet", function()
		local server = spec_server.new()
		server:latency(0.005)
		local client = spec.connect(server.url)
		wait_frames(1)
		assert.equal(1, #server.connections)
		assert.equal("", client.story())
		websocket.disconnect(client.connection)
		wait(5)
		assert.equal("DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
		assert.is_true(server:connection().closed)
	end)

	it("is DISCONNECTED alone even if it has failed, but that is not told yet", function()
		local server = spec_server.new()
		server:latency(0.005)
		server:refuse(503)
		local client = spec.connect(server.url)
		wait_frames(1)
		assert.equal(1, #server.requests)
		assert.equal("", client.story())
		websocket.disconnect(client.connection)
		wait(5)
		assert.equal("DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
	end)

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
