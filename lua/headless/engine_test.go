package headless_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// TestFrameOrder holds the order that the package's comment promises.
func TestFrameOrder(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) note("init"); msg.post(".", "acquire_input_focus") end
		function final(self) note("final") end
		function fixed_update(self, dt) note("fixed_update") end
		function update(self, dt) note("update"); msg.post("#", "hello") end
		function on_message(self, id) note("on_message") end
		function on_input(self, id) note("on_input") end
	`}, headless.Options{})
	var log []string
	note := p.State().NewFunction(func(L *lua.LState) int {
		log = append(log, "script "+L.CheckString(1))
		return 0
	})
	p.State().SetGlobal("note", note)
	for _, name := range []string{"first", "second"} {
		if err := p.Add(&recorder{name: name, log: &log}); err != nil {
			t.Fatal(err)
		}
	}
	i := p.load("a.script")
	p.Step(frame)
	want := []string{
		"first open", "second open",
		"script init", "first update", "second update", "script fixed_update", "script update", "script on_message",
		"first flush", "second flush",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Fatalf("first frame (-want +got):\n%s", diff)
	}

	log = nil
	p.State().SetGlobal("delete_me", p.State().NewFunction(func(*lua.LState) int { p.Delete(i); return 0 }))
	previous := p.SetInstance(i.Self())
	if _, err := p.eval(`timer.delay(0, false, function() note("timer"); delete_me() end)`); err != nil {
		t.Fatal(err)
	}
	p.SetInstance(previous)
	p.Input(headless.Input{ID: "touch", Pressed: true})
	p.Step(frame)
	want = []string{
		"script on_input", "first update", "second update", "script timer", "script fixed_update", "script update", "script on_message",
		"script final", "first release main:/a#a", "second release main:/a#a",
		"first flush", "second flush",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Fatalf("second frame (-want +got):\n%s", diff)
	}
}

func TestStepPanics(t *testing.T) {
	var log []string
	for _, c := range []struct {
		name string
		call func(p *project)
		want string
	}{
		{"nested", func(p *project) { p.Step(0) }, "headless: Step within Step"},
		{"close within", func(p *project) { _ = p.Close() }, "headless: Close within Step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newEngine(t)
			r := &recorder{log: &log}
			var got any
			r.update = func() {
				defer func() { got = recover() }()
				c.call(p)
			}
			if err := p.Add(r); err != nil {
				t.Fatal(err)
			}
			p.Step(frame)
			if got != c.want {
				t.Errorf("panicked with %v, want %q", got, c.want)
			}
			if p.Stepping() {
				t.Error("still stepping")
			}
		})
	}
	t.Run("negative", func(t *testing.T) {
		defer func() {
			if got := recover(); got == nil {
				t.Error("want a panic")
			}
		}()
		newEngine(t).Step(-1)
	})
	t.Run("after a system's panic", func(t *testing.T) {
		p := newEngine(t)
		r := &recorder{log: &log, update: func() { panic("broken") }}
		if err := p.Add(r); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() { _ = recover() }()
			p.Step(frame)
		}()
		r.update = nil
		p.Step(frame) // not "within Step"
	})
	t.Run("closed", func(t *testing.T) {
		p := newEngine(t)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if got := recover(); got != "headless: Step after Close" {
				t.Errorf("panicked with %v", got)
			}
		}()
		p.Step(frame)
	})
}

// A callback that fails is reported with file, line and traceback, and the
// rest of the frame goes on.
func TestErrorGoesOn(t *testing.T) {
	p := newProject(t, map[string]string{
		"bad.script": `local function inner(self)
	error("boom")
