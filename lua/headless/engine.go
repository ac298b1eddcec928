package headless

import (
	"context"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/bytelib"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/luajit"
	"github.com/tickwire/tickwire/lua/luajson"
	"github.com/tickwire/tickwire/lua/vmath"
)

// Engine runs scripts, one frame a Step. It belongs to one goroutine: call
// every method from there.
type Engine struct {
	options Options
	L       *lua.LState

	systems   []System
	scripts   map[string]*script     // by path
	instances []*Instance            // in the order they were made
	objects   map[string][]*Instance // by the path of their address
	numbers   map[string]int         // by id, the last number an address got
	null      *lua.LUserData         // json.null
	fresh     []*Instance            // their init is still to run
	doomed    []*Instance            // deleted within this frame
	focus     []*Instance            // have the input focus, the newest last
	inputs    []Input                // wait for the next frame
	current   lua.LValue             // self of the running instance, or LNil
	urls      *lua.LTable            // metatable of msg.url's values
	vmath     *vmath.Library
	bytes     *bytelib.Library
	builtins  arg.Modules
	sys       sysState

	timers      timerList
	posted      messageQueue
	world       World   // nil for none
	socket      string  // of LoadScript's instances
	loading     *script // whose file runs
	late        bool    // there was a late instance
	lateUpdates bool    // there was a late_update
	hashes      hashTable
	modules     moduleLoader
	language    *luajit.Runtime
	watchdog    watchdog

	dt       boxedDuration
	fixed    boxedDuration // one fixed_update
	fixedDue time.Duration // time that fixed_update has not had yet

	frames       uint64 // begun so far
	started      time.Time
	depth        int // callbacks within callbacks
	stepping     bool
	closing      bool
	exited       bool
	exitCode     int
	scriptErrors int
}

// maxFixed caps the fixed_update calls of one frame: after a long stall time is
// lost instead of a frame that takes for ever.
const maxFixed = 5

// New makes an engine with the builtins and no script.
func New(options Options) (*Engine, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	e := &Engine{
		options: options,
		L:       luajit.NewState(),
		scripts: make(map[string]*script),
		objects: make(map[string][]*Instance),
		numbers: make(map[string]int),
		current: lua.LNil,
		socket:  mainSocket,
		started: options.Clock.Now(),
	}
	e.fixed.set(time.Duration(float64(time.Second) / options.FixedRate))
	e.openWatchdog()
	if err := e.openLibs(); err != nil {
		e.L.Close()
		return nil, err
	}
	return e, nil
}

// openLibs is the list of builtins; each has its file.
func (e *Engine) openLibs() error {
	for _, open := range []func() error{
		e.openLanguage, // first: the others build on it
		e.openRequire,  // then: the others enter themselves in package.loaded
		e.openBase,
		e.openHash,
		e.openMsg,
		e.openTimer,
		func() error { e.null = luajson.Open(e.L); return nil },
		func() error { e.vmath = vmath.Open(e.L); return nil },
		func() error { e.bytes = bytelib.Open(e.L); return nil },
		e.openSocket,
		e.openSys,
		e.openBuiltins,
		e.openOS,
	} {
		if err := open(); err != nil {
			return fmt.Errorf("headless: open builtins: %w", err)
		}
	}
	return nil
}

// openLanguage makes gopher-lua's libraries LuaJIT's, by the engine's clock.
func (e *Engine) openLanguage() (err error) {
	e.language, err = luajit.Open(e.L, luajit.Options{
		Stdout: e.options.Stdout, Now: e.options.Clock.Now, LockedThread: e.options.LockedThread,
	})
	return err
}

// Call calls fn with args, protected, on a thread of its own: so fn may call a Go
// function that calls Step, as a spec that waits does, and keep its locals when
// a callback fails meanwhile. The error holds what was raised and its traceback.
func (e *Engine) Call(fn *lua.LFunction, args ...lua.LValue) error {
	return e.language.Call(fn, args...)
}

// State is the engine's Lua state.
func (e *Engine) State() *lua.LState { return e.L }

// VMath makes vectors, quaternions and matrices for scripts.
func (e *Engine) VMath() *vmath.Library { return e.vmath }

// Add opens a system on the state; from then on the frame drives it, and Close
// closes it. What it enters in package.loaded or package.preload is found by
// require, unless the project has a file of that name.
func (e *Engine) Add(s System) error {
	if e.closing {
		return ErrClosed
	}
	before := e.modules.names()
	if err := s.Open(e.L); err != nil {
		return fmt.Errorf("headless: add system: %w", err)
	}
	e.modules.adopt(before)
	e.systems = append(e.systems, s)
	if w, ok := s.(World); ok {
		e.world = w
	}
	return nil
}

