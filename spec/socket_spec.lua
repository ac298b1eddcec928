-- socket: LuaSocket's tcp, select and dns. UDP needs a real network: see the Go
-- tests of lua/luasocket.

local function raises(text, fn, ...)
	local ok, err = pcall(fn, ...)
	assert.is_false(ok)
	assert.truthy(tostring(err):find(text, 1, true), err)
end

describe("socket", function()
	local server, host, port
	before_each(function()
		server = assert(socket.bind("*", 0))
		server:settimeout(0)
		host, port = server:getsockname()
	end)
	after_each(function()
		server:close()
	end)

	--- A client and the server's side of it.
	local function pair()
		local client = assert(socket.connect(host, port))
		client:settimeout(0)
		local other
		wait_until(function()
			other = server:accept()
			return other
		end)
		other:settimeout(0)
		return client, other
	end

	--- Polls as a game does, a look each frame.
	local function poll(from, pattern)
		local data, err, partial
		wait_until(function()
			data, err, partial = from:receive(pattern, partial)
			return data or err ~= "timeout"
		end)
		return data, err, partial
	end

	it("is what the ways to require it give", function()
		assert.equal(socket, require("socket"))
		assert.equal(socket, require("builtins.scripts.socket"))
		assert.equal(socket, package.loaded.socket)
		assert.equal("number", type(socket.gettime()))
		assert.truthy(socket._VERSION:find("LuaSocket", 1, true))
	end)

	it("polls a connect with a timeout of 0", function()
		local client = socket.tcp()
		assert.equal(1, client:settimeout(0))
		local ok, err = client:connect(host, port)
		assert.truthy(ok == 1 or ok == nil and err == "timeout") -- a near server may be there at once
		local _, writable = socket.select(nil, { client }, 0)
		wait_until(function()
			_, writable = socket.select(nil, { client }, 0)
			return writable[1]
		end)
		assert.equal(client, writable[1])
		assert.equal(1, writable[client])
		assert.equal("already connected", select(2, client:connect(host, port)))
		assert.equal(port, select(2, client:getpeername()))
		client:close()
	end)

	it("connects and blocks the frame for it, with a timeout", function()
		local client = socket.tcp()
		client:settimeout(0.5)
		assert.equal(1, client:connect(host, port))
		client:close()
	end)

	it("says why it can't connect", function()
		server:close()
		local client = socket.tcp()
		assert.same({ n = 2, nil, "connection refused" }, { n = 2, client:connect(host, port) })
		assert.equal("host or service not provided, or not known", select(2, socket.connect("nobody.test", 80)))
		assert.equal("connection refused", select(2, client:getsockname()))
	end)

	it("sends and receives lines", function()
		local client, other = pair()
		assert.equal(12, client:send("one\r\ntwo\n\nth"))
		assert.equal("one", (poll(other)))
		assert.equal("two", (poll(other, "*l")))
		assert.equal("", (poll(other, "*l")))
		local data, err, partial = other:receive("*l")
		assert.is_nil(data)
		assert.equal("timeout", err)
		assert.equal("th", partial)
		client:send("ree\nfour")
		assert.equal("ree", (poll(other, "*l")))
	end)

	it("hands back what has come so far, to go on with", function()
		local client, other = pair()
		client:send("th")
		local partial, err, data
		wait_until(function()
			data, err, partial = other:receive("*l", partial)
			return partial == "th"
		end)
		assert.equal("timeout", err)
		client:send("ree\n")
		wait_until(function()
			data, err, partial = other:receive("*l", partial)
			return data
		end)
		assert.is_nil(err)
		assert.equal("three", data)
	end)

	it("sends and receives numbers of bytes, binary", function()
		local client, other = pair()
		local bytes = "\0\1\255\r\n" .. ("x"):rep(1000)
		client:send(bytes)
		assert.equal(bytes:sub(1, 5), (poll(other, 5)))
		assert.equal(bytes:sub(6), (poll(other, 1000)))
		assert.equal("", (other:receive(0)))
		assert.equal(3, (client:send("abcdef", 2, 3)))
		assert.equal("bc", (poll(other, 2)))
		assert.equal(6, (client:send("abcdef", -2)))
		assert.equal(6, (client:send("abcdef", 7)))
		assert.equal(0, (client:send("")))
		assert.equal("ef", (poll(other, 2)))
	end)

	it("receives all until the end", function()
		local client, other = pair()
		client:send(("y"):rep(5000))
		client:close()
		local all = ""
		local data, err, partial
		wait_until(function()
			data, err, partial = other:receive("*a")
			all = all .. (data or partial)
			return data or err == "closed"
		end)
		assert.equal(5000, #all)
		assert.equal("closed", select(2, other:receive()))
	end)

	it("takes what there is room for, and the rest later", function()
		local client, other = pair()
		server:settimeout(0)
		local big, sent = ("z"):rep(3000000), 0
		local received = 0
		wait_until(function()
			if sent < #big then
				local last, _, partial = client:send(big, sent + 1)
				sent = last or partial
			end
			local data, _, partial = other:receive(200000)
			received = received + #(data or partial)
			return received == #big
		end, 60)
		assert.equal(#big, sent)
		local bytes_in, _, age = other:getstats()
		assert.equal(#big, bytes_in)
		assert.truthy(age > 0)
	end)

	it("pushes back on who sends to a script that doesn't look", function()
		local client, other = pair()
		local big, sent = ("z"):rep(8000000), 0
		for _ = 1, 100 do
			local last, _, partial = client:send(big, sent + 1)
			sent = last or partial
			wait_frames(1)
		end
		assert.truthy(sent < 4000000, sent)
		other:close()
	end)

	it("says goodbye to both sides", function()
		local client, other = pair()
		client:send("last words\n")
		assert.equal(1, client:close())
		assert.equal("closed", select(2, client:send("x")))
		assert.equal("closed", select(2, client:receive()))
		assert.equal("last words", (poll(other)))
		assert.equal("closed", select(2, poll(other)))
		assert.equal(1, client:close())
	end)

	it("selects what is ready", function()
		local client, other = pair()
		local readable, writable, err = socket.select({ other, server }, nil, 0)
		assert.same({}, readable)
		assert.same({}, writable)
		assert.equal("timeout", err)
		client:send("x")
		wait_until(function()
			readable = socket.select({ other, server }, nil, 0)
			return readable[1]
		end)
		assert.equal(other, readable[1])
		assert.is_nil(readable[2])
		local second = assert(socket.connect(host, port))
		readable = socket.select({ server }, { second }, 1)
		assert.equal(server, readable[1])
		second:close()
	end)

	it("blocks the frame no longer than it says, and a second at most", function()
		local client = pair()
		local function takes(seconds, fn, ...)
			local began = socket.gettime()
			fn(...)
			assert.near(seconds, socket.gettime() - began, 0.05)
		end
		client:settimeout(0.25)
		takes(0.25, client.receive, client)
		client:settimeout(nil)
		takes(1, client.receive, client)
		client:settimeout(-1)
		takes(1, client.receive, client)
		client:settimeout(60)
		takes(1, client.receive, client)
		takes(0.5, socket.sleep, 0.5)
		takes(1, socket.sleep, 60)
		takes(0.3, socket.select, { client }, nil, 0.3)
		takes(0, socket.select, { client }, nil, 0)
	end)

	it("knows its addresses", function()
		local client, other = pair()
		local peer_host, peer_port = other:getpeername()
		local own_host, own_port = client:getsockname()
		assert.equal(own_host, peer_host)
		assert.equal(own_port, peer_port)
		assert.equal(port, select(2, client:getpeername()))
		assert.truthy(tostring(client):find("tcp{client}", 1, true))
		assert.truthy(tostring(server):find("tcp{server}", 1, true))
		assert.truthy(tostring(socket.tcp()):find("tcp{master}", 1, true))
	end)

	it("binds and listens in two steps, and a port once", function()
		local master = socket.tcp()
		assert.equal(1, master:bind("*", 0))
		assert.equal(1, master:listen(5))
		local _, own = master:getsockname()
		local second, err = socket.bind("*", own)
		assert.is_nil(second)
		assert.truthy(err:find("in use", 1, true), err)
		master:close()
		assert.equal("closed", select(2, master:accept()))
	end)

	it("closes what a deleted script has opened", function()
		local script = spec_script.load("spec/testdata/socket.script", { port = port, host = host })
		local other
		wait_until(function()
			other = server:accept()
			return other
		end)
		other:settimeout(0)
		assert.equal("timeout", select(2, other:receive()))
		script:delete()
		assert.equal("closed", select(2, poll(other)))
	end)

	it("has try, newtry, protect and skip", function()
		local cleaned = 0
		local try = socket.newtry(function()
			cleaned = cleaned + 1
		end)
		local safe = socket.protect(function(ok)
			local a, b = try(ok, "why not")
			return a, b, "done"
		end)
		assert.same({ 5, "why not", "done" }, { safe(5) })
		assert.same({ n = 2, nil, "why not" }, { n = 2, safe(nil) })
		assert.equal(1, cleaned)
		raises("a bug", socket.protect(function()
			error("a bug")
		end))
		assert.same({ 3, 4 }, { socket.skip(2, 1, 2, 3, 4) })
		assert.equal(7, socket.try(7))
	end)

	it("looks names up", function()
		local ip, all = socket.dns.toip("localhost")
		assert.equal("127.0.0.1", ip)
		assert.same({ "127.0.0.1" }, all.ip)
		assert.equal("10.1.2.3", (socket.dns.toip("10.1.2.3")))
		assert.is_nil((socket.dns.toip("nobody.test")))
		assert.equal("string", type(socket.dns.gethostname()))
		assert.same({ { family = "inet", addr = "127.0.0.1" } }, socket.dns.getaddrinfo("localhost"))
	end)

	it("raises for bad arguments", function()
		local client = socket.tcp()
		raises("bad argument #2 to 'connect' (string expected, got nil)", client.connect, client, nil, 80)
		raises("bad argument #3 to 'connect' (number expected, got no value)", client.connect, client, "localhost")
		raises("bad argument #3 to 'connect' (a number from 0 to 65535 expected, got 70000)", client.connect, client, "localhost", 70000)
		raises("bad argument #1 to 'connect' (string expected, got no value)", socket.connect)
		raises("bad argument #1 to 'send' (tcp expected, got string)", client.send, "x")
		raises("bad argument #2 to 'send' (string expected, got table)", client.send, client, {})
		raises("bad argument #2 to 'receive' (*l, *a or a number expected, got '*x')", client.receive, client, "*x")
		raises("bad argument #1 to 'select' (a list of sockets expected, got a number at 1)", socket.select, { 5 }, nil, 0)
		raises("bad argument #2 to 'setoption' (unsupported option 'speed')", client.setoption, client, "speed", 5)
		raises("bad argument #2 to 'settimeout' (number expected, got table)", client.settimeout, client, {})
		assert.equal(1, client:setoption("tcp-nodelay", true))
		assert.equal("socket is not connected", select(2, client:receive()))
		assert.equal("socket is not connected", select(2, client:send("x")))
	end)
end)
