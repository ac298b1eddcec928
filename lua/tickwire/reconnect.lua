--- A connection that comes back: it tries again after it broke, waits longer from
--- try to try, gives up where that can't help, and keeps what is sent meanwhile.
---
---	local client = reconnect.new({
---		url = "wss://game.example/",
---		before_connect = function(next) -- each try has a fresh token
---			fetch_token(function(token)
---				next(nil, { headers = { Authorization = "Bearer " .. token } })
---			end)
---		end,
---		on_open = function(self, client) client:send("hello") end,
---		on_message = function(self, client, message, type) print(message) end,
---		on_close = function(self, client, info) print("over", info.gave_up, info.message) end,
---	})
---	client:send("x = 1, y = 2", { key = "position", ttl = 5 })
---
--- Callbacks get the script's self first, and are never called within new, send
--- or close, on_drop excepted. One that raises is reported, and the client goes on.
---
--- send hands a message to the connection at once if it is open, else to the
--- queue. A message is sent once at most: what was handed to a connection that
--- then broke is not sent again, for the server may have it. Who must know puts
--- numbers into the messages and asks for an answer.
---
--- Runs in Defold too, on timer.delay.

local M = {}

local has_core, core = pcall(require, "tickwire.core")

local DEFAULTS = {
	min_delay = 0.5,
	max_delay = 30,
	max_retry_after = 3600,
	factor = 2,
	jitter = 1,
	stable = 10,
	before_timeout = 30,
	random = math.random,
}

local QUEUE_DEFAULTS = { limit = 100, policy = "oldest" }

-- What no later try can mend: the server says that it does not understand us or
-- will not have us (RFC 6455 section 7.4.1), or nothing was ever dialled.
local GIVE_UP_CODES = { [1002] = true, [1003] = true, [1007] = true, [1008] = true, [1009] = true, [1010] = true }
local GIVE_UP_STAGES = { url = true, policy = true }

-- Of the statuses from 400 to 499, these ask for another try: Request Timeout,
-- Too Early, Too Many Requests.
local PASSING_STATUSES = { [408] = true, [425] = true, [429] = true }

-- How often a message of the queue may be refused, a tenth of a second apart.
local PATIENCE = 100

local function now()
	if has_core then
		return core.time()
	end
	return socket and socket.gettime() or os.time()
end

-- Calls fn(self) once, and returns what prevents that.
local function after(seconds, fn)
	local handle
	if has_core then
		handle = core.after(seconds, fn)
	else
		handle = timer.delay(seconds, false, fn)
		if handle == timer.INVALID_TIMER_HANDLE then
			handle = nil
		end
	end
	if not handle then
		error("reconnect: there are too many timers", 0)
	end
	return function()
		if has_core then
			core.cancel(handle)
		else
			timer.cancel(handle)
		end
	end
end

---@class reconnect.Client
---@field state "connecting"|"open"|"waiting"|"closing"|"closed"
---@field tries integer tries since the last connection that was stable
---@field queued integer messages in the queue
---@field stats reconnect.stats
---@field connection? websocket.connection the native connection, while there is one
---@field private options reconnect.options
---@field private queue table[]
---@field private first integer of the queue
---@field private last integer
---@field private keyed table<any, table> the queue's messages by key
---@field private script any self of the script
---@field private stop? fun() ends the timer that goes on with the client
---@field private stop_stable? fun()
---@field private attempt? table stands for the before_connect under way
---@field private failure? table what the last try failed with
---@field private problem? table the ERROR event of the connection
---@field private greeting? boolean on_open runs: what it sends overtakes the queue
---@field private opened boolean whether the connection was open
---@field private raised any what a callback raised
local Client = {}
Client.__index = Client

local function with_traceback(problem)
	return type(problem) == "string" and debug.traceback(problem, 2) or problem
end

-- Calls one of the script's functions. What it raises waits until the client has
-- done what it has to: see entered.
local function call(self, name, ...)
	local fn = self.options[name]
	if not fn then
		return nil
	end
	local arguments, n = { ... }, select("#", ...)
	local ok, result = xpcall(function()
		return fn(unpack(arguments, 1, n))
	end, with_traceback)
	if ok then
		return result
	end
	if self.raised == nil then
		self.raised = result
	end
	return nil
end

