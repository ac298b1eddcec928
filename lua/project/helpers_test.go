package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickwire/tickwire/lua/project"
)

// write makes a folder of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// open writes a project and opens it; game.project is there in any case.
func open(t *testing.T, files map[string]string, libraries ...*project.Library) *project.Project {
	t.Helper()
	if _, ok := files["game.project"]; !ok {
		files["game.project"] = "[bootstrap]\nmain_collection = /main.collectionc\n"
	}
	p, err := project.Open(write(t, files), libraries...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantError holds that err is there and holds every text.
func wantError(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q, want %q in it", err, text)
		}
	}
}
