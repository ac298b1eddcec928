--- WebSockets as a mini-app's host offers them: the actions websocket-create,
--- websocket-send and websocket-close come in, the event websocket-event goes
--- out. What is wrong with an action is returned, with the property's name, and
--- nothing has changed then; what happens to a connection is an event, on the
--- update tick, never within a call.
---
---	local rpc = require "tickwire.rpc"
---	local app = rpc.new({ send = function(event) pprint(event) end })
---	local response, problem = app:call("websocket-create", { url = "wss://game.example/" })
---
--- An app has five connections at most: one more disconnects the oldest. An array
--- or object that may be empty tells json.encode which it is (__jsontype).

local M = {}

local MAX_CONNECTIONS = 5
local MAX_REASON = 123 -- bytes (RFC 6455 section 5.5)
local EVENT = "websocket-event"
local CHUNK = 4096 -- values that are on the stack at once

---@class rpc.connection
---@field id string
---@field number integer the order in which they were created
---@field handle websocket.connection
---@field expelled boolean? it was disconnected without having been asked for

---@class rpc.app
---@field private send fun(event: rpc.event, name: string)
---@field private connections table<string, rpc.connection> by id, until their close event
local App = {}
App.__index = App

-- Ids are unique in the whole program: one of another app is unknown here.
local last_number = 0

-- Values ------------------------------------------------------------------

local array_mt = { __jsontype = "array" }
local object_mt = { __jsontype = "object" }

--- Says what a value is, for an error.
local function describe(value)
	local kind = type(value)
	if kind == "string" then
		if #value > 60 then
			value = value:sub(1, 60) .. "..."
		end
		return '"' .. value .. '"'
	elseif kind == "number" or kind == "boolean" then
		return tostring(value)
	elseif value == nil then
		return "nothing"
	elseif json and value == json.null then
		return "null"
	end
	return "a " .. kind
end

--- What is wrong, as call returns it.
---@param property string
---@param text string what is expected
---@param value any what came in its place; nil if that is missing
---@return rpc.error
local function wrong(property, text, value)
	local came = value == nil and "it is missing" or "got " .. describe(value)
	return { errMsg = property .. ": " .. text .. ", " .. came, property = property }
end

--- The words of an error that the native module raised: without the place and
--- the argument's number.
local function words(problem)
	problem = tostring(problem):match("^[^\n]*")
	return problem:match("bad argument #%d+ to %S+ %((.*)%)$") or problem:gsub("^%S+:%d+: ", ""):gsub("^websocket%.%a+: ", "")
end

--- How many values a table has if they are 1 to n and no others, else nil.
local function length(list)
	local count = 0
	for key in pairs(list) do
		if type(key) ~= "number" then
			return nil
		end
		count = count + 1
	end
	for i = 1, count do
		if list[i] == nil then
			return nil
		end
	end
	return count
end

--- A string's bytes as numbers: most messages are one constructor, four times as
--- fast as a loop.
local function to_array(bytes)
	if #bytes <= CHUNK then
		return setmetatable({ bytes:byte(1, -1) }, array_mt)
	end
	local list = {}
	for first = 1, #bytes, CHUNK do
		local values = { bytes:byte(first, first + CHUNK - 1) }
		for i = 1, #values do
			list[first + i - 1] = values[i]
		end
	end
	return setmetatable(list, array_mt)
end

