-- Which server a URL reaches, and what that server is asked.

local spec = require("spec.client")

local function request_of(server, url, params)
	wait_until(spec.connect(url, params).open)
	return server:connection().request
end

describe("a URL", function()
	local server
	before_each(function()
		server = spec_server.new({ host = "game.test" })
	end)

	for url, target in pairs({
		["ws://game.test"] = "/",
		["ws://game.test/"] = "/",
		["ws://game.test?room=1"] = "/?room=1",
		["ws://game.test/lobby/3?token=a%20b&x=%zz"] = "/lobby/3?token=a%20b&x=%zz",
		["ws://game.test/a/../b//c;d"] = "/a/../b//c;d",
		["ws://game.test/a#there"] = "/a",
		["ws://game.test?a=b#c?d"] = "/?a=b",
		["WS://GAME.test/x"] = "/x",
	}) do
		it("asks for " .. target .. " by " .. url, function()
			assert.equal(target, request_of(server, url).target)
		end)
	end

	it("may say http for ws", function()
		assert.equal("GET", request_of(server, "http://game.test/x").method)
	end)

	it("may say https for wss", function()
		local secure = spec_server.new({ host = "secure.test", tls = true })
		assert.equal("secure.test", request_of(secure, "https://secure.test/").server_name)
	end)

	it("leaves the scheme's own port out of Host", function()
		assert.equal("game.test", request_of(server, "ws://game.test/").host)
		assert.equal("game.test", request_of(server, "ws://game.test:80/").host)
		local secure = spec_server.new({ host = "secure.test", tls = true })
		assert.equal("secure.test", request_of(secure, "wss://secure.test:443/").host)
	end)

	it("sends any other port in Host", function()
		local other = spec_server.new({ host = "other.test", port = 8080 })
		assert.equal("ws://other.test:8080/", other.url)
		assert.equal("other.test:8080", request_of(other, other.url).host)
		local odd = spec_server.new({ host = "odd.test", port = 443 })
		assert.equal("odd.test:443", request_of(odd, "ws://odd.test:443").host)
	end)

	it("sends user and password as Basic auth", function()
		local request = request_of(server, "ws://Aladdin:open%20sesame@game.test/")
		assert.equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", request.headers["authorization"])
		assert.equal("game.test", request.host)
		assert.is_nil(request.raw:find("@", 1, true))
	end)

	it("lets an Authorization header of the script win", function()
		local request = request_of(server, "ws://ann:secret@game.test/", { headers = "authorization: Bearer t" })
		assert.equal("Bearer t", request.headers["authorization"])
	end)

	it("may name an IPv6 address", function()
		local six = spec_server.new({ host = "::1", port = 9000 })
		assert.equal("[::1]:9000", request_of(six, "ws://[::1]:9000/").host)
	end)

	it("may be written in any alphabet", function()
		local books = spec_server.new({ host = "xn--bcher-kva.test" })
		assert.equal("xn--bcher-kva.test", request_of(books, "ws://bücher.test/").host)
	end)
end)

describe("a URL that can't be used is told as an event", function()
	for url, text in pairs({
		[""] = "scheme",
		["game.test"] = "scheme",
		["ftp://game.test"] = "ftp",
		["ws://"] = "host",
		["ws:///path"] = "host",
		["ws://game.test:0"] = "port",
		["ws://game.test:70000/"] = "port",
		["ws://game.test:eighty/"] = "port",
		["ws://game test/"] = "' '",
		["ws://game.test/a b"] = "' '",
		["ws://game.test/\r\nX-Evil: 1"] = "\\r",
		["ws://[::1/"] = "bracket",
		["ws://[nonsense]/"] = "IPv6",
		["ws://a%zz@game.test/"] = "%",
	}) do
		it(("%q"):format(url), function()
			local client = spec.connect(url)
			local failed = wait_until(client.failed)
			assert.equal("url", failed.stage)
			assert.matches(text, failed.message, 1, true)
			assert.is_nil(failed.handshake_response)
			assert.equal("ERROR DISCONNECTED", client.story())
			assert.equal(1006, client.over().code)
		end)
	end

	it("and its message does not tell the password", function()
		local failed = wait_until(spec.connect("ws://ann:secret@nowhere.test/?token=t0ken").failed)
		assert.matches("nowhere.test", failed.message, 1, true)
		assert.is_nil(failed.message:find("secret", 1, true))
		assert.is_nil(failed.message:find("t0ken", 1, true))
	end)
end)
