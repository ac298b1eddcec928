package headless

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// moduleLoader is require's memory.
type moduleLoader struct {
	loaded  *lua.LTable // package.loaded
	preload *lua.LTable // package.preload
	loaders *lua.LTable // package.loaders
	natives map[string]native
	loading map[string]bool
	files   map[string]string // the module's name, by its file's path
}

// native is a module that a System brought. A file of the project wins over it,
// once: then package.loaded decides, as for all others.
type native struct {
	value   lua.LValue // in package.loaded; nil if it is in preload
	opener  lua.LValue // in package.preload; nil if it is in loaded
	settled bool
}

// openRequire replaces gopher-lua's require, which looks along package.path,
// under the process's folder. package.path is not read any more.
func (e *Engine) openRequire() error {
	m := &e.modules
	pkg, ok := e.L.GetGlobal("package").(*lua.LTable)
	if !ok {
		return errors.New("no table package")
	}
	m.loaded, m.preload = pkg.RawGetString("loaded").(*lua.LTable), pkg.RawGetString("preload").(*lua.LTable)
	m.natives = make(map[string]native)
	m.loading = make(map[string]bool)
	m.files = make(map[string]string)
	m.loaders = e.L.CreateTable(4, 0)
	for _, loader := range []lua.LGFunction{e.loadPreload, e.loadFile, e.loadNative, e.loadEmbedded} {
		m.loaders.Append(e.L.NewFunction(loader))
	}
	pkg.RawSetString("loaders", m.loaders)
	m.loaded.RawSetString("package", pkg) // gopher-lua leaves these two out
	m.loaded.RawSetString("_G", e.L.G.Global)
	e.L.SetGlobal("require", e.L.NewFunction(e.require))
	return nil
}

// moduleNames is what was in package.loaded and package.preload at one time.
type moduleNames struct{ loaded, preload map[string]bool }

func (m *moduleLoader) names() moduleNames {
	return moduleNames{stringKeys(m.loaded), stringKeys(m.preload)}
}

// adopt marks what was entered since as native.
func (m *moduleLoader) adopt(before moduleNames) {
	for name := range stringKeys(m.loaded) {
		if !before.loaded[name] {
			m.natives[name] = native{value: m.loaded.RawGetString(name)}
		}
	}
	for name := range stringKeys(m.preload) {
		if !before.preload[name] && m.natives[name].value == nil {
			m.natives[name] = native{opener: m.preload.RawGetString(name)}
		}
	}
}

func stringKeys(t *lua.LTable) map[string]bool {
	keys := make(map[string]bool)
	t.ForEach(func(key, _ lua.LValue) {
		if name, ok := key.(lua.LString); ok {
			keys[string(name)] = true
		}
	})
	return keys
}

// require(name) returns what package.loaded[name] holds, or asks
// package.loaders in order and runs what the first of them finds, once.
func (e *Engine) require(L *lua.LState) int {
	name := L.CheckString(1)
	m := &e.modules
	if value := m.loaded.RawGetString(name); lua.LVAsBool(value) && !m.overridable(name, value) {
		L.Push(value)
		return 1
	}
	if m.loading[name] {
		L.RaiseError("module '%s' requires itself, by way of others", name)
	}
	loader := e.findModule(L, name)
	if loader == nil { // a native one, and no file wins over it
		L.Push(m.loaded.RawGetString(name))
		return 1
	}
	m.loading[name] = true
	defer delete(m.loading, name) // also when it raises: the next require tries again
	before := m.loaded.RawGetString(name)
	L.Push(loader)
	L.Push(lua.LString(name))
	L.Call(1, 1)
	result := L.Get(-1)
	L.Pop(1)
	if result == lua.LNil {
		// The module may have entered itself, as module() does.
		if result = m.loaded.RawGetString(name); result == lua.LNil || result == before {
			result = lua.LTrue
		}
	}
	m.loaded.RawSetString(name, result)
	L.Push(result)
	return 1
}

// overridable says whether value is a System's and files were not asked yet.
func (m *moduleLoader) overridable(name string, value lua.LValue) bool {
	n, ok := m.natives[name]
	return ok && !n.settled && n.value == value
}

