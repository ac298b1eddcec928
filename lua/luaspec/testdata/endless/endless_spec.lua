-- What a Timeout is for.

describe("endless", function()
	it("loops", function()
		while true do end
	end)

	it("loops in a pcall", function()
		while true do
			pcall(function()
				while true do end
			end)
		end
	end)

	it("loops in a coroutine", function()
		local co = coroutine.wrap(function()
			coroutine.yield()
			while true do
				-- for ever
			end
		end)
		co()
		co()
	end)
	it("waits", function() wait(1e9) end)
	it("ends", function() end)
end)
