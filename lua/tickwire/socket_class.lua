--- WebSocket as the WHATWG has it, as a class that other systems build theirs
--- on: tickwire.w3c is this one as it is, tickwire.overte and
--- tickwire.spectacles make others of it.
---
---	local class, make = require("tickwire.socket_class").new({ name = "WebSocket", … })
---
--- class is what scripts get: the constants, and whatever its module puts into it
--- (new). make has what only the module uses:
---
---	make.dial(url, protocols, params, origin) -> socket
---	    A socket on a connection of its own. Raises a SyntaxError as the standard
---	    asks. params: those of websocket.connect, but for protocol.
---	make.share(other) -> socket
---	    A socket on another socket's connection: each has its handlers, closing
---	    either closes both. If the connection is open, there is no open event.
---	make.adopt(connection, url) -> socket, deliver
---	    A socket on a connection that exists: an accepted one. Whoever owns its
---	    callback hands each data that comes from now on to deliver(data).
---	make.closing(socket)
---	    Says that whoever owns the connection of an adopted socket closes it:
---	    readyState is CLOSING.
---	make.is(value) -> boolean
---	    Whether a value is a socket of this class.
---
--- The options, all optional:
---
---	name           the class's name in errors: "WebSocket"
---	constants      further constants of class and sockets, {CloseCode = {…}}
---	encode         fn(value) -> bytes, type: what send takes beyond the standard's,
---	               asked first; nil: not mine
---	argument       fn(event, failure) -> what the listeners of open, error and close
---	               get in place of the event; failure is the data of the ERROR
---	               behind an error event, nil where there was none
---	drop_is_error  a connection that is lost without a close frame is an error event,
---	               too; without it only a close event, as in browsers
---	close_code     what close() sends without a code; none by default
---
--- A failed connection has its error and its close event in one update. Errors of
--- handlers are reported by the host, and stop nothing.

local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")
local dom_exception = require("tickwire.dom_exception")
local event_target = require("tickwire.event_target")
local web_url = require("tickwire.web_url")

-- The global, not require's: a project may have a websocket.lua of its own.
local native = rawget(_G, "websocket") or error("tickwire: there is no global websocket: open Tickwire's extension first")
local MESSAGE, CONNECTED, ERROR, DISCONNECTED =
	native.EVENT_MESSAGE, native.EVENT_CONNECTED, native.EVENT_ERROR, native.EVENT_DISCONNECTED
local TEXT, BINARY = native.DATA_TYPE_TEXT, native.DATA_TYPE_BINARY
local TEXT_OPTIONS, BINARY_OPTIONS = { type = TEXT }, { type = BINARY }

local CONNECTING, OPEN, CLOSING, CLOSED = 0, 1, 2, 3
-- What a server may say beside (RFC 6455 section 7.4.1).
local server_codes = { [1001] = true, [1008] = true, [1011] = true, [1012] = true, [1013] = true }
local states = { connecting = CONNECTING, open = OPEN, closing = CLOSING, closed = CLOSED }

local fire, attempt = event_target.fire, event_target.attempt
local raise = dom_exception.raise
local setmetatable = setmetatable

local M = {}

--- A connection and the sockets on it.
---@class tickwire.Link
---@field connection websocket.connection? nil once it is over
---@field state integer readyState
---@field url string
---@field origin string of messages
---@field protocol string
---@field extensions string
---@field must_agree boolean subprotocols were offered: the server has to pick one
---@field unsent integer bytes that bufferedAmount counts beside the connection's own
---@field failure table? the ERROR's data
---@field broken boolean? the end is an error without an ERROR: closed while connecting, or full
---@field accepted boolean? it came in: a server's
---@field sockets table[]
---@field only table<string, function> the one who listens for messages, see enter
---@field meta table? of the one socket's message events
---@field options table the class's

-- Events -------------------------------------------------------------------

--- What the message events of a socket have beside their data.
local function message_meta(socket, link)
	if not socket._message_meta then
		socket._message_meta = { __index = setmetatable({
			target = socket,
			currentTarget = socket,
			origin = link.origin,
			lastEventId = "",
		}, event_target.event_meta) }
	end
	return socket._message_meta
end

--- Makes a native event the W3C event: it is ours alone, and another table for
--- each message would cost more than all else.
local function message_event(socket, link, data)
	local message = data.message
	if data.type ~= TEXT then
		if socket._binary_type == "blob" then
			message = blob.wrap(message)
		else
			message = array_buffer.new(message)
		end
	end
	data.data = message
	data.type = "message"
	data.message = nil
	data.event = nil
	return setmetatable(data, message_meta(socket, link))
end