end
function update(self) inner(self) end
function on_message(self) local x = nil; x.y = 1 end
function final(self) error({code = 1}) end
`,
		"good.script": `function update() print("update") end`,
	}, headless.Options{})
	bad := p.load("bad.script")
	p.load("good.script")
	p.Step(frame)
	p.printed("update")
	var script *headless.ScriptError
	if len(p.errors) != 1 || !errors.As(p.errors[0], &script) {
		t.Fatalf("errors: %v", p.errors)
	}
	if script.URL != "main:/bad#bad" || script.Callback != "update" {
		t.Errorf("got %q of %q", script.Callback, script.URL)
	}
	file := filepath.Join(p.root, "bad.script")
	for _, want := range []string{
		"update of main:/bad#bad: " + file + ":2: boom\nstack traceback:\n",
		file + ":2: in function 'inner'",
		file + ":4: in ",
	} {
		if !strings.Contains(script.Error(), want) {
			t.Errorf("error is %q, want %q in it", script, want)
		}
	}
	p.failed("boom")

	if _, err := p.eval(`msg.post("main:/bad", "hi")`); err != nil {
		t.Fatal(err)
	}
	p.Delete(bad)
	p.failed("final of main:/bad#bad: table: ")
	p.Step(frame)
	p.failed("message 'hi' found nobody at 'main:/bad'")
	p.printed("update")
	if got := p.ScriptErrors(); got != 3 {
		t.Errorf("%d script errors, want 3", got)
	}
}

func TestDeepRecursion(t *testing.T) {
	p := newProject(t, map[string]string{"deep.script": `
		local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
		local function forever(n) return 1 + forever(n + 1) end
		function update()
			print(sum(15000), select("#", unpack({}, 1, 7000)))
			print(coroutine.wrap(function() return sum(5000) end)())
			print((coroutine.resume(coroutine.create(forever), 1)))
		end
	`}, headless.Options{})
	p.load("deep.script")
	for range 2 { // the second one shows that the state lived on
		p.Step(frame)
		p.printed("112507500\t7000", "12502500", "false")
	}
}

// The running instance is the engine's, not the state's: coroutines see it.
func TestInstanceInCoroutine(t *testing.T) {
	p := newProject(t, map[string]string{"co.script": `
		function init(self)
			self.co = coroutine.wrap(function()
				while true do
					self.seen = tostring(msg.url())
					msg.post("#", "ping")
					timer.delay(0, false, function(other) print("timer", other == self) end)
					coroutine.yield()
				end
			end)
		end
		function update(self) self.co(); print(self.seen) end
		function on_message(self, id, message, sender) print(id, sender) end
	`}, headless.Options{})
	p.load("co.script")
	p.Step(frame)
	p.printed("url: [main:/co#co]", "hash: [ping]\turl: [main:/co#co]")
	p.Step(frame)
	p.printed("timer\ttrue", "url: [main:/co#co]", "hash: [ping]\turl: [main:/co#co]")
	if p.Instance() != lua.LNil {
		t.Errorf("instance after the frame is %v", p.Instance())
	}
}

func TestSetInstance(t *testing.T) {
	p := newEngine(t)
	a, b := p.NewInstance("a"), p.NewInstance("b")
	if got := p.SetInstance(a.Self()); got != lua.LNil {
		t.Errorf("previous is %v, want nil", got)
	}
	if got := p.SetInstance(b.Self()); got != lua.LValue(a.Self()) {
		t.Errorf("previous is %v, want a", got)
	}
	p.SetInstance(nil)
	if p.Instance() != lua.LNil {
		t.Errorf("a Go nil is %v, want LNil", p.Instance())
	}
}

func TestClose(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function final(self)
			print("final")
			print(timer.delay(0, false, function() print("never") end) == timer.INVALID_TIMER_HANDLE)
			msg.post("#", "never")
			pcall(function() while true do end end)
			while true do end
		end
		function on_message() print("never") end
		function init() pcall(error, "a spare thread from before") end
	`}, headless.Options{CloseTimeout: 10 * time.Millisecond})
	var log []string
	broken := errors.New("broken")
	if err := p.Add(&recorder{name: "s", log: &log, closeErr: broken}); err != nil {
		t.Fatal(err)
	}
	p.load("a.script")
	p.load("a.script")
	p.Step(frame)
	p.load("a.script") // has had no init: gets no final
	p.out.Reset()
	log = nil
	if err := p.Close(); !errors.Is(err, broken) {
		t.Errorf("Close says %v, want %v", err, broken)
	}
	if err := p.Close(); err != nil {
		t.Errorf("the second Close says %v", err)
	}
	p.failed("deadline exceeded", "deadline exceeded")
	for _, line := range p.lines() { // how many there are is a matter of the machine's speed
		if line != "final" && line != "true" {
			t.Errorf("printed %q", line)
		}
	}
	want := []string{"s release main:/a#a", "s release main:/a1#a", "s release main:/a2#a", "s flush", "s close"}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("system (-want +got):\n%s", diff)
	}
	if _, err := p.LoadScript("a.script"); !errors.Is(err, headless.ErrClosed) {
		t.Errorf("LoadScript after Close says %v", err)
	}
	if err := p.Add(&recorder{log: &log}); !errors.Is(err, headless.ErrClosed) {
		t.Errorf("Add after Close says %v", err)
	}
}

func TestAddFails(t *testing.T) {
	p := newEngine(t)
	broken := errors.New("broken")
	var log []string
	err := p.Add(&recorder{log: &log, open: func(*lua.LState) error { return broken }})
	if !errors.Is(err, broken) {
		t.Errorf("Add says %v", err)
	}
	p.Step(frame)
	if diff := cmp.Diff([]string{" open"}, log); diff != "" {
		t.Errorf("a system that didn't open is driven (-want +got):\n%s", diff)
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name    string
		options headless.Options
		want    string
	}{
		{"no root", headless.Options{Root: "no/such"}, "headless: open root no/such: "},
		{"root is a file", headless.Options{Root: "doc.go"}, "headless: open root doc.go: not a folder"},
		{"rate", headless.Options{Rate: -1}, "Rate is -1 Hz"},
		{"fixed rate", headless.Options{FixedRate: 1e9}, "FixedRate is 1e+09 Hz"},
		{"for", headless.Options{For: -1}, "can't be negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := headless.New(c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New says %v, want %q in it", err, c.want)
			}
		})
	}
}

// TestKnowsNoExtension holds the direction of imports: the command wires the
// engine and the extension, neither knows the other.
func TestKnowsNoExtension(t *testing.T) {
	for _, flags := range [][]string{{"-deps"}, {"-deps", "-test"}} {
		out, err := exec.Command("go", append(append([]string{"list"}, flags...), ".")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, dep := range strings.Fields(string(out)) {
			if strings.Contains(dep, "tickwire/extension") || strings.Contains(dep, "gobwas") {
				t.Errorf("headless imports %s", dep)
			}
		}
	}
}
