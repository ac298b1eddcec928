package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// patience is how long a command may take to end before the user hears that it
// still does.
const patience = 500 * time.Millisecond

// signals end a command: the first one asks, the second one kills.
type signals struct {
	context.Context // ends with the first signal, with cancel or with stop
	cancel          context.CancelFunc
	caught          atomic.Int32 // the exit code of the signal that came; 0 for none
	over            chan struct{}
	done            chan struct{}
}

// catchSignals catches interrupts and terminations. The second one ends the
// process at once. slow, which may be nil, is called if stop isn't soon after the
// first.
func catchSignals(slow func()) *signals {
	s := &signals{over: make(chan struct{}), done: make(chan struct{})}
	s.Context, s.cancel = context.WithCancel(context.Background())
	came := make(chan os.Signal, 2)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM)
	// Owned by signals; stop ends and joins it.
	go func() {
		defer close(s.done)
		defer signal.Stop(came)
		select {
		case sig := <-came:
			s.caught.Store(int32(exitCode(sig)))
		case <-s.over:
			return
		}
		s.cancel()
		late := time.NewTimer(patience)
		defer late.Stop()
		for {
			select {
			case sig := <-came:
				os.Exit(exitCode(sig)) // the scripts don't come back: nothing can be tidied up
			case <-late.C:
				if slow != nil {
					slow()
				}
			case <-s.over:
				return
			}
		}
	}()
	return s
}

// stop ends the catching. Call it once.
func (s *signals) stop() {
	close(s.over)
	<-s.done
	s.cancel()
}

// code is the exit code of the signal that came, 0 for none.
func (s *signals) code() int { return int(s.caught.Load()) }

// exitCode is a shell's for a program that sig has ended.
func exitCode(sig os.Signal) int {
	if n, ok := sig.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 128 + int(syscall.SIGINT)
}
