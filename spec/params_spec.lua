-- What connect's params may hold, and what raises before anything happens.

local spec = require("spec.client")

local function ignore() end

describe("a wrong argument raises at the call", function()
	local double = "A: b\r\n\r\nC: d"
	local cases = {
		{ "url nil", { nil, nil, ignore }, "string expected" },
		{ "url a number", { 80, nil, ignore }, "string expected" },
		{ "url a table", { {}, nil, ignore }, "string expected" },
		{ "params a string", { "ws://a.test", "chat", ignore }, "table expected" },
		{ "callback nil", { "ws://a.test", nil, nil }, "function expected" },
		{ "callback a table", { "ws://a.test", {}, {} }, "function expected" },
		{ "timeout a table", { "ws://a.test", { timeout = {} }, ignore }, "params.timeout" },
		{ "timeout a word", { "ws://a.test", { timeout = "long" }, ignore }, "params.timeout" },
		{ "timeout negative", { "ws://a.test", { timeout = -1 }, ignore }, "params.timeout" },
		{ "timeout not a number", { "ws://a.test", { timeout = 0 / 0 }, ignore }, "params.timeout" },
		{ "ping_interval a boolean", { "ws://a.test", { ping_interval = true }, ignore }, "params.ping_interval" },
		{ "pong_timeout negative", { "ws://a.test", { pong_timeout = -5 }, ignore }, "params.pong_timeout" },
		{ "headers a number", { "ws://a.test", { headers = 5 }, ignore }, "params.headers" },
		{ "headers a boolean", { "ws://a.test", { headers = true }, ignore }, "params.headers" },
		{
			"headers with an empty line",
			{ "ws://a.test", { headers = double }, ignore },
			"The header field must not contain double '\\r\\n\\r\\n': '" .. double .. "'",
		},
		{ "headers with a lone line feed", { "ws://a.test", { headers = "A: b\nC: d" }, ignore }, "params.headers" },
		{ "headers with a lone return", { "ws://a.test", { headers = "A: b\rC: d" }, ignore }, "params.headers" },
		{ "headers without a colon", { "ws://a.test", { headers = "Authorization" }, ignore }, "colon" },
		{ "headers with a name that is no token", { "ws://a.test", { headers = "My Name: b" }, ignore }, "My Name" },
		{ "headers with an empty name", { "ws://a.test", { headers = ": b" }, ignore }, "params.headers" },
		{ "a header table with a line break", { "ws://a.test", { headers = { A = "b\r\nC: d" } }, ignore }, "params.headers" },
		{ "a header table with a bad name", { "ws://a.test", { headers = { ["A B"] = "c" } }, ignore }, "A B" },
		{ "a header table with a list for keys", { "ws://a.test", { headers = { "A: b" } }, ignore }, "params.headers" },
		{ "a header table with a boolean", { "ws://a.test", { headers = { A = true } }, ignore }, "params.headers" },
		{ "protocol a number", { "ws://a.test", { protocol = 5 }, ignore }, "params.protocol" },
		{ "protocol with a blank inside", { "ws://a.test", { protocol = "my chat" }, ignore }, "my chat" },
		{ "protocol with a line break", { "ws://a.test", { protocol = "a\r\nB: c" }, ignore }, "params.protocol" },
		{ "protocol a list with a number", { "ws://a.test", { protocol = { 5 } }, ignore }, "params.protocol" },
		{ "protocol in headers, no token", { "ws://a.test", { headers = "Sec-WebSocket-Protocol: a b" }, ignore }, "a b" },
	}
	for _, case in ipairs(cases) do
		it(case[1], function()
			assert.error_matches(function()
				websocket.connect(case[2][1], case[2][2], case[2][3])
			end, case[3], 1, true)
		end)
	end

	for _, name in ipairs({ "Upgrade", "connection", "Sec-WebSocket-Key", "sec-websocket-version", "Sec-WebSocket-Extensions",
		"Sec-WebSocket-Accept" }) do
		it("the handshake's own header " .. name, function()
			for _, headers in ipairs({ name .. ": x", { [name] = "x" } }) do
				assert.error_matches(function()
					websocket.connect("ws://a.test", { headers = headers }, ignore)
				end, name, 1, true)
			end
		end)
	end

	it("and nothing has happened", function()
		local server = spec_server.new()
		pcall(websocket.connect, server.url, { timeout = {} }, ignore)
		pcall(websocket.connect, server.url, { headers = "A: b\r\n\r\n" }, ignore)
		pcall(websocket.connect, server.url, {}, "callback")
		wait(0.1)
		assert.equal(0, server.accepted)
	end)
end)

