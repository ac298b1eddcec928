-- What a spec's callbacks count stays counted, whatever else fails meanwhile.

it("keeps its locals when callbacks fail while it waits", function()
	local count = 0
	local function up()
		count = count + 1
	end
	local server = spec_server.new()
	websocket.connect(server.url, nil, function()
		up()
		error("in a websocket's callback")
	end)
	timer.delay(0, false, function()
		up()
		error("in a timer")
	end)
	wait(0.1)
	assert.equal(2, count)
	up()
	assert.equal(3, count)
	assert.equal(2, #script_errors())
end)
