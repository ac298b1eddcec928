-- The module go for a script that runs without a project: it has a game object of its own all the same.

local mover = "spec/testdata/mover.script"

describe("go", function()
	it("gives a script the properties that it declares, each instance its own", function()
		local ann, bob = spec_script.load(mover), spec_script.load(mover, { speed = 5 })
		wait_frames(1)
		assert.equal(10, ann.self.speed)
		assert.equal(5, bob.self.speed)
		assert.equal(vmath.vector3(1, 2, 0), ann.self.home)
		ann.self.home.x = 99
		assert.equal(1, bob.self.home.x)
	end)

	it("gives an unset url property the script's own address", function()
		local script = spec_script.load(mover)
		wait_frames(1)
		assert.equal("url: [" .. script.url .. "]", tostring(script.self.boss))
	end)

	it("moves an object by the clock and then calls back", function()
		local script = spec_script.load(mover)
		wait_frames(1)
		script:message("move", { x = 20 })
		wait(1)
		script:message("look", { at = script.self.id })
		wait_frames(1)
		assert.is_true(script.self.x > 8 and script.self.x < 13)
		assert.is_nil(script.self.arrived)
		wait(1.1)
		assert.equal("hash: [position.x] 20", script.self.arrived)
	end)

	it("deletes an object with its script, whose connections close", function()
		local server = spec_server.new()
		local script = spec_script.load(mover, { url = server.url })
		local other = spec_script.load(mover)
		wait_until(function()
			return server:connection()
		end)
		local id = script.self.id
		script:message("go")
		wait_frames(2)
		other:message("look", { at = id })
		wait_frames(1)
		assert.is_false(other.self.exists)
		wait_until(function()
			return server:connection().closed
		end)
		assert.equal(1001, server:connection().close_code)
	end)

	it("raises for what isn't there, and says what is missing", function()
		spec_script.load(mover)
		wait_frames(1)
		for text, fn in pairs({
			["there is no game object '/nobody' in the collection main"] = function() go.get_position("main:/nobody") end,
			["does not have any property called 'size'"] = function() go.get("main:/mover", "size") end,
			["vector3 expected, got number"] = function() go.set_position(1, "main:/mover") end,
			["go.property can only be called at the top of a script file"] = function() go.property("late", 1) end,
			["playback must be one of the constants PLAYBACK_"] = function() go.animate("main:/mover", "position", 99, 1, 0, 1) end,
		}) do
			assert.error_matches(fn, text, 1, true)
		end
	end)
end)
