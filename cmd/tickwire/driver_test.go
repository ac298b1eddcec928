package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRPCRequests holds that the requests of examples/rpc get the responses
// beside them.
func TestRPCRequests(t *testing.T) {
	requests, err := os.Open("../../examples/rpc/requests.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer requests.Close()
	want, err := os.ReadFile("../../examples/rpc/responses.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tickwire", "rpc")
	cmd.Stdin = requests
	got, err := cmd.Output()
	if err != nil {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
}

// TestRPCDriver runs examples/rpc/driver.py, a program in another language, and
// expects what its driver.txt holds.
func TestRPCDriver(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("INTEROP_REQUIRED") != "" {
			t.Fatal("python3 is missing")
		}
		t.Skip("python3 is missing: apt-get install python3")
	}
	want, err := os.ReadFile("../../examples/rpc/driver.txt")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "python3", "examples/rpc/driver.py", "tickwire", "rpc", "--echo")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(string(want), stdout.String()); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if stderr.Len() > 0 {
		t.Errorf("stderr: %s", stderr.String())
	}
}
