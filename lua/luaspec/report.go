package luaspec

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// reporter writes what happens, in one of the output formats. Its calls come
// one after another.
type reporter interface {
	begin(seed uint64) // seed is 0 unless the order is shuffled
	result(Result)
	end(totals)
}

// Outputs are the names that Command.Output may have.
var outputs = map[string]func(w *bufio.Writer, color bool) reporter{
	"text":  func(w *bufio.Writer, color bool) reporter { return newTextReport(w, utfMarks, color) },
	"dots":  func(w *bufio.Writer, color bool) reporter { return newTextReport(w, plainMarks, color) },
	"tap":   func(w *bufio.Writer, _ bool) reporter { return &tapReport{w: w} },
	"junit": func(w *bufio.Writer, _ bool) reporter { return &junitReport{w: w} },
}

func newReporter(name string, w io.Writer, color bool) (reporter, *bufio.Writer, error) {
	if name == "" {
		name = "text"
	}
	make := outputs[name]
	if make == nil {
		return nil, nil, fmt.Errorf("luaspec: choose output: %q is none of dots, junit, tap, text", name)
	}
	buffered := bufio.NewWriter(w)
	return make(buffered, color), buffered, nil
}

// totals counts results. Blocks count only where something went wrong.
type totals struct {
	passed, failed, errors, pending, broken int
	took                                    time.Duration
}

func (t *totals) add(r Result) {
	switch r.Status {
	case Passed:
		if !r.Block {
			t.passed++
		}
	case Pending:
		t.pending++
	case Failed:
		t.failed++
	case Errored:
		t.errors++
	case Broken:
		t.broken++
	}
}

func (t totals) specs() int { return t.passed + t.failed + t.errors + t.pending }

// exitCode is the command's: a file that is broken says more than a failure.
func (t totals) exitCode() int {
	switch {
	case t.broken > 0:
		return exitBroken
	case t.failed+t.errors > 0:
		return exitFailed
	}
	return exitOK
}

const (
	exitOK     = 0
	exitFailed = 1
	exitBroken = 2
)

// String is busted's line of sums.
func (t totals) String() string {
	plural := func(n int, one, many string) string {
		if n == 1 {
			return fmt.Sprintf("%d %s", n, one)
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	return strings.Join([]string{
		plural(t.passed, "success", "successes"),
		plural(t.failed, "failure", "failures"),
		plural(t.errors+t.broken, "error", "errors"),
		fmt.Sprintf("%d pending", t.pending),
	}, " / ") + fmt.Sprintf(" : %.6f seconds", t.took.Seconds())
}
