package headless_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestRequire(t *testing.T) {
	library := t.TempDir()
	(&project{t: t, root: library}).write(map[string]string{
		"only_library.lua": `return "library"`,
		"both.lua":         `return "library"`,
		"brought.lua":      `return "library"`,
	})
	p := newProject(t, map[string]string{
		"a/b/c.lua":      `runs = (runs or 0) + 1 return {name = ...}`,
		"both.lua":       `return "root"`,
		"nothing.lua":    `ran = true`,
		"no.lua":         `return false`,
		"bad.lua":        "local x =\n= 1",
		"fails.lua":      "tries = (tries or 0) + 1\nif tries == 1 then error('boom') end\nreturn tries",
		"calls.lua":      "\nreturn require('fails_too')",
		"fails_too.lua":  "\n\nerror('deep')",
		"loop1.lua":      `return require("loop2")`,
		"loop2.lua":      `return require("loop1")`,
		"enters.lua":     `package.loaded[...] = "entered"`,
		"old.lua":        `module(..., package.seeall) x = tostring(5)`,
		"preloaded.lua":  `return "file"`,
		"folder.lua/x.y": ``,
		"init":           ``,
	}, headless.Options{
		Libraries: []string{library},
		Modules: fstest.MapFS{
			"brought.lua":      {Data: []byte(`return "brought"`)},
			"tickwire/rpc.lua": {Data: []byte(`return "rpc " .. ...`)},
			"broken.lua":       {Data: []byte(`return return`)},
		},
	})
	root := p.root
	p.run([]evalCase{
		{"once", `local m = require("a.b.c") return m.name, require("a.b.c") == m, package.loaded["a.b.c"] == m, runs`, []string{"a.b.c", "true", "true", "1"}, ""},
		{"root first", `return require("both")`, []string{"root"}, ""},
		{"library", `return require("only_library")`, []string{"library"}, ""},
		{"library before embedded", `return require("brought")`, []string{"library"}, ""},
		{"embedded", `return require("tickwire.rpc")`, []string{"rpc tickwire.rpc"}, ""},
		{"nothing returned", `return require("nothing"), package.loaded.nothing`, []string{"true", "true"}, ""},
		{"enters itself", `return require("enters"), require("enters")`, []string{"entered", "entered"}, ""},
		{"module()", `return require("old").x, old.x`, []string{"5", "5"}, ""},
		{"preload", `package.preload.preloaded = function(name) return "preload " .. name end return require("preloaded")`, []string{"preload preloaded"}, ""},
		{"loaded", `package.loaded.mine = 5 return require("mine")`, []string{"5"}, ""},
		{"forgotten", `package.loaded["a.b.c"] = nil local n = runs require("a.b.c") return runs - n`, []string{"1"}, ""},
		{"own loader", `table.insert(package.loaders, function(name) if name == "made" then return function() return "up" end end end) return require("made")`, []string{"up"}, ""},
		{"standard", `return require("string") == string, require("json") == json, require("timer") == timer`, []string{"true", "true", "true"}, ""},
		{"in a coroutine", `package.loaded["a.b.c"] = nil return coroutine.wrap(function() return require("a.b.c").name end)()`, []string{"a.b.c"}, ""},
		{"syntax", `require("bad")`, nil, "eval:1: error loading module 'bad':\n\t" + filepath.Join(root, "bad.lua") + ":2: unexpected symbol near '='"},
		{"embedded syntax", `require("broken")`, nil, "embedded/broken.lua:1: unexpected symbol near 'return'"},
		{"fails", `require("fails")`, nil, filepath.Join(root, "fails.lua") + ":2: boom"},
		{"tries again", `return require("fails")`, []string{"2"}, ""},
		{"deep", `require("calls")`, nil, filepath.Join(root, "fails_too.lua") + ":3: deep"},
		{"loop", `require("loop1")`, nil, "module 'loop1' requires itself"},
		{"not found", `require("x.y")`, nil, "eval:1: module 'x.y' not found:" +
			"\n\tno field package.preload['x.y']" +
			"\n\tno file '" + filepath.Join(root, "x/y.lua") + "'" +
			"\n\tno file '" + filepath.Join(library, "x/y.lua") + "'" +
			"\n\tno embedded file 'x/y.lua'"},
		{"a folder is no file", `require("folder")`, nil, "no file '" + filepath.Join(root, "folder.lua") + "'"},
		{"out of the root", `require("..secret")`, nil, "module '..secret' not found"},
		{"absolute", `require(".etc.passwd")`, nil, "module '.etc.passwd' not found"},
		{"empty", `require("")`, nil, "module '' not found"},
		{"slash", `require("a\\b")`, nil, "not found"},
		{"no name", `require()`, nil, "bad argument #1 to require"},
		{"no loaders", `package.loaders = nil require("x")`, nil, "package.loaders must be a table"},
	})
}

