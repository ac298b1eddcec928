package headless

import lua "github.com/yuin/gopher-lua"

func (e *Engine) basePPrint(L *lua.LState) int { return e.basePrint(L) }
