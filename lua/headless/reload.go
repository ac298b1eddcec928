package headless

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// Scripts are the paths of the files that LoadScript and Place have loaded, and of
// the modules that require found in files, as Reload takes them.
func (e *Engine) Scripts() []string {
	return append(slices.Collect(maps.Keys(e.scripts)), slices.Collect(maps.Keys(e.modules.files))...)
}

// Reload compiles and runs path again. A script's instances get the new callbacks;
// then each gets on_reload(self). A module's table, which scripts hold, gets what
// the new one has, and keeps what it has not. With an error the old ones stay.
func (e *Engine) Reload(path string) error {
	if name, ok := e.modules.files[path]; ok {
		return e.reloadModule(path, name)
	}
	if e.scripts[path] == nil { // not one that Scripts gave
		path = e.resolve(path)
	}
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

// reloadModule runs a module's file again.
func (e *Engine) reloadModule(path, name string) error {
	e.options.Programs.forget(path)
	proto, err := e.options.Programs.file(path)
	if err != nil {
		return err
	}
	e.watchdog.guard()
	defer e.watchdog.unguard()
	e.L.Push(e.L.NewFunctionFromProto(proto))
	e.L.Push(lua.LString(name))
	if err := e.pcall(1, 1); err != nil {
		return newLoadError(path, worded(e.L, err))
	}
	renewed := e.L.Get(-1)
	e.L.Pop(1)
	old, wasTable := e.modules.loaded.RawGetString(name).(*lua.LTable)
	table, isTable := renewed.(*lua.LTable)
	switch {
	case wasTable && isTable:
		table.ForEach(func(key, value lua.LValue) { old.RawSet(key, value) })
	case renewed != lua.LNil:
		e.modules.loaded.RawSetString(name, renewed)
	}
	return nil
}
