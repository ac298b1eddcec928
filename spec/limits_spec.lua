-- What is bounded: what waits to go out, what waits to be read, what is one message.

local spec = require("spec.client")

local megabyte = ("x"):rep(1024 * 1024)

describe("a server that reads nothing", function()
	local server, client
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		server:connection():stall()
	end)

	local function fill()
		local sent = 0
		while sent < 100 and pcall(websocket.send, client.connection, megabyte) do
			sent = sent + 1
		end
		return sent
	end

	it("makes send raise past 16 MiB, and nothing worse", function()
		assert.equal(16, fill())
		assert.error_matches(function()
			websocket.send(client.connection, "one more")
		end, "the outbound buffer is full", 1, true)
		wait(1)
		assert.equal("CONNECTED", client.story())
	end)

	it("lets send go on once it reads again", function()
		fill()
		server:connection():resume()
		wait_until(function()
			return websocket.buffered(client.connection) == 0
		end)
		websocket.send(client.connection, "again")
		wait_until(function()
			return #server:connection().messages == 17
		end)
		assert.equal("again", server:connection().messages[17])
	end)

	it("does not keep disconnect from being said", function()
		fill()
		websocket.disconnect(client.connection)
		wait_until(client.over)
		assert.equal("CONNECTED DISCONNECTED", client.story())
	end)

	it("makes a message larger than the limit raise at once", function()
		server:connection():resume()
		assert.error_matches(function()
			websocket.send(client.connection, megabyte:rep(16) .. "x")
		end, "the limit is 16777216", 1, true)
		websocket.send(client.connection, "fits")
		wait_until(function()
			return server:connection().messages[1]
		end)
		assert.same({ "fits" }, server:connection().messages)
	end)
end)

describe("a server that floods", function()
	local server, client
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
	end)

	it("is read only as far as the script keeps up, and nothing is lost", function()
		local chunk = ("x"):rep(65000)
		local peer = server:connection()
		local most = 0
		for i = 1, 100 do
			peer:send_binary(chunk .. i)
		end
		for _ = 1, 300 do
			wait_frames(1)
			most = math.max(most, websocket.stats(client.connection).backlog)
			if #client.messages == 100 then
				break
			end
		end
		assert.equal(100, #client.messages)
		for i = 1, 100 do
			assert.is_true(client.messages[i] == chunk .. i)
		end
		-- 1 MiB, and the one message that exceeds it.
		assert.is_true(most > 500000 and most <= 1048576 + 65003 + 256, "the backlog was " .. most)
	end)

	it("does not starve another connection", function()
		local other = spec.connect(server.url)
		wait_until(other.open)
		local flood = spec.frame(2, ("x"):rep(1000)):rep(2500)
		server:connection(1):send_raw(flood)
		server:connection(2):send("me too")
		wait_frames(3)
		assert.same({ "me too" }, other.messages)
		wait_until(client.received(2500))
	end)

	it("is closed even then", function()
		server:connection():send_raw(spec.frame(2, ("x"):rep(1000)):rep(2500))
		wait_frames(1)
		websocket.disconnect(client.connection)
		wait_until(client.over)
		assert.equal(1000, server:connection().close_code)
	end)

	it("of pings gets pongs, and messages all the same", function()
		local peer = server:connection()
		for i = 1, 50 do
			peer:ping("ping " .. i)
		end
		peer:send("hello")
		wait_until(client.received(1))
		wait(0.1)
		assert.equal("ping 50", peer.pongs[#peer.pongs])
	end)
end)

describe("a message", function()
	it("of 16 MiB arrives whole", function()
		local server = spec_server.new()
		local client = spec.connect(server.url)
		wait_until(client.open)
		local largest = megabyte:rep(16)
		server:connection():send_frame({ opcode = 2, fin = false, payload = largest:sub(1, 8 * 1024 * 1024) })
		wait_frames(20)
		server:connection():send_frame({ opcode = 0, payload = largest:sub(8 * 1024 * 1024 + 1) })
		wait_until(client.received(1))
		assert.is_true(client.messages[1] == largest)
		assert.equal("CONNECTED MESSAGE", client.story())
	end)
end)

describe("connections", function()
	it("are as many as a game wants", function()
		local server = spec_server.new({ echo = true })
		local clients = {}
		for i = 1, 100 do
			clients[i] = spec.connect(server.url)
		end
		for i = 1, 100 do
			wait_until(clients[i].open)
			websocket.send(clients[i].connection, "I am " .. i)
		end
		for i = 1, 100 do
			wait_until(clients[i].received(1))
			assert.same({ "I am " .. i }, clients[i].messages)
		end
	end)
end)