-- Wraps what the host calls: keeps the script's self, and raises at the end what
-- the script's own functions raised, for the host to report.
local function entered(self, fn)
	return function(script, ...)
		self.script = script
		fn(self, ...)
		local raised = self.raised
		self.raised = nil
		if raised ~= nil then
			error(raised, 0)
		end
	end
end

local function set_state(self, state, info)
	self.state = state
	call(self, "on_state", self.script, self, state, info)
end

-- The queue. Entries stand at first to last; one that was taken out is false.

local function take_out(self, at, reason)
	local entry = self.queue[at]
	self.queue[at] = false
	self.queued = self.queued - 1
	if entry.key ~= nil then
		self.keyed[entry.key] = nil
	end
	while self.first <= self.last and not self.queue[self.first] do
		self.queue[self.first] = nil
		self.first = self.first + 1
	end
	if reason then
		self.stats.dropped = self.stats.dropped + 1
		call(self, "on_drop", self.script, self, entry.message, reason)
	end
	return entry
end

local function drop_expired(self)
	local time = now()
	for at = self.first, self.last do
		local entry = self.queue[at]
		if entry and entry.expires and entry.expires <= time then
			take_out(self, at, "expired")
		end
	end
end

local function drop_all(self, reason)
	for at = self.first, self.last do
		if self.queue[at] then
			take_out(self, at, reason)
		end
	end
end

-- Takes a message in, or says why not.
local function keep(self, message, options)
	local queue = self.options.queue
	if not queue then
		return nil, "offline"
	end
	local key = options.key
	local same = key ~= nil and self.keyed[key]
	if not same and self.queued >= queue.limit then
		drop_expired(self)
		if self.queued >= queue.limit and (queue.policy == "refuse" or queue.limit == 0) then
			return nil, "full"
		end
	end
	if same then
		take_out(self, same, "replaced")
	elseif self.queued >= queue.limit then
		take_out(self, self.first, "full")
	end
	local ttl = options.ttl or queue.ttl
	self.last = self.last + 1
	self.queue[self.last] = { message = message, type = options.type, key = key, expires = ttl and now() + ttl }
	self.queued = self.queued + 1
	if key ~= nil then
		self.keyed[key] = self.last
	end
	return true, "queued"
end

-- Hands the queue to the connection, in order. What the connection can't take now,
-- past a limit of its own, stays for a while.
local function flush(self)
	drop_expired(self)
	while self.state == "open" and self.queued > 0 do
		local entry = self.queue[self.first]
		local ok, problem = pcall(websocket.send, self.connection, entry.message, { type = entry.type })
		if ok then
			take_out(self, self.first)
			self.stats.sent = self.stats.sent + 1
		elseif tostring(problem):find("UTF-8", 1, true) or entry.refused == PATIENCE then
			take_out(self, self.first, "refused")
		else
			entry.refused = (entry.refused or 0) + 1
			self.stop = after(0.1, entered(self, flush))
			return
		end
	end
end

-- When to try again.

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- The seconds since 1970 of an HTTP date: "Sun, 06 Nov 1994 08:49:37 GMT".
local function date_seconds(text)
	local form = "^%a%a%a, (%d%d?) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
	local day, name, year, hour, minute, second = tostring(text):match(form)
	local month = MONTHS[name]
	if not month then
		return nil
	end
	year, day = tonumber(year), tonumber(day)
	if month <= 2 then -- years from March on: the leap day is the last
		year, month = year - 1, month + 12
	end
	local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
		+ math.floor((153 * (month - 3) + 2) / 5) + day - 1 - 719468
	return ((days * 24 + tonumber(hour)) * 60 + tonumber(minute)) * 60 + tonumber(second)
end

-- How long a server asks us to stay away, in seconds; nil if it does not.
local function retry_after(response)
	if not response or response.status ~= 503 and response.status ~= 429 then
		return nil
	end
	local value, date
	for name, text in pairs(response.headers or {}) do
		name = name:lower()
		if name == "retry-after" then
			value = text
		elseif name == "date" then
			date = text
		end
	end
	if not value then
		return nil
	end
	local digits = value:match("^%s*(%d+)%s*$")
	if digits then
		return tonumber(digits) or math.huge
	end
	local at = date_seconds(value)
	return at and math.max(0, at - (date_seconds(date) or now()))
end

