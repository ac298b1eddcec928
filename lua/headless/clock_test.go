package headless_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/headless"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestVirtualClock(t *testing.T) {
	var log []string
	var c *headless.VirtualClock
	note := func(what string) {
		log = append(log, fmt.Sprint(what, " ", c.Now().Sub(start)))
	}
	c = headless.NewVirtualClock(start, func() { note("rest") })
	c.AfterFunc(2*time.Second, func() { note("2s") })
	c.AfterFunc(time.Second, func() {
		note("1s")
		c.AfterFunc(500*time.Millisecond, func() { note("1.5s") })
		c.AfterFunc(-time.Second, func() { note("at once") })
	})
	c.AfterFunc(2*time.Second, func() { note("2s too") })
	c.AfterFunc(4*time.Second, func() { note("4s") })
	stop := c.AfterFunc(time.Second, func() { note("never") })
	if !stop() || stop() {
		t.Error("stop: want true, then false")
	}
	c.Advance(3 * time.Second)
	want := []string{
		"rest 0s", "1s 1s", "rest 1s", "at once 1s", "rest 1s", "1.5s 1.5s", "rest 1.5s",
		"2s 2s", "rest 2s", "2s too 2s", "rest 2s",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := c.Now(); !got.Equal(start.Add(3 * time.Second)) {
		t.Errorf("now is %v", got)
	}
	log = nil
	c.Advance(0)
	c.Advance(time.Second)
	if diff := cmp.Diff([]string{"rest 3s", "rest 3s", "4s 4s", "rest 4s"}, log); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	fired := c.AfterFunc(0, func() {})
	c.Advance(0)
	if fired() {
		t.Error("stop after the call: want false")
	}
}

func TestVirtualClockPanics(t *testing.T) {
	c := headless.NewVirtualClock(start, nil)
	for _, try := range []struct {
		want string
		call func()
	}{
		{"headless: VirtualClock.Advance: time can't run backwards", func() { c.Advance(-1) }},
		{"headless: VirtualClock.Advance within Advance", func() {
			c.AfterFunc(0, func() { c.Advance(1) })
			c.Advance(1)
		}},
	} {
		func() {
			defer func() {
				if got := recover(); got != try.want {
					t.Errorf("panicked with %v, want %q", got, try.want)
				}
			}()
			try.call()
		}()
	}
	c.Advance(time.Second) // goes on after both
}

func TestSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := headless.SystemClock()
		began := c.Now()
		done := make(chan time.Time, 1)
		c.AfterFunc(time.Second, func() { done <- c.Now() })
		stop := c.AfterFunc(time.Second, func() { t.Error("stopped, and called") })
		if !stop() {
			t.Error("stop: want true")
		}
		if got := (<-done).Sub(began); got != time.Second {
			t.Errorf("called after %v, want 1s", got)
		}
	})
}
