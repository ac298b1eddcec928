package luaspec

import (
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What failures read like, in each output.
func TestOutputs(t *testing.T) {
	for _, output := range []string{"text", "dots", "tap", "junit"} {
		t.Run(output, func(t *testing.T) {
			code, out, errors := run(t, Command{Output: output}, "testdata/failing")
			if code != 1 || errors != "" {
				t.Errorf("exit code %d and %q on stderr, want 1 and nothing", code, errors)
			}
			golden(t, "testdata/failing/"+output+".golden", out)
			if output == "junit" {
				checkXML(t, out)
			}
		})
	}
}

func checkXML(t *testing.T, text string) {
	t.Helper()
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := decoder.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// XML has no control characters and no way to escape them.
func TestJUnitSurvivesAnything(t *testing.T) {
	_, out, _ := run(t, Command{Output: "junit"}, "testdata/output")
	checkXML(t, out)
}

func TestColors(t *testing.T) {
	_, out, _ := run(t, Command{Output: "dots", Color: true}, "testdata/tags")
	if !strings.Contains(out, "\x1b[32m+\x1b[0m") || !strings.Contains(out, "\x1b[33m.\x1b[0m") {
		t.Errorf("no green + and no yellow . in %q", out)
	}
}

// TestHooks holds the order of everything that runs around specs.
func TestHooks(t *testing.T) {
	code, out, _ := run(t, Command{Output: "tap"}, "testdata/hooks")
	if code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	golden(t, "testdata/hooks/order.golden", out)
}

// names are the specs of a TAP output, in order.
func names(tap string) []string {
	var list []string
	for line := range strings.Lines(tap) {
		if _, name, found := strings.Cut(line, "ok "); found && !strings.HasPrefix(line, "#") {
			_, name, _ = strings.Cut(strings.TrimSpace(name), " - ")
			list = append(list, strings.TrimSuffix(strings.TrimSpace(name), " # SKIP"))
		}
	}
	return list
}

func TestSelection(t *testing.T) {
	const (
		quick   = "net #net is quick"
		slow    = "net #net is slow #slow"
		slower  = "net #net is slower #slow-er"
		other   = "other is slow #slow"
		planned = "other is planned #slow"
	)
	for name, test := range map[string]struct {
		options Options
		want    []string
	}{
		"all":                    {Options{}, []string{quick, slow, slower, other, planned}},
		"a tag":                  {Options{Tags: []string{"slow"}}, []string{slow, other, planned}},
		"a tag with its mark":    {Options{Tags: []string{"#slow-er"}}, []string{slower}},
		"one of two tags":        {Options{Tags: []string{"net", "slow"}}, []string{quick, slow, slower, other, planned}},
		"without a tag":          {Options{ExcludeTags: []string{"slow"}}, []string{quick, slower}},
		"a tag without another":  {Options{Tags: []string{"net"}, ExcludeTags: []string{"slow", "slow-er"}}, []string{quick}},
		"no tag at all":          {Options{Tags: []string{""}}, []string{quick, slow, slower, other, planned}},
		"a pattern":              {Options{Filter: "is %a+$"}, []string{quick}},
		"a pattern and a tag":    {Options{Filter: "^net", Tags: []string{"slow"}}, []string{slow}},
		"a describe and its its": {Options{Filter: "other is"}, []string{other, planned}},
	} {
		t.Run(name, func(t *testing.T) {
			_, out, errors := run(t, Command{Options: test.options, Output: "tap"}, "testdata/tags")
			if diff := cmp.Diff(test.want, names(out)); diff != "" || errors != "" {
				t.Errorf("%s%s", diff, errors)
			}
		})
	}
}

func TestShuffle(t *testing.T) {
	order := func(seed uint64, paths ...string) []string {
		_, out, _ := run(t, Command{Options: Options{Shuffle: true, Seed: seed}, Output: "tap"}, paths...)
		return names(out)
	}
	first := order(7, "testdata/library")
	if diff := cmp.Diff(first, order(7, "testdata/library")); diff != "" {
		t.Errorf("one seed, two orders:\n%s", diff)
	}
	if cmp.Equal(first, order(8, "testdata/library")) {
		t.Error("two seeds, one order")
	}
	_, out, _ := run(t, Command{Options: Options{Shuffle: true}, Output: "dots"}, "testdata/tags")
	if !strings.HasPrefix(out, "Random seed: ") {
		t.Errorf("no seed in %q", out)
	}
	// A file runs alone as it does among others.
	alone := order(7, "testdata/library/spies_spec.lua")
	var among []string
	in := make(map[string]bool)
	for _, name := range alone {
		in[name] = true
	}
	for _, name := range first {
		if in[name] {
			among = append(among, name)
		}
	}
	if diff := cmp.Diff(alone, among); diff != "" {
		t.Errorf("a file alone and among others:\n%s", diff)
	}
}

func TestExitCodes(t *testing.T) {
	empty := t.TempDir()
	for name, test := range map[string]struct {
		command Command
		paths   []string
		want    int
		stdout  string
		stderr  string
	}{
		"all pass":         {paths: []string{"testdata/tags"}, want: 0},
		"a failure":        {paths: []string{"testdata/failing"}, want: 1},
		"a syntax error":   {paths: []string{"testdata/broken/syntax_spec.lua"}, want: 2, stdout: "testdata/broken/syntax_spec.lua:2: ')' expected near 'function'"},
		"a broken block":   {paths: []string{"testdata/broken/raises_spec.lua"}, want: 2, stdout: "testdata/broken/raises_spec.lua:4: in a describe"},
		"broken and fails": {paths: []string{"testdata/failing", "testdata/broken"}, want: 2},
		"no such path":     {paths: []string{"testdata/nowhere"}, want: 2, stderr: "luaspec: find specs: stat testdata/nowhere"},
		"no path":          {want: 2, stderr: "no path was given"},
		"no spec files":    {paths: []string{empty}, want: 2, stderr: "no *_spec.lua in " + empty},
		"no spec in it":    {paths: []string{"testdata/broken/empty_spec.lua"}, want: 2, stderr: "no spec was selected in 1 files"},
		"no spec selected": {command: Command{Options: Options{Filter: "nothing like it"}}, paths: []string{"testdata/tags"}, want: 2, stderr: "no spec was selected"},
		"a bad filter":     {command: Command{Options: Options{Filter: "("}}, paths: []string{"testdata/tags"}, want: 2, stderr: `luaspec: read filter "("`},
		"a bad output":     {command: Command{Output: "xml"}, paths: []string{"testdata/tags"}, want: 2, stderr: `"xml" is none of dots, junit, tap, text`},
		"a bad root":       {command: Command{Options: Options{Root: "nowhere"}}, paths: []string{"testdata/tags"}, want: 2, stdout: "open root nowhere"},
		"a bad rate":       {command: Command{Options: Options{Rate: -1}}, paths: []string{"testdata/tags"}, want: 2, stderr: "Rate is -1 Hz"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errors := run(t, test.command, test.paths...)
			if code != test.want {
				t.Errorf("exit code %d, want %d", code, test.want)
			}
			if !strings.Contains(out, test.stdout) {
				t.Errorf("no %q in stdout:\n%s", test.stdout, out)
			}
			if !strings.Contains(errors, test.stderr) || (test.stderr == "" && errors != "") {
				t.Errorf("want %q in stderr, got %q", test.stderr, errors)
			}
			if strings.Count(errors, "\n") > 1 {
				t.Errorf("stderr is more than a line: %q", errors)
			}
		})
	}
}

// Folders are searched, hidden ones are not, and a file is run once.
func TestFindFiles(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{"b_spec.lua", "a/deep/c_spec.lua", "a/helper.lua", ".hidden/d_spec.lua"} {
		path := root + "/" + file
		if err := os.MkdirAll(path[:strings.LastIndex(path, "/")], 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := findFiles([]string{root, root + "/b_spec.lua", root + "/a/helper.lua"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, file := range files {
		got = append(got, strings.TrimPrefix(file.path, root+"/")+" "+file.name)
	}
	want := []string{"a/deep/c_spec.lua a/deep/c_spec", "b_spec.lua b_spec", "a/helper.lua helper"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
