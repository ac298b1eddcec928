--- Network code that reads from top to bottom. A task is a function that may
--- wait: for a connection, a message, a time, another task. While it waits, the
--- rest of the program goes on; what it waited for lets it go on within the
--- host's Update, with its own script as the current instance.
---
---	async.run(function()
---		local ws, problem = async.connect("wss://game.example/")
---		if not ws then
---			print(problem)
---			return
---		end
---		ws:send("hello", { type = websocket.DATA_TYPE_TEXT })
---		for message in ws:messages() do
---			print(message)
---		end
---	end)
---
--- Waits work anywhere in a task: within pcall, an iterator, a metamethod, a
--- coroutine, a function deep down. A task that computes without waiting holds up
--- the frame, as any script does. One that fails while nobody awaits it is
--- reported with its traceback. Tasks end with their script instance, where they
--- stand: no line of theirs runs any more, as with callbacks.

local found, core = pcall(require, "tickwire.core")
if not found then
	error("tickwire.async: this program has no Tickwire: the host has to open its extension first", 0)
end

local M = {
	--- What a wait raises in a task that was canceled. A pcall that meets it
	--- cleans up and raises it again, error(problem, 0): no further wait succeeds.
	CANCELED = core.CANCELED,
}

--- Starts a task: fn runs at once, up to its first wait.
M.run = core.run

local function check_in_task(what)
	if not core.current() then
		error(what .. ": only a task can wait: call it within async.run(function() … end)", 3)
	end
end

local function check_seconds(what, seconds, level)
	if type(seconds) ~= "number" or seconds ~= seconds or seconds < 0 then
		error(what .. ": seconds must be a number from 0 on, got " .. tostring(seconds), level or 3)
	end
end

-- Hands on what a native function returned, or raises what it raised in the name
-- of ours, at the script's line.
local function relay(name, ok, ...)
	if ok then
		return ...
	end
	local problem = tostring((...)):gsub("^%S*tickwire/async%.lua:%d+: ", ""):gsub("^(bad argument #%d+ to )%S+", "%1" .. name)
	error(problem, 3)
end

--- Waits for a time; 0 is the next Update.
---@param seconds number
function M.sleep(seconds)
	check_in_task("async.sleep")
	check_seconds("async.sleep", seconds)
	core.wait(seconds)
end

--- Waits for a callback: start(done) is called at once, and what done is called
--- with is returned. nil, "timeout" once the time has passed.
---@param start fun(done: fun(...))
---@param seconds? number
---@return any ...
function M.wait(start, seconds)
	check_in_task("async.wait")
	if type(start) ~= "function" then
		error("async.wait: a function is expected, got " .. type(start), 2)
	end
	if seconds ~= nil then
		check_seconds("async.wait", seconds)
	end
	local task, ticket, brought
	local function done(...)
		brought = brought or { n = select("#", ...), ... }
		if task then
			core.wake(task, ticket)
		end
	end
	start(done)
	if not brought then
		task, ticket = core.ticket()
		core.wait(seconds)
	end
	if brought then
		return unpack(brought, 1, brought.n)
	end
	return nil, "timeout"
end

---@class async.Socket
---@field connection websocket.connection the native connection
---@field protocol string the subprotocol that the server picked, "" for none
---@field extensions string
---@field handshake_response websocket.handshake_response
---@field error? websocket.data the ERROR event, if it broke
---@field code? integer of the DISCONNECTED event, once it is over
---@field reason? string
---@field clean? boolean
---@field private messages_in string[]
---@field private types_in integer[]
---@field private first integer of the messages that nobody has taken
---@field private last integer
---@field private waiters { task: async.Task, ticket: integer }[]
---@field private enough integer with so many waiters, those that gave up are dropped
---@field private opened boolean
---@field private closing boolean
---@field private over? websocket.data
local Socket = {}
Socket.__index = Socket

-- Lets one of those who wait go on, or all.
local function wake(self, all)
	local waiters = self.waiters
	while waiters[1] do
		local waiter = table.remove(waiters, 1)
		if core.wake(waiter.task, waiter.ticket) and not all then
			return
		end
	end
end

