package luajit

import (
	"bytes"
	"io"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (r *Runtime) openLoad() error {
	for name, fn := range map[string]lua.LGFunction{
		"dofile":     r.baseDoFile,
		"load":       r.baseLoad,
		"loadfile":   r.baseLoadFile,
		"loadstring": r.baseLoad,
		"module":     r.baseModule,
	} {
		r.L.SetGlobal(name, r.L.NewFunction(fn))
	}
	return nil
}

// load pushes the function, or nil and what is wrong.
func (r *Runtime) load(L *lua.LState, text []byte, chunk, mode string, env lua.LValue) int {
	var problem string
	switch {
	case bytes.HasPrefix(text, []byte("\x1b")):
		problem = shortSource(chunk) + ": cannot load incompatible bytecode"
		if !strings.Contains(mode, "b") {
			problem = "attempt to load chunk with wrong mode"
		}
	case !strings.Contains(mode, "t"):
		problem = "attempt to load chunk with wrong mode"
	default:
		proto, err := Compile(text, shortSource(chunk))
		if err == nil {
			fn := r.L.NewFunctionFromProto(proto)
			if t, ok := env.(*lua.LTable); ok {
				fn.Env = t
			}
			L.Push(fn)
			return 1
		}
		problem = err.Error()
	}
	L.Push(lua.LNil)
	L.Push(lua.LString(problem))
	return 2
}

// shortSource is how messages call a chunk: "@file" is a file, "=name" a name,
// and all else its first line.
func shortSource(chunk string) string {
	const most = 60
	switch {
	case strings.HasPrefix(chunk, "="):
		return chunk[1:min(len(chunk), most)]
	case strings.HasPrefix(chunk, "@"):
		if chunk = chunk[1:]; len(chunk) > most-1 {
			chunk = "..." + chunk[len(chunk)-(most-4):]
		}
		return chunk
	}
	room := most - len(`[string "..."]`) - 1
	line, _, cut := strings.Cut(chunk, "\n")
	line, _, cutCR := strings.Cut(line, "\r")
	if cut || cutCR || len(line) > room {
		return `[string "` + line[:min(len(line), room)] + `..."]`
	}
	return `[string "` + line + `"]`
}

// baseLoad is load and loadstring(text or reader [, chunkname [, mode [, env]]]).
func (r *Runtime) baseLoad(L *lua.LState) int {
	if text, ok := toText(L.Get(1)); ok {
		return r.load(L, []byte(text), optString(L, 2, text), optString(L, 3, "bt"), L.Get(4))
	}
	reader := checkFunction(L, 1)
	chunk, mode, env := optString(L, 2, "=(load)"), optString(L, 3, "bt"), L.Get(4)
	var text []byte
	for {
		value, failure := r.read(L, reader)
		if failure != nil {
			L.Push(lua.LNil)
			L.Push(failure.Object)
			return 2
		}
		if value == lua.LNil {
			break
		}
		part, ok := toText(value)
		if !ok {
			L.Push(lua.LNil)
			L.Push(lua.LString(r.place(L, 1) + "reader function must return a string"))
			return 2
		}
		if part == "" {
			break
		}
		if text = append(text, part...); len(text) > maxText {
			outOfMemory(L)
		}
	}
	return r.load(L, text, chunk, mode, env)
}

// read asks load's reader for more.
func (r *Runtime) read(L *lua.LState, reader *lua.LFunction) (lua.LValue, *lua.ApiError) {
	co := r.now()
	co.unyielding++
	defer func() { co.unyielding-- }()
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(reader)
	if _, failure := r.protect(L, top+1, nil, false); failure != nil {
		return nil, failure
	}
	return L.Get(top + 1), nil
}

// baseLoadFile is loadfile(name [, mode [, env]]).
func (r *Runtime) baseLoadFile(L *lua.LState) int {
	name := checkString(L, 1)
	text, err := os.ReadFile(name)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot open " + name + ": " + errorText(err)))
		return 2
	}
	return r.load(L, text, "@"+name, optString(L, 2, "bt"), L.Get(3))
}

func (r *Runtime) baseDoFile(L *lua.LState) int {
	L.SetTop(1)
	if r.baseLoadFile(L) != 1 {
		r.rethrow(L, L.Get(-1))
	}
	top := L.GetTop() - 1
	r.callC(L, 0, lua.MultRet)
	return L.GetTop() - top
}

// Compile is luaL_loadbuffer's work: a byte order mark and a first line that
// begins with # (a Unix interpreter's) are no Lua. name is what messages call
// the chunk. The result may be shared by states. An error's text is
// "name:line: what is wrong".
func Compile(text []byte, name string) (*lua.FunctionProto, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("#")) {
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			text = text[end:] // the line's end stays: lines keep their numbers
		} else {
			text = nil
		}
	}
	return compile(text, name)
}

// Load is L.Load with LuaJIT's syntax.
func Load(L *lua.LState, reader io.Reader, name string) (*lua.LFunction, error) {
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	proto, err := Compile(text, name)
	if err != nil {
		return nil, err
	}
	return L.NewFunctionFromProto(proto), nil
}

// baseModule is module(name [, option …]), as old code begins its files.
func (r *Runtime) baseModule(L *lua.LState) int {
	name := checkString(L, 1)
	caller, ok := r.level(L, 1)
	if !ok || caller.fn.IsG {
		raise(L, "'module' not called from a Lua function")
	}
	loaded, _ := r.loaded().(*lua.LTable)
	t, isTable := L.GetField(loaded, name).(*lua.LTable)
	if !isTable {
		found := L.FindTable(L.G.Global, name, 1)
		if t, isTable = found.(*lua.LTable); !isTable {
			raise(L, "name conflict for module '%s'", name)
		}
		loaded.RawSetString(name, t)
	}
	if t.RawGetString("_NAME") == lua.LNil {
		t.RawSetString("_M", t)
		t.RawSetString("_NAME", lua.LString(name))
		t.RawSetString("_PACKAGE", lua.LString(name[:strings.LastIndexByte(name, '.')+1]))
	}
	caller.fn.Env = t
	for i, top := 2, L.GetTop(); i <= top; i++ {
		L.Push(L.Get(i))
		L.Push(t)
		L.Call(1, 0)
	}
	return 0
}
