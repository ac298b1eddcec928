---@meta

-- The module types, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals types

types = {}

---@param var any
---@return boolean
function types.is_hash(var) end

---@param var any
---@return boolean
function types.is_url(var) end

---@param var any
---@return boolean
function types.is_vector(var) end

---@param var any
---@return boolean
function types.is_vector3(var) end

---@param var any
---@return boolean
function types.is_vector4(var) end

---@param var any
---@return boolean
function types.is_quat(var) end

---@param var any
---@return boolean
function types.is_matrix4(var) end
