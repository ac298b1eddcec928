-- A script as it is written for Defold, unmodified: testdata/lobby.script.

describe("a script written for Defold", function()
	local server

	local function load(url)
		local script = spec_script.load("spec/testdata/lobby.script", { url = url })
		wait_frames(2)
		return script
	end

	before_each(function()
		server = spec_server.new()
	end)

	it("negotiates what its raw headers offer", function()
		local script = load(server.url)
		wait_until(function()
			return server:connection()
		end)
		local request = server:connection().request
		assert.same({ "chat" }, request.protocols)
		assert.equal("lobby.example", request.headers["origin"])
		assert.equal("chat", server:connection().protocol)
		wait_until(function()
			return script.self.lines[1]
		end)
		assert.matches("^in: userdata: 0x%x+$", script.self.lines[1])
	end)

	it("talks, and leaves", function()
		server:echo()
		local script = load(server.url)
		local self = script.self
		wait_until(function()
			return self.lines[2]
		end)
		assert.equal("heard: Is anybody there?", self.lines[2])
		script:message("leave")
		wait_until(function()
			return self.lobby == nil
		end)
		assert.equal(3, #self.lines)
		assert.equal(self.lines[1]:gsub("^in", "out"), self.lines[3])
	end)

	it("tells of trouble", function()
		server:refuse(503)
		local self = load(server.url).self
		wait_until(function()
			return self.lines[2]
		end)
		assert.matches("^trouble: .*503", self.lines[1])
		assert.matches("^out: userdata", self.lines[2])
		assert.is_nil(self.lobby)
	end)

	it("is disconnected by the server", function()
		local self = load(server.url).self
		wait_until(function()
			return server:connection() and self.lines[1]
		end)
		server:connection():close(1001, "restart")
		wait_until(function()
			return self.lobby == nil
		end)
		assert.equal(2, #self.lines)
	end)

	it("leaves the server when it is deleted", function()
		local script = load(server.url)
		wait_until(function()
			return script.self.lines[1]
		end)
		script:delete()
		wait(0.1)
		assert.equal(1000, server:connection().close_code)
		assert.is_true(server:connection().closed)
	end)

	it("is left alone without a server", function()
		local self = load("ws://echo.nowhere.test").self
		wait_until(function()
			return self.lines[2]
		end)
		assert.matches("^trouble: ", self.lines[1])
	end)
end)
