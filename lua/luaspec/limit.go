package luaspec

import (
	"fmt"
	"sync"
	"time"
)

// limit bounds by the wall's clock how long Lua may run for one request. It is
// the context of the Lua state, whose loop asks it between instructions.
//
// Its channels are made outside the bubble and closed there: a bubble's own
// channel may not be. For the same reason it gives coroutines no context of
// their own to cancel (see AfterFunc).
type limit struct {
	mu   sync.Mutex
	done chan struct{} // guarded by mu
	span time.Duration // guarded by mu
}

// start allows span from now on and returns what ends it. Call from outside
// the bubble.
func (l *limit) start(span time.Duration) (stop func()) {
	done := make(chan struct{})
	l.mu.Lock()
	l.done, l.span = done, span
	l.mu.Unlock()
	timer := time.AfterFunc(span, func() { close(done) })
	return func() { timer.Stop() }
}

func (l *limit) reached() bool {
	select {
	case <-l.Done():
		return true
	default:
		return false
	}
}

// Deadline, Done, Err and Value make it a context.Context.
func (l *limit) Deadline() (time.Time, bool) { return time.Time{}, false }

func (l *limit) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done
}

func (l *limit) Err() error {
	if !l.reached() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Errorf("did not end within %v", l.span)
}

func (l *limit) Value(any) any { return nil }

// AfterFunc is what context.WithCancel calls for a child: gopher-lua makes one
// for each coroutine. Without it a goroutine would wait for both, and one that
// waits for something outside keeps a bubble from ever coming to rest. The
// child is never told. Coroutines and protected calls have the state's own.
func (l *limit) AfterFunc(func()) (stop func() bool) { return func() bool { return true } }
