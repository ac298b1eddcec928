package extension

import "github.com/tickwire/tickwire/extension/internal/wire"

// Pool is memory for the reading and writing of connections, 64 KiB and more for
// each that is at it. Make it with [NewPool]. Safe from any goroutine.
type Pool struct{ of *wire.Pool }

// NewPool returns an empty one, for the Options of several extensions.
func NewPool() *Pool { return &Pool{wire.NewPool()} }

// wire is nil for none.
func (p *Pool) wire() *wire.Pool {
	if p == nil {
		return nil
	}
	return p.of
}
