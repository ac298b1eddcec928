package linerpc

// Waiting is how many bytes wait for the input's lines to be done, and for the
// output to be written.
func (h *Host) Waiting() (in, out int) {
	h.in.mu.Lock()
	in = h.in.bytes
	h.in.mu.Unlock()
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	return in, len(h.out.text)
}
