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

local function set(name, positive, negative)
	M:set("assertion." .. name .. ".positive", positive)
	M:set("assertion." .. name .. ".negative", negative)
end

local passed, expected, unexpected = "\nPassed in:\n%s", "\nExpected:\n%s", "\nDid not expect:\n%s"

set(
	"same",
	"Expected objects to be the same." .. passed .. expected,
	"Expected objects to not be the same." .. passed .. unexpected
)
set("equals", "Expected objects to be equal." .. passed .. expected, "Expected objects to not be equal." .. passed .. unexpected)
set(
	"near",
	"Expected values to be near." .. passed .. expected .. " +/- %s",
	"Expected values to not be near." .. passed .. unexpected .. " +/- %s"
)
set("matches", "Expected strings to match." .. passed .. expected, "Expected strings not to match." .. passed .. unexpected)
set("unique", "Expected object to be unique:\n%s", "Expected object to not be unique:\n%s")
set("error", "Expected a different error.\nCaught:\n%s" .. expected, "Expected no error, but caught:\n%s")
set("truthy", "Expected to be truthy, but value was:\n%s", "Expected to not be truthy, but value was:\n%s")
set("falsy", "Expected to be falsy, but value was:\n%s", "Expected to not be falsy, but value was:\n%s")

local times = " %s time(s), but was called %s time(s)"
set("called", "Expected to be called" .. times, "Expected not to be called exactly %s time(s), but it was.")
-- The opposite of each of these is another of them.
set("called_at_least", "Expected to be called at least" .. times)
set("called_at_most", "Expected to be called at most" .. times)
set("called_more_than", "Expected to be called more than" .. times)
set("called_less_than", "Expected to be called less than" .. times)
set(
	"called_with",
	"Function was never called with matching arguments.\nCalled with (last call if any):\n%s" .. expected,
	"Function was called with matching arguments at least once.\nCalled with (last matching call):\n%s" .. unexpected
)
set(
	"returned_with",
	"Function never returned matching arguments.\nReturned (last call if any):\n%s" .. expected,
	"Function returned matching arguments at least once.\nReturned (last matching call):\n%s" .. unexpected
)
set(
	"returned_arguments",
	"Expected to be called with %s argument(s), but was called with %s",
	"Expected not to be called with %s argument(s), but was called with %s"
)

return setmetatable(M, { __call = say })
