package luaspec

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// The command is a program without go test around it: it prints its report and
// nothing of Go's test machinery, keeps its own flags and exit codes.
func TestOrdinaryProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "command")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", program, "./testdata/command").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"passes":                  {[]string{"-output", "tap", "-filter", "quick", "testdata/tags"}, 0, "TAP version 13\nok 1 - net #net is quick\n1..1\n"},
		"virtual time":            {[]string{"-output", "tap", "-filter", "mute", "testdata/engine"}, 0, "TAP version 13\nok 1 - spec_server stays mute, which costs no time\n1..1\n"},
		"fails":                   {[]string{"-output", "tap", "-filter", "failing near", "testdata/failing"}, 1, ""},
		"is broken":               {[]string{"testdata/broken/syntax_spec.lua"}, 2, ""},
		"takes -test.v as a path": {[]string{"--", "-test.v"}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			command := exec.Command(program, test.args...)
			command.Stdout = &stdout
			err := command.Run()
			var exit *exec.ExitError
			code := 0
			if errors.As(err, &exit) {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if test.want != "" && stdout.String() != test.want {
				t.Errorf("got %q, want %q", stdout.String(), test.want)
			}
			if bytes.Contains(stdout.Bytes(), []byte("PASS")) {
				t.Errorf("Go's PASS in %q", stdout.String())
			}
		})
	}
}

// Under go test the machinery is at work already.
func TestCommandUnderGoTest(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Command.Run under go test did not panic")
		}
	}()
	Command{}.Run("testdata/tags")
}
