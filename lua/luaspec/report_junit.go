package luaspec

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// junitReport is JUnit's XML, a suite for each file, written at the end: a
// suite begins with its sums.
type junitReport struct {
	w      *bufio.Writer
	seed   uint64
	suites []*junitSuite
}

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Skipped  int           `xml:"skipped,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`
	Output     string           `xml:"system-out,omitempty"`

	took time.Duration
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"` // file:line, as busted has it
	Time      string        `xml:"time,attr"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
	Skipped   *junitProblem `xml:"skipped"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (j *junitReport) begin(seed uint64) { j.seed = seed }

func (j *junitReport) suite(file string) *junitSuite {
	if n := len(j.suites); n > 0 && j.suites[n-1].Name == file {
		return j.suites[n-1]
	}
	s := &junitSuite{Name: file}
	if j.seed != 0 {
		s.Properties = &junitProperties{[]junitProperty{{Name: "seed", Value: fmt.Sprint(j.seed)}}}
	}
	j.suites = append(j.suites, s)
	return s
}

func (j *junitReport) result(r Result) {
	s := j.suite(r.File)
	if r.Block && r.Status == Passed {
		s.Output += r.Output
		return
	}
	c := junitCase{Name: r.Name, Classname: r.Where, Time: junitTime(r.Took), Output: r.Output}
	text := r.Text()
	first, _, _ := strings.Cut(text, "\n")
	switch r.Status {
	case Pending:
		c.Skipped = &junitProblem{Message: first}
		s.Skipped++
	case Failed:
		c.Failure = &junitProblem{Message: first, Text: text}
		s.Failures++
	case Errored, Broken:
		c.Error = &junitProblem{Message: first, Text: text}
		s.Errors++
	}
	s.Tests++
	s.took += r.Took
	s.Cases = append(s.Cases, c)
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }

func (j *junitReport) end(sums totals) {
	all := junitSuites{Time: junitTime(sums.took), Suites: j.suites}
	for _, s := range j.suites {
		s.Time = junitTime(s.took)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	j.w.WriteString(xml.Header)
	encoder := xml.NewEncoder(j.w)
	encoder.Indent("", "  ")
	// The tree is ours and the writer keeps its own error.
	_ = encoder.Encode(all)
	j.w.WriteByte('\n')
}
