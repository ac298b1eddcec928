-- Each assertion, where it holds and where it does not. Nothing here is the engine's: the file also passes
-- under busted itself.

local function failure(fn, ...)
	local ok, caught = pcall(fn, ...)
	assert(not ok, "it should have failed")
	return tostring(caught)
end

local function raise()
	error("boom")
end

local function raise_table()
	error({ code = 1 })
end

local function quiet() end

local named = setmetatable({}, {
	__tostring = function()
		return "named"
	end,
})

local list = { 1, 2 }

-- name, what holds, what does not
local cases = {
	{ "equal", { 1, 1 }, { 1, "1" } },
	{ "equals", { list, list }, { list, { 1, 2 } } },
	{ "same", { { a = { 1, { 2 } } }, { a = { 1, { 2 } } } }, { { a = { 1, { 2 } } }, { a = { 1, { 3 } } } } },
	{ "same", { 1, 1 }, { 1, 2 } },
	{ "same", { {}, {} }, { {}, { 1 } } },
	{ "same", { { 1 }, { 1 } }, { { 1 }, {} } },
	{ "true", { true }, { 1 } },
	{ "True", { true }, { nil } },
	{ "false", { false }, { nil } },
	{ "truthy", { 0 }, { false } },
	{ "falsy", { nil }, { "" } },
	{ "nil", { nil }, { false } },
	{ "boolean", { false }, { nil } },
	{ "number", { 0 }, { "0" } },
	{ "string", { "" }, { 1 } },
	{ "table", { {} }, { "table" } },
	{ "function", { print }, { {} } },
	{ "thread", { coroutine.create(quiet) }, { quiet } },
	{ "near", { 1, 1.4, 0.5 }, { 1, 1.6, 0.5 } },
	{ "near", { 1, "1.4", 0.5 }, { 1, 0.4, 0.5 } },
	{ "match", { "a+", "caat" }, { "a+", "cot" } },
	{ "matches", { "named", named }, { "other", named } },
	{ "matches", { "1", 123 }, { "4", 123 } },
	{ "matches", { ".", "a.b", 1, true }, { ".", "ab", 1, true } },
	{ "matches", { "a", "ba", 2 }, { "b", "ba", 2 } },
	{ "unique", { { 1, 2, 3 } }, { { 1, 2, 1 } } },
	{ "unique", { { { 1 }, { 1 } } }, { { { 1 }, { 1 } }, true } },
	{ "error", { raise }, { quiet } },
	{ "errors", { raise, "boom" }, { raise, "bang" } },
	{ "error", { raise_table, { code = 1 } }, { raise_table, { code = 2 } } },
	{ "error_matches", { raise, "^bo+m$" }, { raise, "bang" } },
	{ "matches_error", { raise, "oo", 1, true }, { raise, "o.", 1, true } },
	{ "error_match", { raise, "b" }, { quiet, "b" } },
	{ "returned_arguments", { 2, "a", nil }, { 1, "a", nil } },
}

local function arguments(case, which)
	local count = 0
	for i in pairs(case[which]) do
		count = math.max(count, i)
	end
	if case[1] == "returned_arguments" then
		count = 3
	end
	return unpack(case[which], 1, math.max(count, 1))
end

