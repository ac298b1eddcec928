-- MESSAGE: its bytes, its type, its place among the others.

local spec = require("spec.client")

describe("a message", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	it("has its bytes and its type", function()
		peer:send("grüße")
		peer:send_binary("\0\255\13\10")
		peer:send("")
		wait_until(client.received(3))
		assert.same({ "grüße", "\0\255\13\10", "" }, client.messages)
		assert.equal(websocket.DATA_TYPE_TEXT, client.events[2].type)
		assert.equal(websocket.DATA_TYPE_BINARY, client.events[3].type)
		assert.equal(websocket.DATA_TYPE_TEXT, client.events[4].type)
	end)

	it("may come in fragments, with a ping in between", function()
		peer:send_frame({ opcode = 1, fin = false, payload = "gr\195" })
		peer:send_frame({ opcode = 9, payload = "are you there" })
		wait(0.5)
		assert.same({ "are you there" }, peer.pongs)
		assert.same({}, client.messages)
		peer:send_frame({ opcode = 0, fin = false, payload = "\188" })
		peer:send_frame({ opcode = 0, payload = "n" })
		wait_until(client.received(1))
		assert.same({ "grün" }, client.messages)
	end)

	it("comes in order with many others of one write", function()
		local bytes, want = {}, {}
		for i = 1, 300 do
			want[i] = "message " .. i
			bytes[i] = spec.frame(1 + i % 2, want[i])
		end
		peer:latency(0.005) -- they arrive right behind an update
		peer:send_raw(table.concat(bytes))
		wait_until(client.received(300))
		assert.same(want, client.messages)
		assert.equal(client.times[2], client.times[301])
	end)

	it("comes before the close behind it", function()
		peer:send_raw(spec.frame(1, "last words") .. spec.frame(8, spec.close_payload(1000, "bye")))
		wait_until(client.over)
		assert.equal("CONNECTED MESSAGE DISCONNECTED", client.story())
		assert.same({ "last words" }, client.messages)
		assert.equal(1000, client.over().code)
	end)

	it("comes before the drop behind it", function()
		for i = 1, 20 do
			peer:send("message " .. i)
		end
		peer:drop()
		wait_until(client.over)
		assert.equal(20, #client.messages)
		assert.equal("CONNECTED" .. (" MESSAGE"):rep(20) .. " ERROR DISCONNECTED", client.story())
	end)

	it("comes before the violation behind it", function()
		peer:send_raw(spec.frame(1, "good") .. spec.frame(1, "bad \255"))
		wait_until(client.over)
		assert.equal("CONNECTED MESSAGE ERROR DISCONNECTED", client.story())
	end)

	it("is nothing without its end", function()
		peer:send_frame({ opcode = 2, payload = "half", length = 8 })
		peer:drop()
		wait_until(client.over)
		assert.same({}, client.messages)
	end)
end)
