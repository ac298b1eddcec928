package headless

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// script is a file's callbacks. Its instances share them, and the file's locals.
type script struct {
	path                             string
	init, final, update, fixedUpdate *lua.LFunction
	lateUpdate                       *lua.LFunction
	onMessage, onInput, onReload     *lua.LFunction
	properties                       []Property // in the order of their declaration
}

// callbacks are the globals that a script file defines and that become its own.
func (s *script) callbacks() map[string]**lua.LFunction {
	return map[string]**lua.LFunction{
		"init":         &s.init,
		"final":        &s.final,
		"update":       &s.update,
		"fixed_update": &s.fixedUpdate,
		"late_update":  &s.lateUpdate,
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
	s, err := e.loadScript(path)
	if err != nil {
		return nil, err
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return e.newInstance(stem, s), nil
}

// loadScript runs the file, at the first time.
func (e *Engine) loadScript(path string) (*script, error) {
	if s := e.scripts[path]; s != nil {
		return s, nil
	}
	s := &script{path: path}
	if err := e.runScript(s); err != nil {
		return nil, err
	}
	e.scripts[path] = s
	return s, nil
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
	previous, outer := e.SetInstance(lua.LNil), e.loading
	e.loading = s
	e.watchdog.guard()
	defer e.watchdog.unguard()
	defer func() { e.current, e.loading = previous, outer }()
	e.L.Push(e.L.NewFunctionFromProto(proto))
	if err := e.pcall(0, 0); err != nil {
		failed := newLoadError(s.path, worded(e.L, err))
		if e.watchdog.bitten.Load() {
			failed.Err = e.explain(err)
			failed.Text = strings.ReplaceAll(failed.Text, context.Canceled.Error(), fmt.Sprintf("%v: stopped after %v", ErrWatchdog, e.watchdog.limit))
		}
		return failed
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
	e.lateUpdates = e.lateUpdates || s.lateUpdate != nil
	return nil
}
