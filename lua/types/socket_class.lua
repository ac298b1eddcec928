---@meta tickwire.socket_class

-- Classes made of the W3C WebSocket, require "tickwire.socket_class", for LuaLS. Nothing here runs.
-- luacheck: no unused args

---@class tickwire.SocketOptions
---@field name string? the class's name in errors: "WebSocket"
---@field constants table<string, any>? further constants of class and sockets
---@field encode (fun(value: any): bytes: string?, type: integer?)? what send takes beyond the standard's; nil: not mine
---@field argument (fun(event: tickwire.Event, failure: websocket.data?): any)? what listeners of open, error and close get
---@field drop_is_error boolean? a connection that is lost gives an error event, too
---@field close_code integer? what close() sends without a code; none

--- What only the module that makes the class uses.
---@class tickwire.SocketMaker
---@field dial fun(url: string, protocols: string|string[]|nil, params: websocket.params?, origin: string?): WebSocket
---@field share fun(other: WebSocket): WebSocket a socket on another's connection
---@field adopt fun(connection: websocket.connection, url: string): socket: WebSocket, deliver: fun(data: websocket.data)
---@field closing fun(socket: WebSocket) whoever owns an adopted socket's connection closes it
---@field is fun(value: any): boolean

---@class tickwire.SocketClassModule
local M = {}

--- Makes a class.
---@param options tickwire.SocketOptions?
---@return table class its constants; its module puts the rest into it
---@return tickwire.SocketMaker make
function M.new(options) end

return M
