package wire

// NewIdleConn gives an open connection without a network, for benchmarks of what
// stands above it.
func NewIdleConn(h *Hub, tag int) *Conn {
	c := &Conn{hub: h, tag: int32(tag), phase: up}
	c.source.Join(h.queue)
	return c
}

// PostMessage posts a message as a connection's reader does, one at a time, for
// benchmarks of what stands above it.
func PostMessage(c *Conn, kind DataType, payload string) {
	c.inflight.Add(int64(len(payload) + cost))
	c.source.Post(Event{Kind: Message, Type: kind, Conn: c, Payload: payload})
}
