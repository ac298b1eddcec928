package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// signals end a command: the first one asks, the second one kills.
type signals struct {
	context.Context // ends with the first signal, or with stop
	cancel          context.CancelFunc
	caught          atomic.Int32 // its exit code; 0 for none
	done            chan struct{}
}

// catchSignals catches the first interrupt or termination. From then on the
// system's own handling is back, and the next one ends the process at once.
func catchSignals() *signals {
	s := &signals{done: make(chan struct{})}
	s.Context, s.cancel = context.WithCancel(context.Background())
	came := make(chan os.Signal, 1)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM)
	// Owned by signals; the first signal or stop ends it; joined by stop.
	go func() {
		defer close(s.done)
		select {
		case sig := <-came:
			s.caught.Store(int32(exitCode(sig)))
		case <-s.Done():
		}
		signal.Stop(came)
		s.cancel()
	}()
	return s
}

// stop ends the catching.
func (s *signals) stop() {
	s.cancel()
	<-s.done
}

// code is the exit code of the signal that came, 0 for none.
func (s *signals) code() int { return int(s.caught.Load()) }

// exitCode is a shell's for a program that sig has ended.
func exitCode(sig os.Signal) int {
	if n, ok := sig.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 128 + 2
}
