-- websocket.listen: servers in Lua, spoken to by clients in Lua, in memory.

local spec = require("spec.client")

local names = {
	[websocket.EVENT_CONNECTED] = "CONNECTED",
	[websocket.EVENT_DISCONNECTED] = "DISCONNECTED",
	[websocket.EVENT_MESSAGE] = "MESSAGE",
	[websocket.EVENT_ERROR] = "ERROR",
	[websocket.EVENT_REQUEST] = "REQUEST",
}

--- Listens and keeps what the callback is told.
local function listen(params, callback, address)
	local host = { story = {}, clients = {}, messages = {} }
	local why
	host.server, why = websocket.listen(address or "127.0.0.1:0", params, function(self, connection, data)
		local word = names[data.event]
		host.story[#host.story + 1] = word .. (data.code and " " .. data.code or "")
		if data.event == websocket.EVENT_REQUEST then
			host.request = data.request
		elseif data.event == websocket.EVENT_CONNECTED then
			host.clients[#host.clients + 1] = connection
			host.connected = data
		elseif data.event == websocket.EVENT_MESSAGE then
			host.messages[#host.messages + 1] = data.message
		end
		host.last = data
		if callback then
			callback(self, connection, data)
		end
	end)
	assert(host.server, why)
	finally(function()
		host.server:close()
	end)
	function host.told()
		return table.concat(host.story, ", ")
	end
	return host
end

--- Calls react for one event alone.
local function on(event, react)
	return function(_, connection, data)
		if data.event == event then
			react(connection, data)
		end
	end
end

local function echo(connection, data)
	websocket.send(connection, data.message, { type = data.type })
end

describe("websocket.listen", function()
	it("gives a server that knows where it listens", function()
		local host = listen()
		assert.equal("127.0.0.1:" .. host.server.port, host.server.address)
		assert.equal("ws://127.0.0.1:" .. host.server.port .. "/", host.server.url)
		assert.equal(0, host.server.count)
		assert.is_true(host.server.listening)
		assert.is_nil(host.server.nonsense)
		assert.equal("userdata", type(host.server))
	end)

	it("echoes, as a server does", function()
		local host = listen(nil, on(websocket.EVENT_MESSAGE, echo))
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		assert.equal(1, host.server.count)
		websocket.send(client.connection, "text", { type = websocket.DATA_TYPE_TEXT })
		websocket.send(client.connection, "\0\255")
		wait_until(client.received(2))
		assert.same({ "text", "\0\255" }, client.messages)
		websocket.disconnect(client.connection, 4000, "enough")
		wait_until(client.over)
		assert.equal("REQUEST, CONNECTED, MESSAGE, MESSAGE, DISCONNECTED 4000", host.told())
		assert.equal("enough", host.last.reason)
		assert.is_true(host.last.clean)
		assert.equal("Server closing (4000). Reason: 'enough'", host.last.message)
		assert.equal(0, host.server.count)
	end)

	it("shows the request before it accepts", function()
		local host = listen({ protocol = "chat" })
		wait_until(spec.connect(host.server.url .. "rooms/7?token=a%20b", {
			protocol = "soup, chat",
			headers = { ["X-Game"] = "one", Cookie = { "a=1", "b=2" } },
		}).open)
		assert.equal("/rooms/7", host.request.path)
		assert.equal("token=a%20b", host.request.query)
		assert.same({ "soup", "chat" }, host.request.protocols)
		assert.equal("one", host.request.headers["x-game"])
		assert.equal("a=1, b=2", host.request.headers.cookie)
		assert.is_nil(host.request.origin)
		assert.is_false(host.request.secure)
		assert.equal("string", type(host.request.address))
	end)

	it("has no query where there is none, and an empty one where there is", function()
		local host = listen()
		wait_until(spec.connect(host.server.url).open)
		assert.is_nil(host.request.query)
		wait_until(spec.connect(host.server.url .. "?").open)
		assert.equal("", host.request.query)
	end)

	it("picks the first of its own protocols that the client offers", function()
		local host = listen({ protocol = { "v3", "v2", "v1" } })
		local client = spec.connect(host.server.url, { protocol = "v1, v2" })
		wait_until(client.open)
		assert.equal("v2", client.open().protocol)
		assert.equal("v2", host.connected.protocol)
	end)

	it("picks no protocol where none fits", function()
		local host = listen({ protocol = "chat" })
		local client = spec.connect(host.server.url, { protocol = "soup" })
		wait_until(client.open)
		assert.equal("", client.open().protocol)
		assert.is_nil(client.open().handshake_response.headers["Sec-WebSocket-Protocol"])
	end)

	it("compresses where both want it", function()
		local host = listen({ compression = true }, on(websocket.EVENT_MESSAGE, echo))
		local client = spec.connect(host.server.url, { compression = { window_bits = 10 } })
		wait_until(client.open)
		assert.equal("permessage-deflate; server_max_window_bits=10; client_max_window_bits=10", client.open().extensions)
		assert.equal(client.open().extensions, host.connected.extensions)
		local text = ("all the same "):rep(100)
		websocket.send(client.connection, text)
		wait_until(client.received(1))
		assert.equal(text, client.messages[1])
		assert.is_true(websocket.stats(client.connection).compression_ratio < 0.2)
	end)

	it("leaves messages as they are where the client doesn't ask for compression", function()
		local host = listen({ compression = true })
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		assert.equal("", client.open().extensions)
		assert.equal("", host.connected.extensions)
	end)

	it("speaks to a browser's page of its own host, and to no other unless told", function()
		local host = listen()
		local stranger = spec.connect(host.server.url, { headers = { Origin = "https://evil.example" } })
		wait_until(stranger.over)
		assert.equal(403, stranger.failed().handshake_response.status)
		assert.equal("", host.told())
		wait_until(spec.connect(host.server.url, { headers = { Origin = "http://" .. host.server.address } }).open)
		assert.equal("http://" .. host.server.address, host.request.origin)
		local open = listen({ origins = { "https://game.example" } })
		wait_until(spec.connect(open.server.url, { headers = { Origin = "https://game.example" } }).open)
		local other = spec.connect(open.server.url, { headers = { Origin = "https://other.example" } })
		wait_until(other.over)
		assert.equal(403, other.failed().handshake_response.status)
	end)

	it("refuses one connection more than it may have", function()
		local host = listen({ max_connections = 1 })
		local first = spec.connect(host.server.url)
		wait_until(first.open)
		local second = spec.connect(host.server.url)
		wait_until(second.over)
		assert.equal(503, second.failed().handshake_response.status)
		assert.equal("the server is full\n", second.failed().handshake_response.response)
		websocket.disconnect(first.connection)
		wait_until(first.over)
		wait_until(spec.connect(host.server.url).open)
	end)

	it("answers who doesn't speak of websockets, and tells the script nothing", function()
		local host = listen()
		local client = spec.connect(host.server.url, { headers = { ["Content-Length"] = "5" } })
		wait_until(client.over)
		assert.equal(400, client.failed().handshake_response.status)
		assert.equal("", host.told())
	end)

	it("listens at a socket file", function()
		local host = listen(nil, on(websocket.EVENT_MESSAGE, echo), "unix:/run/game:1.sock")
		assert.equal("unix:/run/game:1.sock", host.server.address)
		assert.equal("ws+unix:/run/game%3A1.sock:/", host.server.url)
		assert.equal(0, host.server.port)
		local client = spec.connect(host.server.url .. "room")
		wait_until(client.open)
		assert.equal("/room", host.request.path)
		assert.equal("unix:/run/game:1.sock", host.request.address)
		websocket.send(client.connection, "through a file")
		wait_until(client.received(1))
	end)

	it("listens on localhost, and on all addresses", function()
		for _, address in ipairs({ "localhost:8080", ":8081", "[::1]:8082" }) do
			local host = listen(nil, nil, address)
			wait_until(spec.connect(host.server.url).open)
		end
	end)

	it("tells nothing before it has returned", function()
		local returned, early = false, false
		local server = websocket.listen("127.0.0.1:0", nil, function()
			early = early or not returned
		end)
		websocket.connect(server.url, nil, function()
			early = early or not returned
		end)
		returned = true
		wait(0.1)
		assert.is_false(early)
		server:close()
	end)

	it("says so when an address is in use, and names it", function()
		local host = listen()
		local server, why = websocket.listen(host.server.address, nil, function() end)
		assert.is_nil(server)
		assert.equal("websocket: listen on " .. host.server.address .. ": the address is in use", why)
	end)

	it("raises for what can't be meant", function()
		local function none() end
		for problem, call in pairs({
			["(string expected, got number)"] = { 8080, nil, none },
			["the address \"8080\" can't be used: it has no port"] = { "8080", nil, none },
			["the address \"game.example:80\" can't be used: \"game.example\" is no address"] = { "game.example:80", nil, none },
			["the address \"127.0.0.1:99999\" can't be used: the port \"99999\" is none"] = { "127.0.0.1:99999", nil, none },
			["the address \"unix:\" can't be used: the path of the socket file is empty"] = { "unix:", nil, none },
			["(function expected, got nil)"] = { "127.0.0.1:0" },
			["params has the key \"origin\": want protocol, origins,"] = { "127.0.0.1:0", { origin = "*" }, none },
			["params.origins holds \"game.example\": want \"scheme://host\""] = { "127.0.0.1:0", { origins = "game.example" }, none },
			["params.origins holds 7: want an origin"] = { "127.0.0.1:0", { origins = { 7 } }, none },
			["params.origins is a table without a first item"] = { "127.0.0.1:0", { origins = { a = "*" } }, none },
			["params.max_connections is 0: want a whole number from 1"] = { "127.0.0.1:0", { max_connections = 0 }, none },
			["params.max_handshakes is \"many\": want a whole number from 1"] = { "127.0.0.1:0", { max_handshakes = "many" }, none },
			["params.handshake_timeout is true: want a number of milliseconds"] = { "127.0.0.1:0", { handshake_timeout = true }, none },
			["params.handshake_timeout is 0: want milliseconds from 1"] = { "127.0.0.1:0", { handshake_timeout = 0 }, none },
			["params.protocol holds the subprotocol \"a b\", which is no token"] = { "127.0.0.1:0", { protocol = "a b" }, none },
			["params.compression is 1: want true, false or a table"] = { "127.0.0.1:0", { compression = 1 }, none },
			["params.tls is true: want a table"] = { "127.0.0.1:0", { tls = true }, none },
			["params.tls has no certificate"] = { "127.0.0.1:0", { tls = {} }, none },
			["params.tls has the key \"pin\": want certificate, key, ca, min_version"] = { "127.0.0.1:0", { tls = { pin = "x" } }, none },
			["params.tls.certificate is given without params.tls.key"] = { "127.0.0.1:0", { tls = { certificate = "x" } }, none },
		}) do
			local ok, message = pcall(websocket.listen, call[1], call[2], call[3])
			assert.is_false(ok)
			assert.is_truthy(tostring(message):find(problem, 1, true), problem .. " is not in: " .. tostring(message))
		end
	end)
end)

describe("EVENT_REQUEST", function()
	it("is 4", function()
		assert.equal(4, websocket.EVENT_REQUEST)
	end)

	it("brings a connection that is not open yet", function()
		local state, sent, problem
		local host = listen(nil, on(websocket.EVENT_REQUEST, function(connection, data)
			state = websocket.state(connection)
			assert.equal("", data.message)
			sent, problem = pcall(websocket.send, connection, "too early")
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		assert.equal("connecting", state)
		assert.is_false(sent)
		assert.matches("Connection isn't connected", problem)
		assert.equal("open", websocket.state(host.clients[1]))
	end)

	it("lets the script refuse", function()
		local refused
		local host = listen(nil, on(websocket.EVENT_REQUEST, function(connection)
			websocket.reject(connection, 401, "who are you?")
			refused = connection
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal("ERROR DISCONNECTED", client.story())
		assert.equal(401, client.failed().handshake_response.status)
		assert.equal("who are you?\n", client.failed().handshake_response.response)
		assert.equal("REQUEST, DISCONNECTED 1006", host.told())
		assert.equal("closed", websocket.state(refused))
		assert.equal(0, host.server.count)
	end)

	it("is refused with 403 unless told otherwise, once", function()
		local host = listen(nil, on(websocket.EVENT_REQUEST, function(connection)
			websocket.reject(connection)
			websocket.reject(connection, 500)
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal(403, client.failed().handshake_response.status)
		assert.equal("Forbidden\n", client.failed().handshake_response.response)
	end)

	it("is refused by disconnect too", function()
		local host = listen(nil, on(websocket.EVENT_REQUEST, function(connection)
			websocket.disconnect(connection)
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal(503, client.failed().handshake_response.status)
		assert.equal("REQUEST, DISCONNECTED 1006", host.told())
	end)

	it("is answered with 500 if the callback fails: nobody gets in by an error", function()
		local host = listen(nil, on(websocket.EVENT_REQUEST, function()
			error("a bug")
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal(500, client.failed().handshake_response.status)
		assert.equal("REQUEST, DISCONNECTED 1006", host.told())
		assert.matches("a bug", script_errors()[1])
	end)

	it("is over when its callback returns: reject then says so", function()
		local late
		local host = listen(nil, on(websocket.EVENT_CONNECTED, function(connection)
			late = { pcall(websocket.reject, connection) }
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		assert.is_false(late[1])
		assert.matches("the request is answered: call it inside the callback that gets EVENT_REQUEST", late[2])
		local ok, problem = pcall(websocket.reject, client.connection)
		assert.is_false(ok)
		assert.matches("this connection was dialled here", problem)
		assert.equal("REQUEST, CONNECTED", host.told())
	end)

	it("takes no status that is no refusal, and no book for a reason", function()
		local problems = {}
		local host = listen(nil, on(websocket.EVENT_REQUEST, function(connection)
			for _, arguments in ipairs({ { 200 }, { 600 }, { 403, ("x"):rep(4097) } }) do
				local ok, problem = pcall(websocket.reject, connection, arguments[1], arguments[2])
				problems[#problems + 1] = tostring(ok) .. " " .. problem
			end
		end))
		wait_until(spec.connect(host.server.url).open)
		assert.matches("^false .*the status is 200: want 400 to 599", problems[1])
		assert.matches("^false .*the status is 600: want 400 to 599", problems[2])
		assert.matches("^false .*the reason is longer than 4096 bytes", problems[3])
		assert.equal("REQUEST, CONNECTED", host.told())
	end)
end)

describe("an accepted connection", function()
	it("may be closed by the server with what only servers say", function()
		local host = listen(nil, on(websocket.EVENT_MESSAGE, function(connection)
			websocket.send(connection, "last words")
			websocket.disconnect(connection, 1008, "manners")
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		websocket.send(client.connection, "rude")
		wait_until(client.over)
		assert.same({ "last words" }, client.messages)
		assert.equal(1008, client.over().code)
		assert.equal("manners", client.over().reason)
		assert.equal("REQUEST, CONNECTED, MESSAGE, DISCONNECTED 1008", host.told())
		local ok, problem = pcall(websocket.disconnect, client.connection, 1008)
		assert.is_false(ok)
		assert.matches("want 1000 or 3000 to 4999", problem)
	end)

	it("has stats and answers pings", function()
		local host = listen()
		local client = spec.connect(host.server.url)
		wait_until(client.open)
		websocket.ping(host.clients[1])
		wait_until(function()
			return websocket.stats(host.clients[1]).rtt
		end)
		websocket.send(host.clients[1], "12345")
		wait_until(client.received(1))
		assert.equal(5, websocket.stats(host.clients[1]).bytes_sent)
		assert.equal(0, websocket.buffered(host.clients[1]))
	end)
end)

describe("server:close", function()
	it("says goodbye to every client behind what was sent", function()
		local host = listen()
		local one = spec.connect(host.server.url)
		wait_until(function()
			return host.server.count == 1
		end)
		local two = spec.connect(host.server.url)
		wait_until(function()
			return host.server.count == 2
		end)
		for _, connection in ipairs(host.clients) do
			websocket.send(connection, "the end")
		end
		host.server:close(1001, "Server closing.")
		assert.is_false(host.server.listening)
		wait_until(one.over)
		wait_until(two.over)
		for _, client in ipairs({ one, two }) do
			assert.equal("CONNECTED MESSAGE DISCONNECTED", client.story())
			assert.equal(1001, client.over().code)
			assert.equal("Server closing.", client.over().reason)
		end
		wait(0.1)
		assert.equal("REQUEST, CONNECTED, REQUEST, CONNECTED, DISCONNECTED 1001, DISCONNECTED 1001", host.told())
		assert.equal(0, host.server.count)
	end)

	it("lets nobody in any more", function()
		local host = listen()
		host.server:close()
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal("refused", client.failed().cause)
		host.server:close()
		local again = listen(nil, nil, host.server.address)
		wait_until(spec.connect(again.server.url).open)
	end)

	it("turns away who asks while it happens", function()
		local host
		host = listen(nil, on(websocket.EVENT_REQUEST, function()
			host.server:close()
		end))
		local client = spec.connect(host.server.url)
		wait_until(client.over)
		assert.equal(503, client.failed().handshake_response.status)
		wait(0.1)
		assert.equal("REQUEST, DISCONNECTED 1006", host.told())
	end)

	it("takes a code that a server may say, and is called with a colon", function()
		local host = listen()
		for problem, call in pairs({
			["want 1000, 1001, 1008, 1011 to 1013 or 3000 to 4999"] = function()
				host.server:close(1006)
			end,
			["the reason is longer than 123 bytes"] = function()
				host.server:close(1001, ("x"):rep(124))
			end,
			["want a server, as websocket.listen returns it: server:close(), with a colon"] = function()
				host.server.close()
			end,
			["a server's port can't be set"] = function()
				host.server.port = 1
			end,
		}) do
			local ok, message = pcall(call)
			assert.is_false(ok)
			assert.is_truthy(tostring(message):find(problem, 1, true), problem .. " is not in: " .. tostring(message))
		end
		assert.is_true(host.server.listening)
	end)
end)

describe("broadcast", function()
	local host, clients
	before_each(function()
		clients = {}
		host = { clients = {} }
		host.server = websocket.listen("127.0.0.1:0", { compression = true }, function(_, connection, data)
			if data.event == websocket.EVENT_CONNECTED then
				host.clients[#host.clients + 1] = connection
			end
		end)
		for i = 1, 4 do
			clients[i] = spec.connect(host.server.url, { compression = i > 2 and { context_takeover = i == 3 } or nil })
			wait_until(function()
				return host.server.count == i
			end)
		end
	end)
	after_each(function()
		host.server:close()
	end)

	local function all_have(count, except)
		return function()
			for i, client in ipairs(clients) do
				if i ~= except and #client.messages < count then
					return false
				end
			end
			return true
		end
	end

	it("reaches a list of connections", function()
		local text = ("to everybody "):rep(100)
		assert.equal(4, (websocket.broadcast(host.clients, text, { type = websocket.DATA_TYPE_TEXT })))
		wait_until(all_have(1))
		for i, client in ipairs(clients) do
			assert.equal(text, client.messages[1])
			assert.equal(websocket.DATA_TYPE_TEXT, client.events[2].type)
			assert.equal(#text, websocket.stats(host.clients[i]).bytes_sent)
		end
	end)

	it("reaches all of a server's, and a table with connections as keys", function()
		assert.equal(4, (websocket.broadcast(host.server, "one")))
		local room = { [host.clients[1]] = "ann", [host.clients[2]] = true }
		assert.equal(2, (websocket.broadcast(room, "two")))
		assert.equal(0, (websocket.broadcast({}, "nobody")))
		wait_until(all_have(1))
		wait_until(clients[1].received(2))
		assert.same({ "one", "two" }, clients[2].messages)
		assert.same({ "one" }, clients[3].messages)
	end)

	it("keeps its place among what is sent to one alone", function()
		for i = 1, 3 do
			websocket.send(host.clients[3], ("for one alone "):rep(20) .. i)
			websocket.broadcast(host.clients, ("for all "):rep(50) .. i)
		end
		wait_until(clients[3].received(6))
		local want = {}
		for i = 1, 3 do
			want[#want + 1] = ("for one alone "):rep(20) .. i
			want[#want + 1] = ("for all "):rep(50) .. i
		end
		assert.same(want, clients[3].messages)
	end)

	it("passes over those that are not open", function()
		websocket.disconnect(host.clients[1])
		assert.equal(3, (websocket.broadcast(host.clients, "to the others")))
		wait(0.1)
		assert.equal("closed", websocket.state(host.clients[1]))
		assert.equal(3, (websocket.broadcast(host.clients, "again")))
		assert.equal(0, (websocket.broadcast({ websocket.connect(host.server.url, nil, function() end) }, "too early")))
		wait_until(all_have(2, 1))
	end)

	it("reaches dialled connections too, each frame with a mask of its own", function()
		local server = spec_server.new()
		local dialled = { spec.connect(server.url), spec.connect(server.url) }
		wait_until(function()
			return dialled[1].open() and dialled[2].open()
		end)
		local reached = websocket.broadcast({ dialled[1].connection, dialled[2].connection, host.clients[1] }, "hello")
		assert.equal(3, reached)
		wait_until(function()
			return #server.connections[1].messages > 0 and #server.connections[2].messages > 0
		end)
		assert.same({ "hello" }, server.connections[2].messages)
		wait_until(clients[1].received(1))
	end)

	it("tells whose buffer is full, and reaches the others", function()
		local large = ("x"):rep(9 * 1024 * 1024)
		assert.equal(4, (websocket.broadcast(host.clients, large)))
		websocket.disconnect(host.clients[3])
		websocket.disconnect(host.clients[4])
		local reached, full = websocket.broadcast(host.clients, large)
		assert.equal(0, reached)
		assert.same({ host.clients[1], host.clients[2] }, full)
	end)

	it("raises for what can't be meant, and sends nothing then", function()
		for problem, call in pairs({
			["want a server, a list of connections, or a table with connections as keys"] = { nil, "x" },
			["connections[2] is \"two\": want a connection"] = { { host.clients[1], "two" }, "x" },
			["connections has the key \"ann\": want a connection"] = { { ann = host.clients[1] }, "x" },
			["(string expected, got nil)"] = { host.clients, nil },
			["the text is not UTF-8"] = { host.clients, "\255", { type = websocket.DATA_TYPE_TEXT } },
			["options.type is 8"] = { host.clients, "x", { type = 8 } },
			["want a server"] = { clients[1].connection, "x" },
		}) do
			local ok, message = pcall(websocket.broadcast, call[1], call[2], call[3])
			assert.is_false(ok)
			assert.is_truthy(tostring(message):find(problem, 1, true), problem .. " is not in: " .. tostring(message))
		end
		wait(0.1)
		assert.equal(0, #clients[1].messages)
	end)
end)
