package interop

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds the start of a program, and each wait for an event.
const patience = 20 * time.Second

// missing skips a test whose peer isn't there, or fails it where it has to be.
func missing(t *testing.T, what, get string) {
	t.Helper()
	if os.Getenv("INTEROP_REQUIRED") != "" {
		t.Fatalf("%s is missing: %s", what, get)
	}
	t.Skipf("%s is missing: %s", what, get)
}

// find gives the path of a program, which Debian may keep from PATH.
func find(t *testing.T, name, get string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	missing(t, name, get)
	return ""
}

// program is a peer that runs until the end of the test.
type program struct {
	mu    sync.Mutex
	lines []string      // guarded by mu: what it printed
	said  chan struct{} // capacity 1: a line came

	process *os.Process
	silent  chan struct{} // closed when nothing will be printed any more
}

// start runs a program, in directory dir and with env added to the environment.
func start(t *testing.T, dir string, env []string, name string, arguments ...string) *program {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	command.WaitDelay = time.Second
	stdin, err := command.StdinPipe() // its end is the program's, also when we crash
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{said: make(chan struct{}, 1), silent: make(chan struct{})}
	command.Stderr = &lineWriter{p: p}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p.process = command.Process
	// Owned by the test; ends with the program; joined by the cleanup.
	go func() {
		defer close(p.silent)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			p.add(in.Text())
		}
	}()
	t.Cleanup(func() {
		command.Process.Kill()
		stdin.Close()
		p.ended(t)
		command.Wait() // killed: its exit code says so
		<-p.silent     // its end of the pipe is closed now in any case
		if t.Failed() {
			t.Logf("%s printed:\n%s", name, strings.Join(p.printed(), "\n"))
		}
	})
	return p
}

// terminate ends it gently, where there are signals for that.
func (p *program) terminate(t *testing.T) {
	t.Helper()
	if p.process.Signal(syscall.SIGTERM) == nil {
		p.ended(t)
	}
}

// ended waits until neither it nor a child of its holds its output.
func (p *program) ended(t *testing.T) {
	t.Helper()
	select {
	case <-p.silent:
	case <-time.After(patience):
		t.Errorf("it, or a child of its, still runs after %v", patience)
	}
}

func (p *program) add(line string) {
	p.mu.Lock()
	p.lines = append(p.lines, line)
	p.mu.Unlock()
	select {
	case p.said <- struct{}{}:
	default:
	}
}

func (p *program) printed() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...)
}

// lineWriter takes what a program prints as an error.
type lineWriter struct{ p *program }

func (w *lineWriter) Write(b []byte) (int, error) {
	w.p.add(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

// await gives the rest of the first line that begins with prefix.
func (p *program) await(t *testing.T, prefix string) string {
	t.Helper()
	late := time.After(patience)
	for {
		for _, line := range p.printed() {
			if rest, found := strings.CutPrefix(line, prefix); found {
				return strings.TrimSpace(rest)
			}
		}
		select {
		case <-p.said:
		case <-late:
			t.Fatalf("it did not print %q within %v, but %q", prefix, patience, p.printed())
		}
	}
}

// freePort is one that nothing listens on, for programs that can't say which
// they were given.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// awaitPort waits until something listens there.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:"+port)
		if err == nil {
			nc.Close()
			return
		}
		select {
		case <-time.After(10 * time.Millisecond): // a program's start says nothing of itself
		case <-ctx.Done():
			t.Fatalf("nothing listens on port %s within %v: %v", port, patience, err)
		}
	}
}
