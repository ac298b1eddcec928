-- Stubs: spies that stand in for a function instead of calling it.

local native, arguments, spy, match = ...

local M = {}

local function returner(...)
	local values = arguments.list(...)
	return function()
		return arguments.unpack(values)
	end
end

---@param target table? nil makes a stub that stands nowhere
---@param key any
---@param ... any one function: what a call does; else what it returns
function M.new(target, key, ...)
	if target == nil and key == nil then
		target, key = {}, ""
	end
	if type(target) ~= "table" or key == nil then
		native.misuse("stub.new(): Can only create stub on a table key, call with 2 params; table, key")
	end
	local original = target[key]
	if original ~= nil and not arguments.callable(original) then
		native.misuse("stub.new(): The element for which to create a stub must either be callable, or be nil")
	end
	local default = returner(...)
	if select("#", ...) == 1 and arguments.callable((...)) then
		default = ...
	end
	local special = {} -- in the order they were made; the first match wins

	local stub = spy.new(function(...)
		local record = { vals = arguments.list(...) }
		record.refs = record.vals
		for _, case in ipairs(special) do
			if arguments.matches(record, case.wanted, match.kind_of) then
				return case.callback(...)
			end
		end
		return default(...)
	end)
	stub.original, stub.target_table, stub.target_key = original, target, key
	target[key] = stub

	stub.returns = function(...)
		default = returner(...)
		return stub
	end
	stub.invokes = function(callback)
		default = callback
		return stub
	end
	stub.by_default = { returns = stub.returns, invokes = stub.invokes }
	stub.on_call_with = function(...)
		local wanted = arguments.record(arguments.list(...)).vals
		local function add(callback)
			special[#special + 1] = { wanted = wanted, callback = callback }
			return stub
		end
		return {
			returns = function(...)
				return add(returner(...))
			end,
			invokes = add,
		}
	end
	return stub
end

return setmetatable(M, {
	__call = function(_, ...)
		return M.new(...)
	end,
})
