package luaspec

import (
	"bufio"
	"fmt"
	"strings"
)

// marks are what a spec is while the specs run, by Status.
type marks [5]string

var (
	utfMarks   = marks{Passed: "●", Pending: "◌", Failed: "◼", Errored: "✱", Broken: "✱"}
	plainMarks = marks{Passed: "+", Pending: ".", Failed: "-", Errored: "*", Broken: "*"}
)

// colors are the terminal's, by Status: green, yellow, red, magenta, magenta.
var colors = [5]string{Passed: "32", Pending: "33", Failed: "31", Errored: "35", Broken: "35"}

// textReport is busted's own output: a mark for each spec, the sums, then what
// is pending and what went wrong.
type textReport struct {
	w     *bufio.Writer
	marks marks
	color bool
	told  []Result
	dirty bool // the line has marks on it
}

func newTextReport(w *bufio.Writer, m marks, color bool) *textReport {
	return &textReport{w: w, marks: m, color: color}
}

func (t *textReport) begin(seed uint64) {
	if seed != 0 {
		fmt.Fprintf(t.w, "Random seed: %d\n", seed)
	}
}

func (t *textReport) result(r Result) {
	if r.Output != "" {
		t.newline()
		t.w.WriteString(r.Output)
		if !strings.HasSuffix(r.Output, "\n") {
			t.w.WriteByte('\n')
		}
	}
	if r.Status != Passed {
		t.told = append(t.told, r)
	} else if r.Block {
		return
	}
	t.w.WriteString(t.paint(r.Status, t.marks[r.Status]))
	t.dirty = true
}

func (t *textReport) newline() {
	if t.dirty {
		t.w.WriteByte('\n')
		t.dirty = false
	}
}

func (t *textReport) paint(s Status, text string) string {
	if !t.color {
		return text
	}
	return "\x1b[" + colors[s] + "m" + text + "\x1b[0m"
}

func (t *textReport) end(sums totals) {
	t.newline()
	fmt.Fprintln(t.w, sums)
	for _, status := range []Status{Pending, Failed, Errored, Broken} {
		for _, r := range t.told {
			if r.Status == status {
				t.describe(r)
			}
		}
	}
}

func (t *textReport) describe(r Result) {
	title := map[Status]string{Pending: "Pending", Failed: "Failure", Errored: "Error", Broken: "Error"}[r.Status]
	fmt.Fprintf(t.w, "\n%s -> %s\n%s\n", t.paint(r.Status, title), strings.Replace(r.Where, ":", " @ ", 1), r.Name)
	if text := r.Text(); text != "" {
		fmt.Fprintln(t.w, text)
	}
}
