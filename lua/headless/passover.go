package headless

// passOver says once, where Options.Log listens, that what a script asks for
// does nothing here.
func (e *Engine) passOver(what string) {
	if e.options.Log == nil || e.sys.passed[what] {
		return
	}
	if e.sys.passed == nil {
		e.sys.passed = make(map[string]bool)
	}
	e.sys.passed[what] = true
	e.options.Log("headless: " + what + " does nothing here")
}
