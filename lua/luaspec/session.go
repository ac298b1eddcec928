package luaspec

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// session is one spec file that runs in its bubble, and the way in from
// outside. t.Run is not allowed in a bubble and the bubble has to span the
// whole file, so the tests stay outside: each asks the runner, over channels
// that were made outside, to run its block. Waiting for such a channel is no
// rest for the bubble, which does no harm: the clock of the specs is our own.
type session struct {
	path     string
	options  Options
	limit    *limit
	outside  *outside
	requests chan func(*runner)
	ended    chan struct{} // closed when the bubble's goroutine is gone
	lost     *Problem      // why the runner doesn't answer any more
	givenUp  bool          // it was given up: nothing can end it
	err      error         // of opening or closing; read after ended
}

// newSession starts a file's bubble and loads the file. Call from outside any
// bubble; end joins it.
func newSession(t *testing.T, o Options, path string) *session {
	s := &session{
		path:     path,
		options:  o,
		limit:    &limit{},
		outside:  newOutside(o.Dialer),
		requests: make(chan func(*runner)),
		ended:    make(chan struct{}),
	}
	opened := make(chan struct{})
	// Owned by the session; the close of requests ends it; end joins it. A
	// runner that never answers again is not joined: nothing can end it.
	go func() {
		defer close(s.ended)
		defer s.outside.close()
		defer func() {
			// A bubble panics if goroutines are left when it ends: a module's fault,
			// which must not end the other files too.
			if left := recover(); left != nil {
				s.err = fmt.Errorf("luaspec: end %s: something was left running: %v", path, left)
			}
		}()
		synctest.Test(t, func(*testing.T) {
			r, err := newRunner(o, path, s.limit, s.outside)
			s.err = err
			close(opened)
			if err != nil {
				return
			}
			for request := range s.requests {
				request(r)
			}
			s.err = r.close()
		})
	}()
	<-opened
	return s
}

// do has the runner run f and waits for it. It returns the reason if the
// runner is lost.
func (s *session) do(f func(*runner)) *Problem {
	if s.lost != nil {
		return s.lost
	}
	stop := s.limit.start(s.options.Timeout)
	defer stop()
	answered := make(chan struct{})
	request := func(r *runner) {
		defer close(answered)
		f(r)
	}
	timeout := time.NewTimer(s.options.Timeout + s.options.grace)
	defer timeout.Stop()
	select {
	case s.requests <- request:
	case <-s.ended:
		s.lost = &Problem{Status: Broken, Message: fmt.Sprintf("%s: the engine did not start: %v", s.path, s.err)}
		return s.lost
	}
	select {
	case <-answered:
		return nil
	case <-timeout.C:
		s.givenUp = true
		s.lost = &Problem{Status: Errored, Message: fmt.Sprintf(
			"%s: did not end within %v, in a builtin that never returns or a module that waits for the world outside; the rest of the file can't run", s.path, s.options.Timeout)}
		return s.lost
	}
}

// end closes the engine and joins the bubble. It returns what went wrong with
// that and was not told yet.
func (s *session) end() error {
	close(s.requests)
	if !s.givenUp {
		stop := s.limit.start(s.options.Timeout)
		defer stop()
		timeout := time.NewTimer(s.options.Timeout + s.options.grace)
		defer timeout.Stop()
		select {
		case <-s.ended:
		case <-timeout.C:
			return fmt.Errorf("luaspec: close %s: did not end within %v", s.path, s.options.Timeout)
		}
	}
	if s.lost != nil {
		return nil
	}
	return s.err
}
