package luaspec

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"
)

// Command runs spec files from an ordinary program: what `tickwire test` is.
// Its zero value works.
type Command struct {
	Options

	// Output is text (busted's own, the default), dots (the same in ASCII), tap
	// or junit.
	Output string
	// Color paints text and dots for a terminal. Default false.
	Color bool
	// Stdout gets the output. Default os.Stdout.
	Stdout io.Writer
	// Stderr gets one line where nothing could run. Default os.Stderr.
	Stderr io.Writer
}

// Run runs the specs of paths and returns the exit code: 0 if all is well, 1
// after a failed spec, 2 for what can't run: a path that doesn't exist, a
// syntax error, a describe that raises, no spec at all.
//
// Call it from main, once, and exit with its code: it leaves Go's test
// machinery running, see withTest. Not for use under go test.
func (c Command) Run(paths ...string) int {
	return c.run(withTest, paths)
}

// run is Run with a way to a *testing.T.
func (c Command) run(with func(func(*testing.T)), paths []string) int {
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.Stderr == nil {
		c.Stderr = os.Stderr
	}
	sums, err := c.report(with, paths)
	if err != nil {
		fmt.Fprintln(c.Stderr, err)
		return exitBroken
	}
	return sums.exitCode()
}

// report runs the specs and reports them. The error says why that can't be.
func (c Command) report(with func(func(*testing.T)), paths []string) (sums totals, err error) {
	o, err := c.Options.withDefaults()
	if err != nil {
		return sums, err
	}
	selected, err := newSelection(o)
	if err != nil {
		return sums, err
	}
	files, err := findFiles(paths)
	if err != nil {
		return sums, err
	}
	report, buffer, err := newReporter(c.Output, c.Stdout, c.Color)
	if err != nil {
		return sums, err
	}
	seed := uint64(0)
	if o.Shuffle {
		seed = o.Seed
		shuffleFiles(files, seed)
	}

	start := time.Now()
	tell := func(result *Result) {
		if result != nil {
			sums.add(*result)
			report.result(*result)
			if c.OnResult != nil {
				c.OnResult(*result)
			}
			buffer.Flush() // a mark a spec, as it happens
		}
	}
	report.begin(seed)
	with(func(t *testing.T) {
		for _, file := range files {
			runReported(newSession(t, o, file.path), file, selected, tell)
		}
	})
	sums.took = time.Since(start)
	report.end(sums)
	if err := buffer.Flush(); err != nil {
		return sums, fmt.Errorf("luaspec: write output: %w", err)
	}
	if sums.specs()+sums.broken == 0 {
		return sums, fmt.Errorf("luaspec: run specs: no spec was selected in %d files", len(files))
	}
	return sums, nil
}

// runReported runs one file and ends its session.
func runReported(s *session, file specFile, selected selection, tell func(*Result)) {
	root, result := s.load(file, selected)
	tell(result)
	if root != nil {
		reportBlock(s, root, tell)
	}
	if err := s.end(); err != nil {
		result := &Result{File: file.path, Name: file.path, Where: file.path, Block: true}
		result.add(Problem{Status: Errored, Message: err.Error()})
		tell(result)
	}
}

func reportBlock(s *session, n *node, tell func(*Result)) {
	tell(s.registered(n))
	if n.count() == 0 {
		return
	}
	tell(s.enter(n))
	for _, child := range n.children {
		if child.kind == kindDescribe {
			reportBlock(s, child, tell)
		} else {
			tell(s.run(child))
		}
	}
	tell(s.leave(n))
}
