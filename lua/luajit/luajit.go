package luajit

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Options says what the libraries reach. Its zero value works.
type Options struct {
	// Stdout gets what print and io.write write, one Write a call. Default
	// os.Stdout.
	Stdout io.Writer
	// Now is the time for os.time, os.date and os.clock. Default time.Now.
	Now func() time.Time
	// LockedThread says that the goroutine of the state is locked to its thread
	// (runtime.LockOSThread), as graphics need it, while other goroutines run its
	// scripts too, as tasks of tickwire.async do. Coroutines then hand over by
	// channels: Go ends a program that mixes the two otherwise. Resuming one costs
	// more. Default: they hand over as iter.Pull does.
	LockedThread bool
}

// Runtime is what Open adds to a state. It belongs to the goroutine that runs
// the state: call every method from there.
type Runtime struct {
	L       *lua.LState
	options Options
	started time.Time

	main       coroutine                  // stands for the main thread
	current    *coroutine                 // the one that now found last
	contexts   map[*lua.LState]*coroutine // by thread: those that were started, and a host's own
	spare      []*protection              // threads for the next protected calls
	trampoline *lua.LFunction
	hook       func(*lua.LState) // raised, as a value
	verbatim   bool              // the text that is being raised is the script's own
	random     generator
	collected  float64 // KiB, after the last collectgarbage()
	iterators  iterators
	operators  map[string]*lua.LFunction      // nil until openArithmetic
	types      map[lua.LValueType]*lua.LTable // see openTypes
	hidden     map[*lua.LFunction]bool        // see operator
	io         streams

	mu sync.Mutex
	// What no script can reach any more; guarded by mu.
	dropped      []*coroutine
	droppedFiles []*file
}

// Open makes L's libraries LuaJIT's. L has gopher-lua's own libraries open.
func Open(L *lua.LState, options Options) (*Runtime, error) {
	if options.Stdout == nil {
		options.Stdout = os.Stdout
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	r := &Runtime{L: L, options: options, contexts: make(map[*lua.LState]*coroutine)}
	r.types, r.hidden = make(map[lua.LValueType]*lua.LTable), make(map[*lua.LFunction]bool)
	r.started = options.Now()
	r.current = &r.main
	r.main.th = L
	r.main.status = "running"
	r.hook = r.raised
	r.trampoline = r.operator(r.call)
	r.hidden[concatFunction], r.hidden[joinFunction] = true, true
	r.random.seed(0)
	for _, open := range []func() error{r.openBase, r.openLoad, r.openProtect, r.openString, r.openTypes, r.openPreload} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	for _, lib := range []lazyLibrary{
		{lua.CoroutineLibName, lua.OpenCoroutine, r.openCoroutine},
		{lua.TabLibName, lua.OpenTable, r.openTable},
		{lua.MathLibName, lua.OpenMath, r.openMath},
		{lua.OsLibName, lua.OpenOs, r.openOS},
		{lua.IoLibName, nil, r.openIO},
		{lua.DebugLibName, lua.OpenDebug, r.openDebug},
		{"bit", nil, r.openBit},
		{"jit", nil, r.openJIT},
	} {
		if err := r.openLazily(lib); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Close ends the coroutines that wait in a yield, joins their goroutines, and
// closes the files that scripts left open. Call it before the state's own Close.
func (r *Runtime) Close() {
	for _, co := range r.contexts {
		r.end(co)
	}
	r.spare = nil
	r.closeFiles()
}

// library is a table of functions that gopher-lua opened.
func (r *Runtime) library(name string) (*lua.LTable, error) {
	if t, ok := r.L.G.Global.RawGetString(name).(*lua.LTable); ok {
		return t, nil
	}
	return nil, errors.New("luajit: open: there is no table " + name)
}

// newLibrary makes a global table that require finds too.
func (r *Runtime) newLibrary(name string, functions map[string]lua.LGFunction) *lua.LTable {
	t := r.L.SetFuncs(r.L.CreateTable(0, len(functions)), functions)
	r.enter(name, t)
	return t
}

// enter makes a library a global and what require returns.
func (r *Runtime) enter(name string, library *lua.LTable) {
	r.L.G.Global.RawSetString(name, library)
	if loaded, ok := r.loaded().(*lua.LTable); ok {
		loaded.RawSetString(name, library)
	}
}

// loaded is package.loaded.
func (r *Runtime) loaded() lua.LValue {
	if registry, ok := r.L.Get(lua.RegistryIndex).(*lua.LTable); ok {
		return registry.RawGetString("_LOADED")
	}
	return lua.LNil
}

// preload enters a module that require opens at its first use.
func (r *Runtime) preload(name string, open lua.LGFunction) {
	if pkg, ok := r.L.GetGlobal("package").(*lua.LTable); ok {
		if preload, ok := pkg.RawGetString("preload").(*lua.LTable); ok {
			preload.RawSetString(name, r.L.NewFunction(open))
		}
	}
}
