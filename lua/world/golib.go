package world

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

func (w *World) openGo() {
	arg.NewModules(w.L).Add("go", func(lib *lua.LTable) {
		w.L.SetFuncs(lib, map[string]lua.LGFunction{
			"property":                 w.goProperty,
			"get":                      w.goGet,
			"set":                      w.goSet,
			"get_id":                   w.goGetID,
			"get_parent":               w.goGetParent,
			"set_parent":               w.goSetParent,
			"exists":                   w.goExists,
			"delete":                   w.goDelete,
			"delete_all":               w.goDeleteAll,
			"animate":                  w.goAnimate,
			"cancel_animations":        w.goCancelAnimations,
			"get_position":             w.getPlace("position", false),
			"get_rotation":             w.getPlace("rotation", false),
			"get_scale":                w.getPlace("scale", false),
			"get_scale_vector":         w.getPlace("scale", false),
			"get_scale_uniform":        w.getPlace("uniform", false),
			"get_world_position":       w.getPlace("position", true),
			"get_world_rotation":       w.getPlace("rotation", true),
			"get_world_scale":          w.getPlace("scale", true),
			"get_world_scale_uniform":  w.getPlace("uniform", true),
			"get_world_transform":      w.goWorldTransform,
			"set_position":             w.goSetPosition,
			"set_rotation":             w.goSetRotation,
			"set_scale":                w.goSetScale,
			"set_scale_xy":             w.goSetScaleXY,
			"update_world_transform":   w.goUpdateWorldTransform,
			"world_to_local_position":  w.goWorldToLocalPosition,
			"world_to_local_transform": w.goWorldToLocalTransform,
		})
		for n, easing := range tween.Easings() {
			lib.RawSetString("EASING_"+easing.Name, lua.LNumber(n))
		}
		for n, playback := range tween.Playbacks() {
			lib.RawSetString("PLAYBACK_"+playback, lua.LNumber(n))
		}
	})
}

// own is the object of the running script; it raises where there is none.
func (w *World) own(L *lua.LState) *object {
	if c := w.running(); c != nil && c.scene == nil {
		return c.object
	}
	L.RaiseError("You can only access go.* functions and values from a script instance (.script file)")
	return nil
}

// running is the component whose script runs, nil for none.
func (w *World) running() *component {
	i := w.e.Running()
	if i == nil {
		return nil
	}
	c, _ := i.Data().(*component)
	return c
}

// checkObjectAt finds the object at a, which must be in the running script's
// collection.
func (w *World) checkObjectAt(L *lua.LState, n int, a headless.Address) *object {
	in := w.main
	if c := w.running(); c != nil {
		in = c.object.collection
	}
	if a.Socket != in.name {
		L.ArgError(n, fmt.Sprintf("only game objects of the same collection are in reach: '%s' is not in %s", a, in.name))
	}
	o := in.objects[a.Path]
	if o == nil {
		L.ArgError(n, fmt.Sprintf("there is no game object '%s' in the collection %s", a.Path, in.name))
	}
	return o
}

// object is the one that argument n names, the running script's own for nil.
func (w *World) object(L *lua.LState, n int) *object {
	if L.Get(n) == lua.LNil {
		return w.own(L)
	}
	return w.checkObjectAt(L, n, w.e.CheckAddress(L, n))
}

// goProperty is go.property(name, value), at the top of a script file.
func (w *World) goProperty(L *lua.LState) int {
	name := L.CheckString(1)
	value := L.CheckAny(2)
	switch value.(type) {
	case lua.LNumber, lua.LBool:
	default:
		_, isHash := headless.ToHash(value)
		_, isURL := headless.ToAddress(value)
		if kind := w.vec.Kind(value); !isHash && !isURL && (kind == vec.Other || kind == vec.Matrix4) {
			L.ArgError(2, fmt.Sprintf("the property '%s' must be a number, boolean, hash, url, vector3, vector4 or quat, got %s", name, arg.TypeName(value)))
		}
	}
	if !w.e.DeclareProperty(name, value) {
		L.RaiseError("go.property can only be called at the top of a script file, outside of its functions")
	}
	return 0
}

// goGetID is go.get_id([path]): without one the script's own.
func (w *World) goGetID(L *lua.LState) int {
	o := w.own(L)
	if L.Get(1) == lua.LNil {
		L.Push(w.e.Hash(o.path))
		return 1
	}
	path := headless.CheckHash(L, 1)
	if !strings.HasPrefix(path, "/") {
		path = o.prefix + path
	}
	L.Push(w.e.Hash(path))
	return 1
}

func (w *World) goGetParent(L *lua.LState) int {
	o := w.object(L, 1)
	if o.parent == nil {
		L.Push(lua.LNil)
	} else {
		L.Push(w.e.Hash(o.parent.path))
	}
	return 1
}

// goSetParent is go.set_parent(id [, parent_id [, keep_world_transform]]).
func (w *World) goSetParent(L *lua.LState) int {
	o := w.object(L, 1)
	var parent *object
	if L.Get(2) != lua.LNil {
		parent = w.object(L, 2)
	}
	if parent != nil && parent.collection != o.collection {
		L.ArgError(2, "the parent must be in the same collection")
	}
	if !o.attach(parent, lua.LVAsBool(L.Get(3))) {
		L.ArgError(2, fmt.Sprintf("'%s' is below '%s'", parent.path, o.path))
	}
	return 0
}

