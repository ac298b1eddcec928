--- EventTarget, as the DOM standard has it for objects without a tree: listeners
--- by the type of the event, called in the order in which they came.
---
---	local target = require("tickwire.event_target").new()
---	target:addEventListener("news", function(event) print(event.detail) end)
---	target:dispatchEvent({ type = "news", detail = "hello" })
---
--- An error in one listener does not stop the next. What was raised is raised
--- again after the last one, each with its traceback: the host reports it.
---
--- For modules that build on it: an object keeps its lists in a field of its own
--- (`new_lists`), gets the methods of `M.methods`, and calls `fire` with an event whose
--- metatable is `M.event_meta`.

local dom_exception = require("tickwire.dom_exception")

local M = {}

---@class tickwire.Listener
---@field callback function|table
---@field capture boolean
---@field once boolean
---@field handler boolean whether it is an on… handler
---@field removed boolean

--- What a listener gets: a table with the event's own fields beside these.
---@class tickwire.Event
---@field type string
---@field target any
---@field currentTarget any
---@field defaultPrevented boolean false: nothing here can be prevented
local Event = {
	bubbles = false,
	cancelable = false,
	composed = false,
	defaultPrevented = false,
	eventPhase = 2, -- AT_TARGET: there is no tree
	isTrusted = true,
}
M.Event = Event
M.event_meta = { __index = Event }

--- Keeps the listeners that have not been called yet from being called.
function Event:stopImmediatePropagation()
	rawset(self, "_stopped", true)
end

--- Does nothing: there is no tree to go up.
function Event.stopPropagation() end

--- Does nothing: no event here can be prevented.
function Event.preventDefault() end

--- Text for a problem that another listener's call must not lose.
local function explain(problem)
	local text = tostring(problem)
	if debug and debug.traceback then
		return debug.traceback(text, 2)
	end
	return text
end

--- Calls fn, and gives what it raised as a text with its traceback, nil for
--- nothing.
---@param fn function
---@return string? problem
function M.attempt(fn)
	local ok, problem = xpcall(fn, explain)
	if not ok then
		return problem
	end
end

--- Raises what attempts have gathered, if there is anything.
---@param problems string[]
function M.report(problems)
	if problems[1] then
		error(table.concat(problems, "\n"), 0)
	end
end

---@class tickwire.Listeners
---@field by table<string, tickwire.Listener[]> by type, none of them empty
---@field only table<string, function> the callback of a type that has one listener, a plain function: who is in a hurry calls it

--- Makes the lists of an object.
---@return tickwire.Listeners
function M.new_lists()
	return { by = {}, only = {} }
end

--- Sets a type's list, which is nil or not empty.
local function set(lists, kind, list)
	lists.by[kind] = list
	local only = list and not list[2] and not list[1].once and list[1].callback
	lists.only[kind] = type(only) == "function" and only or nil
end

