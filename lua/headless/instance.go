package headless

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Instance is a script instance: its self, its address, and the callbacks of
// its script.
type Instance struct {
	engine *Engine
	script *script
	url    address
	self   *lua.LUserData // what scripts get; its fields are in a table of its own

	initialized bool
	dooming     bool // Delete was called
	dead        bool
}

// Self is what the instance's callbacks get first: a userdata that scripts
// index freely and may use as a table's key.
func (i *Instance) Self() *lua.LUserData { return i.self }

// URL is the instance's address, "main:/echo#echo".
func (i *Instance) URL() string { return i.url.String() }

// Alive says whether the instance was not deleted yet.
func (i *Instance) Alive() bool { return !i.dead }

// script is a file's callbacks. Its instances share them, and the file's locals.
type script struct {
	path                             string
	init, final, update, fixedUpdate *lua.LFunction
	onMessage, onInput, onReload     *lua.LFunction
}

// callbacks are the globals that a script file defines and that become its own.
func (s *script) callbacks() map[string]**lua.LFunction {
	return map[string]**lua.LFunction{
		"init":         &s.init,
		"final":        &s.final,
		"update":       &s.update,
		"fixed_update": &s.fixedUpdate,
		"on_message":   &s.onMessage,
		"on_input":     &s.onInput,
		"on_reload":    &s.onReload,
	}
}

