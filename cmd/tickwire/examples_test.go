package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExamples runs each examples/<topic>/<topic>.script, or the project in
// examples/<topic>, as its comment says,
// and expects what its expected.txt holds.
func TestExamples(t *testing.T) {
	folders, err := filepath.Glob("../../examples/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples found: %v", err)
	}
	for _, folder := range folders {
		topic := filepath.Base(folder)
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(filepath.Join(folder, "expected.txt"))
			if err != nil {
				t.Fatal(err)
			}
			script := "examples/" + topic + "/" + topic + ".script"
			commented, mark := script, "--"
			if _, err := os.Stat(filepath.Join(folder, "game.project")); err == nil {
				script = "examples/" + topic
				commented, mark = script+"/game.project", "#"
			}
			text, err := os.ReadFile(filepath.Join("../..", commented))
			if err != nil {
				t.Fatal(err)
			}
			// Most need a server to talk to; some bring their own.
			args := []string{"run", "--echo", script}
			command := func() string { return mark + "\tgo run ./cmd/tickwire " + strings.Join(args, " ") + "\n" }
			if lacks := command(); !bytes.Contains(text, []byte(lacks)) {
				if args = []string{"run", script}; !bytes.Contains(text, []byte(command())) {
					t.Fatalf("the comment of %s lacks the line %q", commented, lacks)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := exec.CommandContext(ctx, "tickwire", args...)
			cmd.Dir = "../.."
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
		})
	}
}
