package luajit

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// arithmetic are the events of operators, and what they do to numbers.
var arithmetic = map[string]func(a, b float64) float64{
	"__add": func(a, b float64) float64 { return a + b },
	"__sub": func(a, b float64) float64 { return a - b },
	"__mul": func(a, b float64) float64 { return a * b },
	"__div": func(a, b float64) float64 { return a / b },
	"__mod": modulo,
	"__pow": math.Pow,
	"__unm": func(a, _ float64) float64 { return -a },
}

// openArithmetic gives a type's metatable the operators, which all types share.
// Texts get LuaJIT's conversion: gopher-lua would read "010" as octal and take
// "1_000" for a number. What is no number gets an error that names it.
func (r *Runtime) openArithmetic(mt *lua.LTable) {
	if r.operators == nil {
		r.operators = make(map[string]*lua.LFunction, len(arithmetic))
		for event, fn := range arithmetic {
			r.operators[event] = r.arithmeticOperator(event, fn)
		}
	}
	for event, operator := range r.operators {
		mt.RawSetString(event, operator)
	}
}

func (r *Runtime) arithmeticOperator(event string, fn func(a, b float64) float64) *lua.LFunction {
	return r.operator(func(L *lua.LState) int {
		a, ok1 := toNumber(L.Get(1))
		b, ok2 := toNumber(L.Get(2))
		switch {
		case ok1 && event == "__unm":
		case ok1 && ok2:
		case event != "__unm" && r.otherOperator(L, event):
			return 1
		case ok1:
			r.badOperand(L, 2)
		default:
			r.badOperand(L, 1)
		}
		L.Push(lua.LNumber(fn(a, b)))
		return 1
	})
}

// operator makes a function that scripts don't know of: no traceback and no
// level shows it.
func (r *Runtime) operator(fn lua.LGFunction) *lua.LFunction {
	value := r.L.NewFunction(fn)
	r.hidden[value] = true
	return value
}

// otherOperator calls the second operand's own operator, for the first one's type
// has one here and none in Lua.
func (r *Runtime) otherOperator(L *lua.LState, event string) bool {
	own, ok := L.GetMetaField(L.Get(2), event).(*lua.LFunction)
	if !ok || r.hidden[own] {
		return false
	}
	L.Push(own)
	L.Push(L.Get(1))
	L.Push(L.Get(2))
	L.Call(2, 1)
	return true
}

// openTypes gives the types that have no metatable in Lua one that words their
// errors: a host that calls a script by gopher-lua's own PCall gets them too.
func (r *Runtime) openTypes() error {
	index := r.operator(func(L *lua.LState) int { return r.badIndex(L) })
	call := r.operator(func(L *lua.LState) int { return r.badCall(L) })
	for _, alike := range [][]lua.LValue{{lua.LNil, lua.LTrue}, {lua.LNumber(0), r.L}, {r.trampoline}} {
		mt := r.L.CreateTable(0, 8)
		mt.RawSetString("__index", index)
		mt.RawSetString("__newindex", index)
		if alike[0] != lua.LValue(r.trampoline) {
			mt.RawSetString("__call", call)
		}
		if alike[0] == lua.LNil {
			r.openArithmetic(mt)
		}
		for _, v := range alike {
			r.types[v.Type()] = mt
			r.L.SetMetatable(v, mt)
		}
	}
	return nil
}

// hideType is nil for a metatable of openTypes.
func (r *Runtime) hideType(v, mt lua.LValue) lua.LValue {
	if own, ok := r.types[v.Type()]; ok && mt == lua.LValue(own) {
		return lua.LNil
	}
	return mt
}

// badIndex raises that a value has no fields.
func (r *Runtime) badIndex(L *lua.LState) int {
	text := "attempt to index a " + typeName(L.Get(1)) + " value"
	if f, ok := frameAt(L, 1); ok && !f.fn.IsG && f.pc >= 0 {
		text = f.indexText(typeName(L.Get(1)))
	}
	raise(L, "%s", text)
	return 0
}

