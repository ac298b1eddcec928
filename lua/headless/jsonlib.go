package headless

func (e *Engine) openJSON() error { return nil }
