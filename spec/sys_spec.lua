-- sys: what a script saves, and what it learns of the machine.

local function raises(text, fn, ...)
	local ok, err = pcall(fn, ...)
	assert.is_false(ok)
	assert.truthy(tostring(err):find(text, 1, true), err)
end

local function write(path, text)
	local file = assert(io.open(path, "wb"))
	file:write(text)
	file:close()
end

local function read(path)
	local file = assert(io.open(path, "rb"))
	local text = file:read("*a")
	file:close()
	return text
end

describe("sys.save and sys.load", function()
	local path
	before_each(function()
		path = sys.get_save_file("spec", "state")
	end)
	after_each(function()
		os.remove(path)
	end)

	it("keep strings, numbers, booleans and tables", function()
		local saved = {
			text = "a\0b\255 \n", empty = "", list = { 1, 2, { 3 } }, deep = { a = { b = { c = {} } } },
			yes = true, no = false, [1] = "one", [-7.5] = "seven", [2 ^ 40] = "far",
			small = 1e-300, huge = math.huge, exact = 0.1,
		}
		assert.is_true(sys.save(path, saved))
		assert.same(saved, sys.load(path))
	end)

	it("keep hashes, urls and vmath's values", function()
		local url = msg.url("other:/path#part")
		sys.save(path, {
			id = hash("enemy"), url = url, v3 = vmath.vector3(1, 2, 3), v4 = vmath.vector4(1, 2, 3, 4),
			q = vmath.quat(1, 2, 3, 4), m = vmath.matrix4_translation(vmath.vector3(7, 8, 9)),
		})
		local got = sys.load(path)
		assert.equal(hash("enemy"), got.id)
		assert.is_true(url == got.url)
		assert.is_true(vmath.vector3(1, 2, 3) == got.v3)
		assert.is_true(vmath.vector4(1, 2, 3, 4) == got.v4)
		assert.is_true(vmath.quat(1, 2, 3, 4) == got.q)
		assert.is_true(vmath.matrix4_translation(vmath.vector3(7, 8, 9)) == got.m)
	end)

	it("give an empty table where there is no file", function()
		assert.same({}, sys.load(path))
		assert.is_false(sys.exists(path))
		sys.save(path, {})
		assert.is_true(sys.exists(path))
		assert.same({}, sys.load(path))
	end)

	it("write over what was there", function()
		sys.save(path, { n = 1, old = true })
		sys.save(path, { n = 2 })
		assert.same({ n = 2 }, sys.load(path))
	end)

	it("say that a file is damaged", function()
		sys.save(path, { coins = 100, name = "Ann" })
		local whole = read(path)
		for _, text in ipairs({ "", "x", "{}", whole:sub(1, -2), whole .. "x", (whole:gsub("Ann", "Ali")) }) do
			write(path, text)
			raises("sys.load: could not read the file " .. path .. ": it is damaged", sys.load, path)
		end
		write(path, whole)
		assert.equal(100, sys.load(path).coins)
	end)

	it("keep the old file when the new one can't be written", function()
		sys.save(path, { n = 1 })
		raises("function", sys.save, path, { n = 2, f = print })
		raises("more than the 524288 bytes", sys.save, path, { n = ("x"):rep(600 * 1024) })
		assert.same({ n = 1 }, sys.load(path))
		raises("sys.save: could not write the file " .. path .. "/no/folder: not a directory", sys.save, path .. "/no/folder", {})
	end)

	it("raise for what can't be kept, and name it", function()
		raises("bad argument #2 to 'save' (the table holds a function (at 'a.b.c'))", sys.save, path, { a = { b = { c = print } } })
		raises("the table holds a thread (at 'co')", sys.save, path, { co = coroutine.create(print) })
		raises("the table holds a key that is a boolean: want strings and numbers (at 'true')", sys.save, path, { [true] = 1 })
		local endless = {}
		endless.self = endless
		raises("more than 64 tables within each other, or one that holds itself", sys.save, path, endless)
	end)

	it("raise for bad arguments", function()
		raises("bad argument #1 to 'save' (string expected, got nil)", sys.save, nil, {})
		raises("bad argument #2 to 'save' (table expected, got no value)", sys.save, path)
		raises("bad argument #1 to 'load' (string expected, got table)", sys.load, {})
		raises("bad argument #1 to 'get_save_file' (string expected, got no value)", sys.get_save_file)
		raises("bad argument #2 to 'get_save_file' (string expected, got nil)", sys.get_save_file, "app", nil)
		raises("bad argument #2 to 'get_save_file' (a name expected that leads nowhere else", sys.get_save_file, "app", "../../etc")
		raises("bad argument #1 to 'exists' (string expected, got nil)", sys.exists, nil)
	end)

	it("have a folder of the run's own", function()
		assert.equal(path, sys.get_save_file("spec", "state"))
		assert.not_equal(path, sys.get_save_file("other", "state"))
		local deep = sys.get_save_file("config/game", "slots/one")
		assert.is_true(sys.save(deep, { n = 1 }))
		os.remove(deep)
	end)
end)