describe("assertions", function()
	for i, case in ipairs(cases) do
		local name = case[1]
		it("take " .. name .. " both ways, case " .. i, function()
			local plain, is, is_not, are_not = assert[name], assert.is[name], assert.is_not[name], assert["are_not_" .. name]
			assert(plain and is and is_not and are_not)
			assert[name](arguments(case, 2))
			assert.is[name](arguments(case, 2))
			assert["is_" .. name](arguments(case, 2))
			assert.is_not[name](arguments(case, 3))
			assert["are_not_" .. name](arguments(case, 3))
			assert.has.no[name](arguments(case, 3))
			failure(function()
				assert[name](arguments(case, 3))
			end)
			failure(function()
				assert.is_not[name](arguments(case, 2))
			end)
			failure(function()
				assert["has_no_" .. name](arguments(case, 2))
			end)
		end)
	end

	it("give their arguments back", function()
		assert.same({ 1, 1, "why" }, { assert.equal(1, 1, "why") })
		assert.equal("oo", assert.matches("b(o+)m", "boom"))
		local caught, expected = assert.has_error(raise, "boom")
		assert.equal("boom", caught)
		assert.equal("boom", expected)
		assert.equal(5, assert.is_number(5))
	end)

	it("put the last argument before the failure", function()
		assert.matches("because\nExpected objects to be equal", failure(function()
			assert.equal(1, 2, "because")
		end), 1, true)
		assert.matches("because\nExpected", failure(function()
			assert.is_nil(1, "because")
		end), 1, true)
		assert.matches("because\nExpected", failure(function()
			assert.matches("a", "b", "because")
		end), 1, true)
		assert.matches("because\nExpected", failure(function()
			assert.message("because").is_true(false)
		end), 1, true)
		assert.matches("because", failure(function()
			assert.has_error(quiet, nil, "because")
		end), 1, true)
		assert.matches("because", failure(function()
			assert.near(1, 2, 0.5, "because")
		end), 1, true)
	end)

	it("tell the line that failed", function()
		local text = failure(function()
			assert.equal(1, 2)
		end)
		assert.matches("assertions_spec.lua:133: Expected objects to be equal.\nPassed in:\n(number) 2\nExpected:\n(number) 1", text, 1, true)
	end)

	it("refuse words they don't know", function()
		assert.matches("unknown modifier/assertion: '", failure(function()
			assert.is_wobbly(1)
		end), 1, true)
	end)

	it("refuse too few arguments", function()
		assert.matches("the 'equals' function requires a minimum of 2 arguments, got: 1", failure(function()
			assert.equal(1)
		end), 1, true)
		assert.matches("bad argument #1 to 'near'", failure(function()
			assert.near("x", 1, 1)
		end), 1, true)
		assert.matches("bad argument #1 to 'error'", failure(function()
			assert.has_error("x")
		end), 1, true)
	end)

	it("compare tables that hold themselves", function()
		local a, b = { 1 }, { 1 }
		a.me, b.me = a, b
		assert.same(a, b)
		b.other = true
		assert.not_same(a, b)
	end)

	it("ask __eq inside but not outside", function()
		local meta = {
			__eq = function(x, y)
				return x.id == y.id
			end,
		}
		local a, b = setmetatable({ id = 1, x = 1 }, meta), setmetatable({ id = 1, x = 2 }, meta)
		assert.equal(a, b)
		assert.not_same(a, b)
		assert.same({ a }, { b })
	end)
end)

describe("Lua's own assert", function()
	it("returns what it is given", function()
		assert.same({ 1, "m", 3 }, { assert(1, "m", 3) })
	end)

	it("raises a message as it is", function()
		local ok, caught = pcall(assert, false, "plain")
		assert.is_false(ok)
		assert.matches("plain", tostring(caught), 1, true)
		ok, caught = pcall(assert, nil)
		assert.is_false(ok)
		assert.matches("assertion failed!", tostring(caught), 1, true)
	end)
end)

describe("custom assertions", function()
	local say = require("say")

	it("register with texts of their own", function()
		say:set("assertion.even.positive", "Expected an even number:\n%s")
		say:set("assertion.even.negative", "Expected an odd number:\n%s")
		assert:register("assertion", "even", function(_, given)
			return given[1] % 2 == 0
		end, "assertion.even.positive", "assertion.even.negative")
		assert.is_even(2)
		assert.is_not_even(3)
		assert.matches("Expected an even number:\n(number) 3", failure(function()
			assert.is_even(3)
		end), 1, true)
		assert.matches("Expected an odd number:\n(number) 2", failure(function()
			assert.is_not.even(2)
		end), 1, true)
		assert:unregister("assertion", "even")
	end)

	it("show values their way", function()
		local function dollars(value)
			if type(value) == "number" then
				return "$" .. value
			end
		end
		assert:add_formatter(dollars)
		local text = failure(function()
			assert.equal(1, 2)
		end)
		assert:remove_formatter(dollars)
		assert.matches("Passed in:\n$2\nExpected:\n$1", text, 1, true)
	end)
end)
