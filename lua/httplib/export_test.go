package httplib

// Connections is how many are in the books.
func Connections(c *Client) int {
	c.pool.way.mu.Lock()
	defer c.pool.way.mu.Unlock()
	return len(c.pool.way.open)
}
