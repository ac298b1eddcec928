---@meta tickwire.reconnect

-- local reconnect = require("tickwire.reconnect"), for LuaLS. Nothing here runs.

--- A connection that comes back: it tries again after it broke, waits longer from try to try, gives up where that can't
--- help, and keeps what is sent meanwhile.
local reconnect = {}

--- Why a try failed, a connection broke or a client ended.
---@class reconnect.info
---@field code integer? the close code; 1006: no close frame came; nil: nothing was dialled
---@field reason string? the server's
---@field clean boolean?
---@field message string what happened, in words
---@field stage string? as in EVENT_ERROR; also "before_connect" and "params"
---@field cause string? as in EVENT_ERROR
---@field handshake_response websocket.handshake_response? of a handshake that was refused
---@field opened boolean whether the connection was open
---@field try integer tries since the last connection that was stable
---@field delay number? seconds until the next try, while it waits
---@field gave_up string? why there is no further try: "code 1008", "status 403", "stage url", "max_tries", "params" or
--- what give_up returned; nil after close

---@class reconnect.before
---@field try integer tries since the last connection that was stable, with this one
---@field last reconnect.info? how the one before ended
---@field client reconnect.Client

---@class reconnect.queue
---@field limit integer? messages; 100
---@field ttl number? seconds that a message may wait; without end
---@field policy "oldest"|"refuse"|nil at the limit the oldest is dropped, or the new one refused; "oldest"

--- Decides alone whether to give up, and hears what the usual rules say.
---@alias reconnect.judge fun(info: reconnect.info, why: string?): boolean|string?

--- Called before each try, which goes on with next(), next(url) or next(nil, params); next(false, message) gives it up.
---@alias reconnect.hook fun(next: fun(url?: string|false, params?: websocket.params|string), info: reconnect.before)

---@class reconnect.options
---@field url string
---@field params websocket.params? of websocket.connect
---@field min_delay number? seconds, at most, before the first new try; 0.5
---@field max_delay number? seconds, at most, before any; 30
---@field factor number? how much longer the next one may be; 2
---@field jitter number? the share of a delay that is left to chance, 0 to 1; 1: anything from 0 to the whole delay
---@field random? fun(): number from 0 to below 1; math.random
---@field max_retry_after number? seconds of a server's Retry-After (503, 429) that are honoured, on top of the delay; 3600
---@field max_tries integer? failed tries in a row, then it gives up; without end
---@field stable number? seconds after which a connection counts as good, and the next delay is min_delay again; 10
---@field give_up (integer|string)[]|reconnect.judge|nil close codes, HTTP statuses and stages that are hopeless besides
--- the usual: 1002, 1003, 1007 to 1010; 4xx but 408, 425 and 429; "url", "policy"
---@field queue reconnect.queue|false|nil what is sent while there is no connection; false: nothing is kept
---@field before_connect? reconnect.hook renews tokens and headers before each try
---@field before_timeout number? seconds until before_connect has to call next; 30
---@field on_open? fun(self: any, client: reconnect.Client, data: websocket.data) what it sends overtakes the queue
---@field on_message? fun(self: any, client: reconnect.Client, message: string, type: integer)
---@field on_close? fun(self: any, client: reconnect.Client, info: reconnect.info) the end, once
---@field on_state? fun(self: any, client: reconnect.Client, state: string, info?: reconnect.info)
---@field on_drop? fun(self: any, client: reconnect.Client, message: string|number, reason: reconnect.drop) a message of
--- the queue that is not sent; may be called within send

---@alias reconnect.drop "full"|"expired"|"replaced"|"refused"|"closed"

---@class reconnect.send_options
---@field type integer? websocket.DATA_TYPE_BINARY unless told otherwise
---@field key any of several in the queue with the same key the latest stays
---@field ttl number? seconds that it may wait in the queue; the queue's own unless given

---@class reconnect.stats
---@field tries integer
---@field opens integer connections that were open
---@field sent integer messages handed to a connection
---@field received integer messages
---@field dropped integer messages of the queue

---@class reconnect.Client
---@field state "connecting"|"open"|"waiting"|"closing"|"closed"
---@field tries integer tries since the last connection that was stable
---@field queued integer messages in the queue
---@field stats reconnect.stats
---@field connection? websocket.connection the native connection, while there is one
local Client = {}

--- Sends a message, or keeps it until there is a connection. It is sent once at most.
---@param message string|number
---@param options reconnect.send_options?
---@return boolean? taken nil if it was not
---@return "queued"|"full"|"offline"|"closed"|nil how nil if it is on its way
function Client:send(message, options) end

--- Ends it: what was handed to the connection goes out first, what is in the queue is dropped. on_close comes later.
---@param code integer? 1000 (default) or 3000 to 4999
---@param reason string? at most 123 bytes
function Client:close(code, reason) end

--- Makes a client, which begins to connect at once.
---@param options reconnect.options
---@return reconnect.Client client
function reconnect.new(options) end

return reconnect