local function deliver_message(link, data)
	local sockets = link.sockets
	if not sockets[2] then
		local socket = sockets[1]
		return fire(socket._lists, "message", message_event(socket, link, data))
	end
	local problems = {}
	local message, kind = data.message, data.type
	for _, socket in ipairs(sockets) do
		-- A handler of a socket before may have closed the connection they share.
		if link.state == OPEN then
			problems[#problems + 1] = attempt(function()
				fire(socket._lists, "message", message_event(socket, link, { message = message, type = kind }))
			end)
		end
	end
	event_target.report(problems)
end

local nobody = {}

--- Changes a link's state. While it is open and has one socket, its callback finds
--- the one who listens for messages in link.only.
local function enter(link, state)
	link.state = state
	local socket = link.sockets[1]
	if state == OPEN and socket and not link.sockets[2] then
		link.only, link.meta = socket._lists.only, message_meta(socket, link)
	else
		link.only, link.meta = nobody, nil
	end
end

--- Tells every socket of a link, whatever the handlers raise.
---@return string[] problems
local function tell(link, kind, fields, problems)
	local argument = link.options.argument
	for _, socket in ipairs(link.sockets) do
		if socket._lists.by[kind] then
			local event = setmetatable({ type = kind, target = socket, currentTarget = socket }, event_target.event_meta)
			for key, value in pairs(fields) do
				event[key] = value
			end
			problems[#problems + 1] = attempt(function()
				if argument then
					event = argument(event, link.failure)
				end
				fire(socket._lists, kind, event)
			end)
		end
	end
end

--- Ends a link: CLOSED, the error if there was one, close.
local function finish(link, code, reason, clean)
	local connection = link.connection
	if not connection then
		return -- it was told already
	end
	-- What never went out stays counted, as the standard has it.
	local stats = native.stats(connection)
	link.unsent = link.unsent + stats.buffered + stats.lost
	link.connection = nil
	enter(link, CLOSED)
	local problems = {}
	local failure = link.failure
	if failure or link.broken then
		local text = failure and failure.message or link.broken
		tell(link, "error", { message = text, data = text }, problems)
	end
	tell(link, "close", { code = code, reason = reason, wasClean = clean }, problems)
	event_target.report(problems)
end

--- What the native module tells of a link's connection.
local function deliver(link, data)
	local event = data.event
	if event == MESSAGE then
		if link.state == OPEN then
			return deliver_message(link, data)
		end
	elseif event == CONNECTED then
		link.protocol, link.extensions = data.protocol, data.extensions
		if link.must_agree and data.protocol == "" then
			-- The standard's rule, not RFC 6455's: who offered subprotocols gets one.
			link.failure = {
				message = "websocket: connect " .. link.url .. ": the server picked none of the subprotocols that were offered",
				stage = "handshake",
				cause = "other",
			}
			native.disconnect(link.connection)
			return finish(link, 1006, "", false)
		end
		enter(link, OPEN)
		local problems = {}
		tell(link, "open", {}, problems)
		event_target.report(problems)
	elseif event == ERROR then
		if link.state == CONNECTING or data.stage ~= "io" or link.options.drop_is_error then
			link.failure = data
		end
	elseif event == DISCONNECTED then
		if link.failure then
			return finish(link, 1006, "", false)
		end
		finish(link, data.peer_code or data.code, data.reason, data.clean)
	end
end

--- The native callback of a link. Texts for the one who listens, which is what most
--- events are, go the short way.
local function new_callback(link)
	return function(_, _, data)
		local callback = link.only.message
		if callback and data.type == TEXT then -- other events have no type
			data.data = data.message
			data.type = "message"
			data.message = nil -- data.event, a number, does no harm: each step here takes time
			return callback(setmetatable(data, link.meta))
		end
		return deliver(link, data)
	end
end

-- Arguments ----------------------------------------------------------------

--- The subprotocols as a list that was checked.
local function check_protocols(name, protocols)
	if protocols == nil then
		return {}
	end
	if type(protocols) == "string" then
		protocols = { protocols }
	elseif type(protocols) ~= "table" then
		raise("TypeError", name .. ": the subprotocols are a " .. type(protocols) .. ": want a string or a list of strings")
	end
	local seen, list = {}, {}
	for i, protocol in ipairs(protocols) do
		protocol = tostring(protocol)
		if protocol == "" or protocol:find("[^A-Za-z0-9!#$%%&'*+%-.^_`|~]") then
			raise("SyntaxError", name .. ": the subprotocol \"" .. protocol .. "\" is no token: want letters, digits and !#$%&'*+-.^_`|~")
		end
		if seen[protocol] then
			raise("SyntaxError", name .. ": the subprotocol \"" .. protocol .. "\" is there twice")
		end
		seen[protocol], list[i] = true, protocol
	end
	return list
end