describe("headers", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	local function sent(params)
		wait_until(spec.connect(server.url, params).open)
		return server:connection().request
	end

	it("are one string of pairs", function()
		local request = sent({ headers = "Authorization: Bearer t0ken\r\nX-Level: 3" })
		assert.equal("Bearer t0ken", request.headers["authorization"])
		assert.equal("3", request.headers["x-level"])
	end)

	it("may end with a line break", function()
		assert.equal("b", sent({ headers = "X-A: b\r\n" }).headers["x-a"])
	end)

	it("may be an empty string", function()
		sent({ headers = "" })
		sent({ headers = "\r\n" })
	end)

	it("keep what follows the first colon", function()
		assert.equal("http://a.test:80/x", sent({ headers = "Origin:http://a.test:80/x" }).headers["origin"])
	end)

	it("go out with their names as written", function()
		assert.matches("\r\nx-MiXed: 1\r\n", sent({ headers = "x-MiXed: 1" }).raw, 1, true)
	end)

	it("may be a table, of values or lists of values", function()
		local request = sent({ headers = { ["X-One"] = "1", ["X-Many"] = { "a", "b" }, ["X-Number"] = 42 } })
		assert.equal("1", request.headers["x-one"])
		assert.equal("a, b", request.headers["x-many"])
		assert.equal("42", request.headers["x-number"])
	end)

	it("replace Host where the script says so", function()
		assert.equal("other.test", sent({ headers = "Host: other.test" }).host)
	end)
end)

describe("protocol", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("is not sent unless asked for", function()
		local client = spec.connect(server.url)
		assert.equal("", wait_until(client.open).protocol)
		assert.is_nil(server.requests[1].headers["sec-websocket-protocol"])
	end)

	for name, params in pairs({
		["as a string"] = { protocol = "chat" },
		["as a table"] = { protocol = { "chat" } },
		["within the headers"] = { headers = "Sec-WebSocket-Protocol: chat\r\nOrigin: mygame.test\r\n" },
		["within a table of headers"] = { headers = { ["sec-websocket-protocol"] = "chat" } },
		["in both"] = { protocol = "chat", headers = "sec-websocket-protocol: chat" },
	}) do
		it("negotiates " .. name, function()
			local client = spec.connect(server.url, params)
			assert.equal("chat", wait_until(client.open).protocol)
			assert.same({ "chat" }, server.requests[1].protocols)
			assert.equal("chat", server:connection().protocol)
		end)
	end

	it("comes with the other headers", function()
		wait_until(spec.connect(server.url, { headers = "Sec-WebSocket-Protocol: chat\r\nOrigin: mygame.test\r\n" }).open)
		assert.equal("mygame.test", server.requests[1].headers["origin"])
	end)

	it("may list several, of which the server picks", function()
		server:protocol("v2")
		local client = spec.connect(server.url, { protocol = "v1, v2" })
		assert.equal("v2", wait_until(client.open).protocol)
		client = spec.connect(server.url, { protocol = { "v1", "v2", "v3" } })
		wait_until(client.open)
		assert.same({ "v1", "v2", "v3" }, server:connection().request.protocols)
	end)

	it("is merged with the headers', each once", function()
		wait_until(spec.connect(server.url, { protocol = "a, b, a", headers = "Sec-WebSocket-Protocol: b, c" }).open)
		assert.same({ "a", "b", "c" }, server.requests[1].protocols)
	end)

	it("is none if the server picks none", function()
		server:protocol("")
		assert.equal("", wait_until(spec.connect(server.url, { protocol = "chat" }).open).protocol)
	end)

	it("fails if the server picks one that was not offered", function()
		server:protocol("other")
		local client = spec.connect(server.url, { protocol = "chat" })
		local failed = wait_until(client.failed)
		assert.equal("handshake", failed.stage)
		assert.matches("other", failed.message, 1, true)
		assert.equal("ERROR DISCONNECTED", client.story())
	end)

	it("fails if the server picks one though none was offered", function()
		server:protocol("chat")
		wait_until(spec.connect(server.url).failed)
	end)
end)
