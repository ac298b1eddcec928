-- Matchers: what an argument may be, for called_with, returned_with and on_call_with.

local native, arguments, chain, format = ...

local M = {}
local matcher_meta = {}

function matcher_meta.__call(matcher, value)
	return (not not matcher.callback(value)) == matcher.mod
end

-- So that a failure shows what was asked for.
function matcher_meta.__tostring(matcher)
	local texts = {}
	for i = 1, matcher.arguments.n do
		texts[i] = format.value(matcher.arguments[i])
	end
	return "(matcher) " .. (matcher.mod and "is." or "no.") .. matcher.name .. "(" .. table.concat(texts, ", ") .. ")"
end

local function make(name, mod, callback, list)
	return setmetatable({ name = name, mod = mod, callback = callback, arguments = list }, matcher_meta)
end

local begin = chain.new("matcher", function(state, matcher, list)
	return make(matcher.name, state.mod, matcher.callback(state, list, 1), list)
end)

---@return boolean is_matcher
---@return boolean wants_reference it is asked about the value itself, not about a copy
function M.kind_of(value)
	if type(value) == "table" and getmetatable(value) == matcher_meta then
		return true, value.name == "ref"
	end
	return false, false
end

function M.is_matcher(value)
	return (M.kind_of(value))
end

function M.is_ref_matcher(value)
	local _, reference = M.kind_of(value)
	return reference
end

-- Anything at all.
M._ = make("anything", true, function()
	return true
end, arguments.list())

arguments.keep(M.is_matcher)
format.add_formatter(function(value)
	if M.is_matcher(value) then
		return tostring(value)
	end
end)

local function need(list, name, count)
	if list.n < count then
		native.misuse(("the '%s' function requires a minimum of %d arguments, got: %d"):format(name, count, list.n))
	end
end

local function bad(index, name, wanted, value)
	native.misuse(("bad argument #%d to '%s' (%s expected, got %s)"):format(index, name, wanted, type(value)))
end

local function register(name, count, callback)
	chain.register("matcher", name, function(_, list)
		need(list, name, count)
		return callback(list, name)
	end)
end

for _, name in ipairs({ "nil", "boolean", "number", "string", "table", "function", "userdata", "thread" }) do
	register(name, 0, function()
		return function(value)
			return type(value) == name
		end
	end)
end

register("true", 0, function()
	return function(value)
		return value == true
	end
end)

register("false", 0, function()
	return function(value)
		return value == false
	end
end)

register("truthy", 0, function()
	return function(value)
		return value ~= nil and value ~= false
	end
end)

register("falsy", 0, function()
	return function(value)
		return value == nil or value == false
	end
end)

local function equals(list)
	return function(value)
		return value == list[1]
	end
end

register("equal", 1, equals)
register("equals", 1, equals)

register("same", 1, function(list)
	return function(value)
		return (native.same(value, list[1], true))
	end
end)

register("ref", 1, function(list, name)
	local kind = type(list[1])
	if kind ~= "table" and kind ~= "function" and kind ~= "userdata" and kind ~= "thread" then
		bad(1, name, "object", list[1])
	end
	return equals(list)
end)

register("near", 2, function(list, name)
	local expected, tolerance = tonumber(list[1]), tonumber(list[2])
	if not expected then
		bad(1, name, "number or object convertible to a number", list[1])
	end
	if not tolerance then
		bad(2, name, "number or object convertible to a number", list[2])
	end
	return function(value)
		local actual = tonumber(value)
		return actual ~= nil and actual >= expected - tolerance and actual <= expected + tolerance
	end
end)

local function matches(list, name)
	if type(list[1]) ~= "string" then
		bad(1, name, "string", list[1])
	end
	if list[2] ~= nil and not tonumber(list[2]) then
		bad(2, name, "number", list[2])
	end
	return function(value)
		if type(value) ~= "number" and not arguments.has_tostring(value) then
			return false
		end
		return tostring(value):find(list[1], list[2], list[3]) ~= nil
	end
end

register("match", 1, matches)
register("matches", 1, matches)

register("unique", 0, function(list)
	return function(value)
		if type(value) ~= "table" then
			return false
		end
		for k1, v1 in pairs(value) do
			for k2, v2 in pairs(value) do
				if k1 ~= k2 and (v1 == v2 or (list[1] and native.same(v1, v2, true))) then
					return false
				end
			end
		end
		return true
	end
end)

-- How many of the matchers in list hold for value.
local function holding(list, value)
	local count = 0
	for i = 1, list.n do
		if list[i](value) then
			count = count + 1
		end
	end
	return count
end

local function composite(name, holds)
	register(name, 1, function(list)
		for i = 1, list.n do
			if not M.is_matcher(list[i]) then
				bad(i, name, "matcher", list[i])
			end
		end
		return function(value)
			return holds(holding(list, value), list.n)
		end
	end)
end

composite("all_of", function(count, total) return count == total end)
composite("any_of", function(count) return count > 0 end)
composite("none_of", function(count) return count == 0 end)

return setmetatable(M, {
	__index = function(_, word)
		return begin(word)
	end,
})
