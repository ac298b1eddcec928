package main

import (
	"errors"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// limit bounds whatever a test waits for. Nothing waits for it to pass.
const limit = 2 * time.Minute

// TestScript runs testdata/script. Beside testscript's own commands there are
//
//	exits CODE program args…      run it, and expect this exit code
//	start NAME REGEXP program …   run it in the background until it prints a
//	                              line that matches, which becomes $NAME
//	await NAME REGEXP             wait for a further line, on stdout or stderr
//	signal NAME INT|TERM          send it a signal
//	ended NAME CODE               wait for its end; stdout and stderr are then its
//	request HEADER VALUE          what the first client of $PEER or $SECURE_PEER sent
//	closed CODE                   wait for its close frame
//
// $PEER and $SECURE_PEER are the addresses of a ws and a wss server; the latter
// has a certificate for secure.example.test by the authority of ca.pem.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               startPeers,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exitsCmd,
			"start":   startCmd,
			"await":   awaitCmd,
			"signal":  signalCmd,
			"ended":   endedCmd,
			"request": requestCmd,
			"closed":  closedCmd,
		},
	})
}

// exitsCmd is exits CODE program args….
func exitsCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}