-- Why there is no point in another try, by the rules; nil if there is.
local function hopeless(self, info)
	local extra = self.options.give_up
	extra = type(extra) == "table" and extra or {}
	local response = info.handshake_response
	local status = response and not info.opened and response.status
	if status and (status >= 400 and status < 500 and not PASSING_STATUSES[status] or extra[status]) then
		return "status " .. status
	elseif info.stage and (GIVE_UP_STAGES[info.stage] or extra[info.stage]) then
		return "stage " .. info.stage
	elseif info.code and (GIVE_UP_CODES[info.code] or extra[info.code]) then
		return "code " .. info.code
	end
	return nil
end

local begin

-- The end.
local function finish(self, info)
	if self.state == "closed" then
		return
	end
	drop_all(self, "closed")
	set_state(self, "closed", info)
	call(self, "on_close", self.script, self, info)
end

-- finish, but not within a call of the script's.
local function finish_later(self, info)
	self.stop = after(0, entered(self, function()
		finish(self, info)
	end))
end

-- Looks for the next try, after one that failed or a connection that broke.
local function lost(self, info)
	self.failure = info
	local options = self.options
	local why = hopeless(self, info)
	if type(options.give_up) == "function" then
		local raised = self.raised
		local verdict = call(self, "give_up", info, why)
		if raised == nil and self.raised ~= nil then
			verdict = why -- it has no opinion
		end
		why = verdict and (type(verdict) == "string" and verdict or why or "give_up") or nil
	end
	if not why and options.max_tries and self.tries >= options.max_tries then
		why = "max_tries"
	end
	if why then
		info.gave_up = why
		finish(self, info)
		return
	end
	local most = math.min(options.max_delay, options.min_delay * options.factor ^ math.max(0, self.tries - 1))
	local delay = most * (1 - options.jitter) + most * options.jitter * options.random()
	local asked = retry_after(info.handshake_response)
	if asked then
		delay = delay + math.min(asked, options.max_retry_after)
	end
	info.delay = delay
	self.stop = after(delay, entered(self, begin))
	set_state(self, "waiting", info)
end

local function on_event(self, data)
	if data.event == websocket.EVENT_MESSAGE then
		self.stats.received = self.stats.received + 1
		call(self, "on_message", self.script, self, data.message, data.type)
	elseif data.event == websocket.EVENT_CONNECTED then
		self.opened = true
		self.stats.opens = self.stats.opens + 1
		self.stop_stable = after(self.options.stable, function()
			self.stop_stable = nil
			self.tries = 0
		end)
		self.greeting = true
		set_state(self, "open", data)
		if self.state == "open" then
			call(self, "on_open", self.script, self, data)
		end
		self.greeting = false
		flush(self)
	elseif data.event == websocket.EVENT_ERROR then
		self.problem = data
	elseif data.event == websocket.EVENT_DISCONNECTED then
		local problem = self.problem or {}
		self.connection, self.problem = nil, nil
		if self.stop_stable then
			self.stop_stable()
			self.stop_stable = nil
		end
		if self.stop then -- a flush that was to go on
			self.stop()
			self.stop = nil
		end
		local info = {
			code = data.code,
			reason = data.reason,
			clean = data.clean,
			message = problem.message or data.message,
			stage = problem.stage,
			cause = problem.cause,
			handshake_response = problem.handshake_response,
			opened = self.opened,
			try = self.tries,
		}
		if self.state == "closing" then
			finish(self, info)
		else
			lost(self, info)
		end
	end
end

-- Dials; returns what was wrong with the arguments.
local function dial(self, url, params)
	local ok, connection = pcall(websocket.connect, url, params, function(script, _, data)
		entered(self, on_event)(script, data)
	end)
	if not ok then
		return (tostring(connection):gsub("^%S*tickwire/reconnect%.lua:%d+: ", ""))
	end
	self.connection, self.opened = connection, false
	return nil
end

-- The end of a client whose arguments are wrong: they would be so for ever.
local function finish_misused(self, problem)
	finish_later(self, { stage = "params", gave_up = "params", message = problem, opened = false, try = self.tries })
end

local function count_try(self)
	self.tries = self.tries + 1
	self.stats.tries = self.stats.tries + 1
end

