-- params.timeout: one bound for the whole way to a connection.

local spec = require("spec.client")

describe("the timeout", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	local function takes(seconds, url, params)
		local started = socket.gettime()
		local client = spec.connect(url, params)
		local failed = wait_until(client.failed, 60)
		assert.near(seconds, socket.gettime() - started, 0.05)
		assert.equal("timeout", failed.stage)
		assert.equal("timeout", failed.cause)
		assert.near(seconds, failed.elapsed, 0.05)
		assert.is_nil(failed.handshake_response)
		assert.equal("ERROR DISCONNECTED", client.story())
		assert.equal(1006, client.over().code)
	end

	it("is 3000 ms by default", function()
		server:mute()
		takes(3, server.url)
	end)

	it("is the script's, in milliseconds", function()
		server:mute()
		takes(0.25, server.url, { timeout = 250 })
		takes(30, server.url, { timeout = 30000 })
		takes(0.5, server.url, { timeout = "500" })
	end)

	it("bounds a server that can't be reached", function()
		server:unreachable()
		takes(1, server.url, { timeout = 1000 })
	end)

	it("bounds a server that never says its TLS hello", function()
		local secure = spec_server.new({ tls = true })
		secure:mute("accept")
		takes(1, secure.url, { timeout = 1000 })
	end)

	it("bounds a server that never answers the handshake", function()
		for _, tls in ipairs({ false, true }) do
			local mute = spec_server.new({ tls = tls })
			mute:mute("request")
			takes(1, mute.url, { timeout = 1000 })
		end
	end)

	it("bounds an answer that trickles", function()
		server:answer({ trickle = 0.1 })
		takes(1, server.url, { timeout = 1000 })
	end)

	it("bounds the sum of all phases", function()
		-- Each phase is well below the timeout.
		local secure = spec_server.new({ tls = true })
		secure:latency(0.3)
		takes(1, secure.url, { timeout = 1000 })
	end)

	it("does not bound what comes after CONNECTED", function()
		local client = spec.connect(server.url, { timeout = 100 })
		wait_until(client.open)
		wait(10)
		server:connection():send("still here")
		wait_until(client.received(1))
		assert.equal("CONNECTED MESSAGE", client.story())
	end)

	it("ends the attempt at the server, too", function()
		server:mute()
		takes(1, server.url, { timeout = 1000 })
		server:accept()
		wait(1)
		assert.equal(0, #server.connections)
	end)
end)
