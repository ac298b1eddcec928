package luajit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/luajit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// do runs code and returns what it returns, by tostring, with a space between.
func do(t testing.TB, L *lua.LState, r *luajit.Runtime, code string) string {
	t.Helper()
	text, err := try(L, r, code)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func try(L *lua.LState, r *luajit.Runtime, code string) (string, error) {
	proto, err := luajit.Compile([]byte(code), "test")
	if err != nil {
		return "", err
	}
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(L.NewFunctionFromProto(proto))
	if err := r.PCall(L, 0, lua.MultRet); err != nil {
		return "", err
	}
	var texts []string
	for n := top + 1; n <= L.GetTop(); n++ {
		texts = append(texts, luajit.ToString(L, L.Get(n)))
	}
	return strings.Join(texts, " "), nil
}

// What LuaJIT is not asked, because there it depends on the machine or kills it.
func TestBounds(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"overflow", `local function f() return f() + 1 end return pcall(f)`, "false test:1: stack overflow"},
		{"overflow within xpcall", `local function f() return f() + 1 end return xpcall(f, function(m) return "H " .. m end)`, "false H test:1: stack overflow"},
		{"overflow's traceback", `local function f() return f() + 1 end
			local _, trace = xpcall(f, debug.traceback)
			return select(2, trace:gsub("\n", "")), trace:match("%.%.%.")`, "23 ..."},
		{"overflow through pcall", `local function f() local ok, e = pcall(f) error(e, 0) end return pcall(f)`, "false stack overflow"},
		{"overflow through a metamethod", `local t = setmetatable({}, {__index = function(t, k) return t[k] end})
			return pcall(function() return t.x end)`, "false test:1: stack overflow"},
		{"overflow through sort", `local function f() table.sort({2, 1}, f) end return (pcall(f))`, "false"},
		{"overflow through tostring", `local t = setmetatable({}, {}) getmetatable(t).__tostring = function(t) return tostring(t) end
			return (pcall(tostring, t))`, "false"},
		{"overflow through coroutines", `local function f() return coroutine.wrap(f)() end
			local ok, e = pcall(f) return ok, e:match("C stack overflow")`, "false C stack overflow"},
		{"handler overflows", `return xpcall(error, function() local function f() return f() + 1 end return f() end)`, "false error in error handling"},
		{"variables survive an overflow", `
			local saved
			local function f(n) local x = n if n == 50 then saved = function() x = x + 1 return x end end return f(n + 1) + 1 end
			pcall(f, 1)
			local function clobber(...) local a, b, c = 1, 2, 3 return saved() end
			return clobber(9, 9), saved()`, "51 52"},
		{"after an overflow", `local function f() return f() + 1 end
			for i = 1, 3 do pcall(f) end return pcall(function() return 1 end)`, "true 1"},
		{"huge text", `return pcall(string.rep, "x", 2^30)`, "false not enough memory"},
		{"huge text by a separator", `return pcall(string.rep, "", 2^30, "x")`, "false not enough memory"},
		{"huge text by ..", `local s = ("x"):rep(2^24) return pcall(loadstring("local s = ... return s" .. (" .. s"):rep(40)), s)`, "false not enough memory"},
		{"huge text by concat", `local s = ("x"):rep(2^20) local t = {} for i = 1, 600 do t[i] = s end return pcall(table.concat, t)`, "false not enough memory"},
		{"all of a huge list", `local t = {} for i = 1, 9000 do t[i] = i end return pcall(unpack, t)`, "false too many results to unpack"},
		{"deep pattern", `return pcall(string.match, ("a"):rep(300), ("a?"):rep(300))`, "false pattern too complex"},
		{"deep source", `return (loadstring(("("):rep(5000) .. "1" .. (")"):rep(5000)))`, "nil"},
		{"many blocks", `return loadstring(("do "):rep(4000) .. ("end "):rep(4000))`, `nil [string "do do do do do do do do do do do do do do do ..."]:1: chunk has too many syntax levels`},
	} {
		t.Run(c.name, func(t *testing.T) {
			L, r := open(t, luajit.Options{})
			if got := do(t, L, r, c.code); got != c.want {
				t.Errorf("returned %q, want %q", got, c.want)
			}
		})
	}
}

// A coroutine that no script can reach any more ends, with its goroutine.
func TestAbandonedCoroutinesEnd(t *testing.T) {
	L, r := open(t, luajit.Options{})
	before := runtime.NumGoroutine()
	percent := debug.SetGCPercent(-1)
	do(t, L, r, `
		for i = 1, 100 do
			for v in coroutine.wrap(function() pcall(function() for n = 1, 10 do coroutine.yield(n) end end) end) do
				if v == 2 then break end
			end
		end`)
	most := runtime.NumGoroutine() - before
	debug.SetGCPercent(percent)
	if most < 90 { // a collection may have been under way
		t.Fatalf("%d goroutines for 100 coroutines: this test looks at nothing", most)
	}
	L.SetTop(0)
	for range 100 { // a cleanup runs some time after a collection
		runtime.GC()
		time.Sleep(time.Millisecond)
		do(t, L, r, `return coroutine.create(print) ~= nil`)
		if runtime.NumGoroutine()-before <= 5 {
			return
		}
	}
	t.Errorf("%d goroutines are left", runtime.NumGoroutine()-before)
}

