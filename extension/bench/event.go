package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// event runs the benchmarks of package extension that need its inside.
func event(s *session) error {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", "^Benchmark(Deliver|UpdateIdle)$", "-count", strconv.Itoa(s.turns),
		"github.com/tickwire/tickwire/extension").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test: %w\n%s", err, out)
	}
	var bare, ours []float64
	idle := map[string][]float64{}
	for line := range strings.Lines(string(out)) {
		name, units := parseBenchmark(line)
		switch {
		case strings.HasPrefix(name, "BenchmarkDeliver"):
			bare, ours = append(bare, units["bare-ns/event"]), append(ours, units["ns/event"])
		case strings.HasPrefix(name, "BenchmarkUpdateIdle/"):
			n, _, _ := strings.Cut(strings.TrimPrefix(name, "BenchmarkUpdateIdle/"), "-")
			idle[n] = append(idle[n], units["ns/op"])
		}
	}
	if len(ours) != s.turns || len(idle["1"]) != s.turns || len(idle["10000"]) != s.turns {
		return fmt.Errorf("go test printed fewer benchmarks than %d turns have:\n%s", s.turns, out)
	}
	if err := s.report.row(compare("one event, against the bare loop of table and call", "ns, less is better", ours, bare)); err != nil {
		return err
	}
	for _, n := range []string{"1", "10000"} {
		if err := s.report.row(result{Name: "Update with nothing to do, connections: " + n, Ours: median(idle[n]), Unit: "ns", Reason: "no peer has one"}); err != nil {
			return err
		}
	}
	return nil
}

// parseBenchmark reads a line of go test -bench: its name, and figures by unit.
func parseBenchmark(line string) (name string, units map[string]float64) {
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return "", nil
	}
	units = map[string]float64{}
	for i := 2; i+1 < len(fields); i += 2 {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return "", nil
		}
		units[fields[i+1]] = v
	}
	return fields[0], units
}
