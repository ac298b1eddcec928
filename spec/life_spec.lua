-- The life of a script: which self its callbacks get, what ends with it, what an error in it does.

local spec = require("spec.client")

local player = "spec/testdata/player.script"

describe("a script", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	local function load(properties)
		properties = properties or {}
		properties.url = server.url
		local script = spec_script.load(player, properties)
		wait_until(function()
			return (script.self.callbacks or 0) > 0
		end)
		return script
	end

	it("gets its own self in callbacks", function()
		local ann, bob = load(), load()
		assert.equal(ann.self, ann.self.in_callback)
		assert.equal(bob.self, bob.self.in_callback)
		assert.are_not.equal(ann.self, bob.self)
	end)

	it("gets its own self where it connects in on_message", function()
		local script = load()
		script.self.in_callback = nil
		script:message("reconnect", { url = server.url })
		wait_until(function()
			return script.self.in_callback
		end)
		assert.equal(script.self, script.self.in_callback)
		assert.equal("open", websocket.state(script.self.second))
	end)

	it("gets its own self where it connects in a coroutine", function()
		local first = load({
			on_connected = function(self)
				coroutine.wrap(function()
					websocket.connect(self.url, nil, function(inner)
						self.inner = inner
					end)
				end)()
			end,
		})
		wait_until(function()
			return first.self.inner
		end)
		assert.equal(first.self, first.self.inner)
	end)

	it("owns the timers that its callbacks start", function()
		local fired = {}
		local script = load({
			on_connected = function()
				timer.delay(0.1, true, function(self)
					fired[#fired + 1] = self
				end)
			end,
		})
		wait_until(function()
			return #fired >= 2
		end)
		assert.equal(script.self, fired[1])
		script:delete()
		local count = #fired
		wait(1)
		assert.equal(count, #fired)
	end)

	it("gets the messages that its callbacks post to #", function()
		local script = load({
			on_text = function(_, _, text)
				msg.post("#", text)
			end,
		})
		server:connection():send("level_up")
		wait_until(function()
			return script.self.got[1]
		end)
		assert.same({ hash("level_up") }, script.self.got)
	end)

	it("owns the connections that its callbacks make", function()
		local inner
		local script = load({
			on_connected = function(self)
				websocket.connect(self.url, nil, function(nested)
					inner = nested
				end)
			end,
		})
		wait_until(function()
			return inner
		end)
		assert.equal(script.self, inner)
		script:delete()
		wait(0.5)
		assert.equal(1001, server:connection(1).close_code)
		assert.equal(1001, server:connection(2).close_code)
	end)
end)

describe("a script that is deleted", function()
	local server, script
	before_each(function()
		server = spec_server.new()
		script = spec_script.load(player, { url = server.url })
	end)

	local function open()
		wait_until(function()
			return (script.self.callbacks or 0) > 0
		end)
	end

	it("closes its connections with 1001", function()
		open()
		script:delete()
		wait(0.1)
		assert.equal(1001, server:connection().close_code)
		assert.is_true(server:connection().closed)
		assert.is_nil(server:connection().error)
	end)

	it("never gets a callback again", function()
		open()
		local self = script.self
		local peer = server:connection()
		peer:auto_close(false)
		script:delete()
		peer:send("too late")
		wait(0.5)
		peer:close(4000)
		wait(5)
		assert.equal(1, self.callbacks)
		assert.equal(self.callbacks_at_the_end, self.callbacks)
	end)

	it("gets not even what has arrived already", function()
		open()
		local self = script.self
		server:connection():latency(0.005) -- it arrives right behind the next update
		server:connection():send("ready")
		wait_frames(1)
		script:delete()
		wait(1)
		assert.equal(1, self.callbacks)
	end)

	it("while it connects leaves nothing behind", function()
		server:latency(0.3)
		wait(0.4)
		local self = script.self
		assert.equal(0, self.callbacks)
		script:delete()
		server:latency(0)
		wait(5)
		assert.equal(0, self.callbacks)
		for _, peer in ipairs(server.connections) do
			assert.is_true(peer.closed)
		end
	end)

	it("while its server stays mute leaves nothing behind", function()
		server:mute()
		wait(0.4)
		local self = script.self
		script:delete()
		wait(5)
		assert.equal(0, self.callbacks)
	end)

	it("leaves the others' connections alone", function()
		open()
		local other = spec.connect(server.url)
		wait_until(other.open)
		script:delete()
		wait(0.5)
		server:connection(2):send("still there?")
		wait_until(other.received(1))
		assert.equal("CONNECTED MESSAGE", other.story())
	end)

	it("leaves a handle that others may hold, which is dead", function()
		open()
		local connection = script.self.connection
		script:delete()
		assert.has_error(function()
			websocket.send(connection, "x")
		end, "Invalid connection")
		websocket.disconnect(connection)
		assert.equal("closed", websocket.state(connection))
	end)
end)

describe("an error in a callback", function()
	local server, client
	local fail_at
	before_each(function()
		server = spec_server.new()
		fail_at = nil
		client = spec.connect(server.url, nil, function(_, _, data)
			if data.event == fail_at then
				error("oh no: " .. data.message)
			end
		end)
		wait_until(client.open)
	end)

	it("is logged with its file and line", function()
		fail_at = websocket.EVENT_MESSAGE
		server:connection():send("boom")
		wait_until(client.received(1))
		local errors = script_errors()
		assert.equal(1, #errors)
		assert.matches("life_spec.lua:%d+: oh no: boom", errors[1])
	end)

	it("ends neither the connection nor the update", function()
		fail_at = websocket.EVENT_MESSAGE
		local other = spec.connect(server.url)
		wait_until(other.open)
		server:latency(0.005) -- both arrive right behind an update
		server:connection(1):send_raw(spec.frame(1, "one") .. spec.frame(1, "two"))
		server:connection(2):send("for the other")
		wait_until(client.received(2))
		wait_until(other.received(1))
		assert.equal(client.times[2], client.times[3])
		assert.equal(2, #script_errors())
		websocket.send(client.connection, "still fine")
		wait_until(function()
			return server:connection(1).messages[1]
		end)
	end)

	it("on ERROR does not swallow DISCONNECTED", function()
		fail_at = websocket.EVENT_ERROR
		server:connection():drop()
		wait_until(client.over)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
		assert.equal(1, #script_errors())
	end)

	it("on DISCONNECTED still ends the connection", function()
		fail_at = websocket.EVENT_DISCONNECTED
		server:connection():close()
		wait_until(client.over)
		wait(3)
		assert.equal("CONNECTED DISCONNECTED", client.story())
		assert.equal("closed", websocket.state(client.connection))
		assert.equal(1, #script_errors())
	end)

	it("may be any value", function()
		local told
		websocket.connect(server.url, nil, function()
			told = true
			error({ code = 7 })
		end)
		wait_until(function()
			return told
		end)
		assert.equal(1, #script_errors())
	end)
end)
