package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/spec/internal/chromium"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scenario is the same script twice.
type scenario struct{ name, js, lua string }

// TestSameAsChromium runs each scenario in the browser and here.
func TestSameAsChromium(t *testing.T) {
	scenarios := readScenarios(t)
	known := readDifferences(t)
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><meta charset=utf-8><script>%s</script>", readFile(t, "testdata/prelude.js"))
	}))
	defer pages.Close()
	page := chromium.Launch(t).Open(t, pages.URL)
	prelude := readFile(t, "testdata/prelude.lua")

	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			want := inBrowser(t, page, s)
			got := inLua(t, prelude, s)
			if len(want) == 0 {
				t.Error("the browser told nothing: that compares nothing")
			}
			differs := compare(want, got)
			if k, ok := known[s.name]; ok && k.lines == differs {
				return
			} else if ok && differs == "" {
				t.Errorf("the difference is gone: take it out of testdata/differences.txt. Both tell\n%s", strings.Join(got, "\n"))
			} else if differs != "" {
				t.Errorf("it differs (- browser, + here), otherwise than testdata/differences.txt says:\n%s\nThe browser tells\n%s",
					differs, strings.Join(want, "\n"))
			}
		})
	}
	for name, k := range known {
		if k.why == "" {
			t.Errorf("testdata/differences.txt does not say why %q differs", name)
		}
		if !strings.Contains(scenarioNames(scenarios), "\n"+name+"\n") {
			t.Errorf("testdata/differences.txt lists %q, and there is no such scenario", name)
		}
	}
}

func scenarioNames(scenarios []scenario) string {
	names := "\n"
	for _, s := range scenarios {
		names += s.name + "\n"
	}
	return names
}

// readScenarios reads pairs of NAME.js and NAME.lua.
func readScenarios(t *testing.T) (scenarios []scenario) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/scenarios.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := archive.Files
	seen := make(map[string]bool)
	for i := 0; i < len(files); i += 2 {
		name, isJS := strings.CutSuffix(files[i].Name, ".js")
		if !isJS || i+1 == len(files) || files[i+1].Name != name+".lua" || seen[name] {
			t.Fatalf("testdata/scenarios.txtar: %s is not the first of a new pair NAME.js, NAME.lua", files[i].Name)
		}
		seen[name] = true
		scenarios = append(scenarios, scenario{name, string(files[i].Data), string(files[i+1].Data)})
	}
	return scenarios
}

// difference is what differs in a scenario, and why.
type difference struct{ why, lines string }

// readDifferences reads testdata/differences.txt: "== scenario", lines of why,
// and the lines that only the browser tells, with "-", and only we, with "+".
func readDifferences(t *testing.T) map[string]difference {
	t.Helper()
	all := make(map[string]difference)
	_, text, _ := strings.Cut("\n"+readFile(t, "testdata/differences.txt"), "\n== ")
	for section := range strings.SplitSeq(text, "\n== ") {
		name, body, _ := strings.Cut(section, "\n")
		var d difference
		for line := range strings.Lines(body) {
			if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") {
				d.lines += line
			} else {
				d.why += strings.TrimSpace(line)
			}
		}
		if d.lines != "" && !strings.HasSuffix(d.lines, "\n") {
			d.lines += "\n"
		}
		all[name] = d
	}
	return all
}

// compare gives the lines that one side alone tells.
func compare(browser, here []string) (differs string) {
	text := func(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
	for line := range strings.Lines(string(diff.Diff("browser", text(browser), "here", text(here)))) {
		if (line[0] == '-' || line[0] == '+') && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "+++") {
			differs += line
		}
	}
	return differs
}

// inBrowser runs a scenario in the page.
func inBrowser(t *testing.T, page *chromium.Page, s scenario) []string {
	t.Helper()
	server := startServer(t)
	defer server.Close()
	var lines []string
	page.With(t).Eval(fmt.Sprintf(`"use strict"; run(%s, ({ server, log, attempt, finish, watch, later }) => {`+"\n%s\n})", quote(server.URL()), s.js), &lines)
	return tidy(append(lines, told(server)...), server)
}