// goExists is go.exists(url).
func (w *World) goExists(L *lua.LState) int {
	a := w.e.CheckAddress(L, 1)
	in := w.collections[a.Socket]
	L.Push(lua.LBool(in != nil && in.objects[a.Path] != nil))
	return 1
}

// goDelete is go.delete([id, or a list of them [, recursive]]). The objects live
// to the frame's end.
func (w *World) goDelete(L *lua.LState) int {
	first, recursive := L.Get(1), lua.LVAsBool(L.Get(2))
	if only, ok := first.(lua.LBool); ok && L.GetTop() == 1 { // go.delete(recursive)
		first, recursive = lua.LNil, bool(only)
	}
	remove := func(o *object) {
		if recursive {
			o.doomTree()
		} else {
			o.doom()
		}
	}
	switch list := first.(type) {
	case *lua.LNilType:
		remove(w.own(L))
	case *lua.LTable:
		w.deleteListed(L, list, remove)
	default:
		remove(w.object(L, 1))
	}
	return 0
}

// goDeleteAll is the older go.delete_all([ids]), which knows no recursion.
func (w *World) goDeleteAll(L *lua.LState) int {
	list := optTable(L, 1)
	if list == nil {
		w.own(L).doom()
		return 0
	}
	w.deleteListed(L, list, (*object).doom)
	return 0
}

// deleteListed deletes what a table holds, whatever its keys are: the table of
// collectionfactory.create may come as it is.
func (w *World) deleteListed(L *lua.LState, list *lua.LTable, remove func(*object)) {
	var objects []*object
	for key, id := list.Next(lua.LNil); key != lua.LNil; key, id = list.Next(key) {
		L.Push(id)
		a := w.e.CheckAddress(L, L.GetTop())
		L.Pop(1)
		in := w.collections[a.Socket]
		if in == nil || in.objects[a.Path] == nil {
			L.RaiseError("go.delete: [%s] of the table: there is no game object '%s'", key, a)
		}
		objects = append(objects, in.objects[a.Path])
	}
	for _, o := range objects {
		remove(o)
	}
}

// getPlace makes a function that returns a part of where an object is.
func (w *World) getPlace(part string, inWorld bool) lua.LGFunction {
	return func(L *lua.LState) int {
		o := w.object(L, 1)
		at := o.place
		if inWorld {
			at = o.world()
		}
		switch part {
		case "position":
			L.Push(w.vec.Make(vec.Vector3, at.position))
		case "rotation":
			L.Push(w.vec.Make(vec.Quat, at.rotation))
		case "scale":
			L.Push(w.vec.Make(vec.Vector3, at.scale))
		case "uniform":
			L.Push(lua.LNumber(min(at.scale[0], at.scale[1], at.scale[2])))
		}
		return 1
	}
}

func (w *World) goWorldTransform(L *lua.LState) int {
	L.Push(w.vec.Matrix(w.object(L, 1).world().matrix()))
	return 1
}

func (w *World) goSetPosition(L *lua.LState) int {
	_, position := w.vec.Check(L, 1, vec.Vector3)
	w.object(L, 2).place.position = position
	return 0
}

func (w *World) goSetRotation(L *lua.LState) int {
	_, rotation := w.vec.Check(L, 1, vec.Quat)
	o := w.object(L, 2)
	o.place.rotation, o.euler = vec.Normalized(rotation), nil
	return 0
}

func (w *World) goSetScale(L *lua.LState) int {
	scale := w.checkScale(L, 1)
	w.object(L, 2).place.scale = scale
	return 0
}

// goSetScaleXY is go.set_scale_xy(scale [, id]): the z stays.
func (w *World) goSetScaleXY(L *lua.LState) int {
	scale := w.checkScale(L, 1)
	o := w.object(L, 2)
	scale[2] = o.place.scale[2]
	o.place.scale = scale
	return 0
}

// goUpdateWorldTransform has nothing to do: world transforms are never old here.
func (w *World) goUpdateWorldTransform(L *lua.LState) int {
	w.object(L, 1)
	return 0
}

// goWorldToLocalPosition is go.world_to_local_position(position, url).
func (w *World) goWorldToLocalPosition(L *lua.LState) int {
	_, position := w.vec.Check(L, 1, vec.Vector3)
	o := w.object(L, 2)
	at := place{position, project.Vector{3: 1}, project.Vector{1, 1, 1}}
	L.Push(w.vec.Make(vec.Vector3, at.within(o.world(), true).position))
	return 1
}

// goWorldToLocalTransform is go.world_to_local_transform(matrix, url).
func (w *World) goWorldToLocalTransform(L *lua.LState) int {
	if w.vec.Kind(L.Get(1)) != vec.Matrix4 {
		L.ArgError(1, "matrix4 expected, got "+arg.TypeName(L.Get(1)))
	}
	m := w.vec.ReadMatrix(L.Get(1))
	at := w.object(L, 2).world()
	var local [4][4]float64
	for column := range 4 {
		v := project.Vector{m[0][column], m[1][column], m[2][column]}
		if column == 3 {
			for n := range 3 {
				v[n] -= at.position[n]
			}
		}
		v = divide(vec.Rotate(vec.Conjugate(at.rotation), v), at.scale)
		for row := range 3 {
			local[row][column] = v[row]
		}
		local[3][column] = m[3][column]
	}
	L.Push(w.vec.Matrix(local))
	return 1
}
