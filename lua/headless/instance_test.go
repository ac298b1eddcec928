package headless_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

func TestInstancesShareTheirFile(t *testing.T) {
	p := newProject(t, map[string]string{"dir/a.script": `
		print("chunk", msg.url(), (pcall(msg.post, "#", "a")))
		local shared = 0
		function init(self)
			shared = shared + 1
			self.n, self[1], self[self] = shared, "one", "me"
			print(self.n, self[1], self[self], type(self), self == self, self.missing)
		end
		function update(self, dt) print(self.n, shared, dt, ({[self] = "key"})[self]) end
		helper = function() end
	`}, headless.Options{Rate: 10})
	a, b := p.load("dir/a.script"), p.load("dir/../dir/a.script")
	p.Step(frame * 6)
	p.printed("chunk\turl: [:]\tfalse",
		"1\tone\tme\tuserdata\ttrue\tnil", "2\tone\tme\tuserdata\ttrue\tnil",
		"1\t2\t0.099999996\tkey", "2\t2\t0.099999996\tkey")
	if got := []string{a.URL(), b.URL()}; cmp.Diff([]string{"main:/a#a", "main:/a1#a"}, got) != "" {
		t.Errorf("addresses are %v", got)
	}
	got, err := p.eval(`return init, update, final, helper ~= nil`)
	if diff := cmp.Diff([]string{"nil", "nil", "nil", "true"}, got); err != nil || diff != "" {
		t.Errorf("globals (-want +got):\n%s%v", diff, err)
	}
	if text := p.State().ToStringMeta(a.Self()).String(); !strings.HasPrefix(text, "Script: 0x") {
		t.Errorf("self prints %q", text)
	}
}

func TestFreedAddressIsGivenAgain(t *testing.T) {
	p := newEngine(t)
	a, b := p.NewInstance("a"), p.NewInstance("a")
	p.Delete(a)
	c := p.NewInstance("a")
	odd, none := p.NewInstance("x:y#z"), p.NewInstance("")
	for i, want := range map[*headless.Instance]string{b: "main:/a1#a", c: "main:/a#a", odd: "main:/x_y_z#x_y_z", none: "main:/script#script"} {
		if i.URL() != want {
			t.Errorf("address is %s, want %s", i.URL(), want)
		}
	}
	if a.Alive() || !c.Alive() {
		t.Errorf("alive: %v, %v", a.Alive(), c.Alive())
	}
}

func TestLoadErrors(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"missing", "no.script", "", "no.script: no such file or directory"},
		{"syntax", "a.script", "local x =\n= 1", "a.script:2: unexpected symbol near '='"},
		{"end", "a.script", "function f()", "near '<eof>'"},
		{"goto", "a.script", "\ngoto nowhere", "a.script:2: undefined label 'nowhere'"},
		{"runs", "a.script", "\nlocal x\nx.y = 1", "a.script:3: attempt to index local 'x' (a nil value)"},
		{"no function", "a.script", "init = 5", "a.script: global init must be a function, it is a number"},
		{"module", "a.script", "\nrequire('x.y')", "a.script:2: module 'x.y' not found: no field package.preload['x.y'], no file '"},
		{"table", "a.script", "error({})", "a.script:1: table: "},
		{"folder", "", "", "is a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, map[string]string{"a.script": c.text, "good.script": "function init() print('init') end"}, headless.Options{})
			p.State().SetGlobal("init", lua.LString("the host's own"))
			_, err := p.LoadScript(c.file)
			var load *headless.LoadError
			if !errors.As(err, &load) {
				t.Fatalf("LoadScript says %v", err)
			}
			if want := "headless: load script: " + filepath.Join(p.root, ""); !strings.HasPrefix(err.Error(), want) || !contains(err.Error(), c.want) {
				t.Errorf("LoadScript says %q, want %q", err, c.want)
			}
			if contains(err.Error(), "\n") {
				t.Errorf("%q has more than a line", err)
			}
			if got := p.State().GetGlobal("init"); got != lua.LString("the host's own") {
				t.Errorf("global init is %v", got)
			}
			p.load("good.script")
			p.Step(frame)
			p.printed("init")
		})
	}
}

func TestLoadTolerates(t *testing.T) {
	p := newProject(t, map[string]string{
		"bom.script":     "\ufeffprint('bom')",
		"shebang.script": "#!/usr/bin/env lua\nprint(select(2, pcall(error, 'e', 1)), (select(2, pcall(function() error('e') end)):match(':(%d+):')))",
		"crlf.script":    "print('a')\r\nprint('b')\r\n",
		"empty.script":   "",
		"hash.script":    "#",
	}, headless.Options{})
	for _, name := range []string{"bom.script", "shebang.script", "crlf.script", "empty.script", "hash.script"} {
		p.load(name)
	}
	p.printed("bom", "e\t2", "a", "b")
}

