---@meta tickwire.overte

-- WebSockets as Overte's scripts have them, require "tickwire.overte", for LuaLS. Nothing here runs.
-- luacheck: no unused args

---@class overte
local overte = {}

---@alias overte.CloseCode integer
---@alias overte.SocketError integer

--- Why a connection was closed.
---@class overte.CloseCodes
---@field Normal overte.CloseCode 1000
---@field GoingAway overte.CloseCode 1001
---@field ProtocolError overte.CloseCode 1002
---@field DatatypeNotSupported overte.CloseCode 1003
---@field Reserved1004 overte.CloseCode 1004
---@field MissingStatusCode overte.CloseCode 1005: the close frame had no code
---@field AbnormalDisconnection overte.CloseCode 1006: no close frame came
---@field WrongDatatype overte.CloseCode 1007
---@field PolicyViolated overte.CloseCode 1008
---@field TooMuchData overte.CloseCode 1009
---@field MissingExtension overte.CloseCode 1010
---@field BadOperation overte.CloseCode 1011
---@field TlsHandshakeFailed overte.CloseCode 1015
overte.CloseCode = {}

--- How far a connection has come.
---@class overte.ReadyStates
---@field CONNECTING integer 0
---@field OPEN integer 1
---@field CLOSING integer 2
---@field CLOSED integer 3
overte.ReadyState = {}

--- What went wrong.
---@class overte.SocketErrors
---@field ConnectionRefusedError overte.SocketError 0, by a refused handshake too
---@field RemoteHostClosedError overte.SocketError 1
---@field HostNotFoundError overte.SocketError 2
---@field SocketAccessError overte.SocketError 3: the host or its system does not allow it
---@field SocketResourceError overte.SocketError 4: too many connections, too large a message
---@field SocketTimeoutError overte.SocketError 5
---@field DatagramTooLargeError overte.SocketError 6, never told
---@field NetworkError overte.SocketError 7
---@field AddressInUseError overte.SocketError 8, a server's
---@field SocketAddressNotAvailableError overte.SocketError 9, a server's
---@field UnsupportedSocketOperationError overte.SocketError 10, a server's in a host that has none
---@field ProxyAuthenticationRequiredError overte.SocketError 11
---@field SslHandshakeFailedError overte.SocketError 12
---@field UnfinishedSocketOperationError overte.SocketError 13, never told
---@field ProxyConnectionRefusedError overte.SocketError 14
---@field ProxyConnectionClosedError overte.SocketError 15
---@field ProxyConnectionTimeoutError overte.SocketError 16
---@field ProxyNotFoundError overte.SocketError 17
---@field ProxyProtocolError overte.SocketError 18
---@field OperationError overte.SocketError 19: closed while it was connecting
---@field SslInternalError overte.SocketError 20, never told
---@field SslInvalidUserDataError overte.SocketError 21, never told
---@field TemporaryError overte.SocketError 22, never told
---@field UnknownSocketError overte.SocketError -1, by a broken protocol too
overte.SocketError = {}

--- The browser's WebSocket, but for what its handlers get, what send makes of a table and what close sends without a code.
---@class overte.WebSocket: WebSocket
---@field CloseCode overte.CloseCodes
---@field ReadyState overte.ReadyStates
---@field SocketError overte.SocketErrors
---@field onopen? fun()
---@field onmessage? fun(message: WebSocketMessageEvent)
---@field onerror? fun(error: overte.SocketError)
---@field onclose? fun(data: WebSocketCloseEvent)
local WebSocket = {}

--- Sends a string as text, a Blob or an ArrayBuffer as bytes, any other table as JSON or as what its __tostring says.
---@param message string|number|table
function WebSocket:send(message) end

--- Closes the connection.
---@param closeCode overte.CloseCode? 1000, the default, or 3000 to 4999; of a server's socket 1001, 1008, 1011 to 1013 too
---@param reason string? of at most 123 bytes
function WebSocket:close(closeCode, reason) end

---@class overte.WebSocketClass
---@field CONNECTING integer 0
---@field OPEN integer 1
---@field CLOSING integer 2
---@field CLOSED integer 3
---@field CloseCode overte.CloseCodes
---@field ReadyState overte.ReadyStates
---@field SocketError overte.SocketErrors
local class = {}
overte.WebSocket = class

--- Connects, and returns at once; or shares the connection of another WebSocket: each has its handlers, closing either
--- closes both. Raises a SyntaxError for a URL that can't be used.
---@param url_or_socket string|overte.WebSocket
---@param params websocket.params? with a URL: as websocket.connect takes them, without protocol
---@return overte.WebSocket
function class.new(url_or_socket, params) end

--- A server. Its properties can't be assigned.
---@class overte.WebSocketServer
---@field listening boolean
---@field url string for clients: "ws://127.0.0.1:8080/"; "" if it could not listen
---@field port integer 0 if it could not listen
---@field serverName string
---@field newConnection Signal is given each client as an overte.WebSocket that is open: newConnection:connect(fn)
---@field error overte.SocketError? why it could not listen
---@field errorString string the same in words; ""
local server = {}

--- Stops listening and closes every client with 1001, "Server closing.".
function server:close() end

---@class overte.WebSocketServerClass
local servers = {}
overte.WebSocketServer = servers

---@class overte.WebSocketServerOptions
---@field port integer? 0, the default: a free one
---@field serverName string?
---@field address string? "127.0.0.1"; "0.0.0.0" is every one of this computer
---@field params websocket.listen_params? as websocket.listen takes them

--- Listens, at once. Where that can't be, listening is false, and error and errorString say why.
---@param options overte.WebSocketServerOptions?
---@return overte.WebSocketServer
function servers.new(options) end

return overte
