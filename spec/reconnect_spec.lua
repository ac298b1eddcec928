-- tickwire.reconnect: a connection that comes back.

local reconnect = require("tickwire.reconnect")

--- What fn raises, with its position, which error_matches leaves out.
local function raised(fn)
	local ok, problem = pcall(fn)
	assert.is_false(ok)
	return problem
end

--- A client that keeps what its callbacks are told, and waits as long as it may.
local function client_of(options)
	local told = { states = {}, delays = {}, messages = {}, drops = {}, opens = 0 }
	local given = {
		random = function()
			return 1
		end,
		on_open = function(_, client)
			told.opens = told.opens + 1
			if options.greeting then
				client:send(options.greeting)
			end
		end,
		on_message = function(_, _, message, kind)
			told.messages[#told.messages + 1] = message .. " " .. kind
		end,
		on_close = function(_, _, info)
			assert.is_nil(told.over)
			told.over = info
		end,
		on_state = function(_, client, state, info)
			assert.equal(state, client.state)
			told.states[#told.states + 1] = state
			if state == "waiting" then
				told.delays[#told.delays + 1] = info.delay
				told.last = info
			end
		end,
		on_drop = function(_, _, message, reason)
			told.drops[#told.drops + 1] = message .. " " .. reason
		end,
	}
	for name, value in pairs(options) do
		if name ~= "greeting" then
			given[name] = value
		end
	end
	told.client = reconnect.new(given)
	return told
end

--- Waits until the client is in a state.
local function until_state(told, state, seconds)
	wait_until(function()
		return told.client.state == state
	end, seconds or 10, "the state " .. state)
end

describe("reconnect", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("connects, sends, receives and closes as a connection does", function()
		server:echo(true)
		local told = client_of({ url = server.url, params = { protocol = "chat" } })
		assert.equal("connecting", told.client.state)
		until_state(told, "open")
		assert.is_true(told.client:send("hello", { type = websocket.DATA_TYPE_TEXT }))
		assert.is_true(told.client:send("bytes"))
		wait(0.1)
		assert.same({ "hello 1", "bytes 2" }, told.messages)
		assert.same({ "chat" }, server.requests[1].protocols)
		told.client:close(4000, "bye")
		assert.equal("closing", told.client.state)
		assert.is_nil(told.over)
		wait(0.1)
		assert.equal("closed", told.client.state)
		assert.equal(4000, told.over.code)
		assert.is_nil(told.over.gave_up)
		assert.equal("bye", server:connection().close_reason)
		assert.same({ "open", "closed" }, told.states)
		assert.same({ tries = 1, opens = 1, sent = 2, received = 2, dropped = 0 }, told.client.stats)
		wait(100)
		assert.equal(1, server.accepted)
	end)

	it("comes back after the connection broke", function()
		local told = client_of({ url = server.url })
		until_state(told, "open")
		server:connection():drop()
		until_state(told, "waiting")
		assert.equal(0.5, told.last.delay)
		assert.equal(1006, told.last.code)
		assert.equal("io", told.last.stage)
		until_state(told, "open")
		server:connection():close(1001, "update")
		until_state(told, "waiting")
		assert.equal(1001, told.last.code)
		until_state(told, "open")
		assert.equal(3, told.opens)
		assert.equal(3, server.accepted)
		told.client:close()
	end)

	it("waits twice as long from try to try, up to the most", function()
		server:refuse(500)
		local told = client_of({ url = server.url, max_delay = 5 })
		wait_until(function()
			return #told.delays == 6
		end, 60)
		assert.same({ 0.5, 1, 2, 4, 5, 5 }, told.delays)
		assert.equal(6, told.client.tries)
		told.client:close()
	end)

	it("waits as its min_delay, factor and jitter say", function()
		server:refuse(500)
		local half = function()
			return 0.5
		end
		local full = client_of({ url = server.url, min_delay = 1, factor = 3, random = half })
		local none = client_of({ url = server.url, min_delay = 1, factor = 1, jitter = 0, random = half })
		local some = client_of({ url = server.url, min_delay = 1, factor = 3, jitter = 0.5, random = half })
		wait_until(function()
			return #full.delays >= 3 and #none.delays >= 3 and #some.delays >= 3
		end, 60)
		local function three(list)
			return { list[1], list[2], list[3] }
		end
		assert.same({ 0.5, 1.5, 4.5 }, three(full.delays))
		assert.same({ 1, 1, 1 }, three(none.delays))
		assert.same({ 0.75, 2.25, 6.75 }, three(some.delays))
		for _, told in ipairs({ full, none, some }) do
			told.client:close()
		end
	end)

	it("really waits so long", function()
		server:refuse(500)
		local told = client_of({ url = server.url })
		until_state(told, "waiting")
		local before, tries = socket.gettime(), server.accepted
		wait_until(function()
			return server.accepted > tries
		end)
		assert.near(0.5, socket.gettime() - before, 0.1)
		told.client:close()
	end)

	it("takes its chances from math.random unless told otherwise", function()
		server:refuse(500)
		local told = client_of({ url = server.url, random = math.random, min_delay = 8, factor = 1 })
		wait_until(function()
			return #told.delays == 8
		end, 100)
		for _, delay in ipairs(told.delays) do
			assert.is_true(delay >= 0 and delay < 8)
		end
		assert.are_not.equal(told.delays[1], told.delays[2])
		told.client:close()
		local plain = reconnect.new({ url = server.url })
		wait(10)
		assert.is_true(plain.stats.tries >= 4)
		plain:close()
	end)

	it("begins with short times again once a connection was stable", function()
		server:refuse(500)
		local told = client_of({ url = server.url, stable = 3 })
		wait_until(function()
			return #told.delays == 3
		end)
		server:accept()
		until_state(told, "open")
		wait(1)
		server:connection():drop() -- too soon
		until_state(told, "waiting")
		assert.is_true(told.last.delay > 2)
		until_state(told, "open")
		wait(4)
		assert.equal(0, told.client.tries)
		server:connection():drop()
		until_state(told, "waiting")
		assert.equal(0.5, told.last.delay)
		told.client:close()
	end)

	it("gives up after max_tries", function()
		server:refuse(500)
		local told = client_of({ url = server.url, max_tries = 3 })
		until_state(told, "closed", 60)
		assert.equal("max_tries", told.over.gave_up)
		assert.equal(500, told.over.handshake_response.status)
		assert.equal(3, told.over.try)
		assert.equal(3, server.accepted)
		wait(100)
		assert.equal(3, server.accepted)
	end)
end)

describe("reconnect gives up", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	for _, code in ipairs({ 1002, 1003, 1007, 1008, 1009, 1010 }) do
		it("at the close code " .. code, function()
			local told = client_of({ url = server.url })
			until_state(told, "open")
			server:connection():close(code, "why")
			until_state(told, "closed")
			assert.equal("code " .. code, told.over.gave_up)
			assert.equal("why", told.over.reason)
			assert.is_true(told.over.opened)
		end)
	end

	for _, code in ipairs({ 1000, 1001, 1006, 1011, 1012, 1013, 4001 }) do
		it("not at the close code " .. code, function()
			local told = client_of({ url = server.url })
			until_state(told, "open")
			if code == 1006 then
				server:connection():drop()
			else
				server:connection():close(code)
			end
			until_state(told, "waiting")
			told.client:close()
		end)
	end

	for _, status in ipairs({ 400, 401, 403, 404, 410, 426 }) do
		it("at the status " .. status, function()
			server:refuse(status)
			local told = client_of({ url = server.url })
			until_state(told, "closed")
			assert.equal("status " .. status, told.over.gave_up)
			assert.equal(1, server.accepted)
		end)
	end

	for _, status in ipairs({ 408, 425, 429, 500, 502, 503, 504 }) do
		it("not at the status " .. status, function()
			server:refuse(status)
			local told = client_of({ url = server.url })
			until_state(told, "waiting")
			told.client:close()
		end)
	end

	it("at a URL that is none", function()
		local told = client_of({ url = "gopher://server.test/" })
		until_state(told, "closed")
		assert.equal("stage url", told.over.gave_up)
	end)

	it("not at a server that is not there", function()
		server:close()
		local told = client_of({ url = server.url })
		until_state(told, "waiting")
		assert.equal("connect", told.last.stage)
		told.client:close()
	end)

	it("at what give_up lists besides: codes, statuses, stages", function()
		local list = { 4001, 503, "connect" }
		local told = client_of({ url = server.url, give_up = list })
		until_state(told, "open")
		server:connection():close(4001)
		until_state(told, "closed")
		assert.equal("code 4001", told.over.gave_up)

		server:refuse(503)
		told = client_of({ url = server.url, give_up = list })
		until_state(told, "closed")
		assert.equal("status 503", told.over.gave_up)

		server:close()
		told = client_of({ url = server.url, give_up = list })
		until_state(told, "closed")
		assert.equal("stage connect", told.over.gave_up)
	end)

	it("when the function give_up says so, which hears the rule's opinion", function()
		local heard = {}
		local told = client_of({
			url = server.url,
			give_up = function(info, why)
				heard[#heard + 1] = why or "nothing"
				return info.code == 4002 and "banned"
			end,
		})
		until_state(told, "open")
		server:connection():close(1008)
		until_state(told, "waiting")
		until_state(told, "open")
		server:connection():close(4002)
		until_state(told, "closed")
		assert.equal("banned", told.over.gave_up)
		assert.same({ "code 1008", "nothing" }, heard)
	end)

	it("by the rule when the function give_up fails, which is reported", function()
		local told = client_of({
			url = server.url,
			give_up = function()
				error("oops")
			end,
		})
		until_state(told, "open")
		server:connection():close(1008)
		until_state(told, "closed")
		assert.equal("code 1008", told.over.gave_up)
		assert.matches("oops", table.concat(script_errors()))
	end)
end)

describe("reconnect honours Retry-After", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("in seconds, of 503 and 429 alone", function()
		for status, want in pairs({ [503] = 7.5, [429] = 7.5, [500] = 0.5 }) do
			server:refuse(status, { ["Retry-After"] = "7" })
			local told = client_of({ url = server.url })
			until_state(told, "waiting")
			assert.equal(want, told.last.delay)
			told.client:close()
		end
	end)

	it("as a date, by the server's clock if it tells one", function()
		server:refuse(503, { ["retry-after"] = "Sun, 06 Nov 1994 08:49:47 GMT", Date = "Sun, 06 Nov 1994 08:49:37 GMT" })
		local told = client_of({ url = server.url })
		until_state(told, "waiting")
		assert.equal(10.5, told.last.delay)
		told.client:close()

		local dated = {
			["Thu, 29 Feb 2024 00:00:00 GMT"] = "Wed, 28 Feb 2024 23:59:00 GMT",
			["Fri, 01 Mar 2024 00:00:00 GMT"] = "Thu, 29 Feb 2024 23:59:00 GMT",
			["Wed, 01 Jan 2025 00:00:00 GMT"] = "Tue, 31 Dec 2024 23:59:00 GMT",
		}
		for at, date in pairs(dated) do
			server:refuse(503, { ["Retry-After"] = at, Date = date })
			told = client_of({ url = server.url })
			until_state(told, "waiting")
			assert.equal(60.5, told.last.delay)
			told.client:close()
		end
	end)

	it("as a date by its own clock otherwise", function()
		server:refuse(503, { ["Retry-After"] = os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(socket.gettime()) + 20), Date = false })
		local told = client_of({ url = server.url })
		until_state(told, "waiting")
		assert.near(20, told.last.delay, 1.6)
		told.client:close()
	end)

	it("up to max_retry_after, and passes over what is none", function()
		for value, want in pairs({
			["86400"] = 60.5,
			[("9"):rep(400)] = 60.5,
			["Sun, " .. ("9"):rep(400) .. " Nov 1994 08:49:37 GMT"] = 0.5,
			["Sun, 06 Now 1994 08:49:37 GMT"] = 0.5,
			["Fri, 31 Dec 9999 23:59:59 GMT"] = 60.5,
			["soon"] = 0.5,
			["-5"] = 0.5,
			["Sun, 06 Nov 1994 08:49:37 GMT"] = 0.5,
		}) do
			server:refuse(503, { ["Retry-After"] = value })
			local told = client_of({ url = server.url, max_retry_after = 60 })
			until_state(told, "waiting")
			assert.equal(want, told.last.delay)
			told.client:close()
		end
	end)
end)

describe("reconnect's queue", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	--- A client whose server is away; come_back lets it find it.
	local function offline(options)
		server:refuse(503)
		options.url = server.url
		local told = client_of(options)
		until_state(told, "waiting")
		function told.come_back()
			server:accept()
			until_state(told, "open", 60)
			wait(0.1)
			return server:connection().messages
		end
		return told
	end

	it("keeps what is sent meanwhile, in order, behind what on_open sends", function()
		local told = offline({ greeting = "login" })
		for i = 1, 3 do
			local taken, how = told.client:send("message " .. i, { type = websocket.DATA_TYPE_TEXT })
			assert.is_true(taken)
			assert.equal("queued", how)
		end
		assert.equal(3, told.client.queued)
		assert.same({ "login", "message 1", "message 2", "message 3" }, told.come_back())
		assert.equal(websocket.DATA_TYPE_BINARY, server:connection().types[1])
		assert.equal(websocket.DATA_TYPE_TEXT, server:connection().types[2])
		assert.equal(0, told.client.queued)
		assert.equal(4, told.client.stats.sent)
		told.client:send("direct")
		wait(0.1)
		assert.equal("direct", server:connection().messages[5])
		told.client:close()
	end)

	it("takes messages before the first connection too", function()
		local told = client_of({ url = server.url })
		told.client:send("early")
		until_state(told, "open")
		wait(0.1)
		assert.same({ "early" }, server:connection().messages)
		told.client:close()
	end)

	it("drops the oldest past its limit", function()
		local told = offline({ queue = { limit = 2 } })
		for i = 1, 4 do
			told.client:send("message " .. i)
		end
		assert.same({ "message 1 full", "message 2 full" }, told.drops)
		assert.same({ "message 3", "message 4" }, told.come_back())
		assert.equal(2, told.client.stats.dropped)
		told.client:close()
	end)

	it("holds a hundred unless told otherwise", function()
		local told = offline({})
		for i = 1, 101 do
			told.client:send("message " .. i)
		end
		assert.equal(100, told.client.queued)
		told.client:close()
	end)

	it("refuses past its limit where its policy is to refuse", function()
		local told = offline({ queue = { limit = 2, policy = "refuse" } })
		for i = 1, 3 do
			local taken, how = told.client:send("message " .. i)
			assert.equal(i <= 2, taken == true)
			assert.equal(i <= 2 and "queued" or "full", how)
		end
		assert.same({ "message 1", "message 2" }, told.come_back())
		told.client:close()
	end)

	it("is none if it is off", function()
		local told = offline({ queue = false })
		local taken, how = told.client:send("lost")
		assert.is_nil(taken)
		assert.equal("offline", how)
		assert.same({}, told.come_back())
		told.client:close()
	end)

	it("drops what is too old, and makes room by that first", function()
		local told = offline({ queue = { limit = 3, ttl = 20 }, min_delay = 10 })
		told.client:send("old", { ttl = 1 })
		told.client:send("kept")
		wait(2)
		told.client:send("short", { ttl = 0.5 })
		told.client:send("newest")
		assert.same({ "old expired" }, told.drops)
		assert.same({ "kept", "newest" }, told.come_back())
		assert.same({ "old expired", "short expired" }, told.drops)
		told.client:close()
	end)

	it("keeps the latest of a key only, at its own place", function()
		local told = offline({ queue = { limit = 3 } })
		told.client:send("position 1", { key = "position" })
		told.client:send("say")
		told.client:send("position 2", { key = "position" })
		told.client:send("name 1", { key = "name" })
		told.client:send("position 3", { key = "position" })
		assert.equal(3, told.client.queued)
		assert.same({ "position 1 replaced", "position 2 replaced" }, told.drops)
		assert.same({ "say", "name 1", "position 3" }, told.come_back())
		told.client:close()
	end)

	it("sends nothing twice: what was handed over before a drop is lost", function()
		local told = client_of({ url = server.url })
		until_state(told, "open")
		server:connection():half_open()
		told.client:send("into the void")
		server:connection():drop()
		until_state(told, "waiting", 60)
		until_state(told, "open")
		wait(1)
		assert.same({}, server:connection().messages)
		told.client:close()
	end)

	it("drops what can't be sent and goes on", function()
		local told = offline({})
		told.client:send("\255", { type = websocket.DATA_TYPE_TEXT })
		told.client:send("fine")
		assert.same({ "fine" }, told.come_back())
		assert.same({ "\255 refused" }, told.drops)
		told.client:close()
	end)

	it("waits for room on a connection that is full", function()
		local told = offline({})
		local part = ("x"):rep(6 * 1024 * 1024)
		for _ = 1, 4 do
			told.client:send(part)
		end
		server:answer({ paused = true })
		until_state(told, "open", 60)
		wait(0.1)
		assert.is_true(told.client.queued > 0)
		told.client:send("behind")
		local before = told.client.queued
		wait(0.5)
		assert.equal(before, told.client.queued)
		server:connection():pause(false)
		wait(5)
		local messages = server:connection().messages
		assert.equal(5, #messages)
		assert.equal("behind", messages[5])
		told.client:close()
	end)

	it("drops what is left at the end, and takes nothing any more", function()
		local told = offline({})
		told.client:send("too late")
		told.client:close()
		local taken, how = told.client:send("later still")
		assert.is_nil(taken)
		assert.equal("closed", how)
		assert.same({}, told.drops)
		wait(0.1)
		assert.same({ "too late closed" }, told.drops)
		assert.is_nil(told.over.gave_up)
		assert.equal("closed", told.client.state)
		wait(100)
		assert.equal(1, server.accepted)
	end)
end)

describe("reconnect's before_connect", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("gives each try its URL and params, and may take its time", function()
		local tokens, infos = 0, {}
		local told = client_of({
			url = server.url,
			params = { headers = { ["X-Token"] = "none" } },
			before_connect = function(next, info)
				infos[#infos + 1] = info.try .. " " .. tostring(info.last and info.last.code)
				timer.delay(0.5, false, function()
					tokens = tokens + 1
					next(tokens == 2 and server.url .. "second" or nil, { headers = { ["X-Token"] = "token " .. tokens } })
					next() -- once is enough
				end)
			end,
		})
		until_state(told, "open")
		server:connection():close(1012)
		until_state(told, "waiting")
		until_state(told, "open")
		wait(1)
		assert.equal("token 1", server.requests[1].headers["x-token"])
		assert.equal("token 2", server.requests[2].headers["x-token"])
		assert.equal("/second", server.requests[2].target)
		assert.equal(2, server.accepted)
		assert.same({ "1 nil", "2 1012" }, infos)
		told.client:close()
	end)

	it("goes on with the options' own by a plain next()", function()
		local told = client_of({
			url = server.url,
			params = { headers = { ["X-Token"] = "mine" } },
			before_connect = function(next)
				next()
			end,
		})
		until_state(told, "open")
		assert.equal("mine", server.requests[1].headers["x-token"])
		told.client:close()
	end)

	it("may give a try up, for the next one", function()
		local told = client_of({
			url = server.url,
			before_connect = function(next, info)
				if info.try == 1 then
					next(false, "no token yet")
				else
					next()
				end
			end,
		})
		until_state(told, "waiting")
		assert.equal("before_connect", told.last.stage)
		assert.equal("no token yet", told.last.message)
		until_state(told, "open")
		told.client:close()
	end)

	it("has failed a try after its time, and if it raises, which is reported", function()
		local late
		local told = client_of({
			url = server.url,
			before_timeout = 2,
			before_connect = function(next, info)
				if info.try == 1 then
					late = next
				elseif info.try == 2 then
					error("oops")
				else
					next()
				end
			end,
		})
		until_state(told, "waiting")
		assert.equal("before_connect has not called next for 2 s", told.last.message)
		late() -- too late
		assert.equal(0, server.accepted)
		wait_until(function()
			return #told.delays == 2
		end)
		assert.matches("^before_connect failed: .*oops$", told.last.message)
		assert.matches("reconnect_spec.lua:%d+: oops", table.concat(script_errors()))
		until_state(told, "open")
		told.client:close()
	end)

	it("raises for params that can't be meant, and that is the end", function()
		local problem
		local told = client_of({
			url = server.url,
			before_connect = function(next)
				problem = raised(function()
					next(nil, { timeout = "soon" })
				end)
			end,
		})
		until_state(told, "closed")
		assert.matches("^%S*reconnect_spec.lua:%d+: next: .*timeout", problem)
		assert.equal("params", told.over.gave_up)
		assert.equal(0, server.accepted)
	end)

	it("is passed over once the client is closed", function()
		local go_on
		local told = client_of({
			url = server.url,
			before_connect = function(next)
				go_on = next
			end,
		})
		wait(0.1)
		told.client:close()
		go_on()
		wait(1)
		assert.equal("closed", told.client.state)
		assert.equal(0, server.accepted)
	end)
end)

describe("a reconnecting client", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("can be closed in each of its states, and each of its callbacks", function()
		-- connecting
		server:mute()
		local told = client_of({ url = server.url })
		told.client:close()
		told.client:close()
		until_state(told, "closed")
		assert.equal(1006, told.over.code)
		-- in callbacks
		server:accept()
		for _, name in ipairs({ "on_open", "on_state" }) do
			local over
			local client
			client = reconnect.new({
				url = server.url,
				[name] = function(_, given)
					assert.equal(client, given)
					given:close()
				end,
				on_close = function(_, _, info)
					over = info
				end,
			})
			wait(1)
			assert.equal("closed", client.state)
			assert.is_nil(over.gave_up)
		end
		-- waiting
		server:refuse(500)
		told = client_of({ url = server.url })
		until_state(told, "waiting")
		told.client:close()
		wait(0.1)
		assert.equal("closed", told.client.state)
		-- when it is to try again
		local tries = server.accepted
		local client = reconnect.new({
			url = server.url,
			on_state = function(_, given, state)
				if state == "connecting" then
					given:close()
				end
			end,
		})
		wait(10)
		assert.equal("closed", client.state)
		assert.equal(tries + 1, server.accepted)
	end)

	it("goes on when callbacks fail, which is reported with its place", function()
		local function fail()
			error("oops")
		end
		local told = client_of({ url = server.url, on_open = fail, on_message = fail, on_state = fail })
		told.client:send("queued")
		until_state(told, "open")
		server:connection():send("x")
		wait(0.1)
		assert.same({ "queued" }, server:connection().messages)
		server:connection():drop()
		until_state(told, "waiting")
		until_state(told, "open")
		local errors = script_errors()
		assert.is_true(#errors >= 4)
		for _, problem in ipairs(errors) do
			assert.matches("reconnect_spec.lua:%d+: oops", problem)
		end
		told.client:close()
		until_state(told, "closed")
		script_errors()
	end)

	it("gives its callbacks the script's self, and ends with the script", function()
		local selves = {}
		local script = spec_script.load("spec/testdata/caller.script", {
			call = function()
				reconnect.new({
					url = server.url,
					on_open = function(self)
						selves[#selves + 1] = self
					end,
					on_state = function(self, _, state)
						if state == "waiting" then
							selves[#selves + 1] = self
						end
					end,
				})
			end,
		})
		wait(0.1)
		server:connection():drop()
		wait(1)
		assert.same({ script.self, script.self, script.self }, selves)
		script:delete()
		wait(100)
		assert.equal(2, server.accepted)
		assert.equal(1001, server:connection().close_code)
	end)

	it("refuses options that can't be meant, at the script's line", function()
		local wrong = {
			["a table of options is expected, got a string"] = "ws://server.test/",
			["the option url is missing"] = {},
			["url must be a string, got a number"] = { url = 1 },
			["unknown option max_try; there are before_connect, "] = { max_try = 3 },
			["min_delay must be 0 or more, got %-1"] = { min_delay = -1 },
			["max_delay must be 5 or more, got 3"] = { min_delay = 5, max_delay = 3 },
			["factor must be 1 or more, got 0.5"] = { factor = 0.5 },
			["jitter must be from 0 to 1, got 2"] = { jitter = 2 },
			["max_tries must be 1 or more, got 0"] = { max_tries = 0 },
			["stable must be a number, got a string"] = { stable = "long" },
			["give_up must be a list or function, got a number"] = { give_up = 4001 },
			["give_up%[1%] is 12: want a close code, an HTTP status or a stage"] = { give_up = { 12 } },
			["give_up has the key codes: want a plain list"] = { give_up = { codes = { 4001 } } },
			["queue must be a table or false, got a boolean"] = { queue = true },
			["queue: unknown option size; there are limit, policy, ttl"] = { queue = { size = 3 } },
			["queue: policy must be \"oldest\" %(that one is dropped%) or \"refuse\", got \"newest\""] = { queue = { policy = "newest" } },
			["queue: limit must be 0 or more, got %-1"] = { queue = { limit = -1 } },
			["on_open must be a function, got a string"] = { on_open = "x" },
			["timeout"] = { params = { timeout = "soon" } },
		}
		for want, options in pairs(wrong) do
			if type(options) == "table" and want ~= "the option url is missing" then
				options.url = options.url or server.url
			end
			assert.matches("^%S*reconnect_spec.lua:%d+: reconnect.new: .*" .. want, raised(function()
				reconnect.new(options)
			end))
		end
		wait(1)
		assert.equal(0, server.accepted)
	end)

	it("refuses messages and codes that can't be meant, at the script's line", function()
		local told = client_of({ url = server.url })
		until_state(told, "open")
		local client = told.client
		for want, call in pairs({
			["send: the message must be a string, got a nil"] = function() client:send(nil) end,
			["send: the options must be a table, got a string"] = function() client:send("x", "text") end,
			["send: unknown option kind; there are key, ttl, type"] = function() client:send("x", { kind = 1 }) end,
			["send: type must be websocket.DATA_TYPE_TEXT or "] = function() client:send("x", { type = 8 }) end,
			["send: ttl must be 0 or more, got %-1"] = function() client:send("x", { ttl = -1 }) end,
			["send: .*not UTF%-8"] = function() client:send("\255", { type = websocket.DATA_TYPE_TEXT }) end,
			["close: the code is 999: want 1000 or 3000 to 4999"] = function() client:close(999) end,
			["close: the reason must be a string of at most 123 bytes"] = function() client:close(1000, ("x"):rep(124)) end,
		}) do
			assert.matches("^%S*reconnect_spec.lua:%d+: " .. want, raised(call))
		end
		assert.equal("open", client.state)
		client:close()
	end)
end)

describe("reconnect in an engine without the core", function()
	it("stands on timer.delay", function()
		local real = require
		package.loaded["tickwire.reconnect"] = nil
		rawset(_G, "require", function(name)
			if name == "tickwire.core" then
				error("module 'tickwire.core' not found")
			end
			return real(name)
		end)
		finally(function()
			rawset(_G, "require", real)
			package.loaded["tickwire.reconnect"] = reconnect
		end)
		local delays = spy.on(timer, "delay")
		local plain = real("tickwire.reconnect")
		assert.are_not.equal(reconnect, plain)

		local server = spec_server.new()
		server:refuse(503)
		local opened, over
		local client = plain.new({
			url = server.url,
			on_open = function()
				opened = true
			end,
			on_close = function(_, _, info)
				over = info
			end,
		})
		client:send("kept", { ttl = 60 })
		wait(1)
		server:accept()
		wait_until(function()
			return opened
		end, 60)
		wait(0.1)
		assert.same({ "kept" }, server:connection().messages)
		client:close()
		wait(1)
		assert.equal(1000, over.code)
		assert.spy(delays).was.called()
	end)
end)