// badCall raises that a value is no function.
func (r *Runtime) badCall(L *lua.LState) int {
	text := "attempt to call a " + typeName(L.Get(1)) + " value"
	if f, ok := frameAt(L, 1); ok && !f.fn.IsG && f.pc >= 0 {
		switch instruction := f.fn.Proto.Code[f.pc]; operation(instruction) {
		case lua.OP_CALL, lua.OP_TAILCALL:
			// The value stands where its arguments were: its name is what was
			// loaded there.
			text = f.attempt("call", argA(instruction), typeName(L.Get(1)))
		}
	}
	raise(L, "%s", text)
	return 0
}

// badOperand raises that an operand of the instruction that called is no number.
func (r *Runtime) badOperand(L *lua.LState, operand int) {
	text := "attempt to perform arithmetic on a " + typeName(L.Get(operand)) + " value"
	if f, ok := frameAt(L, 1); ok && !f.fn.IsG && f.pc >= 0 {
		instruction := f.fn.Proto.Code[f.pc]
		if op := operation(instruction); lua.OP_ADD <= op && op <= lua.OP_UNM {
			register := argB(instruction)
			if operand == 2 {
				register = argC(instruction)
			}
			text = f.attempt("perform arithmetic on", register, typeName(L.Get(operand)))
		}
	}
	raise(L, "%s", text)
}

// modulo is a % b.
func modulo(a, b float64) float64 {
	m := math.Mod(a, b)
	if m*b < 0 {
		m += b
	}
	return m
}

// concat is a .. b .. c: scripts call it where they write the operator, because
// the VM's own writes numbers as Go does. It runs on any state.
func concat(L *lua.LState) int {
	size, top := 0, L.GetTop()
	for i := 1; i <= top; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			size += 8
		default:
			return concatMeta(L, top)
		}
	}
	if size > maxText {
		outOfMemory(L)
	}
	text := make([]byte, 0, size)
	for i := 1; i <= top; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			text = append(text, v...)
		case lua.LNumber:
			text = appendNumber(text, float64(v))
		}
	}
	L.Push(lua.LString(text))
	return 1
}

// concatMeta joins from the right, as .. does, and asks __concat.
func concatMeta(L *lua.LState, top int) int {
	rhs := L.Get(top)
	for i := top - 1; i >= 1; i-- {
		lhs := L.Get(i)
		left, ok1 := toText(lhs)
		right, ok2 := toText(rhs)
		if ok1 && ok2 {
			rhs = lua.LString(left + right)
			continue
		}
		handler := L.GetMetaField(lhs, "__concat")
		if handler == lua.LNil {
			handler = L.GetMetaField(rhs, "__concat")
		}
		if handler == lua.LNil {
			operand := i
			if ok1 {
				operand = i + 1
			}
			badConcat(L, operand, map[bool]lua.LValue{true: rhs, false: lhs}[ok1])
		}
		L.Push(handler)
		L.Push(lhs)
		L.Push(rhs)
		L.Call(2, 1)
		rhs = L.Get(-1)
		L.Pop(1)
	}
	L.Push(rhs)
	return 1
}

// badConcat raises that operand n can't be joined.
func badConcat(L *lua.LState, n int, v lua.LValue) {
	text := "attempt to concatenate a " + typeName(v) + " value"
	if f, ok := frameAt(L, 1); ok && !f.fn.IsG && f.pc >= 0 {
		instruction := f.fn.Proto.Code[f.pc]
		if op := operation(instruction); op == lua.OP_CALL || op == lua.OP_TAILCALL {
			text = f.attempt("concatenate", argA(instruction)+n, typeName(v))
		}
	}
	raise(L, "%s", text)
}

// join is a table constructor in parts: the VM loses the items of one with more
// than 25,550. All parts but the last are full.
func join(L *lua.LState) int {
	t, ok := L.Get(1).(*lua.LTable)
	for i := 2; ok && i <= L.GetTop(); i++ {
		if part, isTable := L.Get(i).(*lua.LTable); isTable {
			for n, last := 1, part.MaxN(); n <= last; n++ {
				t.RawSetInt((i-1)*partItems+n, part.RawGetInt(n))
			}
		}
	}
	L.SetTop(1)
	return 1
}
