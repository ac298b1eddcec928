--- WebSockets as Overte's scripts have them (Vircadia's and High Fidelity's too).
---
---	local overte = require "tickwire.overte"
---	local server = overte.WebSocketServer.new({ port = 8080 })
---	server.newConnection:connect(function(socket)
---		socket.onmessage = function(message) socket:send(message.data) end
---	end)
---	local socket = overte.WebSocket.new(server.url)
---	socket.onopen = function() socket:send("hello") end
---	socket.onmessage = function(message) print(message.data) end
---	socket.onerror = function(code) print(code == overte.SocketError.HostNotFoundError) end
---	socket.onclose = function(data) print(data.code, data.reason, data.wasClean) end
---
--- WebSocket.new(other) makes one more socket on another one's connection: each
--- has its own handlers, and closing either closes both.
---
--- -- Differs from Overte:
--- - methods are called with a colon, and what raises raises a table with name and
---   message (tickwire.dom_exception);
--- - wss works; protocol, extensions, bufferedAmount and binaryType are real: a
---   binary message is a Blob, or an ArrayBuffer where binaryType says so;
--- - there is addEventListener beside the handlers;
--- - an object that is sent becomes JSON, unless its metatable has a __tostring;
--- - close takes 1000 and 3000 to 4999: the other codes are not a script's to send;
--- - a second argument of WebSocket.new holds the params of websocket.connect;
--- - a server listens on 127.0.0.1 unless address says where else, and where the
---   host allows it; params are those of websocket.listen;
--- - a server that can't listen says so: listening is false, error is a SocketError
---   and errorString says it in words. Its serverName is not sent.

local dom_exception = require("tickwire.dom_exception")
local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")
local signal = require("tickwire.signal")
local socket_class = require("tickwire.socket_class")
local web_url = require("tickwire.web_url")

-- The global, not require's: a project may have a websocket.lua of its own.
local native = rawget(_G, "websocket") or error("tickwire: there is no global websocket: open Tickwire's extension first")

local M = {}

--- Why a connection was closed (RFC 6455 section 7.4).
M.CloseCode = {
	Normal = 1000,
	GoingAway = 1001,
	ProtocolError = 1002,
	DatatypeNotSupported = 1003,
	Reserved1004 = 1004,
	MissingStatusCode = 1005,
	AbnormalDisconnection = 1006,
	WrongDatatype = 1007,
	PolicyViolated = 1008,
	TooMuchData = 1009,
	MissingExtension = 1010,
	BadOperation = 1011,
	TlsHandshakeFailed = 1015,
}

--- How far a connection has come.
M.ReadyState = { CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3 }

--- What went wrong: onerror's argument, and a server's error.
M.SocketError = {
	ConnectionRefusedError = 0,
	RemoteHostClosedError = 1,
	HostNotFoundError = 2,
	SocketAccessError = 3,
	SocketResourceError = 4,
	SocketTimeoutError = 5,
	DatagramTooLargeError = 6,
	NetworkError = 7,
	AddressInUseError = 8,
	SocketAddressNotAvailableError = 9,
	UnsupportedSocketOperationError = 10,
	ProxyAuthenticationRequiredError = 11,
	SslHandshakeFailedError = 12,
	UnfinishedSocketOperationError = 13,
	ProxyConnectionRefusedError = 14,
	ProxyConnectionClosedError = 15,
	ProxyConnectionTimeoutError = 16,
	ProxyNotFoundError = 17,
	ProxyProtocolError = 18,
	OperationError = 19,
	SslInternalError = 20,
	SslInvalidUserDataError = 21,
	TemporaryError = 22,
	UnknownSocketError = -1,
}

local errors = M.SocketError

