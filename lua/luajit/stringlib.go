package luajit

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxText bounds what string.rep, table.concat, string.format and .. make: past
// it a script gets an error, where the process would run out of memory.
const maxText = 1 << 29

func (r *Runtime) openString() error {
	lib, err := r.library("string")
	if err != nil {
		return err
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"byte":    stringByte,
		"char":    stringChar,
		"dump":    stringDump,
		"find":    stringFind,
		"format":  stringFormat,
		"gmatch":  stringGmatch,
		"gsub":    r.stringGsub,
		"len":     stringLen,
		"lower":   stringLower,
		"match":   stringMatch,
		"rep":     stringRep,
		"reverse": stringReverse,
		"sub":     stringSub,
		"upper":   stringUpper,
	})
	lib.RawSetString("gfind", lua.LNil)
	// "5" + 1 asks the metatable before it converts as Go does. The table of
	// strings is not the library itself any more, so that the library has only
	// what a script expects in it.
	mt := r.L.CreateTable(0, 8)
	mt.RawSetString("__index", lib)
	r.openArithmetic(mt)
	r.L.SetMetatable(lua.LString(""), mt)
	lib.RawSetString("__index", lua.LNil)
	return nil
}

// span is what two positions of a text mean, as string.sub reads them: the
// bytes from start up to end.
func span(length, from, to int) (start, end int) {
	if from < 0 {
		from = max(from+length+1, 1)
	} else if from == 0 {
		from = 1
	}
	if to < 0 {
		to += length + 1
	} else if to > length {
		to = length
	}
	if from > to {
		return 0, 0
	}
	return from - 1, to
}

func stringSub(L *lua.LState) int {
	text := checkString(L, 1)
	start, end := span(len(text), checkInt(L, 2), optInt(L, 3, -1))
	L.Push(lua.LString(text[start:end]))
	return 1
}

func stringByte(L *lua.LState) int {
	text := checkString(L, 1)
	from := optInt(L, 2, 1)
	start, end := span(len(text), from, optInt(L, 3, from))
	if end-start > maxResults {
		raise(L, "string slice too long")
	}
	for i := start; i < end; i++ {
		L.Push(lua.LNumber(text[i]))
	}
	return end - start
}

func stringChar(L *lua.LState) int {
	text := make([]byte, L.GetTop())
	for i := range text {
		c := checkInt(L, i+1)
		if c < 0 || c > 255 {
			argError(L, i+1, "invalid value")
		}
		text[i] = byte(c)
	}
	L.Push(lua.LString(text))
	return 1
}

// stringDump is string.dump(f).
//
// Differs from LuaJIT: no function can be dumped. What it raises is what LuaJIT
// raises for a C function.
func stringDump(L *lua.LState) int {
	checkFunction(L, 1)
	raise(L, "unable to dump given function")
	return 0
}

func stringLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(checkString(L, 1))))
	return 1
}

// mapBytes is for ASCII letters alone, as in the C locale.
func mapBytes(L *lua.LState, first, last byte) int {
	text := checkString(L, 1)
	for i := range len(text) {
		if c := text[i]; first <= c && c <= last {
			mapped := []byte(text)
			for ; i < len(mapped); i++ {
				if c := mapped[i]; first <= c && c <= last {
					mapped[i] = c ^ 0x20
				}
			}
			text = string(mapped)
			break
		}
	}
	L.Push(lua.LString(text))
	return 1
}

func stringLower(L *lua.LState) int { return mapBytes(L, 'A', 'Z') }
func stringUpper(L *lua.LState) int { return mapBytes(L, 'a', 'z') }

func stringReverse(L *lua.LState) int {
	text := checkString(L, 1)
	reversed := make([]byte, len(text))
	for i := range len(text) {
		reversed[len(text)-1-i] = text[i]
	}
	L.Push(lua.LString(reversed))
	return 1
}

// stringRep is string.rep(s, n [, separator]).
func stringRep(L *lua.LState) int {
	text, n, separator := checkString(L, 1), checkInt(L, 2), optString(L, 3, "")
	if n <= 0 || len(text)+len(separator) == 0 {
		L.Push(lua.LString(""))
		return 1
	}
	if n > maxText/(len(text)+len(separator)) {
		outOfMemory(L)
	}
	if separator != "" {
		text = strings.Repeat(text+separator, n-1) + text
	} else {
		text = strings.Repeat(text, n)
	}
	L.Push(lua.LString(text))
	return 1
}

// outOfMemory raises what LuaJIT does, which has no place.
func outOfMemory(L *lua.LState) { L.Error(lua.LString("not enough memory"), 0) }
