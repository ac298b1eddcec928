-- Mocks: every function in a table, and in the tables inside it, spied on or stubbed.

local spy, stub = ...

local M = {}

local function apply(value, action, seen)
	if type(value) ~= "table" or seen[value] then
		return
	end
	seen[value] = true
	if spy.is_spy(value) then
		value[action](value)
		return
	end
	for _, inner in pairs(value) do
		apply(inner, action, seen)
	end
end

local function on_each(value, dostub, func, holder, key, seen)
	if type(value) == "function" then
		if dostub then
			return stub(holder, key, func)
		elseif holder == nil then
			return spy.new(value)
		end
		return spy.on(holder, key)
	end
	if type(value) == "table" and not spy.is_spy(value) and not seen[value] then
		seen[value] = true
		local keys = {}
		for inner in pairs(value) do
			keys[#keys + 1] = inner
		end
		for _, inner in ipairs(keys) do
			on_each(value[inner], dostub, func, value, inner, seen)
		end
	end
	return value
end

---@param object table
---@param dostub boolean? stubs instead of spies
---@param func function? what the stubs do
function M.new(object, dostub, func)
	return on_each(object, dostub, func, nil, nil, {})
end

function M.clear(object)
	apply(object, "clear", {})
	return object
end

function M.revert(object)
	apply(object, "revert", {})
	return object
end

return setmetatable(M, {
	__call = function(_, ...)
		return M.new(...)
	end,
})
