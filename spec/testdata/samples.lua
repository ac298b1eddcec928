-- One instance of each class that lua/types annotates and that no name reaches: check_types compares their members.
-- Run by TestTypesAnnotateAll, which brings check_types.
-- luacheck: std lua51+busted, read globals spec_server spec_script wait_until check_types

local function dispatched()
	local event = { type = "news" }
	require("tickwire.event_target").new():dispatchEvent(event)
	return event
end

local function async_socket(url)
	local socket
	require("tickwire.async").run(function()
		socket = require("tickwire.async").connect(url)
	end)
	wait_until(function()
		return socket
	end)
	return socket
end

describe("lua/types", function()
	it("annotates what exists, and nothing else", function()
		for _, module in pairs(_G) do -- some are filled at the first look into them
			local _ = type(module) == "table" and module.anything
		end
		local server = spec_server.new()
		local connection = websocket.connect(server.url, nil, function() end)
		wait_until(function()
			return server:connection()
		end)
		local listening = assert(websocket.listen("127.0.0.1:0", nil, function() end))
		local problems = check_types({
			["websocket.connection"] = connection,
			["websocket.server"] = listening,
			["spec_server_instance"] = server,
			["spec_connection"] = server:connection(),
			["spec_script_instance"] = spec_script.load("spec/testdata/idle.script"),
			["luassert_spy"] = spy.new(function() end),
			["luassert_stub"] = stub({ a = print }, "a"),
			["luassert_snapshot"] = assert:snapshot(),
			["Signal"] = require("tickwire.signal").new(),
			["tickwire.Blob"] = require("tickwire.blob").new("a"),
			["tickwire.ArrayBuffer"] = require("tickwire.array_buffer").new("a"),
			["tickwire.DOMException"] = require("tickwire.dom_exception").new("SyntaxError", "a"),
			["tickwire.EventTarget"] = require("tickwire.event_target").new(),
			["tickwire.Event"] = dispatched(),
			["RemoteServiceModule"] = require("tickwire.spectacles").RemoteServiceModule,
			["WebSocket"] = require("tickwire.w3c").new(server.url),
			["overte.WebSocket"] = require("tickwire.overte").WebSocket.new(server.url),
			["overte.WebSocketServer"] = require("tickwire.overte").WebSocketServer.new(),
			["async.Task"] = require("tickwire.async").run(function() end),
			["async.Socket"] = async_socket(server.url),
			["reconnect.Client"] = require("tickwire.reconnect").new({ url = server.url }),
			["socket.tcp"] = socket.tcp(),
			["socket.udp"] = socket.udp(),
			["rpc.app"] = require("tickwire.rpc").new({ send = print }),
		})
		listening:close()
		assert(#problems == 0, table.concat(problems, "\n"))
	end)
end)
