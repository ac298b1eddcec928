package luajit

import (
	"bufio"
	"errors"
	"io"
	"runtime"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

func (r *Runtime) fileRead(L *lua.LState) int { return reading(L, checkOpen(L, 1), 2) }
func (r *Runtime) ioRead(L *lua.LState) int {
	return reading(L, standard(L, r.io.input, "input"), 1)
}

// reading reads what the arguments from first on ask for, a line by default. It
// stops after the first that is not there, for which it gives nil.
func reading(L *lua.LState, f *file, first int) int {
	if f.reader == nil {
		return pushOutcome(L, syscall.EBADF, "")
	}
	in := f.input()
	if L.GetTop() < first {
		L.Push(readLine(in, false))
		return 1
	}
	results := 0
	for n, top := first, L.GetTop(); n <= top; n++ {
		value := readFormat(L, in, n)
		L.Push(value)
		results++
		if value == lua.LNil {
			break
		}
	}
	return results
}

func readFormat(L *lua.LState, in *bufio.Reader, n int) lua.LValue {
	if count, ok := L.Get(n).(lua.LNumber); ok {
		return readBytes(in, toInt(float64(count)))
	}
	format := strings.TrimPrefix(checkString(L, n), "*")
	switch {
	case strings.HasPrefix(format, "n"):
		return readNumber(in)
	case strings.HasPrefix(format, "l"):
		return readLine(in, false)
	case strings.HasPrefix(format, "L"):
		return readLine(in, true)
	case strings.HasPrefix(format, "a"):
		text, _ := io.ReadAll(in)
		return lua.LString(text)
	}
	argError(L, n, "invalid format")
	return lua.LNil
}

// readLine reads a line, with its end or without; nil at the file's end.
func readLine(in *bufio.Reader, whole bool) lua.LValue {
	line, err := in.ReadString('\n')
	if err != nil && line == "" {
		return lua.LNil
	}
	if !whole {
		line = strings.TrimSuffix(line, "\n")
	}
	return lua.LString(line)
}

// readBytes reads up to count bytes; none says whether there are any.
func readBytes(in *bufio.Reader, count int) lua.LValue {
	if count <= 0 {
		if _, err := in.Peek(1); err != nil {
			return lua.LNil
		}
		return lua.LString("")
	}
	// It grows as bytes arrive, whatever the script asked for.
	text, err := io.ReadAll(io.LimitReader(in, int64(count)))
	if len(text) == 0 || err != nil && !errors.Is(err, io.EOF) {
		return lua.LNil
	}
	return lua.LString(text)
}

// maxNumber is how long a number in a file may be.
const maxNumber = 200

// readNumber reads a number after space; nil if there is none.
func readNumber(in *bufio.Reader) lua.LValue {
	var text []byte
	for len(text) < maxNumber {
		next, err := in.Peek(1)
		if err != nil {
			break
		}
		c := next[0]
		switch {
		case len(text) == 0 && strings.IndexByte(space, c) >= 0:
		case isDigit(c) || c == '.' || c == '-' || c == '+' || 'a' <= c|0x20 && c|0x20 <= 'f' || c|0x20 == 'x' || c|0x20 == 'p':
			text = append(text, c)
		default:
			c = 0
		}
		if c == 0 {
			break
		}
		_, _ = in.Discard(1)
	}
	if n, ok := parseNumber(string(text)); ok {
		return lua.LNumber(n)
	}
	return lua.LNil
}

// fileLines is file:lines(…).
func (r *Runtime) fileLines(L *lua.LState) int {
	f := checkOpen(L, 1)
	return r.lines(L, f, 2, false)
}

// ioLines is io.lines([name, …]). A file that it opens closes at its end.
func (r *Runtime) ioLines(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		return r.lines(L, standard(L, r.io.input, "input"), 2, false)
	}
	name := checkString(L, 1)
	data, err := r.open(name, "r")
	if err != nil {
		argError(L, 1, name+": "+errorText(err))
	}
	f, _ := data.Value.(*file)
	L.Replace(1, data)
	return r.lines(L, f, 2, true)
}

// lines pushes the iterator; the arguments from first on are what it reads.
func (r *Runtime) lines(L *lua.LState, f *file, first int, closes bool) int {
	var formats []lua.LValue
	for n := first; n <= L.GetTop(); n++ {
		formats = append(formats, L.Get(n))
	}
	data := L.Get(1) // the iterator keeps the file from being closed as forgotten
	L.Push(L.NewFunction(func(L *lua.LState) int {
		defer runtime.KeepAlive(data)
		if f.closed {
			raise(L, "attempt to use a closed file")
		}
		L.SetTop(0)
		for _, format := range formats {
			L.Push(format)
		}
		n := reading(L, f, 1)
		if closes && L.Get(-n) == lua.LNil {
			_ = f.close()
			delete(r.io.kept, f)
		}
		return n
	}))
	return 1
}
