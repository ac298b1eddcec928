package inert

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/internal/letter"
	"github.com/tickwire/tickwire/lua/vmath"
)

// Options are what the modules need of their host. Every field may be left out.
type Options struct {
	// VMath makes the vectors that some functions answer with. Default: a library
	// of the package's own.
	VMath *vmath.Library
	// Hash makes the ids that some functions answer with. Default: nil is the id.
	Hash func(text string) lua.LValue
	// URL makes the sender that a function which is called back gets, of what the
	// script named as the component. Default: that itself.
	URL func(component lua.LValue) lua.LValue
	// Load gives the bytes of a resource, nil for none. Default: nil.
	Load func(name string) lua.LValue
	// NextFrame calls fn(self) in the next frame. Default: never.
	NextFrame func(fn *lua.LFunction)
	// Touched hears the name of a module each time one of its functions is
	// called. Default: nobody.
	Touched func(module string)
	// Width and Height are the window's that is not there, in pixels. Default
	// 960 by 640, Defold's.
	Width, Height int
}

// library is the modules of one Lua state.
type library struct {
	Options
	L      *lua.LState
	played int // the last id of what was played
}

// Open makes the modules globals and what require returns.
func Open(L *lua.LState, o Options) {
	l := &library{Options: o, L: L}
	if l.VMath == nil {
		l.VMath = vmath.Open(L)
	}
	if l.Hash == nil {
		l.Hash = func(string) lua.LValue { return lua.LNil }
	}
	if l.URL == nil {
		l.URL = func(component lua.LValue) lua.LValue { return component }
	}
	if l.Load == nil {
		l.Load = func(string) lua.LValue { return lua.LNil }
	}
	if l.NextFrame == nil {
		l.NextFrame = func(*lua.LFunction) {}
	}
	if l.Touched == nil {
		l.Touched = func(string) {}
	}
	if l.Width == 0 || l.Height == 0 {
		l.Width, l.Height = 960, 640
	}
	modules := arg.NewModules(L)
	for _, m := range tables {
		if name, inner, isInner := strings.Cut(m.name, "."); isInner {
			modules.Add(name, func(outer *lua.LTable) {
				module := L.CreateTable(0, 0)
				l.fill(module, m)
				outer.RawSetString(inner, module)
			})
			continue
		}
		modules.Add(m.name, func(module *lua.LTable) { l.fill(module, m) })
	}
	l.preloadDebugger()
}

// debugger is the engine's builtins/scripts/mobdebug.lua where no debugger listens.
var debugger = table{"mobdebug", `start=nil listen loop connect done on off coro moai pause output dump line basedir`, ``}

// preloadDebugger has require find it: games leave dbg.start() in.
func (l *library) preloadDebugger() {
	preload, ok := l.L.GetField(l.L.GetGlobal("package"), "preload").(*lua.LTable)
	if !ok {
		return
	}
	preload.RawSetString("builtins.scripts.mobdebug", arg.New(l.L, "mobdebug", func(c arg.Call) int {
		module := c.NewTable()
		l.fill(module, debugger)
		return c.Return(module)
	}))
}

// fill enters what a module's table lists.
func (l *library) fill(module *lua.LTable, m table) {
	functions := make(map[string]arg.Func)
	for _, entry := range strings.Fields(m.functions) {
		entry, done, _ := strings.Cut(entry, "@")
		name, answer, _ := strings.Cut(entry, "=")
		functions[name] = l.function(m.name, answer, done)
	}
	arg.Fill(l.L, module, functions)
	for i, constant := range strings.Fields(m.constants) {
		name, text, explicit := strings.Cut(constant, "=")
		if explicit {
			i, _ = strconv.Atoi(text)
		}
		if module.RawGetString(name) == lua.LNil {
			module.RawSetString(name, lua.LNumber(i))
		}
	}
}

// function answers with answer, kinds divided by commas; done is "3:sound_done"
// for one that calls its third argument in the next frame with this message.
func (l *library) function(module, answer, done string) arg.Func {
	kinds := strings.Split(answer, ",")
	return func(c arg.Call) int {
		l.Touched(module)
		if n, message, ok := strings.Cut(done, ":"); ok {
			index, _ := strconv.Atoi(n)
			l.finish(c, index, message)
		}
		if answer == "" {
			return 0
		}
		for _, kind := range kinds {
			c.Push(l.value(c, kind))
		}
		return len(kinds)
	}
}

// value makes what a kind stands for: a number, or a name in this list.
func (l *library) value(c arg.Call, kind string) lua.LValue {
	switch kind {
	case "nil":
		return lua.LNil
	case "true":
		return lua.LTrue
	case "false":
		return lua.LFalse
	case "text":
		return lua.LString("")
	case "table":
		return c.NewTable()
	case "hash":
		return l.Hash("")
	case "named": // a reference to what the first argument names
		name, _ := arg.NameOf(c.Get(1))
		return l.Hash(name)
	case "data": // of the resource that the first argument names
		name, _ := arg.NameOf(c.Get(1))
		return l.Load(name)
	case "v3":
		return l.VMath.NewVector3(vmath.Vector3{})
	case "v4":
		return l.VMath.NewVector4(vmath.Vector4{})
	case "m4":
		return l.VMath.NewMatrix4(vmath.IdentityMatrix())
	case "width":
		return lua.LNumber(l.Width)
	case "height":
		return lua.LNumber(l.Height)
	case "played":
		return lua.LNumber(l.played)
	case "metrics": // of a text, the second argument: zero widths would be divided by
		text, _ := c.Get(2).(lua.LString)
		return letter.Metrics(c.LState, string(text))
	case "area": // the whole window, without insets
		t := fields(c, "x", "y", "inset_left", "inset_top", "inset_right", "inset_bottom")
		t.RawSetString("width", lua.LNumber(l.Width))
		t.RawSetString("height", lua.LNumber(l.Height))
		return t
	case "size": // of a texture or a render target
		return fields(c, "width", "height", "depth", "mipmaps", "handle")
	}
	n, _ := strconv.ParseFloat(kind, 64)
	return lua.LNumber(n)
}

// fields is a table of zeros.
func fields(c arg.Call, names ...string) *lua.LTable {
	t := c.CreateTable(0, len(names))
	for _, name := range names {
		t.RawSetString(name, lua.LNumber(0))
	}
	return t
}

// finish calls argument n, if it is a function, in the next frame: fn(self,
// message_id, message, sender).
func (l *library) finish(c arg.Call, n int, message string) {
	l.played++
	callback, ok := c.Get(n).(*lua.LFunction)
	if !ok {
		return
	}
	body := c.NewTable()
	body.RawSetString("play_id", lua.LNumber(l.played))
	if name, ok := arg.NameOf(c.Get(2)); ok {
		body.RawSetString("id", l.Hash(name))
		body.RawSetString("animation_id", l.Hash(name))
	}
	id, sender := l.Hash(message), l.URL(c.Get(1))
	l.NextFrame(c.NewFunction(func(L *lua.LState) int {
		self := L.Get(1)
		L.SetTop(0)
		for _, v := range []lua.LValue{callback, self, id, body, sender} {
			L.Push(v)
		}
		L.Call(4, 0)
		return 0
	}))
}
