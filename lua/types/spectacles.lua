---@meta tickwire.spectacles

-- Spectacles' WebSockets, require "tickwire.spectacles", for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

---@class RemoteServiceModule
local RemoteServiceModule = {}

--- Connects, and returns at once. Raises a SecurityError for ws, unless the host's setting spectacles.experimental is 1, and a
--- SyntaxError for a URL that can't be used.
---@param url string wss://…
---@return WebSocket
function RemoteServiceModule:createWebSocket(url) end

--- Connects for a specification that the host's setting spectacles.api_specs lists; raises a NotAllowedError for others.
---@param specification string its id
---@param url string wss://…
---@return WebSocket
function RemoteServiceModule:createAPIWebSocket(specification, url) end

---@class InternetModule
---@field RemoteServiceModule RemoteServiceModule the same functions, for scripts from before Lens Studio 5.9
local InternetModule = {}

--- Connects, and returns at once. Raises a SecurityError for ws, unless the host's setting spectacles.experimental is 1, and a
--- SyntaxError for a URL that can't be used.
---@param url string wss://…
---@return WebSocket
function InternetModule:createWebSocket(url) end

--- Connects for a specification that the host's setting spectacles.api_specs lists; raises a NotAllowedError for others.
---@param specification string its id
---@param url string wss://…
---@return WebSocket
function InternetModule:createAPIWebSocket(specification, url) end

return InternetModule
