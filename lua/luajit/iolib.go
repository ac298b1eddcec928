package luajit

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

// file is what io.open gives a script.
type file struct {
	f       *os.File  // nil for a pipe and for the standard output
	reader  io.Reader // nil if it can't be read
	writer  io.Writer // nil if it can't be written
	in      *bufio.Reader
	out     *bufio.Writer
	wait    func() error // closes a pipe
	closed  bool
	lasting bool // a standard file: a script can't close it
}

// streams are the files of io.read and io.write.
type streams struct {
	meta          *lua.LTable
	input, output *lua.LUserData
	kept          map[*file]struct{} // open, or closed since the last sweep
}

func (r *Runtime) openIO() error {
	r.io.kept = make(map[*file]struct{})
	r.io.meta = r.L.CreateTable(0, 2)
	methods := r.L.SetFuncs(r.L.CreateTable(0, 7), map[string]lua.LGFunction{
		"close":   r.fileClose,
		"flush":   r.fileFlush,
		"lines":   r.fileLines,
		"read":    r.fileRead,
		"seek":    r.fileSeek,
		"setvbuf": r.fileSetVBuf,
		"write":   r.fileWrite,
	})
	r.io.meta.RawSetString("__index", methods)
	r.io.meta.RawSetString("__tostring", r.L.NewFunction(fileToString))
	lib := r.newLibrary("io", map[string]lua.LGFunction{
		"close":   r.ioClose,
		"flush":   r.ioFlush,
		"input":   r.ioInput,
		"lines":   r.ioLines,
		"open":    r.ioOpen,
		"output":  r.ioOutput,
		"popen":   r.ioPopen,
		"read":    r.ioRead,
		"tmpfile": r.ioTmpFile,
		"type":    ioType,
		"write":   r.ioWrite,
	})
	r.io.input = r.newFile(&file{f: os.Stdin, reader: os.Stdin, lasting: true})
	r.io.output = r.newFile(&file{writer: r.options.Stdout, lasting: true})
	lib.RawSetString("stdin", r.io.input)
	lib.RawSetString("stdout", r.io.output)
	lib.RawSetString("stderr", r.newFile(&file{f: os.Stderr, writer: os.Stderr, lasting: true}))
	return nil
}

// newFile gives scripts a file. The standard ones write at once. One that scripts
// forget is closed, as Lua's collector does.
func (r *Runtime) newFile(f *file) *lua.LUserData {
	data := &lua.LUserData{Value: f, Env: r.L.Env, Metatable: r.io.meta}
	if f.lasting {
		return data
	}
	if f.writer != nil {
		f.out = bufio.NewWriter(f.writer)
		f.writer = f.out
	}
	r.sweep()
	r.io.kept[f] = struct{}{}
	runtime.AddCleanup(data, r.dropFile, f)
	return data
}

// dropFile notes that no script can reach f any more. Safe from any goroutine.
func (r *Runtime) dropFile(f *file) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.droppedFiles = append(r.droppedFiles, f)
}

// closeFiles writes what is left and closes what scripts left open.
func (r *Runtime) closeFiles() {
	for f := range r.io.kept {
		_ = f.close()
	}
	clear(r.io.kept)
}

func (f *file) close() error {
	f.closed = true
	var flushed error
	if f.out != nil {
		flushed = f.out.Flush()
	}
	if f.wait != nil {
		return errors.Join(flushed, f.wait())
	}
	if f.f != nil {
		return errors.Join(flushed, f.f.Close())
	}
	return flushed
}

// input is what reads; what was written before is there to be read.
func (f *file) input() *bufio.Reader {
	if f.out != nil {
		_ = f.out.Flush()
	}
	if f.in == nil {
		f.in = bufio.NewReader(f.reader)
	}
	return f.in
}

// rewind makes the file stand where the script believes it to be: what was read
// ahead counts as unread.
func (f *file) rewind() {
	if f.in != nil && f.f != nil {
		_, _ = f.f.Seek(-int64(f.in.Buffered()), io.SeekCurrent)
		f.in = nil
	}
	if f.out != nil {
		_ = f.out.Flush()
	}
}

