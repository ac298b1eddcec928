package headless_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// frame is one at 60 Hz.
const frame = time.Second / 60

// project is an engine over a folder of files, with what it printed and which
// errors it reported.
type project struct {
	*headless.Engine
	t      *testing.T
	root   string
	out    bytes.Buffer
	errors []error
}

// newProject writes files into a new root. The test fails if an error is left
// in p.errors at its end.
func newProject(t *testing.T, files map[string]string, options headless.Options) *project {
	t.Helper()
	p := &project{t: t, root: t.TempDir()}
	p.write(files)
	options.Root = p.root
	options.Stdout = &p.out
	options.OnError = func(err error) { p.errors = append(p.errors, err) }
	e, err := headless.New(options)
	if err != nil {
		t.Fatal(err)
	}
	p.Engine = e
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		for _, err := range p.errors {
			t.Errorf("script error: %v", err)
		}
	})
	return p
}

func (p *project) write(files map[string]string) {
	p.t.Helper()
	for name, text := range files {
		path := filepath.Join(p.root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
}

// load makes an instance of the file.
func (p *project) load(path string) *headless.Instance {
	p.t.Helper()
	i, err := p.LoadScript(path)
	if err != nil {
		p.t.Fatal(err)
	}
	return i
}

// steps runs n frames.
func (p *project) steps(n int) {
	for range n {
		p.Step(frame)
	}
}

// lines is what was printed since the last call.
func (p *project) lines() []string {
	text := strings.TrimSuffix(p.out.String(), "\n")
	p.out.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// printed compares what was printed since the last look.
func (p *project) printed(want ...string) {
	p.t.Helper()
	if diff := cmp.Diff(want, p.lines()); diff != "" {
		p.t.Errorf("printed (-want +got):\n%s", diff)
	}
}

// failed takes the reported errors away; each must hold its text of want.
func (p *project) failed(want ...string) {
	p.t.Helper()
	got := p.errors
	p.errors = nil
	if len(got) != len(want) {
		p.t.Fatalf("%d errors, want %d: %v", len(got), len(want), got)
	}
	for n, err := range got {
		if !strings.Contains(err.Error(), want[n]) {
			p.t.Errorf("error %d is %q, want %q in it", n, err, want[n])
		}
	}
}

// newEngine is an engine without files.
func newEngine(t *testing.T) *project { return newProject(t, nil, headless.Options{}) }

// eval runs code as a chunk and returns what it returns, each by tostring.
func (p *project) eval(code string) ([]string, error) {
	L := p.State()
	fn, err := L.Load(strings.NewReader(code), "eval")
	if err != nil {
		return nil, err
	}
	top := L.GetTop()
	L.Push(fn)
	if err := L.PCall(0, lua.MultRet, nil); err != nil {
		return nil, err
	}
	var got []string
	for n := top + 1; n <= L.GetTop(); n++ {
		got = append(got, L.ToStringMeta(L.Get(n)).String())
	}
	L.SetTop(top)
	return got, nil
}

// evalCase is a chunk, and what it returns or the text its error must hold.
type evalCase struct {
	name, code string
	want       []string
	raises     string
}

// run runs each case within an instance of its own.
func (p *project) run(cases []evalCase) {
	for _, c := range cases {
		p.t.Run(c.name, func(t *testing.T) {
			i := p.NewInstance("case")
			previous := p.SetInstance(i.Self())
			defer p.Delete(i)
			defer p.SetInstance(previous)
			got, err := p.eval(c.code)
			switch {
			case c.raises == "" && err != nil:
				t.Fatal(err)
			case c.raises != "" && err == nil:
				t.Fatalf("returned %q, want it to raise %q", got, c.raises)
			case c.raises != "" && !strings.Contains(err.Error(), c.raises):
				t.Fatalf("raised %q, want %q in it", err, c.raises)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("returned (-want +got):\n%s", diff)
			}
		})
	}
}

// recorder is a System that writes down when it is called.
type recorder struct {
	name     string
	log      *[]string
	open     func(L *lua.LState) error
	update   func()
	active   int
	wake     chan struct{}
	closeErr error
}

func (r *recorder) note(format string, args ...any) {
	*r.log = append(*r.log, r.name+" "+fmt.Sprintf(format, args...))
}

func (r *recorder) Open(L *lua.LState) error {
	r.note("open")
	if r.open != nil {
		return r.open(L)
	}
	return nil
}

func (r *recorder) Update() {
	r.note("update")
	if r.update != nil {
		r.update()
	}
}

func (r *recorder) Flush()                { r.note("flush") }
func (r *recorder) Active() int           { return r.active }
func (r *recorder) Wake() <-chan struct{} { return r.wake }
func (r *recorder) Close() error          { r.note("close"); return r.closeErr }
func (r *recorder) Release(self lua.LValue) {
	r.note("release %s", self.(*lua.LUserData).Value.(*headless.Instance).URL())
}
