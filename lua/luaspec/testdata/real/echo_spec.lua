-- Against a real server, whose URL is the configuration's echo.url.

describe("a real server", function()
	it("echoes, and time is real", function()
		local messages = {}
		local open
		local connection = websocket.connect(sys.get_config_string("echo.url"), nil, function(_, _, data)
			open = data.event == websocket.EVENT_CONNECTED or open
			messages[#messages + 1] = data.event == websocket.EVENT_MESSAGE and data.message or nil
		end)
		wait_until(function()
			return open
		end)
		websocket.send(connection, "over the wire")
		wait_until(function()
			return messages[1]
		end)
		assert.same({ "over the wire" }, messages)
		local before = socket.gettime()
		wait(0.3)
		assert.near(0.3, socket.gettime() - before, 0.2)
	end)

	it("is gone, and time is virtual", function()
		wait(600)
	end)

	it("that does not listen is refused", function()
		local failed
		websocket.connect("ws://127.0.0.1:1/", nil, function(_, _, data)
			failed = failed or data
		end)
		wait_until(function()
			return failed
		end)
		assert.equal(websocket.EVENT_ERROR, failed.event)
		assert.equal("refused", failed.cause)
	end)

	it("can be left while it is dialled", function()
		websocket.connect("ws://127.0.0.1:1/", nil, function() end)
	end)

	it("beside one in memory that stalls", function()
		local open = 0
		local function count(_, _, data)
			open = open + (data.event == websocket.EVENT_CONNECTED and 1 or 0)
		end
		local server = spec_server.new({ tls = true })
		websocket.connect(sys.get_config_string("echo.url"), nil, count)
		websocket.connect(server.url, nil, count)
		wait_until(function()
			return open == 2
		end)
		server:connection():send(("x"):rep(200000))
		server:stall()
		wait_frames(2)
	end)
end)
