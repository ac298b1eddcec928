package luaspec

import (
	"flag"
	"testing"
)

// withTest calls f with a *testing.T in an ordinary program.
//
// Virtual time needs testing/synctest, and synctest.Test needs a T, which only
// Go's test machinery makes. testing.Main starts that machinery in any program;
// it stays supported for programs that do as go test does. Three of its habits
// are in the way:
//
//   - It parses the command line into flags of its own, -test.run and so on. It
//     does so only if that did not happen yet: so flag.CommandLine is an empty
//     set here that has parsed nothing.
//   - It prints PASS when its tests have ended, and then exits the process. So
//     its one test never ends: it calls f, lets the caller go on, and stays.
//     What is left is a few goroutines that sleep until the program exits.
//   - Where a test runs it is at work already, and can't be started again. A
//     test binary that stands in for a program before its m.Run, as
//     testscript's do, has not parsed its flags yet and is fine.
func withTest(f func(*testing.T)) {
	if testing.Testing() && flag.Parsed() && flag.Lookup("test.v") != nil {
		panic("luaspec: Command.Run within go test: use luaspec.Run")
	}
	flag.CommandLine = flag.NewFlagSet("luaspec", flag.ContinueOnError)
	testing.Init() // into that set, if nobody called it before
	if err := flag.CommandLine.Parse(nil); err != nil {
		panic("luaspec: parse no flags: " + err.Error())
	}
	done := make(chan struct{})
	// Owned by the process, whose exit ends it; nobody can join it, see above.
	go testing.Main(
		func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "tickwire", F: func(t *testing.T) {
			f(t)
			close(done)
			select {}
		}}},
		nil, nil,
	)
	<-done
}
