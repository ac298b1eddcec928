package headless

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/lazy"
	"github.com/tickwire/tickwire/lua/luajit"
)

// maxPrintDepth bounds pprint's tables within tables; what is deeper shows as
// { ... }.
const maxPrintDepth = 100

// basePPrint is pprint(…): each value on lines of its own, tables with their
// keys in the order they were set, in Defold's form.
func (e *Engine) basePPrint(L *lua.LState) int {
	p := prettyPrinter{L: L, path: make(map[*lua.LTable]bool)}
	for n := 1; n <= L.GetTop(); n++ {
		if n > 1 {
			p.text.WriteString(",\n")
		}
		if t, ok := L.Get(n).(*lua.LTable); ok {
			if n == 1 {
				p.text.WriteByte('\n')
			}
			p.table(t)
		} else {
			p.text.WriteString(p.name(L.Get(n)))
		}
	}
	p.text.WriteByte('\n')
	e.write(L, p.text.String())
	return 0
}

type prettyPrinter struct {
	L    *lua.LState
	text strings.Builder
	path map[*lua.LTable]bool // the tables that are being printed
}

func (p *prettyPrinter) table(t *lua.LTable) {
	if p.path[t] || len(p.path) >= maxPrintDepth {
		fmt.Fprintf(&p.text, "{ ... } --[[%p]]", t)
		return
	}
	lazy.Wake(t)
	key, value := t.Next(lua.LNil)
	if key == lua.LNil {
		fmt.Fprintf(&p.text, "{ } --[[%p]]", t)
		return
	}
	fmt.Fprintf(&p.text, "{ --[[%p]]", t)
	p.path[t] = true
	for first := true; key != lua.LNil; key, value = t.Next(key) {
		if !first {
			p.text.WriteByte(',')
		}
		first = false
		p.newLine()
		p.text.WriteString(p.name(key))
		p.text.WriteString(" = ")
		switch value := value.(type) {
		case *lua.LTable:
			p.table(value)
		case lua.LString:
			p.text.WriteByte('"')
			p.text.WriteString(string(value))
			p.text.WriteByte('"')
		default:
			p.text.WriteString(p.name(value))
		}
	}
	delete(p.path, t)
	p.newLine()
	p.text.WriteByte('}')
}

func (p *prettyPrinter) newLine() {
	p.text.WriteByte('\n')
	for range p.path {
		p.text.WriteString("  ")
	}
}

func (p *prettyPrinter) name(v lua.LValue) string {
	return luajit.ToString(p.L, v)
}
