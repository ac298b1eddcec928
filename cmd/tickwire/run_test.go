package main

import (
	"bytes"
	"errors"
	"runtime/debug"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestRunCode(t *testing.T) {
	for name, test := range map[string]struct {
		signal int
		failed bool
		result headless.Result
		want   int
	}{
		"quiet":                        {result: headless.Result{Reason: headless.Quiet}, want: 0},
		"--for":                        {result: headless.Result{Reason: headless.Elapsed}, want: 0},
		"sys.exit":                     {result: headless.Result{Reason: headless.Exited, Code: 7}, want: 7},
		"strict":                       {failed: true, result: headless.Result{Reason: headless.Canceled}, want: 1},
		"strict outweighs sys.exit(0)": {failed: true, result: headless.Result{Reason: headless.Exited}, want: 1},
		"interrupt":                    {signal: 130, result: headless.Result{Reason: headless.Canceled}, want: 130},
		"a signal outweighs strict":    {signal: 143, failed: true, result: headless.Result{Reason: headless.Canceled}, want: 143},
	} {
		t.Run(name, func(t *testing.T) {
			if got := runCode(test.signal, test.failed, test.result); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestExitCode(t *testing.T) {
	if got := exitCode(syscall.SIGINT); got != 130 {
		t.Errorf("SIGINT: %d", got)
	}
	if got := exitCode(syscall.SIGTERM); got != 143 {
		t.Errorf("SIGTERM: %d", got)
	}
}

func TestLoadError(t *testing.T) {
	err := &headless.LoadError{Path: "a.script", Text: "a.script:1: module 'x' not found:\n\tno field\n\tno file 'x.lua'"}
	if got, want := loadError("a.script", err).Error(), "a.script:1: module 'x' not found: no field; no file 'x.lua'"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := loadError("a.script", errors.New("no")).Error(), "a.script: no"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestList(t *testing.T) {
	var l list
	for _, text := range []string{"slow, network", "#quick", "slow,,"} {
		if err := l.set(text); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(list{"slow", "network", "quick"}, l); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteVersion(t *testing.T) {
	var out bytes.Buffer
	writeVersion(&out, &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Path: "github.com/tickwire/tickwire", Version: "v1.2.3"},
		Deps: []*debug.Module{
			{Path: "example.org/a", Version: "v1.0.0"},
			{Path: "example.org/longer", Version: "v2.0.0", Replace: &debug.Module{Path: "../local"}},
		},
		Settings: []debug.BuildSetting{
			{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "arm64"},
			{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"},
		},
	})
	want := `tickwire v1.2.3 0123456789ab with changes
built by go1.26.8 for linux/arm64, of:
  example.org/a       v1.0.0
  example.org/longer  v2.0.0, replaced by ../local 
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
