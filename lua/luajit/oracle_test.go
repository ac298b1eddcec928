package luajit_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

var record = flag.Bool("record", false, "write what LuaJIT says into testdata/luajit")

// oracleVersion is the LuaJIT that testdata/luajit is of.
const oracleVersion = "LuaJIT 2.1.0-beta3"

// TestOracle runs the cases under LuaJIT and here. What differs stands in
// testdata/known_differences.txt, with its reason: a new difference fails, and
// so does one that is gone.
func TestOracle(t *testing.T) {
	known := readKnown(t)
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	total, differ, ran := 0, 0, 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			ran++
			want, got := askLuaJIT(t, file), askOurs(t, file)
			if len(want) != len(got) {
				t.Errorf("%d answers, LuaJIT gave %d", len(got), len(want))
			}
			for i := range min(len(want), len(got)) {
				total++
				code, _, _ := strings.Cut(want[i], " --> ")
				_, isKnown := known[code]
				switch {
				case want[i] == got[i] && isKnown:
					t.Errorf("no difference any more, take it out of known_differences.txt:\n%s", code)
				case want[i] != got[i] && !isKnown:
					t.Errorf("\nLuaJIT: %s\nours:   %s", want[i], got[i])
				case want[i] != got[i]:
					differ++
				}
				delete(known, code)
			}
		})
	}
	for code := range known {
		if ran < len(files) {
			break // -run
		}
		t.Errorf("known_differences.txt has no case of its own: %s", code)
	}
	t.Logf("%d cases, %d equal, %d known to differ", total, total-differ, differ)
}

// readKnown reads "case => reason" lines.
func readKnown(t *testing.T) map[string]string {
	t.Helper()
	known := make(map[string]string)
	for _, line := range readLines(t, "testdata/known_differences.txt") {
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		code, reason, ok := strings.Cut(line, " => ")
		if !ok || reason == "" {
			t.Fatalf("known_differences.txt: no reason: %s", line)
		}
		known[code] = reason
	}
	return known
}

func readLines(t *testing.T, path string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines
}

// askLuaJIT takes the recorded answers, and where LuaJIT is at hand makes sure
// that they are its answers still.
func askLuaJIT(t *testing.T, file string) []string {
	t.Helper()
	golden := filepath.Join("testdata/luajit", filepath.Base(file))
	if version, err := exec.Command("luajit", "-v").Output(); err == nil && strings.HasPrefix(string(version), oracleVersion+" ") {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		command := exec.CommandContext(ctx, "luajit", "-joff", "testdata/probe.lua", file)
		command.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("luajit: %v\n%s", err, output)
		}
		answer := fmt.Sprintf("-- %s\n%s", oracleVersion, output)
		if *record {
			if err := os.WriteFile(golden, []byte(answer), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if recorded, err := os.ReadFile(golden); err != nil || string(recorded) != answer {
			t.Errorf("%s is not what luajit says (%v): go test -run Oracle -record .", golden, err)
		}
	} else if *record {
		t.Fatalf("no %s to record", oracleVersion)
	}
	return readLines(t, golden)[1:]
}

// askOurs runs the same script here.
func askOurs(t *testing.T, file string) []string {
	t.Helper()
	t.Setenv("TZ", "UTC")
	var out bytes.Buffer
	L, r := open(t, luajit.Options{Stdout: &out})
	text, err := os.ReadFile("testdata/probe.lua")
	if err != nil {
		t.Fatal(err)
	}
	proto, err := luajit.Compile(text, "testdata/probe.lua")
	if err != nil {
		t.Fatal(err)
	}
	L.Push(L.NewFunctionFromProto(proto))
	L.Push(lua.LString(file))
	if err := r.PCall(L, 1, 0); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// open makes a state with LuaJIT's libraries.
func open(t testing.TB, options luajit.Options) (*lua.LState, *luajit.Runtime) {
	t.Helper()
	L := luajit.NewState()
	r, err := luajit.Open(L, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		L.Close()
	})
	return L, r
}

// failure is what was raised.
func failure(t *testing.T, err error) lua.LValue {
	t.Helper()
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		t.Fatalf("raised %v, want an ApiError", err)
	}
	return raised.Object
}
