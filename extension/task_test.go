package extension

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	luasrc "github.com/tickwire/tickwire/lua"
	lua "github.com/yuin/gopher-lua"
)

// inTasks is inBubble with the module async as a global.
func inTasks(t *testing.T, o Options, f func(r *rig)) {
	t.Helper()
	inBubble(t, o, func(r *rig) {
		if err := luasrc.Open(r.L); err != nil {
			t.Fatal(err)
		}
		r.do(`async = require("tickwire.async")`)
		f(r)
	})
}

// pass lets d pass, in frames of 10 ms.
func (r *rig) pass(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
		r.frame()
	}
}

// TestTaskWaitsAnywhere: where a coroutine of gopher-lua's can't be left.
func TestTaskWaitsAnywhere(t *testing.T) {
	for name, body := range map[string]string{
		"a function": `async.sleep(1)`,
		"pcall":      `assert(pcall(async.sleep, 1))`,
		"xpcall":     `assert(xpcall(function() async.sleep(1) end, print))`,
		"an iterator": `
			for n in function(_, n) async.sleep(0.5) n = (n or 0) + 1 return n < 2 and n or nil end do assert(n < 2) end`,
		"a metamethod": `
			local t = setmetatable({}, { __index = function(_, key) async.sleep(1) return key end })
			assert(t.key == "key")`,
		"table.sort": `
			local list = { 2, 1 }
			table.sort(list, function(a, b) async.sleep(1) return a < b end)
			assert(list[1] == 1)`,
		"string.gsub": `assert(("x"):gsub("x", function() async.sleep(1) return "y" end) == "y")`,
		"tostring":    `assert(tostring(setmetatable({}, { __tostring = function() async.sleep(1) return "t" end })) == "t")`,
		"a coroutine": `
			local co = coroutine.wrap(function() coroutine.yield(1) async.sleep(1) coroutine.yield(2) end)
			assert(co() == 1) assert(co() == 2)`,
		"deep down": `
			local function deep(n) if n > 0 then return (deep(n - 1)) end async.sleep(1) return true end
			assert(deep(150))`,
		"a tail call": `return async.sleep(1)`,
	} {
		t.Run(name, func(t *testing.T) {
			inTasks(t, Options{}, func(r *rig) {
				r.do(`async.run(function(a, b)
					local before = a
					log("started")
					local function body() ` + body + ` end
					body()
					log("went on " .. before .. b)
				end, "A", "B")
				log("returned")`)
				r.frame()
				r.expect("started", "returned")
				r.pass(900 * time.Millisecond)
				r.expect()
				if n := r.ext.Active(); n != 1 {
					t.Errorf("%d are active, want the one time that is awaited", n)
				}
				r.pass(200 * time.Millisecond)
				r.expect("went on AB")
				if n := r.ext.Active(); n != 0 {
					t.Errorf("%d are active at the end, want 0", n)
				}
			})
		})
	}
}

