-- luacheck: globals WebSocket Blob ArrayBuffer log attempt watch later reported, read globals add_line finish after
-- What a scenario's script has here; prelude.js is the same in JavaScript. The
-- test brings server, add_line(text), finish() and after(fn), and asks
-- reported(text) about what handlers raised.

WebSocket = require("tickwire.w3c")
Blob = require("tickwire.blob")
ArrayBuffer = require("tickwire.array_buffer")

local function show(value)
	if Blob.is(value) then
		return "blob(" .. table.concat(value:bytes(), ",") .. ")"
	elseif ArrayBuffer.is(value) then
		return "buffer(" .. table.concat(value:bytes(), ",") .. ")"
	elseif type(value) == "string" and #value > 200 then
		return "text of " .. #value .. " bytes"
	end
	return tostring(value)
end

--- Writes a line.
function log(...)
	local texts = {}
	for i = 1, select("#", ...) do
		texts[i] = show((select(i, ...)))
	end
	add_line(table.concat(texts, " "))
end

--- Calls fn and writes what it raised.
function attempt(what, fn)
	local ok, problem = pcall(fn)
	if ok then
		log(what, "ok")
	else
		log(what, "raises", type(problem) == "table" and problem.name or problem)
	end
end

local watched = 0

--- Writes what a socket tells. Once all sockets that are watched have closed, the
--- scenario ends.
function watch(socket, name)
	local prefix = name == nil and "" or name .. ": "
	watched = watched + 1
	socket:addEventListener("open", function()
		log(prefix .. "open", socket.readyState, "[" .. socket.protocol .. "]", "[" .. socket.extensions .. "]")
	end)
	socket:addEventListener("message", function(event)
		log(prefix .. "message", socket.readyState, event.data)
	end)
	socket:addEventListener("error", function()
		log(prefix .. "error", socket.readyState)
	end)
	socket:addEventListener("close", function(event)
		log(prefix .. "close", socket.readyState, event.code, "[" .. event.reason .. "]", event.wasClean)
		watched = watched - 1
		if watched == 0 then -- unless a handler of this event opens the next one
			after(function()
				if watched == 0 then
					finish()
				end
			end)
		end
	end)
	return socket
end

--- Calls fn in another turn of the loop.
later = after

--- What handlers raised, each on a line: without the place and the traceback.
function reported(problem)
	local lines = {}
	for text in (problem .. "\n"):gmatch("([^\n]*)\n") do
		lines[#lines + 1] = text:match("^[^\t].*:%d+: (.*)$")
	end
	return table.concat(lines, "\n")
end
