---@meta tickwire.dom_exception

-- What the W3C modules raise, require "tickwire.dom_exception", for LuaLS. Nothing here runs.
-- luacheck: no unused args

---@class tickwire.DOMException
---@field name string "SyntaxError", "InvalidStateError", "InvalidAccessError", "TypeError", "RangeError", "QuotaExceededError" …
---@field message string
---@field code integer the legacy number of the name, or 0

---@class tickwire.DOMExceptionModule
local M = {}

---@param name string
---@param message string
---@return tickwire.DOMException
function M.new(name, message) end

--- Raises one.
---@param name string
---@param message string
function M.raise(name, message) end

---@param value any
---@return boolean
function M.is(value) end

return M
