package headless

import (
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// openBase also takes away what only gopher-lua has: a script that says
// channel = channel or {} means its own.
func (e *Engine) openBase() error {
	for _, name := range []string{"channel", "_printregs", "_GOPHER_LUA_VERSION"} {
		e.L.SetGlobal(name, lua.LNil)
		e.modules.loaded.RawSetString(name, lua.LNil)
	}
	e.L.SetGlobal("print", e.L.NewFunction(e.basePrint))
	e.L.SetGlobal("pprint", e.L.NewFunction(e.basePPrint))
	return nil
}

// basePrint is print(…): each value by tostring, a tab between, a line's end.
func (e *Engine) basePrint(L *lua.LState) int {
	var line strings.Builder
	for n := 1; n <= L.GetTop(); n++ {
		if n > 1 {
			line.WriteByte('\t')
		}
		line.WriteString(L.ToStringMeta(L.Get(n)).String())
	}
	line.WriteByte('\n')
	e.write(L, line.String())
	return 0
}

// write raises when the output is gone, as LuaJIT's io.write reports it.
func (e *Engine) write(L *lua.LState, text string) {
	if _, err := io.WriteString(e.options.Stdout, text); err != nil {
		L.RaiseError("print: write output: %v", err)
	}
}

// typeName is what a script calls the type of an argument.
func typeName(v lua.LValue) string { return arg.TypeName(v) }
