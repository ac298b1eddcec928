-- Spies: functions that remember how they were called.

local native, arguments, chain, snapshot, match = ...

local M = {}
local spy_meta = {}

function spy_meta.__call(spy, ...)
	local calls = spy.calls
	calls[#calls + 1] = arguments.record(arguments.list(...))
	local returned = arguments.list(spy.callback(...))
	local returnvals = spy.returnvals
	returnvals[#returnvals + 1] = arguments.record(returned)
	return arguments.unpack(returned)
end

local function last(records)
	local record = records[#records]
	return record and record.vals
end

local function any_matches(records, wanted)
	local found = arguments.last_match(records, wanted, match.kind_of)
	if found then
		return true, found.vals
	end
	return false, last(records)
end

local methods = {}

-- Puts the spied function back where spy.on found it. Returns that function.
function methods.revert(spy)
	if not spy.reverted then
		spy.reverted = true
		if spy.target_table and spy.target_key ~= nil then
			spy.target_table[spy.target_key] = spy.original
		end
	end
	return spy.original
end

-- Forgets the calls.
function methods.clear(spy)
	spy.calls = {}
	spy.returnvals = {}
	return spy
end

---@param times integer? exactly so often; nil for at least once
---@return boolean holds
---@return integer count
function methods.called(spy, times, compare)
	local count = #spy.calls
	if times or compare then
		compare = compare or rawequal
		return compare(count, times), count
	end
	return count > 0, count
end

function methods.called_with(spy, wanted)
	return any_matches(spy.calls, wanted)
end

function methods.returned_with(spy, wanted)
	return any_matches(spy.returnvals, wanted)
end

---@param callback function? what a call does; nothing by default
function M.new(callback)
	callback = callback or function() end
	if not arguments.callable(callback) then
		native.misuse("Cannot spy on type '" .. type(callback) .. "', only on functions or callable elements")
	end
	local spy = { calls = {}, returnvals = {}, callback = callback, original = callback }
	for name, method in pairs(methods) do
		spy[name] = method
	end
	setmetatable(spy, spy_meta)
	snapshot.add(spy)
	return spy
end

---@param target table
---@param key any the function there goes on being called
function M.on(target, key)
	if type(target) ~= "table" then
		native.misuse("spy.on: the first argument must be a table, got " .. type(target))
	end
	if not arguments.callable(target[key]) then
		native.misuse("Cannot spy on type '" .. type(target[key]) .. "', only on functions or callable elements")
	end
	local spy = M.new(target[key])
	spy.target_table, spy.target_key = target, key
	target[key] = spy
	return spy
end

function M.is_spy(value)
	return type(value) == "table" and getmetatable(value) == spy_meta
end

arguments.keep(M.is_spy)

local function payload(state, name)
	local spy = rawget(state, "payload")
	if M.is_spy(spy) then
		return spy
	end
	if type(spy) == "function" then
		native.misuse("When calling 'spy(aspy)', 'aspy' must not be the original function, but the spy function replacing the original")
	end
	native.misuse("'" .. name .. "' must be chained after 'spy(aspy)'")
end

local function set_payload(state, list)
	if list then
		state.payload = list[1]
		if list[2] ~= nil then
			state.failure_message = list[2]
		end
	end
end

local function counted(name, compare)
	return function(state, list)
		local spy = payload(state, name)
		local times = list[1]
		if times ~= nil and type(times) ~= "number" then
			native.misuse(("bad argument #1 to '%s' (number expected, got %s)"):format(name, type(times)))
		end
		if times == nil and compare then
			native.misuse(("bad argument #1 to '%s' (number expected, got no value)"):format(name))
		end
		if times == nil and not state.mod then
			-- "was_not.called()" is "was.called(0)", so that a failure tells the count.
			state.mod = true
			times = 0
		end
		local holds, count = spy:called(times, compare)
		list[1], list[2], list.n = tostring(times or ">0"), tostring(count), 2
		list.plain = { true, true }
		return holds
	end
end

local function compared_with(name)
	return function(state, list)
		local spy = payload(state, name)
		local holds, seen = spy[name](spy, list)
		local wanted = arguments.list(arguments.unpack(list))
		for i = 1, list.n do
			list[i] = nil
		end
		list[1], list[2], list.n = seen, wanted, 2
		return holds
	end
end

local function register(name, callback, opposite)
	local negative = opposite and (opposite .. ".positive") or (name .. ".negative")
	chain.register("assertion", name, callback, "assertion." .. name .. ".positive", "assertion." .. negative)
end

chain.register("modifier", "spy", set_payload)
chain.register("modifier", "stub", set_payload)
register("called", counted("called"))
register("called_at_least", counted("called_at_least", function(count, times) return count >= times end), "called_less_than")
register("called_at_most", counted("called_at_most", function(count, times) return count <= times end), "called_more_than")
register("called_more_than", counted("called_more_than", function(count, times) return count > times end), "called_at_most")
register("called_less_than", counted("called_less_than", function(count, times) return count < times end), "called_at_least")
register("called_with", compared_with("called_with"))
register("returned_with", compared_with("returned_with"))

return setmetatable(M, {
	__call = function(_, callback)
		return M.new(callback)
	end,
})
