-- A server that breaks the protocol: never silence, and the server hears why.

local spec = require("spec.client")

describe("a server that breaks the protocol hears", function()
	local server, client, peer
	before_each(function()
		server = spec_server.new()
		client = spec.connect(server.url)
		wait_until(client.open)
		peer = server:connection()
	end)

	local function hears(code, stage)
		wait_until(client.over)
		assert.equal("CONNECTED ERROR DISCONNECTED", client.story())
		assert.equal(stage or "protocol", client.failed().stage)
		assert.is_true(#client.failed().message > 0)
		assert.equal(1006, client.over().code)
		assert.is_false(client.over().clean)
		wait(0.1)
		assert.equal(code, peer.close_code)
	end

	for name, frame in pairs({
		["RSV1"] = { rsv = 4, payload = "x" },
		["RSV2"] = { rsv = 2, payload = "x" },
		["RSV3 on a ping"] = { opcode = 9, rsv = 1 },
		["an unknown opcode"] = { opcode = 3, payload = "x" },
		["an unknown control opcode"] = { opcode = 11 },
		["a masked frame"] = { masked = true, payload = "x" },
		["a continuation of nothing"] = { opcode = 0, payload = "x" },
		["a ping in fragments"] = { opcode = 9, fin = false },
		["a ping of 126 bytes"] = { opcode = 9, payload = ("x"):rep(126) },
		["half a close code"] = { opcode = 8, payload = "\3" },
		["close code 999"] = { opcode = 8, payload = spec.close_payload(999) },
		["close code 1005"] = { opcode = 8, payload = spec.close_payload(1005) },
		["close code 1006"] = { opcode = 8, payload = spec.close_payload(1006) },
		["close code 2000"] = { opcode = 8, payload = spec.close_payload(2000) },
		["close code 5000"] = { opcode = 8, payload = spec.close_payload(5000) },
	}) do
		it("1002 for " .. name, function()
			peer:send_frame(frame)
			hears(1002)
		end)
	end

	it("1002 for a new message amid another one", function()
		peer:send_frame({ opcode = 1, fin = false, payload = "begun" })
		peer:send_frame({ opcode = 1, payload = "another" })
		hears(1002)
	end)

	it("1002 for a length in too many bytes", function()
		peer:send_raw("\129\126\0\5hello")
		hears(1002)
	end)

	it("1002 for a length of 2^63", function()
		peer:send_raw("\130\127\128\0\0\0\0\0\0\0")
		hears(1002)
	end)

	it("1007 for a text that is not UTF-8", function()
		peer:send_frame({ payload = "bad \255 text" })
		hears(1007)
	end)

	it("1007 for a text cut within a character", function()
		peer:send_frame({ payload = "gr\195" })
		hears(1007)
	end)

	it("1007 for a surrogate", function()
		peer:send_frame({ payload = "\237\160\128" })
		hears(1007)
	end)

	it("1007 at the first bad byte, not at the end of the message", function()
		peer:send_frame({ payload = "bad \255", length = 100000 })
		hears(1007)
	end)

	it("1007 for a close reason that is not UTF-8", function()
		peer:send_frame({ opcode = 8, payload = spec.close_payload(1000, "\255") })
		hears(1007)
	end)

	it("1009 for a message that is too large", function()
		peer:send_frame({ opcode = 2, payload = "x", length = 16 * 1024 * 1024 + 1 })
		hears(1009, "limit")
	end)

	it("1009 for a message that is said to have 2^62 bytes", function()
		peer:send_frame({ opcode = 2, payload = "x", length = 2 ^ 62 })
		hears(1009, "limit")
	end)

	it("1009 for fragments that are too large together", function()
		peer:send_frame({ opcode = 2, fin = false, payload = "x" })
		peer:send_frame({ opcode = 0, payload = "x", length = 16 * 1024 * 1024 })
		hears(1009, "limit")
	end)

	it("and nothing that comes after it is told", function()
		peer:send_raw(spec.frame(3, "bad") .. spec.frame(1, "good") .. spec.frame(8, ""))
		hears(1002)
	end)
end)
