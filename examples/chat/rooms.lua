--- A chat server with rooms. Each message is a JSON object in a text message:
---
---	to the server     {"kind":"join","room":"lobby","name":"Ada"}   first, once
---	                  {"kind":"say","text":"Hello!"}
---	                  {"kind":"leave"}                               or just disconnect
---	from the server   {"kind":"welcome","room":"lobby","names":["Ada","Bob"]}
---	                  {"kind":"join","name":"Bob"}, {"kind":"say","name":"Ada","text":"Hello!"},
---	                  {"kind":"leave","name":"Bob"}                  to everyone in the room
---	                  {"kind":"refused","why":"…"}                   what it was sent was wrong

local M = {}

M.PATH = "/chat"
M.PROTOCOL = "chat"

local MAX_NAME, MAX_ROOM, MAX_TEXT = 24, 24, 500 -- bytes
local TEXT = { type = websocket.DATA_TYPE_TEXT }

--- What somebody typed, without spaces around it; nil if it is empty, too long or no text.
---@param value any
---@param most integer bytes
---@return string|nil
local function typed(value, most)
	local text = type(value) == "string" and value:gsub("%c", " "):match("^%s*(.-)%s*$") or ""
	return #text > 0 and #text <= most and text or nil
end

--- Sends a message to one client.
local function tell(connection, message)
	websocket.send(connection, json.encode(message), TEXT)
end

--- Sends a message to everyone in a room: encoded once, however many they are. One
--- who doesn't read misses it, and keeps it from nobody.
local function tell_all(room, message)
	websocket.broadcast(room.names, json.encode(message), TEXT)
end

-- What a client may ask for. Each gets the chat, the connection and the message,
-- and returns what was wrong with it.
local asked = {}

function asked.join(chat, connection, message)
	local name, room_name = typed(message.name, MAX_NAME), typed(message.room, MAX_ROOM)
	if chat.places[connection] then
		return "you are in a room already"
	elseif not name or not room_name then
		return ("a name and a room are needed, each of at most %d bytes"):format(MAX_NAME)
	end
	local room = chat.rooms[room_name] or { name = room_name, names = {} }
	local names = { name }
	for _, taken in pairs(room.names) do
		if taken:lower() == name:lower() then
			return "somebody is called " .. taken .. " there"
		end
		names[#names + 1] = taken
	end
	table.sort(names)
	tell_all(room, { kind = "join", name = name })
	chat.rooms[room_name], chat.places[connection], room.names[connection] = room, room, name
	tell(connection, { kind = "welcome", room = room_name, names = names })
	chat.log(name .. " joined " .. room_name)
end

function asked.say(chat, connection, message)
	local room, text = chat.places[connection], typed(message.text, MAX_TEXT)
	if not room then
		return "join a room first"
	elseif not text then
		return ("a text is needed, of at most %d bytes"):format(MAX_TEXT)
	end
	tell_all(room, { kind = "say", name = room.names[connection], text = text })
end

function asked.leave(chat, connection)
	local room = chat.places[connection]
	if not room then
		return "you are in no room"
	end
	local name = room.names[connection]
	chat.places[connection], room.names[connection] = nil, nil
	if next(room.names) then
		tell_all(room, { kind = "leave", name = name })
	else
		chat.rooms[room.name] = nil
	end
	chat.log(name .. " left " .. room.name)
end

--- What comes from the network may be anything.
---@return table|nil message
local function decode(data)
	if data.type == websocket.DATA_TYPE_TEXT then
		local ok, message = pcall(json.decode, data.message)
		return ok and type(message) == "table" and message or nil
	end
	return nil
end

--- Opens a chat server.
---@param address string "127.0.0.1:8080"
---@param params table? websocket.listen's
---@param log fun(line: string)? what happens, for people
---@return userdata|nil server
---@return string|nil problem
function M.listen(address, params, log)
	local chat = { rooms = {}, places = {}, log = log or function() end }
	params = params or {}
	params.protocol = M.PROTOCOL
	return websocket.listen(address, params, function(_, connection, data)
		if data.event == websocket.EVENT_REQUEST then
			if data.request.path ~= M.PATH then
				websocket.reject(connection, 404, "the chat is at " .. M.PATH)
			end
		elseif data.event == websocket.EVENT_MESSAGE then
			local message = decode(data)
			local act = message and asked[message.kind]
			local why = "want a JSON object whose kind is join, say or leave"
			if act then
				why = act(chat, connection, message)
			end
			if why then
				tell(connection, { kind = "refused", why = why })
			end
		elseif data.event == websocket.EVENT_DISCONNECTED then
			asked.leave(chat, connection)
		end
	end)
end

return M
