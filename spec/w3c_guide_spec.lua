-- tickwire.w3c as the scripts of a home-automation hub use the browser's WebSocket.

local WebSocket = require("tickwire.w3c")

describe("the browser's WebSocket", function()
	local server, socket, events
	before_each(function()
		server = spec_server.new()
		events = {}
	end)

	--- Connects with the four handlers; each keeps its event in events.
	local function connect(url)
		socket = WebSocket.new(url or server.url)
		for _, kind in ipairs({ "open", "message", "error", "close" }) do
			events[kind] = {}
			socket["on" .. kind] = function(event)
				table.insert(events[kind], event)
			end
		end
	end

	local function open(url)
		connect(url)
		wait_until(function() return events.open[1] end)
		return server:connection()
	end

	it("needs four events and two methods", function()
		server:echo()
		local story = {}
		socket = WebSocket.new(server.url)
		socket.onopen = function()
			story[#story + 1] = "open"
			socket:send("Hello there!")
		end
		socket.onmessage = function(event)
			story[#story + 1] = "message " .. event.data
			socket:close()
		end
		socket.onerror = function()
			story[#story + 1] = "error"
		end
		socket.onclose = function()
			story[#story + 1] = "close"
		end
		wait_until(function() return #story >= 3 end)
		assert.same({ "open", "message Hello there!", "close" }, story)
	end)

	it("hears what the server says, unasked", function()
		local peer = open()
		wait(60)
		peer:send("it rains")
		wait_until(function() return events.message[1] end)
		assert.equal("it rains", events.message[1].data)
		assert.same({}, peer.messages)
	end)

	it("stays open", function()
		local peer = open()
		wait(600)
		assert.equal(WebSocket.OPEN, socket.readyState)
		peer:send("still here")
		wait_until(function() return events.message[1] end)
		assert.same({}, events.close)
	end)

	it("speaks UTF-8, both ways", function()
		local peer = open()
		local text = "Grüße, 世界 🎮"
		peer:send(text)
		socket:send(text)
		wait_until(function() return events.message[1] and peer.messages[1] end)
		assert.equal(text, events.message[1].data)
		assert.same({ text }, peer.messages)
		assert.same({ websocket.DATA_TYPE_TEXT }, peer.types)
	end)

	it("speaks wss", function()
		server = spec_server.new({ tls = true })
		assert.matches("^wss://", server.url)
		local peer = open()
		socket:send("secret")
		wait_until(function() return peer.messages[1] end)
		assert.same({ "secret" }, peer.messages)
	end)

	it("sends from onopen on", function()
		connect()
		socket.onopen = function()
			socket:send("first")
		end
		wait_until(function() return server:connection() and server:connection().messages[1] end)
		assert.same({ "first" }, server:connection().messages)
	end)

	it("fails where a plain HTTP server answers", function()
		server:answer({ status = 200, body = "<html>It works!</html>" })
		connect()
		wait_until(function() return events.close[1] end)
		assert.equal(1, #events.error)
		assert.same({}, events.open)
		assert.equal(1006, events.close[1].code)
	end)

	it("raises what can be shown", function()
		local ok, problem = pcall(WebSocket.connect, "hub without a scheme")
		assert.is_false(ok)
		assert.matches("^SyntaxError: .*hub without a scheme", tostring(problem))
	end)

	it("has data in the error event", function()
		connect("ws://nobody.test/")
		wait_until(function() return events.error[1] end)
		assert.matches("Error: .*nobody%.test", "Error: " .. events.error[1].data)
	end)

	it("talks to a hub", function()
		server = spec_server.new({ tls = true, host = "hub.test" })
		local heard = {}
		local hub

		local function on_open()
			hub:send('["house/hello", {}]\n')
		end

		local function on_message(event)
			local data = json.decode(event.data)
			heard[#heard + 1] = { topic = data[1], payload = data[2] }
		end

		local function connect_hub(url)
			local ok, problem = pcall(function()
				hub = WebSocket.connect(url)
				hub.onopen = function(event) on_open(event) end
				hub.onmessage = function(event) on_message(event) end
			end)
			assert.is_true(ok, tostring(problem))
		end

		connect_hub("wss://name:password@hub.test/rooms/attic")
		wait_until(function() return server:connection() and server:connection().messages[1] end)
		local peer = server:connection()
		assert.same({ '["house/hello", {}]\n' }, peer.messages)
		assert.equal("/rooms/attic", peer.request.target)
		assert.equal("Basic bmFtZTpwYXNzd29yZA==", peer.request.headers.authorization)

		peer:send('["thermometer/2", {"temperature": [21.5, "°C"]}]')
		wait_until(function() return heard[1] end)
		assert.same({ { topic = "thermometer/2", payload = { temperature = { 21.5, "°C" } } } }, heard)

		hub:send('["lamp/7", {"on": false}]')
		wait_until(function() return peer.messages[2] end)
		assert.same({ 1, 1 }, peer.types)
	end)
end)
