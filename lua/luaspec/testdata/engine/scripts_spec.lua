-- An unmodified script under test.
-- luacheck: read globals script_errors

describe("spec_script", function()
	local script
	before_each(function()
		script = spec_script.load("testdata/engine/player.script", { name = "ann" })
	end)

	it("runs init and update in frames", function()
		assert.equal("ann", script.self.name)
		assert.is_nil(script.self.time)
		wait(1)
		assert.near(1, script.self.time, 0.02)
	end)

	for i = 1, 2 do
		it("is fresh each time, " .. i, function()
			wait_frames(1)
			assert.equal(1, script.self.loads)
		end)
	end

	it("gets messages", function()
		script:message("hello", { text = "hi" })
		wait_frames(2)
		assert.same({ "hi" }, script.self.log)
	end)

	it("gets input", function()
		wait_frames(2)
		script:input("touch", { pressed = true, x = 5 })
		wait_frames(1)
		assert.same({ "touch 5" }, script.self.log)
	end)

	it("is deleted", function()
		wait_frames(1)
		local self = script.self
		assert.is_true(script:alive())
		script:delete()
		assert.is_false(script:alive())
		assert.is_true(self.finished)
	end)

	it("fails the spec unless its error is asked for", function()
		script:message("fail")
		wait_frames(2)
		assert.matches("asked to", script_errors()[1], 1, true)
	end)

	it("says what is wrong with a file", function()
		assert.error_matches(function() spec_script.load("testdata/engine/none.script") end, "none.script")
		assert.error_matches(function() script:message() end, "value expected")
		assert.error_matches(function() script.message(1) end, "a script of spec_script.load expected", 1, true)
	end)
end)
