package wire

import "sync"

// Pool is what connections take while they read and write and give back: idle ones
// hold nothing of it. Hubs that share one keep no more of it than the goroutines
// that are at work at the same time. Make it with [NewPool]. Safe from any goroutine.
type Pool struct {
	buffers sync.Pool                    // *[]byte, to read into
	works   sync.Pool                    // *work
	rooms   [len(segmentSizes)]sync.Pool // *segment of each size
	shells  sync.Pool                    // *segment without bytes of its own
	hears   sync.Pool                    // *hearing
}

// NewPool returns an empty one.
func NewPool() *Pool {
	p := &Pool{}
	p.shells.New = func() any { return &segment{class: borrowed} }
	p.hears.New = func() any { return newHearing() }
	p.works.New = func() any { return new(work) }
	for i, size := range segmentSizes {
		p.rooms[i].New = func() any { return &segment{buf: make([]byte, 0, size), class: i} }
	}
	return p
}

// buffer gives one of the hub's size; another hub's may be smaller or larger.
func (h *Hub) buffer() *[]byte {
	if b, ok := h.pool.buffers.Get().(*[]byte); ok && len(*b) == h.o.ReadBuffer {
		return b
	}
	b := make([]byte, h.o.ReadBuffer)
	return &b
}
