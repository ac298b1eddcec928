-- Spec files written for busted alone. It takes nothing of the engine's, so it also passes there.

require("busted.runner")()
local busted = require("busted")
local it = busted.it

busted.describe("a file that names what it uses", function()
	it("finds it", function()
		assert.equal(require("luassert"), assert)
		assert.equal(require("luassert.spy"), spy)
		assert.is_table(require("say"))
	end)

	it("keeps the library's levels", function()
		assert.has_error(function()
			assert(false, "at the caller", assert:level(2))
		end)
	end)
end)
