---@meta

-- The module zlib, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals zlib

zlib = {}

--- Of zlib's format or gzip's, 256 MiB at most. Raises for anything else.
---@param text string
---@return string
function zlib.inflate(text) end

---@param text string
---@return string
function zlib.deflate(text) end