-- The nearest SocketError by the stage and the cause of an ERROR event; [1] is
-- for a stage's other causes.
local nearest = {
	url = { errors.UnsupportedSocketOperationError },
	policy = { errors.SocketAccessError },
	limit = { errors.SocketResourceError },
	dns = { errors.HostNotFoundError, timeout = errors.SocketTimeoutError },
	connect = {
		errors.NetworkError,
		refused = errors.ConnectionRefusedError,
		not_found = errors.HostNotFoundError, -- a socket file that isn't there
		timeout = errors.SocketTimeoutError,
		denied = errors.SocketAccessError,
		resources = errors.SocketResourceError,
		closed = errors.RemoteHostClosedError,
	},
	proxy = {
		errors.ProxyProtocolError,
		auth = errors.ProxyAuthenticationRequiredError,
		refused = errors.ProxyConnectionRefusedError,
		denied = errors.ProxyConnectionRefusedError,
		closed = errors.ProxyConnectionClosedError,
		timeout = errors.ProxyConnectionTimeoutError,
		not_found = errors.ProxyNotFoundError,
		unreachable = errors.NetworkError,
		certificate = errors.SslHandshakeFailedError,
	},
	tls = { errors.SslHandshakeFailedError },
	-- A server that is there and doesn't want the connection, as Qt sees it.
	handshake = {
		errors.ConnectionRefusedError,
		closed = errors.RemoteHostClosedError,
		resources = errors.SocketResourceError,
	},
	io = {
		errors.NetworkError,
		closed = errors.RemoteHostClosedError,
		timeout = errors.SocketTimeoutError,
	},
	timeout = { errors.SocketTimeoutError },
}

--- The SocketError for what happened.
---@param event table the error event
---@param failure websocket.data? the ERROR behind it
local function socket_error(event, failure)
	if not failure then
		-- It was closed while it connected, or more was sent than may wait.
		return event.message:find("buffer is full", 1, true) and errors.SocketResourceError or errors.OperationError
	end
	if failure.stage == "timeout" and failure.message:find("the proxy did not open the way", 1, true) then
		return errors.ProxyConnectionTimeoutError
	end
	local by_cause = nearest[failure.stage] or {}
	return by_cause[failure.cause] or by_cause[1] or errors.UnknownSocketError
end

--- The SocketError for a text of websocket.listen's.
local function listen_error(text)
	for words, number in pairs({
		["in use"] = errors.AddressInUseError,
		["no address of this machine"] = errors.SocketAddressNotAvailableError,
		["not allowed"] = errors.SocketAccessError,
		["forbids"] = errors.SocketAccessError,
		["no more sockets"] = errors.SocketResourceError,
	}) do
		if text:find(words, 1, true) then
			return number
		end
	end
	return errors.UnknownSocketError
end

--- What a handler gets: onopen nothing, onerror a SocketError, onclose the event.
local function argument(event, failure)
	if event.type == "error" then
		return socket_error(event, failure)
	elseif event.type ~= "open" then
		return event
	end
end

--- An object as the string that is sent.
local function encode(value)
	if type(value) ~= "table" or blob.is(value) or array_buffer.is(value) then
		return nil
	end
	local meta = getmetatable(value)
	if type(meta) == "table" and meta.__tostring then
		return tostring(value), native.DATA_TYPE_TEXT
	end
	local ok, text = pcall(json.encode, value)
	if not ok then
		dom_exception.raise("TypeError", "WebSocket.send: the object can't be JSON: " .. tostring(text))
	end
	return text, native.DATA_TYPE_TEXT
end

local WebSocket, make = socket_class.new({
	name = "WebSocket",
	constants = { CloseCode = M.CloseCode, ReadyState = M.ReadyState, SocketError = M.SocketError },
	encode = encode,
	argument = argument,
	drop_is_error = true,
	close_code = M.CloseCode.Normal,
})
M.WebSocket = WebSocket

--- Connects, and returns at once; or shares the connection of another WebSocket.
---@param url_or_socket string|overte.WebSocket
---@param params websocket.params? with a url: as websocket.connect has them
---@return overte.WebSocket
function WebSocket.new(url_or_socket, params)
	if make.is(url_or_socket) then
		return make.share(url_or_socket)
	end
	return make.dial(url_or_socket, nil, params)
end

-- The server ----------------------------------------------------------------

---@class overte.WebSocketServer
---@field private _native websocket.server? what listens; nil where nothing could
---@field private _sockets table<websocket.connection, { socket: overte.WebSocket, deliver: fun(data: websocket.data) }>
local methods = {}

