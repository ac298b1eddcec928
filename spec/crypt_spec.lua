-- crypt: base64, digests, XTEA.

local function raises(text, fn, ...)
	local ok, err = pcall(fn, ...)
	assert.is_false(ok)
	assert.truthy(tostring(err):find(text, 1, true), err)
end

local function hex(text)
	return (text:gsub(".", function(c)
		return ("%02x"):format(c:byte())
	end))
end

describe("crypt", function()
	it("encodes and decodes base64", function()
		for text, encoded in pairs({
			[""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==", fooba = "Zm9vYmE=", foobar = "Zm9vYmFy",
			["\0\255\254"] = "AP/+",
		}) do
			assert.equal(encoded, crypt.encode_base64(text))
			assert.equal(text, crypt.decode_base64(encoded))
		end
	end)

	it("decodes base64 without padding, and in lines", function()
		assert.equal("f", crypt.decode_base64("Zg"))
		assert.equal("fo", crypt.decode_base64("Zm8"))
		assert.equal("foobar", crypt.decode_base64("Zm9v\r\nYmFy\n"))
	end)

	it("raises for what is no base64", function()
		raises("bad argument #1 to 'decode_base64' (no base64", crypt.decode_base64, "Zm9*")
		raises("bad argument #1 to 'decode_base64' (no base64", crypt.decode_base64, "Z")
		raises("bad argument #1 to 'decode_base64' (string expected, got nil)", crypt.decode_base64, nil)
		raises("bad argument #1 to 'encode_base64' (string expected, got table)", crypt.encode_base64, {})
	end)

	it("digests, in hex", function()
		assert.equal("900150983cd24fb0d6963f7d28e17f72", crypt.hash_md5("abc"))
		assert.equal("a9993e364706816aba3e25717850c26c9cd0d89d", crypt.hash_sha1("abc"))
		assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", crypt.hash_sha256("abc"))
		assert.equal("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			.. "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", crypt.hash_sha512("abc"))
		assert.equal("d41d8cd98f00b204e9800998ecf8427e", crypt.hash_md5(""))
		raises("bad argument #1 to 'hash_sha256' (string expected, got no value)", crypt.hash_sha256)
	end)

	it("encrypts as XTEA in counter mode, and decrypts", function()
		local text = "hello, counter mode!"
		assert.equal("85d6c6f001d5ec0a050b1bd9509996e9b6b15597", hex(crypt.encrypt(text, "secret")))
		assert.equal(text, crypt.decrypt(crypt.encrypt(text, "secret"), "secret"))
		assert.not_equal(text, crypt.decrypt(crypt.encrypt(text, "secret"), "Secret"))
		assert.equal("", crypt.encrypt("", "secret"))
		assert.equal(text, crypt.decrypt_xtea(crypt.encrypt_xtea(text, "secret"), "secret"))
		raises("bad argument #2 to 'encrypt' (a key of at most 16 bytes expected, got 17)", crypt.encrypt, text, ("k"):rep(17))
		raises("bad argument #2 to 'decrypt' (string expected, got nil)", crypt.decrypt, text, nil)
	end)
end)

describe("zlib", function()
	it("inflates what it deflates", function()
		for _, text in ipairs({ "", "a", ("abc"):rep(100000), "\0\1\2\255" }) do
			assert.equal(text, zlib.inflate(zlib.deflate(text)))
		end
		assert.truthy(#zlib.deflate(("abc"):rep(100000)) < 2000)
	end)

	it("inflates what others deflated", function()
		assert.equal("aaaaaaaaaa", zlib.inflate(crypt.decode_base64("eJxLTIQBABThA8s=")))
		assert.equal("from gzip", zlib.inflate(crypt.decode_base64("H4sIAAAAAAACA0srys9VSK/KLAAAD/b9NAkAAAA=")))
	end)

	it("raises for what can't be inflated", function()
		local whole = zlib.deflate("hello")
		for _, bad in ipairs({ "", "x", "plain text", whole:sub(1, -2), (whole:gsub(".$", "?")) }) do
			raises("bad argument #1 to 'inflate' (it can't be inflated", zlib.inflate, bad)
		end
		raises("bad argument #1 to 'inflate' (string expected, got nil)", zlib.inflate, nil)
		raises("bad argument #1 to 'deflate' (string expected, got boolean)", zlib.deflate, true)
	end)
end)
