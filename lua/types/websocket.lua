---@meta

-- The websocket module, for LuaLS. Nothing here runs.
-- luacheck: globals websocket

--- WebSockets with Defold's API. Callbacks run on the update tick.
---@class websocketlib
---@field EVENT_CONNECTED integer 0
---@field EVENT_DISCONNECTED integer 1
---@field EVENT_MESSAGE integer 2
---@field EVENT_ERROR integer 3
---@field EVENT_REQUEST integer 4
---@field DATA_TYPE_TEXT integer 1
---@field DATA_TYPE_BINARY integer 2
websocket = {}

--- A connection: usable as a table's key, never reused.
---@class websocket.connection: userdata

---@class websocket.params
---@field timeout number? of the whole connection sequence, ms; 3000
---@field protocol string|string[]|nil subprotocols to offer: "a, b" or a list
---@field headers string|table<string, string|number|(string|number)[]>|nil "A: b\r\nC: d", or a table
---@field ping_interval number? ms between pings; 20000, 0 is off
---@field pong_timeout number? ms that the server may be silent after a ping; 20000, 0 is off
---@field compression boolean|websocket.compression|nil offers permessage-deflate; false
---@field proxy string? "http://user:password@host:port", "https://…", "socks5://…" or "direct"; the environment's unless given
---@field tls websocket.tls? for wss
---@field redirects integer? how many are followed, 0 to 20; 0
---@field unix string? path of a socket file that is dialled in place of the URL's host

---@class websocket.compression
---@field level integer? 1 (fast) to 9 (small); 1. A window under 15 bits has a level of its own
---@field threshold integer? messages of fewer bytes go as they are; 128, or 512 without context takeover
---@field context_takeover boolean? messages may refer back to those before, both ways; true
---@field window_bits integer? how far, as a power of two, both ways: 8 to 15; 15

---@class websocket.tls
---@field ca string? PEM: the authorities that may vouch for the server, and no others
---@field certificate string? PEM: the client's certificate; needs key
---@field key string? PEM: the certificate's private key
---@field server_name string? the name that the server's certificate must have; the URL's host
---@field pin string|string[]|nil "sha256/BASE64" of a public key: the server's, or that of who vouches for it
---@field min_version "1.2"|"1.3"|nil "1.2"
---@field insecure boolean? the certificate isn't verified; raises unless the host allows it

---@class websocket.listen_params
---@field protocol string|string[]|nil ours, in order: the first that the client offers is picked
---@field origins string|string[]|nil which pages may connect: "https://game.example", "null" (files), "*"; those of the server's own host
---@field compression boolean|websocket.compression|nil accepts permessage-deflate where the client offers it; false
---@field tls websocket.server_tls? for wss
---@field pages table<string, string|websocket.page>? what a browser gets that asks for a path: HTML, or a page of another type
---@field max_connections integer? one more gets 503; no limit
---@field max_handshakes integer? under way at once, more wait; 1024
---@field handshake_timeout number? ms until the client is connected, EVENT_REQUEST's callback included; 5000
---@field ping_interval number? ms between pings; 20000, 0 is off
---@field pong_timeout number? ms that the client may be silent after a ping; 20000, 0 is off

---@class websocket.page
---@field type string? the content type; "text/html; charset=utf-8"
---@field body string

---@class websocket.server_tls
---@field certificate string PEM, with those of the authorities between
---@field key string PEM
---@field ca string? PEM: clients must show a certificate of these authorities
---@field min_version "1.2"|"1.3"|nil "1.2"

--- What listens, until close.
---@class websocket.server: userdata
---@field address string "127.0.0.1:41234" or "unix:/path"
---@field port integer 0 for a socket file
---@field url string for websocket.connect on this machine; a path may be put behind it
---@field count integer connections that are open
---@field listening boolean until close
local server = {}

--- Stops listening. Each client gets the close frame behind what it was sent; its DISCONNECTED follows.
---@param code integer|false|nil 1000, 1001 (default), 1008, 1011 to 1013 or 3000 to 4999; false: none
---@param reason string? at most 123 bytes
function server:close(code, reason) end

---@class websocket.request
---@field path string as sent, without the query
---@field query string? as sent, without the "?"
---@field headers table<string, string> names in small letters
---@field protocols string[] the subprotocols that the client offers
---@field origin string? of the page, from a browser
---@field address string the client's: "ip:port", or "unix:/path" of the server's socket file
---@field secure boolean over TLS

---@class websocket.handshake_response
---@field status integer
---@field headers table<string, string> names as the server sent them
---@field response string the body, bounded

