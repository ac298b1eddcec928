-- The texts of assertions, by key, and how their arguments are put in.
-- What busted's users require as "say": custom assertions set their texts here.

local M = {}
local texts = {}

---@param key string
---@param text string with a %s for each argument
function M:set(key, text)
	texts[key] = text
	return self
end

-- One language is enough here; the calls stay so that a spec that names one loads.
function M.set_namespace() end
function M.set_fallback() end

---@param key string? a key that was set, or the text itself
---@param arguments table? what the %s stand for, in order, already texts
---@return string?
local function say(_, key, arguments)
	if key == nil then
		return nil
	end
	local i = 0
	local text = (texts[key] or key):gsub("%%(.)", function(verb)
		if verb == "s" then
			i = i + 1
			return tostring(arguments and arguments[i])
		end
		return "%" .. verb
	end)
	return text
end

local function compare(name, subject, verb, wanted)
	M:set("assertion." .. name .. ".positive", "Expected " .. subject .. " to " .. verb .. ".\nPassed in:\n%s\nExpected:\n" .. wanted)
	M:set("assertion." .. name .. ".negative", "Expected " .. subject .. " to not " .. verb .. ".\nPassed in:\n%s\nDid not expect:\n" .. wanted)
end

compare("same", "objects", "be the same", "%s")
compare("equals", "objects", "be equal", "%s")
compare("near", "values", "be near", "%s +/- %s")
M:set("assertion.matches.positive", "Expected strings to match.\nPassed in:\n%s\nExpected:\n%s")
M:set("assertion.matches.negative", "Expected strings not to match.\nPassed in:\n%s\nDid not expect:\n%s")
M:set("assertion.unique.positive", "Expected object to be unique:\n%s")
M:set("assertion.unique.negative", "Expected object to not be unique:\n%s")
M:set("assertion.error.positive", "Expected a different error.\nCaught:\n%s\nExpected:\n%s")
M:set("assertion.error.negative", "Expected no error, but caught:\n%s")
M:set("assertion.truthy.positive", "Expected to be truthy, but value was:\n%s")
M:set("assertion.truthy.negative", "Expected to not be truthy, but value was:\n%s")
M:set("assertion.falsy.positive", "Expected to be falsy, but value was:\n%s")
M:set("assertion.falsy.negative", "Expected to not be falsy, but value was:\n%s")
M:set("assertion.called.positive", "Expected to be called %s time(s), but was called %s time(s)")
M:set("assertion.called.negative", "Expected not to be called exactly %s time(s), but it was.")
M:set("assertion.called_at_least.positive", "Expected to be called at least %s time(s), but was called %s time(s)")
M:set("assertion.called_at_most.positive", "Expected to be called at most %s time(s), but was called %s time(s)")
M:set("assertion.called_more_than.positive", "Expected to be called more than %s time(s), but was called %s time(s)")
M:set("assertion.called_less_than.positive", "Expected to be called less than %s time(s), but was called %s time(s)")
M:set("assertion.called_with.positive", "Function was never called with matching arguments.\nCalled with (last call if any):\n%s\nExpected:\n%s")
M:set("assertion.called_with.negative", "Function was called with matching arguments at least once.\nCalled with (last matching call):\n%s\nDid not expect:\n%s")
M:set("assertion.returned_with.positive", "Function never returned matching arguments.\nReturned (last call if any):\n%s\nExpected:\n%s")
M:set("assertion.returned_with.negative", "Function returned matching arguments at least once.\nReturned (last matching call):\n%s\nDid not expect:\n%s")
M:set("assertion.returned_arguments.positive", "Expected to be called with %s argument(s), but was called with %s")
M:set("assertion.returned_arguments.negative", "Expected not to be called with %s argument(s), but was called with %s")

return setmetatable(M, { __call = say })
