-- The global assert: Lua's own assert when it is called, luassert's vocabulary when it is indexed.

local native, arguments, chain, format, say, snapshot = ...

local function failure_text(state, key, list)
	local text = say(key, format.list(list))
	local message = rawget(state, "failure_message")
	if message ~= nil then
		message = arguments.has_tostring(message) and tostring(message) or format.value(message)
		text = text and (message .. "\n" .. text) or message
	end
	if text and list.more then
		text = text .. "\n" .. list.more
	end
	return text or "assertion failed!"
end

local begin = chain.new("assertion", function(state, assertion, list)
	local given = arguments.list(arguments.unpack(list))
	local holds, returned = assertion.callback(state, list, 1)
	if (not holds) == state.mod then
		native.fail(failure_text(state, state.mod and assertion.positive or assertion.negative, list))
	end
	if returned then
		return unpack(returned, 1, returned.n or #returned)
	end
	return arguments.unpack(given)
end)

local M = {}

---@param kind "assertion"|"modifier"|"matcher"
function M.register(_, kind, name, callback, positive, negative)
	chain.register(kind, name, callback, positive, negative)
end

function M.unregister(_, kind, name)
	chain.unregister(kind, name)
end

function M.add_formatter(_, callback)
	format.add_formatter(callback)
end

function M.remove_formatter(_, callback)
	format.remove_formatter(callback)
end

function M.set_parameter(_, name, value)
	format.set_parameter(name, value)
end

function M.get_parameter(_, name)
	return format.get_parameter(name)
end

function M.format(_, list)
	return format.list(list)
end

-- A level for assert(v, message, level). Positions are found without it; it is here for assertions written
-- for luassert.
function M.level(_, level)
	return { level = level }
end

function M.get_level(_, level)
	return type(level) == "table" and level.level or nil
end

function M.snapshot()
	return snapshot.take()
end

function M.add_spy(_, spy)
	snapshot.add(spy)
end

return setmetatable(M, {
	-- native.assert is Lua's assert, whole: every value comes back, any message is raised as it is.
	__call = function(_, ...)
		return native.assert(...)
	end,
	__index = function(_, word)
		return begin(word)
	end,
})