// checkFile is argument n, a file that may be closed.
func checkFile(L *lua.LState, n int) *file {
	if data, ok := L.Get(n).(*lua.LUserData); ok {
		if f, ok := data.Value.(*file); ok {
			return f
		}
	}
	typeError(L, n, "FILE*")
	return nil
}

func checkOpen(L *lua.LState, n int) *file {
	f := checkFile(L, n)
	if f.closed {
		raise(L, "attempt to use a closed file")
	}
	return f
}

// standard is the file of io.read or io.write.
func standard(L *lua.LState, data *lua.LUserData, name string) *file {
	f, _ := data.Value.(*file)
	if f == nil || f.closed {
		raise(L, "default %s file is closed", name)
	}
	return f
}

func fileToString(L *lua.LState) int {
	f := checkFile(L, 1)
	if f.closed {
		L.Push(lua.LString("file (closed)"))
	} else {
		L.Push(lua.LString("file (" + string(pointer(L.Get(1))) + ")"))
	}
	return 1
}

func ioType(L *lua.LState) int {
	checkAny(L, 1)
	data, _ := L.Get(1).(*lua.LUserData)
	if data != nil {
		if f, ok := data.Value.(*file); ok {
			L.Push(lua.LString(map[bool]string{true: "closed file", false: "file"}[f.closed]))
			return 1
		}
	}
	L.Push(lua.LNil)
	return 1
}

// openModes are what C's fopen does for the first letters of a mode.
func openFlags(mode string) (flags int, ok bool) {
	if mode == "" {
		return 0, false
	}
	plus := strings.Contains(mode, "+")
	switch {
	case mode[0] == 'r' && plus:
		return os.O_RDWR, true
	case mode[0] == 'r':
		return os.O_RDONLY, true
	case mode[0] == 'w' && plus:
		return os.O_RDWR | os.O_CREATE | os.O_TRUNC, true
	case mode[0] == 'w':
		return os.O_WRONLY | os.O_CREATE | os.O_TRUNC, true
	case mode[0] == 'a' && plus:
		return os.O_RDWR | os.O_CREATE | os.O_APPEND, true
	case mode[0] == 'a':
		return os.O_WRONLY | os.O_CREATE | os.O_APPEND, true
	}
	return 0, false
}

// open is C's fopen.
func (r *Runtime) open(name, mode string) (*lua.LUserData, error) {
	flags, ok := openFlags(mode)
	if !ok {
		return nil, syscall.EINVAL
	}
	opened, err := os.OpenFile(name, flags, 0o666)
	if err != nil {
		return nil, err
	}
	f := &file{f: opened}
	if flags&os.O_WRONLY == 0 {
		f.reader = opened
	}
	if flags&(os.O_WRONLY|os.O_RDWR) != 0 {
		f.writer = opened
	}
	return r.newFile(f), nil
}

func (r *Runtime) ioOpen(L *lua.LState) int {
	name, mode := checkString(L, 1), optString(L, 2, "r")
	data, err := r.open(name, mode)
	if err != nil {
		return pushOutcome(L, err, name)
	}
	L.Push(data)
	return 1
}

func (r *Runtime) ioTmpFile(L *lua.LState) int {
	opened, err := os.CreateTemp("", "lua_")
	if err != nil {
		return pushOutcome(L, err, "")
	}
	name := opened.Name()
	L.Push(r.newFile(&file{f: opened, reader: opened, writer: opened, wait: func() error {
		return errors.Join(opened.Close(), os.Remove(name))
	}}))
	return 1
}

// ioPopen is io.popen(command [, mode]).
func (r *Runtime) ioPopen(L *lua.LState) int {
	text, mode := checkString(L, 1), optString(L, 2, "r")
	command := exec.Command("/bin/sh", "-c", text)
	if runtime.GOOS == "windows" {
		command = exec.Command("cmd.exe", "/c", text)
	}
	f := &file{}
	var err error
	if strings.HasPrefix(mode, "w") {
		command.Stdout = r.options.Stdout
		var in io.WriteCloser
		in, err = command.StdinPipe()
		f.writer = in
		f.wait = func() error { return errors.Join(in.Close(), command.Wait()) }
	} else {
		f.reader, err = command.StdoutPipe()
		f.wait = command.Wait
	}
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return pushOutcome(L, err, text)
	}
	L.Push(r.newFile(f))
	return 1
}