// TestTaskSharesLocals: a task and those around it see each other's locals.
func TestTaskSharesLocals(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			local count = 0
			async.run(function()
				for _ = 1, 3 do count = count + 1 async.sleep(0) end
			end)
			async.run(function()
				for _ = 1, 3 do count = count + 10 async.sleep(0) end
			end)
			count = count + 100
			function total() log(tostring(count)) end`)
		r.frames(3)
		r.do(`total()`)
		r.expect("133")
	})
}

// TestTaskHasItsInstance: before and after each wait, whoever else runs
// meanwhile.
func TestTaskHasItsInstance(t *testing.T) {
	host := &instances{current: lua.LNil}
	inTasks(t, Options{Host: host}, func(r *rig) {
		r.L.SetGlobal("instance", r.L.NewFunction(func(L *lua.LState) int {
			L.Push(host.current)
			return 1
		}))
		for _, self := range []string{"one", "two"} {
			host.current = lua.LString(self)
			r.do(`
				local self = instance()
				async.run(function()
					assert(instance() == self)
					async.sleep(0.01)
					assert(instance() == self)
					local ws = assert(async.connect("ws://echo.test/"))
					assert(instance() == self)
					local inner = async.run(function() async.sleep(0) return instance() end)
					assert(inner:await() == self)
					ws:close()
					log(instance())
				end)
				assert(instance() == self)`)
		}
		host.current = lua.LString("nobody")
		r.pass(100 * time.Millisecond)
		slices.Sort(r.lines)
		r.expect("one", "two")
		if host.current != lua.LString("nobody") {
			t.Errorf("the running instance is %v afterwards, want the one before", host.current)
		}
	})
}

// TestTaskErrors: who hears of them, and what.
func TestTaskErrors(t *testing.T) {
	for _, test := range []struct {
		name, code string
		logged     []string
		reported   []string // each: what one error holds, joined by |
	}{
		{"nobody awaits", `async.run(function() async.sleep(0) error("oops") end)`, nil,
			[]string{"async: task <string>:1: <string>:1: oops|stack traceback|<string>:1: in"}},
		{"at once", `async.run(function() error("oops") end) log("on")`, []string{"on"}, []string{"oops"}},
		{"somebody awaits",
			`async.run(function()
				local task = async.run(function() async.sleep(0) error("oops") end)
				local ok, problem = pcall(task.await, task)
				log(tostring(ok) .. problem)
				log(select(2, task:join()))
			end)`, []string{"false<string>:2: oops", "<string>:2: oops"}, nil},
		{"awaited in the same frame",
			`async.run(function()
				local task = async.run(function() error("oops", 0) end)
				log(select(2, task:join()))
			end)`, []string{"oops"}, nil},
		{"it goes up",
			`async.run(function()
				async.run(function()
					async.sleep(0)
					error("oops")
				end):await()
			end)`, nil, []string{"task <string>:1:|<string>:4: oops|<string>:2: in|and of the task that it awaited|<string>:4: in"}},
		{"a table", `async.run(function() error({ code = 7 }) end)`, nil, []string{"table: "}},
		{"a Go panic", `async.run(function() async.sleep(0) panic() end)`, nil, []string{"index out of range|stack traceback|<string>:1: in"}},
		{"a Go panic at once", `async.run(panic)`, nil, []string{"a Go function: |index out of range"}},
		{"Goexit", `async.run(function() pcall(goexit) log("not here") end)`, nil, []string{"a Go function ended the task's goroutine"}},
		{"a recursion without end", `local function f() return 1 + f() end async.run(function() async.sleep(0) f() end)`, nil, []string{"stack overflow"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inTasks(t, Options{}, func(r *rig) {
				r.L.SetGlobal("panic", r.L.NewFunction(func(*lua.LState) int { return []int{}[len(r.lines)] }))
				r.L.SetGlobal("goexit", r.L.NewFunction(func(*lua.LState) int { runtime.Goexit(); return 0 }))
				r.do(test.code)
				r.frames(4)
				if len(r.errors) != len(test.reported) {
					t.Errorf("reported %q, want %q", r.errors, test.reported)
					return
				}
				for i, want := range test.reported {
					rest := r.errors[i]
					for _, part := range strings.Split(want, "|") {
						_, after, ok := strings.Cut(rest, part)
						if !ok {
							t.Errorf("reported %q, want %q in it, in this order", r.errors[i], want)
							break
						}
						rest = after
					}
				}
				r.errors = nil
				r.expect(test.logged...)
				r.do(`log("alive")`)
				r.expect("alive")
			})
		})
	}
}

func TestTaskErrorHoldsTheCause(t *testing.T) {
	var got error
	inTasks(t, Options{OnError: func(err error) { got = err }}, func(r *rig) {
		r.do(`async.run(function() error("oops", 0) end)`)
		r.frame()
	})
	var task *TaskError
	var api *lua.ApiError
	if !errors.As(got, &task) || task.Where != "<string>:1" || !errors.As(got, &api) || api.Object != lua.LString("oops") {
		t.Errorf("reported %#v", got)
	}
}

// TestTaskCancel: each wait raises from then on, and what swallows that is ended.
func TestTaskCancel(t *testing.T) {
	for _, test := range []struct {
		name, code string
		logged     []string
	}{
		{"in a wait", `
			local task = async.run(function() async.sleep(10) log("not here") end)
			log(tostring(task:cancel()) .. task:status())
			function check() log(task:status() .. tostring(task:cancel())) end`,
			[]string{"truewaiting", "canceledfalse"}},
		{"cleaning up", `
			local task = async.run(function()
				local ok, problem = pcall(async.sleep, 10)
				log("cleaned " .. tostring(problem == async.CANCELED) .. " " .. tostring(problem))
				error(problem, 0)
			end)
			task:cancel()
			function check() log(task:status()) end`,
			[]string{"cleaned true the task was canceled", "canceled"}},
		{"itself", `
			local task
			task = async.run(function() async.sleep(0) task:cancel() log("still here") async.sleep(0) log("not here") end)
			function check() log(task:status()) end`,
			[]string{"still here", "canceled"}},
		{"swallowed once", `
			local task = async.run(function() pcall(async.sleep, 10) return "done" end)
			task:cancel()
			function check() log(task:status()) end`,
			[]string{"done"}},
		{"swallowed for ever", `
			local count = 0
			local task = async.run(function()
				while true do pcall(function() pcall(async.sleep, 10) end) count = count + 1 end
			end)
			task:cancel()
			function check() log(task:status() .. " " .. count) end`,
			[]string{"canceled 100"}},
		{"while it awaits", `
			local inner = async.run(function() async.sleep(0.02) return "inner" end)
			local outer = async.run(function() inner:await() end)
			outer:cancel()
			function check() log(outer:status() .. " " .. inner:status()) end`,
			[]string{"canceled done"}},
		{"who awaits it", `
			local inner = async.run(function() async.sleep(10) end)
			async.run(function()
				local ok, problem = inner:join()
				log(tostring(ok) .. tostring(problem == async.CANCELED))
			end)
			inner:cancel()
			function check() end`,
			[]string{"falsetrue"}},
		{"while it connects", `
			local task = async.run(function() async.connect("ws://hole.test/") end)
			task:cancel()
			function check() log(task:status()) end`,
			[]string{"canceled"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			inTasks(t, Options{}, func(r *rig) {
				r.network.Blackhole("hole.test")
				r.do(test.code)
				r.pass(50 * time.Millisecond)
				r.do(`check()`)
				r.expect(test.logged...)
				if n := r.ext.Active(); n != 0 {
					t.Errorf("%d are active, want 0", n)
				}
			})
		})
	}
}

// TestTaskEndsWithItsScript: where it stands, and no line of it runs any more.
func TestTaskEndsWithItsScript(t *testing.T) {
	host := &instances{current: lua.LNil}
	inTasks(t, Options{Host: host}, func(r *rig) {
		one, two := r.L.NewTable(), r.L.NewTable()
		const code = `
			for _, wait in ipairs({
				function() async.sleep(0.02) end,
				function() async.sleep(3600) end,
				function() while true do pcall(async.sleep, 0.02) log("swallowed") end end,
				function() coroutine.wrap(function() async.sleep(0.02) end)() end,
				function() async.all({ function() async.sleep(0.02) end, function() async.sleep(1) end }) end,
				function() local ws = async.connect("ws://echo.test/") ws:receive() end,
				function() async.wait(function() end) end,
			}) do
				async.run(function() pcall(wait) log("not here") end)
			end`
		host.current = one
		r.do(code)
		host.current = two
		r.do(`async.run(function() async.sleep(0.02) log("two goes on") end)`)
		host.current = lua.LNil
		r.frame()
		if n := r.ext.tasks.count; n != 10 {
			t.Errorf("%d tasks run, want 10", n)
		}
		r.ext.Release(one)
		if n := r.ext.tasks.count; n != 1 {
			t.Errorf("%d tasks after Release, want the other script's 1", n)
		}
		if n := r.ext.Active(); n != 1 {
			t.Errorf("%d are active after Release, want the other script's 1", n)
		}
		r.pass(100 * time.Millisecond)
		r.expect("two goes on")
	})
}

// TestTaskOutlivesWhoAwaitsIt: what it raises is nobody's then, and reported.
func TestTaskOutlivesWhoAwaitsIt(t *testing.T) {
	host := &instances{current: lua.LString("one")}
	inTasks(t, Options{Host: host}, func(r *rig) {
		r.do(`task = async.run(function() async.sleep(0.02) error("oops") end)`)
		host.current = lua.LString("two")
		r.do(`
			async.run(function() task:join() log("not here") end)
			async.run(function() async.timeout(0.01, task.join, task) end)`)
		r.frame()
		r.ext.Release(lua.LString("two"))
		r.pass(50 * time.Millisecond)
		if len(r.errors) != 1 || !strings.Contains(r.errors[0], "oops") {
			t.Errorf("reported %q, want the failure that nobody awaits any more", r.errors)
		}
		r.errors = nil
		r.expect()
	})
}

// TestTaskThatReleasesItself ends at its next wait: a host may delete a script
// while it runs.
func TestTaskThatReleasesItself(t *testing.T) {
	host := &instances{current: lua.LString("self")}
	inTasks(t, Options{Host: host}, func(r *rig) {
		r.L.SetGlobal("release", r.L.NewFunction(func(*lua.LState) int { r.ext.Release(lua.LString("self")); return 0 }))
		r.do(`
			async.run(function() async.sleep(0) log("not here") end)
			async.run(function()
				async.run(function()
					release()
					log("inner")
					pcall(async.sleep, 0)
					log("not here")
				end)
				log("outer")
				pcall(async.sleep, 0)
				log("not here")
			end)`)
		r.frames(3)
		r.expect("inner", "outer")
		if n := r.ext.tasks.count; n != 0 {
			t.Errorf("%d tasks are left, want 0", n)
		}
	})
}

// TestLaw9CloseEndsTasks: no line of theirs runs, and the bubble would tell of a
// goroutine that is left.
func TestLaw9CloseEndsTasks(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			for i = 1, 20 do
				async.run(function()
					while true do pcall(async.sleep, i) log("not here") end
				end)
			end
			core = require("tickwire.core")
			core.after(1, function() log("not here") end)
			async.run(function() error("told at the end", 0) end)`)
		if err := r.ext.Close(); err != nil {
			t.Error(err)
		}
		if len(r.errors) != 1 || !strings.Contains(r.errors[0], "told at the end") {
			t.Errorf("reported %q, want the failure that nobody has heard of", r.errors)
		}
		r.errors = nil
		if n := r.ext.Active(); n != 0 {
			t.Errorf("%d are active after Close, want 0", n)
		}
		r.pass(2 * time.Second)
		r.do(`
			local ok, problem = pcall(async.run, function() log("not here") end)
			assert(not ok and problem:find("async.run: the extension is closed"), problem)
			assert(core.after(1, print) == nil)`)
		r.expect()
	})
}

