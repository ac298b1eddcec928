-- Spies, stubs, mocks and matchers. Nothing here is the engine's: the file also passes under busted itself.

local match = require("luassert.match")

local function failure(fn, ...)
	local ok, caught = pcall(fn, ...)
	assert(not ok, "it should have failed")
	return tostring(caught)
end

describe("a spy", function()
	local add
	before_each(function()
		add = spy.new(function(a, b)
			return a + b
		end)
	end)

	it("calls on", function()
		assert.equal(3, add(1, 2))
	end)

	it("counts", function()
		assert.spy(add).was_not_called()
		assert.spy(add).was_not.called()
		failure(function()
			assert.spy(add).was_called()
		end)
		add(1, 2)
		assert.spy(add).was_called()
		assert.spy(add).was_called(1)
		assert.spy(add).was.called(1)
		assert.spy(add).called_at_least(1)
		assert.spy(add).called_at_most(1)
		assert.spy(add).was_called_more_than(0)
		assert.spy(add).was_called_less_than(2)
		for _, wrong in ipairs({
			function() assert.spy(add).was_not_called() end,
			function() assert.spy(add).was_called(2) end,
			function() assert.spy(add).was_not_called(1) end,
			function() assert.spy(add).called_at_least(2) end,
			function() assert.spy(add).called_at_most(0) end,
			function() assert.spy(add).called_more_than(1) end,
			function() assert.spy(add).called_less_than(1) end,
		}) do
			failure(wrong)
		end
		assert.matches("Expected to be called 2 time(s), but was called 1 time(s)", failure(function()
			assert.spy(add).was_called(2)
		end), 1, true)
	end)

	it("remembers arguments", function()
		add(1, 2)
		add(3, 4)
		assert.spy(add).was_called_with(1, 2)
		assert.spy(add).was.called_with(3, 4)
		assert.spy(add).was_not.called_with(1, 4)
		assert.spy(add).was_not_called_with(1, 2, nil)
		assert.spy(add).returned_with(7)
		assert.spy(add).was_not.returned_with(8)
		local text = failure(function()
			assert.spy(add).was_called_with(1, 4)
		end)
		assert.matches("Function was never called with matching arguments.\nCalled with (last call if any):\n", text, 1, true)
		assert.matches("(values list) ((number) 3, (number) 4)\nExpected:\n(values list) ((number) 1, (number) 4)", text, 1, true)
		failure(function()
			assert.spy(add).was_not.called_with(1, 2)
		end)
		failure(function()
			assert.spy(add).returned_with(8)
		end)
	end)

	it("remembers arguments as they were", function()
		local seen = spy.new(function(t)
			t.changed = true
		end)
		local given = { 1 }
		seen(given)
		assert.spy(seen).was_called_with({ 1 })
		assert.spy(seen).was_called_with(match.is_ref(given))
		assert.spy(seen).was_not_called_with(match.is_ref({ 1 }))
	end)

	it("tells nil from nothing", function()
		local seen = spy.new(function() end)
		seen(nil)
		assert.spy(seen).was_called_with(nil)
		assert.spy(seen).was_called_with(match._)
	end)

	it("forgets on clear", function()
		add(1, 2)
		assert.equal(1, #add.calls)
		assert.same({ 1, 2, n = 2 }, { n = add.calls[1].vals.n, unpack(add.calls[1].vals, 1, 2) })
		add:clear()
		assert.spy(add).was_not_called()
	end)

	it("stands in a table until revert", function()
		local target = { f = function() return "f" end }
		local original = target.f
		local s = spy.on(target, "f")
		assert.equal("f", target.f())
		assert.spy(s).was_called(1)
		assert.spy(target.f).was_called(1)
		assert.is_true(spy.is_spy(target.f))
		s:revert()
		assert.equal(original, target.f)
	end)

	it("is of functions only", function()
		failure(function()
			spy.new(1)
		end)
		failure(function()
			spy.on({}, "missing").x = 1
			error("missing keys can't be spied on")
		end)
		assert.matches("must be chained after 'spy(aspy)'", failure(function()
			assert.was_called(1)
		end), 1, true)
	end)
end)

describe("a stub", function()
	local target
	before_each(function()
		target = { f = function() return "real" end }
	end)

	it("does nothing", function()
		local s = stub(target, "f")
		assert.is_nil(target.f(1))
		assert.stub(s).was_called_with(1)
		assert.stub(target.f).was.called(1)
		s:revert()
		assert.equal("real", target.f())
	end)

	it("returns what it is told", function()
		stub(target, "f", 1, nil, 3)
		assert.same({ 1, nil, 3 }, { target.f() })
		stub(target, "f").returns("a", "b")
		assert.same({ "a", "b" }, { target.f() })
	end)

	it("does what it is told", function()
		stub(target, "f", function(x) return x * 2 end)
		assert.equal(4, target.f(2))
		stub(target, "f").invokes(function(x) return x * 3 end)
		assert.equal(6, target.f(2))
	end)

	it("tells calls apart", function()
		local s = stub(target, "f")
		s.on_call_with(1).returns("one")
		s.on_call_with(match.is_string()).invokes(function(x) return x .. "!" end)
		s.by_default.returns("other")
		assert.equal("one", target.f(1))
		assert.equal("a!", target.f("a"))
		assert.equal("other", target.f(2))
	end)

	it("stands where nothing was, and nowhere", function()
		stub(target, "missing").returns(1)
		assert.equal(1, target.missing())
		local s = stub()
		s(1)
		assert.stub(s).was_called_with(1)
		failure(function()
			stub({ a = 1 }, "a")
		end)
	end)
end)

describe("a mock", function()
	it("spies on every function", function()
		local t = mock({ f = function() return "f" end, inner = { g = function() return "g" end }, x = 1 })
		assert.equal("f", t.f())
		assert.equal("g", t.inner.g())
		assert.equal(1, t.x)
		assert.spy(t.f).was_called(1)
		assert.spy(t.inner.g).was_called(1)
		mock.clear(t)
		assert.spy(t.f).was_not_called()
		mock.revert(t)
		assert.is_false(spy.is_spy(t.f))
	end)

	it("stubs them if asked", function()
		local t = mock({ f = function() return "f" end }, true)
		assert.is_nil(t.f())
		assert.stub(t.f).was_called()
	end)
end)

describe("a matcher", function()
	-- name, arguments, a value that matches, one that does not
	local cases = {
		{ "nil", {}, nil, 1 },
		{ "boolean", {}, true, 1 },
		{ "number", {}, 1, "1" },
		{ "string", {}, "1", 1 },
		{ "table", {}, {}, 1 },
		{ "function", {}, print, 1 },
		{ "true", {}, true, 1 },
		{ "false", {}, false, 1 },
		{ "truthy", {}, 0, false },
		{ "falsy", {}, false, 0 },
		{ "equal", { 1 }, 1, 2 },
		{ "equals", { "a" }, "a", "b" },
		{ "same", { { 1, { 2 } } }, { 1, { 2 } }, { 1, { 3 } } },
		{ "near", { 1, 0.5 }, 1.5, 1.6 },
		{ "match", { "a+" }, "caat", "cot" },
		{ "matches", { "a+" }, "caat", 12 },
		{ "unique", {}, { 1, 2 }, { 1, 1 } },
		{ "all_of", { match.is_number(), match.is_equal(1) }, 1, 2 },
		{ "any_of", { match.is_number(), match.is_equal("a") }, "a", "b" },
		{ "none_of", { match.is_number(), match.is_equal("a") }, "b", "a" },
	}
	for _, case in ipairs(cases) do
		local name = case[1]
		it("takes " .. name .. " both ways", function()
			local is = match["is_" .. name](unpack(case[2]))
			local is_not = match["is_not_" .. name](unpack(case[2]))
			local chained = match.is_not[name](unpack(case[2]))
			assert.is_true(match.is_matcher(is))
			assert.is_true(is(case[3]))
			assert.is_false(is(case[4]))
			assert.is_false(is_not(case[3]))
			assert.is_true(is_not(case[4]))
			assert.is_true(chained(case[4]))
		end)
	end

	it("shows itself in a failure", function()
		local s = spy.new(function() end)
		s(1)
		assert.matches("(matcher) is.string()", failure(function()
			assert.spy(s).was_called_with(match.is_string())
		end), 1, true)
		assert.matches("(matcher) no.near((number) 1, (number) 2)", failure(function()
			assert.spy(s).was_called_with(match.is_not_near(1, 2))
		end), 1, true)
	end)
end)
