package headless_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestRunEnds(t *testing.T) {
	for _, c := range []struct {
		name, script string
		options      headless.Options
		want         headless.Result
		printed      []string
	}{
		{"quiet", `function init() print("init") end`, headless.Options{}, headless.Result{Reason: headless.Quiet}, []string{"init"}},
		{"quiet after timers and messages", `
			function init() timer.delay(0.5, false, function() msg.post("#", "x") end) end
			function on_message() print(os.clock() >= 0.5) end`, headless.Options{}, headless.Result{Reason: headless.Quiet}, []string{"true"}},
		{"exit", `function update(self) self.n = (self.n or 0) + 1 if self.n == 3 then print(self.n) sys.exit(7) end end`,
			headless.Options{}, headless.Result{Reason: headless.Exited, Code: 7}, []string{"3"}},
		{"for", `local n = 0 function update() n = n + 1 end function final() print(n) end`,
			headless.Options{For: time.Second}, headless.Result{Reason: headless.Elapsed}, []string{"60"}},
		{"for, as fast as it goes", `local n = 0 function update() n = n + 1 end function final() print(n, os.clock()) end`,
			headless.Options{For: time.Hour, Fast: true, Rate: 10}, headless.Result{Reason: headless.Elapsed}, []string{"36000\t0"}},
		{"for, in virtual time", `local n = 0 function update() n = n + 1 end function final() print(n, os.clock()) end`,
			headless.Options{For: time.Hour, Rate: 10, Clock: headless.NewVirtualClock(start, nil)}, headless.Result{Reason: headless.Elapsed}, []string{"36000\t3599.9"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newProject(t, map[string]string{"a.script": c.script}, c.options)
				p.load("a.script")
				if got := p.Run(context.Background()); got != c.want {
					t.Errorf("Run says %v %d, want %v %d", got.Reason, got.Code, c.want.Reason, c.want.Code)
				}
				if err := p.Close(); err != nil {
					t.Error(err)
				}
				p.printed(c.printed...)
			})
		})
	}
}

func TestRunCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProject(t, map[string]string{"a.script": `function update() end`}, headless.Options{})
		p.load("a.script")
		ctx, cancel := context.WithTimeout(t.Context(), 1005*time.Millisecond)
		defer cancel()
		began := time.Now()
		if got := p.Run(ctx); got.Reason != headless.Canceled {
			t.Errorf("Run says %v", got.Reason)
		}
		if d := time.Since(began); d != 1005*time.Millisecond {
			t.Errorf("Run took %v", d)
		}
	})
}

// The frames follow the clock, without drift.
func TestRunRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProject(t, map[string]string{"a.script": `function update(_, dt) note(dt) end`}, headless.Options{Rate: 60, For: 10 * time.Second})
		p.load("a.script")
		began, n, sum := time.Now(), 0, 0.0
		p.State().SetGlobal("note", p.State().NewFunction(func(L *lua.LState) int {
			if want := time.Duration(float64(n) * 1e9 / 60); time.Since(began) != want {
				t.Errorf("frame %d came at %v, want %v", n, time.Since(began), want)
			}
			n++
			sum += float64(L.CheckNumber(1))
			return 0
		}))
		p.Run(t.Context())
		if n != 600 || sum < 10-1e-9 || sum > 10+1e-9 {
			t.Errorf("%d frames of %v s together", n, sum)
		}
	})
}

// A frame that takes long is caught up, up to a bound.
func TestRunCatchUp(t *testing.T) {
	for _, c := range []struct {
		stall time.Duration
		want  []string
		late  []string // of the second frame and those after it
	}{
		{35 * time.Millisecond, []string{"0s", "35ms", "35ms", "35ms", "40ms", "50ms", "60ms"}, []string{"25ms", "15ms", "5ms", "0s", "0s", "0s"}},
		{time.Second, []string{"0s", "1s", "1.01s", "1.02s", "1.03s", "1.04s", "1.05s"}, []string{"990ms", "0s", "0s", "0s", "0s", "0s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var got, late []string
			p := newProject(t, map[string]string{"a.script": `function update() note() end`}, headless.Options{
				Rate:    100,
				OnFrame: func(d time.Duration) { late = append(late, fmt.Sprint(d)) },
			})
			p.load("a.script")
			began := time.Now()
			p.State().SetGlobal("note", p.State().NewFunction(func(L *lua.LState) int {
				got = append(got, fmt.Sprint(time.Since(began)))
				if len(got) == 1 {
					time.Sleep(c.stall) // the bubble's time
				}
				if len(got) == len(c.want) {
					p.Exit(0)
				}
				return 0
			}))
			p.Run(t.Context())
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("stall of %v (-want +got):\n%s", c.stall, diff)
			}
			if diff := cmp.Diff(c.late, late); diff != "" {
				t.Errorf("late after a stall of %v (-want +got):\n%s", c.stall, diff)
			}
		})
	}
}

// With nothing but a system alive, frames wait for its Wake.
func TestRunWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newEngine(t)
		began := time.Now()
		var log, got []string
		r := &recorder{log: &log, active: 1, wake: make(chan struct{}, 1)}
		r.update = func() {
			got = append(got, fmt.Sprint(time.Since(began)))
			if time.Since(began) >= 600*time.Millisecond {
				r.active = 0
			}
		}
		if err := p.Add(&recorder{log: &log}); err != nil { // one that never wakes
			t.Fatal(err)
		}
		if err := p.Add(r); err != nil {
			t.Fatal(err)
		}
		wake := time.AfterFunc(100*time.Millisecond, func() { r.wake <- struct{}{} })
		defer wake.Stop()
		if got := p.Run(t.Context()); got.Reason != headless.Quiet {
			t.Errorf("Run says %v", got.Reason)
		}
		if diff := cmp.Diff([]string{"0s", "100ms", "350ms", "600ms"}, got); diff != "" {
			t.Errorf("frames (-want +got):\n%s", diff)
		}
	})
}

// As fast as it goes ends where a system is active: peers live by the wall clock.
func TestRunFastWithSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProject(t, map[string]string{"a.script": `function update() end`}, headless.Options{Fast: true, Rate: 10, For: time.Second})
		p.load("a.script")
		var log []string
		r := &recorder{log: &log, active: 1, wake: make(chan struct{}, 1)}
		if err := p.Add(r); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		p.Run(t.Context())
		if d := time.Since(began); d != 900*time.Millisecond {
			t.Errorf("ten frames took %v, want 900ms", d)
		}
	})
}

func TestReasons(t *testing.T) {
	got := fmt.Sprint(headless.Quiet, headless.Exited, headless.Canceled, headless.Elapsed)
	if want := "quiet exited canceled elapsed"; got != want {
		t.Errorf("reasons are %q, want %q", got, want)
	}
}
