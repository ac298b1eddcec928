-- A bad network: slow, narrow, stalled, cut, gone.

local spec = require("spec.client")

describe("over a network that is", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	it("slow, messages come late and in order", function()
		peer:latency(0.4)
		local sent = socket.gettime()
		for i = 1, 5 do
			websocket.send(client.connection, "up " .. i)
			peer:send("down " .. i)
		end
		wait_until(client.received(5))
		assert.near(0.4, socket.gettime() - sent, 0.05)
		wait_until(function()
			return #peer.messages == 5
		end)
		assert.same({ "down 1", "down 2", "down 3", "down 4", "down 5" }, client.messages)
		assert.same({ "up 1", "up 2", "up 3", "up 4", "up 5" }, peer.messages)
	end)

	it("narrow, a large message takes its time and the frames go on", function()
		peer:throttle(10000)
		local frames = 0
		timer.delay(0, true, function()
			frames = frames + 1
		end)
		local sent = socket.gettime()
		websocket.send(client.connection, ("x"):rep(20000))
		wait_until(function()
			return peer.messages[1]
		end)
		assert.near(2, socket.gettime() - sent, 0.1)
		assert.near(120, frames, 5)
	end)

	it("stalled, nothing is lost", function()
		peer:stall()
		websocket.send(client.connection, "up")
		peer:send("down")
		wait(10)
		assert.same({}, client.messages)
		assert.same({}, peer.messages)
		peer:resume()
		wait_until(client.received(1))
		wait_until(function()
			return peer.messages[1]
		end)
		assert.equal("CONNECTED MESSAGE", client.story())
	end)

	it("stalled, send returns at once and the bytes are counted", function()
		peer:stall()
		local before = socket.gettime()
		for _ = 1, 10 do
			websocket.send(client.connection, ("x"):rep(100000))
		end
		assert.equal(before, socket.gettime())
		assert.equal(1000000, websocket.buffered(client.connection))
		wait(1)
		assert.is_true(websocket.buffered(client.connection) > 900000)
		peer:resume()
		wait_until(function()
			return #peer.messages == 10
		end)
		assert.equal(0, websocket.buffered(client.connection))
	end)

	it("cut, it ends with ERROR and 1006", function()
		for bytes = 0, 5 do
			local cut = spec.connect(server.url)
			wait_until(cut.open)
			server:connection():cut_after(bytes)
			if bytes > 0 then
				server:connection():send("hello")
			end
			wait_until(cut.over)
			assert.equal("CONNECTED ERROR DISCONNECTED", cut.story())
			assert.equal("io", cut.failed().stage)
			assert.equal(1006, cut.over().code)
		end
	end)

	it("cut behind a message, that message is told", function()
		peer:cut_after(#spec.frame(1, "hello"))
		peer:send_raw(spec.frame(1, "hello") .. spec.frame(1, "never"))
		wait_until(client.over)
		assert.equal("CONNECTED MESSAGE ERROR DISCONNECTED", client.story())
		assert.same({ "hello" }, client.messages)
	end)

	it("cut while it sends, it ends so too", function()
		peer:cut_after(1000, "client")
		websocket.send(client.connection, ("x"):rep(100000))
		wait_until(client.over)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
	end)

	it("cut at any byte of the handshake, it fails", function()
		for bytes = 0, 120, 8 do
			local cut = spec_server.new()
			cut:cut_after(bytes)
			local late = spec.connect(cut.url)
			wait_until(late.over)
			assert.equal("ERROR DISCONNECTED", late.story())
			assert.equal("handshake", late.failed().stage)
		end
	end)
end)

describe("a server that vanished without a word", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	local function found_after(params, prepare)
		local client = spec.connect(server.url, params)
		wait_until(client.open)
		local started = socket.gettime()
		prepare(server:connection())
		local failed = wait_until(client.failed, 120)
		assert.equal("timeout", failed.cause)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
		return socket.gettime() - started
	end

	local function vanish(peer)
		peer:half_open()
	end

	it("is found by pings, after 20 s and 20 s more", function()
		assert.near(40, found_after(nil, vanish), 0.1)
	end)

	it("is found as soon as the script wants", function()
		assert.near(1.5, found_after({ ping_interval = 1000, pong_timeout = 500 }, vanish), 0.05)
	end)

	it("is found if it answers no ping", function()
		assert.near(3, found_after({ ping_interval = 1000, pong_timeout = 2000 }, function(peer)
			peer:auto_pong(false)
		end), 0.05)
	end)

	for name, params in pairs({
		["ping_interval"] = { ping_interval = 0 },
		["pong_timeout"] = { ping_interval = 1000, pong_timeout = 0 },
	}) do
		it("is not looked for where " .. name .. " is 0", function()
			local client = spec.connect(server.url, params)
			wait_until(client.open)
			server:connection():half_open()
			wait(300)
			assert.equal("CONNECTED", client.story())
		end)
	end

	it("gets no ping where ping_interval is 0", function()
		wait_until(spec.connect(server.url, { ping_interval = 0 }).open)
		wait(120)
		assert.same({}, server:connection().pings)
	end)

	it("is told from one that is there", function()
		local client = spec.connect(server.url, { ping_interval = 1000, pong_timeout = 500 })
		wait_until(client.open)
		wait(60)
		assert.equal("CONNECTED", client.story())
		assert.near(60, #server:connection().pings, 1)
	end)

	it("is told from one that sends, but no pongs", function()
		local client = spec.connect(server.url, { ping_interval = 1000, pong_timeout = 1000 })
		wait_until(client.open)
		local peer = server:connection()
		peer:auto_pong(false)
		local beat = timer.delay(0.5, true, function()
			peer:send("alive")
		end)
		wait(30)
		assert.is_nil(client.over())
		timer.cancel(beat)
		wait_until(client.over)
		assert.equal("timeout", client.failed().cause)
	end)
end)
