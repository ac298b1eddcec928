-- An Overte WebSocket that keeps what its handlers are told: what the specs look at.

local WebSocket = require("tickwire.overte").WebSocket

local M = {}

---@class OverteClient
---@field socket overte.WebSocket
---@field story string[] the handlers that were called, each with the readyState
---@field messages any[]
---@field opened table? what onopen got
---@field error integer? what onerror got
---@field closed table? what onclose got
---@field over fun(): table?
---@field received fun(count: integer): fun(): boolean for wait_until: so many messages came

---@param url_or_socket string|overte.WebSocket
---@param params table?
---@return OverteClient told
---@return overte.WebSocket socket
function M.open(url_or_socket, params)
	local socket = WebSocket.new(url_or_socket, params)
	local told = { socket = socket, story = {}, messages = {} }
	local function note(name)
		told.story[#told.story + 1] = name .. " " .. socket.readyState
	end
	socket.onopen = function(...)
		told.opened = { ... }
		note("open")
	end
	socket.onmessage = function(message)
		told.messages[#told.messages + 1] = message.data
		note("message")
	end
	socket.onerror = function(code)
		told.error = code
		note("error")
	end
	socket.onclose = function(data)
		told.closed = data
		note("close")
	end
	function told.over()
		return told.closed
	end
	function told.received(count)
		return function()
			return #told.messages >= count
		end
	end
	return told, socket
end

--- What a function raises.
function M.raised(fn, ...)
	local ok, problem = pcall(fn, ...)
	assert(not ok, "it raised nothing")
	return problem
end

return M