func TestLaw4NothingTicksInATask(t *testing.T) {
	for name, call := range map[string]func(e *Extension){
		"Update": func(e *Extension) { e.Update() },
		"Close":  func(e *Extension) { e.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			inTasks(t, Options{}, func(r *rig) {
				r.L.SetGlobal("tick", r.L.NewFunction(func(*lua.LState) int { call(r.ext); return 0 }))
				r.do(`async.run(function() tick() end)`)
				r.frame()
				if len(r.errors) != 1 || !strings.Contains(r.errors[0], name+" was called inside a task (law 4)") {
					t.Errorf("reported %q, want a panic that names law 4", r.errors)
				}
				r.errors = nil
			})
		})
	}
}

// TestTaskOnlyATaskWaits: not a callback, even if a task has a host make it on
// the main state, which others need.
func TestTaskOnlyATaskWaits(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.L.SetGlobal("callback", r.L.NewFunction(func(*lua.LState) int {
			r.L.Push(r.L.GetGlobal("f"))
			if err := r.L.PCall(0, 0, nil); err != nil {
				r.lines = append(r.lines, strings.SplitN(err.Error(), "\n", 2)[0])
			}
			return 0
		}))
		r.do(`
			for _, f in ipairs({
				function() async.sleep(0) end,
				function() async.connect("ws://echo.test/") end,
				function() async.all({}) end,
				function() async.wait(print) end,
			}) do
				local ok, problem = pcall(f)
				assert(not ok and problem:find("async%.%w+: only a task can wait"), problem)
			end
			local task = async.run(function() async.sleep(0) end)
			local ok, problem = pcall(task.await, task)
			assert(not ok and problem:find("only a task can wait"), problem)

			function f() require("tickwire.core").wait(0) end
			async.run(callback)
			function f() coroutine.wrap(function() require("tickwire.core").wait(0) end)() end
			async.run(callback)`)
		for _, line := range r.lines {
			if !strings.Contains(line, "this is a callback, even if a task has caused it") {
				t.Errorf("a callback of a task's got %q", line)
			}
		}
		if len(r.lines) != 2 {
			t.Errorf("logged %q, want two errors", r.lines)
		}
	})
}

