package headless

import (
	"io"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

func (e *Engine) openBase() error {
	e.L.SetGlobal("pprint", e.L.NewFunction(e.basePPrint))
	return nil
}

// write raises when the output is gone, as LuaJIT's io.write reports it.
func (e *Engine) write(L *lua.LState, text string) {
	if _, err := io.WriteString(e.options.Stdout, text); err != nil {
		L.RaiseError("pprint: write output: %v", err)
	}
}

// typeName is what a script calls the type of an argument.
func typeName(v lua.LValue) string { return arg.TypeName(v) }
