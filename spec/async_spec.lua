-- tickwire.async: network code that reads from top to bottom.

local async = require("tickwire.async")

--- Runs fn as a task and frames until it has ended.
local function in_task(fn)
	local task = async.run(fn)
	wait_until(function()
		return task:status() ~= "waiting"
	end, 60, "the task to end")
	return task
end

--- What fn raises, with its position, which error_matches leaves out.
local function raised(fn)
	local ok, problem = pcall(fn)
	assert.is_false(ok)
	return problem
end

describe("async.connect", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("gives a socket to send and receive with", function()
		server:echo(true)
		local got = {}
		in_task(function()
			local ws = assert(async.connect(server.url))
			assert.is_true(ws:send("hello", { type = websocket.DATA_TYPE_TEXT }))
			got[1], got[2] = ws:receive()
			assert.is_true(ws:send("\0\255"))
			got[3], got[4] = ws:receive()
			ws:close()
		end)
		assert.same({ "hello", websocket.DATA_TYPE_TEXT, "\0\255", websocket.DATA_TYPE_BINARY }, got)
	end)

	it("takes the params of websocket.connect", function()
		server:protocol("chat")
		in_task(function()
			local ws = assert(async.connect(server.url, { protocol = "chat", headers = { ["X-Token"] = "t" } }))
			assert.equal("chat", ws.protocol)
			assert.equal(101, ws.handshake_response.status)
			assert.equal("open", websocket.state(ws.connection))
		end)
		assert.equal("t", server.requests[1].headers["x-token"])
	end)

	it("gives nil and what happened where it fails", function()
		server:refuse(503)
		in_task(function()
			local ws, problem, data = async.connect(server.url)
			assert.is_nil(ws)
			assert.matches("503", problem)
			assert.equal("handshake", data.stage)
			assert.equal(503, data.handshake_response.status)
		end)
	end)

	it("gives nil after its timeout", function()
		server:mute()
		local before = socket.gettime()
		in_task(function()
			local ws, _, data = async.connect(server.url, { timeout = 500 })
			assert.is_nil(ws)
			assert.equal("timeout", data.cause)
		end)
		assert.near(0.5, socket.gettime() - before, 0.1)
	end)

	it("raises for wrong arguments, at the script's line", function()
		in_task(function()
			assert.matches("^%S*async_spec.lua:%d+: bad argument #1 to async.connect", raised(function()
				async.connect(nil)
			end))
			assert.matches("^%S*async_spec.lua:%d+: .*timeout", raised(function()
				async.connect(server.url, { timeout = "soon" })
			end))
		end)
		assert.equal(0, server.accepted)
	end)

	it("raises outside of a task, and says where it works", function()
		assert.matches("^%S*async_spec.lua:%d+: async.connect: only a task can wait: call it within async.run", raised(function()
			async.connect(server.url)
		end))
	end)

	it("gives up the connection when its task is canceled", function()
		server:answer({ delay = 0.5 })
		local task = async.run(function()
			async.connect(server.url)
		end)
		wait(0.2)
		task:cancel()
		wait(1)
		assert.equal("canceled", task:status())
		for _, peer in ipairs(server.connections) do
			assert.is_true(peer.closed)
		end
	end)

	it("gives a socket whose server has closed at once, with what it had said", function()
		server:answer({ first = string.char(0x81, 2) .. "hi" .. string.char(0x88, 2, 0x0f, 0xa1) })
		in_task(function()
			local ws = assert(async.connect(server.url))
			assert.equal("hi", (ws:receive()))
			local message, reason, data = ws:receive()
			assert.is_nil(message)
			assert.equal("closed", reason)
			assert.equal(4001, data.code)
			assert.equal(4001, ws.code)
		end)
	end)
end)

