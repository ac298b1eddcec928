-- tickwire.blob and tickwire.array_buffer: bytes as values.

local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")

local function raises(name, text, call)
	local ok, problem = pcall(call)
	assert.is_false(ok)
	assert.equal(name, problem.name)
	assert.matches(text, problem.message, 1, true)
	assert.equal(name .. ": " .. problem.message, tostring(problem))
end

local all = {}
for i = 0, 255 do
	all[i + 1] = i
end
local every_byte = string.char(unpack(all))

describe("a Blob", function()
	it("holds its parts, one behind the other", function()
		local other = blob.new({ "inner" })
		local b = blob.new({ "a", { 98, 99 }, other, array_buffer.new("-buffer"), 42 })
		assert.equal("abcinner-buffer42", b:text())
		assert.equal(17, b.size)
		assert.equal("", blob.new():text())
		assert.equal("", blob.new({}):text())
		assert.equal("text", blob.new("text"):text())
	end)

	it("has its bytes as an array, a string and a buffer", function()
		local b = blob.new({ every_byte })
		assert.same(all, b:bytes())
		assert.equal(every_byte, b:text())
		assert.equal(256, b:arrayBuffer().byteLength)
		assert.equal(every_byte, b:arrayBuffer():text())
		assert.equal(100000, #blob.new({ ("x"):rep(100000) }):bytes())
	end)

	it("slices as JavaScript does", function()
		local b = blob.new({ "0123456789" })
		for _, case in ipairs({
			{ "0123456789" },
			{ "3456789", 3 },
			{ "34", 3, 5 },
			{ "", 5, 3 },
			{ "89", -2 },
			{ "78", -3, -1 },
			{ "0123456789", -100, 100 },
			{ "12", 1.9, 3.2 },
			{ "", 0 / 0, 0 },
		}) do
			assert.equal(case[1], b:slice(case[2], case[3]):text())
		end
	end)

	it("has a type", function()
		assert.equal("", blob.new("x").type)
		assert.equal("text/plain", blob.new("x", { type = "Text/Plain" }).type)
		assert.equal("", blob.new("x", { type = "te\1xt" }).type)
		assert.equal("", blob.new("x", { type = "a/b" }):slice(0, 1).type)
		assert.equal("c/d", blob.new("x", { type = "a/b" }):slice(0, 1, "c/D").type)
	end)

	it("is told from other values", function()
		assert.is_true(blob.is(blob.new("")))
		for _, value in ipairs({ "text", 7, {}, array_buffer.new(1) }) do
			assert.is_false(blob.is(value))
		end
		assert.is_false(blob.is(nil))
	end)

	it("can't be changed", function()
		local b = blob.new("abc")
		raises("TypeError", "size can't be assigned", function() b.size = 7 end)
		raises("TypeError", "type can't be assigned", function() b.type = "x" end)
		b.label = "mine"
		assert.equal("mine", b.label)
		assert.equal("Blob: 3 bytes", tostring(b))
	end)

	it("refuses what is no part", function()
		raises("TypeError", "part 2 is a boolean", function() blob.new({ "a", true }) end)
		raises("TypeError", "part 1: item 2 is 256", function() blob.new({ { 1, 256 } }) end)
		raises("TypeError", "the options are a string", function() blob.new("a", "text/plain") end)
	end)
end)

describe("an ArrayBuffer", function()
	it("is made of a length, a string, an array or another", function()
		assert.same({ 0, 0, 0 }, array_buffer.new(3):bytes())
		assert.same({ 97, 98 }, array_buffer.new("ab"):bytes())
		assert.same(all, array_buffer.new(all):bytes())
		local one = array_buffer.new("ab")
		local two = array_buffer.new(one)
		two[1] = 0
		assert.equal("ab", one:text())
		assert.equal("\0b", two:text())
	end)

	it("has bytes to read and to write", function()
		local b = array_buffer.new("abc")
		assert.equal(3, b.byteLength)
		assert.equal(98, b[2])
		assert.is_nil(b[0])
		assert.is_nil(b[4])
		assert.is_nil(b[1.5])
		b[2] = 255
		assert.equal(255, b[2])
		assert.is_nil(b[4])
		assert.equal("a\255c", b:text())
		assert.same({ 97, 255, 99 }, b:bytes())
		assert.equal(3, b.byteLength)
	end)

	it("slices a copy", function()
		local b = array_buffer.new("0123456789")
		local part = b:slice(2, -2)
		assert.equal("234567", part:text())
		part[1] = 0
		assert.equal("0123456789", b:text())
	end)

	it("refuses what is no byte, no place and no content", function()
		local b = array_buffer.new(2)
		raises("TypeError", "byte 1 is set to 256", function() b[1] = 256 end)
		raises("TypeError", "byte 1 is set to 1.5", function() b[1] = 1.5 end)
		raises("TypeError", "byte 1 is set to x", function() b[1] = "x" end)
		raises("RangeError", "there is no byte 3: want 1 to 2", function() b[3] = 0 end)
		raises("RangeError", "there is no byte 0", function() b[0] = 0 end)
		raises("TypeError", "byteLength can't be assigned", function() b.byteLength = 7 end)
		raises("RangeError", "the length is -1", function() array_buffer.new(-1) end)
		raises("RangeError", "the length is nil", function() array_buffer.new() end)
		raises("TypeError", "item 1 is -1", function() array_buffer.new({ -1 }) end)
		raises("TypeError", "the key x", function() array_buffer.new({ 1, x = 2 }) end)
		assert.same({ 0, 0 }, b:bytes())
	end)
end)
