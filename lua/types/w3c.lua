---@meta tickwire.w3c

-- The browser's WebSocket, require "tickwire.w3c", for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241

--- What listeners get.
---@class WebSocketEvent: tickwire.Event
---@field type "open"|"message"|"error"|"close"
---@field target WebSocket
---@field currentTarget WebSocket

---@class WebSocketMessageEvent: WebSocketEvent
---@field data string|tickwire.Blob|tickwire.ArrayBuffer text is a string, bytes are what binaryType says
---@field origin string "wss://host:port" of the server
---@field lastEventId string ""

---@class WebSocketErrorEvent: WebSocketEvent
---@field message string what happened
---@field data string the same

---@class WebSocketCloseEvent: WebSocketEvent
---@field code integer the server's; 1005: its close frame had none; 1006: none came, or the connection failed
---@field reason string the server's
---@field wasClean boolean both close frames were exchanged

---@class WebSocket: tickwire.EventTarget
---@field CONNECTING integer 0
---@field OPEN integer 1
---@field CLOSING integer 2
---@field CLOSED integer 3
---@field url string as a browser writes it; can't be assigned, as the five below
---@field readyState integer
---@field protocol string the subprotocol the server picked, "" for none
---@field extensions string those in use, "" for none
---@field bufferedAmount integer bytes sent that are not on the wire, and those sent since close
---@field binaryType "blob"|"arraybuffer" what bytes come as; "blob"
---@field onopen? fun(event: WebSocketEvent)
---@field onmessage? fun(event: WebSocketMessageEvent)
---@field onerror? fun(event: WebSocketErrorEvent)
---@field onclose? fun(event: WebSocketCloseEvent)
local WebSocket = {}

---@class WebSocketClass
---@field CONNECTING integer 0
---@field OPEN integer 1
---@field CLOSING integer 2
---@field CLOSED integer 3
---@field origin? string sent as Origin by connections from then on; nil: no such header
local class = {}

--- Connects, and returns at once. Raises a SyntaxError for a URL or subprotocols that can't be used.
---@param url string ws, wss, http (as ws) or https (as wss)
---@param protocols string|string[]|nil subprotocols to offer
---@param params websocket.params? beyond the standard: as websocket.connect takes them, without protocol
---@return WebSocket
function class.new(url, protocols, params) end

--- The same as new.
---@param url string
---@param protocols string|string[]|nil
---@param params websocket.params?
---@return WebSocket
function class.connect(url, protocols, params) end

--- Sends a string as text, all else as bytes. Raises an InvalidStateError while it is connecting; after close it only counts in
--- bufferedAmount; past the outbound limit it closes the socket.
---@param data string|number|tickwire.Blob|tickwire.ArrayBuffer|integer[]
function WebSocket:send(data) end

--- Closes. While it is connecting that gives an error and a close event with 1006.
---@param code integer? 1000 or 3000 to 4999, else an InvalidAccessError
---@param reason string? of at most 123 bytes, else a SyntaxError
function WebSocket:close(code, reason) end

return class
