---@meta tickwire.array_buffer

-- ArrayBuffers, require "tickwire.array_buffer", for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

--- Bytes that can be read and written one by one, from 1.
---@class tickwire.ArrayBuffer
---@field byteLength integer can't be assigned
---@field [integer] integer 0 to 255
local ArrayBuffer = {}

--- The bytes as a string.
---@return string
function ArrayBuffer:text() end

--- The bytes as an array, from 1: a copy.
---@return integer[]
function ArrayBuffer:bytes() end

--- A copy of a part, by places counted from 0 as in JavaScript; negative ones count from the end.
---@param from integer? the first byte; 0
---@param to integer? the first byte that is left out; byteLength
---@return tickwire.ArrayBuffer
function ArrayBuffer:slice(from, to) end

---@class tickwire.ArrayBufferModule
local M = {}

--- Makes a buffer of so many zeros, or of the bytes of a string, an array or another buffer.
---@param content integer|string|integer[]|tickwire.ArrayBuffer
---@return tickwire.ArrayBuffer
function M.new(content) end

---@param value any
---@return boolean
function M.is(value) end

--- The string of an array of bytes; what is none raises a TypeError.
---@param array integer[]
---@param what string whose it is, for the error
---@return string
function M.pack(array, what) end

--- Where slice begins and ends in a string, by its arguments.
---@param from any
---@param to any
---@param length integer
---@return integer first
---@return integer last
function M.range(from, to, length) end

return M
