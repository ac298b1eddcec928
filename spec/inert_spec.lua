-- The modules that mean nothing without a window: scripts that touch them keep
-- running.

local inert = {
	"sprite", "label", "sound", "model", "particlefx", "tilemap", "physics", "b2d", "camera", "render", "graphics",
	"resource", "font", "window", "profiler", "liveupdate", "crash", "iac", "push", "webview", "iap",
}

describe("an inert module", function()
	it("is a global, and what require returns", function()
		for _, name in ipairs(inert) do
			assert.equal("table", type(_G[name]), name)
			assert.equal(_G[name], require(name), name)
		end
	end)

	it("has functions that take everything", function()
		for _, name in ipairs(inert) do
			local _ = _G[name].something -- the first look
			for key, value in pairs(_G[name]) do
				if type(value) == "function" then
					local ok, err = pcall(value, "#component", hash("a"), { x = 1 }, vmath.vector3(), 5)
					assert.is_true(ok, name .. "." .. key .. ": " .. tostring(err))
					ok, err = pcall(value)
					assert.is_true(ok, name .. "." .. key .. ": " .. tostring(err))
				end
			end
		end
	end)

	it("measures text, 8 by 16 pixels a letter", function()
		local size = resource.get_text_metrics(hash("/font.fontc"), "ab\ncde", { width = 100 })
		assert.same({ width = 24, height = 32, max_ascent = 12, max_descent = 4 }, size)
		assert.equal(0, label.get_text_metrics("#label").width)
	end)

	it("has a window whose whole area is safe", function()
		local width, height = window.get_size()
		assert.same({ x = 0, y = 0, width = width, height = height, inset_left = 0, inset_top = 0, inset_right = 0,
			inset_bottom = 0 }, window.get_safe_area())
	end)

	it("is the engine's debugger too, which nobody listens for", function()
		local debugger = require("builtins.scripts.mobdebug")
		assert.is_nil(debugger.start("localhost", 8172))
		debugger.on()
		debugger.done()
		assert.is_nil(rawget(_G, "mobdebug"))
	end)

	it("has constants that differ", function()
		for _, name in ipairs(inert) do
			local _ = _G[name].something
			local seen = {}
			for key, value in pairs(_G[name]) do
				if type(value) == "number" then
					assert.is_nil(seen[value], name .. "." .. key .. " is " .. tostring(seen[value]))
					seen[value] = key
				end
			end
		end
		assert.equal("number", type(graphics.BUFFER_TYPE_DEPTH_BIT))
		assert.same({ 1, 2, 4 }, { tilemap.H_FLIP, tilemap.V_FLIP, tilemap.ROTATE_90 })
		assert.same({ 3, 7 }, { tilemap.ROTATE_180, tilemap.ROTATE_270 })
	end)

	it("answers with the right types", function()
		assert.equal("", label.get_text("#label"))
		assert.equal(1, sound.get_group_gain("master"))
		assert.same({ 0, 0 }, { sound.get_rms("master", 0.1) })
		assert.same({}, sound.get_groups())
		assert.is_false(sound.is_music_playing())
		assert.same({ 0, 0, 0, 0 }, { tilemap.get_bounds("#map") })
		assert.is_true(vmath.vector3() == physics.get_gravity())
		assert.is_nil(physics.raycast(vmath.vector3(), vmath.vector3(1), { hash("wall") }))
		assert.is_true(vmath.matrix4() == camera.get_view())
		assert.equal(32, resource.get_text_metrics("font", "text").width)
		assert.same({ 960, 640 }, { window.get_size() })
		assert.equal(960, render.get_width())
		assert.equal("userdata", type(model.get_go("#model", "bone")))
		assert.is_nil(crash.load_previous())
		assert.is_nil(b2d.get_world())
		assert.is_true(vmath.vector3() == b2d.body.get_position(nil))
		assert.equal(2, b2d.body.B2_DYNAMIC_BODY)
	end)

	it("gives resources by their names", function()
		assert.equal(hash("/main/hero.atlas"), resource.atlas("/main/hero.atlas"))
		assert.equal(hash("/a.texturec"), (resource.create_texture("/a.texturec", {})))
		assert.equal("string", type(resource.load("/spec/inert_spec.lua")))
		assert.is_nil(resource.load("/no/such/file"))
	end)

	it("is no more than Defold's is", function()
		assert.is_nil(sprite.dance)
		assert.is_nil(html5)
		assert.is_nil(facebook)
	end)

	it("keeps what a script puts there", function()
		local play, sounds = sound.play, sound
		sounds.play = "mine"
		assert.equal("mine", sound.play)
		sounds.play = play
	end)
end)

describe("what is played", function()
	it("is over in the next frame", function()
		local heard
		local function done(self, message_id, message, sender)
			heard = { self, message_id, message, sender }
		end
		local id = sound.play("#boom", { gain = 0.5 }, done)
		assert.equal("number", type(id))
		assert.is_nil(heard)
		wait_frames(2)
		assert.equal("userdata", type(heard[1]))
		assert.equal(hash("sound_done"), heard[2])
		assert.equal(id, heard[3].play_id)
		assert.equal(hash("boom"), heard[4].fragment)
		sprite.play_flipbook("#sprite", hash("jump"), done)
		wait_frames(2)
		assert.equal(hash("animation_done"), heard[2])
		assert.equal(hash("jump"), heard[3].id)
		heard = nil
		model.play_anim("#model", "run", 1, nil, done)
		wait_frames(2)
		assert.equal(hash("model_animation_done"), heard[2])
		assert.not_equal(id, sound.play("#boom"))
	end)

	it("may be played again and again", function()
		local times = 0
		local function again()
			times = times + 1
			if times < 5 then
				sound.play("#boom", nil, again)
			end
		end
		again()
		wait_frames(10)
		assert.equal(5, times)
	end)
end)

describe("types", function()
	it("tells what a value is", function()
		local values = {
			hash = hash("a"), url = msg.url("main:/a#b"), vector = vmath.vector({ 1 }), vector3 = vmath.vector3(),
			vector4 = vmath.vector4(), quat = vmath.quat(), matrix4 = vmath.matrix4(), string = "a",
		}
		for name in pairs(values) do
			for other, value in pairs(values) do
				if name ~= "string" then
					assert.equal(name == other, types["is_" .. name](value), name .. " of a " .. other)
				end
			end
		end
		assert.is_false(types.is_hash(nil))
	end)
end)