// TestTaskThreadsAreItsOwn: nobody resumes a thread that stands still in a wait.
func TestTaskThreadsAreItsOwn(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			local own, inner
			async.run(function()
				own = coroutine.running()
				inner = coroutine.create(function() async.sleep(0.01) return "whole" end)
				log(select(2, coroutine.resume(inner)))
			end)
			assert(not coroutine.resume(own))
			assert(not coroutine.resume(inner))
			async.run(function()
				own = coroutine.running()
				async.run(function() assert(not coroutine.resume(own)) end)
				log("outer")
			end)
			assert(not coroutine.resume(own))`)
		r.pass(50 * time.Millisecond)
		r.expect("outer", "whole")
	})
}

// TestTaskKeepsTheHostsBound: a context on the state stops a task as it stops
// any script.
func TestTaskKeepsTheHostsBound(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		ctx, cancel := context.WithCancel(context.Background())
		r.L.SetContext(ctx)
		r.do(`async.run(function() async.sleep(0) while true do end end)`)
		cancel()
		r.frame()
		r.L.RemoveContext()
		if len(r.errors) != 1 || !strings.Contains(r.errors[0], "context canceled") {
			t.Errorf("reported %q, want the context's end", r.errors)
		}
		r.errors = nil

		// Its context may go while the task waits.
		ctx, cancel = context.WithCancel(context.Background())
		r.L.SetContext(ctx)
		r.do(`async.run(function() async.sleep(0) local x = 1 log("on") end)`)
		r.L.RemoveContext()
		cancel()
		r.frame()
		r.expect("on")
	})
}

// TestTaskDeadlocks are found where they would begin.
func TestTaskDeadlocks(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			local function deadlock(f, ...)
				local ok, problem = pcall(f, ...)
				assert(not ok and tostring(problem):find("wait for ever"), tostring(problem))
			end
			local a, b, c
			a = async.run(function() async.sleep(0) deadlock(a.await, a) log("self") b:await() log("a") end)
			b = async.run(function() async.sleep(0.02) c:await() log("b") end)
			c = async.run(function()
				async.sleep(0.04)
				deadlock(a.await, a)
				deadlock(require("tickwire.core").await, { a, async.run(function() end) }, true)
				-- One that may end otherwise is none.
				local one = async.run(function() async.sleep(0) end)
				require("tickwire.core").await({ a, one }, false)
				log("c")
			end)`)
		r.pass(200 * time.Millisecond)
		r.expect("self", "c", "b", "a")
	})
}