local getters = {
	listening = function(self)
		return self._native and self._native.listening or false
	end,
	url = function(self)
		return self._native and self._native.url or ""
	end,
	port = function(self)
		return self._native and self._native.port or 0
	end,
	newConnection = function(self)
		return self._signal
	end,
	serverName = function(self)
		return self._name
	end,
	error = function(self)
		return self._error or nil
	end,
	errorString = function(self)
		return self._text
	end,
}

local meta = {}

function meta:__index(key)
	local getter = getters[key]
	if getter then
		return getter(self)
	end
	return methods[key]
end

function meta:__newindex(key, value)
	if getters[key] or methods[key] then
		dom_exception.raise("TypeError", "WebSocketServer: " .. key .. " can't be assigned")
	end
	rawset(self, key, value)
end

function meta:__tostring()
	return "WebSocketServer " .. (self.listening and self.url or "(not listening)")
end

--- Stops listening and closes every client with 1001, "Server closing.".
function methods:close()
	if not self.listening then
		return
	end
	for _, client in pairs(self._sockets) do
		make.closing(client.socket)
	end
	self._native:close(M.CloseCode.GoingAway, "Server closing.")
end

--- The URL that a client asked for.
local function asked(self, request)
	local url = self._native.url:gsub("/$", "") .. request.path .. (request.query and "?" .. request.query or "")
	return web_url.parse(url) and url or self._native.url
end

--- What the native server tells of one of its clients.
local function deliver(self, connection, data)
	local client = self._sockets[connection]
	if data.event == native.EVENT_REQUEST then
		self._asked[connection] = asked(self, data.request)
	elseif data.event == native.EVENT_CONNECTED then
		local socket, tell = make.adopt(connection, self._asked[connection])
		self._sockets[connection] = { socket = socket, deliver = tell }
		self._signal:emit(socket)
	else
		if data.event == native.EVENT_DISCONNECTED then
			self._sockets[connection], self._asked[connection] = nil, nil
		end
		if client then
			client.deliver(data)
		end
	end
end

--- Reads an option, which must be of a type.
local function option(options, name, kind, default)
	local value = options[name]
	if value == nil then
		return default
	end
	if type(value) ~= kind then
		dom_exception.raise("TypeError", ("WebSocketServer: %s is a %s: want a %s"):format(name, type(value), kind))
	end
	return value
end

M.WebSocketServer = {}

--- Listens, at once. Where that can't be, listening is false, and error and
--- errorString say why.
---@param options { port: integer?, serverName: string?, address: string?, params: websocket.listen_params? }?
---@return overte.WebSocketServer
function M.WebSocketServer.new(options)
	if options ~= nil and type(options) ~= "table" then
		dom_exception.raise("TypeError", "WebSocketServer: the options are a " .. type(options) .. ": want a table such as { port = 8080 }")
	end
	options = options or {}
	local port = option(options, "port", "number", 0)
	if port < 0 or port > 65535 or port % 1 ~= 0 then
		dom_exception.raise("RangeError", "WebSocketServer: the port is " .. tostring(port) .. ": want 0 (a free one) to 65535")
	end
	local address = option(options, "address", "string", "127.0.0.1")
	if address:find(":", 1, true) and address:sub(1, 1) ~= "[" then
		address = "[" .. address .. "]"
	end
	local self = setmetatable({
		_native = false,
		_name = option(options, "serverName", "string", ""),
		_signal = signal.new(),
		_sockets = {},
		_asked = {},
		_error = false,
		_text = "",
	}, meta)
	local params = option(options, "params", "table", nil)
	if not native.listen then -- Defold's own module
		self._error, self._text = errors.UnsupportedSocketOperationError, "websocket: this host has no servers: there is no websocket.listen"
		return self
	end
	local ok, listener, text = pcall(native.listen, ("%s:%d"):format(address, port), params, function(_, connection, data)
		deliver(self, connection, data)
	end)
	if not ok then
		local problem = tostring(listener)
		dom_exception.raise("TypeError", "WebSocketServer: " .. (problem:match("^bad argument #%d+ to %S+ %((.*)%)$") or problem))
	end
	self._native = listener or false
	if not listener then
		self._error, self._text = listen_error(text), text
	end
	return self
end

return M
