---@meta

-- The module buffer, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals buffer

buffer = {}

--- # gives its elements.
---@class buffer_data: userdata

--- Its values from 1 on; # gives how many.
---@class buffer_stream: userdata
---@field [integer] number

---@class buffer.declaration
---@field name hash|string
---@field type integer buffer.VALUE_TYPE_…
---@field count integer values an element

---@type integer
buffer.VALUE_TYPE_UINT8 = 0
---@type integer
buffer.VALUE_TYPE_UINT16 = 1
---@type integer
buffer.VALUE_TYPE_UINT32 = 2
---@type integer
buffer.VALUE_TYPE_UINT64 = 3
---@type integer
buffer.VALUE_TYPE_INT8 = 4
---@type integer
buffer.VALUE_TYPE_INT16 = 5
---@type integer
buffer.VALUE_TYPE_INT32 = 6
---@type integer
buffer.VALUE_TYPE_INT64 = 7
---@type integer
buffer.VALUE_TYPE_FLOAT32 = 8

---@param element_count integer
---@param declaration buffer.declaration[]
---@return buffer_data
function buffer.create(element_count, declaration) end

---@param data buffer_data
---@param stream_name hash|string
---@return buffer_stream
function buffer.get_stream(data, stream_name) end

---@param data buffer_data
---@param stream_name hash|string
---@return string bytes little-endian
function buffer.get_bytes(data, stream_name) end

--- Offsets and count are values, from 0 on.
---@param dst buffer_stream
---@param dstoffset integer
---@param src buffer_stream
---@param srcoffset integer
---@param count integer
function buffer.copy_stream(dst, dstoffset, src, srcoffset, count) end

--- Offsets and count are elements, from 0 on.
---@param dst buffer_data
---@param dstoffset integer
---@param src buffer_data
---@param srcoffset integer
---@param count integer
function buffer.copy_buffer(dst, dstoffset, src, srcoffset, count) end

---@param data buffer_data
---@param metadata_name hash|string
---@param values number[]
---@param value_type integer buffer.VALUE_TYPE_…
function buffer.set_metadata(data, metadata_name, values, value_type) end

---@param data buffer_data
---@param metadata_name hash|string
---@return number[]? values nil if there are none of that name
---@return integer? value_type
function buffer.get_metadata(data, metadata_name) end
