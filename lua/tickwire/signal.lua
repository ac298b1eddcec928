--- A signal of Qt's kind: functions connect to it, emit calls them in the order
--- in which they came.

---@class Signal
---@field private listeners function[]
local Signal = {}
Signal.__index = Signal

local M = {}

--- Makes a signal that nothing is connected to.
---@return Signal
function M.new()
	return setmetatable({ listeners = {} }, Signal)
end

--- Calls fn at each emit from now on. A function that is connected already is
--- called once more, as Qt does.
---@param fn function
function Signal:connect(fn)
	if type(fn) ~= "function" then
		error("signal: connect: a function is expected, got " .. type(fn), 2)
	end
	self.listeners[#self.listeners + 1] = fn
end

--- Takes fn out, once for each time it was connected. Without fn, all go.
---@param fn? function
function Signal:disconnect(fn)
	local kept = {}
	for _, listener in ipairs(self.listeners) do
		if fn ~= nil and listener ~= fn then
			kept[#kept + 1] = listener
		end
	end
	self.listeners = kept -- a new list: an emit that is under way keeps its own
end

--- Calls each function with these arguments. One that raises does not stop the
--- rest: the first error is raised at the end.
---@param ... any
function Signal:emit(...)
	local failed, problem = false, nil
	for _, listener in ipairs(self.listeners) do
		local ok, message = pcall(listener, ...)
		if not ok and not failed then
			failed, problem = true, message
		end
	end
	if failed then
		error(problem, 0)
	end
end

return M
