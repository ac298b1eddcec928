-- What users of Defold's extension reported, each by its name.
-- Not here, for virtual time does not show it: 4-14 ms a frame while idle on wss
-- (the benchmarks hold that), and a crash when the program ends during connect
-- (end_test.go).

local spec = require("spec.client")

describe("as users reported:", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	local function opened(params)
		local client = spec.connect(server.url, params)
		wait_until(client.open)
		return client, server:connection()
	end

	it("messages are lost when several arrive in one frame", function()
		local client, peer = opened()
		local want, bytes = {}, {}
		for i = 1, 200 do
			want[i] = ("message %d "):format(i):rep(i % 40)
			bytes[i] = spec.frame(1, want[i])
		end
		peer:send_raw(table.concat(bytes))
		wait_until(client.received(200))
		assert.same(want, client.messages)
	end)

	it("after a big message there is silence", function()
		local client, peer = opened()
		for _, size in ipairs({ 65535, 65536, 65537, 200000, 2000000 }) do
			peer:send(("b"):rep(size))
			peer:send("small")
		end
		wait_until(client.received(10))
		assert.equal(2000000, #client.messages[9])
		assert.equal("small", client.messages[10])
		websocket.send(client.connection, ("b"):rep(2000000))
		websocket.send(client.connection, "small")
		wait_until(function()
			return #peer.messages == 2
		end)
		assert.equal("small", peer.messages[2])
	end)

	it("no event comes when the network drops", function()
		local client, peer = opened({ ping_interval = 5000, pong_timeout = 5000 })
		peer:half_open()
		wait_until(client.over, 11)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
	end)

	it("the close code is 0 after the app was in the background", function()
		local codes = {}
		for _, ending in ipairs({ "drop", "reset", "close" }) do
			local client, peer = opened()
			timer.delay(300, false, function()
				peer[ending](peer)
			end)
			wait(301)
			codes[#codes + 1] = client.over().code
		end
		assert.same({ 1006, 1006, 1000 }, codes)
	end)

	-- Counts the frames of one second.
	local function frames_of_a_second()
		local frames = 0
		local counting = timer.delay(0, true, function()
			frames = frames + 1
		end)
		wait(1)
		timer.cancel(counting)
		return frames
	end

	it("the game stands still while a name is looked up", function()
		server:unreachable()
		local before = socket.gettime()
		local client = spec.connect(server.url)
		assert.equal(before, socket.gettime())
		assert.near(60, frames_of_a_second(), 1)
		assert.equal("", client.story())
	end)

	it("the game hangs while TLS connects", function()
		local secure = spec_server.new({ tls = true })
		secure:mute("accept")
		local client = spec.connect(secure.url)
		assert.near(60, frames_of_a_second(), 1)
		assert.equal("", client.story())
		wait_until(client.over)
		assert.equal("timeout", client.failed().cause)
	end)

	it("a third connection fails", function()
		local first, second, third = opened(), opened(), opened()
		wait(1)
		for _, client in ipairs({ first, second, third }) do
			assert.equal("CONNECTED", client.story())
		end
	end)

	it("a server that answers Connection: keep-alive, Upgrade is refused", function()
		server:answer({ headers = { Connection = "keep-alive, Upgrade" } })
		assert.equal("CONNECTED", opened().story())
	end)

	it("HTTP 505 comes without a reason", function()
		server:answer("HTTP/1.1 505\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nuse HTTP/1.1")
		local client = spec.connect(server.url)
		local failed = wait_until(client.failed)
		assert.equal(505, failed.handshake_response.status)
		assert.equal("use HTTP/1.1", failed.handshake_response.response)
		assert.matches("505", failed.message, 1, true)
	end)

	it("the last message before the close is lost", function()
		local client, peer = opened()
		peer:send("the score is 3:1")
		peer:close(1000, "over")
		wait_until(client.over)
		assert.same({ "the score is 3:1" }, client.messages)
		assert.equal("Server closing (1000). Reason: 'over'", client.over().message)
	end)

	it("two sends arrive in the wrong order", function()
		local client, peer = opened()
		local want = {}
		for i = 1, 50 do
			want[2 * i - 1] = "first " .. i
			want[2 * i] = ("second %d "):format(i):rep(i * 50)
			websocket.send(client.connection, want[2 * i - 1])
			websocket.send(client.connection, want[2 * i], { type = websocket.DATA_TYPE_TEXT })
			wait_frames(i % 3)
		end
		wait_until(function()
			return #peer.messages == 100
		end)
		assert.same(want, peer.messages)
	end)

	it("send freezes for seconds when the network drops", function()
		for _, fault in ipairs({ "stall", "half_open" }) do
			local client, peer = opened()
			peer[fault](peer)
			local before = socket.gettime()
			for _ = 1, 50 do
				websocket.send(client.connection, ("x"):rep(20000))
			end
			assert.equal(before, socket.gettime())
			assert.near(60, frames_of_a_second(), 1)
		end
	end)

	it("a text from the close event can't be searched", function()
		local client, peer = opened()
		peer:close(4003, "version 1.2 is needed")
		local message = wait_until(client.over).message
		assert.equal("version 1.2 is needed", message:match("Reason: '(.*)'$"))
		assert.equal("4003", message:match("Server closing %((%d+)%)"))
	end)
end)
