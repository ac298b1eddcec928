---@meta tickwire.event_target

-- Event targets, require "tickwire.event_target", for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

---@class tickwire.EventTarget
local EventTarget = {}

--- Has listener(event) called for each event of a type; once for the same listener.
---@param kind string
---@param listener fun(event: any)|{ handleEvent: fun(self: any, event: any) }|nil
---@param options boolean|{ once: boolean?, capture: boolean? }|nil true is the same as { capture = true }
function EventTarget:addEventListener(kind, listener, options) end

---@param kind string
---@param listener function|table|nil
---@param options boolean|{ capture: boolean? }|nil
function EventTarget:removeEventListener(kind, listener, options) end

--- Calls the listeners of event.type now; what they raise is raised after the last.
---@param event table
---@return boolean always true
function EventTarget:dispatchEvent(event) end

--- What a listener gets, beside the fields of the event itself.
---@class tickwire.Event
---@field type string
---@field target any
---@field currentTarget any
---@field bubbles boolean false
---@field cancelable boolean false
---@field composed boolean false
---@field defaultPrevented boolean false
---@field eventPhase integer 2
---@field isTrusted boolean false for what a script dispatches
local Event = {}

--- Keeps the listeners that come after this one from being called.
function Event:stopImmediatePropagation() end

--- Does nothing: there is no tree.
function Event:stopPropagation() end

--- Does nothing: no event here can be prevented.
function Event:preventDefault() end

-- What is private here is for the modules that build on this one; its source says what it does.
---@class tickwire.EventTargetModule
---@field private Event table
---@field private event_meta table
---@field private methods table
---@field private new_lists function
---@field private fire function
---@field private attempt function
---@field private report function
---@field private check_self function
---@field private handler function
---@field private set_handler function
local M = {}

---@return tickwire.EventTarget
function M.new() end

return M
