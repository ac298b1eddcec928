-- What a server may answer to the handshake, and what a script is told of it.

local spec = require("spec.client")

local accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	.. "Sec-WebSocket-Accept: {accept}\r\n"

describe("the handshake's response", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("is told with CONNECTED", function()
		server:answer(accepted .. "X-Region: eu\r\n\r\n")
		local response = wait_until(spec.connect(server.url).open).handshake_response
		assert.equal(101, response.status)
		assert.equal("eu", response.headers["X-Region"])
		assert.equal("websocket", response.headers["Upgrade"])
		assert.equal("", response.response)
	end)

	it("is told with ERROR: status, headers and body", function()
		server:refuse(503, { ["Retry-After"] = "30" }, "The server is full.")
		local client = spec.connect(server.url)
		local failed = wait_until(client.failed)
		assert.equal(503, failed.handshake_response.status)
		assert.equal("30", failed.handshake_response.headers["Retry-After"])
		assert.equal("The server is full.", failed.handshake_response.response)
		assert.matches("503", failed.message, 1, true)
		assert.equal("handshake", failed.stage)
		assert.equal("status", failed.cause)
		assert.equal("ERROR DISCONNECTED", client.story())
	end)

	for _, status in ipairs({ 200, 204, 301, 400, 401, 403, 404, 426, 429, 500, 599 }) do
		it("may be " .. status, function()
			server:refuse(status)
			local failed = wait_until(spec.connect(server.url).failed)
			assert.equal(status, failed.handshake_response.status)
			assert.equal((status == 401 or status == 403) and "auth" or "status", failed.cause)
		end)
	end

	it("does not follow a redirect", function()
		local other = spec_server.new()
		server:refuse(302, { Location = other.url })
		local failed = wait_until(spec.connect(server.url).failed)
		assert.equal(other.url, failed.handshake_response.headers["Location"])
		assert.equal(0, other.accepted)
	end)

	it("keeps the headers' names as sent and joins repeated ones", function()
		server:answer("HTTP/1.1 403 No\r\nx-iD: 7\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n")
		local headers = wait_until(spec.connect(server.url).failed).handshake_response.headers
		assert.equal("7", headers["x-iD"])
		assert.equal("a=1, b=2", headers["Set-Cookie"])
		assert.is_nil(headers["set-cookie"])
	end)

	it("is told of HTTP/1.0 too", function()
		for _, status in ipairs({ 404, 101 }) do
			server:answer("HTTP/1.0 " .. status .. " Old\r\nServer: older\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				.. "Sec-WebSocket-Accept: {accept}\r\n\r\nbody")
			local failed = wait_until(spec.connect(server.url).failed)
			assert.equal(status, failed.handshake_response.status)
			assert.equal("older", failed.handshake_response.headers["Server"])
			assert.equal("handshake", failed.stage)
			assert.matches("HTTP/1.0", failed.message, 1, true)
		end
	end)

	it("may come after interim answers", function()
		server:answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" .. accepted .. "\r\n")
		wait_until(spec.connect(server.url).open)
	end)

	it("has a body that is bounded", function()
		server:answer("HTTP/1.1 500 Oops\r\n\r\n" .. ("x"):rep(200000))
		local response = wait_until(spec.connect(server.url).failed).handshake_response
		assert.equal(500, response.status)
		assert.is_true(#response.response > 1000)
		assert.is_true(#response.response <= 65536)
	end)

	it("has its body cut where that is slow to end", function()
		server:answer({ raw = "HTTP/1.1 502 Bad\r\nX-A: b\r\nContent-Length: 100\r\n\r\nfirst words", keep_open = true })
		local client = spec.connect(server.url, { timeout = 1000 })
		local started = socket.gettime()
		local response = wait_until(client.failed).handshake_response
		assert.near(1, socket.gettime() - started, 0.05)
		assert.equal(502, response.status)
		assert.equal("b", response.headers["X-A"])
		assert.equal("first words", response.response)
	end)

	it("is absent where there was none", function()
		local cases = { spec.connect("ws://nowhere.test/"), spec.connect("nonsense") }
		cases[3] = spec.connect(spec_server.new({ tls = "expired" }).url)
		local mute = spec_server.new()
		mute:mute()
		cases[4] = spec.connect(mute.url)
		local closed = spec_server.new()
		closed:close()
		cases[5] = spec.connect(closed.url)
		for _, client in ipairs(cases) do
			assert.is_nil(wait_until(client.failed).handshake_response)
		end
	end)
end)

describe("an answer that is no websocket's", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	for name, answer in pairs({
		["without Upgrade"] = { headers = { Upgrade = false } },
		["with another Upgrade"] = { headers = { Upgrade = "h2c" } },
		["without Connection"] = { headers = { Connection = false } },
		["without an accept"] = { headers = { ["Sec-WebSocket-Accept"] = false } },
		["with a wrong accept"] = { headers = { ["Sec-WebSocket-Accept"] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" } },
		["with two accepts"] = { raw = accepted .. "Sec-WebSocket-Accept: {accept}\r\n\r\n" },
		["with an extension nobody offered"] = { headers = { ["Sec-WebSocket-Extensions"] = "x-unheard-of" } },
	}) do
		it("fails: " .. name, function()
			server:answer(answer)
			local client = spec.connect(server.url)
			local failed = wait_until(client.failed)
			assert.equal("handshake", failed.stage)
			assert.equal(101, failed.handshake_response.status)
			assert.equal("ERROR DISCONNECTED", client.story())
		end)
	end

	for name, raw in pairs({
		["of another protocol"] = "SSH-2.0-OpenSSH_9.2\r\n",
		["with a status of letters"] = "HTTP/1.1 OK\r\n\r\n",
		["with a header that is none"] = "HTTP/1.1 101 Hi\r\nno header\r\n\r\n",
		["with a line without end"] = "HTTP/1.1 101 " .. ("x"):rep(100000),
		["with headers without end"] = "HTTP/1.1 101 Hi\r\n" .. ("X-A: b\r\n"):rep(20000),
		["that stops amid the headers"] = { raw = accepted, drop_after = #"HTTP/1.1 101 Swit" },
	}) do
		it("fails: " .. name, function()
			server:answer(type(raw) == "string" and { raw = raw, drop_after = #raw } or raw)
			local client = spec.connect(server.url)
			assert.equal("handshake", wait_until(client.failed).stage)
			assert.equal("ERROR DISCONNECTED", client.story())
		end)
	end

	it("is accepted with more in Connection and any case", function()
		server:answer("HTTP/1.1 101 Ok\r\nupgrade: WebSocket\r\nCONNECTION: keep-alive, UPGRADE\r\n"
			.. "Sec-WebSocket-Accept: {accept}\r\n\r\n")
		wait_until(spec.connect(server.url).open)
	end)

	it("is accepted byte by byte", function()
		server:answer({ raw = accepted .. "\r\n", trickle = 0.005 })
		wait_until(spec.connect(server.url).open)
	end)

	it("loses nothing that comes right behind it", function()
		server:answer({ first = spec.frame(1, "one") .. spec.frame(1, "two") })
		local client = spec.connect(server.url)
		wait_until(client.received(2))
		assert.equal("CONNECTED MESSAGE MESSAGE", client.story())
		assert.same({ "one", "two" }, client.messages)
	end)
end)