-- Makes a try.
function begin(self)
	self.stop = nil
	count_try(self)
	if self.state ~= "connecting" then
		set_state(self, "connecting")
	end
	local options = self.options
	if self.state ~= "connecting" then
		return -- on_state has closed it
	elseif not options.before_connect then
		local problem = dial(self, options.url, options.params)
		if problem then
			finish_misused(self, problem)
		end
		return
	end
	local attempt = {}
	self.attempt = attempt
	local function fail(message)
		self.attempt = nil
		lost(self, { stage = "before_connect", message = message, opened = false, try = self.tries })
	end
	self.stop = after(options.before_timeout, entered(self, function()
		if self.attempt == attempt then
			fail("before_connect has not called next for " .. options.before_timeout .. " s")
		end
	end))
	local function go_on(url, params)
		if self.attempt ~= attempt then
			return -- too late, or a second time
		end
		self.stop()
		self.stop, self.attempt = nil, nil
		if url == false then
			-- Not within a call of the script's.
			self.attempt = attempt
			self.stop = after(0, entered(self, function()
				fail(params and tostring(params) or "before_connect has given this try up")
			end))
			return
		end
		local problem = dial(self, url or options.url, params or options.params)
		if problem then
			finish_misused(self, problem)
			error("next: " .. problem, 2)
		end
	end
	local raised = self.raised
	self.raised = nil
	call(self, "before_connect", go_on, { try = self.tries, last = self.failure, client = self })
	if self.raised ~= nil and self.attempt == attempt then
		self.stop()
		fail("before_connect failed: " .. tostring(self.raised):match("^[^\n]*"))
	end
	self.raised = raised or self.raised
end

-- Checks what a script gives, and raises at its line.

local OPTIONS = {
	url = "string", params = "table", min_delay = "number", max_delay = "number", max_retry_after = "number",
	factor = "number", jitter = "number", max_tries = "number", stable = "number", random = "function",
	give_up = "list or function", queue = "table or false", before_connect = "function", before_timeout = "number",
	on_open = "function", on_message = "function", on_close = "function", on_state = "function", on_drop = "function",
}
local QUEUE_OPTIONS = { limit = "number", ttl = "number", policy = "string" }
local SEND_OPTIONS = { type = "number", key = "any", ttl = "number" }

