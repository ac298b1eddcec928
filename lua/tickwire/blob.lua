--- Blob: bytes that don't change.
---
---	local blob = require "tickwire.blob"
---	local b = blob.new({ "Hello ", { 87, 111 }, other })
---	print(b.size, b:text(), b:bytes()[1], b:slice(0, 5):text())
---
--- -- Differs from WHATWG: bytes(), text() and arrayBuffer() return their value, not
--- a promise of it; bytes() is an array of numbers from 1; text() has the bytes as
--- they are, also those that are not UTF-8; stream() is left out.

local array_buffer = require("tickwire.array_buffer")
local dom_exception = require("tickwire.dom_exception")

local M = {}

---@class tickwire.Blob
---@field size integer in bytes; can't be assigned
---@field type string a MIME type in small letters, or ""; can't be assigned
---@field private _text string
---@field private _type string?
local Blob = {}
local methods = {}

function Blob:__index(key)
	if key == "size" then
		return #self._text
	elseif key == "type" then
		return rawget(self, "_type") or ""
	end
	return methods[key]
end

function Blob:__newindex(key, value)
	if key == "size" or key == "type" then
		dom_exception.raise("TypeError", "Blob: " .. key .. " can't be assigned")
	end
	rawset(self, key, value)
end

function Blob:__tostring()
	return "Blob: " .. #self._text .. " bytes"
end

--- A MIME type, "" for what can't be one.
local function mime_type(value)
	value = value == nil and "" or tostring(value)
	if value:find("[^ -~]") then
		return ""
	end
	return value:lower()
end

--- Makes a Blob of a string's bytes: what messages come as.
---@param text string
---@param kind string?
---@return tickwire.Blob
function M.wrap(text, kind)
	return setmetatable({ _text = text, _type = kind }, Blob)
end

--- Makes a Blob of parts, one behind the other. What is no table stands for
--- itself alone.
---@param parts (string|number|tickwire.Blob|tickwire.ArrayBuffer|integer[])[]|string|nil
---@param options { type: string? }?
---@return tickwire.Blob
function M.new(parts, options)
	if type(parts) ~= "table" or M.is(parts) or array_buffer.is(parts) then
		parts = { parts }
	end
	if options ~= nil and type(options) ~= "table" then
		dom_exception.raise("TypeError", "Blob: the options are a " .. type(options) .. ": want a table such as { type = \"text/plain\" }")
	end
	local texts = {}
	for i, part in ipairs(parts) do
		if M.is(part) or array_buffer.is(part) then
			texts[i] = part:text()
		elseif type(part) == "table" then
			texts[i] = array_buffer.pack(part, "Blob: part " .. i)
		elseif type(part) == "string" or type(part) == "number" then
			texts[i] = tostring(part)
		else
			dom_exception.raise("TypeError", "Blob: part " .. i .. " is a " .. type(part)
				.. ": want a string, a Blob, an ArrayBuffer or an array of bytes")
		end
	end
	return M.wrap(table.concat(texts), mime_type(options and options.type))
end

--- Tells whether a value is a Blob: JavaScript's instanceof.
---@param value any
---@return boolean
function M.is(value)
	return getmetatable(value) == Blob
end

--- A part: from is the first byte, counted from 0, and to the first one that is
--- left out, as in JavaScript.
---@param from integer?
---@param to integer?
---@param kind string? the part's type
---@return tickwire.Blob
function methods:slice(from, to, kind)
	local first, last = array_buffer.range(from, to, #self._text)
	return M.wrap(self._text:sub(first, last), mime_type(kind))
end

--- The bytes as a string.
---@return string
function methods:text()
	return self._text
end

--- The bytes as an array, from 1.
---@return integer[]
function methods:bytes()
	return array_buffer.new(self._text):bytes()
end

--- The bytes as an ArrayBuffer.
---@return tickwire.ArrayBuffer
function methods:arrayBuffer()
	return array_buffer.new(self._text)
end

return M