// native is a System that brings a module, into package.loaded or preload.
func native(loaded bool) *recorder {
	return &recorder{log: new([]string), open: func(L *lua.LState) error {
		module := L.NewTable()
		module.RawSetString("native", lua.LTrue)
		L.SetGlobal("websocket", module)
		if loaded {
			L.GetField(L.GetGlobal("package"), "loaded").(*lua.LTable).RawSetString("websocket", module)
		} else {
			L.PreloadModule("websocket", func(L *lua.LState) int { L.Push(module); return 1 })
		}
		return nil
	}}
}

// A System's module is what require finds, unless the project has a file of its
// name; that may wrap the native one. The global stays native.
func TestRequireNative(t *testing.T) {
	for _, loaded := range []bool{true, false} {
		for _, c := range []struct {
			name, file string
			want       []string
		}{
			{"no file", "", []string{"true", "true", "true"}},
			{"file", `return {native = "file"}`, []string{"file", "true", "true"}},
			{"file that wraps it", `return {native = require("websocket") == websocket}`, []string{"true", "true", "true"}},
		} {
			if !loaded && c.name == "file that wraps it" {
				continue // preload holds no table that it could get
			}
			t.Run(c.name, func(t *testing.T) {
				files := map[string]string{}
				if c.file != "" {
					files["websocket.lua"] = c.file
				}
				p := newProject(t, files, headless.Options{})
				if err := p.Add(native(loaded)); err != nil {
					t.Fatal(err)
				}
				got, err := p.eval(`local w = require("websocket") return w.native, websocket.native, require("websocket") == w`)
				if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
					t.Errorf("returned (-want +got):\n%s%v", diff, err)
				}
			})
		}
	}
	p := newEngine(t)
	if err := p.Add(native(true)); err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string]string{
		"replaced in loaded":  `package.loaded.websocket = "fake" return require("websocket")`,
		"replaced in preload": `package.loaded.websocket = nil package.preload.websocket = function() return "fake" end return require("websocket")`,
	} {
		if got, err := p.eval(code); err != nil || strings.Join(got, " ") != "fake" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Engines that share Programs compile a file once; a changed file is seen by
// Reload only.
func TestPrograms(t *testing.T) {
	programs := headless.NewPrograms()
	files := map[string]string{"m.lua": `return "first"`, "a.script": `print(require("m"))`}
	p := newProject(t, files, headless.Options{Programs: programs})
	p.load("a.script")
	p.printed("first")
	p.write(map[string]string{"m.lua": `return "second"`})
	e, err := headless.New(headless.Options{Root: p.root, Programs: programs, Stdout: &p.out})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := e.LoadScript("a.script"); err != nil {
		t.Fatal(err)
	}
	p.printed("first")
}

// Engines on goroutines of their own share what was compiled: the race
// detector looks on.
func TestProgramsInParallel(t *testing.T) {
	root := t.TempDir()
	(&project{t: t, root: root}).write(map[string]string{
		"m.lua":    `local M = {} function M.add(a, b) return a + b, ("x"):rep(3), {a, b, k = "v"} end return M`,
		"a.script": `local m = require("m") function update(self) self.n = m.add(self.n or 0, 1) if self.n == 100 then sys.exit(self.n) end end`,
	})
	programs := headless.NewPrograms()
	codes := make(chan int, 8)
	for range cap(codes) {
		// Owned by this test, ends with its engine, joined by the receives below.
		go func() {
			e, err := headless.New(headless.Options{Root: root, Programs: programs, Fast: true})
			if err != nil {
				codes <- -1
				return
			}
			defer func() { _ = e.Close() }()
			if _, err := e.LoadScript("a.script"); err != nil {
				codes <- -2
				return
			}
			codes <- e.Run(t.Context()).Code
		}()
	}
	for range cap(codes) {
		if code := <-codes; code != 100 {
			t.Errorf("an engine ended with %d, want 100", code)
		}
	}
}
