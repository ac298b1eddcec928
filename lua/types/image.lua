---@meta

-- The module image, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals image

image = {}

---@type string
image.TYPE_LUMINANCE = "l"
---@type string
image.TYPE_LUMINANCE_ALPHA = "la"
---@type string
image.TYPE_RGB = "rgb"
---@type string
image.TYPE_RGBA = "rgba"

---@class image.load_options
---@field premultiply_alpha boolean?
---@field flip_vertically boolean?

--- Decodes a PNG or JPEG of at most 16 million pixels.
---@param data string
---@param options image.load_options|boolean? true is to premultiply
---@return { width: integer, height: integer, type: string, buffer: string }? image nil if it is none
function image.load(data, options) end

--- The same; the stream of the buffer is named "data".
---@param data string
---@param options image.load_options|boolean?
---@return { width: integer, height: integer, type: string, buffer: buffer_data }?
function image.load_buffer(data, options) end

---@class image.astc_header
---@field width integer
---@field height integer
---@field depth integer
---@field block_size_x integer
---@field block_size_y integer
---@field block_size_z integer

---@param data string
---@return image.astc_header? header nil if it is none
function image.get_astc_header(data) end
