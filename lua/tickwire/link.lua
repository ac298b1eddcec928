--- A connection of the native module and the W3C sockets on it: what the module
--- tells becomes their events. tickwire.socket_class is made of it.
---
--- A failed connection has its error and its close event in one update. Errors of
--- handlers are reported by the host, and stop nothing.
---
--- On Defold's own extension, which tells less, every message is a string, and
--- bufferedAmount knows only what was sent too late.

local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")
local event_target = require("tickwire.event_target")
local web_url = require("tickwire.web_url")

-- The global, not require's: a project may have a websocket.lua of its own.
local native = rawget(_G, "websocket") or error("tickwire: there is no global websocket: open Tickwire's extension first")
local MESSAGE, CONNECTED, ERROR, DISCONNECTED =
	native.EVENT_MESSAGE, native.EVENT_CONNECTED, native.EVENT_ERROR, native.EVENT_DISCONNECTED
local TEXT, BINARY = native.DATA_TYPE_TEXT, native.DATA_TYPE_BINARY

local CONNECTING, OPEN, CLOSING, CLOSED = 0, 1, 2, 3

local fire, attempt = event_target.fire, event_target.attempt
local setmetatable = setmetatable

local M = { CONNECTING = CONNECTING, OPEN = OPEN, CLOSING = CLOSING, CLOSED = CLOSED }

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
	if data.type == BINARY then
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
function M.enter(link, state)
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
	local stats = native.stats and native.stats(connection)
	link.unsent = link.unsent + (stats and stats.buffered + stats.lost or 0)
	link.connection = nil
	M.enter(link, CLOSED)
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
		link.protocol, link.extensions = data.protocol or "", data.extensions or ""
		if link.must_agree and data.protocol == "" then
			-- The standard's rule, not RFC 6455's: who offered subprotocols gets one.
			link.failure = {
				message = "websocket: connect " .. web_url.shown(link.url) .. ": the server picked none of the subprotocols that were offered",
				stage = "handshake",
				cause = "other",
			}
			native.disconnect(link.connection)
			return finish(link, 1006, "", false)
		end
		M.enter(link, OPEN)
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
		finish(link, data.peer_code or data.code or 1006, data.reason or "", data.clean or false)
	end
end

--- The native callback of a link. Texts for the one who listens, which is what most
--- events are, go the short way.
---@param link tickwire.Link
---@return fun(self: any, connection: websocket.connection, data: websocket.data)
function M.callback(link)
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

--- Makes a link that has no connection yet.
---@param url tickwire.WebURL
---@param options table the class's
---@return tickwire.Link
function M.new(url, options)
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

--- Puts a socket on a link. If that is open, there is no open event.
---@param link tickwire.Link
---@param socket table with _lists, _binary_type and _message_meta
function M.join(link, socket)
	local sockets = {} -- a new list: a dispatch that is under way keeps its own
	for i, other in ipairs(link.sockets) do
		sockets[i] = other
	end
	sockets[#sockets + 1] = socket
	link.sockets = sockets
	M.enter(link, link.state)
end

--- Sends bytes on an open link. Past the outbound limit that closes the link, as
--- the standard says of a buffer that is full.
---@param link tickwire.Link
---@param bytes string
---@param options table of websocket.send
---@return string? problem why they were not sent, where that is the caller's affair
function M.send(link, bytes, options)
	local ok, problem = pcall(native.send, link.connection, bytes, options)
	if ok then
		return
	end
	problem = tostring(problem):gsub("^.-websocket%.send: ", "")
	if not problem:find("outbound buffer is full", 1, true) then
		return problem
	end
	link.unsent = link.unsent + #bytes
	link.broken = "websocket: send: " .. problem
	M.enter(link, CLOSING)
	native.disconnect(link.connection, false)
end

return M