-- Waits until something has happened on the socket.
local function wait(self, seconds)
	local task, ticket = core.ticket()
	if #self.waiters >= self.enough then
		local kept = {}
		for _, waiter in ipairs(self.waiters) do
			if waiter.task:status() == "waiting" then
				kept[#kept + 1] = waiter
			end
		end
		self.waiters, self.enough = kept, math.max(8, 2 * #kept)
	end
	local waiter = { task = task, ticket = ticket }
	self.waiters[#self.waiters + 1] = waiter
	local woken = core.wait(seconds)
	if not woken then
		for i, other in ipairs(self.waiters) do
			if other == waiter then
				table.remove(self.waiters, i)
				break
			end
		end
	end
	return woken
end

local function on_event(self, data)
	if data.event == websocket.EVENT_MESSAGE then
		self.last = self.last + 1
		self.messages_in[self.last] = data.message
		self.types_in[self.last] = data.type
		wake(self)
	elseif data.event == websocket.EVENT_CONNECTED then
		self.opened = true
		self.protocol, self.extensions = data.protocol, data.extensions
		self.handshake_response = data.handshake_response
		core.hold(self.connection) -- messages that nobody takes keep the server waiting
		wake(self)
	elseif data.event == websocket.EVENT_ERROR then
		self.error = data
	elseif data.event == websocket.EVENT_DISCONNECTED then
		self.over = data
		self.code, self.reason, self.clean = data.code, data.reason, data.clean
		wake(self, true)
	end
end

--- Connects, and waits until that is done. Takes what websocket.connect takes.
---@param url string
---@param params? websocket.params
---@return async.Socket? socket nil if it failed
---@return string? problem what happened, in words
---@return websocket.data? data the ERROR event, or DISCONNECTED if there was none
function M.connect(url, params)
	check_in_task("async.connect")
	local self = setmetatable({ messages_in = {}, types_in = {}, first = 1, last = 0, waiters = {}, enough = 8 }, Socket)
	self.connection = relay("async.connect", pcall(websocket.connect, url, params, function(_, _, data)
		on_event(self, data)
	end))
	local ok, problem = pcall(wait, self)
	if not ok then -- canceled
		websocket.disconnect(self.connection)
		error(problem, 0)
	end
	if self.opened then
		return self
	end
	local data = self.error or self.over
	return nil, self.error and data.message or "closed while connecting", data
end

--- Takes the next message, and waits for it.
---@param timeout? number seconds; without end unless given
---@return string? message nil if there is none
---@return integer|string type websocket.DATA_TYPE_*; without a message "timeout" or "closed"
---@return websocket.data? data the DISCONNECTED event of a socket that is closed
function Socket:receive(timeout)
	check_in_task("receive")
	local ends
	if timeout ~= nil then
		check_seconds("receive", timeout)
		ends = core.time() + timeout
	end
	while self.first > self.last or self.closing do
		if self.over or self.closing then
			return nil, "closed", self.over
		end
		if not wait(self, timeout) and self.first > self.last and not self.over then
			return nil, "timeout"
		end
		timeout = ends and math.max(0, ends - core.time()) -- another task may have been quicker
	end
	local at = self.first
	local message, kind = self.messages_in[at], self.types_in[at]
	self.messages_in[at], self.types_in[at] = nil, nil
	self.first = at + 1
	core.release(self.connection, #message)
	return message, kind
end

--- Iterates over the messages until the socket is closed.
---@return fun(): string?, integer
function Socket:messages()
	check_in_task("messages")
	return function()
		return self:receive()
	end
end

--- Sends a message, and returns at once. Raises what websocket.send raises.
---@param message string|number
---@param options? { type: integer? } websocket.DATA_TYPE_BINARY unless told otherwise
---@return boolean? sent nil if the socket is closed
---@return string? reason "closed"
---@return websocket.data? data the DISCONNECTED event, if it has come
function Socket:send(message, options)
	if websocket.state(self.connection) ~= "open" then
		return nil, "closed", self.over
	end
	relay("send", pcall(websocket.send, self.connection, message, options))
	return true
end

--- Closes, and returns at once: what was sent goes out first. Nothing is received
--- any more.
---@param code? integer 1000 (default) or 3000 to 4999
---@param reason? string at most 123 bytes
function Socket:close(code, reason)
	relay("close", pcall(websocket.disconnect, self.connection, code, reason))
	self.closing = true
	wake(self, true)
end

-- Runs the functions of a list; tasks are taken as they are.
local function start_all(what, list)
	if type(list) ~= "table" then
		error(what .. ": a list of functions and tasks is expected, got " .. type(list), 3)
	end
	for i, item in ipairs(list) do
		if type(item) ~= "function" and not core.is_task(item) then
			error(what .. ": item " .. i .. " is a " .. type(item) .. ": want a function or a task", 3)
		end
	end
	local tasks = {}
	for i, item in ipairs(list) do
		local ok, task = true, item
		if type(item) == "function" then
			ok, task = pcall(core.run, item)
		end
		if not ok then
			for _, started in ipairs(tasks) do
				started:cancel()
			end
			error(task, 0)
		end
		tasks[i] = task
	end
	return tasks
end

-- Awaits the tasks, and cancels those that are left: they are not waited for.
local function await(tasks, all, seconds)
	local ok, place = pcall(core.await, tasks, all, seconds)
	if not ok or place ~= 0 then
		for _, task in ipairs(tasks) do
			task:cancel()
		end
	end
	if not ok then
		error(place, 0)
	end
	return tasks[place]
end

--- Runs functions side by side and waits for all. The first error cancels the
--- others and is raised here.
---@param list (fun(): any|async.Task)[]
---@return { n: integer, [integer]: any } results the first value that each returned, in the order of the list
function M.all(list)
	check_in_task("async.all")
	local tasks = start_all("async.all", list)
	local failed = await(tasks, true)
	if failed then
		failed:await()
	end
	local results = { n = #tasks }
	for i, task in ipairs(tasks) do
		results[i] = task:await()
	end
	return results
end

--- Runs functions side by side, waits for the first that ends and cancels the
--- others.
---@param list (fun(): any|async.Task)[]
---@return any ... what the first one returned; its error is raised here
function M.race(list)
	check_in_task("async.race")
	local tasks = start_all("async.race", list)
	if #tasks == 0 then
		error("async.race: the list is empty: nobody would ever win", 2)
	end
	return await(tasks, false):await()
end

--- Runs a function for so long at most.
---@param seconds number
---@param fn fun(...): any
---@param ... any its arguments
---@return any ... what it returned; nil, "timeout" if it was canceled
function M.timeout(seconds, fn, ...)
	check_in_task("async.timeout")
	check_seconds("async.timeout", seconds)
	if type(fn) ~= "function" then
		error("async.timeout: a function is expected, got " .. type(fn), 2)
	end
	local task = await({ core.run(fn, ...) }, false, seconds)
	if not task then
		return nil, "timeout"
	end
	return task:await()
end

return M