describe("receive", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("gives the messages in their order, those that came before it was called too", function()
		local got = {}
		in_task(function()
			local ws = assert(async.connect(server.url))
			for i = 1, 5 do
				server:connection():send("message " .. i)
			end
			async.sleep(1)
			for i = 1, 5 do
				got[i] = ws:receive()
			end
		end)
		assert.same({ "message 1", "message 2", "message 3", "message 4", "message 5" }, got)
	end)

	it("returns within the update in which the message comes", function()
		local at
		async.run(function()
			local ws = assert(async.connect(server.url))
			ws:receive()
			at = socket.gettime()
		end)
		wait_until(function()
			return server.accepted == 1 and server.connections[1]
		end)
		wait(1)
		local sent = socket.gettime()
		server:connection():send("now")
		wait_frames(2) -- one for the network, one for the update
		assert.near(1 / 60, (at or 99) - sent, 1e-4)
	end)

	it("gives nil and timeout, and the next message later", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			local before = socket.gettime()
			local message, reason = ws:receive(0.5)
			assert.is_nil(message)
			assert.equal("timeout", reason)
			assert.near(0.5, socket.gettime() - before, 0.05)
			local now
			now, reason = ws:receive(0)
			assert.is_nil(now)
			assert.equal("timeout", reason)
			server:connection():send("late")
			assert.equal("late", (ws:receive(5)))
		end)
	end)

	it("gives nil and closed, and the server's code, after the last message", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			server:connection():send("last")
			server:connection():close(4002, "enough")
			async.sleep(1)
			assert.equal("last", (ws:receive()))
			local message, reason, data = ws:receive()
			assert.is_nil(message)
			assert.equal("closed", reason)
			assert.equal(4002, data.code)
			assert.equal("enough", ws.reason)
			assert.is_true(ws.clean)
			assert.is_nil(ws.error)
		end)
	end)

	it("tells what broke a connection", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			server:connection():drop()
			local message, reason = ws:receive()
			assert.is_nil(message)
			assert.equal("closed", reason)
			assert.equal(1006, ws.code)
			assert.equal("io", ws.error.stage)
		end)
	end)

	it("serves several tasks, each message to one, the first to come first", function()
		local got = {}
		in_task(function()
			local ws = assert(async.connect(server.url))
			for i = 1, 3 do
				async.run(function()
					got[i] = ws:receive()
				end)
			end
			for i = 1, 3 do
				server:connection():send("message " .. i)
			end
			async.sleep(1)
		end)
		assert.same({ "message 1", "message 2", "message 3" }, got)
	end)

	it("loses no message with a task that is canceled while it waits", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			for _ = 1, 20 do
				local message, reason = async.timeout(0.1, function()
					return ws:receive()
				end)
				assert.is_nil(message)
				assert.equal("timeout", reason)
			end
			assert.is_true(#ws.waiters <= 16) -- those that gave up are let go
			server:connection():send("kept")
			assert.equal("kept", (ws:receive(1)))
		end)
	end)

	it("keeps the server waiting while nobody takes its messages", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			local peer = server:connection()
			for _ = 1, 64 do
				peer:send_binary(("x"):rep(65536))
			end
			async.sleep(5)
			assert.is_true(websocket.stats(ws.connection).messages_received < 32)
			for _ = 1, 64 do
				assert.equal(65536, #assert(ws:receive(1)))
			end
		end)
	end)

	it("refuses a time that is none", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			for _, seconds in ipairs({ -1, 0 / 0, "soon" }) do
				assert.matches("^%S*async_spec.lua:%d+: receive: seconds must be a number from 0 on, got ", raised(function()
					ws:receive(seconds)
				end))
			end
		end)
	end)
end)

