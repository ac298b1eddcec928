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

local array_buffer = require("tickwire.array_buffer")
local blob = require("tickwire.blob")
local dom_exception = require("tickwire.dom_exception")
local event_target = require("tickwire.event_target")
local links = require("tickwire.link")
local web_url = require("tickwire.web_url")

-- The global, not require's: a project may have a websocket.lua of its own.
local native = rawget(_G, "websocket") or error("tickwire: there is no global websocket: open Tickwire's extension first")
local TEXT, BINARY = { type = native.DATA_TYPE_TEXT }, { type = native.DATA_TYPE_BINARY }

local CONNECTING, OPEN, CLOSING, CLOSED = links.CONNECTING, links.OPEN, links.CLOSING, links.CLOSED
-- What a server may say beside (RFC 6455 section 7.4.1).
local server_codes = { [1001] = true, [1008] = true, [1011] = true, [1012] = true, [1013] = true }
local states = { connecting = CONNECTING, open = OPEN, closing = CLOSING, closed = CLOSED }

local check_self, raise = event_target.check_self, dom_exception.raise

local M = {}

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
		return link.unsent + (link.connection and native.buffered and native.buffered(link.connection) or 0)
	end,
	binaryType = function(self)
		return self._binary_type
	end,
}

--- Raises why a send failed: a text that is not UTF-8 is the caller's mistake, and
--- a quota says when it can go on.
local function send_failed(name, problem)
	if problem:find("UTF-8", 1, true) then
		-- Differs from WHATWG: a string of Lua's can be any bytes.
		raise("TypeError", name .. ".send: the text is not UTF-8: send it as a Blob or an ArrayBuffer")
	elseif problem:find("quota", 1, true) then
		raise("QuotaExceededError", name .. ".send: " .. problem)
	end
	error(problem, 0)
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
		check_self(self, "send")
		local bytes, kind
		if options.encode then
			bytes, kind = options.encode(data)
		end
		if bytes then
			kind = kind == BINARY.type and BINARY or TEXT
		elseif type(data) == "string" or type(data) == "number" then
			bytes, kind = tostring(data), TEXT
		elseif blob.is(data) or array_buffer.is(data) then
			bytes, kind = data:text(), BINARY
		elseif type(data) == "table" then
			bytes, kind = array_buffer.pack(data, name .. ".send"), BINARY
		else
			raise("TypeError", name .. ".send: the data is " .. (data == nil and "missing" or "a " .. type(data))
				.. ": want a string, a Blob, an ArrayBuffer or an array of bytes")
		end
		local link = self._link
		if link.state == OPEN then
			local problem = links.send(link, bytes, kind)
			if problem then
				send_failed(name, problem)
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
		check_self(self, "close")
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
			link.broken = "websocket: connect " .. web_url.shown(link.url) .. ": closed before the connection was open"
			native.disconnect(link.connection)
		else
			code = code or options.close_code or (reason ~= "" and 1000)
			local ok, problem = pcall(native.disconnect, link.connection, code or false, reason)
			if not ok then -- Differs from WHATWG: a string of Lua's can be any bytes.
				raise("TypeError", name .. ".close: the reason is not UTF-8: " .. tostring(problem))
			end
		end
		links.enter(link, CLOSING)
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
		return name .. " " .. web_url.shown(self._link.url) .. " (" .. words[self._link.state] .. ")"
	end

	local function new_socket(link)
		local socket = setmetatable({
			_link = link,
			_lists = event_target.new_lists(),
			_binary_type = "blob",
			_message_meta = false,
		}, meta)
		links.join(link, socket)
		return socket
	end

	local make = {}

	function make.dial(text, protocols, params, origin)
		if type(text) ~= "string" then
			raise("TypeError", name .. ": the URL is " .. (text == nil and "missing" or "a " .. type(text))
				.. ": want a string, as in " .. name .. ".new(\"wss://example.com/\")")
		end
		local url, problem = web_url.parse(text)
		if not url then
			raise("SyntaxError", name .. ": the URL \"" .. web_url.shown(text) .. "\" can't be used: " .. problem
				.. ": want ws://host or wss://host")
		end
		if url.fragment then
			raise("SyntaxError", name .. ": the URL \"" .. web_url.shown(text) .. "\" has a fragment: leave out \"#\" and what follows")
		end
		url.scheme = url.scheme:gsub("^http", "ws")
		protocols = check_protocols(name, protocols)
		params = check_params(name, params, protocols, origin)
		local link = links.new(url, options)
		link.must_agree = protocols[1] ~= nil
		local ok, connection = pcall(native.connect, link.url, params, links.callback(link))
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
		local link = links.new(assert(web_url.parse(text)), options)
		link.accepted = true
		link.connection, link.state = connection, states[native.state(connection)]
		local callback = links.callback(link)
		return new_socket(link), function(data)
			callback(nil, connection, data)
		end
	end

	function make.closing(socket)
		local link = socket._link
		links.enter(link, math.max(link.state, CLOSING))
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
