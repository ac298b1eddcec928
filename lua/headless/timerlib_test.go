package headless_test

import (
	"testing"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestTimerArguments(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"delay string", `timer.delay("1", false, print)`, nil, "bad argument #1 to delay (delay must be a number of seconds, got string)"},
		{"delay negative", `timer.delay(-1, false, print)`, nil, "bad argument #1 to delay (delay must be 0 s or more, got -1)"},
		{"delay nan", `timer.delay(0/0, false, print)`, nil, "bad argument #1 to delay"},
		{"repeating", `timer.delay(1, nil, print)`, nil, "bad argument #2 to delay (repeating must be a boolean, got nil)"},
		{"callback", `timer.delay(1, true)`, nil, "bad argument #3 to delay (callback must be a function, got nil)"},
		{"cancel", `timer.cancel()`, nil, "bad argument #1 to cancel (handle must be a timer's number, got nil)"},
		{"trigger", `timer.trigger("x")`, nil, "bad argument #1 to trigger (handle must be a timer's number, got string)"},
		{"get_info", `timer.get_info({})`, nil, "bad argument #1 to get_info (handle must be a timer's number, got table)"},
		{"invalid handle", `
			local h = timer.INVALID_TIMER_HANDLE
			return h, timer.cancel(h), timer.trigger(h), timer.get_info(h)`, []string{"4294967295", "false", "false", "nil"}, ""},
		{"for ever", `local h = timer.delay(1/0, false, print) return timer.get_info(h).delay > 1e9, timer.cancel(h)`, []string{"true", "true"}, ""},
		{"info", `
			local i = timer.get_info(timer.delay(1.5, true, print))
			return i.time_remaining, i.delay, i.repeating`, []string{"1.5", "1.5", "true"}, ""},
		{"cancel twice", `
			local h = timer.delay(1, true, print)
			return timer.cancel(h), timer.cancel(h), timer.get_info(h)`, []string{"true", "false", "nil"}, ""},
	})
}

