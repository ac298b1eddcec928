package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// process is a program in the background whose lines a test can wait for.
type process struct {
	cmd   *exec.Cmd
	lines chan string // stdout's and stderr's, as they come; closed at their end

	mu       sync.Mutex
	out, err strings.Builder // guarded by mu
}

// processKey is where a script's processes are kept, by name.
type processKey struct{}

func processOf(ts *testscript.TestScript, name string) *process {
	p := ts.Value(processKey{}).(map[string]*process)[name]
	if p == nil {
		ts.Fatalf("no process %q was started", name)
	}
	return p
}

// startCmd is start NAME REGEXP program args….
func startCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: start NAME REGEXP program args…")
	}
	p := &process{cmd: exec.Command(args[2], args[3:]...), lines: make(chan string, 1000)}
	p.cmd.Dir = ts.MkAbs(".")
	stdout, err := p.cmd.StdoutPipe()
	ts.Check(err)
	stderr, err := p.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	var reading sync.WaitGroup
	// Owned by the process, whose end ends both; joined by the closing of lines.
	reading.Go(func() { p.read(stdout, &p.out) })
	reading.Go(func() { p.read(stderr, &p.err) })
	// Owned by the process; ends with the two; joined by whoever drains lines.
	go func() {
		reading.Wait()
		close(p.lines)
	}()
	ts.Value(processKey{}).(map[string]*process)[args[0]] = p
	ts.Defer(func() {
		p.cmd.Process.Kill()
		for range p.lines {
		}
		p.cmd.Wait()
	})
	ts.Setenv(args[0], p.await(ts, args[1]))
}

func (p *process) read(r io.Reader, all *strings.Builder) {
	for scanner := bufio.NewScanner(r); scanner.Scan(); {
		p.mu.Lock()
		all.WriteString(scanner.Text() + "\n")
		p.mu.Unlock()
		p.lines <- scanner.Text()
	}
}

// await returns the next line that matches.
func (p *process) await(ts *testscript.TestScript, pattern string) string {
	want, err := regexp.Compile(pattern)
	ts.Check(err)
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.show(ts)
				ts.Fatalf("it ended before it printed %q", pattern)
			}
			if want.MatchString(line) {
				return line
			}
		case <-late.C:
			p.show(ts)
			ts.Fatalf("it did not print %q within %v", pattern, limit)
		}
	}
}

// show makes what was printed the stdout and stderr of the script.
func (p *process) show(ts *testscript.TestScript) {
	p.mu.Lock()
	defer p.mu.Unlock()
	io.WriteString(ts.Stdout(), p.out.String())
	io.WriteString(ts.Stderr(), p.err.String())
}

// awaitCmd is await NAME REGEXP.
func awaitCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await NAME REGEXP")
	}
	processOf(ts, args[0]).await(ts, args[1])
}

// signalCmd is signal NAME INT|TERM.
func signalCmd(ts *testscript.TestScript, neg bool, args []string) {
	known := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}
	if neg || len(args) != 2 || known[args[1]] == nil {
		ts.Fatalf("usage: signal NAME INT|TERM")
	}
	ts.Check(processOf(ts, args[0]).cmd.Process.Signal(known[args[1]]))
}

// endedCmd is ended NAME CODE.
func endedCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ended NAME CODE")
	}
	p := processOf(ts, args[0])
	late := time.AfterFunc(limit, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	for range p.lines { // until both pipes are at their end
	}
	p.cmd.Wait() // its error is the exit code
	p.show(ts)
	if got := strconv.Itoa(p.cmd.ProcessState.ExitCode()); got != args[1] {
		ts.Fatalf("exit code %s (%v), want %s", got, p.cmd.ProcessState, args[1])
	}
}