// Step runs one frame: what the package's comment lists, in that order. dt is
// what scripts get as the frame's time. It panics within another Step and after
// Close.
func (e *Engine) Step(dt time.Duration) {
	switch {
	case e.stepping:
		panic("headless: Step within Step")
	case e.closing:
		panic("headless: Step after Close")
	case dt < 0:
		panic("headless: Step: time can't run backwards")
	}
	e.stepping = true
	defer func() { e.stepping = false }() // a System that panics leaves no locked engine
	e.watchdog.guard()
	defer e.watchdog.unguard()
	e.frames++
	e.dt.set(dt)

	e.initFresh()
	e.dispatchInput()
	for _, s := range e.systems {
		s.Update()
	}
	e.updateTimers(dt)
	e.fixedUpdate(dt)
	e.update()
	e.dispatchMessages()
	e.lateUpdate()
	e.deleteDoomed()
	for _, s := range e.systems {
		s.Flush()
	}
}

// Stepping says whether a Step is running.
func (e *Engine) Stepping() bool { return e.stepping }

// Quiet says whether nothing is left to happen: no system is active, no timer
// runs, no message or input waits, no instance is new, and none has an update
// or a fixed_update.
func (e *Engine) Quiet() bool {
	return e.idle() && e.active() == 0
}

// idle says whether only a system can still cause something.
func (e *Engine) idle() bool {
	if len(e.timers.byHandle) > 0 || e.posted.len() > 0 || len(e.inputs) > 0 || len(e.fresh) > 0 || len(e.doomed) > 0 {
		return false
	}
	for _, i := range e.instances {
		if (i.script.update != nil || i.script.fixedUpdate != nil || i.script.lateUpdate != nil) && i.passes() {
			return false
		}
	}
	for _, s := range e.systems {
		if b, ok := s.(Busy); ok && b.Busy() {
			return false
		}
	}
	return true
}

// active is how much is alive in all systems.
func (e *Engine) active() int {
	n := 0
	for _, s := range e.systems {
		n += s.Active()
	}
	return n
}

// Exit makes Run end with code after the frame that is running, as sys.exit
// does. The first call counts.
func (e *Engine) Exit(code int) {
	if !e.exited {
		e.exited, e.exitCode = true, code
	}
}

// Exited says whether a script has called sys.exit, and its code.
func (e *Engine) Exited() (code int, ok bool) { return e.exitCode, e.exited }

// Report counts an error that a script caused and hands it to Options.OnError.
// A System's own OnError comes here.
func (e *Engine) Report(err error) {
	e.scriptErrors++
	e.options.OnError(err)
	e.handleError(err)
}

// ScriptErrors is how many errors were reported so far.
func (e *Engine) ScriptErrors() int { return e.scriptErrors }

// Instance is self of the running script instance, LNil for none. It is the
// engine's and not the LState's: the same inside coroutines.
func (e *Engine) Instance() lua.LValue { return e.current }

// SetInstance makes self's instance the running one and returns the one before,
// to be set again.
func (e *Engine) SetInstance(self lua.LValue) (previous lua.LValue) {
	previous = e.current
	if self == nil {
		self = lua.LNil
	}
	e.current = self
	return previous
}

// Close runs final of every instance, releases them, flushes and closes the
// systems, and closes the state. A final that doesn't come back is stopped after
// Options.CloseTimeout (but not one that resumes an older coroutine, nor in
// synctest's bubble, where time stands still while a script runs). A second call
// does nothing; one within Step panics.
func (e *Engine) Close() error {
	if e.stepping {
		panic("headless: Close within Step")
	}
	if e.closing {
		return nil
	}
	e.closing = true
	e.watchdog.close()
	// This bounds how long the machine computes, so it is the machine's time,
	// whatever clock the scripts live by.
	ctx, cancel := context.WithTimeout(context.Background(), e.options.CloseTimeout)
	defer cancel()
	e.L.SetContext(ctx)
	for _, i := range e.instances {
		e.remove(i)
	}
	e.instances = nil
	e.timers.clear()
	e.posted.clear()
	var errs []error
	for _, s := range e.systems {
		s.Flush()
	}
	for _, s := range e.systems {
		if err := s.Close(); err != nil {
			errs = append(errs, fmt.Errorf("headless: close system: %w", err))
		}
	}
	if err := e.removeSaves(); err != nil {
		errs = append(errs, fmt.Errorf("headless: remove the saved files: %w", err))
	}
	e.language.Close()
	e.L.Close()
	return errors.Join(errs...)
}

// boxedDuration keeps a time in seconds as a Lua value: boxing it anew for each
// call would be an allocation a frame.
type boxedDuration struct {
	d     time.Duration
	value lua.LValue
}

func (b *boxedDuration) set(d time.Duration) {
	if b.value == nil || b.d != d {
		b.d, b.value = d, lua.LNumber(d.Seconds())
	}
}