---@class websocket.data
---@field event integer websocket.EVENT_*
---@field message string MESSAGE: the bytes; ERROR: what happened; DISCONNECTED by the server: "Server closing (…"
---@field request websocket.request? REQUEST: what the client asks for
---@field type integer? MESSAGE: websocket.DATA_TYPE_*
---@field protocol string? CONNECTED: the subprotocol the server picked, "" for none
---@field extensions string? CONNECTED: the extensions in use, "" for none
---@field handshake_response websocket.handshake_response? CONNECTED of a dialled connection, and ERROR of a handshake that was refused
---@field stage string? ERROR: url, policy, limit, dns, connect, proxy, tls, handshake, protocol, io or timeout
---@field cause string? ERROR: refused, not_found, timeout, unreachable, auth, closed, denied, resources, certificate, status …
---@field host string? ERROR: "host:port" or "unix:/path", the last one after redirects, the server's behind a proxy
---@field elapsed number? ERROR: seconds since connect
---@field code integer? DISCONNECTED: the server's; 1005: its close frame had none; 1006: no close frame came
---@field reason string? DISCONNECTED: the server's
---@field clean boolean? DISCONNECTED: both close frames were exchanged
---@field peer_code integer? DISCONNECTED: what the server's close frame said, also in answer to ours; nil if none came

---@class websocket.stats
---@field bytes_sent integer payload bytes
---@field bytes_received integer payload bytes
---@field messages_sent integer
---@field messages_received integer
---@field buffered integer payload bytes sent and not on the wire yet, as compressed
---@field lost integer payload bytes sent that never got there, for the connection ended
---@field backlog integer bytes received and not delivered yet, 256 an event included
---@field rtt number? seconds that the last ping took; nil before the first answer
---@field age number seconds since connect
---@field compression_ratio number bytes on the wire a byte of messages, both ways; 1 without compression

--- Connects, and returns at once. Raises for wrong arguments; all else is an event.
---@param url string ws://…, wss://… or ws+unix:/path/to.sock:/request/path
---@param params websocket.params?
---@param callback fun(self: any, connection: websocket.connection, data: websocket.data)
---@return websocket.connection connection
function websocket.connect(url, params, callback) end

--- Sends a message, and returns at once. Raises if the connection isn't open, past the outbound limit, and past a quota
--- that the host has set: the error says when it can go on.
---@param connection websocket.connection
---@param message string|number
---@param options { type: integer? }? websocket.DATA_TYPE_BINARY unless told otherwise
function websocket.send(connection, message, options) end

--- Listens for clients. Each has the same events as a dialled connection, after EVENT_REQUEST: it is accepted when that
--- callback returns, unless it calls websocket.reject. Raises for wrong arguments.
---@param address string "127.0.0.1:8080", "[::1]:8080", "localhost:0" (a free port), ":8080" (every address), "unix:/path"
---@param params websocket.listen_params?
---@param callback fun(self: any, connection: websocket.connection, data: websocket.data)
---@return websocket.server? server nil if it can't listen there, or the host doesn't allow it
---@return string? why
function websocket.listen(address, params, callback) end

--- Refuses a client, inside the callback that got its EVENT_REQUEST: DISCONNECTED (1006) is all that follows.
---@param connection websocket.connection
---@param status integer? 400 to 599; 403
---@param reason string? what the client reads, at most 4096 bytes; the status in words
function websocket.reject(connection, status, reason) end

--- Sends one message to many: it is encoded once, and compressed once for each setting that clients have agreed on. A
--- connection that isn't open is passed over, and so is one past the outbound limit. Raises past a quota for all of them.
---@param connections websocket.server|websocket.connection[]|table<websocket.connection, any> a server: all of its own
---@param message string|number
---@param options { type: integer? }? websocket.DATA_TYPE_BINARY unless told otherwise
---@return integer reached how many it was sent to
---@return websocket.connection[]? full those past the outbound limit; nil without
function websocket.broadcast(connections, message, options) end

--- Sends what was sent before, then closes. No message comes any more, only DISCONNECTED.
---@param connection websocket.connection
---@param code integer|false|nil 1000 (default) or 3000 to 4999; false: none; for an accepted one also 1001, 1008, 1011 to 1013
---@param reason string? at most 123 bytes
function websocket.disconnect(connection, code, reason) end

--- How many payload bytes were sent and are not on the wire yet.
---@param connection websocket.connection
---@return integer bytes
function websocket.buffered(connection) end

--- How far the connection has come, as its script has been told.
---@param connection websocket.connection
---@return "connecting"|"open"|"closing"|"closed" state
function websocket.state(connection) end

---@param connection websocket.connection
---@return websocket.stats stats
function websocket.stats(connection) end

--- Sends a ping now; stats(connection).rtt shows how long its answer took. Raises if the connection isn't open, and past
--- a quota that the host has set.
---@param connection websocket.connection
function websocket.ping(connection) end

return websocket