--- Numbers as a string's bytes, or nil and what is wrong.
local function from_array(list)
	local count = type(list) == "table" and length(list)
	if not count then
		return nil, wrong("data", 'want an array of bytes for the type "arraybuffer"', list)
	end
	for i = 1, count do
		local byte = list[i]
		if type(byte) ~= "number" or byte % 1 ~= 0 or byte < 0 or byte > 255 then
			local problem = wrong(("data: item %d"):format(i), "want a whole number from 0 to 255", byte)
			problem.property = "data"
			return nil, problem
		end
	end
	local parts = {}
	for first = 1, count, CHUNK do
		parts[#parts + 1] = string.char(unpack(list, first, math.min(first + CHUNK - 1, count)))
	end
	return table.concat(parts)
end

-- Properties --------------------------------------------------------------

-- Each tells what is wrong with a value, nil for nothing.

local function check_string(property, value)
	if type(value) ~= "string" then
		return wrong(property, "want a string", value)
	end
end

local function check_url(property, value)
	if type(value) ~= "string" then
		return wrong(property, "want a string", value)
	end
	-- Differs from the mini-app's host: ws works beside wss.
	local scheme, rest = value:match("^(%a[%w+.-]*)://(.*)$")
	if not scheme or (scheme:lower() ~= "wss" and scheme:lower() ~= "ws") then
		return wrong(property, "want a URL that begins with wss:// or ws://", value)
	end
	if not rest:find("^[^/?#]") then
		return wrong(property, "want a URL with a host", value)
	end
	if value:find("[%c ]") then
		return wrong(property, "want a URL without spaces and control characters", value)
	end
end

local function check_headers(property, value)
	if type(value) ~= "table" then
		return wrong(property, "want an object of strings", value)
	end
	local seen = {}
	for name, text in pairs(value) do
		if type(name) ~= "string" then
			return wrong(property, "want an object of strings, by the headers' names", value)
		end
		local lower = name:lower()
		if type(text) ~= "string" then
			local problem = wrong(property .. "." .. name, "want a string", text)
			problem.property = property
			return problem
		elseif lower == "referer" then
			return { errMsg = property .. "." .. name .. ": Referer can't be set", property = property }
		elseif seen[lower] then
			return { errMsg = property .. "." .. name .. ": the header is there twice", property = property }
		end
		seen[lower] = true
	end
end

local function check_protocols(property, value)
	local count = type(value) == "table" and length(value)
	if not count then
		return wrong(property, "want an array of strings", value)
	end
	local seen = {}
	for i = 1, count do
		local name = value[i]
		local problem
		if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
			problem = wrong(("%s: item %d"):format(property, i), "want a subprotocol's name, letters, digits and !#$%&'*+-.^_`|~", name)
		elseif seen[name] then
			problem = wrong(("%s: item %d"):format(property, i), "want each subprotocol once", name)
		end
		if problem then
			problem.property = property
			return problem
		end
		seen[name] = true
	end
end

local function check_type(property, value)
	if value ~= "text" and value ~= "arraybuffer" then
		return wrong(property, 'want "text" or "arraybuffer"', value)
	end
end

-- What data has to be, its type decides: websocket-send looks.
local function check_data() end

local function check_code(property, value)
	if type(value) ~= "number" or value % 1 ~= 0 or (value ~= 1000 and (value < 3000 or value > 4999)) then
		return wrong(property, "want 1000, or a whole number from 3000 to 4999", value)
	end
end

local function check_reason(property, value)
	if type(value) ~= "string" then
		return wrong(property, "want a string", value)
	elseif #value > MAX_REASON then
		return { errMsg = ("%s: want at most %d bytes, got %d"):format(property, MAX_REASON, #value), property = property }
	end
end

-- The payloads: each property's name, check, and whether it must be there.
-- Properties that are not listed are passed over, as the mini-app's host does.
local payloads = {
	["websocket-create"] = {
		{ "url", check_url, true },
		{ "headers", check_headers },
		{ "protocols", check_protocols },
	},
	["websocket-send"] = {
		{ "id", check_string, true },
		{ "type", check_type, true },
		{ "data", check_data, true },
	},
	["websocket-close"] = {
		{ "id", check_string, true },
		{ "code", check_code },
		{ "reason", check_reason },
	},
	["enter-background"] = {},
}

--- What is wrong with a payload, nil for nothing.
local function check(action, payload)
	if type(payload) ~= "table" then
		return wrong("payload", "want an object", payload)
	end
	for _, row in ipairs(payloads[action]) do
		local property, check_value, required = row[1], row[2], row[3]
		local value = payload[property]
		local problem
		if value ~= nil or required then
			problem = check_value(property, value)
		end
		if problem then
			return problem
		end
	end
end

-- Connections -------------------------------------------------------------

local function emit(app, connection, name, payload)
	app.send({ id = connection.id, name = name, payload = payload }, EVENT)
end

--- Tells that a connection is over, once.
local function finish(app, connection, code, reason)
	if app.connections[connection.id] == connection then
		app.connections[connection.id] = nil
		emit(app, connection, "close", { code = code, reason = reason })
	end
end

--- Turns the native module's event into the app's.
local function deliver(app, connection, data)
	if data.event == websocket.EVENT_CONNECTED then
		emit(app, connection, "open", { headers = setmetatable(data.handshake_response.headers, object_mt) })
	elseif data.event == websocket.EVENT_MESSAGE then
		if data.type == websocket.DATA_TYPE_TEXT then
			emit(app, connection, "message", { type = "text", data = data.message })
		else
			emit(app, connection, "message", { type = "arraybuffer", data = to_array(data.message) })
		end
	elseif data.event == websocket.EVENT_ERROR then
		emit(app, connection, "error", { errMsg = data.message })
	elseif data.event == websocket.EVENT_DISCONNECTED then
		if connection.expelled and not data.clean then
			finish(app, connection, 1000, "") -- no matter how far it had come
		else
			finish(app, connection, data.code, data.reason)
		end
	end
end

--- Whether a connection counts: it is connecting or open.
local function is_live(connection)
	local state = websocket.state(connection.handle)
	return state == "connecting" or state == "open"
end

--- Disconnects a connection that nobody asked to close. Its close event doesn't
--- wait for the server: it comes with the next update, where there is a timer.
local function expel(app, connection)
	connection.expelled = true
	websocket.disconnect(connection.handle, 1000)
	if timer then
		timer.delay(0, false, function()
			finish(app, connection, 1000, "")
		end)
	end
end

--- The connections that count, the oldest first.
local function live_connections(app)
	local live = {}
	for _, connection in pairs(app.connections) do
		if is_live(connection) then
			live[#live + 1] = connection
		end
	end
	table.sort(live, function(a, b)
		return a.number < b.number
	end)
	return live
end

--- The connection that payload.id names, or nil and what is wrong.
local function find(app, payload)
	local connection = app.connections[payload.id]
	if not connection then
		return nil, { errMsg = "id: there is no connection " .. describe(payload.id) .. ": it was never created, or it is closed",
			property = "id" }
	elseif not is_live(connection) then
		return nil, { errMsg = "id: the connection " .. describe(payload.id) .. " is closing", property = "id" }
	end
	return connection
end

-- Actions -----------------------------------------------------------------

local actions = {}

actions["websocket-create"] = function(app, payload)
	local headers, typed = {}, false
	for name, text in pairs(payload.headers or {}) do
		headers[name] = text
		typed = typed or name:lower() == "content-type"
	end
	if not typed then
		headers["content-type"] = "application/json"
	end
	local connection = {}
	local ok, result = pcall(websocket.connect, payload.url, { headers = headers, protocol = payload.protocols }, function(_, _, data)
		deliver(app, connection, data)
	end)
	if not ok then -- a header that can't be sent: the native module knows them
		local text = words(result)
		return nil, { errMsg = text:gsub("^params%.", ""), property = text:match("^params%.(headers)") }
	end
	last_number = last_number + 1
	connection.id, connection.number, connection.handle = "ws-" .. last_number, last_number, result
	app.connections[connection.id] = connection
	local live = live_connections(app)
	for i = 1, #live - MAX_CONNECTIONS do
		expel(app, live[i])
	end
	return { id = connection.id }
end

actions["websocket-send"] = function(app, payload)
	local message, kind = payload.data, websocket.DATA_TYPE_TEXT
	if payload.type == "arraybuffer" then
		local problem
		message, problem = from_array(payload.data)
		if problem then
			return nil, problem
		end
		kind = websocket.DATA_TYPE_BINARY
	elseif type(message) ~= "string" then
		return nil, wrong("data", 'want a string for the type "text"', message)
	end
	local connection, problem = find(app, payload)
	if not connection then
		return nil, problem
	elseif websocket.state(connection.handle) == "connecting" then
		return nil, { errMsg = "id: the connection " .. describe(payload.id) .. " is not open yet: wait for its open event",
			property = "id" }
	end
	local ok, raised = pcall(websocket.send, connection.handle, message, { type = kind })
	if not ok then -- no UTF-8, or more than may wait
		local text = words(raised):gsub("send it with type = .*", 'send bytes with type = "arraybuffer"')
		return nil, { errMsg = "data: " .. text, property = "data" }
	end
	return setmetatable({}, object_mt)
end

actions["websocket-close"] = function(app, payload)
	local connection, problem = find(app, payload)
	if not connection then
		return nil, problem
	end
	local ok, raised = pcall(websocket.disconnect, connection.handle, payload.code or 1000, payload.reason or "")
	if not ok then -- no UTF-8
		return nil, { errMsg = "reason: " .. words(raised), property = "reason" }
	end
	return setmetatable({}, object_mt)
end

actions["enter-background"] = function(app)
	app:enter_background()
	return setmetatable({}, object_mt)
end

-- Public ------------------------------------------------------------------

--- Does an action and returns its response; or nil and what was wrong, and then
--- nothing has changed. Beside the seed's three, the action enter-background is
--- the method of that name.
---@param action "websocket-create"|"websocket-send"|"websocket-close"|"enter-background"
---@param payload table? the action's properties
---@return table? response websocket-create's has the id
---@return rpc.error? problem
function App:call(action, payload)
	local act = actions[action]
	if not act then
		return nil, wrong("action", "want websocket-create, websocket-send, websocket-close or enter-background", action)
	end
	if payload == nil and next(payloads[action]) == nil then
		payload = {}
	end
	local problem = check(action, payload)
	local response
	if not problem then
		response, problem = act(self, payload)
	end
	if problem then
		problem.errMsg = action .. ": " .. problem.errMsg
		return nil, problem
	end
	return response
end

--- Disconnects all connections, as the host does when the application enters the
--- background. Each one's close event (1000) comes with the next update.
function App:enter_background()
	for _, connection in ipairs(live_connections(self)) do
		expel(self, connection)
	end
end

--- Makes an app, which has connections of its own. options.send gets each event
--- {id, name, payload} on the update tick, and the event's name, websocket-event.
---@param options { send: fun(event: rpc.event, name: string) }
---@return rpc.app
function M.new(options)
	if type(options) ~= "table" or type(options.send) ~= "function" then
		error("rpc.new: want a table with a function send(event), got " ..
			(type(options) == "table" and "send = " .. describe(options.send) or describe(options)), 2)
	end
	return setmetatable({ send = options.send, connections = {} }, App)
end

return M
