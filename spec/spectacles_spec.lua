-- tickwire.spectacles: the WebSocket of Snap's Spectacles.

local blob = require("tickwire.blob")

--- The module as a host with these settings has it.
local function load(settings)
	stub(sys, "get_config_string").invokes(function(key, default)
		return settings[key] or default
	end)
	package.loaded["tickwire.spectacles"] = nil
	local module = require("tickwire.spectacles")
	package.loaded["tickwire.spectacles"] = nil
	return module
end

local function raised(call, ...)
	local ok, problem = pcall(call, ...)
	assert.is_false(ok)
	return problem.name, problem.message
end

describe("Spectacles' InternetModule", function()
	local InternetModule, server, secure
	before_each(function()
		InternetModule = load({})
		secure = spec_server.new({ tls = true })
		server = spec_server.new()
	end)

	it("connects to wss", function()
		local socket = InternetModule:createWebSocket(secure.url)
		assert.equal(0, socket.readyState)
		assert.equal("blob", socket.binaryType)
		wait_until(function() return socket.readyState == socket.OPEN end)
		assert.equal(secure.url, socket.url)
		assert.equal(1, secure.accepted)
	end)

	it("takes https for wss", function()
		local socket = InternetModule:createWebSocket((secure.url:gsub("wss", "https")))
		wait_until(function() return socket.readyState == socket.OPEN end)
		assert.equal(secure.url, socket.url)
	end)

	it("refuses ws, unless the host allows experimental APIs", function()
		for _, url in ipairs({ server.url, (server.url:gsub("ws", "http")) }) do
			local name, message = raised(InternetModule.createWebSocket, InternetModule, url)
			assert.equal("SecurityError", name)
			assert.matches("spectacles.experimental", message, 1, true)
		end
		wait(1)
		assert.equal(0, server.accepted)
		for _, on in ipairs({ "1", "true" }) do
			local socket = load({ ["spectacles.experimental"] = on }):createWebSocket(server.url)
			wait_until(function() return socket.readyState == socket.OPEN end)
		end
		for _, off in ipairs({ "0", "false", "" }) do
			assert.equal("SecurityError", (raised(load({ ["spectacles.experimental"] = off }).createWebSocket, nil, server.url)))
		end
	end)

	it("can't be switched to experimental by a script", function()
		InternetModule.experimental = true
		assert.equal("SecurityError", (raised(InternetModule.createWebSocket, InternetModule, server.url)))
		sys.get_config_string.invokes(function() return "1" end)
		assert.equal("SecurityError", (raised(InternetModule.createWebSocket, InternetModule, server.url)))
	end)

	it("connects for a specification that the host lists, and for no other", function()
		InternetModule = load({ ["spectacles.api_specs"] = "0b1c, translation-7 ,third" })
		for _, id in ipairs({ "0b1c", "translation-7", "third" }) do
			local socket = InternetModule:createAPIWebSocket(id, secure.url)
			wait_until(function() return socket.readyState == socket.OPEN end)
		end
		local name, message = raised(InternetModule.createAPIWebSocket, InternetModule, "fourth", secure.url)
		assert.equal("NotAllowedError", name)
		assert.matches('"fourth" is not listed', message, 1, true)
		assert.equal("SecurityError", (raised(InternetModule.createAPIWebSocket, InternetModule, "third", server.url)))
		assert.equal("NotAllowedError", (raised(load({}).createAPIWebSocket, nil, "third", secure.url)))
		assert.equal(3, secure.accepted)
	end)

	it("refuses what is no URL and no specification", function()
		local function name_of(...)
			return (raised(...))
		end
		assert.equal("SyntaxError", name_of(InternetModule.createWebSocket, InternetModule, "example.com"))
		assert.equal("SyntaxError", name_of(InternetModule.createWebSocket, InternetModule, "wss://a b/"))
		assert.equal("SyntaxError", name_of(InternetModule.createWebSocket, InternetModule, "ftp://example.com"))
		assert.equal("TypeError", name_of(InternetModule.createWebSocket, InternetModule))
		assert.equal("TypeError", name_of(InternetModule.createWebSocket, secure.url)) -- a dot for a colon
		assert.equal("TypeError", name_of(InternetModule.createAPIWebSocket, InternetModule, nil, secure.url))
		assert.equal("TypeError", name_of(InternetModule.createAPIWebSocket, InternetModule, "", secure.url))
		assert.equal("TypeError", name_of(InternetModule.createAPIWebSocket, InternetModule, 7, secure.url))
		assert.equal("TypeError", name_of(load({ ["spectacles.api_specs"] = "a" }).createAPIWebSocket, nil, "a"))
	end)

	it("has the same functions in RemoteServiceModule", function()
		local module = InternetModule.RemoteServiceModule
		assert.equal(InternetModule.createWebSocket, module.createWebSocket)
		assert.equal(InternetModule.createAPIWebSocket, module.createAPIWebSocket)
		local socket = module:createWebSocket(secure.url)
		wait_until(function() return socket.readyState == socket.OPEN end)
	end)

	it("has none of the device's limits: buffers, extensions, protocol, bufferedAmount", function()
		local socket = InternetModule:createWebSocket(secure.url)
		socket.binaryType = "arraybuffer"
		local got
		socket.onmessage = function(event) got = event.data end
		wait_until(function() return socket.readyState == socket.OPEN end)
		secure:connection():send_binary("ab")
		wait_until(function() return got end)
		assert.equal(2, got.byteLength)
		assert.equal(98, blob.new({ got }):arrayBuffer()[2])
		assert.equal("", socket.extensions)
		assert.equal("", socket.protocol)
		socket:send("12345")
		assert.equal(5, socket.bufferedAmount)
	end)

	describe("runs a component", function()
		local printed
		local function show(...)
			printed[#printed + 1] = table.concat({ ... }, " ")
		end
		before_each(function()
			printed = {}
			secure:echo()
		end)

		local function told(count)
			wait_until(function() return #printed == count end)
			return printed
		end

		-- A class with its socket in a field, as TypeScript has it.
		local Component = {}
		Component.__index = Component

		function Component.new(inputs)
			return setmetatable({ remote_service_module = inputs.remote_service_module }, Component)
		end

		function Component:on_awake()
			self.socket = self.remote_service_module:createWebSocket(self.url)
			self.socket.binaryType = "blob"

			self.socket.onopen = function(_)
				self.socket:send("first")
				local message = { 115, 101, 99, 111, 110, 100 }
				self.socket:send(message)
			end

			self.socket.onmessage = function(event)
				if blob.is(event.data) then
					local bytes = event.data:bytes()
					local text = event.data:text()
					show("binary:", #bytes, bytes[1], text)
				else
					local text = event.data
					show("text:", text)
				end
			end

			self.socket.onclose = function(event)
				if event.wasClean then
					show("closed cleanly")
				else
					show("closed with an error, code:", event.code)
				end
			end

			self.socket.onerror = function(_)
				show("error")
			end
		end

		it("in TypeScript's way, with its socket in a field", function()
			local component = Component.new({ remote_service_module = InternetModule.RemoteServiceModule })
			component.url = secure.url
			component:on_awake()
			assert.same({ "text: first", "binary: 6 115 second" }, told(2))
			assert.same({ 1, 2 }, secure:connection().types)
			secure:connection():close(1000)
			assert.equal("closed cleanly", told(3)[3])
		end)

		it("in JavaScript's way, with its socket in a local", function()
			local remote_service_module = InternetModule.RemoteServiceModule
			local socket = remote_service_module:createWebSocket(secure.url)
			socket.binaryType = "blob"
			socket.onopen = function()
				socket:send("first")
				local message = { 115, 101, 99, 111, 110, 100 }
				socket:send(message)
			end
			socket.onmessage = function(event)
				if blob.is(event.data) then
					show("binary:", #event.data:bytes(), event.data:text())
				else
					show("text:", event.data)
				end
			end
			socket.onclose = function(event)
				show(event.wasClean and "clean" or "broken, code:", event.code)
			end
			socket.onerror = function() show("error") end
			assert.same({ "text: first", "binary: 6 second" }, told(2))
			secure:connection():drop()
			assert.equal("broken, code: 1006", told(3)[3])
		end)

		it("that hears an error, then the close, where the server refuses", function()
			secure:refuse(503)
			local component = Component.new({ remote_service_module = InternetModule.RemoteServiceModule })
			component.url = secure.url
			component:on_awake()
			assert.same({ "error", "closed with an error, code: 1006" }, told(2))
		end)
	end)
end)