describe("messages", function()
	it("gives each message until the server closes", function()
		local server = spec_server.new()
		local got = {}
		in_task(function()
			local ws = assert(async.connect(server.url))
			local peer = server:connection()
			async.run(function()
				for i = 1, 3 do
					peer:send("message " .. i)
					async.sleep(0.1)
				end
				peer:send_binary("end")
				peer:close()
			end)
			for message, kind in ws:messages() do
				got[#got + 1] = message .. kind
			end
		end)
		assert.same({ "message 11", "message 21", "message 31", "end2" }, got)
	end)
end)

describe("send and close", function()
	local server
	before_each(function()
		server = spec_server.new()
	end)

	it("sends what was sent before the close", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			ws:send("one")
			ws:send(2)
			ws:close(4000, "bye")
			async.sleep(1)
		end)
		assert.same({ "one", "2" }, server:connection().messages)
		assert.equal(4000, server:connection().close_code)
		assert.equal("bye", server:connection().close_reason)
	end)

	it("gives nil and closed where there is nobody to send to", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			server:connection():close(4001)
			async.sleep(1)
			local sent, reason, data = ws:send("x")
			assert.is_nil(sent)
			assert.equal("closed", reason)
			assert.equal(4001, data.code)
			ws:close()
		end)
	end)

	it("ends what others wait for, at once, and drops what they have not taken", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			server:connection():auto_close(false) -- its DISCONNECTED takes its time
			local reader = async.run(function()
				return ws:receive()
			end)
			ws:close()
			local before = socket.gettime()
			local message, reason = reader:await()
			assert.near(0, socket.gettime() - before, 0.05)
			assert.is_nil(message)
			assert.equal("closed", reason)

			local other = assert(async.connect(server.url))
			server:connection():send("not taken")
			async.sleep(1)
			other:close()
			message, reason = other:receive()
			assert.is_nil(message)
			assert.equal("closed", reason)
		end)
	end)

	it("raises for wrong arguments, at the script's line", function()
		in_task(function()
			local ws = assert(async.connect(server.url))
			assert.matches("^%S*async_spec.lua:%d+: .*not UTF%-8", raised(function()
				ws:send("\255", { type = websocket.DATA_TYPE_TEXT })
			end))
			assert.matches("^%S*async_spec.lua:%d+: .*close code is 999", raised(function()
				ws:close(999)
			end))
		end)
	end)
end)

