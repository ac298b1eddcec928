package luajit

import (
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// mendText gives what gopher-lua raises LuaJIT's words. The functions that
// failed are still on L.
func (r *Runtime) mendText(L *lua.LState, text string) string {
	f, ok := frameAt(L, 0)
	switch {
	case !ok:
		return text
	case f.fn == r.trampoline:
		return calledText(L, strings.TrimPrefix(text, " "))
	case f.fn.IsG:
		return mendArgument(L, text)
	}
	where := r.place(L, 0)
	if rest, ok := strings.CutPrefix(text, where); ok {
		return where + r.mendOperation(f, rest)
	}
	return text
}

// calledText is what a protected call of no function raises.
func calledText(L *lua.LState, text string) string {
	if text == "attempt to call a non-function object" {
		return "attempt to call a " + typeName(L.Get(1)) + " value"
	}
	return text
}

// badArgument finds what gopher-lua's argument checks raise.
var badArgument = regexp.MustCompile(`^(.*?)bad argument #(\d+) to ([^' (]+|\(anonymous\)|<[^>]*>) \((.*)$`)

// mendArgument quotes the function's name, and tells no value from nil.
func mendArgument(L *lua.LState, text string) string {
	parts := badArgument.FindStringSubmatch(text)
	if parts == nil {
		if strings.HasPrefix(text, " ") && L.Where(1) != "" && place(L, 1) == "" {
			return text[1:] // where gopher-lua has no place it leaves its space
		}
		return text
	}
	number, problem := 0, parts[4]
	fmt.Sscan(parts[2], &number)
	if number > L.GetTop() {
		problem = strings.Replace(problem, ", got nil)", ", got no value)", 1)
	}
	kind, name := calledAs(L)
	if name == "" {
		name = "?"
	}
	where := strings.TrimLeft(parts[1], " ")
	if kind == "method" {
		if number--; number == 0 {
			return fmt.Sprintf("%scalling '%s' on bad self", where, name)
		}
	}
	return fmt.Sprintf("%sbad argument #%d to '%s' (%s", where, number, name, problem)
}

// vmTexts are the texts of gopher-lua's VM that need no name.
var vmTexts = map[string]string{
	"for statement init must be a number":       "'for' initial value must be a number",
	"for statement limit must be a number":      "'for' limit must be a number",
	"for statement step must be a number":       "'for' step must be a number",
	"too many recursions in gettable":           "loop in gettable",
	"too many recursions in settable":           "loop in settable",
	"registry overflow":                         "stack overflow",
	"can not yield from outside of a coroutine": "attempt to yield across C-call boundary",
}

// mendOperation words the error of an instruction, with the name of what it
// worked on.
func (r *Runtime) mendOperation(f frame, text string) string {
	if mended := vmTexts[text]; mended != "" {
		return mended
	}
	if f.pc < 0 || f.pc >= len(f.fn.Proto.Code) {
		return text
	}
	instruction := f.fn.Proto.Code[f.pc]
	switch {
	case strings.HasPrefix(text, "attempt to index a non-table object("):
		kind, _, _ := strings.Cut(strings.TrimPrefix(text, "attempt to index a non-table object("), ")")
		return f.indexText(kind)
	case text == "attempt to call a non-function object":
		register := argA(instruction)
		if operation(instruction) == lua.OP_TFORLOOP {
			return "attempt to call a " + f.typeOf(register+3, "nil") + " value"
		}
		return f.attempt("call", register, f.typeOf(register, "nil"))
	case strings.HasPrefix(text, "cannot perform "):
		var event, lhs, rhs string
		if n, _ := fmt.Sscanf(text, "cannot perform %s operation between %s and %s", &event, &lhs, &rhs); n != 3 {
			return text
		}
		if event == "concat" {
			return "attempt to concatenate a " + blamed(lhs, rhs) + " value"
		}
		operand, kind := argB(instruction), lhs
		if f.isNumber(operand) {
			operand, kind = argC(instruction), rhs
		}
		return f.attempt("perform arithmetic on", operand, kind)
	case text == "__unm undefined":
		return f.attempt("perform arithmetic on", argB(instruction), f.typeOf(argB(instruction), "nil"))
	case text == "__len undefined":
		return f.attempt("get length of", argB(instruction), f.typeOf(argB(instruction), "nil"))
	case strings.HasPrefix(text, "attempt to compare "):
		var lhs, rhs string
		if n, _ := fmt.Sscanf(text, "attempt to compare %s with %s", &lhs, &rhs); n != 2 {
			return text
		}
		return compareText(lhs, rhs)
	}
	return text
}

// indexText is about what the instruction that runs has indexed.
func (f frame) indexText(kind string) string {
	switch instruction := f.fn.Proto.Code[f.pc]; operation(instruction) {
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		return f.attempt("index", argB(instruction), kind)
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		return f.attempt("index", argA(instruction), kind)
	}
	return "attempt to index a " + kind + " value"
}

func compareText(lhs, rhs string) string {
	if lhs == rhs {
		return "attempt to compare two " + lhs + " values"
	}
	return "attempt to compare " + lhs + " with " + rhs
}

// blamed is the type that can't be joined.
func blamed(lhs, rhs string) string {
	if lhs == "string" || lhs == "number" {
		return rhs
	}
	return lhs
}

// attempt is "attempt to index local 'x' (a nil value)", or without the name.
func (f frame) attempt(what string, operand int, typ string) string {
	if _, ok := isConstant(operand); !ok {
		if kind, name := f.slotName(operand); kind != "" {
			return fmt.Sprintf("attempt to %s %s '%s' (a %s value)", what, kind, name, typ)
		}
	}
	return fmt.Sprintf("attempt to %s a %s value", what, typ)
}

// value is an operand's, nil if it can't be told.
func (f frame) value(operand int) lua.LValue {
	if n, ok := isConstant(operand); ok {
		if n < len(f.fn.Proto.Constants) {
			return f.fn.Proto.Constants[n]
		}
		return nil
	}
	if name, value := f.L.GetLocal(f.debug, operand+1); name != "" {
		return value
	}
	return nil
}

func (f frame) typeOf(operand int, fallback string) string {
	if v := f.value(operand); v != nil {
		return typeName(v)
	}
	return fallback
}

func (f frame) isNumber(operand int) bool {
	v := f.value(operand)
	if v == nil {
		return false
	}
	_, ok := toNumber(v)
	return ok
}
