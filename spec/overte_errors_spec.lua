-- The SocketError that an Overte WebSocket's onerror gets. Each failure is a real one of the specs' network.

local client = require("spec.overte_client")
local overte = require("tickwire.overte")

local SocketError, open = overte.SocketError, client.open

describe("onerror tells", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	--- The code that onerror got; the close behind it.
	local function failed(url, params)
		local told = open(url, params)
		wait_until(told.over)
		assert.equal(1006, told.closed.code)
		assert.matches("^error 3 close 3$", table.concat(told.story, " "):gsub("^open 1 ", ""))
		return told.error
	end

	--- The code of a connection that was open.
	local function lost(how)
		local told, socket = open(server.url)
		wait_until(function() return told.opened end)
		how(server:connection(), socket)
		wait_until(told.over, 60)
		assert.same({ "open 1", "error 3", "close 3" }, told.story)
		return told.error
	end

	it("ConnectionRefusedError where nobody listens", function()
		server:close()
		assert.equal(SocketError.ConnectionRefusedError, failed(server.url))
	end)

	it("ConnectionRefusedError where the server refuses the handshake", function()
		server:refuse(503)
		assert.equal(SocketError.ConnectionRefusedError, failed(server.url))
	end)

	it("RemoteHostClosedError where the server hangs up in the handshake", function()
		server:drop()
		assert.equal(SocketError.RemoteHostClosedError, failed(server.url))
	end)

	it("RemoteHostClosedError where an open connection is dropped", function()
		assert.equal(SocketError.RemoteHostClosedError, lost(function(peer) peer:drop() end))
	end)

	it("RemoteHostClosedError where an open connection is reset", function()
		assert.equal(SocketError.RemoteHostClosedError, lost(function(peer) peer:reset() end))
	end)

	it("HostNotFoundError for a name that there is not", function()
		assert.equal(SocketError.HostNotFoundError, failed("ws://nobody.test"))
	end)

	it("SocketTimeoutError where the server can't be reached", function()
		server:unreachable()
		assert.equal(SocketError.SocketTimeoutError, failed(server.url))
	end)

	it("SocketTimeoutError where the server says nothing", function()
		server:mute()
		assert.equal(SocketError.SocketTimeoutError, failed(server.url, { timeout = 500 }))
	end)

	it("SocketTimeoutError where an open connection has gone silent", function()
		assert.equal(SocketError.SocketTimeoutError, lost(function(peer) peer:half_open() end))
	end)

	it("SocketResourceError for a message that is too large", function()
		assert.equal(SocketError.SocketResourceError, lost(function(peer)
			peer:send_frame({ opcode = 2, payload = "", length = 2 ^ 40 })
		end))
	end)

	it("SocketResourceError where more is sent than may wait", function()
		assert.equal(SocketError.SocketResourceError, lost(function(peer, socket)
			peer:pause()
			for _ = 1, 40 do
				socket:send(("x"):rep(2 ^ 20))
			end
		end))
	end)

	it("SslHandshakeFailedError for a certificate that is not trusted", function()
		assert.equal(SocketError.SslHandshakeFailedError, failed(spec_server.new({ tls = "untrusted" }).url))
	end)

	it("SslHandshakeFailedError where the server speaks no TLS", function()
		local plain = spec_server.new({ port = 443 })
		assert.equal(SocketError.SslHandshakeFailedError, failed("wss://" .. plain.host .. "/"))
	end)

	it("UnknownSocketError where the server breaks the protocol", function()
		assert.equal(SocketError.UnknownSocketError, lost(function(peer) peer:send_frame({ opcode = 3 }) end))
	end)

	it("OperationError for a close while it connects", function()
		local told, socket = open(server.url)
		socket:close()
		wait_until(told.over)
		assert.equal(SocketError.OperationError, told.error)
	end)

	local proxies = {
		{ "ProxyAuthenticationRequiredError where the proxy wants a login",
			function(proxy) proxy:answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") end },
		{ "ProxyConnectionRefusedError where no proxy listens", function(proxy) proxy:close() end },
		{ "ProxyConnectionClosedError where the proxy hangs up", function(proxy) proxy:drop() end },
		{ "ProxyConnectionTimeoutError where the proxy says nothing", function(proxy) proxy:mute() end },
		{ "ProxyConnectionTimeoutError where the proxy can't be reached", function(proxy) proxy:unreachable() end },
		{ "ProxyProtocolError where the proxy's answer makes no sense",
			function(proxy) proxy:answer("what do you mean?\r\n\r\n") end },
		{ "ProxyProtocolError where the proxy reports trouble",
			function(proxy) proxy:answer("HTTP/1.1 502 Bad Gateway\r\n\r\n") end },
	}
	for _, case in ipairs(proxies) do
		it(case[1], function()
			local proxy = spec_server.new({ port = 3128 })
			case[2](proxy)
			local code = failed(server.url, { proxy = ("http://%s:3128"):format(proxy.host) })
			assert.equal(SocketError[case[1]:match("^%a+")], code)
		end)
	end

	it("ProxyNotFoundError for a proxy that there is not", function()
		assert.equal(SocketError.ProxyNotFoundError, failed(server.url, { proxy = "http://nobody.test:3128" }))
	end)
end)
