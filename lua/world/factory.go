package world

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// factory is what a factory or a collection factory knows.
type factory struct {
	prototype string // the .go or .collection
	original  string
	unloaded  bool // factory.unload was called, for get_status
}

// The status constants of factory and collectionfactory.
const (
	statusUnloaded = iota
	statusLoading
	statusLoaded
)

func (w *World) openFactory() {
	arg.NewModules(w.L).Add("factory", func(lib *lua.LTable) {
		w.L.SetFuncs(lib, map[string]lua.LGFunction{
			"create":        w.factoryCreate,
			"get_status":    w.status("factory"),
			"load":          w.loadPrototype("factory"),
			"unload":        w.unloadPrototype("factory"),
			"set_prototype": w.setPrototype("factory", ".go"),
		})
		setStatus(lib)
	})
}

func (w *World) openCollectionFactory() {
	arg.NewModules(w.L).Add("collectionfactory", func(lib *lua.LTable) {
		w.L.SetFuncs(lib, map[string]lua.LGFunction{
			"create":        w.collectionFactoryCreate,
			"get_status":    w.status("collectionfactory"),
			"load":          w.loadPrototype("collectionfactory"),
			"unload":        w.unloadPrototype("collectionfactory"),
			"set_prototype": w.setPrototype("collectionfactory", ".collection"),
		})
		setStatus(lib)
	})
}

func setStatus(lib *lua.LTable) {
	lib.RawSetString("STATUS_UNLOADED", lua.LNumber(statusUnloaded))
	lib.RawSetString("STATUS_LOADING", lua.LNumber(statusLoading))
	lib.RawSetString("STATUS_LOADED", lua.LNumber(statusLoaded))
}

// checkComponent reads argument n, the URL of a component of one kind in the
// running script's collection.
func (w *World) checkComponent(L *lua.LState, n int, kind string) *component {
	a := w.e.CheckAddress(L, n)
	o := w.checkObjectAt(L, n, a)
	c := o.component(a.Fragment)
	switch {
	case c == nil:
		L.ArgError(n, fmt.Sprintf("the game object '%s' has no component '%s'", a.Path, a.Fragment))
	case c.kind != kind:
		L.ArgError(n, fmt.Sprintf("'%s' must be a %s, it is a %s", a, kind, c.kind))
	}
	return c
}

// spawned reads position, rotation and scale, arguments 2, 3 and 5; what is nil
// is the object's whose script calls, as the engine has it, wherever the factory
// is. A script outside of the world, such as a driver, has the factory's.
func (w *World) spawned(L *lua.LState, factory *object) place {
	caller := factory
	if w.running() != nil {
		caller = w.own(L)
	}
	at := caller.world()
	if L.Get(2) != lua.LNil {
		_, at.position = w.vec.Check(L, 2, vec.Vector3)
	}
	if L.Get(3) != lua.LNil {
		_, rotation := w.vec.Check(L, 3, vec.Quat)
		at.rotation = vec.Normalized(rotation)
	}
	if L.Get(5) != lua.LNil {
		at.scale = w.checkScale(L, 5)
	}
	return at
}

// checkScale reads a number or a vector3.
func (w *World) checkScale(L *lua.LState, n int) project.Vector {
	if uniform, ok := L.Get(n).(lua.LNumber); ok {
		if uniform == 0 {
			L.ArgError(n, "scale can't be 0")
		}
		return project.Vector{float64(uniform), float64(uniform), float64(uniform)}
	}
	if w.vec.Kind(L.Get(n)) != vec.Vector3 {
		L.ArgError(n, "number or vector3 expected, got "+arg.TypeName(L.Get(n)))
	}
	_, scale := w.vec.Read(L.Get(n))
	return scale
}

func optTable(L *lua.LState, n int) *lua.LTable {
	switch t := L.Get(n).(type) {
	case *lua.LTable:
		return t
	case *lua.LNilType:
		return nil
	}
	L.ArgError(n, "table expected, got "+arg.TypeName(L.Get(n)))
	return nil
}

// factoryCreate is factory.create(url [, position [, rotation [, properties [,
// scale]]]]) -> id. The new object's scripts have had init when it returns.
func (w *World) factoryCreate(L *lua.LState) int {
	c := w.checkComponent(L, 1, "factory")
	at := w.spawned(L, c.object)
	properties := optTable(L, 4)
	in := c.object.collection
	if len(in.objects) >= maxObjects {
		L.RaiseError("factory.create: the collection %s has %d objects already", in.name, maxObjects)
	}
	p := w.options.Project
	described, err := p.GameObject(c.factory.prototype)
	if err != nil {
		L.RaiseError("factory.create: %v", err)
	}
	path := fmt.Sprintf("/instance%d", in.instances)
	in.instances++
	o := in.newObject(path, "/")
	o.place = at
	c.factory.unloaded = false
	for n := range described.Components {
		one := &described.Components[n]
		if err := o.add(described.File, one, one.Properties); err != nil {
			o.doom()
			L.RaiseError("factory.create: %v", err)
		}
	}
	if properties != nil {
		w.setEach(L, "factory.create", o, properties)
	}
	begin([]*object{o})
	L.Push(w.e.Hash(path))
	return 1
}