// inLua runs a scenario in a bare Lua state with the extension and the modules.
func inLua(t *testing.T, prelude string, s scenario) []string {
	t.Helper()
	server := startServer(t)
	defer server.Close()
	r := &luaRun{t: t, L: lua.NewState(), end: time.Now().Add(10 * time.Second)}
	defer r.L.Close()
	ext := extension.New(extension.Options{OnError: func(err error) { r.problems = append(r.problems, err.Error()) }})
	if err := ext.Open(r.L); err != nil {
		t.Fatal(err)
	}
	defer ext.Close()
	if err := luasrc.Open(r.L); err != nil {
		t.Fatal(err)
	}
	r.open(server.URL())
	if err := r.L.DoString(prelude); err != nil {
		t.Fatal(err)
	}
	if fn, err := r.L.Load(strings.NewReader(s.lua), s.name); err != nil {
		t.Fatal(err)
	} else if err := r.L.CallByParam(lua.P{Fn: fn, Protect: true}); err != nil {
		t.Fatal(err)
	}
	r.frames(ext)
	for _, problem := range r.problems {
		r.reported(problem)
	}
	ext.Close()
	return tidy(append(r.lines, told(server)...), server)
}

// luaRun is a scenario that runs in Lua.
type luaRun struct {
	t        *testing.T
	L        *lua.LState
	lines    []string
	problems []string // what handlers raised
	end      time.Time
	finished bool
	later    []timed
}

type timed struct {
	at time.Time
	fn *lua.LFunction
}

// open enters what prelude.lua asks for.
func (r *luaRun) open(url string) {
	r.L.SetGlobal("server", lua.LString(url))
	for name, fn := range map[string]lua.LGFunction{
		"add_line": func(L *lua.LState) int {
			r.lines = append(r.lines, L.CheckString(1))
			return 0
		},
		"finish": func(*lua.LState) int {
			r.finished, r.end = true, time.Now().Add(settle)
			return 0
		},
		"after": func(L *lua.LState) int {
			r.later = append(r.later, timed{time.Now().Add(30 * time.Millisecond), L.CheckFunction(1)})
			return 0
		},
	} {
		r.L.SetGlobal(name, r.L.NewFunction(fn))
	}
}

// settle is how long a scenario still listens after its end.
const settle = 30 * time.Millisecond

// frames runs until the end: one whenever something is ready.
func (r *luaRun) frames(ext *extension.Extension) {
	for {
		ext.Update()
		now := time.Now()
		for len(r.later) > 0 && !now.Before(r.later[0].at) {
			fn := r.later[0].fn
			r.later = r.later[1:]
			if err := r.L.CallByParam(lua.P{Fn: fn, Protect: true}); err != nil {
				r.t.Error(err)
			}
		}
		next := r.end // which what was called now may have set
		if len(r.later) > 0 && r.later[0].at.Before(next) {
			next = r.later[0].at
		}
		ext.Flush()
		if !now.Before(r.end) {
			if !r.finished {
				r.lines = append(r.lines, "timed out")
			}
			return
		}
		select {
		case <-ext.Wake():
		case <-time.After(next.Sub(now)):
		}
	}
}

// reported adds the lines of a problem.
func (r *luaRun) reported(problem string) {
	if err := r.L.CallByParam(lua.P{Fn: r.L.GetGlobal("reported"), NRet: 1, Protect: true}, lua.LString(problem)); err != nil {
		r.t.Fatal(err)
	}
	for line := range strings.SplitSeq(r.L.ToString(-1), "\n") {
		r.lines = append(r.lines, "reported "+line)
	}
	r.L.Pop(1)
}

// tidy gives the lines without what differs from run to run.
func tidy(lines []string, server *wstest.Server) []string {
	address := server.Addr().String()
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], address, "SERVER")
	}
	return lines
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
