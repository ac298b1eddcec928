package luaspec

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMain looks for goroutines that outlive the tests, from outside every
// bubble.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs a command with the test's own T and returns what it wrote.
func run(t *testing.T, c Command, paths ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	c.Stdout, c.Stderr = &out, &err
	code = c.run(func(f func(*testing.T)) { f(t) }, paths)
	return code, out.String(), err.String()
}

// took is what differs from run to run.
var took = regexp.MustCompile(`\d+\.\d{6}`)

// golden compares got with the file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	got = took.ReplaceAllString(got, "0.000000")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