// findModule returns the function that makes the module, nil if it is native
// and in package.loaded. It raises where nothing is found.
func (e *Engine) findModule(L *lua.LState, name string) lua.LValue {
	var tried strings.Builder
	loaders, ok := L.GetField(L.GetGlobal("package"), "loaders").(*lua.LTable)
	if !ok {
		L.RaiseError("package.loaders must be a table")
	}
	for i := 1; i <= loaders.Len(); i++ {
		L.Push(loaders.RawGetInt(i))
		L.Push(lua.LString(name))
		L.Call(1, 1)
		found := L.Get(-1)
		L.Pop(1)
		switch found := found.(type) {
		case *lua.LFunction:
			return found
		case lua.LString:
			tried.WriteString(string(found))
		case lua.LBool: // loadNative: it is in package.loaded
			return nil
		}
	}
	L.RaiseError("module '%s' not found:%s", name, tried.String())
	return nil
}

// loadPreload asks package.preload for what scripts entered; a System's comes
// after the files.
func (e *Engine) loadPreload(L *lua.LState) int {
	name := L.CheckString(1)
	opener := e.modules.preload.RawGetString(name)
	if n, ok := e.modules.natives[name]; ok && n.opener == opener && opener != lua.LNil {
		return 0
	}
	if opener == lua.LNil {
		opener = lua.LString("\n\tno field package.preload['" + name + "']")
	}
	L.Push(opener)
	return 1
}

// loadNative gives what a System entered.
func (e *Engine) loadNative(L *lua.LState) int {
	name := L.CheckString(1)
	n, ok := e.modules.natives[name]
	if !ok {
		return 0
	}
	n.settled = true
	e.modules.natives[name] = n
	switch {
	case n.opener != nil:
		L.Push(n.opener)
	case n.value == e.modules.loaded.RawGetString(name):
		L.Push(lua.LTrue)
	default:
		return 0
	}
	return 1
}

// loadFile looks in the root, then in the libraries.
func (e *Engine) loadFile(L *lua.LState) int {
	name := L.CheckString(1)
	file, ok := moduleFile(name)
	if !ok {
		L.Push(lua.LString("\n\tno file for a name like this"))
		return 1
	}
	full, err := e.options.Find(file)
	if err != nil {
		L.Push(lua.LString("\n\t" + err.Error()))
		return 1
	}
	e.modules.files[full] = name
	proto, err := e.options.Programs.file(full)
	if err != nil {
		raiseLoad(L, name, err)
	}
	if n, ok := e.modules.natives[name]; ok {
		n.settled = true
		e.modules.natives[name] = n
	}
	L.Push(e.L.NewFunctionFromProto(proto))
	return 1
}

// find is Options.Find's default.
func (o *Options) find(file string) (string, error) {
	var tried []string
	for _, folder := range append([]string{o.Root}, o.Libraries...) {
		full := filepath.Join(folder, filepath.FromSlash(file))
		if info, err := os.Stat(full); err == nil && !info.IsDir() {
			return full, nil
		}
		tried = append(tried, "no file '"+full+"'")
	}
	return "", errors.New(strings.Join(tried, "\n\t"))
}

// loadEmbedded looks in the modules that the host brings.
func (e *Engine) loadEmbedded(L *lua.LState) int {
	name := L.CheckString(1)
	file, ok := moduleFile(name)
	if e.options.Modules == nil || !ok {
		return 0
	}
	text, err := fs.ReadFile(e.options.Modules, file)
	if err != nil {
		L.Push(lua.LString("\n\tno embedded file '" + file + "'"))
		return 1
	}
	proto, err := compile("embedded/"+file, text)
	if err != nil {
		raiseLoad(L, name, err)
	}
	L.Push(e.L.NewFunctionFromProto(proto))
	return 1
}

// raiseLoad raises a file's own trouble as it is: its text has file and line.
func raiseLoad(L *lua.LState, name string, err error) {
	var load *LoadError
	if errors.As(err, &load) {
		L.RaiseError("error loading module '%s':\n\t%s", name, load.Text)
	}
	L.RaiseError("error loading module '%s': %v", name, err)
}

// moduleFile is "a/b/c.lua" for "a.b.c". A name that would lead out of the
// folder has none.
func moduleFile(name string) (string, bool) {
	file := strings.ReplaceAll(name, ".", "/") + ".lua"
	clean := path.Clean(file)
	if name == "" || strings.ContainsAny(name, "\\\x00") || clean != file || path.IsAbs(file) {
		return "", false
	}
	return file, true
}