--- The native module's params with the origin among the headers.
local function check_params(name, params, protocols, origin)
	if params ~= nil and type(params) ~= "table" then
		raise("TypeError", name .. ": the params are a " .. type(params) .. ": want a table, as websocket.connect takes it")
	end
	local all = {}
	for key, value in pairs(params or {}) do
		all[key] = value
	end
	if all.protocol ~= nil then
		raise("TypeError", name .. ": params.protocol is set: the subprotocols are the second argument")
	end
	if protocols[1] then
		all.protocol = protocols
	end
	if origin == nil then
		return all
	end
	if type(all.headers) == "string" then
		all.headers = "Origin: " .. tostring(origin) .. "\r\n" .. all.headers
	else
		local headers = { Origin = tostring(origin) }
		for key, value in pairs(all.headers or {}) do
			headers[key] = value
		end
		all.headers = headers
	end
	return all
end

--- Web IDL's [Clamp] unsigned short: the nearest whole number in range.
local function clamp(value)
	value = tonumber(value) or 0
	if value ~= value then
		return 0
	end
	value = math.max(0, math.min(65535, value))
	local whole = math.floor(value)
	local rest = value - whole
	if rest > 0.5 or rest == 0.5 and whole % 2 == 1 then
		whole = whole + 1
	end
	return whole
end

-- The class ----------------------------------------------------------------

local handlers = { onopen = "open", onmessage = "message", onerror = "error", onclose = "close" }

local getters = {
	url = function(self)
		return self._link.url
	end,
	readyState = function(self)
		return self._link.state
	end,
	protocol = function(self)
		return self._link.protocol
	end,
	extensions = function(self)
		return self._link.extensions
	end,
	bufferedAmount = function(self)
		local link = self._link
		return link.unsent + (link.connection and native.buffered(link.connection) or 0)
	end,
	binaryType = function(self)
		return self._binary_type
	end,
}

--- Why native.send raised: a text that is not UTF-8 is the caller's mistake, a
--- quota says when it can go on, and a full buffer closes the socket.
local function send_failed(name, link, data, problem)
	problem = tostring(problem)
	if problem:find("UTF-8", 1, true) then
		-- Differs from WHATWG: a string of Lua's can be any bytes.
		raise("TypeError", name .. ".send: the text is not UTF-8: send it as a Blob or an ArrayBuffer")
	elseif problem:find("quota", 1, true) then
		raise("QuotaExceededError", (problem:gsub("^.-websocket%.send: ", name .. ".send: ")))
	elseif not problem:find("outbound buffer is full", 1, true) then
		error(problem, 0)
	end
	link.unsent = link.unsent + #data
	link.broken = (problem:gsub("^.-websocket%.send: ", "websocket: send: "))
	enter(link, CLOSING)
	native.disconnect(link.connection, false)
end

