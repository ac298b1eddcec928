package luaspec

import (
	"context"
	"net"
	"sync"
	"time"
)

// outside is what a bubble can't have and asks for: the wall's time and real
// connections. Its goroutines and channels are made outside the bubble, where
// time.Sleep sleeps and a channel may be closed by anyone.
type outside struct {
	dialer func(ctx context.Context, network, address string) (net.Conn, error)

	ctx     context.Context // ends with close
	ended   <-chan struct{} // its Done
	cancel  context.CancelFunc
	running sync.WaitGroup
	dials   chan *dial         // one that is fresh, to whoever wants to dial
	ticks   chan time.Duration // a request: how long
	ticked  chan time.Time     // its answer
}

// newOutside starts it. Call from outside the bubble; close joins it.
func newOutside(dialer func(ctx context.Context, network, address string) (net.Conn, error)) *outside {
	if dialer == nil {
		dialer = new(net.Dialer).DialContext
	}
	o := &outside{
		dialer: dialer,
		dials:  make(chan *dial),
		ticks:  make(chan time.Duration),
		ticked: make(chan time.Time),
	}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	o.ended = o.ctx.Done() // here, for who asks first makes the channel
	// Owned by o; close cancels and joins both.
	o.running.Go(o.serveDials)
	o.running.Go(o.serveTime)
	return o
}

// close ends its goroutines, dials that are under way included.
func (o *outside) close() {
	o.cancel()
	o.running.Wait()
}

// now is the wall's time. For the runner goroutine only.
func (o *outside) now() time.Time { return o.sleep(0) }

// sleep sleeps for real and returns the wall's time after it. For the runner
// goroutine only.
func (o *outside) sleep(d time.Duration) time.Time {
	select {
	case o.ticks <- d:
		return <-o.ticked
	case <-o.ended:
		return time.Time{}
	}
}

func (o *outside) serveTime() {
	for {
		select {
		case d := <-o.ticks:
			if d > 0 {
				timer := time.NewTimer(d)
				select {
				case <-timer.C:
				case <-o.ended:
					timer.Stop()
				}
			}
			o.ticked <- time.Now()
		case <-o.ended:
			return
		}
	}
}

// dial is one real dial. Who takes one from outside.dials must send to start.
type dial struct {
	start  chan [2]string // capacity 1: network, address
	stop   chan struct{}  // capacity 1: give up
	result chan dialed    // capacity 1
}

type dialed struct {
	conn net.Conn
	err  error
}

func (o *outside) serveDials() {
	for {
		d := &dial{start: make(chan [2]string, 1), stop: make(chan struct{}, 1), result: make(chan dialed, 1)}
		select {
		case o.dials <- d:
			// Owned by o; the dialer's end or the cancel of o ends it; close joins it.
			o.running.Go(func() { o.run(d) })
		case <-o.ended:
			return
		}
	}
}

func (o *outside) run(d *dial) {
	ctx, cancel := context.WithCancel(o.ctx)
	defer cancel()
	target := <-d.start
	finished := make(chan struct{})
	defer close(finished)
	// Owned by run; run's end ends it; close joins it. The cancel has to be called
	// out here: what it starts would belong to the bubble otherwise.
	o.running.Go(func() {
		select {
		case <-d.stop:
			cancel()
		case <-finished:
		}
	})
	conn, err := o.dialer(ctx, target[0], target[1])
	d.result <- dialed{conn, err}
}

// dialReal dials outside on behalf of a goroutine in the bubble. ctx belongs to
// the bubble.
func (o *outside) dialReal(ctx context.Context, network, address string) (net.Conn, error) {
	var d *dial
	select {
	case d = <-o.dials:
	case <-o.ended:
		return nil, net.ErrClosed
	}
	d.start <- [2]string{network, address}
	select {
	case r := <-d.result:
		return r.conn, r.err
	case <-ctx.Done():
		d.stop <- struct{}{}
		// The dialer honours its context, so this is soon.
		if r := <-d.result; r.conn != nil {
			r.conn.Close()
		}
		return nil, ctx.Err()
	}
}
