--- ArrayBuffer: bytes that can be read and changed one by one.
---
---	local buffer = require("tickwire.array_buffer").new({ 72, 105 })
---	print(buffer.byteLength, buffer[1])    -- 2  72
---	buffer[2] = 111
---	print(buffer:text())                   -- Ho
---
--- -- Differs from WHATWG: the bytes are the buffer's own, from 1 as in all of
--- Lua; no Uint8Array is needed to see them. ipairs of Lua 5.1 looks past
--- metatables: write for i = 1, buffer.byteLength, or ipairs(buffer:bytes()).

local dom_exception = require("tickwire.dom_exception")

local M = {}

---@class tickwire.ArrayBuffer
---@field byteLength integer can't be assigned
---@field [integer] integer a byte, 0 to 255, from 1
---@field private _text string the bytes, until one is written
---@field private _bytes integer[] the bytes, since one was written
---@field private _length integer
local ArrayBuffer = {}
local methods = {}

-- string.char and string.byte get as many values as any Lua's stack has room for.
local CHUNK = 100

--- The bytes of a string.
---@param text string
---@return integer[]
local function to_bytes(text)
	local bytes = {}
	for i = 1, #text, CHUNK do
		local chunk = { text:byte(i, math.min(i + CHUNK - 1, #text)) }
		for k = 1, #chunk do
			bytes[i + k - 1] = chunk[k]
		end
	end
	return bytes
end

--- The string of bytes that were checked.
---@param bytes integer[]
---@param count integer
---@return string
local function to_text(bytes, count)
	local parts = {}
	for i = 1, count, CHUNK do
		parts[#parts + 1] = string.char(unpack(bytes, i, math.min(i + CHUNK - 1, count)))
	end
	return table.concat(parts)
end

local function is_byte(value)
	return type(value) == "number" and value >= 0 and value <= 255 and value % 1 == 0
end

--- The string of an array of bytes. What is none is refused by name.
---@param array integer[]
---@param what string whose it is, for the error
---@return string
function M.pack(array, what)
	local count = #array
	for key in pairs(array) do
		if type(key) ~= "number" or key < 1 or key > count or key % 1 ~= 0 then
			dom_exception.raise("TypeError", what .. ": the table has the key " .. tostring(key)
				.. ": want an array of bytes, a string, a Blob or an ArrayBuffer")
		end
	end
	for i = 1, count do
		if not is_byte(array[i]) then
			dom_exception.raise("TypeError", what .. ": item " .. i .. " is " .. tostring(array[i])
				.. ": want a byte, a whole number from 0 to 255")
		end
	end
	return to_text(array, count)
end

function ArrayBuffer:__index(key)
	if type(key) == "number" then
		local bytes = self._bytes
		if bytes then
			return bytes[key]
		end
		if key >= 1 and key <= self._length and key % 1 == 0 then
			return self._text:byte(key)
		end
		return nil
	end
	if key == "byteLength" then
		return self._length
	end
	return methods[key]
end

function ArrayBuffer:__newindex(key, value)
	if key == "byteLength" then
		dom_exception.raise("TypeError", "ArrayBuffer: byteLength can't be assigned")
	end
	if type(key) ~= "number" then
		rawset(self, key, value)
		return
	end
	if key < 1 or key > self._length or key % 1 ~= 0 then
		dom_exception.raise("RangeError", "ArrayBuffer: there is no byte " .. key .. ": want 1 to " .. self._length)
	end
	if not is_byte(value) then
		dom_exception.raise("TypeError", "ArrayBuffer: byte " .. key .. " is set to " .. tostring(value)
			.. ": want a whole number from 0 to 255")
	end
	if not self._bytes then
		rawset(self, "_bytes", to_bytes(self._text))
		rawset(self, "_text", nil)
	end
	self._bytes[key] = value
end

function ArrayBuffer:__tostring()
	return "ArrayBuffer: " .. self._length .. " bytes"
end

--- Makes a buffer that holds the bytes of a string.
---@param text string
---@return tickwire.ArrayBuffer
local function wrap(text)
	return setmetatable({ _text = text, _bytes = false, _length = #text }, ArrayBuffer)
end

--- Makes a buffer: of so many zeros, or of the bytes of a string or an array.
---@param content integer|string|integer[]
---@return tickwire.ArrayBuffer
function M.new(content)
	if type(content) == "string" then
		return wrap(content)
	end
	if type(content) == "table" then
		return wrap(M.is(content) and content:text() or M.pack(content, "ArrayBuffer"))
	end
	if type(content) ~= "number" or content < 0 or content % 1 ~= 0 or content > 2 ^ 31 then
		dom_exception.raise("RangeError", "ArrayBuffer: the length is " .. tostring(content) .. ": want a whole number from 0 to 2^31")
	end
	return wrap(("\0"):rep(content))
end

---@param value any
---@return boolean
function M.is(value)
	return getmetatable(value) == ArrayBuffer
end

--- Where slice begins and ends, from 0 as in JavaScript: a negative number
--- counts from the end, what is outside is cut off.
---@param from any
---@param to any
---@param length integer
---@return integer first, integer last of the bytes, as string.sub takes them
function M.range(from, to, length)
	local function place(value, default)
		if value == nil then
			return default
		end
		value = tonumber(value) or 0
		if value ~= value then
			value = 0
		end
		value = value < 0 and math.ceil(value) or math.floor(value)
		if value < 0 then
			return math.max(length + value, 0)
		end
		return math.min(value, length)
	end
	return place(from, 0) + 1, place(to, length)
end

--- A copy of a part: from is the first byte, counted from 0, and to the first one
--- that is left out, as in JavaScript.
---@param from integer?
---@param to integer?
---@return tickwire.ArrayBuffer
function methods:slice(from, to)
	local first, last = M.range(from, to, self._length)
	return wrap(self:text():sub(first, last))
end

--- The bytes as a string.
---@return string
function methods:text()
	return self._text or to_text(self._bytes, self._length)
end

--- The bytes as an array, from 1: a copy.
---@return integer[]
function methods:bytes()
	return to_bytes(self:text())
end

return M
