package wstest

import (
	"context"
	"sync"
)

// signal wakes whoever waits for a change of what mu guards.
type signal struct {
	mu *sync.Mutex
	ch chan struct{} // guarded by mu: closed at the next change; nil while nobody waits
}

// notify wakes them. mu is held.
func (s *signal) notify() {
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}

// until returns once ready does, asked under mu at first and after each
// change, or with the context's error.
func (s *signal) until(ctx context.Context, ready func() bool) error {
	for {
		s.mu.Lock()
		if ready() {
			s.mu.Unlock()
			return nil
		}
		if s.ch == nil {
			s.ch = make(chan struct{})
		}
		changed := s.ch
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
