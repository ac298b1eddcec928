-- A client that keeps what its callback is told: what the specs look at.

local M = {}

local names = {
	[websocket.EVENT_CONNECTED] = "CONNECTED",
	[websocket.EVENT_DISCONNECTED] = "DISCONNECTED",
	[websocket.EVENT_MESSAGE] = "MESSAGE",
	[websocket.EVENT_ERROR] = "ERROR",
}

---@class SpecClient
---@field connection userdata
---@field events table[] each data that the callback got, in order
---@field times number[] when it got it, in seconds: all of one update have the same
---@field messages string[] what came in MESSAGE events
---@field open fun(): table? the CONNECTED event
---@field failed fun(): table? the ERROR event
---@field over fun(): table? the DISCONNECTED event
---@field story fun(): string the names of the events, in order
---@field received fun(count: integer): fun(): boolean for wait_until: so many messages came

--- Connects and keeps every event.
---@param url string
---@param params table?
---@param callback fun(self, connection, data)? called after the event was kept
---@return SpecClient
function M.connect(url, params, callback)
	local client = { events = {}, times = {}, messages = {} }
	local last = {}
	client.connection = websocket.connect(url, params, function(self, connection, data)
		client.events[#client.events + 1] = data
		client.times[#client.times + 1] = socket.gettime()
		last[data.event] = data
		if data.event == websocket.EVENT_MESSAGE then
			client.messages[#client.messages + 1] = data.message
		end
		if callback then
			callback(self, connection, data)
		end
	end)
	function client.open()
		return last[websocket.EVENT_CONNECTED]
	end
	function client.failed()
		return last[websocket.EVENT_ERROR]
	end
	function client.over()
		return last[websocket.EVENT_DISCONNECTED]
	end
	function client.story()
		local told = {}
		for i, data in ipairs(client.events) do
			told[i] = names[data.event] or tostring(data.event)
		end
		return table.concat(told, " ")
	end
	function client.received(count)
		return function()
			return #client.messages >= count
		end
	end
	return client
end

--- The bytes of one whole frame from a server, for send_raw: several in one
--- write arrive in one read.
---@param opcode integer 1 text, 2 binary, 8 close, 9 ping, 10 pong
---@param payload string of at most 65535 bytes
---@return string
function M.frame(opcode, payload)
	local length = #payload
	if length < 126 then
		return string.char(128 + opcode, length) .. payload
	end
	return string.char(128 + opcode, 126, math.floor(length / 256), length % 256) .. payload
end

--- A close frame's payload.
---@param code integer
---@param reason string?
---@return string
function M.close_payload(code, reason)
	return string.char(math.floor(code / 256), code % 256) .. (reason or "")
end

return M
