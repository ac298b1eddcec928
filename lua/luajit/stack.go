package luajit

import (
	"reflect"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// frame is one function on the stack.
type frame struct {
	L     *lua.LState // its thread
	level int         // in L
	debug *lua.Debug
	fn    *lua.LFunction
	pc    int // of the instruction that runs, in Lua functions
	nargs int
	tails int // tail calls that led to it
	index int // from the bottom
}

// frameAt is the frame at a level of L alone.
func frameAt(L *lua.LState, level int) (frame, bool) {
	debug, ok := L.GetStack(level)
	if !ok {
		return frame{}, false
	}
	// gopher-lua tells which line runs, but not which instruction; reading
	// (never writing) is what reflect allows with a field that isn't exported.
	inner := reflect.ValueOf(debug).Elem().FieldByName("frame").Elem()
	if !inner.IsValid() {
		return frame{}, false
	}
	value, err := L.GetInfo("f", debug, lua.LNil)
	fn, isFunction := value.(*lua.LFunction)
	if err != nil || !isFunction {
		return frame{}, false
	}
	return frame{
		L: L, level: level, debug: debug, fn: fn,
		pc:    int(inner.FieldByName("Pc").Int()) - 1,
		nargs: int(inner.FieldByName("NArgs").Int()),
		tails: int(inner.FieldByName("TailCall").Int()),
		index: int(inner.FieldByName("Idx").Int()),
	}, true
}

// below is the frame that called f, on the same thread.
func (f frame) below() (frame, bool) {
	next := f.level + 1
	if !f.fn.IsG {
		next += f.tails
	}
	return frameAt(f.L, next)
}

// line is where a Lua function is, 0 for a Go function.
func (f frame) line() int {
	if f.fn.IsG || f.pc < 0 || f.pc >= len(f.fn.Proto.DbgSourcePositions) {
		return 0
	}
	return f.fn.Proto.DbgSourcePositions[f.pc]
}

// calledAs says what the running function's caller called it: "global",
// "local", "method", "field" or "upvalue", and the name. Both are "" where no
// Lua function called it.
func calledAs(L *lua.LState) (kind, name string) {
	running, ok := frameAt(L, 0)
	if !ok {
		return "", ""
	}
	return running.calledAs()
}

func (f frame) calledAs() (kind, name string) {
	if f.tails > 0 && !f.fn.IsG {
		return "", ""
	}
	caller, ok := f.below()
	if !ok || caller.fn.IsG || caller.pc < 0 {
		return "", ""
	}
	instruction := caller.fn.Proto.Code[caller.pc]
	switch operation(instruction) {
	case lua.OP_CALL, lua.OP_TAILCALL:
		return caller.slotName(argA(instruction))
	case lua.OP_TFORLOOP:
		return "local", "(for generator)"
	}
	return "", ""
}

// The parts of an instruction, as gopher-lua's opcode.go lays them out.
func operation(instruction uint32) int { return int(instruction >> 26) }
func argA(instruction uint32) int      { return int(instruction>>18) & 0xff }
func argB(instruction uint32) int      { return int(instruction & 0x1ff) }
func argC(instruction uint32) int      { return int(instruction>>9) & 0x1ff }
func argBx(instruction uint32) int     { return int(instruction & 0x3ffff) }

// isConstant says whether an operand is one, and which.
func isConstant(operand int) (int, bool) { return operand &^ 0x100, operand&0x100 != 0 }

// slotName says what a register of f holds, in the script's words.
func (f frame) slotName(register int) (kind, name string) {
	proto, pc := f.fn.Proto, f.pc
	for {
		if name, ok := f.fn.LocalName(register+1, pc); ok && !strings.HasPrefix(name, "(") { // "(for index)"
			return "local", name
		}
		pc = lastWrite(proto, register, pc)
		if pc < 0 {
			return "", ""
		}
		instruction := proto.Code[pc]
		switch operation(instruction) {
		case lua.OP_MOVE, lua.OP_MOVEN:
			if argB(instruction) >= register {
				return "", ""
			}
			register = argB(instruction)
		case lua.OP_GETGLOBAL:
			return "global", constantText(proto, argBx(instruction))
		case lua.OP_GETUPVAL:
			if n := argB(instruction); n < len(proto.DbgUpvalues) {
				return "upvalue", proto.DbgUpvalues[n]
			}
			return "", ""
		case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
			if n, ok := isConstant(argC(instruction)); ok {
				if text, ok := proto.Constants[n].(lua.LString); ok {
					return "field", string(text)
				}
				return "", ""
			}
			return f.keyName(argC(instruction), pc)
		case lua.OP_SELF:
			if register != argA(instruction) {
				return "", ""
			}
			if n, ok := isConstant(argC(instruction)); ok {
				return "method", constantText(proto, n)
			}
			return "", ""
		default:
			return "", ""
		}
	}
}

// keyName is the name of a field whose key was loaded as a constant.
func (f frame) keyName(register, pc int) (kind, name string) {
	proto := f.fn.Proto
	if pc = lastWrite(proto, register, pc); pc >= 0 && operation(proto.Code[pc]) == lua.OP_LOADK {
		if text, ok := proto.Constants[argBx(proto.Code[pc])].(lua.LString); ok {
			return "field", string(text)
		}
	}
	return "", ""
}

func constantText(proto *lua.FunctionProto, n int) string {
	if n < len(proto.Constants) {
		if text, ok := proto.Constants[n].(lua.LString); ok {
			return string(text)
		}
	}
	return "?"
}

// lastWrite is the last instruction before pc that wrote the register, -1 for
// none, or where a jump makes it doubtful.
func lastWrite(proto *lua.FunctionProto, register, pc int) int {
	found := -1
	for i := 0; i < pc; i++ {
		instruction := proto.Code[i]
		a := argA(instruction)
		written := false
		switch operation(instruction) {
		case lua.OP_MOVE, lua.OP_LOADK, lua.OP_LOADBOOL, lua.OP_GETUPVAL, lua.OP_GETGLOBAL, lua.OP_GETTABLE,
			lua.OP_GETTABLEKS, lua.OP_NEWTABLE, lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD,
			lua.OP_POW, lua.OP_UNM, lua.OP_NOT, lua.OP_LEN, lua.OP_CONCAT, lua.OP_TESTSET:
			written = a == register
		case lua.OP_MOVEN: // one move, and C more in what follows
			for n := range argC(instruction) + 1 {
				if i+n < pc && argA(proto.Code[i+n]) == register {
					found = i + n
				}
			}
			i += argC(instruction)
			continue
		case lua.OP_LOADNIL:
			written = a <= register && register <= argB(instruction)
		case lua.OP_SELF:
			written = register == a || register == a+1
		case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_VARARG, lua.OP_TFORLOOP:
			written = register >= a
		case lua.OP_CLOSURE:
			written = a == register
			i += int(proto.FunctionPrototypes[argBx(instruction)].NumUpvalues)
		case lua.OP_SETLIST:
			if argC(instruction) == 0 {
				i++
			}
		}
		if written {
			found = min(i, pc-1)
		}
	}
	return found
}