// TestTaskRingsAreNoDeadlock: tasks that wait for one another, each with another
// way out.
func TestTaskRingsAreNoDeadlock(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			local core = require("tickwire.core")
			local ring, way_out = {}, {}
			for i = 1, 3 do
				way_out[i] = async.run(function() async.sleep(0.05) end)
				ring[i] = async.run(function()
					async.sleep(0)
					core.await({ ring[i % 3 + 1], way_out[i] }, false)
					log("out " .. i)
				end)
			end
			async.run(function() async.sleep(0.02) ring[1]:await() log("through") end)`)
		r.pass(200 * time.Millisecond)
		if got := len(r.lines); got != 4 {
			t.Errorf("logged %q, want four lines", r.lines)
		}
		r.lines = nil
		r.expect()
	})
}

// TestTaskPingPongIsBounded: tasks that wake each other without end hold up no
// frame for ever.
func TestTaskPingPongIsBounded(t *testing.T) {
	inTasks(t, Options{MaxTime: -1}, func(r *rig) {
		r.do(`
			local core = require("tickwire.core")
			local count, at = 0, {}
			for i = 1, 2 do
				async.run(function()
					while true do
						count = count + 1
						local other = at[3 - i]
						local task, ticket = core.ticket()
						at[i] = { task, ticket }
						if other then core.wake(other[1], other[2]) end
						core.wait()
					end
				end)
			end
			function counted() log(tostring(count > 1000 and count < 20000)) count = 0 end`)
		for range 3 {
			r.frame()
			r.do(`counted()`)
		}
		r.expect("true", "true", "true")
		if r.ext.Active() == 0 {
			t.Error("nothing is active, though tasks wait for their turn")
		}
	})
}

func TestTaskLimits(t *testing.T) {
	inTasks(t, Options{MaxTasks: 2, MaxTimers: 2}, func(r *rig) {
		r.do(`
			local core = require("tickwire.core")
			local function sleep() async.sleep(0) end
			async.run(sleep) async.run(sleep)
			local ok, problem = pcall(async.run, sleep)
			assert(not ok and problem:find("2 tasks are under way, which is the limit"), problem)
			assert(core.after(1, print)) assert(core.after(1, print, true))
			assert(core.after(1, print) == nil)`)
		r.frame()
		r.do(`
			async.run(function()
				local ok, problem = pcall(async.all, { function() async.sleep(1) log("not here") end, print })
				assert(not ok and problem:find("which is the limit"), problem)
				log("refused")
			end)`)
		r.frame()
		r.expect("refused")
	})
}

// TestTimers: order, beat, cancel, self, and no call after Release.
func TestTimers(t *testing.T) {
	host := &instances{current: lua.LString("self")}
	inTasks(t, Options{Host: host}, func(r *rig) {
		r.do(`
			local core = require("tickwire.core")
			local function after(seconds, name, repeating)
				return core.after(seconds, function(self, handle, elapsed)
					log(("%s %s %.3f"):format(self, name, elapsed))
					if name == "stops" then assert(core.cancel(handle)) assert(not core.cancel(handle)) end
					if name == "fails" then error("oops") end
				end, repeating)
			end
			after(0.03, "late") after(0.01, "early") after(0.01, "fails") after(0.01, "second") after(0.02, "beat", true)
			after(0, "stops", true)
			assert(core.cancel(after(0.01, "never")))
			assert(not core.cancel(12345))`)
		host.current = lua.LNil
		if n := r.ext.Active(); n != 6 {
			t.Errorf("%d are active, want 6", n)
		}
		r.frame()
		r.expect("self stops 0.000")
		r.pass(10 * time.Millisecond)
		if len(r.errors) != 1 || !strings.HasPrefix(r.errors[0], "websocket: callback timer: <string>:7: oops") {
			t.Errorf("reported %q", r.errors)
		}
		r.errors = nil
		r.expect("self early 0.010", "self fails 0.010", "self second 0.010")
		r.pass(30 * time.Millisecond)
		r.expect("self beat 0.020", "self late 0.030", "self beat 0.020")
		time.Sleep(50 * time.Millisecond) // a long frame: the beats it missed are lost
		r.frame()
		r.expect("self beat 0.050")
		r.pass(10 * time.Millisecond)
		r.expect("self beat 0.010")
		r.ext.Release(lua.LString("self"))
		r.pass(100 * time.Millisecond)
		r.expect()
	})
}

// TestTimersOfZero are called once an Update, and those that a callback makes in
// the next one.
func TestTimersOfZero(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		r.do(`
			local core = require("tickwire.core")
			core.after(0, function() log("beat") end, true)
			local function again() log("again") core.after(0, again) end
			core.after(0, again)
			async.run(function() while true do async.sleep(0) log("slept") end end)`)
		for range 3 {
			r.frame()
			r.expect("beat", "again", "slept")
		}
	})
}

// TestTimersWakeTheHost: a host without a frame sleeps on Wake.
func TestTimersWakeTheHost(t *testing.T) {
	inTasks(t, Options{}, func(r *rig) {
		start := time.Now()
		r.do(`
			local core = require("tickwire.core")
			async.run(function()
				for i = 1, 3 do async.sleep(i) log("slept " .. i) end
				async.run(function() error("heard") end)
			end)
			core.cancel(core.after(0.5, print))`)
		updates := 0
		for ; r.ext.Active() > 0; updates++ {
			<-r.ext.Wake()
			r.ext.Update()
			r.ext.Flush()
		}
		if d := time.Since(start); d != 6*time.Second {
			t.Errorf("took %v, want 6s", d)
		}
		if updates > 6 {
			t.Errorf("%d updates for three times and an error", updates)
		}
		if len(r.errors) != 1 {
			t.Errorf("reported %q, want the error of the last task", r.errors)
		}
		r.errors = nil
		r.expect("slept 1", "slept 2", "slept 3")
	})
}

// TestLaw8TimersAndTasksKeepTheBudget: past it the rest waits for the next
// Update, but none of events, timers and tasks starves the others.
func TestLaw8TimersAndTasksKeepTheBudget(t *testing.T) {
	inTasks(t, Options{MaxTime: 5 * time.Millisecond}, func(r *rig) {
		r.L.SetGlobal("slow", r.L.NewFunction(func(*lua.LState) int {
			time.Sleep(time.Millisecond) // the bubble's time
			return 0
		}))
		r.do(`
			local core = require("tickwire.core")
			timers, tasks = 0, 0
			for i = 1, 80 do core.after(0, function() slow() timers = timers + 1 end) end
			local waiting = {}
			for i = 1, 80 do
				async.run(function()
					waiting[i] = { core.ticket() }
					core.wait()
					slow()
					tasks = tasks + 1
				end)
			end
			open("ws://echo.test/")
			function wake() for _, w in ipairs(waiting) do core.wake(w[1], w[2]) end end
			function told() log(timers .. " " .. tasks) timers, tasks = 0, 0 end`)
		for i, want := range []string{"32 0", "32 32", "16 32", "0 16"} {
			r.frame()
			r.do(`told()`)
			if i == 0 {
				r.expect("connected", want)
				r.do(`wake()`)
				continue
			}
			r.expect(want)
		}
		if r.ext.Active() != 1 {
			t.Errorf("%d are active, want the connection", r.ext.Active())
		}
	})
}

// TestLaw8TasksShareTheBudgetWithEvents: what a task does with a message counts
// as what a callback does.
func TestLaw8TasksShareTheBudgetWithEvents(t *testing.T) {
	inTasks(t, Options{MaxTime: 5 * time.Millisecond}, func(r *rig) {
		r.L.SetGlobal("slow", r.L.NewFunction(func(*lua.LState) int {
			time.Sleep(time.Millisecond) // the bubble's time
			return 0
		}))
		r.do(`
			async.run(function()
				local ws = async.connect("ws://echo.test/")
				for i = 1, 20 do ws:send("x") end
				count = 0
				for _ in ws:messages() do slow() count = count + 1 end
			end)`)
		r.frame()
		for range 3 {
			r.frame()
			r.do(`log(tostring(count > 0 and count < 10)) count = 0`)
		}
		r.expect("true", "true", "true")
	})
}

// TestTaskTakesMessagesAtItsPace: what no task has taken keeps the server waiting.
func TestTaskTakesMessagesAtItsPace(t *testing.T) {
	inTasks(t, Options{InboundCredit: 4 << 10}, func(r *rig) {
		r.do(`
			local ws
			async.run(function()
				ws = async.connect("ws://echo.test/")
				for i = 1, 100 do ws:send(("x"):rep(1000)) end
				async.sleep(1)
				log("backlog " .. tostring(websocket.stats(ws.connection).backlog < 6000))
				log("received " .. tostring(websocket.stats(ws.connection).messages_received < 6))
				for i = 1, 100 do assert(#assert(ws:receive(1)) == 1000) end
				log("all")
				local message, reason = ws:receive(0.5)
				assert(message == nil and reason == "timeout", reason)
				assert(websocket.stats(ws.connection).backlog == 0)
				-- A credit that is not owed changes nothing.
				require("tickwire.core").release(ws.connection, 1000)
				assert(websocket.stats(ws.connection).backlog == 0)
				ws:close()
			end)`)
		r.pass(5 * time.Second)
		r.expect("backlog true", "received true", "all")
	})
}
