-- websocket.send: what the server receives, and what raises.

local spec = require("spec.client")

describe("send", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	local text = { type = websocket.DATA_TYPE_TEXT }

	local function arrived(count)
		wait_until(function()
			return #peer.messages >= count
		end)
		return peer.messages
	end

	it("returns nothing", function()
		assert.equal(0, select("#", websocket.send(client.connection, "x")))
	end)

	it("sends binary unless told", function()
		websocket.send(client.connection, "a")
		websocket.send(client.connection, "b", nil)
		websocket.send(client.connection, "c", {})
		websocket.send(client.connection, "d", { type = nil })
		websocket.send(client.connection, "e", { type = websocket.DATA_TYPE_BINARY })
		websocket.send(client.connection, "f", text)
		assert.same({ "a", "b", "c", "d", "e", "f" }, arrived(6))
		assert.same({ 2, 2, 2, 2, 2, 1 }, peer.types)
	end)

	it("turns numbers into strings", function()
		websocket.send(client.connection, 42)
		websocket.send(client.connection, 1.5, text)
		assert.same({ "42", "1.5" }, arrived(2))
	end)

	it("leaves binary bytes alone", function()
		local all = {}
		for i = 0, 255 do
			all[i + 1] = string.char(i)
		end
		all = table.concat(all)
		websocket.send(client.connection, all)
		websocket.send(client.connection, "")
		assert.same({ all, "" }, arrived(2))
	end)

	it("masks each frame", function()
		websocket.send(client.connection, "x")
		websocket.send(client.connection, ("x"):rep(70000))
		arrived(2)
		for _, frame in ipairs(peer.frames) do
			assert.is_true(frame.masked)
			assert.is_true(frame.fin)
			assert.equal(0, frame.rsv)
		end
	end)

	for _, size in ipairs({ 125, 126, 65535, 65536, 1000000 }) do
		it("sends " .. size .. " bytes whole", function()
			local message = ("0123456789"):rep(size / 10 + 1):sub(1, size)
			websocket.send(client.connection, message)
			assert.is_true(arrived(1)[1] == message)
		end)
	end

	it("keeps the order, large or small, in one frame or many", function()
		local want = {}
		for i = 1, 60 do
			want[i] = i .. ("."):rep(i % 7 == 0 and 100000 or i)
			websocket.send(client.connection, want[i])
			if i % 20 == 0 then
				wait_frames(1)
			end
		end
		local got = arrived(60)
		for i = 1, 60 do
			assert.is_true(want[i] == got[i], "message " .. i)
		end
	end)

	it("works in the CONNECTED callback", function()
		local greeting = spec_server.new()
		spec.connect(greeting.url, nil, function(_, connection, data)
			if data.event == websocket.EVENT_CONNECTED then
				websocket.send(connection, "Hello from the other side")
			end
		end)
		wait_until(function()
			return greeting:connection() and greeting:connection().messages[1]
		end)
		assert.same({ "Hello from the other side" }, greeting:connection().messages)
	end)

	describe("raises", function()
		local function raises(expected, ...)
			local list = { n = select("#", ...), ... }
			assert.error_matches(function()
				websocket.send(unpack(list, 1, list.n))
			end, expected, 1, true)
		end

		it("without a connection", function()
			raises("The first argument must be a valid connection!")
			raises("The first argument must be a valid connection!", nil, "x")
			raises("The first argument must be a valid connection!", {}, "x")
			raises("The first argument must be a valid connection!", "connection", "x")
		end)

		it("before the connection is open", function()
			raises("Connection isn't connected", spec.connect(server.url).connection, "x")
		end)

		it("after disconnect", function()
			websocket.disconnect(client.connection)
			raises("Connection isn't connected", client.connection, "x")
			wait_until(client.over)
			raises("Invalid connection", client.connection, "x")
		end)

		it("after the server has closed", function()
			peer:close()
			wait_until(client.over)
			raises("Invalid connection", client.connection, "x")
		end)

		it("for what is no message", function()
			raises("string expected", client.connection)
			raises("string expected", client.connection, nil)
			raises("string expected", client.connection, {})
			raises("string expected", client.connection, true)
		end)

		it("for options that are no table", function()
			raises("table expected", client.connection, "x", websocket.DATA_TYPE_TEXT)
		end)

		it("for a type that there is not", function()
			for _, kind in ipairs({ 0, 3, 8, 9, 1.5, "text", true }) do
				raises("DATA_TYPE_TEXT", client.connection, "x", { type = kind })
			end
		end)

		it("for a text that is not UTF-8", function()
			raises("UTF-8", client.connection, "\255", text)
			raises("UTF-8", client.connection, "gr\195", text)
		end)

		it("and then nothing was sent", function()
			pcall(websocket.send, client.connection, "\255", text)
			pcall(websocket.send, client.connection, "x", { type = 8 })
			websocket.send(client.connection, "fine")
			assert.same({ "fine" }, arrived(1))
			assert.equal(4, websocket.stats(client.connection).bytes_sent)
		end)
	end)
end)
