-- websocket.listen's params.pages: what a server in Lua answers to a browser that
-- asks for a page.

local HTML = "<!doctype html><title>Chat</title>"

describe("params.pages", function()
	local server
	local function listen(pages)
		local why
		server, why = websocket.listen("127.0.0.1:0", { pages = pages }, function(_, connection, data)
			if data.event == websocket.EVENT_MESSAGE then
				websocket.send(connection, data.message, { type = data.type })
			end
		end)
		assert(server, why)
		finally(function()
			server:close()
		end)
	end

	--- What the server answers to GET path.
	local function get(path)
		local answer
		http.request(server.url:gsub("^ws(.*)/$", "http%1") .. path, "GET", function(_, _, response)
			answer = response
		end)
		return wait_until(function()
			return answer
		end)
	end

	it("are handed out by their paths, HTML unless they say otherwise", function()
		listen({ ["/"] = HTML, ["/style.css"] = { type = "text/css", body = "b{}\n" }, ["/empty"] = { body = "" } })
		local page = get("/")
		assert.equal(200, page.status)
		assert.equal(HTML, page.response)
		assert.equal("text/html; charset=utf-8", page.headers["content-type"])
		assert.equal("nosniff", page.headers["x-content-type-options"])
		assert.equal(HTML, get("/?room=lobby").response)
		local style = get("/style.css")
		assert.equal("text/css", style.headers["content-type"])
		assert.equal("b{}\n", style.response)
		assert.equal(200, get("/empty").status)
	end)

	it("are large, if need be", function()
		local large = ("<p>x</p>\n"):rep(100000)
		listen({ ["/"] = large })
		local page = get("/")
		assert.equal(200, page.status)
		assert.is_true(page.response == large)
	end)

	it("are all there is", function()
		listen({ ["/"] = HTML })
		assert.equal(404, get("/other").status)
	end)

	it("leave the handshake alone", function()
		listen({ ["/"] = HTML })
		local got
		websocket.connect(server.url, nil, function(_, connection, data)
			if data.event == websocket.EVENT_CONNECTED then
				websocket.send(connection, "hello")
			elseif data.event == websocket.EVENT_MESSAGE then
				got = data.message
			end
		end)
		wait_until(function()
			return got == "hello"
		end)
	end)

	it("raise for what can't be meant", function()
		for problem, pages in pairs({
			["params.pages is true: want a table of pages by their paths"] = true,
			["params.pages has the key 1: want a path such as \"/\""] = { HTML },
			["params.pages has the key \"index.html\": want a path such as \"/\""] = { ["index.html"] = HTML },
			["params.pages has the key \"/?a\": want a path"] = { ["/?a"] = HTML },
			["params.pages[\"/\"] is 7: want HTML, or a table {type, body}"] = { ["/"] = 7 },
			["params.pages[\"/\"] is a nil: want HTML, or a table {type, body}"] = { ["/"] = {} },
			["params.pages[\"/\"] has the key \"text\": want type, body"] = { ["/"] = { text = HTML } },
			["params.pages[\"/\"].type is \"html\": want a content type such as \"text/css\""] = { ["/"] = { type = "html", body = HTML } },
			["params.pages[\"/\"].type is \"text/a\\r\\nX: y\": want"] = { ["/"] = { type = "text/a\r\nX: y", body = HTML } },
		}) do
			assert.error_matches(function()
				websocket.listen("127.0.0.1:0", { pages = pages }, function() end)
			end, problem, 1, true)
		end
	end)
end)
