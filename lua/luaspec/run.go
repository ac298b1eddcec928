package luaspec

import (
	"fmt"
	"testing"
)

// Run runs the spec files of paths, each it a t.Run of its own:
//
//	func TestSpecs(t *testing.T) { luaspec.Run(t, "spec") }
//
// go test -run 'TestSpecs/login_spec/login/full' then runs what matches. A
// path is a file, or a folder whose *_spec.lua are run, those below it too.
func Run(t *testing.T, paths ...string) {
	t.Helper()
	Options{}.Run(t, paths...)
}

// Run is the package's Run with these options.
func (o Options) Run(t *testing.T, paths ...string) {
	t.Helper()
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	selected, err := newSelection(o)
	if err != nil {
		t.Fatal(err)
	}
	files, err := findFiles(paths)
	if err != nil {
		t.Fatal(err)
	}
	if o.Shuffle {
		shuffleFiles(files, o.Seed)
		t.Logf("shuffled with seed %d", o.Seed)
	}
	for _, file := range files {
		t.Run(file.name, func(t *testing.T) { o.runFile(t, file, selected) })
	}
}

func (o Options) runFile(t *testing.T, file specFile, selected selection) {
	s := newSession(t, o, file.path)
	defer func() {
		if err := s.end(); err != nil {
			t.Error(err)
		}
	}()
	root, result := s.load(file, selected)
	o.tell(t, result)
	if root != nil {
		runBlock(t, s, root)
	}
}

// runBlock runs a block's specs between its setup and its teardown.
func runBlock(t *testing.T, s *session, n *node) {
	s.options.tell(t, s.registered(n))
	if n.count() == 0 {
		return
	}
	s.options.tell(t, s.enter(n))
	for _, child := range n.children {
		t.Run(child.name, func(t *testing.T) {
			if child.kind == kindDescribe {
				runBlock(t, s, child)
			} else {
				s.options.tell(t, s.run(child))
			}
		})
	}
	s.options.tell(t, s.leave(n))
}

// tell puts a result into a test's log: its output goes where the spec's file
// and line are, not this file's.
func (o Options) tell(t *testing.T, result *Result) {
	t.Helper()
	if result == nil {
		return
	}
	if o.OnResult != nil {
		o.OnResult(*result)
	}
	if result.Output != "" {
		fmt.Fprint(t.Output(), result.Output)
	}
	if len(result.Problems) > 0 && result.Status != Pending {
		fmt.Fprintln(t.Output(), result.Text())
	}
	switch result.Status {
	case Passed:
	case Pending:
		message := "pending"
		if text := result.Text(); text != "" {
			message = text
		}
		fmt.Fprintf(t.Output(), "%s: %s\n", result.Where, message)
		t.SkipNow()
	default:
		t.Fail()
	}
}