// setEach sets the properties of the scripts that declare them, before init. It
// deletes the object if a value is of the wrong type, and raises.
func (w *World) setEach(L *lua.LState, who string, o *object, values *lua.LTable) {
	for key, value := values.Next(lua.LNil); key != lua.LNil; key, value = values.Next(key) {
		name, ok := headless.ToHash(key)
		if text, isText := key.(lua.LString); isText {
			name, ok = string(text), true
		}
		if !ok {
			o.doom()
			L.RaiseError("%s: the name of a property must be a string or hash, got %s", who, arg.TypeName(key))
		}
		for _, c := range o.components {
			if c.script == nil {
				continue
			}
			for _, p := range c.script.Properties() {
				if p.Name != name {
					continue
				}
				if want, got := arg.TypeName(p.Value), arg.TypeName(value); want != got {
					o.doom()
					L.RaiseError("%s: the property '%s' of '%s' must be a %s, got %s", who, name, c.address(), want, got)
				}
				c.script.SetField(name, w.relative(c, w.vec.Copy(value)))
			}
		}
	}
}

// collectionFactoryCreate is collectionfactory.create(url [, position [, rotation
// [, properties [, scale]]]]) -> {[hash("/id")] = id}.
func (w *World) collectionFactoryCreate(L *lua.LState) int {
	c := w.checkComponent(L, 1, "collectionfactory")
	at := w.spawned(L, c.object)
	properties := optTable(L, 4)
	checkIDs(L, properties)
	in := c.object.collection
	described, err := w.options.Project.Collection(c.factory.prototype)
	if err != nil {
		L.RaiseError("collectionfactory.create: %v", err)
	}
	prefix := fmt.Sprintf("/collection%d/", in.collections)
	in.collections++
	made, err := in.load(described, prefix)
	if err != nil {
		L.RaiseError("collectionfactory.create: %v", err)
	}
	c.factory.unloaded = false
	ids := L.CreateTable(0, len(made))
	L.SetMetatable(ids, w.byText(L))
	for _, o := range made {
		if o.parent == nil {
			o.place = o.place.under(at, in.alongZ)
		}
		id := w.e.Hash(subpath(o.path, prefix))
		ids.RawSet(id, w.e.Hash(o.path))
		if properties == nil {
			continue
		}
		switch own := properties.RawGet(id).(type) {
		case *lua.LNilType:
		case *lua.LTable:
			w.setEach(L, "collectionfactory.create", o, own)
		default:
			L.RaiseError("collectionfactory.create: the properties of '%s' must be a table, got %s", subpath(o.path, prefix), arg.TypeName(own))
		}
	}
	begin(made)
	L.Push(ids)
	return 1
}

// checkIDs raises unless argument 4 has hashes for keys: a text names nobody.
func checkIDs(L *lua.LState, properties *lua.LTable) {
	if properties == nil {
		return
	}
	for key, _ := properties.Next(lua.LNil); key != lua.LNil; key, _ = properties.Next(key) {
		if _, ok := headless.ToHash(key); !ok {
			L.ArgError(4, fmt.Sprintf("the properties of objects stand under hashes, such as [hash(\"/id\")], got the %s %s",
				arg.TypeName(key), L.ToStringMeta(key)))
		}
	}
}

// byText is the metatable of what collectionfactory.create returns: ids["/id"] is
// ids[hash("/id")], as the engine has it.
func (w *World) byText(L *lua.LState) *lua.LTable {
	if w.idsMeta == nil {
		w.idsMeta = L.CreateTable(0, 1)
		w.idsMeta.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
			if text, ok := L.Get(2).(lua.LString); ok {
				L.Push(L.CheckTable(1).RawGet(w.e.Hash(string(text))))
				return 1
			}
			return 0
		}))
	}
	return w.idsMeta
}

// status is get_status(url).
func (w *World) status(kind string) lua.LGFunction {
	return func(L *lua.LState) int {
		c := w.checkComponent(L, 1, kind)
		status := statusLoaded
		if c.factory.unloaded {
			status = statusUnloaded
		}
		L.Push(lua.LNumber(status))
		return 1
	}
}

// loadPrototype is load([url [, complete_function]]): all is loaded already, so
// that the function is called with true in the next frame.
func (w *World) loadPrototype(kind string) lua.LGFunction {
	return func(L *lua.LState) int {
		c := w.checkComponent(L, 1, kind)
		done, isFunction := L.Get(2).(*lua.LFunction)
		if !isFunction && L.Get(2) != lua.LNil {
			L.ArgError(2, "function expected, got "+arg.TypeName(L.Get(2)))
		}
		c.factory.unloaded = false
		i := w.e.Running()
		if !isFunction || i == nil {
			return 0
		}
		url := w.e.URL(c.address())
		w.later(func() { i.Call(kind+".load", done, url, lua.LTrue) })
		return 0
	}
}

func (w *World) unloadPrototype(kind string) lua.LGFunction {
	return func(L *lua.LState) int {
		w.checkComponent(L, 1, kind).factory.unloaded = true
		return 0
	}
}

// setPrototype is set_prototype(url [, prototype]); without one the factory makes
// what its file says again.
func (w *World) setPrototype(kind, ending string) lua.LGFunction {
	return func(L *lua.LState) int {
		c := w.checkComponent(L, 1, kind)
		if L.Get(2) == lua.LNil {
			c.factory.prototype = c.factory.original
			return 0
		}
		c.factory.prototype = w.checkResource(L, 2, ending)
		return 0
	}
}

// checkResource reads the path of a file, also with the letter of what is built
// of it: "/main/bullet.goc".
func (w *World) checkResource(L *lua.LState, n int, ending string) string {
	path, ok := headless.ToHash(L.Get(n))
	if !ok {
		path = L.CheckString(n)
	}
	if len(path) > len(ending) && path[len(path)-len(ending)-1:] == ending+"c" {
		path = path[:len(path)-1]
	}
	if len(path) < len(ending) || path[len(path)-len(ending):] != ending {
		L.ArgError(n, fmt.Sprintf("want the path of a %s file, got '%s'", ending, path))
	}
	if _, err := w.options.Project.Find(path); err != nil {
		L.ArgError(n, err.Error())
	}
	return path
}
