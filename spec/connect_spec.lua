-- websocket.connect: the constants, the handle, when callbacks run.

local spec = require("spec.client")

describe("the websocket module", function()
	it("has Defold's constants", function()
		assert.equal(0, websocket.EVENT_CONNECTED)
		assert.equal(1, websocket.EVENT_DISCONNECTED)
		assert.equal(2, websocket.EVENT_MESSAGE)
		assert.equal(3, websocket.EVENT_ERROR)
		assert.equal(1, websocket.DATA_TYPE_TEXT)
		assert.equal(2, websocket.DATA_TYPE_BINARY)
	end)

	it("is the same table by its global name and by require", function()
		assert.equal(websocket, require("websocket"))
	end)
end)

describe("connect", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("connects without params", function()
		local told
		websocket.connect(server.url, nil, function(_, _, data)
			told = data
		end)
		wait_until(function()
			return told
		end)
		assert.equal(websocket.EVENT_CONNECTED, told.event)
		assert.equal("", told.message)
		assert.equal("", told.protocol)
		assert.equal("", told.extensions)
		assert.is_nil(told.code)
	end)

	it("connects with empty params", function()
		wait_until(spec.connect(server.url, {}).open)
	end)

	it("ignores params that it does not know", function()
		wait_until(spec.connect(server.url, { retries = 3, mode = "fast" }).open)
	end)

	it("tells nothing before it has returned", function()
		local returned, early = false, false
		websocket.connect(server.url, nil, function()
			early = early or not returned
		end)
		websocket.connect("nonsense", nil, function()
			early = early or not returned
		end)
		returned = true
		wait(0.1)
		assert.is_false(early)
	end)

	it("tells even a hopeless address' failure later", function()
		local client = spec.connect("nonsense")
		assert.equal("", client.story())
		wait_until(client.over)
		assert.equal("ERROR DISCONNECTED", client.story())
	end)

	it("lets a callback connect, but tells of that later", function()
		local second
		local first = spec.connect(server.url, nil, function(_, _, data)
			if data.event == websocket.EVENT_CONNECTED then
				second = spec.connect(server.url)
				assert.equal("", second.story())
			end
		end)
		wait_until(function()
			return second and second.open()
		end)
		assert.is_true(second.times[1] > first.times[1])
	end)
end)

describe("no callback runs inside", function()
	local server, client
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		-- A message arrives right behind the next update, and waits for the one after it.
		server:connection():latency(0.005)
		server:connection():send("ready")
		wait_frames(1)
	end)
	after_each(function()
		assert.same({}, client.messages)
		wait_frames(1)
		assert.same({ "ready" }, client.messages)
	end)

	it("connect", function()
		spec.connect(server.url)
		spec.connect("nonsense")
	end)

	it("send", function()
		websocket.send(client.connection, "x")
	end)

	it("disconnect", function()
		local other = spec.connect(server.url)
		websocket.disconnect(other.connection)
		assert.equal("", other.story())
	end)

	it("state, stats, buffered and ping", function()
		websocket.state(client.connection)
		websocket.stats(client.connection)
		websocket.buffered(client.connection)
		websocket.ping(client.connection)
	end)
end)

describe("a connection", function()
	local server, client
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
	end)

	it("is a userdata", function()
		assert.is_userdata(client.connection)
	end)

	it("prints as userdata and an address", function()
		assert.matches("^userdata: 0x%x+$", tostring(client.connection))
	end)

	it("is a key of tables", function()
		local players = { [client.connection] = "ann" }
		wait_until(client.open)
		local found
		spec.connect(server.url, nil, function(_, connection)
			found = players[connection]
		end)
		wait(0.1)
		assert.is_nil(found)
		assert.equal("ann", players[client.connection])
	end)

	it("is what callbacks get", function()
		local got
		local other = spec.connect(server.url, nil, function(_, connection)
			got = connection
		end)
		wait_until(other.open)
		assert.equal(other.connection, got)
		assert.are_not.equal(client.connection, got)
	end)

	it("is unique among many", function()
		local handles, names = {}, {}
		for i = 1, 50 do
			handles[i] = spec.connect(server.url).connection
			names[i] = tostring(handles[i])
		end
		assert.unique(handles)
		assert.unique(names)
	end)

	it("is never reused: an old one does not reach a new connection", function()
		wait_until(client.open)
		websocket.disconnect(client.connection)
		wait_until(client.over)
		local fresh = spec.connect(server.url)
		wait_until(fresh.open)
		assert.are_not.equal(client.connection, fresh.connection)
		assert.has_error(function()
			websocket.send(client.connection, "for the old one")
		end, "Invalid connection")
		websocket.disconnect(client.connection)
		wait(0.1)
		assert.equal("CONNECTED", fresh.story())
		assert.same({}, server:connection(2).messages)
		assert.equal("open", websocket.state(fresh.connection))
	end)

	it("is told apart from other userdata", function()
		local script = spec_script.load("spec/testdata/idle.script")
		for _, wrong in ipairs({ script, server, "text", 7, true, {} }) do
			assert.error_matches(function()
				websocket.send(wrong, "x")
			end, "The first argument must be a valid connection!", 1, true)
		end
	end)
end)

describe("connect in a coroutine", function()
	local server
	before_each(function()
		server = spec_server.new({ echo = true })
	end)

	it("outlives the coroutine", function()
		local client
		local thread = coroutine.create(function()
			client = spec.connect(server.url)
		end)
		assert.is_true(coroutine.resume(thread))
		assert.equal("dead", coroutine.status(thread))
		wait_until(client.open)
		websocket.send(client.connection, "still here")
		wait_until(client.received(1))
		assert.same({ "still here" }, client.messages)
	end)

	it("does not run callbacks on it", function()
		local on_thread, told
		local thread = coroutine.create(function()
			websocket.connect(server.url, nil, function()
				told = true
				on_thread = coroutine.running()
			end)
			coroutine.yield()
		end)
		coroutine.resume(thread)
		wait_until(function()
			return told
		end)
		assert.is_nil(on_thread)
		assert.equal("suspended", coroutine.status(thread))
	end)

	it("lets a coroutine wait for its answer", function()
		local answer
		local thread = coroutine.create(function()
			local me = coroutine.running()
			local connection = websocket.connect(server.url, nil, function(_, _, data)
				if data.event ~= websocket.EVENT_DISCONNECTED then
					coroutine.resume(me, data)
				end
			end)
			coroutine.yield()
			websocket.send(connection, "how much?")
			local data = coroutine.yield()
			answer = data.message
		end)
		coroutine.resume(thread)
		wait_until(function()
			return answer
		end)
		assert.equal("how much?", answer)
	end)
end)