describe("async.sleep", function()
	it("takes its time, and 0 is the next update", function()
		local times = {}
		local start = socket.gettime()
		in_task(function()
			for i, seconds in ipairs({ 0, 0.25, 2 }) do
				async.sleep(seconds)
				times[i] = socket.gettime() - start
			end
		end)
		assert.near(1 / 60, times[1], 1 / 60)
		assert.near(0.25, times[2] - times[1], 1 / 30)
		assert.near(2, times[3] - times[2], 1 / 30)
	end)

	it("works where a coroutine can't be left", function()
		local steps = {}
		in_task(function()
			local ok, problem = pcall(function()
				async.sleep(0.1)
				error("after", 0)
			end)
			steps[#steps + 1] = tostring(ok) .. problem
			local function iterate(last, n)
				async.sleep(0.1)
				return n < last and n + 1 or nil
			end
			for i in iterate, 2, 0 do
				steps[#steps + 1] = i
			end
			local slow = setmetatable({}, {
				__index = function(_, key)
					async.sleep(0.1)
					return key
				end,
				__call = function()
					return coroutine.wrap(function()
						async.sleep(0.1)
						coroutine.yield("yielded")
					end)()
				end,
			})
			steps[#steps + 1] = slow.key
			steps[#steps + 1] = slow()
			xpcall(function()
				async.sleep(0.1)
				error("x")
			end, function()
				steps[#steps + 1] = "handled"
			end)
		end)
		assert.same({ "falseafter", 1, 2, "key", "yielded", "handled" }, steps)
	end)

	it("refuses a time that is none", function()
		in_task(function()
			for _, seconds in ipairs({ -1, 0 / 0, "soon", {} }) do
				assert.matches("^%S*async_spec.lua:%d+: async.sleep: seconds must be a number from 0 on, got ", raised(function()
					async.sleep(seconds)
				end))
			end
		end)
	end)
end)

describe("async.wait", function()
	it("gives what the callback is called with", function()
		in_task(function()
			local a, b, c = async.wait(function(done)
				timer.delay(0.1, false, function()
					done(1, nil, 3)
				end)
			end)
			assert.same({ 1, nil, 3 }, { a, b, c })
		end)
	end)

	it("takes a callback that comes at once, and only the first", function()
		in_task(function()
			local got = async.wait(function(done)
				done("first")
				done("second")
			end)
			assert.equal("first", got)
			async.sleep(0.1)
		end)
	end)

	it("gives nil and timeout, and passes over what comes later", function()
		local late
		in_task(function()
			local got, reason = async.wait(function(done)
				late = done
			end, 0.1)
			assert.is_nil(got)
			assert.equal("timeout", reason)
			local before = socket.gettime()
			timer.delay(0.1, false, function()
				late("late")
			end)
			async.sleep(1)
			assert.near(1, socket.gettime() - before, 0.05)
		end)
	end)

	it("refuses what is no function", function()
		in_task(function()
			assert.matches("^%S*async_spec.lua:%d+: async.wait: a function is expected, got nil", raised(function()
				async.wait(nil)
			end))
		end)
	end)
end)

describe("async.all", function()
	it("gives the results in the order of the list, after the slowest", function()
		local before = socket.gettime()
		in_task(function()
			local task = async.run(function()
				return "task"
			end)
			local results = async.all({
				function()
					async.sleep(0.3)
					return "slow"
				end,
				function() end,
				function()
					async.sleep(0.1)
					return "quick", "and more"
				end,
				task,
			})
			assert.same({ "slow", nil, "quick", "task", n = 4 }, results)
		end)
		assert.near(0.3, socket.gettime() - before, 0.05)
	end)

	it("raises the first error and cancels the others", function()
		local others = {}
		in_task(function()
			others[1] = async.run(function()
				async.sleep(10)
			end)
			local ok, problem = pcall(async.all, {
				others[1],
				function()
					async.sleep(0.1)
					error("first", 0)
				end,
				function()
					async.sleep(0.2)
					error("not heard of", 0)
				end,
			})
			assert.is_false(ok)
			assert.equal("first", problem)
			async.sleep(1)
			assert.equal("canceled", others[1]:status())
		end)
	end)

	it("gives an empty list for an empty one", function()
		in_task(function()
			assert.same({ n = 0 }, async.all({}))
		end)
	end)

	it("starts nothing where an item is neither function nor task", function()
		local started = false
		in_task(function()
			assert.matches("^%S*async_spec.lua:%d+: async.all: item 2 is a string: want a function or a task", raised(function()
				async.all({
					function()
						started = true
					end,
					"x",
				})
			end))
			assert.matches("^%S*async_spec.lua:%d+: async.race: a list of functions and tasks is expected, got string", raised(function()
				async.race("x")
			end))
		end)
		assert.is_false(started)
	end)

	it("cancels all when its own task is canceled", function()
		local inner
		local task = async.run(function()
			inner = async.run(function()
				async.sleep(10)
			end)
			async.all({ inner })
		end)
		wait(0.1)
		task:cancel()
		wait(0.1)
		assert.equal("canceled", task:status())
		assert.equal("canceled", inner:status())
	end)

	it("serves a thousand tasks", function()
		in_task(function()
			local list = {}
			for i = 1, 1000 do
				list[i] = function()
					async.sleep(i % 10 / 10)
					return i
				end
			end
			local results = async.all(list)
			for i = 1, 1000 do
				assert.equal(i, results[i])
			end
		end)
	end)
end)

describe("async.race", function()
	it("gives what the first returned, and cancels the others", function()
		local slow
		in_task(function()
			slow = async.run(function()
				async.sleep(1)
			end)
			local a, b = async.race({
				slow,
				function()
					async.sleep(0.1)
					return "won", "twice"
				end,
			})
			assert.same({ "won", "twice" }, { a, b })
			async.sleep(0)
			assert.equal("canceled", slow:status())
		end)
	end)

	it("raises what the first raised", function()
		in_task(function()
			assert.error_matches(function()
				async.race({
					function()
						async.sleep(0.1)
						error("lost")
					end,
					function()
						async.sleep(1)
					end,
				})
			end, "lost")
		end)
	end)

	it("refuses an empty list, which nobody would win", function()
		in_task(function()
			assert.matches("^%S*async_spec.lua:%d+: async.race: the list is empty", raised(function()
				async.race({})
			end))
		end)
	end)
end)

describe("async.timeout", function()
	it("gives what the function returns in time", function()
		in_task(function()
			local a, b = async.timeout(1, function(x, y)
				async.sleep(0.1)
				return y, x
			end, 1, 2)
			assert.same({ 2, 1 }, { a, b })
		end)
	end)

	it("gives nil and timeout, and cancels the function", function()
		local cleaned
		in_task(function()
			local before = socket.gettime()
			local got, reason = async.timeout(0.2, function()
				local ok, problem = pcall(async.sleep, 10)
				cleaned = not ok and problem == async.CANCELED
				error(problem, 0)
			end)
			assert.is_nil(got)
			assert.equal("timeout", reason)
			assert.near(0.2, socket.gettime() - before, 0.05)
			async.sleep(0)
		end)
		assert.is_true(cleaned)
	end)

	it("raises what the function raises", function()
		in_task(function()
			assert.error_matches(function()
				async.timeout(1, function()
					error("oops")
				end)
			end, "oops")
			assert.matches("^%S*async_spec.lua:%d+: async.timeout: a function is expected, got nil", raised(function()
				async.timeout(1, nil)
			end))
		end)
	end)
end)

describe("a task", function()
	it("runs at once up to its first wait", function()
		local steps = {}
		local task = async.run(function(word)
			steps[#steps + 1] = word
			async.sleep(0)
			steps[#steps + 1] = "last"
		end, "first")
		steps[#steps + 1] = "second"
		assert.equal("waiting", task:status())
		wait_frames(2)
		assert.same({ "first", "second", "last" }, steps)
		assert.equal("done", task:status())
		assert.matches("^task %S*async_spec.lua:%d+ %(done%)$", tostring(task))
	end)

	it("gives its results to whoever awaits it, as often as wanted", function()
		in_task(function()
			local task = async.run(function()
				async.sleep(0.1)
				return 1, nil, 3
			end)
			for _ = 1, 2 do
				local a, b, c = task:await()
				assert.same({ 1, nil, 3 }, { a, b, c })
				local ok, d = task:join()
				assert.is_true(ok)
				assert.equal(1, d)
			end
		end)
	end)

	it("that fails is reported with its traceback, and the rest goes on", function()
		local ended = false
		async.run(function()
			async.sleep(0.1)
			error("on its own")
		end)
		async.run(function()
			async.sleep(0.2)
			ended = true
		end)
		wait(0.5)
		local errors = script_errors()
		assert.equal(1, #errors)
		assert.matches("async_spec.lua:%d+: on its own", errors[1])
		assert.is_true(ended)
	end)

	it("that fails while it is awaited is the awaiting one's matter", function()
		in_task(function()
			local task = async.run(function()
				async.sleep(0.1)
				error({ code = 7 })
			end)
			local ok, problem = pcall(task.await, task)
			assert.is_false(ok)
			assert.same({ code = 7 }, problem)
			assert.equal("failed", task:status())
		end)
		assert.same({}, script_errors())
	end)

	it("can't be resumed by anyone else", function()
		local thread
		async.run(function()
			thread = coroutine.running()
			async.sleep(1)
		end)
		assert.is_false((coroutine.resume(thread)))
	end)

	it("that spoils its cancellation is ended all the same", function()
		local count = 0
		local task = async.run(function()
			while true do
				pcall(async.sleep, 1)
				count = count + 1
			end
		end)
		task:cancel()
		wait_frames(2)
		assert.equal("canceled", task:status())
		assert.is_true(count <= 100)
	end)

	it("has its script's self as the running instance after each wait", function()
		local timers = {}
		local function load(who)
			return spec_script.load("spec/testdata/caller.script", {
				call = function()
					async.run(function()
						async.sleep(0.1)
						timer.delay(0.1, false, function(self)
							timers[who] = self
						end)
					end)
				end,
			})
		end
		local ann, bob = load("ann"), load("bob")
		wait(1)
		assert.equal(ann.self, timers.ann)
		assert.equal(bob.self, timers.bob)
	end)

	it("ends with its script, and no line of it runs any more", function()
		local steps = {}
		local script = spec_script.load("spec/testdata/caller.script", {
			call = function()
				async.run(function()
					steps[#steps + 1] = "before"
					local ok = pcall(pcall, async.sleep, 0.2)
					steps[#steps + 1] = ok
				end)
			end,
		})
		wait(0.1)
		script:delete()
		wait(1)
		assert.same({ "before" }, steps)
	end)

	it("ends with its script in the midst of a coroutine, an iterator and a sort, too", function()
		local steps = {}
		local script = spec_script.load("spec/testdata/caller.script", {
			call = function()
				async.run(function()
					pcall(function()
						for _ in coroutine.wrap(function()
							pcall(table.sort, { 3, 2, 1 }, function()
								async.sleep(10)
								return true
							end)
							steps[#steps + 1] = "not here"
						end) do
							steps[#steps + 1] = "nor here"
						end
					end)
					steps[#steps + 1] = "least of all here"
				end)
			end,
		})
		wait(0.1)
		script:delete()
		wait(0.1)
		assert.same({}, steps)
		local resumed = coroutine.wrap(function()
			coroutine.yield(pcall(error, "still whole", 0))
		end)
		assert.same({ false, "still whole" }, { resumed() })
	end)

	it("leaves those who have its functions their locals when it is ended", function()
		local kept
		local script = spec_script.load("spec/testdata/caller.script", {
			call = function()
				async.run(function()
					pcall(function()
						local own = "own"
						kept = function()
							return own
						end
						async.sleep(10)
					end)
				end)
			end,
		})
		wait(0.1)
		script:delete()
		wait(0.1)
		for _ = 1, 3 do
			pcall(function()
				local other = "other"
				return other
			end)
		end
		assert.equal("own", kept())
	end)

	it("is a coroutine to those who ask, and nobody else is meanwhile", function()
		local running = coroutine.running
		local own, inner, after, in_timer
		local outside = running()
		in_task(function()
			own = running()
			async.run(function()
				inner = running()
				async.sleep(0)
			end)
			after = running()
			async.sleep(0.1)
			assert.equal(own, running())
			timer.delay(0, false, function()
				in_timer = running() or "none"
			end)
		end)
		assert.equal(outside, running())
		wait(0.1)
		assert.equal("thread", type(own))
		assert.are_not.equal(own, inner)
		assert.equal(own, after)
		assert.equal("none", in_timer)
	end)

	it("can't wait in a callback that it causes", function()
		in_task(function()
			local problem
			local handle = timer.delay(10, false, function()
				problem = select(2, pcall(async.sleep, 0))
			end)
			timer.trigger(handle)
			timer.cancel(handle)
			assert.matches("this is a callback, even if a task has caused it", problem)
		end)
	end)

	it("may start tasks, and await them", function()
		local function fibonacci(n)
			if n < 2 then
				async.sleep(0)
				return n
			end
			local a, b = async.run(fibonacci, n - 1), async.run(fibonacci, n - 2)
			return a:await() + b:await()
		end
		local got
		in_task(function()
			got = fibonacci(8)
		end)
		assert.equal(21, got)
	end)

	it("that would wait for itself is told", function()
		in_task(function()
			local a, b
			a = async.run(function()
				async.sleep(0)
				b:await()
			end)
			b = async.run(function()
				async.sleep(0.1)
				a:await()
			end)
			local ok, problem = a:join()
			assert.is_false(ok)
			assert.matches("would wait for ever", problem)
		end)
	end)
end)
