local signal = require "tickwire.signal"

describe("tickwire.signal", function()
	local s, calls
	before_each(function()
		s, calls = signal.new(), {}
	end)

	local function noting(name)
		return function(...)
			calls[#calls + 1] = { name, ... }
		end
	end

	it("calls its functions in order, with the arguments", function()
		s:connect(noting("a"))
		s:connect(noting("b"))
		s:emit(1, "x")
		assert.same({ { "a", 1, "x" }, { "b", 1, "x" } }, calls)
	end)

	it("calls a function as often as it was connected, and disconnects it as a whole", function()
		local a = noting("a")
		s:connect(a)
		s:connect(a)
		s:emit()
		assert.equal(2, #calls)
		s:disconnect(a)
		s:emit()
		assert.equal(2, #calls)
	end)

	it("disconnects all without an argument", function()
		s:connect(noting("a"))
		s:connect(noting("b"))
		s:disconnect()
		s:emit()
		assert.same({}, calls)
	end)

	it("calls whom an emit began with, also when one of them disconnects", function()
		local b = noting("b")
		s:connect(function() s:disconnect(b) end)
		s:connect(b)
		s:emit()
		assert.equal(1, #calls)
		s:emit()
		assert.equal(1, #calls)
	end)

	it("goes on after an error, and raises it at the end", function()
		s:connect(function() error({ name = "mine" }) end)
		s:connect(noting("b"))
		local ok, problem = pcall(s.emit, s)
		assert.is_false(ok)
		assert.equal("mine", problem.name)
		assert.equal(1, #calls)
	end)

	it("refuses what is no function", function()
		assert.has_error(function() s:connect(3) end, "signal: connect: a function is expected, got number")
	end)
end)
