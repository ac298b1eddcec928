package extension

import (
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// BenchmarkTask compares a task that is woken and waits again with a callback
// that does the same work, in turns; and gives what a task costs from its start
// to its end, with one wait. "ratio" is the median of the turns' ratios.
func BenchmarkTask(b *testing.B) {
	const turn = 4096
	L := lua.NewState()
	b.Cleanup(L.Close)
	e := New(Options{MaxTime: -1})
	if err := e.Open(L); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	if err := L.DoString(`
		local core = require("tickwire.core")
		count = 0
		function callback() count = count + 1 end
		function sleeper() core.wait(0) end
		core.run(function() while true do core.wait() count = count + 1 end end)`); err != nil {
		b.Fatal(err)
	}
	var waiting *task
	for t := range e.tasks.of[lua.LNil] {
		waiting = t
	}
	callback, sleeper := L.GetGlobal("callback"), L.GetGlobal("sleeper").(*lua.LFunction)
	call := func() {
		for range turn {
			L.Push(callback)
			if err := L.PCall(0, 0, nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	resume := func() {
		for range turn {
			e.wake(waiting, true, nil)
			e.resumeReady(1)
		}
	}
	live := func() {
		for range turn {
			e.start(sleeper, nil)
			e.Update()
		}
	}
	took := func(f func()) float64 {
		start := time.Now()
		f()
		return float64(time.Since(start).Nanoseconds()) / turn
	}
	var ratios, calls, resumes, lives []float64
	for b.Loop() {
		one, two := took(call), took(resume)
		calls, resumes, ratios = append(calls, one), append(resumes, two), append(ratios, two/one)
		lives = append(lives, took(live))
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(calls), "ns/callback")
	b.ReportMetric(median(resumes), "ns/resume")
	b.ReportMetric(median(lives), "ns/task")
	b.ReportMetric(testing.AllocsPerRun(10, resume)/turn, "allocs/resume")
	b.ReportMetric(0, "ns/op") // an operation is a turn: it says nothing
	if got := int(L.GetGlobal("count").(lua.LNumber)); got < turn {
		b.Errorf("counted %d calls", got)
	}
}
