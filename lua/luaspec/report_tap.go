package luaspec

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"
)

// tapReport is TAP, version 13, with a YAML block under what went wrong.
type tapReport struct {
	w     *bufio.Writer
	count int
}

func (t *tapReport) begin(seed uint64) {
	fmt.Fprintln(t.w, "TAP version 13")
	if seed != 0 {
		fmt.Fprintf(t.w, "# Random seed: %d\n", seed)
	}
}

// directive is what a name must not seem to end with.
var directive = regexp.MustCompile(`(?i)#(\s*(?:skip|todo))`)

func tapName(name string) string {
	return directive.ReplaceAllString(strings.ReplaceAll(name, "\n", " "), `\#$1`)
}

func (t *tapReport) result(r Result) {
	for line := range strings.Lines(r.Output) {
		fmt.Fprintf(t.w, "# %s\n", strings.TrimRight(line, "\r\n"))
	}
	if r.Block && r.Status == Passed {
		return
	}
	t.count++
	switch r.Status {
	case Passed:
		fmt.Fprintf(t.w, "ok %d - %s\n", t.count, tapName(r.Name))
	case Pending:
		reason := ""
		if text := r.Text(); text != "" {
			reason = " " + strings.ReplaceAll(text, "\n", " ")
		}
		fmt.Fprintf(t.w, "ok %d - %s # SKIP%s\n", t.count, tapName(r.Name), reason)
	default:
		fmt.Fprintf(t.w, "not ok %d - %s\n", t.count, tapName(r.Name))
		fmt.Fprintf(t.w, "  ---\n  severity: %s\n  at: %s\n  message: |-\n", r.Status, quoteYAML(r.Where))
		for line := range strings.Lines(r.Text()) {
			fmt.Fprintf(t.w, "    %s\n", strings.TrimRight(line, "\n"))
		}
		fmt.Fprintln(t.w, "  ...")
	}
}

// quoteYAML is text as a YAML scalar: a path may hold anything.
func quoteYAML(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

func (t *tapReport) end(totals) { fmt.Fprintf(t.w, "1..%d\n", t.count) }
