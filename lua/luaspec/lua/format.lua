-- How a value reads in a failure. Leaves and tables are told in Go (native.format); this adds what only the
-- library knows: argument lists, matchers, and the formatters that a project registers.

local native, arguments = ...

local M = {}
local formatters = {}
local parameters = {
	TableFormatLevel = 3,
	TableErrorHighlightCharacter = "*",
}

function M.add_formatter(callback)
	table.insert(formatters, 1, callback)
end

function M.remove_formatter(callback)
	for i = #formatters, 1, -1 do
		if formatters[i] == callback then
			table.remove(formatters, i)
		end
	end
end

function M.set_parameter(name, value)
	parameters[name] = value
end

function M.get_parameter(name)
	return parameters[name]
end

---@return table mark what a snapshot puts back
function M.mark()
	local kept = { formatters = {}, parameters = {} }
	for i, formatter in ipairs(formatters) do
		kept.formatters[i] = formatter
	end
	for name, value in pairs(parameters) do
		kept.parameters[name] = value
	end
	return kept
end

function M.restore(mark)
	formatters, parameters = mark.formatters, mark.parameters
end

---@param value any
---@param crumbs table? keys that lead to the difference, outermost first
---@param with_address boolean? tables with their address, where identity is the question
---@return string
function M.value(value, crumbs, with_address)
	for _, formatter in ipairs(formatters) do
		local text = formatter(value, crumbs and { crumbs = crumbs } or nil)
		if text ~= nil then
			return text
		end
	end
	if arguments.is_list(value) then
		local texts = {}
		for i = 1, value.n do
			texts[i] = M.value(value[i])
		end
		return "(values list) (" .. table.concat(texts, ", ") .. ")"
	end
	return native.format(value, crumbs, with_address or false, parameters.TableFormatLevel, parameters.TableErrorHighlightCharacter)
end

-- Formats the list in place: what its callback left for the message. list.plain[i] is text already,
-- list.crumbs leads to a difference, list.identity asks for addresses.
function M.list(list)
	local plain = list.plain or list.nofmt or {}
	for i = 1, list.n or #list do
		if not plain[i] then
			list[i] = M.value(list[i], list.crumbs, list.identity)
		end
	end
	return list
end

return M
