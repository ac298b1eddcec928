-- Argument lists that know their length, so that a trailing nil counts, and how two of them are compared.

local native = ...

local M = {}
local list_meta = {}

---@return table list the values and n, their number
function M.list(...)
	local list = setmetatable({ ... }, list_meta)
	list.n = select("#", ...)
	return list
end

function M.is_list(value)
	return type(value) == "table" and getmetatable(value) == list_meta
end

function M.unpack(list)
	return unpack(list, 1, list.n)
end

---@return boolean whether value can be called
function M.callable(value)
	if type(value) == "function" then
		return true
	end
	local meta = debug.getmetatable(value)
	return type(meta) == "table" and type(meta.__call) == "function"
end

---@return boolean whether tostring gives more than an address
function M.has_tostring(value)
	if type(value) == "string" then
		return true
	end
	local meta = debug.getmetatable(value)
	return type(meta) == "table" and type(meta.__tostring) == "function"
end

-- keep is set by match.lua and spy.lua: what is compared by identity and never copied.
local kept = {}

function M.keep(test)
	kept[#kept + 1] = test
end

local function copy(value, seen)
	if type(value) ~= "table" then
		return value
	end
	if seen[value] then
		return seen[value]
	end
	for i = 1, #kept do
		if kept[i](value) then
			return value
		end
	end
	local made = {}
	seen[value] = made
	for k, v in next, value do
		made[k] = copy(v, seen)
	end
	return debug.setmetatable(made, debug.getmetatable(value))
end

-- A call is remembered twice: as copies, so that what the spied function changes afterwards does not
-- change what it was called with, and as it is, for match.is_ref.
function M.record(list)
	local copies = setmetatable({ n = list.n }, list_meta)
	for i = 1, list.n do
		copies[i] = copy(list[i], {})
	end
	return { vals = copies, refs = list }
end

---@param record table what was called, see record
---@param wanted table a list; its elements may be matchers
---@param is_matcher fun(value: any): boolean, boolean whether it is one, and one that wants the value itself
function M.matches(record, wanted, is_matcher)
	if record.vals.n ~= wanted.n then
		return false
	end
	for i = 1, wanted.n do
		local want, value = wanted[i], record.vals[i]
		local matcher, wants_reference = is_matcher(want)
		if matcher then
			if wants_reference then
				value = record.refs[i]
			end
			if not want(value) then
				return false
			end
		elseif not native.same(value, want) then
			return false
		end
	end
	return true
end

---@return table? record the last one that matches
function M.last_match(records, wanted, is_matcher)
	for i = #records, 1, -1 do
		if M.matches(records[i], wanted, is_matcher) then
			return records[i]
		end
	end
	return nil
end

return M
