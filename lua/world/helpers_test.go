package world_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// game is an engine over a project of files, with what it printed and which
// errors it reported.
type game struct {
	*headless.Engine
	t      *testing.T
	world  *world.World
	root   string
	out    bytes.Buffer
	notes  []string
	errors []error
	failed error // of LoadMain
}

// frame is one at 8 Hz, whose seconds have no rounding.
const frame = time.Second / 8

// newGame writes a project whose main collection is /main.collection and loads
// it. The test fails if an error is left in g.errors at its end.
func newGame(t *testing.T, files map[string]string) *game {
	t.Helper()
	g := tryGame(t, files)
	if g.failed != nil {
		t.Fatal(g.failed)
	}
	return g
}

// tryGame is newGame where loading may fail.
func tryGame(t *testing.T, files map[string]string) *game {
	t.Helper()
	g := &game{t: t, root: t.TempDir()}
	if _, ok := files["game.project"]; !ok {
		files["game.project"] = "[bootstrap]\nmain_collection = /main.collectionc\n"
	}
	for name, text := range files {
		file := filepath.Join(g.root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Open(g.root)
	if err != nil {
		t.Fatal(err)
	}
	g.Engine, err = headless.New(headless.Options{
		Root: g.root, Config: p.Settings(), Stdout: &g.out, Rate: 8,
		OnError: func(err error) { g.errors = append(g.errors, err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	g.world = world.New(g.Engine, world.Options{Project: p, Note: func(line string) { g.notes = append(g.notes, line) }})
	if err := g.Add(g.world); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		for _, err := range g.errors {
			t.Errorf("script error: %v", err)
		}
	})
	g.failed = g.world.LoadMain()
	return g
}

// one is a main collection of one object /go with one script, #script.
func one(t *testing.T, script string) *game {
	t.Helper()
	return newGame(t, map[string]string{"main.collection": oneObject, "a.script": script})
}

const oneObject = `name: "main"
embedded_instances { id: "go" data: "components { id: \"script\" component: \"/a.script\" }" }
`

func (g *game) steps(n int) *game {
	for range n {
		g.Step(frame)
	}
	return g
}

// printed compares what was printed since the last look.
func (g *game) printed(want ...string) *game {
	g.t.Helper()
	text := strings.TrimSuffix(g.out.String(), "\n")
	g.out.Reset()
	var got []string
	if text != "" {
		got = strings.Split(text, "\n")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Errorf("printed (-want +got):\n%s", diff)
	}
	return g
}

// reported takes the reported errors away; each must hold its text of want.
func (g *game) reported(want ...string) *game {
	g.t.Helper()
	got := g.errors
	g.errors = nil
	if len(got) != len(want) {
		g.t.Fatalf("%d errors, want %d: %v", len(got), len(want), got)
	}
	for n, err := range got {
		if !strings.Contains(err.Error(), want[n]) {
			g.t.Errorf("error %d is %q, want %q in it", n, err, want[n])
		}
	}
	return g
}

// evalCase is code within init of a script, what it prints, and what it raises.
type evalCase struct {
	name, code string
	want       string // lines
	raises     string
}

// eval runs each case as the init of a.script in the project of files.
func eval(t *testing.T, files map[string]string, script string, cases []evalCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			own := map[string]string{}
			for name, text := range files {
				own[name] = text
			}
			own[script] += "\nfunction init(self)\n" + c.code + "\nend\n"
			g := newGame(t, own).steps(1)
			if c.raises != "" {
				g.reported(c.raises)
			}
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "\n")
			}
			g.printed(want...)
		})
	}
}
