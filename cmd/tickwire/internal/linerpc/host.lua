-- The Lua side of a Host: (emit) -> call(action, payload), leave(). Actions and
-- payloads come as JSON texts, "" for what is missing; call returns a response or
-- nil and an error, as JSON texts too.

local emit = ...
local rpc = require("tickwire.rpc")

local app = rpc.new({
	send = function(event, name)
		emit(json.encode({ event = name, payload = event }))
	end,
})

--- Reads JSON; null stays visible, so that an item of an array can't vanish.
local function decode(text)
	if text == "" then
		return nil
	end
	return json.decode(text, { decode_null_as_userdata = true })
end

local function call(action, payload)
	local readable, name = pcall(decode, action)
	if not readable then
		return nil, json.encode({ errMsg = "action: " .. name:match("json%.decode: (.*)"), property = "action" })
	end
	local value
	readable, value = pcall(decode, payload)
	if not readable then
		return nil, json.encode({ errMsg = "payload: " .. value:match("json%.decode: (.*)"), property = "payload" })
	end
	local response, problem = app:call(name, value)
	if problem then
		return nil, json.encode(problem)
	end
	return json.encode(response)
end

return call, function()
	app:enter_background()
end
