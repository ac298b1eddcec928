package headless_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

// TestWatchdog holds that a script that doesn't return is stopped wherever it
// hides, that the error says where it was, and that final still runs.
func TestWatchdog(t *testing.T) {
	for name, loop := range map[string]string{
		"plain":              "while true do end",
		"within pcall":       "while true do pcall(function() local x = 1 end) end",
		"within a coroutine": "coroutine.wrap(function() while true do end end)()",
		"in a recursion":     "local function f() while true do pcall(f) end end f()",
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t, map[string]string{"a.script": "function update()\n" + loop + "\nend\nfunction final() print('final') end"},
				headless.Options{Watchdog: 50 * time.Millisecond, Fast: true})
			p.load("a.script")
			if got, want := p.Run(context.Background()), (headless.Result{Reason: headless.Exited, Code: 1}); got != want {
				t.Errorf("ended with %v, want %v", got, want)
			}
			if len(p.errors) == 0 || !errors.Is(p.errors[0], headless.ErrWatchdog) {
				t.Fatalf("reported %v", p.errors)
			}
			p.failed("update of main:/a#a: a script did not return in time: stopped after 50ms: ")
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			p.printed("final")
		})
	}
}

func TestWatchdogSaysWhere(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": "local function spin()\n\twhile true do\n\t\tlocal x = 1\n\tend\nend\nfunction init()\n\tspin()\nend"},
		headless.Options{Watchdog: 50 * time.Millisecond})
	p.load("a.script")
	p.Step(frame)
	text := p.errors[0].Error()
	p.errors = nil
	if !contains(text, "a.script:") || !contains(text, "stack traceback:") || !contains(text, "in function 'spin'") {
		t.Errorf("reported %s", text)
	}
}

func TestWatchdogWhileAFileIsLoaded(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": "\nwhile true do end"}, headless.Options{Watchdog: 50 * time.Millisecond})
	_, err := p.LoadScript("a.script")
	if !errors.Is(err, headless.ErrWatchdog) || !contains(err.Error(), "a.script:2: a script did not return in time: stopped after 50ms") {
		t.Errorf("error %v", err)
	}
}

// Frames that take their time one after the other are none that never return.
func TestWatchdogBeginsAnewEachFrame(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `local n = 0
		function update() n = n + 1; local t = os.clock(); while os.clock() - t < 0.2 do end; if n == 6 then sys.exit(0) end end`},
		headless.Options{Watchdog: time.Second, Fast: true})
	p.load("a.script")
	if got := p.Run(context.Background()); got.Code != 0 {
		t.Errorf("ended with %v: %v", got, p.errors)
	}
}

// A script that runs without waiting finds that its hours are hours.
func TestSkippingClock(t *testing.T) {
	clock := &headless.SkippingClock{}
	p := newProject(t, map[string]string{"a.script": `
		function init(self) self.t = socket.gettime(); timer.delay(3600, false, function(self) print(math.floor((socket.gettime() - self.t) / 60 + 0.5)) end) end`},
		headless.Options{Fast: true, Clock: clock, Rate: 10})
	p.load("a.script")
	began := clock.Now()
	p.Run(context.Background())
	p.printed("60")
	if passed := clock.Now().Sub(began); passed < 59*time.Minute || passed > 61*time.Minute {
		t.Errorf("the clock went on by %v", passed)
	}
}

// Ten seconds of frames at a hundred times the speed are none that a test waits
// for; their time is what it always is.
func TestSpeed(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `local sum = 0
		function update(self, dt) sum = sum + dt end
		function final() print(math.floor(sum * 10 + 0.5) / 10) end`}, headless.Options{Speed: 1000, Rate: 10, For: 10 * time.Second})
	p.load("a.script")
	began := time.Now()
	p.Run(context.Background())
	if passed := time.Since(began); passed > 5*time.Second {
		t.Errorf("ten seconds at a thousand times their speed took %v", passed)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	p.printed("10")
	if _, err := headless.New(headless.Options{Speed: -1}); err == nil {
		t.Error("a negative speed passed")
	}
}
