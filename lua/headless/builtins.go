package headless

import "github.com/tickwire/tickwire/lua/internal/arg"

// openBuiltins enters the modules whose functions come with the first look.
func (e *Engine) openBuiltins() error {
	e.builtins = arg.NewModules(e.L)
	e.builtins.Add("sys", e.fillSys)
	return nil
}
