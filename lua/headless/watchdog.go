package headless

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// ErrWatchdog is in the chain of the error that Options.Watchdog reports.
var ErrWatchdog = errors.New("a script did not return in time")

// watchdog stops scripts that don't return. gopher-lua looks at a state's context
// before each instruction, which costs about a quarter of its speed: so only a
// state whose host asks for a watchdog has one.
type watchdog struct {
	limit  time.Duration // 0: none
	timer  *time.Timer
	cancel context.CancelFunc
	bitten atomic.Bool
	depth  int // guarded calls within guarded calls; owned by the tick
}

// openWatchdog gives the state its context, before it has threads.
func (e *Engine) openWatchdog() {
	d := &e.watchdog
	if d.limit = e.options.Watchdog; d.limit == 0 {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	e.L.SetContext(ctx)
	// This bounds how long the machine computes: its time, whatever the scripts'.
	// The timer's function runs on a goroutine of Go's and returns at once.
	d.timer = time.AfterFunc(d.limit, func() {
		d.bitten.Store(true)
		cancel()
	})
	d.timer.Stop()
}

// guard starts the time of a frame or of a file that is loaded.
func (d *watchdog) guard() {
	if d.limit > 0 {
		if d.depth == 0 {
			d.timer.Reset(d.limit)
		}
		d.depth++
	}
}

func (d *watchdog) unguard() {
	if d.limit > 0 {
		if d.depth--; d.depth == 0 {
			d.timer.Stop()
		}
	}
}

// close ends the watchdog's context: Close has a bound of its own.
func (d *watchdog) close() {
	if d.limit > 0 {
		d.timer.Stop()
		d.cancel()
	}
}

// explain is err with the watchdog's word if it was the one that stopped the
// script; the run ends with this frame then.
func (e *Engine) explain(err error) error {
	if err == nil || !e.watchdog.bitten.Load() {
		return err
	}
	e.Exit(1)
	return fmt.Errorf("%w: stopped after %v: %w", ErrWatchdog, e.watchdog.limit, err)
}
