package project_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/project"
)

// configCases are texts of game.project, and a key's value or the error.
var configCases = []struct{ name, text, key, want, fails string }{
	{"a setting", "[project]\ntitle = A game\n", "project.title", "A game", ""},
	{"without blanks", "[project]\ntitle=x", "project.title", "x", ""},
	{"a value with =", "[a]\nb = c=d", "a.b", "c=d", ""},
	{"an empty value", "[a]\nb =\n", "a.b", "", ""},
	{"comments", "; one\n# two\n[a]\nb = 1", "a.b", "1", ""},
	{"Windows' line ends", "[a]\r\nb = 1\r\n", "a.b", "1", ""},
	{"the last one counts", "[a]\nb = 1\n[c]\nb = 3\n[a]\nb = 2", "a.b", "2", ""},
	{"a list", "[a]\nb#0 = x\n", "a.b#0", "x", ""},
	{"no section", "a = b", "", "", `f:1: want a [section] before "a"`},
	{"no =", "[a]\n\nb", "", "", `f:3: want key = value, got "b"`},
	{"no key", "[a]\n= b", "", "", `f:2: want key = value`},
	{"no end of a section", "[a\n", "", "", `f:1: want [section], got "[a"`},
}

func TestParseConfig(t *testing.T) {
	for _, c := range configCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := project.ParseConfig("f", c.text)
			if c.fails != "" {
				wantError(t, err, c.fails)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if value, ok := got.Values[c.key]; !ok || value != c.want {
				t.Errorf("%s is %q, want %q", c.key, value, c.want)
			}
		})
	}
}

func TestConfigList(t *testing.T) {
	c, err := project.ParseConfig("f", "[project]\ndependencies = a, b\ndependencies#10 = e\ndependencies#2 = d\ndependencies#x = f\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "d", "e"}, c.List("project.dependencies")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzGameProject holds that no text makes the reader panic, and that what it
// reads are sections and keys.
func FuzzGameProject(f *testing.F) {
	for _, c := range configCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := project.ParseConfig("f", text)
		if err != nil {
			return
		}
		for key := range c.Values {
			if c.Lines[key] == 0 {
				t.Errorf("%q has no line", key)
			}
		}
		c.List("project.dependencies")
	})
}

func TestOpen(t *testing.T) {
	root := write(t, map[string]string{"game.project": "[bootstrap]\nmain_collection = /main.collectionc", "main.collection": `name: "main"`})
	for _, name := range []string{root, filepath.Join(root, "game.project")} {
		p, err := project.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if main, err := p.MainCollection(); main != "/main.collection" || err != nil {
			t.Errorf("main collection %q, %v", main, err)
		}
		if got := p.Settings()["display.width"]; got != "960" {
			t.Errorf("display.width is %q, want Defold's 960", got)
		}
	}
	_, err := project.Open(filepath.Join(root, "nowhere"))
	wantError(t, err, "nowhere: no such file")
}

func TestMainCollectionFails(t *testing.T) {
	for _, c := range []struct{ name, text, fails string }{
		{"none", "", "bootstrap.main_collection is missing: want main_collection = /main/main.collectionc"},
		{"another kind", "[bootstrap]\nmain_collection = /main.go", "game.project:2: bootstrap.main_collection must be a .collection"},
		{"no file", "[bootstrap]\nmain_collection = /a.collectionc", "game.project:2: bootstrap.main_collection: there is no file /a.collection in "},
		{"no file, and dependencies", "[project]\ndependencies = https://x.test/a.zip\n[bootstrap]\nmain_collection = /a.collectionc",
			"the project depends on https://x.test/a.zip: fetch and name it with --library"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(t, map[string]string{"game.project": c.text}).MainCollection()
			wantError(t, err, c.fails)
		})
	}
}

func TestFindStaysInside(t *testing.T) {
	p := open(t, map[string]string{"a/b.lua": ""})
	for _, name := range []string{"/../secret", "/a/../a/b.lua", "a/b.lua", "/a\\b.lua", ""} {
		if _, err := p.Find(name); err == nil {
			t.Errorf("%q was found", name)
		}
	}
	if _, err := p.Find("/a/b.lua"); err != nil {
		t.Error(err)
	}
}

func TestLibraries(t *testing.T) {
	files := map[string]string{
		"game.project": "[library]\ninclude_dirs = one two/three",
		"one/a.lua":    "", "two/three/b.lua": "", "two/c.lua": "", "d.lua": "",
	}
	folder, packed := write(t, files), filepath.Join(t.TempDir(), "lib.zip")
	pack(t, packed, "lib-1.0/", files)
	for _, name := range []string{folder, packed} {
		library, err := project.OpenLibrary(name)
		if err != nil {
			t.Fatal(err)
		}
		p := open(t, map[string]string{"one/own.lua": ""}, library)
		for file, want := range map[string]bool{
			"/one/a.lua": true, "/two/three/b.lua": true, "/one/own.lua": true, "/two/c.lua": false, "/d.lua": false, "/one/no.lua": false,
		} {
			if _, err := p.Find(file); (err == nil) != want {
				t.Errorf("%s: found %s: %v, want %v", name, file, err == nil, want)
			}
		}
		_, err = p.Find("/d.lua")
		wantError(t, err, name+" has it, but its library.include_dirs doesn't share it")
		if err := library.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(library.Root); (err == nil) != (name == folder) {
			t.Errorf("%s: after Close its folder is there: %v", name, err == nil)
		}
	}
}

// A folder without a game.project shares all it has.
func TestLibraryWithoutProject(t *testing.T) {
	library, err := project.OpenLibrary(write(t, map[string]string{"x.lua": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, map[string]string{}, library).Find("/x.lua"); err != nil {
		t.Error(err)
	}
}

func TestOpenLibraryFails(t *testing.T) {
	dir := t.TempDir()
	text, evil := filepath.Join(dir, "text.zip"), filepath.Join(dir, "evil.zip")
	if err := os.WriteFile(text, []byte("no zip"), 0o644); err != nil {
		t.Fatal(err)
	}
	pack(t, evil, "../", map[string]string{"x.lua": ""})
	for name, want := range map[string]string{
		text:                         "is neither a folder nor a ZIP",
		evil:                         "../x.lua: leads out of the folder",
		filepath.Join(dir, "no.zip"): "no such file",
	} {
		_, err := project.OpenLibrary(name)
		wantError(t, err, name, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.lua")); err == nil {
		t.Error("the evil ZIP wrote outside")
	}
}

func pack(t *testing.T, name, folder string, files map[string]string) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	for inside, text := range files {
		w, err := archive.Create(folder + inside)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
}
