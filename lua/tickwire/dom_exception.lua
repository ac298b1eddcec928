--- What the W3C modules raise: tables with a name, as a browser's DOMException
--- has it, and a message.
---
---	local ok, problem = pcall(WebSocket.new, "ftp://example.com")
---	print(problem.name)    -- SyntaxError
---	print(problem)         -- SyntaxError: …
---
--- TypeError and RangeError are of this kind too, with code 0: Lua has no errors
--- of its own by name.

---@class tickwire.DOMException
---@field name string "SyntaxError", "InvalidStateError", "InvalidAccessError", "TypeError" …
---@field message string
---@field code integer the legacy number of the name, 0 for names that have none
local DOMException = {}
DOMException.__index = DOMException

function DOMException:__tostring()
	return self.name .. ": " .. self.message
end

--- The names that have a legacy code (Web IDL, 2.8.1).
local codes = {
	NotSupportedError = 9,
	InvalidStateError = 11,
	SyntaxError = 12,
	InvalidAccessError = 15,
	SecurityError = 18,
	QuotaExceededError = 22,
}

local M = {}

---@param name string
---@param message string
---@return tickwire.DOMException
function M.new(name, message)
	return setmetatable({ name = name, message = message, code = codes[name] or 0 }, DOMException)
end

--- Raises it.
---@param name string
---@param message string
function M.raise(name, message)
	error(M.new(name, message), 0)
end

--- Tells whether a value that was caught is one.
---@param value any
---@return boolean
function M.is(value)
	return getmetatable(value) == DOMException
end

return M
