package headless_test

import (
	"testing"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

// What is wanted here is what LuaJIT prints in the C locale.
func TestOS(t *testing.T) {
	clock := headless.NewVirtualClock(time.Unix(1763712306, 500_000_000), nil)
	p := newProject(t, nil, headless.Options{Clock: clock})
	clock.Advance(1250 * time.Millisecond)
	p.run([]evalCase{
		{"time", `return os.time(), os.time(nil)`, []string{"1763712307", "1763712307"}, ""},
		{"clock", `return os.clock()`, []string{"1.25"}, ""},
		{"date now", `return os.date("!%H:%M:%S")`, []string{"08:05:07"}, ""},
		{"date names", `return os.date("!%a %A %b %B %h", 1763712306)`, []string{"Fri Friday Nov November Nov"}, ""},
		{"date numbers", `return os.date("!%d|%e|%H|%I|%j|%m|%M|%p|%S|%w|%y|%Y", 1763712306)`, []string{"21|21|08|08|325|11|05|AM|06|5|25|2025"}, ""},
		{"date whole", `return os.date("!%c|%D|%F|%r|%R|%T|%x|%X", 1763712306)`, []string{"Fri Nov 21 08:05:06 2025|11/21/25|2025-11-21|08:05:06 AM|08:05|08:05:06|11/21/25|08:05:06"}, ""},
		{"date others", `return os.date("!%%a%n%t%", 0)`, []string{"%a\n\t%"}, ""},
		{"date table", `
			local d = os.date("!*t", 1763712306)
			return d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst`,
			[]string{"2025", "11", "21", "8", "5", "6", "6", "325", "false"}, ""},
		{"there and back", `return os.time(os.date("*t", 1763712306))`, []string{"1763712306"}, ""},
		{"noon", `return os.date("%H", os.time({year = 2025, month = 11, day = 21}))`, []string{"12"}, ""},
		{"overflow", `return os.date("%F %T", os.time({year = 2025, month = 14, day = -3, hour = 25, min = 61, sec = "7"}))`, []string{"2026-01-29 02:01:07"}, ""},
		{"missing field", `os.time({year = 2025})`, nil, "field 'day' missing in date table"},
		{"time of a number", `os.time(5)`, nil, "bad argument #1 to 'time' (table expected, got number)"},
		{"date of a table", `os.date({})`, nil, "bad argument #1 to 'date'"},
		{"difftime", `return os.difftime(5, 3)`, []string{"2"}, ""},
	})
}

func TestExit(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       int
	}{
		{"sys.exit", `sys.exit(3) print("goes on")`, 3},
		{"os.exit", `os.exit() print("goes on")`, 0},
		{"os.exit code", `os.exit(4) print("goes on")`, 4},
		{"os.exit true", `os.exit(true) print("goes on")`, 0},
		{"os.exit false", `os.exit(false) print("goes on")`, 1},
		{"first counts", `sys.exit(1) sys.exit(2) print("goes on")`, 1},
		{"@system:", `msg.post("@system:", "exit", {code = 5}) print("goes on")`, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, map[string]string{"a.script": "function update() " + c.code + " end"}, headless.Options{})
			p.load("a.script")
			if _, ok := p.Exited(); ok {
				t.Fatal("exited before the frame")
			}
			p.Step(frame)
			p.printed("goes on")
			if code, ok := p.Exited(); !ok || code != c.want {
				t.Errorf("Exited says %d, %v, want %d", code, ok, c.want)
			}
		})
	}
	newEngine(t).run([]evalCase{
		{"no code", `sys.exit()`, nil, "bad argument #1 to exit (code must be a number, got nil)"},
	})
}
