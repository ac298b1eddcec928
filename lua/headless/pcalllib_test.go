package headless_test

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestPCall(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"results", `return pcall(function(...) return select("#", ...), ... end, 1, nil)`, []string{"true", "2", "1", "nil"}, ""},
		{"no result", `return pcall(function() end)`, []string{"true"}, ""},
		{"error", `return pcall(error, "e", 0)`, []string{"false", "e"}, ""},
		{"error has its place", `return pcall(function()
			error("e")
		end)`, []string{"false", "eval:2: e"}, ""},
		{"error object", `local t = {} local ok, e = pcall(error, t) return ok, e == t`, []string{"false", "true"}, ""},
		{"no function", `return pcall(5)`, []string{"false", "attempt to call a number value"}, ""},
		{"callable", `return pcall(setmetatable({}, {__call = function(_, a) return a end}), 5)`, []string{"true", "5"}, ""},
		{"number", `return pcall(function() error(42) end)`, []string{"false", "eval:1: 42"}, ""},
		{"nil", `return pcall(error)`, []string{"false", "nil"}, ""},
		{"level", `
			local function checked() error("e", 2) end
			return pcall(function()
				checked()
			end)`, []string{"false", "eval:4: e"}, ""},
		{"Go function", `return pcall(hash, {})`, []string{"false", "bad argument #1 to '?' (string expected, got table)"}, ""},
		{"no argument", `pcall()`, nil, "bad argument #1 to 'pcall'"},
		{"nested", `return pcall(pcall, pcall, error, "e")`, []string{"true", "true", "false", "e"}, ""},
		{"results of many", `return select("#", pcall(unpack, {}, 1, 3000))`, []string{"3001"}, ""},
		{"closures keep their locals", `
			local n = 0
			local function up() n = n + 1 end
			pcall(error, "e")
			up()
			return n`, []string{"1"}, ""},
		{"failed function's closures live", `
			local saved
			pcall(function() local z = 42; saved = function() return z end; error("e") end)
			local function clobber(...) local a, b, c, d = 1, 2, 3, 4 return saved() end
			return clobber(9, 9, 9)`, []string{"42"}, ""},
		{"in a coroutine", `
			return coroutine.wrap(function()
				local ok, e = pcall(error, "e")
				coroutine.yield()
				return ok, e
			end)()`, nil, ""},
		{"yield across", `
			local co = coroutine.wrap(function() return pcall(coroutine.yield, 1) end)
			return co(), co(2)`, []string{"1", "true", "2"}, ""},
		{"coroutine within", `
			return pcall(function()
				local co = coroutine.wrap(function() coroutine.yield(1) return 2 end)
				return co(), co(), coroutine.running()
			end)`, []string{"true", "1", "2", "nil"}, ""},
		{"running", `
			local co
			co = coroutine.create(function()
				local ok, inside = pcall(coroutine.running)
				return inside == co, coroutine.running() == co
			end)
			return coroutine.running(), coroutine.resume(co)`, []string{"nil", "true", "true", "true"}, ""},
	})
}

func TestXPCall(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"results", `return xpcall(function(...) return ... end, print, 1, 2)`, []string{"true", "1", "2"}, ""},
		{"handler", `return xpcall(function() error("e", 0) end, function(e) return "<" .. e .. ">" end)`, []string{"false", "<e>"}, ""},
		{"handler's first", `return xpcall(error, function() return 1, 2 end)`, []string{"false", "1"}, ""},
		{"handler gives nothing", `return xpcall(error, function() end)`, []string{"false", "nil"}, ""},
		{"no function", `return xpcall(nil, function(e) return e end)`, []string{"false", "attempt to call a nil value"}, ""},
		{"traceback without a message", `return xpcall(error, function(e) return (debug.traceback():match("^stack traceback:")) end)`, []string{"false", "stack traceback:"}, ""},
		{"traceback of no text", `local t = {} return xpcall(error, function(e) return debug.traceback(t) == t end)`, []string{"false", "true"}, ""},
		{"handler fails", `return xpcall(error, function() error("again", 0) end)`, []string{"false", "error in error handling"}, ""},
		{"traceback", `
			local function deep() error("e") end
			local _, trace = xpcall(function() deep() end, debug.traceback)
			return trace:match("^eval:2: e\nstack traceback:\n.*eval:2: in function 'deep'") ~= nil`, []string{"true"}, ""},
		{"traceback outside", `return debug.traceback("m"):match("^m\nstack traceback:") ~= nil`, []string{"true"}, ""},
		{"failed function's closures live", `
			local saved
			xpcall(function() local z = 42; saved = function() return z end; error("e") end, function(e) return e end)
			local function clobber(...) local a, b, c, d = 1, 2, 3, 4 return saved() end
			return clobber(9, 9, 9)`, []string{"42"}, ""},
		{"no handler", `xpcall(print)`, nil, "bad argument #2 to 'xpcall'"},
	})
}

// A function that calls Step keeps its locals from a callback that fails, if
// its host runs it on a thread of its own.
func TestStepFromLua(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `function update() seen() error("boom") end`}, headless.Options{})
	p.load("a.script")
	L := p.State()
	L.SetGlobal("step", L.NewFunction(func(*lua.LState) int { p.Step(frame); return 0 }))
	fn, err := L.Load(strings.NewReader(`
		local n = 0
		function seen() n = n + 1 end
		step()
		step()
		local after = n
		n = 10
		step()
		print(after, n, coroutine.running())`), "spec")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Call(fn); err != nil {
		t.Fatal(err)
	}
	p.printed("2\t11\tnil")
	p.failed("boom", "boom", "boom")
}