// closing closes a file for a script.
func (r *Runtime) closing(L *lua.LState, f *file) int {
	if f.lasting {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot close standard file"))
		return 2
	}
	err := f.close()
	delete(r.io.kept, f)
	var exit *exec.ExitError
	if errors.As(err, &exit) { // as in Lua 5.1 how a command ended is not told
		err = nil
	}
	return pushOutcome(L, err, "")
}

func (r *Runtime) fileClose(L *lua.LState) int { return r.closing(L, checkOpen(L, 1)) }

func (r *Runtime) ioClose(L *lua.LState) int {
	if L.GetTop() == 0 {
		return r.closing(L, standard(L, r.io.output, "output"))
	}
	return r.closing(L, checkOpen(L, 1))
}

func flush(L *lua.LState, f *file) int {
	var err error
	if f.out != nil {
		err = f.out.Flush()
	}
	return pushOutcome(L, err, "")
}

func (r *Runtime) fileFlush(L *lua.LState) int { return flush(L, checkOpen(L, 1)) }
func (r *Runtime) ioFlush(L *lua.LState) int   { return flush(L, standard(L, r.io.output, "output")) }

// choose is io.input and io.output: it sets the standard file, or tells it.
func (r *Runtime) choose(L *lua.LState, which **lua.LUserData, mode string) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString, lua.LNumber:
		name, _ := toText(v)
		data, err := r.open(name, mode)
		if err != nil {
			argError(L, 1, name+": "+errorText(err))
		}
		*which = data
	default:
		checkFile(L, 1)
		*which, _ = v.(*lua.LUserData)
	}
	L.Push(*which)
	return 1
}

func (r *Runtime) ioInput(L *lua.LState) int  { return r.choose(L, &r.io.input, "r") }
func (r *Runtime) ioOutput(L *lua.LState) int { return r.choose(L, &r.io.output, "w") }

// writing writes the arguments from first on.
func (r *Runtime) writing(L *lua.LState, f *file, first int) int {
	if f.in != nil {
		f.rewind()
	}
	for n := first; n <= L.GetTop(); n++ {
		text := checkString(L, n)
		if f.writer == nil {
			return pushOutcome(L, syscall.EBADF, "")
		}
		if _, err := io.WriteString(f.writer, text); err != nil {
			return pushOutcome(L, err, "")
		}
	}
	return 0
}

// fileWrite returns true, as LuaJIT does.
func (r *Runtime) fileWrite(L *lua.LState) int {
	if n := r.writing(L, checkOpen(L, 1), 2); n > 0 {
		return n
	}
	L.Push(lua.LTrue)
	return 1
}

func (r *Runtime) ioWrite(L *lua.LState) int {
	if n := r.writing(L, standard(L, r.io.output, "output"), 1); n > 0 {
		return n
	}
	L.Push(lua.LTrue)
	return 1
}

// fileSeek is file:seek([whence [, offset]]).
func (r *Runtime) fileSeek(L *lua.LState) int {
	f := checkOpen(L, 1)
	whence := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}[checkOption(L, 2, "cur", "set", "cur", "end")]
	offset := 0.0
	if L.Get(3) != lua.LNil {
		offset = checkNumber(L, 3)
	}
	if f.f == nil {
		return pushOutcome(L, syscall.ESPIPE, "")
	}
	f.rewind()
	at, err := f.f.Seek(int64(toInt(offset)), whence)
	if err != nil {
		return pushOutcome(L, err, "")
	}
	L.Push(lua.LNumber(at))
	return 1
}

// fileSetVBuf is file:setvbuf(mode [, size]).
func (r *Runtime) fileSetVBuf(L *lua.LState) int {
	f := checkOpen(L, 1)
	mode := checkOption(L, 2, "", "no", "full", "line")
	if f.out != nil {
		_ = f.out.Flush()
		f.writer = f.out
		if mode != "full" {
			f.writer = atOnce{f.out}
		}
	}
	L.Push(lua.LTrue)
	return 1
}

// atOnce writes through.
type atOnce struct{ *bufio.Writer }

func (w atOnce) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	return n, errors.Join(err, w.Flush())
}

// WriteString too, which io.WriteString would take of the bufio.Writer.
func (w atOnce) WriteString(s string) (int, error) { return w.Write([]byte(s)) }
