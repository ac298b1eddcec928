package luajit

import "runtime"

// pull is iter.Pull by channels: slower, but whichever thread a goroutine is
// locked to, it may call next and stop.
func pull(seq func(yield func(struct{}) bool)) (next func() (struct{}, bool), stop func()) {
	turn, back := make(chan bool), make(chan struct{})
	var started, stopping, done, exited bool
	var crash any
	hand := func(goOn bool) {
		switch {
		case done:
			return
		case started:
			stopping = !goOn
			turn <- goOn
		case !goOn:
			done = true
			return
		default:
			started = true
			// The coroutine's; ends when its function does, or with stop. Whoever calls
			// next or stop joins it: its last act is to close back.
			go func() {
				returned := false
				defer func() {
					crash, done = recover(), true
					exited = crash == nil && !returned
					close(back)
				}()
				seq(func(struct{}) bool {
					if stopping {
						return false
					}
					back <- struct{}{}
					return <-turn
				})
				returned = true
			}()
		}
		<-back
		if problem := crash; problem != nil {
			crash = nil
			panic(problem)
		}
		if exited {
			exited = false
			runtime.Goexit() // a task that is ended in a coroutine of its own
		}
	}
	next = func() (struct{}, bool) {
		hand(true)
		return struct{}{}, !done
	}
	return next, func() { hand(false) }
}
