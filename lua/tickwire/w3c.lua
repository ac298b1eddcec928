--- The browser's WebSocket, as the WHATWG has it (websockets.spec.whatwg.org).
---
---	local WebSocket = require "tickwire.w3c"
---	local socket = WebSocket.new("wss://example.com/chat", { "v2", "v1" })
---	socket.onmessage = function(event) print(event.data) end
---	socket:addEventListener("open", function() socket:send("hello") end, { once = true })
---
--- What raises raises a table with name and message (tickwire.dom_exception).
---
--- -- Differs from WHATWG:
--- - methods are called with a colon, and there is no page: a URL has a scheme;
--- - an error event says what happened: message, and the same as data;
--- - a third argument of new holds what a page leaves to its browser: the params of
---   websocket.connect (headers, timeout in ms, tls, proxy, compression …);
--- - a name and a password in the URL log in at once (Basic);
--- - a string that is not UTF-8 can't be sent as a text: it raises a TypeError;
--- - WebSocket.origin is sent as Origin, nothing unless it is set;
--- - WebSocket.connect(url) is the same as WebSocket.new(url), for scripts that have
---   it from elsewhere.

local socket_class = require("tickwire.socket_class")

local WebSocket, make = socket_class.new({ name = "WebSocket" })

--- Connects, and returns at once. A URL or a subprotocol that can't be used raises
--- a SyntaxError; all else is an error event and a close event with 1006.
---@param url string ws, wss, http (as ws) or https (as wss)
---@param protocols string|string[]|nil the subprotocols to offer, the best one first
---@param params websocket.params? beyond the standard: as websocket.connect has them
---@return WebSocket
function WebSocket.new(url, protocols, params)
	return make.dial(url, protocols, params, WebSocket.origin)
end

WebSocket.connect = WebSocket.new

return WebSocket
