// Command bench measures what go test -bench can't: whole processes, and other
// people's libraries.
//
// It is a module of its own, so that what it compares with stays out of
// Tickwire's dependencies. Run it in this folder:
//
//	go run .            every row, in a table
//	go run . -json      the same, one JSON object a line
//	go run . echo       only that group: event, echo, server, k6, idle or engines
//
// Node's ws is found by NODE_PATH, k6 by PATH. A peer that is missing is a row
// without a ratio that says how to get it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// gcPercent is GOGC for what is timed. The live heap is next to nothing where a
// row doesn't say another.
const gcPercent = 400

// group is a command and the rows it measures.
type group struct {
	name    string
	measure func(s *session) error
}

var groups = []group{{"event", event}, {"echo", echo}, {"server", server}, {"k6", compareK6}, {"idle", idle}, {"engines", engines}}

// session is one run: how much is measured, and where the rows go.
type session struct {
	turns       int // that count; one more warms up
	connections int // of the idle rows
	report      report
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "serve" { // the other process of a measurement
		exit(serve())
	}
	if len(os.Args) > 1 && os.Args[1] == "hold" { // an idle row's process
		exit(hold(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == nothing {
		os.Exit(0)
	}
	if len(os.Args) > 2 && os.Args[1] == "engines-hold" { // the engines' processes
		exit(holdEngines(os.Args[2]))
	}
	if len(os.Args) > 2 && os.Args[1] == "engines-run" {
		exit(runEngines(os.Args[2]))
	}
	if len(os.Args) > 1 && os.Args[1] == "serve-"+luaServer { // the servers that are compared
		exit(serveLua())
	}
	if len(os.Args) > 1 && os.Args[1] == "serve-"+gwsServer {
		exit(serveGWS())
	}
	if len(os.Args) > 1 && os.Args[1] == "keep" { // the server's of another
		exit(keep(os.Args[2:]))
	}
	s := &session{}
	flag.IntVar(&s.turns, "turns", 5, "turns that count, of each row")
	flag.IntVar(&s.connections, "n", 10_000, "connections of the idle rows and of the broadcast")
	flag.BoolVar(&s.report.json, "json", false, "one JSON object a line")
	flag.Usage = usage
	flag.Parse()
	chosen := flag.Args()
	for _, name := range chosen {
		if !slices.ContainsFunc(groups, func(g group) bool { return g.name == name }) {
			fmt.Fprintf(os.Stderr, "bench: %q is none of %s\n", name, names())
			os.Exit(2)
		}
	}
	if s.turns < 1 || s.connections < 1 {
		fmt.Fprintln(os.Stderr, "bench: -turns and -n are 1 at least")
		os.Exit(2)
	}
	s.report.head(fmt.Sprintf("%s %s/%s, %d CPUs, GOGC=%d, median of %d turns, client and server in a process each",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), gcPercent, s.turns))
	for _, g := range groups {
		if len(chosen) == 0 || slices.Contains(chosen, g.name) {
			if err := g.measure(s); err != nil {
				exit(fmt.Errorf("%s: %w", g.name, err))
			}
		}
	}
}

func names() string {
	var all []string
	for _, g := range groups {
		all = append(all, g.name)
	}
	return strings.Join(all, ", ")
}

func usage() {
	fmt.Fprintf(os.Stderr, "usage: bench [-json] [-turns n] [-n connections] [group…]\ngroups: %s\n", names())
	flag.PrintDefaults()
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}