func TestTimers(t *testing.T) {
	for _, c := range []struct {
		name, init string
		frames     []time.Duration
		want       []string
	}{
		{"zero is the next frame", `timer.delay(0, false, function(_, _, elapsed) print("fired", elapsed) end)`,
			[]time.Duration{100 * time.Millisecond, 250 * time.Millisecond, time.Second},
			[]string{"frame 1", "fired\t0.1", "frame 2", "frame 3"}},
		{"zero repeating is each frame", `timer.delay(0, true, function(_, _, elapsed) print("fired", elapsed) end)`,
			[]time.Duration{100 * time.Millisecond, 250 * time.Millisecond},
			[]string{"frame 1", "fired\t0.1", "frame 2", "fired\t0.25"}},
		{"one shot", `timer.delay(1, false, function(self, handle, elapsed) print(self == me, handle == h, elapsed) end)`,
			[]time.Duration{600 * time.Millisecond, 600 * time.Millisecond, 2 * time.Second},
			[]string{"frame 1", "frame 2", "true\ttrue\t1.2", "frame 3"}},
		{"a repeating one keeps its beat", `timer.delay(1, true, function(_, h, elapsed) print("fired", elapsed, timer.get_info(h).time_remaining) end)`,
			[]time.Duration{600 * time.Millisecond, 600 * time.Millisecond, 600 * time.Millisecond, 600 * time.Millisecond},
			[]string{"frame 1", "frame 2", "fired\t1.2\t-0.2", "frame 3", "frame 4", "fired\t1.2\t-0.4"}},
		{"once a frame at most", `timer.delay(1, true, function(_, _, elapsed) print("fired", elapsed) end)`,
			[]time.Duration{5500 * time.Millisecond, 400 * time.Millisecond, 100 * time.Millisecond},
			[]string{"frame 1", "fired\t5.5", "frame 2", "frame 3", "fired\t0.5"}},
		{"cancel in its own callback", `timer.delay(0, true, function(_, h) print(timer.cancel(h), timer.cancel(h)) end)`,
			[]time.Duration{frame, frame},
			[]string{"frame 1", "true\tfalse", "frame 2"}},
		{"cancel another that is due", `local b; timer.delay(0, false, function() print("a", timer.cancel(b)) end); b = timer.delay(0, false, function() print("b") end)`,
			[]time.Duration{frame, frame},
			[]string{"frame 1", "a\ttrue", "frame 2"}},
		{"made in a callback", `timer.delay(0, false, function() print("a"); timer.delay(0, false, function() print("b") end) end)`,
			[]time.Duration{frame, frame},
			[]string{"frame 1", "a", "frame 2", "b"}},
		{"trigger is on top", `timer.delay(1, false, function(_, _, elapsed) print("fired", elapsed) end); timer.delay(0, false, function() print(timer.trigger(h)) end)`,
			[]time.Duration{500 * time.Millisecond, 500 * time.Millisecond},
			[]string{"frame 1", "fired\t0.5", "true", "frame 2", "fired\t1"}},
		{"trigger from a coroutine", `timer.delay(9, false, function(self) print("fired", self == me) end); timer.delay(0, false, function() coroutine.wrap(function() print(timer.trigger(h), coroutine.running() ~= nil) end)() end)`,
			[]time.Duration{frame},
			[]string{"frame 1", "fired\ttrue", "true\ttrue"}},
		{"trigger one that fails", `local n = 0; local up = function() n = n + 1 end; timer.delay(9, false, function() error("boom") end); timer.delay(0, false, function() local m = 0; local up2 = function() m = m + 1 end; timer.trigger(h); up(); up2(); print(n, m) end)`,
			[]time.Duration{frame},
			[]string{"frame 1", "1\t1"}},
		{"in the order they were made", `for i = 1, 3 do timer.delay((4 - i) / 1000, false, function() print(i) end) end`,
			[]time.Duration{frame},
			[]string{"frame 1", "1", "2", "3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, map[string]string{"a.script": `
				local delay = timer.delay
				function timer.delay(...) local made = delay(...); h = h or made; return made end
				function init(self) me = self; ` + c.init + ` end`}, headless.Options{})
			p.load("a.script")
			p.Step(0) // init
			p.lines()
			got := []string{}
			for n, dt := range c.frames {
				p.out.WriteString("frame " + string(rune('1'+n)) + "\n")
				p.Step(dt)
				got = append(got, p.lines()...)
			}
			p.out.Reset()
			for _, line := range got {
				p.out.WriteString(line + "\n")
			}
			p.printed(c.want...)
			if c.name == "trigger one that fails" {
				p.failed("timer of main:/a#a: ")
			}
		})
	}
}

func TestTimerErrors(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init()
			timer.delay(0, true, function() error("boom") end)
			timer.delay(0, false, function() print("the next one") end)
		end`}, headless.Options{})
	p.load("a.script")
	p.Step(frame)
	p.printed()
	p.Step(frame)
	p.printed("the next one")
	p.failed("timer of main:/a#a: ")
}

// A deleted instance's timers never fire, also within the frame of its end.
func TestTimersDieWithTheirInstance(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init() timer.delay(0, true, function() print("a") end) end
		function final()
			print("final")
			timer.delay(0, false, function() print("never") end)
		end
	`}, headless.Options{})
	i := p.load("a.script")
	p.steps(2)
	p.printed("a")
	p.Delete(i)
	p.printed("final")
	p.Step(frame)
	p.printed()
	if !p.Quiet() {
		t.Error("not quiet")
	}
	previous := p.SetInstance(i.Self())
	defer p.SetInstance(previous)
	got, err := p.eval(`return timer.delay(0, false, print) == timer.INVALID_TIMER_HANDLE`)
	if err != nil || got[0] != "true" {
		t.Errorf("a dead instance got a timer: %v, %v", got, err)
	}
}
