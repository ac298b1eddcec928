---@meta tickwire.signal

-- require "tickwire.signal", for LuaLS. Nothing here runs.

--- A signal of Qt's kind: functions connect to it, emit calls them in the order in which they came.
---@class Signal
local Signal = {}

--- Calls fn at each emit from now on. A function that is connected already is called once more, as Qt does.
---@param fn function
function Signal:connect(fn) end

--- Takes fn out, once for each time it was connected. Without fn, all go.
---@param fn? function
function Signal:disconnect(fn) end

--- Calls each function with these arguments. One that raises does not stop the rest: the first error is raised at
--- the end.
---@param ... any
function Signal:emit(...) end

local M = {}

--- Makes a signal that nothing is connected to.
---@return Signal
function M.new() end

return M