local function names(known)
	local list = {}
	for name in pairs(known) do
		list[#list + 1] = name
	end
	table.sort(list)
	return table.concat(list, ", ")
end

local function check_names(what, given, known, level)
	for name, value in pairs(given) do
		local want = known[name]
		if not want then
			error(("%s: unknown option %s; there are %s"):format(what, tostring(name), names(known)), level + 1)
		end
		local got = type(value)
		local is = value == false and "false" or got == "table" and want:find("list", 1, true) and "list" or got
		if want ~= "any" and not (" " .. want .. " "):find(" " .. is .. " ", 1, true) then
			error(("%s: %s must be a %s, got a %s"):format(what, name, want, got), level + 1)
		end
	end
end

local function check_range(what, options, name, least, most, level)
	local value = options[name]
	if value ~= nil and not (value >= least and value <= most) then
		local range = most == math.huge and ("%g or more"):format(least) or ("from %g to %g"):format(least, most)
		error(("%s: %s must be %s, got %s"):format(what, name, range, tostring(value)), level + 1)
	end
end

local function with_defaults(given, defaults)
	local options = {}
	for name, value in pairs(defaults) do
		options[name] = value
	end
	for name, value in pairs(given) do
		options[name] = value
	end
	return options
end

-- Makes a set of give_up's list: codes, statuses and stages don't overlap.
local function check_give_up(what, list, level)
	local set = {}
	for i, item in ipairs(list) do
		if type(item) == "number" and (item < 300 or item > 4999 or item % 1 ~= 0) or type(item) ~= "number" and type(item) ~= "string" then
			local text = "%s: give_up[%d] is %s: want a close code, an HTTP status or a stage such as \"tls\""
			error(text:format(what, i, tostring(item)), level + 1)
		end
		set[item] = true
	end
	for key in pairs(list) do
		if type(key) ~= "number" then
			error(("%s: give_up has the key %s: want a plain list, such as {4001, 451, \"tls\"}"):format(what, tostring(key)), level + 1)
		end
	end
	return set
end

local function check_options(given, level)
	local what = "reconnect.new"
	if type(given) ~= "table" then
		error(what .. ": a table of options is expected, got a " .. type(given), level + 1)
	end
	check_names(what, given, OPTIONS, level + 1)
	if not given.url then
		error(what .. ": the option url is missing", level + 1)
	end
	local options = with_defaults(given, DEFAULTS)
	if not given.max_delay then
		options.max_delay = math.max(options.max_delay, options.min_delay)
	end
	for _, name in ipairs({ "min_delay", "max_retry_after", "stable", "before_timeout" }) do
		check_range(what, options, name, 0, math.huge, level + 1)
	end
	check_range(what, options, "max_delay", options.min_delay, math.huge, level + 1)
	check_range(what, options, "factor", 1, math.huge, level + 1)
	check_range(what, options, "jitter", 0, 1, level + 1)
	check_range(what, options, "max_tries", 1, math.huge, level + 1)
	if type(options.give_up) == "table" then
		options.give_up = check_give_up(what, options.give_up, level + 1)
	end
	if options.queue ~= false then
		local queue = options.queue or {}
		check_names(what .. ": queue", queue, QUEUE_OPTIONS, level + 1)
		queue = with_defaults(queue, QUEUE_DEFAULTS)
		check_range(what .. ": queue", queue, "limit", 0, math.huge, level + 1)
		check_range(what .. ": queue", queue, "ttl", 0, math.huge, level + 1)
		if queue.policy ~= "oldest" and queue.policy ~= "refuse" then
			error(("%s: queue: policy must be \"oldest\" (that one is dropped) or \"refuse\", got %q"):format(what, queue.policy), level + 1)
		end
		options.queue = queue
	end
	return options
end

--- Makes a client, which begins to connect at once.
---@param options reconnect.options
---@return reconnect.Client client
function M.new(options)
	options = check_options(options, 2)
	local self = setmetatable({
		options = options,
		state = "connecting",
		tries = 0,
		queued = 0,
		stats = { tries = 0, opens = 0, sent = 0, received = 0, dropped = 0 },
		queue = {},
		keyed = {},
		first = 1,
		last = 0,
		opened = false,
	}, Client)
	if options.before_connect then
		self.stop = after(0, entered(self, begin))
		return self
	end
	count_try(self)
	local problem = dial(self, options.url, options.params)
	if problem then
		error("reconnect.new: " .. problem, 2)
	end
	return self
end

--- Sends a message, or keeps it until there is a connection.
---@param message string|number
---@param options? reconnect.send_options
---@return boolean? taken nil if it was not
---@return "queued"|"full"|"offline"|"closed"|nil how nil if it is on its way
function Client:send(message, options)
	if type(message) ~= "string" and type(message) ~= "number" then
		error("send: the message must be a string, got a " .. type(message), 2)
	end
	options = options or {}
	if type(options) ~= "table" then
		error("send: the options must be a table, got a " .. type(options), 2)
	end
	check_names("send", options, SEND_OPTIONS, 2)
	check_range("send", options, "ttl", 0, math.huge, 2)
	local kind = options.type
	if kind ~= nil and kind ~= websocket.DATA_TYPE_TEXT and kind ~= websocket.DATA_TYPE_BINARY then
		error("send: type must be websocket.DATA_TYPE_TEXT or websocket.DATA_TYPE_BINARY, got " .. tostring(kind), 2)
	end
	if self.state == "open" and (self.greeting or self.queued == 0) then
		local ok, problem = pcall(websocket.send, self.connection, message, { type = kind })
		if not ok then
			error("send: " .. tostring(problem):gsub("^%S*tickwire/reconnect%.lua:%d+: ", ""), 2)
		end
		self.stats.sent = self.stats.sent + 1
		return true
	elseif self.state == "closing" or self.state == "closed" then
		return nil, "closed"
	end
	return keep(self, message, options)
end

--- Ends it: what was handed to the connection goes out first, what is in the
--- queue is dropped. on_close is called later, once.
---@param code? integer 1000 (default) or 3000 to 4999
---@param reason? string at most 123 bytes
function Client:close(code, reason)
	if code ~= nil and code ~= 1000 and not (type(code) == "number" and code >= 3000 and code <= 4999) then
		error("close: the code is " .. tostring(code) .. ": want 1000 or 3000 to 4999", 2)
	end
	if reason ~= nil and (type(reason) ~= "string" or #reason > 123) then
		error("close: the reason must be a string of at most 123 bytes", 2)
	end
	if self.state == "closing" or self.state == "closed" then
		return
	end
	self.state, self.attempt = "closing", nil
	if self.stop then
		self.stop()
		self.stop = nil
	end
	if self.connection then
		websocket.disconnect(self.connection, code, reason)
		return
	end
	finish_later(self, { code = 1006, reason = "", clean = false, message = "", opened = false, try = self.tries })
end

return M
