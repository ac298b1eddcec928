---@meta tickwire.blob

-- Blobs, require "tickwire.blob", for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

--- Bytes that don't change.
---@class tickwire.Blob
---@field size integer in bytes; can't be assigned
---@field type string a MIME type or ""; can't be assigned
local Blob = {}

--- The bytes as a string, whatever they are.
---@return string
function Blob:text() end

--- The bytes as an array, from 1.
---@return integer[]
function Blob:bytes() end

---@return tickwire.ArrayBuffer
function Blob:arrayBuffer() end

--- A part, by places counted from 0 as in JavaScript; negative ones count from the end.
---@param from integer? the first byte; 0
---@param to integer? the first byte that is left out; the size
---@param kind string? the part's type
---@return tickwire.Blob
function Blob:slice(from, to, kind) end

---@class tickwire.BlobModule
local M = {}

--- Makes a Blob of parts, one behind the other.
---@param parts (string|number|tickwire.Blob|tickwire.ArrayBuffer|integer[])[]|string|nil
---@param options { type: string? }?
---@return tickwire.Blob
function M.new(parts, options) end

--- Makes a Blob of a string.
---@param text string
---@param kind string? its type
---@return tickwire.Blob
function M.wrap(text, kind) end

--- JavaScript's instanceof Blob.
---@param value any
---@return boolean
function M.is(value) end

return M
