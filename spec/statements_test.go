package spec

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luaspec"
)

// statement is an entry of statements/*.lua, which list what the descriptions
// of the five APIs say, in our own words:
//
//	{ "id", "what is said", "the spec that holds it" },
//	{ "id", "what is said", because = "why no spec can" },
//	{ "id", "what is said", "the spec of what is so instead", because = "why" },
//
// The spec is "file: its full name", as specKey writes it; TestSpecs finds that
// it ran and passed. No id is given twice.
type statement struct {
	id, text, spec, because string
}

// specKey is how a statement names a spec: its file, without folder and .lua,
// and its full name.
func specKey(r luaspec.Result) string {
	return strings.TrimSuffix(filepath.Base(r.File), ".lua") + ": " + r.Name
}

// goTest is how a reason names a Go test that holds what no spec can.
var goTest = regexp.MustCompile(`(Test\w+) in ([\w/]+_test\.go)`)

// judge tells what is wrong with the list: statements that are half written or
// written twice, and those whose spec didn't run exactly once, and pass.
func judge(list []statement, results []luaspec.Result) (wrong []string) {
	ran := make(map[string][]luaspec.Status)
	for _, r := range results {
		if !r.Block {
			ran[specKey(r)] = append(ran[specKey(r)], r.Status)
		}
	}
	seen := make(map[string]bool)
	for _, s := range list {
		say := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("%s: ", s.id)+fmt.Sprintf(format, args...))
		}
		if s.id == "" || s.text == "" {
			say("want an id and a text, got %+v", s)
		}
		if seen[s.id] {
			say("the id is given twice")
		}
		seen[s.id] = true
		for _, test := range goTest.FindAllStringSubmatch(s.because, -1) {
			if text, err := os.ReadFile(filepath.Join("..", test[2])); err != nil || !strings.Contains(string(text), "func "+test[1]+"(t ") {
				say("there is no %s", test[0])
			}
		}
		statuses := ran[s.spec]
		switch {
		case s.spec == "" && s.because == "":
			say("want the spec that holds it, or the reason why none can")
		case s.spec == "":
		case len(statuses) == 0:
			say("there is no spec %q", s.spec)
		case len(statuses) > 1:
			say("%d specs are called %q", len(statuses), s.spec)
		case statuses[0] != luaspec.Passed:
			say("the spec %q did not pass: %v", s.spec, statuses[0])
		}
	}
	return wrong
}

// readStatements loads statements/*.lua, and names the systems whose they are.
func readStatements(t *testing.T) (list []statement, systems []string) {
	t.Helper()
	files, err := filepath.Glob("statements/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no statements: %v", err)
	}
	L := lua.NewState()
	defer L.Close()
	for _, file := range files {
		if err := L.DoFile(file); err != nil {
			t.Fatal(err)
		}
		entries := L.CheckTable(-1)
		if entries.Len() == 0 {
			t.Fatalf("%s lists nothing", file)
		}
		systems = append(systems, lua.LVAsString(entries.RawGetString("system")))
		for i := 1; i <= entries.Len(); i++ {
			entry, ok := entries.RawGetInt(i).(*lua.LTable)
			if !ok {
				t.Fatalf("%s: entry %d is a %s, want a table", file, i, entries.RawGetInt(i).Type())
			}
			list = append(list, statement{
				id:      lua.LVAsString(entry.RawGetInt(1)),
				text:    lua.LVAsString(entry.RawGetInt(2)),
				spec:    lua.LVAsString(entry.RawGetInt(3)),
				because: lua.LVAsString(entry.RawGetString("because")),
			})
		}
		L.Pop(1)
	}
	return list, systems
}

// TestStatementsCoverTheSystems holds that each of the five has its list.
func TestStatementsCoverTheSystems(t *testing.T) {
	_, systems := readStatements(t)
	slices.Sort(systems)
	if diff := cmp.Diff([]string{"Defold", "Overte", "Spectacles", "W3C", "mini-app RPC"}, systems); diff != "" {
		t.Errorf("systems of statements/*.lua (-want +got):\n%s", diff)
	}
}

// wholeRun tells whether all specs run: with -run TestSpecs/send_spec or with
// -skip nobody can say of a statement's spec that it does not exist.
func wholeRun() bool {
	return !strings.Contains(flag.Lookup("test.run").Value.String(), "/") && flag.Lookup("test.skip").Value.String() == ""
}

// TestStatementsAreJudged holds that the list can fail.
func TestStatementsAreJudged(t *testing.T) {
	results := []luaspec.Result{
		{File: "spec/a_spec.lua", Name: "a works"},
		{File: "spec/a_spec.lua", Name: "a fails", Status: luaspec.Failed},
		{File: "spec/a_spec.lua", Name: "a waits", Status: luaspec.Pending},
		{File: "spec/a_spec.lua", Name: "a twin"},
		{File: "spec/a_spec.lua", Name: "a twin"},
		{File: "spec/a_spec.lua", Name: "a setup", Block: true},
	}
	for _, c := range []struct {
		name string
		list []statement
		want []string
	}{
		{"a spec that passed", []statement{{id: "1", text: "t", spec: "a_spec: a works"}}, nil},
		{"a reason", []statement{{id: "1", text: "t", because: "r"}}, nil},
		{"neither", []statement{{id: "1", text: "t"}}, []string{"1: want the spec that holds it, or the reason why none can"}},
		{"both", []statement{{id: "1", text: "t", spec: "a_spec: a works", because: "r"}}, nil},
		{"both, and no such spec", []statement{{id: "1", text: "t", spec: "a_spec: b", because: "r"}}, []string{`1: there is no spec "a_spec: b"`}},
		{"a Go test", []statement{{id: "1", text: "t", because: "r: TestStatementsAreJudged in spec/statements_test.go"}}, nil},
		{"no such Go test", []statement{{id: "1", text: "t", because: "TestNothing in spec/statements_test.go"}},
			[]string{"1: there is no TestNothing in spec/statements_test.go"}},
		{"without a text", []statement{{id: "1", because: "r"}}, []string{"1: want an id and a text, got {id:1 text: spec: because:r}"}},
		{"an id twice", []statement{{id: "1", text: "t", because: "r"}, {id: "1", text: "u", because: "r"}}, []string{"1: the id is given twice"}},
		{"no such spec", []statement{{id: "1", text: "t", spec: "b_spec: a works"}}, []string{`1: there is no spec "b_spec: a works"`}},
		{"a block is no spec", []statement{{id: "1", text: "t", spec: "a_spec: a setup"}}, []string{`1: there is no spec "a_spec: a setup"`}},
		{"two of a name", []statement{{id: "1", text: "t", spec: "a_spec: a twin"}}, []string{`1: 2 specs are called "a_spec: a twin"`}},
		{"a failure", []statement{{id: "1", text: "t", spec: "a_spec: a fails"}}, []string{`1: the spec "a_spec: a fails" did not pass: failure`}},
		{"pending", []statement{{id: "1", text: "t", spec: "a_spec: a waits"}}, []string{`1: the spec "a_spec: a waits" did not pass: pending`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, judge(c.list, results)); diff != "" {
				t.Errorf("judge (-want +got):\n%s", diff)
			}
		})
	}
}
