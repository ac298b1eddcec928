---@meta tickwire.async

-- local async = require("tickwire.async"), for LuaLS. Nothing here runs.

--- Network code that reads from top to bottom: a task is a function that may wait. Waits work anywhere in a task, within
--- pcall, an iterator or a metamethod too; elsewhere they raise. A task that fails while nobody awaits it is reported.
local async = {}

--- What a wait raises in a task that was canceled. A pcall that meets it cleans up and raises it again,
--- error(problem, 0): no further wait succeeds.
---@type table
async.CANCELED = {}

--- A function that runs, or has run. It ends with its script instance.
---@class async.Task: userdata
local Task = {}

--- Waits for the end and returns what the function returned. What it raised is raised here.
---@return any ...
function Task:await() end

--- Waits for the end.
---@return boolean ok
---@return any ... what the function returned, or what it raised
function Task:join() end

--- Has the task's wait, and each further one, raise async.CANCELED.
---@return boolean canceled false if it had ended
function Task:cancel() end

---@return "running"|"waiting"|"done"|"failed"|"canceled" status
function Task:status() end

--- A connection. It stays open until it is closed or its script is deleted, also
--- when the task that opened it has ended or was canceled.
---@class async.Socket
---@field connection websocket.connection the native connection
---@field protocol string the subprotocol that the server picked, "" for none
---@field extensions string the extensions in use, "" for none
---@field handshake_response websocket.handshake_response
---@field error? websocket.data the ERROR event, if it broke
---@field code? integer of the DISCONNECTED event, once it is over
---@field reason? string
---@field clean? boolean
local Socket = {}

--- Takes the next message, and waits for it. What nobody takes keeps the server waiting.
---@param timeout number? seconds; without end unless given
---@return string? message nil if there is none
---@return integer|"timeout"|"closed" type websocket.DATA_TYPE_*, or why there is no message
---@return websocket.data? data the DISCONNECTED event of a socket that is closed
function Socket:receive(timeout) end

--- Iterates over the messages until the socket is closed.
---@return fun(): string?, integer messages
function Socket:messages() end

--- Sends a message, and returns at once. Raises what websocket.send raises.
---@param message string|number
---@param options { type: integer? }? websocket.DATA_TYPE_BINARY unless told otherwise
---@return boolean? sent nil if the socket is closed
---@return "closed"? reason
---@return websocket.data? data the DISCONNECTED event, if it has come
function Socket:send(message, options) end

--- Closes, and returns at once: what was sent goes out first. Nothing is received any more.
---@param code integer? 1000 (default) or 3000 to 4999
---@param reason string? at most 123 bytes
function Socket:close(code, reason) end

--- Starts a task: fn runs at once, up to its first wait.
---@param fn fun(...): any
---@param ... any its arguments
---@return async.Task task
function async.run(fn, ...) end

--- Connects, and waits until that is done. Takes what websocket.connect takes.
---@param url string
---@param params websocket.params?
---@return async.Socket? socket nil if it failed
---@return string? problem what happened, in words
---@return websocket.data? data the ERROR event, or DISCONNECTED if there was none
function async.connect(url, params) end

--- Waits for a time; 0 is the next Update.
---@param seconds number
function async.sleep(seconds) end

--- Waits for a callback: start(done) is called at once, and what done is called with is returned.
---@param start fun(done: fun(...))
---@param seconds number? without end unless given
---@return any ... nil, "timeout" once the time has passed
function async.wait(start, seconds) end

--- Runs functions side by side and waits for all. The first error cancels the others and is raised here.
---@param list (async.Task|fun(): any)[]
---@return { n: integer, [integer]: any } results the first value that each returned, in the order of the list
function async.all(list) end

--- Runs functions side by side, waits for the first that ends and cancels the others.
---@param list (async.Task|fun(): any)[]
---@return any ... what the first one returned; its error is raised here
function async.race(list) end

--- Runs a function for so long at most, and cancels it then.
---@param seconds number
---@param fn fun(...): any
---@param ... any its arguments
---@return any ... what it returned; nil, "timeout" if it was canceled
function async.timeout(seconds, fn, ...) end

return async
