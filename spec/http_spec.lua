-- http.request: HTTP beside the connections, answered on the tick.

--- Sends a request and waits for its answer.
local function fetch(url, method, headers, body, options)
	local answer
	http.request(url, method or "GET", function(_, _, response)
		if response.status then
			answer = response
		end
	end, headers, body, options)
	wait_until(function()
		return answer
	end, 600)
	return answer
end

describe("http.request", function()
	local server, url, asked
	before_each(function()
		server = spec_server.new()
		url = server.url:gsub("^ws", "http")
		asked = {}
	end)

	--- Has the server answer so, and note what it was asked.
	local function answer(status, headers, body)
		server:on_request(function(request)
			asked[#asked + 1] = request
			return status, headers, body
		end)
	end

	it("gives status, headers and body", function()
		answer(200, { ["X-Score"] = "7", ["X-List"] = { "a", "b" } }, "hello")
		local got = fetch(url .. "scores?top=10")
		assert.equal(200, got.status)
		assert.equal("hello", got.response)
		assert.equal("7", got.headers["x-score"])
		assert.equal("a, b", got.headers["x-list"])
		assert.equal(url .. "scores?top=10", got.url)
		assert.is_nil(got.error)
		assert.equal("GET", asked[1].method)
		assert.equal("/scores?top=10", asked[1].target)
		assert.equal(server.host, asked[1].host)
	end)

	it("calls back in a later frame, with self and an id", function()
		answer(204)
		local self, id, status
		http.request(url, "GET", function(...)
			local response
			self, id, response = ...
			status = response.status
		end)
		assert.is_nil(status)
		wait_until(function()
			return status
		end)
		assert.equal(204, status)
		assert.equal("userdata", type(self))
		assert.equal(hash("http_response"), id)
	end)

	it("sends method, headers and a binary body", function()
		answer(201)
		local body = "\0\1\255 and \r\n more"
		fetch(url, "PUT", { ["X-Token"] = "secret", ["X-Number"] = 5, Host = "other.test" }, body)
		assert.equal("PUT", asked[1].method)
		assert.equal("secret", asked[1].headers["x-token"])
		assert.equal("5", asked[1].headers["x-number"])
		assert.equal("other.test", asked[1].host)
		assert.equal(body, asked[1].body)
		assert.equal(tostring(#body), asked[1].headers["content-length"])
	end)

	it("sends a body in chunks where asked to", function()
		answer(200)
		fetch(url, "POST", nil, ("x"):rep(20000), { chunked_transfer = true })
		assert.equal(20000, #asked[1].body)
		assert.is_nil(asked[1].headers["content-length"])
	end)

	it("gets a binary body", function()
		local bytes = {}
		for i = 0, 255 do
			bytes[#bytes + 1] = string.char(i)
		end
		local body = table.concat(bytes):rep(100)
		answer(200, nil, body)
		assert.equal(body, fetch(url).response)
	end)

	it("gives the answers that are no success", function()
		for _, status in ipairs({ 301, 400, 404, 500, 503 }) do
			answer(status, { Location = "http://elsewhere.test/" }, "why")
			local got = fetch(url)
			assert.equal(status, got.status)
			assert.equal("why", got.response)
			assert.equal("http://elsewhere.test/", got.headers.location)
		end
	end)

	it("answers 0 where nobody listens", function()
		server:close()
		local got = fetch(url)
		assert.equal(0, got.status)
		assert.equal("", got.response)
		assert.same({}, got.headers)
		assert.truthy(got.error:find("connection refused", 1, true))
	end)

	it("answers 0 for a name that nobody has", function()
		assert.equal(0, fetch("http://nobody.test/").status)
	end)

	it("answers 0 for what is no URL of http", function()
		for _, bad in ipairs({ "", "game.test", "ftp://game.test/", "http://", "http://game.test/%zz", "http://a b/" }) do
			local got = fetch(bad)
			assert.equal(0, got.status)
			assert.equal("string", type(got.error))
		end
	end)

	it("answers 0 when the server hangs up", function()
		server:drop()
		assert.equal(0, fetch(url).status)
	end)

	it("gives up after options.timeout", function()
		server:mute()
		local began = socket.gettime()
		local got = fetch(url, "GET", nil, nil, { timeout = 2.5 })
		assert.equal(0, got.status)
		assert.truthy(got.error:find("2.5s", 1, true))
		assert.near(2.5, socket.gettime() - began, 0.05)
	end)

	it("gives up on a silent server after 60 s", function()
		server:mute()
		local began = socket.gettime()
		assert.equal(0, fetch(url).status)
		assert.near(60, socket.gettime() - began, 0.05)
	end)

	it("waits for a slow answer that keeps coming", function()
		server:answer({ status = 200, body = ("x"):rep(60), trickle = 1 })
		assert.equal(("x"):rep(60), fetch(url).response)
	end)

	it("speaks TLS with the trust of websockets", function()
		local secure = spec_server.new({ tls = true })
		secure:on_request(function()
			return 200, nil, "safe"
		end)
		assert.equal("safe", fetch((secure.url:gsub("^wss", "https"))).response)
		local doubtful = spec_server.new({ tls = "untrusted" })
		local got = fetch((doubtful.url:gsub("^wss", "https")))
		assert.equal(0, got.status)
		assert.truthy(got.error:find("certificate", 1, true))
	end)

	it("runs four at a time and the rest after them", function()
		local most, now = 0, 0
		server:on_request(function()
			now = now + 1
			most = math.max(most, now)
			return 200
		end)
		local done = 0
		for _ = 1, 20 do
			http.request(url, "GET", function()
				done, now = done + 1, now - 1
			end)
		end
		wait_until(function()
			return done == 20
		end)
		assert.equal(4, most)
	end)

	it("keeps running when a callback raises", function()
		answer(200)
		local called = false
		http.request(url, "GET", function()
			called = true
			error("boom")
		end)
		wait_until(function()
			return called
		end)
		assert.equal(200, fetch(url).status)
		local errors = script_errors()
		assert.equal(1, #errors)
		assert.truthy(errors[1]:find("boom", 1, true))
	end)

	it("may ask again in its callback", function()
		answer(200)
		local status
		http.request(url, "GET", function()
			http.request(url, "GET", function(_, _, response)
				status = response.status
			end)
		end)
		wait_until(function()
			return status
		end)
		assert.equal(200, status)
	end)

	it("tells which part of a document came", function()
		answer(206, { ["Content-Range"] = "bytes 10-14/1000" }, "hello")
		local got = fetch(url, "GET", { Range = "bytes=10-14" })
		assert.equal(206, got.status)
		assert.equal(10, got.range_start)
		assert.equal(14, got.range_end)
		assert.equal(1000, got.document_size)
	end)

	it("reports progress where asked to", function()
		server:throttle(1000)
		answer(200, nil, ("x"):rep(5000))
		local reports, status = {}, nil
		http.request(url, "GET", function(_, _, response)
			if response.bytes_received then
				reports[#reports + 1] = response
			else
				status = response.status
			end
		end, nil, nil, { report_progress = true })
		wait_until(function()
			return status
		end, 60)
		assert.truthy(#reports > 2)
		for i, report in ipairs(reports) do
			assert.equal(5000, report.bytes_total)
			assert.truthy(i == 1 or report.bytes_received > reports[i - 1].bytes_received)
		end
	end)

	describe("with options.path", function()
		local path
		before_each(function()
			path = os.tmpname()
		end)
		after_each(function()
			os.remove(path)
		end)

		local function content()
			local file = assert(io.open(path, "rb"))
			local text = file:read("*a")
			file:close()
			return text
		end

		it("writes the body to the file", function()
			answer(200, nil, "a\0b\r\n")
			local got = fetch(url, "GET", nil, nil, { path = path })
			assert.equal(200, got.status)
			assert.equal(path, got.path)
			assert.is_nil(got.response)
			assert.equal("a\0b\r\n", content())
		end)

		it("leaves the file alone for another status", function()
			answer(200, nil, "first")
			fetch(url, "GET", nil, nil, { path = path })
			answer(404, nil, "nothing here")
			local got = fetch(url, "GET", nil, nil, { path = path })
			assert.is_nil(got.path)
			assert.equal("nothing here", got.response)
			assert.equal("first", content())
		end)

		it("leaves the file alone when the connection is lost", function()
			answer(200, nil, "first")
			fetch(url, "GET", nil, nil, { path = path })
			server:answer({ status = 200, body = ("x"):rep(1000), drop_after = 500 })
			assert.equal(0, fetch(url, "GET", nil, nil, { path = path }).status)
			assert.equal("first", content())
		end)

		it("says why it can't write", function()
			answer(200, nil, "hello")
			local got = fetch(url, "GET", nil, nil, { path = path .. ".no/such/folder" })
			assert.equal(200, got.status)
			assert.equal("write " .. path .. ".no/such/folder: no such file or directory", got.error)
		end)
	end)

	it("raises for bad arguments", function()
		local function refuses(text, ...)
			local arguments = { n = select("#", ...), ... }
			local ok, err = pcall(function()
				http.request(unpack(arguments, 1, arguments.n))
			end)
			assert.is_false(ok)
			assert.truthy(tostring(err):find(text, 1, true), err)
		end
		local function callback() end
		refuses("bad argument #1 to 'request' (string expected, got no value)")
		refuses("bad argument #1 to 'request' (string expected, got nil)", nil, "GET", callback)
		refuses("bad argument #2 to 'request' (string expected, got table)", url, {}, callback)
		refuses("bad argument #2 to 'request' (an HTTP method such as GET expected", url, "GET /\r\n", callback)
		refuses("bad argument #3 to 'request' (function expected, got nil)", url, "GET", nil)
		refuses("bad argument #4 to 'request' (table expected, got string)", url, "GET", callback, "A: b")
		refuses("'X' holds a line break", url, "GET", callback, { X = "a\r\nb" })
		refuses("is no header's name", url, "GET", callback, { ["a b"] = "c" })
		refuses("'X' must be a string, got table", url, "GET", callback, { X = {} })
		refuses("bad argument #5 to 'request' (string expected, got table)", url, "POST", callback, nil, {})
		refuses("bad argument #6 to 'request' (table expected, got number)", url, "GET", callback, nil, nil, 5)
		refuses("options.timeout must be a number, got string", url, "GET", callback, nil, nil, { timeout = "5" })
		refuses("options.timeout must be seconds", url, "GET", callback, nil, nil, { timeout = -1 })
		refuses("options.path must be a string, got boolean", url, "GET", callback, nil, nil, { path = true })
		wait(1)
		assert.equal(0, #server.requests)
	end)
end)
