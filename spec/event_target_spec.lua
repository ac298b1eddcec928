-- tickwire.event_target: who is called, in which order, and what an error stops.

local event_target = require("tickwire.event_target")

describe("an event target", function()
	local target, calls
	before_each(function()
		target, calls = event_target.new(), {}
	end)

	local function noting(name)
		return function(event)
			calls[#calls + 1] = name .. ":" .. event.type
		end
	end

	local function dispatch(kind)
		calls = {}
		assert.is_true(target:dispatchEvent({ type = kind or "news" }))
		return calls
	end

	it("calls the listeners of the event's type in their order", function()
		target:addEventListener("news", noting("a"))
		target:addEventListener("other", noting("x"))
		target:addEventListener("news", noting("b"))
		assert.same({ "a:news", "b:news" }, dispatch())
		assert.same({ "x:other" }, dispatch("other"))
		assert.same({}, dispatch("nothing"))
	end)

	it("adds a listener once, and another time for capture", function()
		local a = noting("a")
		target:addEventListener("news", a)
		target:addEventListener("news", a)
		target:addEventListener("news", a, { once = true })
		assert.same({ "a:news" }, dispatch())
		assert.same({ "a:news" }, dispatch())
		target:addEventListener("news", a, true)
		assert.same({ "a:news", "a:news" }, dispatch())
	end)

	it("calls those that capture first", function()
		target:addEventListener("news", noting("a"))
		target:addEventListener("news", noting("b"), { capture = true })
		target:addEventListener("news", noting("c"), true)
		assert.same({ "b:news", "c:news", "a:news" }, dispatch())
	end)

	it("removes by type, listener and capture", function()
		local a = noting("a")
		target:addEventListener("news", a)
		target:removeEventListener("other", a)
		target:removeEventListener("news", noting("a"))
		target:removeEventListener("news", a, true)
		target:removeEventListener("news", nil)
		assert.same({ "a:news" }, dispatch())
		target:removeEventListener("news", a)
		assert.same({}, dispatch())
	end)

	it("calls a listener with once one time, also when it dispatches again", function()
		target:addEventListener("news", function(event)
			calls[#calls + 1] = "once"
			if #calls < 3 then
				target:dispatchEvent({ type = event.type })
			end
		end, { once = true })
		assert.same({ "once" }, dispatch())
		assert.same({}, dispatch())
	end)

	it("does not call one that was removed meanwhile, nor one that came meanwhile", function()
		local b = noting("b")
		target:addEventListener("news", function()
			calls[#calls + 1] = "a"
			target:removeEventListener("news", b)
			target:addEventListener("news", noting("late"))
		end)
		target:addEventListener("news", b)
		target:addEventListener("news", noting("c"))
		assert.same({ "a", "c:news" }, dispatch())
		assert.same({ "a", "c:news", "late:news" }, dispatch())
	end)

	it("takes a table with handleEvent", function()
		local listener = { name = "t" }
		target:addEventListener("news", listener)
		function listener:handleEvent(event)
			calls[#calls + 1] = self.name .. ":" .. event.type
		end
		assert.same({ "t:news" }, dispatch())
	end)

	it("stops where a listener says so", function()
		target:addEventListener("news", function(event)
			calls[#calls + 1] = "a"
			event:stopPropagation()
			event:preventDefault()
		end)
		target:addEventListener("news", function(event)
			calls[#calls + 1] = "b"
			event:stopImmediatePropagation()
		end)
		target:addEventListener("news", noting("c"))
		assert.same({ "a", "b" }, dispatch())
	end)

	it("tells what an event is", function()
		local got
		target:addEventListener("news", function(event)
			got = event
		end)
		target:dispatchEvent({ type = "news", detail = 7 })
		assert.equal(target, got.target)
		assert.equal(target, got.currentTarget)
		assert.equal(7, got.detail)
		assert.is_false(got.isTrusted)
		assert.is_false(got.defaultPrevented)
		assert.is_false(got.bubbles)
	end)

	it("goes on after an error, and raises all of them at the end, with their lines", function()
		target:addEventListener("news", function()
			error("the first")
		end)
		target:addEventListener("news", noting("b"))
		target:addEventListener("news", function()
			error(setmetatable({}, {
				__tostring = function()
					return "the second"
				end,
			}))
		end)
		target:addEventListener("news", noting("d"))
		local ok, problem = pcall(dispatch)
		assert.is_false(ok)
		assert.same({ "b:news", "d:news" }, calls)
		assert.matches("event_target_spec.lua:%d+: the first.*stack traceback.*the second.*stack traceback", problem)
	end)

	it("refuses what is no listener, no type and no event", function()
		for call, text in pairs({
			[function() target:addEventListener("news", 7) end] = "the listener is a number",
			[function() target:addEventListener("news", "f") end] = "the listener is a string",
			[function() target:addEventListener() end] = "type of the event is missing",
			[function() target:removeEventListener("news", true) end] = "the listener is a boolean",
			[function() target:dispatchEvent("news") end] = "want an event",
			[function() target:dispatchEvent({}) end] = "want an event",
		}) do
			local ok, problem = pcall(call)
			assert.is_false(ok)
			assert.equal("TypeError", problem.name)
			assert.matches(text, problem.message, 1, true)
		end
		target:addEventListener("news", nil) -- as in a browser: nothing to add
		assert.same({}, dispatch())
	end)
end)
