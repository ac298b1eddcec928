package headless

// HashesKept is the size of the hash table.
func (e *Engine) HashesKept() int { return len(e.hashes.byText) }
