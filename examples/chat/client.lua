--- A client of the chat in rooms.lua.

local rooms = require("examples.chat.rooms")

local M = {}

---@class ChatClient
---@field connection userdata
local Client = {}
Client.__index = Client

--- Joins a room once the connection is open.
---@param url string the server's, without a path
---@param room string
---@param name string
---@param on_message fun(client: ChatClient, message: table) what the server says
---@param on_end fun(why: string)? the connection is over
---@return ChatClient
function M.join(url, room, name, on_message, on_end)
	local client = setmetatable({}, Client)
	local why = "disconnected"
	client.connection = websocket.connect(url:gsub("/$", "") .. rooms.PATH, { protocol = rooms.PROTOCOL }, function(_, _, data)
		if data.event == websocket.EVENT_CONNECTED then
			client:send({ kind = "join", room = room, name = name })
		elseif data.event == websocket.EVENT_MESSAGE then
			local ok, message = pcall(json.decode, data.message)
			if ok and type(message) == "table" then
				on_message(client, message)
			end
		elseif data.event == websocket.EVENT_ERROR then
			why = data.message
		elseif data.event == websocket.EVENT_DISCONNECTED then
			if on_end then
				on_end(data.reason ~= "" and data.reason or why)
			end
		end
	end)
	return client
end

---@param message table
function Client:send(message)
	websocket.send(self.connection, json.encode(message), { type = websocket.DATA_TYPE_TEXT })
end

---@param text string
function Client:say(text)
	self:send({ kind = "say", text = text })
end

function Client:leave()
	websocket.disconnect(self.connection)
end

--- What a chat window shows for a message.
---@param message table
---@return string
function M.describe(message)
	if message.kind == "welcome" then
		return "* in " .. tostring(message.room) .. ": " .. table.concat(message.names or {}, ", ")
	elseif message.kind == "join" then
		return "* " .. tostring(message.name) .. " joined"
	elseif message.kind == "leave" then
		return "* " .. tostring(message.name) .. " left"
	elseif message.kind == "say" then
		return tostring(message.name) .. ": " .. tostring(message.text)
	elseif message.kind == "refused" then
		return "* refused: " .. tostring(message.why)
	end
	return "* (a newer server sent " .. tostring(message.kind) .. ")"
end

return M