// Instances come and go within callbacks.
func TestMakeAndDeleteWithin(t *testing.T) {
	p := newProject(t, map[string]string{
		"parent.script": `
			function init(self) print("parent init") child = spawn() end
			function update(self) print("parent") if child then delete(child) child = nil else delete(self) end end
			function final(self) print("parent final") spawn() end`,
		"child.script": `
			function init(self) print("child init") end
			function update(self) print("child") end
			function on_message(self, id) print("child", id) end
			function final(self) print("child final") end`,
	}, headless.Options{})
	L := p.State()
	L.SetGlobal("spawn", L.NewFunction(func(L *lua.LState) int {
		i, err := p.LoadScript("child.script")
		if err != nil {
			L.RaiseError("%v", err)
		}
		L.Push(i.Self())
		return 1
	}))
	L.SetGlobal("delete", L.NewFunction(func(L *lua.LState) int {
		i := L.CheckUserData(1).Value.(*headless.Instance)
		p.Delete(i)
		p.Delete(i)
		return 0
	}))
	p.load("parent.script")
	p.Step(frame)
	p.printed("parent init", "parent") // a child that ends before its init has no final
	p.Step(frame)
	p.printed("parent", "parent final")
	p.Step(frame)
	p.printed("child init", "child")
}

func TestReload(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) self.n = 1 end
		function update(self) print("old", self.n) end`}, headless.Options{})
	p.load("a.script")
	p.Step(frame)
	p.write(map[string]string{"a.script": `
		function update(self) print("new", self.n) end
		function on_reload(self) print("reload", self.n) end`})
	if err := p.Reload("a.script"); err != nil {
		t.Fatal(err)
	}
	p.Step(frame)
	p.printed("old\t1", "reload\t1", "new\t1")

	p.write(map[string]string{"a.script": "function update( end"})
	if err := p.Reload("a.script"); err == nil || !contains(err.Error(), "a.script:1: ") {
		t.Errorf("Reload says %v", err)
	}
	p.Step(frame)
	p.printed("new\t1")
	if err := p.Reload("b.script"); err == nil || !contains(err.Error(), "was not loaded") {
		t.Errorf("Reload says %v", err)
	}
}

func TestFixedUpdate(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `function fixed_update(self, dt) print(dt) end`}, headless.Options{FixedRate: 10})
	p.load("a.script")
	for _, c := range []struct {
		ms   int
		want int
	}{{50, 0}, {49, 0}, {1, 1}, {250, 2}, {50, 1}, {10_000, 5}, {99, 0}, {1, 1}} {
		p.Step(time.Duration(c.ms) * time.Millisecond)
		if got := len(p.lines()); got != c.want {
			t.Errorf("%d ms: %d fixed updates, want %d", c.ms, got, c.want)
		}
	}
}

func TestInput(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) msg.post(".", "acquire_input_focus") end
		function on_input(self, id, action)
			print(msg.url().path, id, action.value, action.pressed, action.released, action.x, action.dy, action.text)
			if id == hash("stop") then return true end
			if id == hash("leave") then msg.post(".", "release_input_focus") end
		end
		function on_message(self, id) print("never", id) end`}, headless.Options{})
	p.load("a.script")
	b := p.load("a.script")
	p.Input(headless.Input{ID: "early"})
	p.Step(frame) // nobody has the focus yet
	p.Input(headless.Input{ID: "touch", Value: 1, Pressed: true, X: 2, DY: 3})
	p.Input(headless.Input{ID: "stop", Released: true, Text: "t"})
	p.Input(headless.Input{})
	if p.Quiet() {
		t.Error("quiet, while input waits")
	}
	p.Step(frame)
	p.printed(
		"hash: [/a1]\thash: [touch]\t1\ttrue\tfalse\t2\t3\tnil",
		"hash: [/a]\thash: [touch]\t1\ttrue\tfalse\t2\t3\tnil",
		"hash: [/a1]\thash: [stop]\t0\tfalse\ttrue\t0\t0\tt",
		"hash: [/a1]\tnil\t0\tfalse\tfalse\t0\t0\tnil",
		"hash: [/a]\tnil\t0\tfalse\tfalse\t0\t0\tnil",
	)
	p.Delete(b)
	p.Input(headless.Input{ID: "leave"})
	p.Step(frame)
	p.Input(headless.Input{ID: "touch"})
	p.Step(frame)
	p.printed("hash: [/a]\thash: [leave]\t0\tfalse\tfalse\t0\t0\tnil")
}
