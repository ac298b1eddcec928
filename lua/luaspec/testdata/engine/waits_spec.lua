-- Frames and virtual time.
-- luacheck: read globals script_errors

describe("wait", function()
	it("lets time pass that is not there", function()
		local before = socket.gettime()
		wait(600)
		assert.near(600, socket.gettime() - before, 0.02)
	end)

	it("runs at least one frame", function()
		local frames = 0
		timer.delay(0, true, function()
			frames = frames + 1
		end)
		wait(0)
		assert.equal(1, frames)
		wait_frames(3)
		assert.equal(4, frames)
		wait_frames()
		assert.equal(5, frames)
		wait(1)
		assert.equal(65, frames)
	end)

	it("has os.time and socket.gettime agree", function()
		assert.near(os.time(), socket.gettime(), 1)
		wait(100)
		assert.near(os.time(), socket.gettime(), 1)
	end)

	it("refuses what is no time", function()
		assert.error_matches(function() wait(-1) end, "seconds from 0", 1, true)
		assert.error_matches(function() wait(0 / 0) end, "seconds from 0", 1, true)
		assert.error_matches(function() wait("x") end, "number expected", 1, true)
		assert.error_matches(function() wait_frames(-1) end, "a count expected", 1, true)
		assert.error_matches(function() wait_until(5) end, "function expected, got number", 1, true)
	end)

	it("can't be in a callback", function()
		local errors = {}
		for _, name in ipairs({ "wait", "wait_until", "wait_frames" }) do
			timer.delay(0, false, function()
				local _, caught = pcall(_G[name], name == "wait_until" and function() end or 1)
				errors[#errors + 1] = caught
			end)
		end
		wait_frames(2)
		assert.equal(3, #errors)
		for _, caught in ipairs(errors) do
			assert.matches("can't run a frame inside a frame", caught, 1, true)
		end
	end)

	it("can't be in a coroutine", function()
		local ok, caught = coroutine.resume(coroutine.create(function()
			wait(1)
		end))
		assert.is_false(ok)
		assert.matches("inside a coroutine", caught, 1, true)
	end)
end)

describe("wait_until", function()
	it("returns what it waited for", function()
		local value
		timer.delay(1, false, function()
			value = { 1 }
		end)
		local got = wait_until(function()
			return value
		end)
		assert.equal(value, got)
		assert.same({ 1 }, got)
	end)

	it("asks before the first frame", function()
		local before = socket.gettime()
		assert.is_true(wait_until(function()
			return true
		end))
		assert.equal(before, socket.gettime())
	end)

	it("gives up after five seconds", function()
		local before = socket.gettime()
		local ok, caught = pcall(wait_until, function()
			return false
		end)
		assert.is_false(ok)
		assert.matches("gave up after 5 s %(300 frames%)", tostring(caught))
		assert.near(5, socket.gettime() - before, 0.02)
	end)

	it("passes on what its predicate raises", function()
		assert.has_error(function()
			wait_until(function()
				error("no such luck")
			end)
		end, "no such luck")
	end)
end)

describe("an instance for each it", function()
	local timers, fired = 0, 0

	before_each(function()
		timers = timers + 1
		timer.delay(0.5, true, function()
			fired = fired + 1
		end)
	end)

	it("is self in callbacks", function()
		local self_of_timer
		timer.delay(0, false, function(self)
			self_of_timer = self
		end)
		wait(0.1)
		assert.is_userdata(self_of_timer)
	end)

	it("takes its timers with it", function()
		fired = 0
		wait(1.1)
		assert.equal(2, timers)
		assert.equal(2, fired)
	end)
end)

describe("script errors", function()
	it("can be expected", function()
		timer.delay(0, false, function()
			error("meant")
		end)
		wait(0.1)
		local errors = script_errors()
		assert.equal(1, #errors)
		assert.matches("waits_spec.lua:%d+: meant$", errors[1])
		assert.same({}, script_errors())
	end)
end)
