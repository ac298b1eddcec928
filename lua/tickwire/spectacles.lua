--- WebSockets as Snap's Spectacles have them.
---
---	local InternetModule = require "tickwire.spectacles"
---	local socket = InternetModule:createWebSocket("wss://example.com/")
---	socket.onmessage = function(event) print(event.data) end
---
--- What comes back is the W3C's WebSocket (tickwire.w3c): readyState, send, close,
--- binaryType, listeners and events are as there. createAPIWebSocket(id, url) is
--- for specifications that the host lists. InternetModule.RemoteServiceModule has
--- the same two functions, for scripts from before Lens Studio 5.9.
---
--- Code for Spectacles translates line by line:
---
---	await event.data.bytes()       event.data:bytes()     an array of numbers, from 1
---	await event.data.text()        event.data:text()
---	event.data instanceof Blob     require("tickwire.blob").is(event.data)
---	new Uint8Array(message)        message                a table of bytes is sent as bytes
---
--- The host's settings, in game.project or by --config, read when the module is
--- loaded:
---
---	spectacles.experimental   1: ws is allowed, too; else wss alone
---	spectacles.api_specs      "id, id": the specifications of createAPIWebSocket; none
---
--- A Go program without the engine has no such settings, which means wss and no
--- specification, unless it enters sys.get_config_string. They are the rules of the
--- device, not a wall: the native module is there as well. Where scripts may
--- connect to at all is for Options.Policy to say ("ws://*" among its Deny).
---
--- -- Differs from Spectacles:
--- - methods are called with a colon, and what raises raises a table with name and
---   message (tickwire.dom_exception);
--- - there is no camera, no location and no audio to be cut off while a script is
---   on the internet, no permissions and no preview: what is said of them means
---   nothing here;
--- - Blobs have arrayBuffer(), binaryType may be "arraybuffer", and extensions,
---   protocol and bufferedAmount are real.

local dom_exception = require("tickwire.dom_exception")
local socket_class = require("tickwire.socket_class")
local web_url = require("tickwire.web_url")

local _, make = socket_class.new({ name = "WebSocket" })

--- A setting of the host's, "" where there is none.
local function setting(key)
	local sys = rawget(_G, "sys")
	local value = type(sys) == "table" and sys.get_config_string and sys.get_config_string(key, "")
	return value or ""
end

local experimental = setting("spectacles.experimental")
experimental = experimental == "1" or experimental:lower() == "true"

local specifications = {}
for id in setting("spectacles.api_specs"):gmatch("[^,]+") do
	specifications[id:match("^%s*(.-)%s*$")] = true
end

local function create(method, url)
	if type(url) ~= "string" then
		dom_exception.raise("TypeError", method .. ": the URL is " .. (url == nil and "missing" or "a " .. type(url))
			.. ": want a string, and a colon before the method's name")
	end
	local parsed = web_url.parse(url)
	if parsed and not experimental and parsed.scheme ~= "wss" and parsed.scheme ~= "https" then
		dom_exception.raise("SecurityError", method .. ": the URL \"" .. web_url.shown(url)
			.. "\" is not secure: want wss://, or the host's setting spectacles.experimental = 1")
	end
	return make.dial(url) -- which says what is wrong with a URL that is none
end

---@class InternetModule
local InternetModule = {}

--- Connects, and returns at once.
---@param url string wss://…; ws://… where the host allows experimental APIs
---@return WebSocket
function InternetModule.createWebSocket(_, url)
	return create("createWebSocket", url)
end

--- Connects for a specification that the host lists.
---@param specification string its id
---@param url string
---@return WebSocket
function InternetModule.createAPIWebSocket(_, specification, url)
	if type(specification) ~= "string" or specification == "" then
		dom_exception.raise("TypeError", "createAPIWebSocket: the specification's id is "
			.. (specification == nil and "missing" or specification == "" and "empty" or "a " .. type(specification)) .. ": want a string")
	end
	if not specifications[specification] then
		dom_exception.raise("NotAllowedError", "createAPIWebSocket: the specification \"" .. specification
			.. "\" is not listed: the host lists them in the setting spectacles.api_specs")
	end
	return create("createAPIWebSocket", url)
end

--- Where both functions were before Lens Studio 5.9.
InternetModule.RemoteServiceModule = {
	createWebSocket = InternetModule.createWebSocket,
	createAPIWebSocket = InternetModule.createAPIWebSocket,
}

return InternetModule