local function drop(lists, kind, listener)
	local kept = {}
	for _, other in ipairs(lists.by[kind]) do
		if other ~= listener then
			kept[#kept + 1] = other
		end
	end
	listener.removed = true
	set(lists, kind, kept[1] and kept or nil) -- a new list: a dispatch that is under way keeps its own
end

local function add(lists, kind, listener)
	local grown, placed = {}, false
	for _, other in ipairs(lists.by[kind] or grown) do
		-- Those that capture come first, also at the target itself.
		if listener.capture and not other.capture and not placed then
			grown[#grown + 1], placed = listener, true
		end
		grown[#grown + 1] = other
	end
	if not placed then
		grown[#grown + 1] = listener
	end
	set(lists, kind, grown)
end

--- Whether a value is a function or a table that can be called, such as a spy.
local function is_callable(value)
	if type(value) == "function" then
		return true
	end
	local meta = getmetatable(value)
	return type(meta) == "table" and meta.__call ~= nil
end

local function invoke(lists, kind, listener, argument)
	if listener.once then
		drop(lists, kind, listener)
	end
	local callback = listener.callback
	if is_callable(callback) then
		callback(argument)
	elseif not listener.handler then -- an on… handler that can't be called is passed over
		callback:handleEvent(argument) -- looked up at each event, as the standard says
	end
end

--- Calls the listeners of a type with one argument: an event, or what a system
--- hands out in its place.
---@param lists tickwire.Listeners
---@param kind string
---@param argument any
function M.fire(lists, kind, argument)
	local list = lists.by[kind]
	if not list then
		return
	end
	local first = list[1]
	if not list[2] then -- nothing that an error could keep from its turn: its own traceback is the best
		return invoke(lists, kind, first, argument)
	end
	local problems = {}
	for _, listener in ipairs(list) do
		if not listener.removed then
			problems[#problems + 1] = M.attempt(function()
				invoke(lists, kind, listener, argument)
			end)
			if type(argument) == "table" and rawget(argument, "_stopped") then
				break
			end
		end
	end
	M.report(problems)
end

--- The on… handler of a type.
---@return function|table|nil
function M.handler(lists, kind)
	for _, listener in ipairs(lists.by[kind] or {}) do
		if listener.handler then
			return listener.callback
		end
	end
end

--- Sets the on… handler of a type. It keeps its place among the listeners until
--- it is set to nil. What can't be called counts as nil, as in a browser.
---@param value any
function M.set_handler(lists, kind, value)
	if type(value) ~= "function" and type(value) ~= "table" then
		value = nil
	end
	for _, listener in ipairs(lists.by[kind] or {}) do
		if listener.handler then
			if value == nil then
				drop(lists, kind, listener)
			else
				listener.callback = value
				set(lists, kind, lists.by[kind])
			end
			return
		end
	end
	if value ~= nil then
		add(lists, kind, { callback = value, capture = false, once = false, handler = true, removed = false })
	end
end

--- Raises where a method was called with a dot.
---@param self any
---@param method string
function M.check_self(self, method)
	if type(self) ~= "table" or not rawget(self, "_lists") then
		dom_exception.raise("TypeError", method .. " was called with a dot: want a colon, as in socket:" .. method .. "(…)")
	end
end

local function check_callback(self, method, kind, callback)
	M.check_self(self, method)
	if kind == nil then
		dom_exception.raise("TypeError", method .. ": the type of the event is missing")
	end
	if callback ~= nil and type(callback) ~= "function" and type(callback) ~= "table" then
		dom_exception.raise("TypeError", method .. ": the listener is a " .. type(callback)
			.. ": want a function, or a table with handleEvent")
	end
end

local function is_capture(options)
	if type(options) == "table" then
		return options.capture and true or false
	end
	return options and true or false
end

local function find(lists, kind, callback, capture)
	for _, listener in ipairs(lists.by[kind] or {}) do
		if listener.callback == callback and listener.capture == capture and not listener.handler then
			return listener
		end
	end
end

--- The methods of an object that keeps its lists in _lists.
M.methods = {}

--- Has callback(event) called for each event of a type. One that is there
--- already is not added again.
---@param kind string "open", "message", "error", "close" …
---@param callback fun(event: tickwire.Event)|{ handleEvent: fun(self: table, event: tickwire.Event) }|nil
---@param options boolean|{ once: boolean?, capture: boolean? }|nil true is the same as { capture = true }
function M.methods:addEventListener(kind, callback, options)
	check_callback(self, "addEventListener", kind, callback)
	if callback == nil then
		return
	end
	local lists, capture = self._lists, is_capture(options)
	kind = tostring(kind)
	if find(lists, kind, callback, capture) then
		return
	end
	local once = type(options) == "table" and options.once and true or false
	add(lists, kind, { callback = callback, capture = capture, once = once, handler = false, removed = false })
end

--- Takes a listener out. One that isn't there is no error.
---@param kind string
---@param callback function|table|nil
---@param options boolean|{ capture: boolean? }|nil whether it was added to capture
function M.methods:removeEventListener(kind, callback, options)
	check_callback(self, "removeEventListener", kind, callback)
	kind = tostring(kind)
	local listener = find(self._lists, kind, callback, is_capture(options))
	if listener then
		drop(self._lists, kind, listener)
	end
end

--- Calls the listeners of event.type now. What they raise is raised at the end.
---@param event table
---@return boolean always true: nothing is prevented
function M.methods:dispatchEvent(event)
	M.check_self(self, "dispatchEvent")
	if type(event) ~= "table" or type(event.type) ~= "string" then
		dom_exception.raise("TypeError", "dispatchEvent: want an event, a table with a type")
	end
	if getmetatable(event) == nil then
		setmetatable(event, M.event_meta)
		event.isTrusted = false
	end
	event.target, event.currentTarget = self, self
	M.fire(self._lists, event.type, event)
	return true
end

---@class tickwire.EventTarget
---@field addEventListener fun(self, kind: string, callback: function|table|nil, options: boolean|table|nil)
---@field removeEventListener fun(self, kind: string, callback: function|table|nil, options: boolean|table|nil)
---@field dispatchEvent fun(self, event: table): boolean
local EventTarget = { __index = M.methods }

--- Makes a target without listeners.
---@return tickwire.EventTarget
function M.new()
	return setmetatable({ _lists = M.new_lists() }, EventTarget)
end

return M
