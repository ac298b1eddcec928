-- luacheck: globals block

describe("lost", function()
	it("is well at first", function() end)
	it("never returns", function() block() end)
	it("is not run any more", function() end)
end)