--- Makes a class.
---@param options table see above
---@return table class
---@return table make
function M.new(options)
	options = options or {}
	local name = options.name or "WebSocket"
	local constants = { CONNECTING = CONNECTING, OPEN = OPEN, CLOSING = CLOSING, CLOSED = CLOSED }
	for key, value in pairs(options.constants or {}) do
		constants[key] = value
	end
	local methods = {}
	for key, value in pairs(event_target.methods) do
		methods[key] = value
	end

	--- Sends a text (a string) or bytes (a Blob, an ArrayBuffer, an array of bytes).
	function methods:send(data)
		local bytes, kind
		if options.encode then
			bytes, kind = options.encode(data)
		end
		if bytes then
			kind = kind == BINARY and BINARY_OPTIONS or TEXT_OPTIONS
		elseif type(data) == "string" or type(data) == "number" then
			bytes, kind = tostring(data), TEXT_OPTIONS
		elseif blob.is(data) or array_buffer.is(data) then
			bytes, kind = data:text(), BINARY_OPTIONS
		elseif type(data) == "table" then
			bytes, kind = array_buffer.pack(data, name .. ".send"), BINARY_OPTIONS
		else
			raise("TypeError", name .. ".send: the data is " .. (data == nil and "missing" or "a " .. type(data))
				.. ": want a string, a Blob, an ArrayBuffer or an array of bytes")
		end
		local link = self._link
		if link.state == OPEN then
			local ok, problem = pcall(native.send, link.connection, bytes, kind)
			if not ok then
				send_failed(name, link, bytes, problem)
			end
		elseif link.state == CONNECTING then
			raise("InvalidStateError", name .. ".send: the socket is still connecting: wait for its open event")
		else
			link.unsent = link.unsent + #bytes
		end
	end

	--- Closes the connection. While it is being made that gives an error and a
	--- close event with 1006.
	function methods:close(code, reason)
		if code ~= nil then
			local given = code
			code = clamp(code)
			local server = self._link.accepted
			if code ~= 1000 and (code < 3000 or code > 4999) and not (server and server_codes[code]) then
				raise("InvalidAccessError", name .. ".close: the code is " .. tostring(given)
					.. ": want " .. (server and "1000, 1001, 1008, 1011 to 1013" or "1000") .. " or 3000 to 4999")
			end
		end
		reason = reason == nil and "" or tostring(reason)
		if #reason > 123 then
			raise("SyntaxError", name .. ".close: the reason has " .. #reason .. " bytes: want at most 123")
		end
		local link = self._link
		if link.state >= CLOSING then
			return
		end
		if link.state == CONNECTING then
			link.broken = "websocket: connect " .. link.url .. ": closed before the connection was open"
			native.disconnect(link.connection)
		else
			code = code or options.close_code or (reason ~= "" and 1000)
			local ok, problem = pcall(native.disconnect, link.connection, code or false, reason)
			if not ok then -- Differs from WHATWG: a string of Lua's can be any bytes.
				raise("TypeError", name .. ".close: the reason is not UTF-8: " .. tostring(problem))
			end
		end
		enter(link, CLOSING)
	end

	local meta = {}

	function meta:__index(key)
		local value = methods[key]
		if value ~= nil then
			return value
		end
		local getter = getters[key]
		if getter then
			return getter(self)
		end
		local kind = handlers[key]
		if kind then
			return event_target.handler(self._lists, kind)
		end
		return constants[key]
	end

	function meta:__newindex(key, value)
		local kind = handlers[key]
		if kind then
			event_target.set_handler(self._lists, kind, value)
		elseif key == "binaryType" then
			-- What is no such type is passed over, as in a browser.
			if value == "blob" or value == "arraybuffer" then
				self._binary_type = value
			end
		elseif getters[key] or methods[key] or constants[key] then
			raise("TypeError", name .. ": " .. key .. " can't be assigned")
		else
			rawset(self, key, value)
		end
	end

	function meta:__tostring()
		local words = { [CONNECTING] = "connecting", [OPEN] = "open", [CLOSING] = "closing", [CLOSED] = "closed" }
		return name .. " " .. self._link.url .. " (" .. words[self._link.state] .. ")"
	end

	local function new_socket(link)
		local socket = setmetatable({
			_link = link,
			_lists = event_target.new_lists(),
			_binary_type = "blob",
			_message_meta = false,
		}, meta)
		-- A new list: a dispatch that is under way keeps its own.
		local sockets = {}
		for i, other in ipairs(link.sockets) do
			sockets[i] = other
		end
		sockets[#sockets + 1] = socket
		link.sockets = sockets
		enter(link, link.state)
		return socket
	end

	local function new_link(url)
		return {
			state = CONNECTING,
			url = web_url.format(url),
			origin = web_url.origin(url),
			protocol = "",
			extensions = "",
			unsent = 0,
			sockets = {},
			only = nobody,
			options = options,
		}
	end

	local make = {}

	function make.dial(text, protocols, params, origin)
		if type(text) ~= "string" then
			raise("TypeError", name .. ": the URL is " .. (text == nil and "missing" or "a " .. type(text))
				.. ": want a string, as in " .. name .. ".new(\"wss://example.com/\")")
		end
		local url, problem = web_url.parse(text)
		if not url then
			raise("SyntaxError", name .. ": the URL \"" .. text .. "\" can't be used: " .. problem
				.. ": want ws://host or wss://host")
		end
		if url.fragment then
			raise("SyntaxError", name .. ": the URL \"" .. text .. "\" has a fragment, \"#" .. url.fragment .. "\": leave it out")
		end
		url.scheme = url.scheme:gsub("^http", "ws")
		protocols = check_protocols(name, protocols)
		params = check_params(name, params, protocols, origin)
		local link = new_link(url)
		link.must_agree = protocols[1] ~= nil
		local ok, connection = pcall(native.connect, link.url, params, new_callback(link))
		if not ok then
			raise("TypeError", name .. ": " .. tostring(connection))
		end
		link.connection = connection
		return new_socket(link)
	end

	function make.share(other)
		return new_socket(other._link)
	end

	function make.adopt(connection, text)
		local link = new_link(assert(web_url.parse(text)))
		link.accepted = true
		link.connection, link.state = connection, states[native.state(connection)]
		local callback = new_callback(link)
		return new_socket(link), function(data)
			callback(nil, connection, data)
		end
	end

	function make.closing(socket)
		local link = socket._link
		enter(link, math.max(link.state, CLOSING))
	end

	function make.is(value)
		return getmetatable(value) == meta
	end

	local class = setmetatable({}, {
		__index = constants,
		__newindex = function(self, key, value)
			if constants[key] ~= nil then
				raise("TypeError", name .. ": " .. key .. " can't be assigned")
			end
			rawset(self, key, value)
		end,
	})
	return class, make
end

return M
