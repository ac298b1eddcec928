package wire

// NewIdleConn gives an open connection without a network, for benchmarks of what
// stands above it.
func NewIdleConn(h *Hub, tag int) *Conn {
	return &Conn{hub: h, source: h.queue.NewSource(), tag: tag, phase: up}
}

// PostMessage posts a message as a connection's reader does, one at a time, for
// benchmarks of what stands above it.
func PostMessage(c *Conn, kind DataType, payload string) {
	c.inflight.Add(int64(len(payload) + cost))
	c.source.Post(Event{Kind: Message, Type: kind, Conn: c, Payload: payload})
}