// LoadScript makes an instance of the script file at path, which is relative to
// the root. The file is compiled and run at the first time; then its instances
// share what it defined. init runs in the next Step, before anything else of
// the instance. A file that can't be loaded is a *LoadError.
func (e *Engine) LoadScript(path string) (*Instance, error) {
	if e.closing {
		return nil, ErrClosed
	}
	path = e.resolve(path)
	s := e.scripts[path]
	if s == nil {
		s = &script{path: path}
		if err := e.runScript(s); err != nil {
			return nil, err
		}
		e.scripts[path] = s
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return e.newInstance(stem, s), nil
}

// NewInstance makes an instance without a script: a self for code that the host
// runs. It panics after Close.
func (e *Engine) NewInstance(id string) *Instance {
	if e.closing {
		panic("headless: NewInstance after Close")
	}
	return e.newInstance(id, &script{})
}

// Reload compiles and runs path again and gives its instances the new
// callbacks; then each gets on_reload(self). With an error the old ones stay.
func (e *Engine) Reload(path string) error {
	path = e.resolve(path)
	s := e.scripts[path]
	if s == nil {
		return &LoadError{Path: path, Text: path + ": was not loaded before"}
	}
	e.options.Programs.forget(path)
	renewed := &script{path: path}
	if err := e.runScript(renewed); err != nil {
		return err
	}
	*s = *renewed
	for _, i := range slices.Clone(e.instances) { // on_reload may delete
		if i.script == s && i.initialized && !i.dead {
			e.call(i, "on_reload", s.onReload)
		}
	}
	return nil
}

func (e *Engine) resolve(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(e.options.Root, path)
}

// runScript runs the file and takes the callbacks out of the globals, where
// another file would find them.
func (e *Engine) runScript(s *script) error {
	proto, err := e.options.Programs.file(s.path)
	if err != nil {
		return err
	}
	callbacks := s.callbacks()
	before := make(map[string]lua.LValue, len(callbacks))
	for name := range callbacks {
		before[name] = e.L.G.Global.RawGetString(name)
		e.L.G.Global.RawSetString(name, lua.LNil)
	}
	defer func() {
		for name, value := range before {
			e.L.G.Global.RawSetString(name, value)
		}
	}()
	previous := e.SetInstance(lua.LNil)
	defer e.SetInstance(previous)
	e.L.Push(e.L.NewFunctionFromProto(proto))
	if err := e.pcall(0, 0); err != nil {
		return newLoadError(s.path, err)
	}
	for name, callback := range callbacks {
		switch value := e.L.G.Global.RawGetString(name).(type) {
		case *lua.LFunction:
			*callback = value
		case *lua.LNilType:
		default:
			return &LoadError{Path: s.path, Text: fmt.Sprintf("%s: global %s must be a function, it is a %s", s.path, name, value.Type())}
		}
	}
	return nil
}

func (e *Engine) newInstance(id string, s *script) *Instance {
	i := &Instance{engine: e, script: s, url: e.newAddress(id)}
	fields := e.L.NewTable()
	meta := e.L.CreateTable(0, 3)
	meta.RawSetString("__index", fields)
	meta.RawSetString("__newindex", fields)
	text := lua.LString(fmt.Sprintf("Script: %p", i))
	meta.RawSetString("__tostring", e.L.NewFunction(func(L *lua.LState) int {
		L.Push(text)
		return 1
	}))
	i.self = &lua.LUserData{Value: i, Env: e.L.Env, Metatable: meta}
	e.instances = append(e.instances, i)
	e.objects[i.url.path] = append(e.objects[i.url.path], i)
	e.fresh = append(e.fresh, i)
	return i
}

// newAddress is "main:/id#id", with a number after the path's id from the
// second one on.
func (e *Engine) newAddress(id string) address {
	id = strings.Map(func(r rune) rune {
		if r == '#' || r == ':' {
			return '_'
		}
		return r
	}, strings.TrimPrefix(id, "/"))
	if id == "" {
		id = "script"
	}
	path := "/" + id
	for n := 1; len(e.objects[path]) > 0; n++ {
		path = fmt.Sprintf("/%s%d", id, n)
	}
	return address{socket: mainSocket, path: path, fragment: id}
}

// Delete ends an instance: final, its timers die, each System's Release. Within
// a Step that happens at the frame's end and the instance lives till then, as
// in Defold; else at once. A second call does nothing.
func (e *Engine) Delete(i *Instance) {
	if i.engine != e {
		panic("headless: Delete of another engine's instance")
	}
	if i.dooming || i.dead {
		return
	}
	i.dooming = true
	if e.closing {
		return // Close is on its way to it
	}
	e.doomed = append(e.doomed, i)
	if !e.stepping {
		e.deleteDoomed()
	}
}

// deleteDoomed also takes those that a final deletes. Each instance comes here
// once, so it ends.
func (e *Engine) deleteDoomed() {
	if len(e.doomed) == 0 {
		return
	}
	for n := 0; n < len(e.doomed); n++ {
		e.remove(e.doomed[n])
	}
	clear(e.doomed)
	e.doomed = e.doomed[:0]
	e.instances = keepAlive(e.instances)
	e.fresh = keepAlive(e.fresh)
}

// remove is the end of one instance. Its connections outlive final: that may
// still say goodbye.
func (e *Engine) remove(i *Instance) {
	if i.dead {
		return
	}
	i.dooming = true
	if i.initialized {
		e.call(i, "final", i.script.final)
	}
	i.dead = true
	e.timers.kill(i)
	e.dropFocus(i)
	if object := keepAlive(e.objects[i.url.path]); len(object) > 0 {
		e.objects[i.url.path] = object
	} else {
		delete(e.objects, i.url.path)
	}
	for _, s := range e.systems {
		s.Release(i.self)
	}
}

func keepAlive(list []*Instance) []*Instance {
	kept := list[:0]
	for _, i := range list {
		if !i.dead {
			kept = append(kept, i)
		}
	}
	clear(list[len(kept):])
	return kept
}

// initFresh runs init of those that were there when it began: one that is made
// meanwhile has its turn in the next frame.
func (e *Engine) initFresh() {
	for _, i := range e.fresh {
		e.ensureInit(i)
	}
	kept := e.fresh[:0]
	for _, i := range e.fresh {
		if !i.initialized {
			kept = append(kept, i)
		}
	}
	clear(e.fresh[len(kept):])
	e.fresh = kept
}

// ensureInit runs init unless it ran. One that raises counts as run: the
// engine goes on.
func (e *Engine) ensureInit(i *Instance) {
	if !i.initialized && !i.dead {
		i.initialized = true
		e.call(i, "init", i.script.init)
	}
}

func (e *Engine) fixedUpdate(dt time.Duration) {
	e.fixedDue = min(e.fixedDue+dt, maxFixed*e.fixed.d)
	for ; e.fixedDue >= e.fixed.d; e.fixedDue -= e.fixed.d {
		for _, i := range e.instances {
			if i.initialized && i.script.fixedUpdate != nil {
				e.call(i, "fixed_update", i.script.fixedUpdate, e.fixed.value)
			}
		}
	}
}

func (e *Engine) update() {
	for _, i := range e.instances {
		if i.initialized && i.script.update != nil {
			e.call(i, "update", i.script.update, e.dt.value)
		}
	}
}

// call runs fn(self, args…) with i as the running instance. An error is
// reported; what fn returned is dropped. i may be nil: self is nil then.
func (e *Engine) call(i *Instance, callback string, fn *lua.LFunction, args ...lua.LValue) {
	e.callReturning(i, callback, fn, 0, args...)
}

// callReturning leaves nret results on the stack and returns true, or reports
// an error and returns false.
func (e *Engine) callReturning(i *Instance, callback string, fn *lua.LFunction, nret int, args ...lua.LValue) bool {
	if fn == nil {
		return false
	}
	var self lua.LValue = lua.LNil
	if i != nil {
		self = i.self
	}
	previous := e.SetInstance(self)
	e.L.Push(fn)
	e.L.Push(self)
	for _, arg := range args {
		e.L.Push(arg)
	}
	err := e.pcall(1+len(args), nret)
	e.current = previous
	if err != nil {
		failed := &ScriptError{Callback: callback, Err: err}
		if i != nil {
			failed.URL = i.URL()
		}
		e.Report(failed)
	}
	return err == nil
}

// pcall is PCall on the main state. Within another callback (timer.trigger, a
// script that makes another) it takes a thread of its own, for the sake of that
// callback's locals: see protection.
func (e *Engine) pcall(nargs, nret int) error {
	depth := e.depth
	e.depth++
	defer func() { e.depth = depth }() // also when a test ends its goroutine in there
	if depth == 0 {
		return e.L.PCall(nargs, nret, nil)
	}
	below := e.L.GetTop() - nargs - 1
	_, err := e.protect(e.L, below+1)
	if err == nil {
		e.L.SetTop(below + nret)
	} else {
		e.L.SetTop(below)
	}
	return err
}

// running is the instance that runs, nil for none.
func (e *Engine) running() *Instance {
	if self, ok := e.current.(*lua.LUserData); ok {
		if i, ok := self.Value.(*Instance); ok && i.engine == e {
			return i
		}
	}
	return nil
}
