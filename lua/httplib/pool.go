package httplib

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// pool is what runs off the tick: it knows no Lua.
type pool struct {
	clock            Clock
	idleTimeout      time.Duration
	maxBody, maxFile int64
	way              way

	ctx    context.Context // ends with close
	cancel context.CancelFunc
	tasks  sync.WaitGroup // a goroutine for each running request
	wake   chan struct{}

	mu    sync.Mutex
	ready []*request // guarded by mu: have something to tell, each once
}

func newPool(o Options) *pool {
	p := &pool{clock: o.Clock, idleTimeout: o.IdleTimeout, maxBody: o.MaxBody, maxFile: o.MaxFile, wake: make(chan struct{}, 1)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.way.init(p, o)
	return p
}

// start runs the request on a goroutine of its own.
func (p *pool) start(r *request) {
	// Owned by the pool; ends with the response, its time, or the cancel of the
	// request; joined by close.
	p.tasks.Go(func() { p.run(r) })
}

// run is a request's life off the tick.
func (p *pool) run(r *request) {
	stop := r.watch()
	result := r.do()
	why := context.Cause(r.ctx)
	stop()
	if result.status == 0 && why != nil {
		result.err = why // what broke when it was canceled is not the cause
	}
	p.mu.Lock()
	r.outcome = result
	p.mu.Unlock()
	p.post(r)
}

// post has the next Update look at r. Safe from any goroutine.
func (p *pool) post(r *request) {
	p.mu.Lock()
	if !r.posted {
		r.posted = true
		p.ready = append(p.ready, r)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// takeReady gives the requests that have something to tell.
func (p *pool) takeReady() []*request {
	p.mu.Lock()
	defer p.mu.Unlock()
	ready := p.ready
	p.ready = nil
	return ready
}

// close ends every request and connection and joins every goroutine.
func (p *pool) close() error {
	p.cancel()
	p.way.close()
	joined := make(chan struct{})
	// Owned by close; ends when the requests have; joined by the wait below, or
	// left to a Dial that never returns, which the error says.
	go func() {
		p.tasks.Wait()
		p.way.dials.Wait()
		close(joined)
	}()
	late := make(chan struct{})
	stop := p.clock.AfterFunc(closeTimeout, func() { close(late) })
	defer stop()
	select {
	case <-joined:
		return nil
	case <-late:
		return fmt.Errorf("http: close: requests still run after %v: Options.Dial does not honour its context", closeTimeout)
	}
}