// Close ends all others; no line of their scripts runs.
func TestCloseEndsCoroutines(t *testing.T) {
	L := luajit.NewState()
	var out bytes.Buffer
	r, err := luajit.Open(L, luajit.Options{Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	do(t, L, r, `
		kept = {}
		for i = 1, 10 do
			kept[i] = coroutine.create(function()
				while true do
					print(pcall(coroutine.yield, i))
					print(xpcall(coroutine.yield, print, i))
				end
			end)
			coroutine.resume(kept[i])
		end
		coroutine.create(print) -- never started`)
	r.Close()
	L.Close()
	if out.Len() > 0 {
		t.Errorf("printed %q", &out)
	} // and TestMain looks for their goroutines
}

// A file that no script can reach any more is written and closed; the others in
// Close.
func TestForgottenFilesClose(t *testing.T) {
	folder := t.TempDir()
	L, r := open(t, luajit.Options{})
	L.SetGlobal("folder", lua.LString(folder))
	do(t, L, r, `
		io.open(folder .. "/forgotten", "w"):write("text")
		kept = io.open(folder .. "/kept", "w") kept:write("text")`)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for range 100 { // a cleanup runs some time after a collection
		runtime.GC()
		time.Sleep(time.Millisecond)
		do(t, L, r, `coroutine.create(print)`)
		if read("forgotten") == "text" {
			break
		}
	}
	if got := read("forgotten"); got != "text" {
		t.Errorf("the forgotten file holds %q", got)
	}
	if got := read("kept"); got != "" {
		t.Errorf("the kept file holds %q already: this test looks at nothing", got)
	}
	r.Close()
	if got := read("kept"); got != "text" {
		t.Errorf("the kept file holds %q after Close", got)
	}
}

// A host may resume threads of its own; scripts in them call pcall, but not one
// another's.
func TestHostThreads(t *testing.T) {
	L, r := open(t, luajit.Options{})
	do(t, L, r, `function body(...)
		local a = ...
		while true do a = a + coroutine.yield(a, (pcall(error, "e", 0))) end
	end`)
	thread, _ := L.NewThread()
	body := L.GetGlobal("body").(*lua.LFunction)
	for n, want := range []string{"1", "3", "5"} {
		state, err, values := L.Resume(thread, body, lua.LNumber(1+min(n, 1)))
		if err != nil || state != lua.ResumeYield || len(values) != 2 || values[0].String() != want || values[1] != lua.LFalse {
			t.Fatalf("resume %d: %v, %v, %v", n, state, err, values)
		}
	}
	L.SetGlobal("thread", thread)
	if got := do(t, L, r, `return coroutine.resume(thread)`); got != "false cannot resume a thread of the host's" {
		t.Errorf("resume returned %q", got)
	}
}

// The host's bound reaches into coroutines and protected calls, those too that
// were there before.
func TestContext(t *testing.T) {
	for _, c := range []struct{ name, before, code string }{
		{"pcall", `pcall(print == nil)`, `while true do pcall(function() while true do end end) end`},
		{"coroutine", ``, `coroutine.wrap(function() while true do end end)()`},
		{"coroutine from before", `co = coroutine.create(function() coroutine.yield() coroutine.wrap(function() while true do end end)() end) coroutine.resume(co)`,
			`assert(coroutine.resume(co))`},
	} {
		t.Run(c.name, func(t *testing.T) {
			L, r := open(t, luajit.Options{})
			do(t, L, r, c.before)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			L.SetContext(ctx)
			if _, err := try(L, r, c.code); err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// An error that a host gets says where it happened.
func TestPCall(t *testing.T) {
	L, r := open(t, luajit.Options{})
	_, err := try(L, r, "local function deep(x)\n\treturn x.y.z\nend\nlocal a = deep({})")
	const want = "test:2: attempt to index field 'y' (a nil value)\nstack traceback:\n\ttest:2: in function 'deep'\n\ttest:4: in main chunk"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = try(L, r, "error({code = 5})")
	if v, ok := failure(t, err).(*lua.LTable); !ok || v.RawGetString("code") != lua.LNumber(5) {
		t.Errorf("raised %v, want the table", err)
	}
	L.Push(lua.LNumber(7)) // what is below stays
	L.Push(L.GetGlobal("tostring"))
	L.Push(lua.LNumber(1e15))
	if err := r.PCall(L, 1, 1); err != nil || L.Get(-1) != lua.LString("1e+15") || L.Get(-2) != lua.LNumber(7) {
		t.Errorf("%v, %v, %v", err, L.Get(-1), L.Get(-2))
	}
}

// A host that calls scripts with gopher-lua's own PCall gets the words for what
// scripts get wrong most.
func TestHostsOwnPCall(t *testing.T) {
	L, _ := open(t, luajit.Options{})
	for code, want := range map[string]string{
		`local x; x.y = 1`:             "test:1: attempt to index local 'x' (a nil value)",
		`local t = {} return t.x.y`:    "test:1: attempt to index field 'x' (a nil value)",
		`nope()`:                       "test:1: attempt to call global 'nope' (a nil value)",
		`local t = {} t:run()`:         "test:1: attempt to call method 'run' (a nil value)",
		`local t = {} t.n = t.n + 1`:   "test:1: attempt to perform arithmetic on field 'n' (a nil value)",
		`return 1 + nope`:              "test:1: attempt to perform arithmetic on global 'nope' (a nil value)",
		`return "a" .. nope`:           "test:1: attempt to concatenate global 'nope' (a nil value)",
		`local s = "x" return s + 1`:   "test:1: attempt to perform arithmetic on local 's' (a string value)",
		`local n = 5 return n.x`:       "test:1: attempt to index local 'n' (a number value)",
		`string.rep()`:                 "test:1: bad argument #1 to 'rep' (string expected, got no value)",
		`return -nope`:                 "test:1: attempt to perform arithmetic on global 'nope' (a nil value)",
		`local f = print return f.x.y`: "test:1: attempt to index local 'f' (a function value)",
	} {
		proto, err := luajit.Compile([]byte(code), "test")
		if err != nil {
			t.Fatal(err)
		}
		L.Push(L.NewFunctionFromProto(proto))
		err = L.PCall(0, 0, nil)
		if got := failure(t, err); got != lua.LString(want) {
			t.Errorf("%s raised %q, want %q", code, got, want)
		}
	}
}

// Call lets what it calls keep its variables when another function fails.
func TestCall(t *testing.T) {
	L, r := open(t, luajit.Options{})
	L.SetGlobal("fail", L.NewFunction(func(L *lua.LState) int {
		L.Push(L.GetGlobal("failing"))
		if err := r.PCallApart(L, 0, 0); err == nil {
			t.Error("failing did not fail")
		}
		return 0
	}))
	do(t, L, r, `function test()
		local n = 0
		function failing() n = n + 1 error("e") end
		fail() fail()
		n = n + 10
		fail()
		result = n
	end`)
	if err := r.Call(L.GetGlobal("test").(*lua.LFunction)); err != nil {
		t.Fatal(err)
	}
	if got := L.GetGlobal("result"); got != lua.LNumber(13) {
		t.Errorf("n is %v, want 13", got)
	}
}

func TestSyntaxError(t *testing.T) {
	_, err := luajit.Compile([]byte("local x = 1\nlocal = 2"), "main.lua")
	var failed *luajit.SyntaxError
	if !errors.As(err, &failed) || failed.Line != 2 || failed.Name != "main.lua" {
		t.Errorf("%#v", err)
	}
}

// print writes to Options.Stdout, a line at once, and says when that is gone.
func TestPrint(t *testing.T) {
	var out bytes.Buffer
	L, r := open(t, luajit.Options{Stdout: &out})
	do(t, L, r, `print(1, "a", nil, 1e15, setmetatable({}, {__tostring = function() return "me" end}))`)
	if out.String() != "1\ta\tnil\t1e+15\tme\n" {
		t.Errorf("printed %q", &out)
	}
	L, r = open(t, luajit.Options{Stdout: brokenWriter{}})
	if _, err := try(L, r, `print(1)`); err == nil || !strings.Contains(err.Error(), "print: write output: broken pipe") {
		t.Errorf("print raised %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func Example() {
	L := luajit.NewState()
	defer L.Close()
	r, err := luajit.Open(L, luajit.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	proto, err := luajit.Compile([]byte(`
		print(0.1 + 0.2, 2^53, bit.tohex(255), "\x41")
		local co = coroutine.wrap(function() return pcall(coroutine.yield, "across pcall") end)
		print(co(), co("and back"))
		local player
		player.name = "x"`), "main.lua")
	if err != nil {
		fmt.Println(err)
		return
	}
	L.Push(L.NewFunctionFromProto(proto))
	fmt.Println(r.PCall(L, 0, 0))
	// Output:
	// 0.3	9.007199254741e+15	000000ff	A
	// across pcall	true	and back
	// main.lua:6: attempt to index local 'player' (a nil value)
	// stack traceback:
	// 	main.lua:6: in main chunk
}
