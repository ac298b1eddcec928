-- luassert's assertions. Each gets the chain's state and its argument list, says whether it holds, and leaves
-- in the list what the failure's text names: passed in first, expected second.

local native, arguments, chain = ...

local function need(list, name, count)
	if list.n < count then
		native.misuse(("the '%s' function requires a minimum of %d arguments, got: %d"):format(name, count, list.n))
	end
end

local function need_type(holds, index, name, wanted, value)
	if not holds then
		native.misuse(("bad argument #%d to '%s' (%s expected, got %s)"):format(index, name, wanted, type(value)))
	end
end

local function set_message(state, message)
	if message ~= nil then
		state.failure_message = message
	end
end

local function swap(list)
	list[1], list[2] = list[2], list[1]
end

local function equals(state, list)
	need(list, "equals", 2)
	local holds = list[1] == list[2]
	list.identity = true
	if not holds then
		list.more = native.difference(list[2], list[1], false)
	end
	swap(list)
	set_message(state, list[3])
	return holds
end

local function same(state, list)
	need(list, "same", 2)
	local holds, crumbs = native.same(list[1], list[2], true)
	list.crumbs = crumbs
	if not holds then
		list.more = native.difference(list[2], list[1], true)
	end
	swap(list)
	set_message(state, list[3])
	return holds
end

local function near(state, list)
	need(list, "near", 3)
	local wanted = "number or object convertible to a number"
	local expected, actual, tolerance = tonumber(list[1]), tonumber(list[2]), tonumber(list[3])
	need_type(expected, 1, "near", wanted, list[1])
	need_type(actual, 2, "near", wanted, list[2])
	need_type(tolerance, 3, "near", wanted, list[3])
	swap(list)
	list[3] = native.number(tolerance)
	list.plain = { [3] = true }
	set_message(state, list[4])
	return actual >= expected - tolerance and actual <= expected + tolerance
end

-- After (pattern, value) come init, plain and the failure's message, each of which may be missing.
local function pattern_options(list, name)
	local message
	for i = 3, list.n do
		local option = list[i]
		if option ~= nil and type(option) ~= "boolean" and not tonumber(option) then
			message = option
			for j = i, list.n do
				list[j] = list[j + 1]
			end
			break
		end
	end
	need_type(list[3] == nil or tonumber(list[3]), 3, name, "number", list[3])
	return list[3], list[4], message
end

local function find(text, pattern, init, plain)
	if plain then
		return text:find(pattern, init, true) ~= nil, { pattern, n = 1 }
	end
	local captures = arguments.list(text:match(pattern, init))
	return captures[1] ~= nil, captures
end

local function matches(state, list)
	need(list, "matches", 2)
	local value = list[2]
	local readable = arguments.has_tostring(value) or type(value) == "number"
	need_type(type(list[1]) == "string", 1, "matches", "string", list[1])
	need_type(readable, 2, "matches", "string or object convertible to a string", value)
	local init, plain, message = pattern_options(list, "matches")
	set_message(state, message)
	local holds, captures = find(tostring(value), list[1], init, plain)
	swap(list)
	return holds, captures
end

local function without_position(caught)
	if type(caught) == "string" then
		return (caught:gsub("^[^\n]-:%d+: ", "", 1))
	end
	return caught
end

-- Calls the function under test and prepares the message's arguments.
local function catch(list, func)
	local ok, caught = pcall(func)
	caught = without_position(caught)
	list.n = 2
	list.plain = { ok, false }
	list[1] = ok and "(no error)" or caught
	return ok, caught
end

local function has_error(state, list)
	local func, expected, message = list[1], list[2], list[3]
	need_type(arguments.callable(func), 1, "error", "function or callable object", func)
	set_message(state, message)
	local ok, caught = catch(list, func)
	list[2] = expected
	if expected == nil then
		list[2] = "(error)"
		list.plain[2] = true
	end
	local returned = { caught, expected, n = 2 }
	if ok or expected == nil then
		return not ok, returned
	end
	if type(expected) == "string" then
		if arguments.has_tostring(caught) then
			caught = tostring(caught)
			returned[1] = caught
		end
	elseif type(expected) == "number" and type(caught) == "string" then
		return tostring(expected) == tostring(tonumber(caught)), returned
	end
	local holds, crumbs = native.same(expected, caught, true)
	list.crumbs = crumbs
	return holds, returned
end

local function error_matches(state, list)
	need(list, "error_matches", 2)
	local func, pattern = list[1], list[2]
	need_type(arguments.callable(func), 1, "error_matches", "function or callable object", func)
	need_type(pattern == nil or type(pattern) == "string", 2, "error_matches", "string", pattern)
	local init, plain, message = pattern_options(list, "error_matches")
	set_message(state, message)
	local ok, caught = catch(list, func)
	list[2] = pattern
	if ok then
		return false, { n = 0 }
	end
	if pattern == nil then
		return caught == nil, { n = 0 }
	end
	if arguments.has_tostring(caught) or type(caught) == "number" or type(caught) == "boolean" then
		local holds, captures = find(tostring(caught), pattern, init, plain)
		if holds then
			return true, captures
		end
	end
	return false, { caught, n = 1 }
end

local function unique(state, list)
	need(list, "unique", 1)
	local values = list[1]
	local deep
	need_type(type(values) == "table", 1, "unique", "table", values)
	if type(list[2]) == "boolean" or (list[2] == nil and list.n > 2) then
		deep = list[2]
		set_message(state, list[3])
	else
		deep = list[3] == true
		set_message(state, list[2])
	end
	for k1, v1 in pairs(values) do
		for k2, v2 in pairs(values) do
			if k1 ~= k2 and (v1 == v2 or (deep and native.same(v1, v2, true))) then
				return false
			end
		end
	end
	return true
end

local function truthy(state, list)
	need(list, "truthy", 1)
	set_message(state, list[2])
	return list[1] ~= nil and list[1] ~= false
end

local function falsy(state, list)
	need(list, "falsy", 1)
	set_message(state, list[2])
	return list[1] == nil or list[1] == false
end

local function exactly(wanted)
	return function(state, list)
		set_message(state, list[2])
		list[2] = wanted
		list.n = 2
		return list[1] == wanted
	end
end

local function of_type(wanted)
	return function(state, list)
		set_message(state, list[2])
		list[2] = "type " .. wanted
		list.n = 2
		list.plain = { [2] = true }
		return type(list[1]) == wanted
	end
end

local function returned_arguments(_, list)
	local wanted, got = tostring(list[1]), tostring(list.n - 1)
	list[1], list[2], list.n = wanted, got, 2
	list.plain = { true, true }
	return wanted == got
end

local function register(text, callback, ...)
	for _, name in ipairs({ ... }) do
		chain.register("assertion", name, callback, "assertion." .. text .. ".positive", "assertion." .. text .. ".negative")
	end
end

register("equals", equals, "equal", "equals")
register("same", same, "same")
register("near", near, "near")
register("matches", matches, "match", "matches")
register("error", has_error, "error", "errors")
register("error", error_matches, "error_match", "error_matches", "match_error", "matches_error")
register("unique", unique, "unique")
register("truthy", truthy, "truthy")
register("falsy", falsy, "falsy")
register("same", exactly(true), "true")
register("same", exactly(false), "false")
register("returned_arguments", returned_arguments, "returned_arguments")
for _, name in ipairs({ "nil", "boolean", "number", "string", "table", "function", "userdata", "thread" }) do
	register("same", of_type(name), name)
end
chain.register("modifier", "message", function(state, list)
	set_message(state, list and list[1])
end)
