package luaspec

import (
	"strings"
	"time"
)

// Status is how a spec ended.
type Status int

const (
	Passed Status = iota
	// Pending: not written yet, or given up with pending().
	Pending
	// Failed: an assertion did not hold.
	Failed
	// Errored: a Lua error, in the spec, its hooks, or a callback meanwhile.
	Errored
	// Broken: the file can't be read or is no Lua, or a describe raised an error.
	Broken
)

func (s Status) String() string {
	return [...]string{"success", "pending", "failure", "error", "broken"}[s]
}

// Problem is one thing that went wrong.
type Problem struct {
	Status    Status
	Message   string // begins with file:line: where one is known
	Traceback string // one frame a line, without the library's own; may be ""
}

func (p Problem) String() string {
	if p.Traceback == "" {
		return p.Message
	}
	return p.Message + "\nstack traceback:\n\t" + strings.ReplaceAll(p.Traceback, "\n", "\n\t")
}

// Result is how one spec went, or a block outside of its specs: a setup, a
// teardown, a file that doesn't load.
type Result struct {
	File     string // the path of the spec file
	Name     string // the full name; of a block, "setup" or the like included
	Where    string // file:line of the it
	Block    bool   // it is about a block, not about a spec
	Status   Status // the worst of Problems, else Passed
	Problems []Problem
	Output   string        // what was printed meanwhile
	Took     time.Duration // by the wall's clock
	Virtual  time.Duration // by the specs' clock
}

func (r *Result) add(problems ...Problem) {
	for _, p := range problems {
		r.Problems = append(r.Problems, p)
		r.Status = max(r.Status, p.Status)
	}
}

// Text is the problems as busted's text output shows them.
func (r Result) Text() string {
	texts := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n\n")
}
