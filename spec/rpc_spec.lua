-- require "tickwire.rpc": a mini-app's actions and events.

local rpc = require("tickwire.rpc")

describe("tickwire.rpc", function()
	local server, app, events

	before_each(function()
		server = spec_server.new()
		events = {}
		app = rpc.new({
			send = function(event, name)
				assert.equal("websocket-event", name)
				events[#events + 1] = event
			end,
		})
	end)

	--- The action's response; a refusal fails the spec.
	local function call(action, payload)
		local response, problem = app:call(action, payload)
		assert.is_nil(problem, problem and problem.errMsg)
		return response
	end

	--- What is wrong with the action.
	local function refused(action, payload)
		local response, problem = app:call(action, payload)
		assert.is_nil(response)
		return problem
	end

	--- The connection's events so far, by name.
	local function story(id)
		local told = {}
		for _, event in ipairs(events) do
			if event.id == id then
				told[#told + 1] = event.name
			end
		end
		return table.concat(told, " ")
	end

	--- The payload of the connection's last event of that name.
	local function last(id, name)
		for i = #events, 1, -1 do
			if events[i].id == id and events[i].name == name then
				return events[i].payload
			end
		end
	end

	--- Waits for an event of that name.
	local function await(id, name)
		return wait_until(function()
			return last(id, name)
		end, 10, name)
	end

	local function create(payload)
		payload = payload or {}
		payload.url = payload.url or server.url
		return call("websocket-create", payload).id
	end

	local function open(payload)
		local id = create(payload)
		await(id, "open")
		return id, server:connection()
	end

	describe("websocket-create", function()
		it("returns an id, and tells nothing before it has", function()
			local response = call("websocket-create", { url = server.url })
			assert.equal("string", type(response.id))
			assert.same({}, events)
			await(response.id, "open")
			assert.equal("open", story(response.id))
		end)

		it("gives each connection an id that was never given before, also to another app", function()
			local other, seen = rpc.new({ send = function() end }), {}
			for i = 1, 20 do
				local id = (i % 2 == 0 and other or app):call("websocket-create", { url = server.url }).id
				assert.is_nil(seen[id])
				seen[id] = true
			end
		end)

		it("tells the response's headers with open", function()
			server:answer({ headers = { ["X-Room"] = "7", ["X-Seat"] = { "a", "b" } } })
			local headers = last((open()), "open").headers
			assert.equal("7", headers["X-Room"])
			assert.equal("a, b", headers["X-Seat"])
			assert.equal("websocket", headers.Upgrade:lower())
		end)

		it("sends the headers, and application/json as content-type", function()
			open({ headers = { ["X-Token"] = "abc" } })
			assert.equal("abc", server.requests[1].headers["x-token"])
			assert.equal("application/json", server.requests[1].headers["content-type"])
			open()
			assert.equal("application/json", server.requests[2].headers["content-type"])
		end)

		it("sends the content-type that is set, in any case", function()
			open({ headers = { ["Content-Type"] = "text/plain" } })
			assert.equal("text/plain", server.requests[1].headers["content-type"])
		end)

		it("offers the protocols", function()
			open({ protocols = { "chat", "v2.chat" } })
			assert.same({ "chat", "v2.chat" }, server.requests[1].protocols)
			open({ protocols = {} })
			assert.same({}, server.requests[2].protocols)
		end)

		it("speaks wss, in capitals too", function()
			local secure = spec_server.new({ tls = true })
			await(create({ url = secure.url }), "open")
			await(create({ url = secure.url:upper() }), "open")
		end)

		it("tells a failure as error and close 1006", function()
			server:refuse(403)
			local id = create()
			await(id, "close")
			assert.equal("error close", story(id))
			assert.matches("403", last(id, "error").errMsg)
			assert.same({ code = 1006, reason = "" }, last(id, "close"))
		end)

		it("tells a host that is not there as error and close", function()
			local id = create({ url = "wss://nowhere.test/" })
			await(id, "close")
			assert.equal("error close", story(id))
			assert.matches("nowhere.test", last(id, "error").errMsg)
		end)

		for name, case in pairs({
			["no payload"] = { nil, "payload", "websocket-create: payload: want an object, it is missing" },
			["a payload that is a string"] = { "ws://a.test", "payload", "want an object, got \"ws://a.test\"" },
			["no url"] = { {}, "url", "websocket-create: url: want a string, it is missing" },
			["a url that is a number"] = { { url = 7 }, "url", "want a string, got 7" },
			["a url that is null"] = { { url = json.null }, "url", "want a string, got null" },
			["a url without a scheme"] = { { url = "a.test" }, "url", 'want a URL that begins with wss:// or ws://, got "a.test"' },
			["http"] = { { url = "http://a.test" }, "url", "begins with wss:// or ws://" },
			["a socket file"] = { { url = "ws+unix:/tmp/a:/" }, "url", "begins with wss:// or ws://" },
			["a url without a host"] = { { url = "wss:///a" }, "url", "want a URL with a host" },
			["a url with a space"] = { { url = "wss://a.test/ b" }, "url", "without spaces" },
			["a url with a line"] = { { url = "wss://a.test/\r\nX: y" }, "url", "control characters" },
			["headers that are a string"] = { { headers = "A: b" }, "headers", 'want an object of strings, got "A: b"' },
			["headers that are an array"] = { { headers = { "A: b" } }, "headers", "want an object of strings" },
			["a header that is a number"] = { { headers = { ["X-A"] = 7 } }, "headers", "headers.X-A: want a string, got 7" },
			["a header that breaks out"] = { { headers = { ["X-A"] = "b\r\nX-C: d" } }, "headers", "control character" },
			["a header's name that breaks out"] = { { headers = { ["X-A: b\r\nX-C"] = "d" } }, "headers", "no token" },
			["a header of the handshake"] = { { headers = { Upgrade = "h2c" } }, "headers", '"Upgrade", which is the handshake\'s own' },
			["a header twice"] = { { headers = { ["X-A"] = "1", ["x-a"] = "2" } }, "headers", "the header is there twice" },
			["Referer"] = { { headers = { Referer = "https://a.test" } }, "headers", "headers.Referer: Referer can't be set" },
			["referer"] = { { headers = { referer = "" } }, "headers", "Referer can't be set" },
			["REFERER"] = { { headers = { REFERER = "x" } }, "headers", "Referer can't be set" },
			["protocols that are a string"] = { { protocols = "chat" }, "protocols", 'want an array of strings, got "chat"' },
			["protocols that are an object"] = { { protocols = { a = "chat" } }, "protocols", "want an array of strings" },
			["protocols with a gap"] = { { protocols = { "a", nil, "c" } }, "protocols", "want an array of strings" },
			["a protocol that is a number"] = { { protocols = { "a", 7 } }, "protocols", "protocols: item 2: want a subprotocol's name" },
			["a protocol that is no token"] = { { protocols = { "a b" } }, "protocols", 'got "a b"' },
			["an empty protocol"] = { { protocols = { "" } }, "protocols", 'got ""' },
			["a protocol twice"] = { { protocols = { "a", "b", "a" } }, "protocols", "item 3: want each subprotocol once" },
		}) do
			it("refuses " .. name, function()
				local payload = case[1]
				if type(payload) == "table" and payload.url == nil and name ~= "no url" then
					payload.url = server.url
				end
				for _ = 1, 5 do
					open()
				end
				local problem = refused("websocket-create", payload)
				assert.equal(case[2], problem.property)
				assert.matches(case[3], problem.errMsg, 1, true)
				wait(1)
				assert.equal(5, server.accepted)
				assert.equal(5, #events) -- the five are still there
			end)
		end

		it("passes over properties that it does not know", function()
			create({ timeout = "soon", tcpNoDelay = true })
		end)
	end)

	describe("websocket-send", function()
		it("sends a text as text", function()
			local id, peer = open()
			assert.same({}, call("websocket-send", { id = id, type = "text", data = "grüße" }))
			wait_until(function() return #peer.messages == 1 end)
			assert.same({ "grüße" }, peer.messages)
			assert.same({ 1 }, peer.types)
		end)

		it("sends an array of bytes as binary, also an empty one", function()
			local id, peer = open()
			call("websocket-send", { id = id, type = "arraybuffer", data = { 0, 10, 127, 128, 255 } })
			call("websocket-send", { id = id, type = "arraybuffer", data = {} })
			wait_until(function() return #peer.messages == 2 end)
			assert.same({ "\0\10\127\128\255", "" }, peer.messages)
			assert.same({ 2, 2 }, peer.types)
		end)

		it("sends more bytes than a stack holds", function()
			local id, peer = open()
			local list = {}
			for i = 1, 70001 do
				list[i] = i % 256
			end
			call("websocket-send", { id = id, type = "arraybuffer", data = list })
			wait_until(function() return #peer.messages == 1 end)
			assert.equal(70001, #peer.messages[1])
			assert.equal(70000 % 256, peer.messages[1]:byte(70000))
		end)

		local wrong = {
			["no payload"] = { nil, "payload", "websocket-send: payload: want an object, it is missing" },
			["no id"] = { { type = "text", data = "a" }, "id", "id: want a string, it is missing" },
			["an id that is a number"] = { { id = 1, type = "text", data = "a" }, "id", "id: want a string, got 1" },
			["an unknown id"] = { { id = "x", type = "text", data = "a" }, "id", 'there is no connection "x"' },
			["no type"] = { { data = "a" }, "type", 'type: want "text" or "arraybuffer", it is missing' },
			["an unknown type"] = { { type = "blob", data = "a" }, "type", 'got "blob"' },
			["no text"] = { { type = "text" }, "data", 'data: want a string for the type "text", it is missing' },
			["bytes as text"] = { { type = "text", data = { 65 } }, "data", 'want a string for the type "text", got a table' },
			["a number as text"] = { { type = "text", data = 65 }, "data", "got 65" },
			["a text that is no UTF-8"] = { { type = "text", data = "\255" }, "data", 'not UTF-8: send bytes with type = "arraybuffer"' },
			["no bytes"] = { { type = "arraybuffer" }, "data", 'want an array of bytes for the type "arraybuffer", it is missing' },
			["text as bytes"] = { { type = "arraybuffer", data = "A" }, "data", 'got "A"' },
			["256"] = { { type = "arraybuffer", data = { 0, 256 } }, "data", "data: item 2: want a whole number from 0 to 255, got 256" },
			["-1"] = { { type = "arraybuffer", data = { -1 } }, "data", "got -1" },
			["1.5"] = { { type = "arraybuffer", data = { 1.5 } }, "data", "got 1.5" },
			["NaN"] = { { type = "arraybuffer", data = { 0 / 0 } }, "data", "item 1" },
			["a byte that is a string"] = { { type = "arraybuffer", data = { "1" } }, "data", 'got "1"' },
			["a byte that is null"] = { { type = "arraybuffer", data = { 1, json.null, 3 } }, "data", "item 2: want a whole number" },
			["bytes with a gap"] = { { type = "arraybuffer", data = { 1, nil, 3 } }, "data", "want an array of bytes" },
			["an object of bytes"] = { { type = "arraybuffer", data = { a = 1 } }, "data", "want an array of bytes" },
		}
		for name, case in pairs(wrong) do
			it("refuses " .. name, function()
				local id, peer = open()
				local payload = case[1]
				if payload and payload.id == nil and name ~= "no id" then
					payload.id = id
				end
				local problem = refused("websocket-send", payload)
				assert.equal(case[2], problem.property)
				assert.matches(case[3], problem.errMsg, 1, true)
				wait(1)
				assert.same({}, peer.messages)
				assert.equal("open", story(id))
			end)
		end

		it("refuses a connection that is not open yet", function()
			local problem = refused("websocket-send", { id = create(), type = "text", data = "a" })
			assert.equal("id", problem.property)
			assert.matches("is not open yet: wait for its open event", problem.errMsg)
		end)

		it("refuses a connection that is closing, and one that is closed", function()
			local id, peer = open()
			peer:auto_close(false)
			call("websocket-close", { id = id })
			local problem = refused("websocket-send", { id = id, type = "text", data = "a" })
			assert.equal("id", problem.property)
			assert.matches("is closing", problem.errMsg)
			await(id, "close")
			problem = refused("websocket-send", { id = id, type = "text", data = "a" })
			assert.equal("id", problem.property)
			assert.matches("it was never created, or it is closed", problem.errMsg)
		end)

		it("refuses another app's connection", function()
			local other = rpc.new({ send = function() end })
			local _, problem = other:call("websocket-send", { id = (open()), type = "text", data = "a" })
			assert.equal("id", problem.property)
		end)

		it("refuses what is more than may wait", function()
			local id = open()
			server:connection():stall()
			local text, problem = ("x"):rep(1000000), nil
			for _ = 1, 40 do
				problem = problem or select(2, app:call("websocket-send", { id = id, type = "text", data = text }))
			end
			assert.equal("data", problem.property)
			assert.matches("^websocket%-send: data: ", problem.errMsg)
		end)
	end)

	describe("websocket-close", function()
		it("closes with 1000", function()
			local id, peer = open()
			assert.same({}, call("websocket-close", { id = id }))
			assert.equal("open", story(id))
			await(id, "close")
			assert.equal(1000, peer.close_code)
			assert.equal("", peer.close_reason)
			assert.same({ code = 1000, reason = "" }, last(id, "close"))
			assert.equal("open close", story(id))
		end)

		it("closes with a code and a reason", function()
			local id, peer = open()
			call("websocket-close", { id = id, code = 4002, reason = "zum Menü" })
			await(id, "close")
			assert.equal(4002, peer.close_code)
			assert.equal("zum Menü", peer.close_reason)
			assert.equal(4002, last(id, "close").code)
		end)

		it("sends what was sent before", function()
			local id, peer = open()
			call("websocket-send", { id = id, type = "text", data = "last" })
			call("websocket-close", { id = id })
			await(id, "close")
			assert.same({ "last" }, peer.messages)
		end)

		it("ends a connection that is not open yet", function()
			local id = create()
			call("websocket-close", { id = id })
			await(id, "close")
			assert.equal("close", story(id))
		end)

		it("tells 1006 if the server does not answer", function()
			local id, peer = open()
			peer:auto_close(false)
			call("websocket-close", { id = id })
			await(id, "close")
			assert.equal(1006, last(id, "close").code)
		end)

		for name, case in pairs({
			["no payload"] = { nil, "payload", "want an object" },
			["no id"] = { {}, "id", "id: want a string, it is missing" },
			["an unknown id"] = { { id = "ws-0" }, "id", 'there is no connection "ws-0"' },
			["1001"] = { { code = 1001 }, "code", "code: want 1000, or a whole number from 3000 to 4999, got 1001" },
			["1005"] = { { code = 1005 }, "code", "got 1005" },
			["2999"] = { { code = 2999 }, "code", "got 2999" },
			["5000"] = { { code = 5000 }, "code", "got 5000" },
			["3000.5"] = { { code = 3000.5 }, "code", "got 3000.5" },
			["a code that is a string"] = { { code = "1000" }, "code", 'got "1000"' },
			["a code that is null"] = { { code = json.null }, "code", "got null" },
			["a reason that is a number"] = { { reason = 7 }, "reason", "reason: want a string, got 7" },
			["a reason of 124 bytes"] = { { reason = ("ü"):rep(62) }, "reason", "reason: want at most 123 bytes, got 124" },
			["a reason that is no UTF-8"] = { { reason = "\255" }, "reason", "not UTF-8" },
		}) do
			it("refuses " .. name, function()
				local id, peer = open()
				local payload = case[1]
				if payload and payload.id == nil and name ~= "no id" then
					payload.id = id
				end
				local problem = refused("websocket-close", payload)
				assert.equal(case[2], problem.property)
				assert.matches(case[3], problem.errMsg, 1, true)
				wait(1)
				assert.is_false(peer.closed)
				assert.equal("open", story(id))
			end)
		end

		it("takes a reason of 123 bytes", function()
			local id, peer = open()
			call("websocket-close", { id = id, reason = ("x"):rep(123) })
			await(id, "close")
			assert.equal(123, #peer.close_reason)
		end)

		it("refuses a second time", function()
			local id = open()
			call("websocket-close", { id = id })
			assert.equal("id", refused("websocket-close", { id = id }).property)
			await(id, "close")
			assert.equal("id", refused("websocket-close", { id = id }).property)
			assert.equal("open close", story(id))
		end)
	end)

	describe("websocket-event", function()
		it("tells a text message", function()
			local id, peer = open()
			peer:send("grüße")
			await(id, "message")
			assert.same({ type = "text", data = "grüße" }, last(id, "message"))
		end)

		it("tells a binary message as an array of bytes", function()
			local id, peer = open()
			peer:send_binary("\10\0\0\255")
			await(id, "message")
			assert.same({ type = "arraybuffer", data = { 10, 0, 0, 255 } }, last(id, "message"))
			for _, length in ipairs({ 3000, 4096, 4097, 9000 }) do
				peer:send_binary(("\1\2\3\4\5"):rep(length / 5 + 1):sub(1, length))
				wait_until(function() return #last(id, "message").data == length end)
				local data = last(id, "message").data
				for i = 1, length do
					if data[i] ~= (i - 1) % 5 + 1 then
						error(("byte %d of %d is %s"):format(i, length, tostring(data[i])))
					end
				end
			end
		end)

		it("tells the server's close", function()
			local id, peer = open()
			peer:close(4001, "full")
			await(id, "close")
			assert.same({ code = 4001, reason = "full" }, last(id, "close"))
			assert.equal("open close", story(id))
		end)

		it("tells a lost connection as error and close 1006", function()
			local id, peer = open()
			peer:drop()
			await(id, "close")
			assert.equal("open error close", story(id))
			assert.equal(1006, last(id, "close").code)
			assert.is_true(#last(id, "error").errMsg > 0)
		end)

		it("is the JSON that it should be, also where it is empty", function()
			local id, peer = open()
			peer:send_binary("")
			await(id, "message")
			assert.equal('{"type":"arraybuffer","data":[]}', json.encode(last(id, "message")))
			peer:send_binary("\1")
			wait_until(function() return #last(id, "message").data == 1 end)
			assert.equal('{"type":"arraybuffer","data":[1]}', json.encode(last(id, "message")))
			assert.equal("{}", json.encode(call("websocket-close", { id = id }), { encode_empty_table_as_object = false }))
			await(id, "close")
			assert.equal(('{"id":"%s","name":"close","payload":{"code":1000,"reason":""}}'):format(id), json.encode(events[#events]))
		end)

		it("may cause actions", function()
			local id
			app = rpc.new({ send = function(event)
				events[#events + 1] = event
				if event.name == "open" then
					app:call("websocket-send", { id = id, type = "text", data = "hello" })
				elseif event.name == "message" then
					app:call("websocket-close", { id = id })
				end
			end })
			server:echo()
			id = app:call("websocket-create", { url = server.url }).id
			await(id, "close")
			assert.equal("open message close", story(id))
		end)
	end)

	describe("a sixth connection", function()
		local ids
		before_each(function()
			ids = {}
			for i = 1, 5 do
				ids[i] = open()
			end
		end)

		it("disconnects the oldest, whose close event comes with the next update", function()
			local sixth = create()
			assert.equal(5, #events)
			wait_frames(1)
			assert.same({ code = 1000, reason = "" }, last(ids[1], "close"))
			await(sixth, "open")
			assert.equal(1000, server:connection(1).close_code)
			wait(5)
			assert.equal("open close", story(ids[1]))
			for i = 2, 5 do
				assert.equal("open", story(ids[i]))
			end
			local seventh = open()
			assert.equal("open close", story(ids[2]))
			assert.equal("open", story(seventh))
		end)

		it("doesn't wait for a server that says nothing", function()
			server:connection(1):auto_close(false)
			create()
			wait_frames(1)
			assert.same({ code = 1000, reason = "" }, last(ids[1], "close"))
			wait(5)
			assert.equal("open close", story(ids[1]))
		end)

		it("disconnects one that is not open yet", function()
			local muted = spec_server.new()
			muted:mute()
			local waiting = {}
			for i = 1, 6 do
				waiting[i] = create({ url = muted.url })
			end
			wait_frames(2)
			assert.same({ code = 1000, reason = "" }, last(waiting[1], "close"))
			assert.equal("close", story(waiting[1]))
			assert.equal("", story(waiting[2]))
		end)

		it("disconnects none if one is closing", function()
			server:connection(5):auto_close(false)
			call("websocket-close", { id = ids[5] })
			open()
			assert.equal("open", story(ids[1]))
		end)

		it("can't be sent to once it is disconnected", function()
			create()
			assert.equal("id", refused("websocket-send", { id = ids[1], type = "text", data = "a" }).property)
		end)

		it("doesn't count another app's", function()
			local other = rpc.new({ send = function() end })
			other:call("websocket-create", { url = server.url })
			wait(1)
			assert.equal(5, #events)
		end)
	end)

	describe("in the background", function()
		it("disconnects all", function()
			local first, second = open(), (open())
			local ids = { first, second, (create()) }
			app:enter_background()
			assert.equal(2, #events) -- nothing within the call
			wait_frames(1)
			for _, id in ipairs(ids) do
				assert.equal(1000, last(id, "close").code)
			end
			wait(5)
			for i = 1, server.accepted do
				assert.is_true(server:connection(i).closed)
			end
		end)

		it("is an action too, with or without a payload", function()
			local id = open()
			assert.same({}, call("enter-background"))
			await(id, "close")
			assert.same({}, call("enter-background", {}))
			assert.equal("payload", refused("enter-background", 7).property)
		end)

		it("works in a host without a timer", function()
			local mine = timer
			finally(function()
				rawset(_G, "timer", mine)
			end)
			rawset(_G, "timer", nil)
			local id = open()
			app:enter_background()
			await(id, "close")
			assert.equal(1000, last(id, "close").code)
		end)

		it("can connect again", function()
			app:enter_background()
			open()
		end)
	end)

	it("refuses an action that it does not know", function()
		for _, action in ipairs({ "websocket-open", "", 7, {} }) do
			local problem = refused(action, {})
			assert.equal("action", problem.property)
			assert.matches("action: want websocket-create, websocket-send, websocket-close or enter-background", problem.errMsg, 1, true)
		end
		assert.equal("action", refused(nil, {}).property)
	end)

	it("raises for options without a function", function()
		for text, options in pairs({
			["got send = nothing"] = {},
			["got send = 7"] = { send = 7 },
			['got "send"'] = "send",
		}) do
			assert.error_matches(function()
				rpc.new(options)
			end, "rpc.new: want a table with a function send(event), " .. text, 1, true)
		end
		assert.has_error(function()
			rpc.new()
		end)
	end)

	it("reports what the app's send raises, and goes on", function()
		local id
		app = rpc.new({ send = function(event)
			events[#events + 1] = event
			error("mine: " .. event.name)
		end })
		id = create()
		await(id, "open")
		app:call("websocket-close", { id = id })
		await(id, "close")
		local problems = script_errors()
		assert.equal(2, #problems)
		assert.matches("mine: open", problems[1])
	end)
end)
