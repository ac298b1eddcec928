-- buffer and image: bytes with a shape.

local function raises(text, fn, ...)
	local ok, err = pcall(fn, ...)
	assert.is_false(ok)
	assert.truthy(tostring(err):find(text, 1, true), err)
end

describe("buffer", function()
	local b
	before_each(function()
		b = buffer.create(4, {
			{ name = hash("position"), type = buffer.VALUE_TYPE_FLOAT32, count = 3 },
			{ name = "id", type = buffer.VALUE_TYPE_UINT16, count = 1 },
		})
	end)

	it("has streams of zeros", function()
		assert.equal(4, #b)
		local position, id = buffer.get_stream(b, "position"), buffer.get_stream(b, hash("id"))
		assert.equal(12, #position)
		assert.equal(4, #id)
		assert.equal(0, position[12])
		assert.truthy(tostring(b):find("count = 4", 1, true))
		assert.truthy(tostring(id):find("id, length = 4, type = UINT16", 1, true))
	end)

	it("keeps what is written, in its type", function()
		local position, id = buffer.get_stream(b, "position"), buffer.get_stream(b, "id")
		position[1], position[12], id[2] = 0.5, -2, 65535
		assert.equal(0.5, buffer.get_stream(b, "position")[1])
		assert.equal(-2, position[12])
		assert.equal(65535, id[2])
		id[1] = 3.9
		assert.equal(3, id[1])
		id[1] = 65536 + 7
		assert.equal(7, id[1])
		for name, values in pairs({
			INT8 = { -128, 127 }, INT16 = { -32768, 32767 }, INT32 = { -2 ^ 31, 2 ^ 31 - 1 }, INT64 = { -2 ^ 53, 2 ^ 53 },
			UINT8 = { 0, 255 }, UINT32 = { 0, 2 ^ 32 - 1 }, UINT64 = { 0, 2 ^ 63 }, FLOAT32 = { -0.25, 1e10 },
		}) do
			local one = buffer.create(2, { { name = "v", type = buffer["VALUE_TYPE_" .. name], count = 1 } })
			local v = buffer.get_stream(one, "v")
			v[1], v[2] = values[1], values[2]
			assert.equal(values[1], v[1], name)
			assert.equal(values[2], v[2], name)
		end
	end)

	it("gives its bytes", function()
		local id = buffer.get_stream(b, "id")
		for i = 1, 4 do
			id[i] = i * 257
		end
		assert.equal("\1\1\2\2\3\3\4\4", buffer.get_bytes(b, "id"))
		assert.equal(48, #buffer.get_bytes(b, hash("position")))
	end)

	it("copies streams and buffers", function()
		local other = buffer.create(4, {
			{ name = "id", type = buffer.VALUE_TYPE_UINT16, count = 1 },
			{ name = "position", type = buffer.VALUE_TYPE_FLOAT32, count = 3 },
			{ name = "more", type = buffer.VALUE_TYPE_INT8, count = 1 },
		})
		local from, to = buffer.get_stream(b, "id"), buffer.get_stream(other, "id")
		for i = 1, 4 do
			from[i] = i
		end
		buffer.copy_stream(to, 1, from, 0, 2)
		assert.same({ 0, 1, 2, 0 }, { to[1], to[2], to[3], to[4] })
		buffer.copy_buffer(other, 0, b, 2, 2)
		assert.same({ 3, 4, 2, 0 }, { to[1], to[2], to[3], to[4] })
		buffer.copy_stream(from, 1, from, 0, 3)
		assert.same({ 1, 1, 2, 3 }, { from[1], from[2], from[3], from[4] })
		raises("lead beyond the 4 there are", buffer.copy_stream, to, 3, from, 0, 2)
		raises("a stream of 1 buffer.VALUE_TYPE_UINT16 expected, got one of 3 buffer.VALUE_TYPE_FLOAT32",
			buffer.copy_stream, to, 0, buffer.get_stream(b, "position"), 0, 1)
		raises("a buffer with a stream 'more' of 1 buffer.VALUE_TYPE_INT8 expected", buffer.copy_buffer, b, 0, other, 0, 1)
		raises("bad argument #3 to 'copy_stream' (bufferstream expected, got buffer)", buffer.copy_stream, to, 0, b, 0, 1)
	end)

	it("has metadata", function()
		buffer.set_metadata(b, hash("size"), { 640, 480 }, buffer.VALUE_TYPE_UINT16)
		local values, kind = buffer.get_metadata(b, "size")
		assert.same({ 640, 480 }, values)
		assert.equal(buffer.VALUE_TYPE_UINT16, kind)
		buffer.set_metadata(b, "size", { 1, 2 }, buffer.VALUE_TYPE_UINT16)
		assert.same({ 1, 2 }, (buffer.get_metadata(b, "size")))
		assert.is_nil((buffer.get_metadata(b, "other")))
		raises("'size' has 2 values of buffer.VALUE_TYPE_UINT16, which can't change", buffer.set_metadata, b, "size", { 1 }, 1)
	end)

	it("raises for bad arguments", function()
		local function declared(fields)
			return { { name = "a", type = fields.type or 0, count = fields.count or 1, [fields.extra or "name"] = "a" } }
		end
		raises("bad argument #1 to 'create' (a number from 1", buffer.create, 0, declared({}))
		raises("bad argument #1 to 'create' (number expected, got nil)", buffer.create, nil, declared({}))
		raises("bad argument #2 to 'create' (table expected, got nil)", buffer.create, 1, nil)
		raises("at least one stream's declaration expected", buffer.create, 1, {})
		raises("declaration 1 must be a table, got number", buffer.create, 1, { 5 })
		raises("declaration 1: type must be one of", buffer.create, 1, declared({ type = 9 }))
		raises("declaration 1: count must be", buffer.create, 1, declared({ count = 0 }))
		raises("declaration 1: name must be a hash or a string, got nil", buffer.create, 1, { { type = 0, count = 1 } })
		raises("unknown field 'colour'", buffer.create, 1, declared({ extra = "colour" }))
		raises("two streams are named 'a'", buffer.create, 1, { declared({})[1], declared({})[1] })
		raises("more than 268435456 bytes", buffer.create, 268435456, declared({ count = 1024 }))
		raises("bad argument #1 to 'get_stream' (buffer expected, got nil)", buffer.get_stream, nil, "a")
		raises("the buffer has no stream 'colour', only position, id", buffer.get_stream, b, "colour")
		raises("bad argument #2 to 'get_stream' (hash or string expected, got number)", buffer.get_stream, b, 5)
		local id = buffer.get_stream(b, "id")
		raises("buffer.stream only has valid indices between 1 and 4, not '5'", function()
			return id[5]
		end)
		raises("(number expected, got string)", function()
			id[1] = "x"
		end)
	end)
end)

describe("sys.load_buffer", function()
	it("gives a file's bytes", function()
		local text = sys.load_resource("/spec/buffer_spec.lua")
		local loaded = sys.load_buffer("/spec/buffer_spec.lua")
		assert.equal(#text, #loaded)
		assert.equal(text, buffer.get_bytes(loaded, "data"))
		raises("sys.load_buffer: could not load /no/file: no such file", sys.load_buffer, "/no/file")
	end)

	it("calls back in a later frame, asked so", function()
		local got, id
		local handle = sys.load_buffer_async("/spec/buffer_spec.lua", function(_, request, result)
			id, got = request, result
		end)
		assert.is_nil(got)
		wait_frames(2)
		assert.equal(handle, id)
		assert.equal(sys.REQUEST_STATUS_FINISHED, got.status)
		assert.truthy(#got.buffer > 100)
		sys.load_buffer_async("/no/file", function(_, _, result)
			got = result
		end)
		wait_frames(2)
		assert.equal(sys.REQUEST_STATUS_ERROR_NOT_FOUND, got.status)
		raises("bad argument #2 to 'load_buffer_async' (function expected, got no value)", sys.load_buffer_async, "/x")
	end)
end)

describe("image", function()
	local function png(text)
		return crypt.decode_base64(text)
	end

	local rgba = png("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAH0lEQVR4nGL6"
		.. "z8DQwPCf4T8DA8N/Bi4Ruf+AAAAA//81qAW6hUzXWgAAAABJRU5ErkJggg==")

	it("loads a PNG's pixels", function()
		local got = image.load(rgba)
		assert.equal(2, got.width)
		assert.equal(2, got.height)
		assert.equal(image.TYPE_RGBA, got.type)
		assert.equal("\255\0\0\128" .. "\0\255\0\255" .. "\0\0\255\0" .. "\10\20\30\255", got.buffer)
	end)

	it("flips and premultiplies where asked to", function()
		assert.equal("\0\0\255\0" .. "\10\20\30\255" .. "\255\0\0\128" .. "\0\255\0\255", image.load(rgba, { flip_vertically = true }).buffer)
		local first = "\128\0\0\128"
		assert.equal(first, image.load(rgba, { premultiply_alpha = true }).buffer:sub(1, 4))
		assert.equal(first, image.load(rgba, true).buffer:sub(1, 4))
	end)

	it("knows what a pixel is made of", function()
		for kind, text in pairs({
			rgb = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAE0lEQVR4nGJhZGJmZmYGBAAA//8AUQAUKhaIXgAAAABJRU5ErkJggg==",
			l = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAAEElEQVR4nGJiaPgPCAAA//8CCwGCL5QZmAAAAABJRU5ErkJggg==",
			la = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR4nGNIMQIAAP0Al/xiaCMAAAAASUVORK5CYII=",
		}) do
			assert.equal(kind, image.load(png(text)).type)
		end
		local palette = image.load(png("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBM"
			.. "VEUJCAcBAQFAEfCfAAAADklEQVR4nGJwAAQAAP//AEIAQeMLIQQAAAAASUVORK5CYII="))
		assert.equal("rgb", palette.type)
		assert.equal("\9\8\7\1\1\1", palette.buffer)
		assert.equal("rgba", image.TYPE_RGBA)
		assert.equal("la", image.TYPE_LUMINANCE_ALPHA)
	end)

	it("loads into a buffer", function()
		local got = image.load_buffer(rgba)
		assert.equal(16, #got.buffer)
		assert.equal(image.load(rgba).buffer, buffer.get_bytes(got.buffer, "data"))
	end)

	it("gives nil for what is no image, or too big", function()
		assert.is_nil(image.load(""))
		assert.is_nil(image.load("no image"))
		assert.is_nil(image.load(rgba:sub(1, 40)))
		assert.is_nil(image.load(png("iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAYAAACoUgvIAAAACUlEQVR4nGMAAAABAAFe/335AAAAAElFTkSuQmCC")))
		raises("bad argument #1 to 'load' (string expected, got nil)", image.load, nil)
		raises("bad argument #2 to 'load' (table expected, got number)", image.load, rgba, 5)
	end)

	it("reads an ASTC header", function()
		local header = image.get_astc_header("\19\171\161\92\4\5\1\0\1\0\128\0\0\1\0\0 and pixels")
		assert.same({ width = 256, height = 128, depth = 1, block_size_x = 4, block_size_y = 5, block_size_z = 1 }, header)
		assert.is_nil(image.get_astc_header("no image at all, but long"))
	end)
end)
