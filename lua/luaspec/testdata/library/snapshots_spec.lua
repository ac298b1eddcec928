-- What spies and stubs replaced comes back by itself. Differs from busted: there a spec reverts them.

describe("what an it replaces", function()
	local target = { f = function() return "real" end, g = function() return "real" end }

	it("is replaced", function()
		stub(target, "f").returns("stub")
		spy.on(target, "g")
		assert.equal("stub", target.f())
		assert.is_true(spy.is_spy(target.g))
	end)

	it("is back in the next", function()
		assert.equal("real", target.f())
		assert.is_function(target.g)
	end)

	it("is back after a snapshot too", function()
		local snapshot = assert:snapshot()
		stub(target, "f")
		assert.is_nil(target.f())
		snapshot:revert()
		assert.equal("real", target.f())
	end)
end)
