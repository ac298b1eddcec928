---@meta tickwire.rpc

-- A mini-app's WebSocket actions, for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

---@class rpc
local rpc = {}

--- websocket-create's payload.
---@class rpc.create
---@field url string wss:// or ws://
---@field headers table<string, string>? request headers; content-type is application/json unless given; no Referer
---@field protocols string[]? subprotocols to offer

--- websocket-send's payload.
---@class rpc.send
---@field id string
---@field type "text"|"arraybuffer"
---@field data string|integer[] text, or bytes from 0 to 255

--- websocket-close's payload.
---@class rpc.close
---@field id string
---@field code integer? 1000, the default, or 3000 to 4999
---@field reason string? at most 123 bytes of UTF-8

--- What was wrong with an action.
---@class rpc.error
---@field errMsg string
---@field property string? the property that was wrong; nil if it was none of them

--- What happened to a connection.
---@class rpc.event
---@field id string the connection's
---@field name "open"|"close"|"error"|"message"
---@field payload rpc.open|rpc.closed|rpc.failed|rpc.message by the name

---@class rpc.open
---@field headers table<string, string> of the server's answer, names as sent

---@class rpc.closed
---@field code integer 1006: no close frame came
---@field reason string

---@class rpc.failed
---@field errMsg string

---@class rpc.message
---@field type "text"|"arraybuffer"
---@field data string|integer[] text, or bytes from 0 to 255; an empty array is [] in JSON

--- Makes an app, which has up to five connections of its own. Raises for wrong options.
---@param options { send: fun(event: rpc.event, name: "websocket-event") } send is called on the update tick
---@return rpc.app
function rpc.new(options) end

---@class rpc.app
local app = {}

--- Does an action and returns its response; or nil and what was wrong, and then nothing has changed.
---@param action "websocket-create"|"websocket-send"|"websocket-close"|"enter-background"
---@param payload rpc.create|rpc.send|rpc.close|nil
---@return { id: string? }? response websocket-create's has the id
---@return rpc.error? problem
function app:call(action, payload) end

--- Disconnects all connections; each one's close event (1000) comes with the next update.
function app:enter_background() end

return rpc