describe("sys.serialize", function()
	it("gives a string that sys.deserialize reads", function()
		local t = { a = { 1, 2, 3 }, text = ("x"):rep(1000000), v = vmath.vector3(1) }
		local got = sys.deserialize(sys.serialize(t))
		assert.same(t.a, got.a)
		assert.equal(t.text, got.text)
		assert.is_true(t.v == got.v)
		assert.same({}, sys.deserialize(sys.serialize({})))
	end)

	it("raises for what is none", function()
		raises("bad argument #1 to 'deserialize' (it is damaged", sys.deserialize, "nothing of ours")
		raises("bad argument #1 to 'deserialize' (string expected, got nil)", sys.deserialize, nil)
		raises("bad argument #1 to 'serialize' (table expected, got string)", sys.serialize, "x")
		raises("the table holds a function (at 'f')", sys.serialize, { f = print })
	end)
end)

describe("sys tells", function()
	it("of the machine", function()
		local info = sys.get_sys_info()
		for _, name in ipairs({
			"device_model", "manufacturer", "system_name", "system_version", "api_version", "language",
			"device_language", "territory", "device_ident", "user_agent",
		}) do
			assert.equal("string", type(info[name]), name)
		end
		assert.equal("number", type(info.gmt_offset))
		assert.not_equal("HTML5", info.system_name)
		assert.not_equal("", info.system_name)
		assert.truthy(info.language:match("^%l%l%l?$"))
		assert.equal("table", type(sys.get_sys_info({ ignore_secure = true })))
	end)

	it("of the engine and the application", function()
		local engine = sys.get_engine_info()
		assert.truthy(engine.version:match("^%d+%.%d+%.%d+$"))
		assert.equal(40, #engine.version_sha1)
		assert.is_true(engine.is_debug)
		assert.is_false(sys.get_application_info("com.example.app").installed)
		assert.equal("string", type(sys.get_application_path()))
		assert.equal("a/b", sys.get_host_path("a/b"))
	end)

	it("of the network", function()
		assert.equal(sys.NETWORK_CONNECTED, sys.get_connectivity())
		assert.not_equal(sys.NETWORK_CONNECTED, sys.NETWORK_DISCONNECTED)
		assert.not_equal(sys.NETWORK_CONNECTED, sys.NETWORK_CONNECTED_CELLULAR)
		local loopback
		for _, interface in ipairs(sys.get_ifaddrs()) do
			assert.equal("string", type(interface.name))
			assert.equal("boolean", type(interface.up))
			loopback = loopback or interface.address == "127.0.0.1"
		end
		assert.is_true(loopback)
	end)
end)

describe("sys.load_resource", function()
	it("reads the project's files", function()
		local text, why = sys.load_resource("/spec/sys_spec.lua")
		assert.equal(read(sys.get_application_path() .. "/spec/sys_spec.lua"), text)
		assert.is_nil(why)
		assert.equal(text, (sys.load_resource("spec/sys_spec.lua")))
	end)

	it("gives nil and why for what is not there", function()
		local data, why = sys.load_resource("/no/such/file.json")
		assert.is_nil(data)
		assert.equal("could not load the resource /no/such/file.json: no such file or directory", why)
		assert.is_nil((sys.load_resource("../../../../../../../../../../etc/passwd")))
		assert.is_nil((sys.load_resource("..\\..\\..\\..\\..\\..\\..\\..\\..\\etc\\passwd")))
		raises("bad argument #1 to 'load_resource' (string expected, got nil)", sys.load_resource, nil)
	end)
end)

describe("sys.set_error_handler", function()
	after_each(function()
		sys.set_error_handler(nil)
	end)

	it("hears of script errors, beside the log", function()
		local heard = {}
		sys.set_error_handler(function(source, message, traceback)
			heard[#heard + 1] = { source, message, traceback }
		end)
		timer.delay(0, false, function()
			error("boom")
		end)
		wait_frames(3)
		assert.equal(1, #heard)
		assert.equal("lua", heard[1][1])
		assert.truthy(heard[1][2]:find("sys_spec.lua:%d+: boom"))
		assert.truthy(heard[1][3]:find("traceback", 1, true))
		assert.equal(1, #script_errors())
	end)

	it("is not told of its own error", function()
		local calls = 0
		sys.set_error_handler(function()
			calls = calls + 1
			error("in the handler")
		end)
		timer.delay(0, false, function()
			error("boom")
		end)
		wait_frames(3)
		assert.equal(1, calls)
		local errors = script_errors()
		assert.equal(2, #errors)
		assert.truthy(errors[2]:find("in the handler", 1, true))
	end)

	it("raises for what is no function", function()
		raises("bad argument #1 to 'set_error_handler' (function expected, got string)", sys.set_error_handler, "x")
	end)
end)

describe("sys also", function()
	it("takes what has no meaning without a window", function()
		assert.is_false(sys.open_url("https://game.example/", { target = "_blank" }))
		sys.set_connectivity_host("www.game.example")
		sys.set_vsync_swap_interval(1)
		sys.set_update_frequency(0)
		raises("bad argument #1 to 'open_url' (string expected, got nil)", sys.open_url, nil)
		raises("bad argument #1 to 'set_update_frequency' (frames a second", sys.set_update_frequency, -5)
		raises("bad argument #1 to 'set_update_frequency' (number expected, got nil)", sys.set_update_frequency, nil)
	end)
end)
