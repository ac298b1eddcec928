package world

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// property is one that go.get, go.set and go.animate reach.
type property struct {
	owner   any // the object or component, for animations
	name    string
	element int // of a vector: 0 for x …; -1 for all of it
	get     func() lua.LValue
	set     func(lua.LValue)
}

// checkProperty finds the property that arguments n (a url) and n+1 (a name)
// mean.
func (w *World) checkProperty(L *lua.LState, n int) *property {
	a := w.e.CheckAddress(L, n)
	o := w.checkObjectAt(L, n, a)
	full := headless.CheckHash(L, n+1)
	name, element := full, -1
	if dot := strings.LastIndexByte(full, '.'); dot > 0 {
		if e := vec.Element(full[dot+1:]); e >= 0 {
			name, element = full[:dot], e
		}
	}
	var p *property
	if a.Fragment == "" {
		p = w.objectProperty(o, name)
	} else {
		c := o.component(a.Fragment)
		if c == nil {
			L.ArgError(n, fmt.Sprintf("the game object '%s' has no component '%s'", a.Path, a.Fragment))
		}
		p = w.componentProperty(c, name)
	}
	if p == nil {
		L.ArgError(n+1, fmt.Sprintf("'%s' does not have any property called '%s'", a, full))
	}
	p.name, p.element = name, element
	if element >= 0 {
		if kind := w.vec.Kind(p.get()); element >= kind.Parts() || kind == vec.Matrix4 {
			L.ArgError(n+1, fmt.Sprintf("the property '%s' of '%s' is a %s: it has no '%s'", name, a, arg.TypeName(p.get()), full[len(name)+1:]))
		}
	}
	return p
}

// objectProperty is one of an object itself, nil if there is none of that name.
func (w *World) objectProperty(o *object, name string) *property {
	p := &property{owner: o}
	vector := func(v *project.Vector) {
		p.get = func() lua.LValue { return w.vec.Make(vec.Vector3, *v) }
		p.set = func(value lua.LValue) { _, *v = w.vec.Read(value) }
	}
	switch name {
	case "position":
		vector(&o.place.position)
	case "scale":
		vector(&o.place.scale)
	case "rotation":
		p.get = func() lua.LValue { return w.vec.Make(vec.Quat, o.place.rotation) }
		p.set = func(value lua.LValue) {
			_, q := w.vec.Read(value)
			o.place.rotation, o.euler = vec.Normalized(q), nil
		}
	case "euler":
		p.get = func() lua.LValue {
			if o.euler != nil {
				return w.vec.Make(vec.Vector3, *o.euler)
			}
			return w.vec.Make(vec.Vector3, vec.ToEuler(o.place.rotation))
		}
		p.set = func(value lua.LValue) {
			_, degrees := w.vec.Read(value)
			kept := project.Vector(degrees)
			o.place.rotation, o.euler = vec.FromEuler(degrees), &kept
		}
	default:
		return nil
	}
	return p
}

// inert are the properties of components that do nothing here, with what they
// are until they are set.
var inert = map[string]map[string]any{
	"sprite": {
		"size": vec.Vector3, "scale": one, "tint": one4, "playback_rate": 1.0, "cursor": 0.0,
		"image": "", "material": "", "animation": "",
	},
	"label": {
		"size": vec.Vector3, "scale": one, "color": one4, "outline": black, "shadow": black,
		"leading": 1.0, "tracking": 0.0, "line_break": false, "font": "", "material": "",
	},
	"sound":           {"gain": 1.0, "pan": 0.0, "speed": 1.0, "sound": ""},
	"model":           {"animation": "", "cursor": 0.0, "playback_rate": 1.0, "material": "", "texture0": "", "tint": one4},
	"camera":          {"fov": 0.7854, "near_z": 0.1, "far_z": 1000.0, "aspect_ratio": 1.0, "orthographic_zoom": 1.0, "projection": vec.Matrix4, "view": vec.Matrix4},
	"tilemap":         {"tile_source": "", "material": "", "tint": one4},
	"collisionobject": {"linear_velocity": vec.Vector3, "angular_velocity": vec.Vector3, "mass": 0.0, "bullet": false, "linear_damping": 0.0, "angular_damping": 0.0},
	"mesh":            {"material": "", "vertices": ""},
	"gui":             {"material": ""},
}

// vectors that are no zeros.
type vectorDefault struct {
	kind  vec.Kind
	parts [4]float64
}

var (
	one   = vectorDefault{vec.Vector3, [4]float64{1, 1, 1}}
	one4  = vectorDefault{vec.Vector4, [4]float64{1, 1, 1, 1}}
	black = vectorDefault{vec.Vector4, [4]float64{3: 1}}
)

// constants are the kinds of components whose material may have constants of any
// name.
var constants = map[string]bool{"sprite": true, "model": true, "tilemap": true, "label": true, "mesh": true, "particlefx": true, "gui": true}

func (w *World) componentProperty(c *component, name string) *property {
	p := &property{owner: c}
	if c.script != nil {
		for _, declared := range c.script.Properties() {
			if declared.Name == name {
				p.get = func() lua.LValue { return c.script.Field(name) }
				p.set = func(v lua.LValue) { c.script.SetField(name, v) }
				return p
			}
		}
	}
	if c.kind == "script" {
		return nil
	}
	fallback, known := inert[c.kind][name]
	if kept, ok := c.kept[name]; ok {
		p.get = func() lua.LValue { return kept }
	} else if !known && !constants[c.kind] {
		return nil
	}
	p.get = func() lua.LValue {
		if kept, ok := c.kept[name]; ok {
			return kept
		}
		return w.fallback(fallback)
	}
	p.set = func(v lua.LValue) { c.store(name, v) }
	return p
}

// fallback is the Lua value of an entry of inert; a material's constant is zeros.
func (w *World) fallback(v any) lua.LValue {
	switch v := v.(type) {
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	case string:
		return w.e.Hash(v)
	case vectorDefault:
		return w.vec.Make(v.kind, v.parts)
	case vec.Kind:
		if v == vec.Matrix4 {
			return w.vec.Matrix([4][4]float64{{0: 1}, {1: 1}, {2: 1}, {3: 1}})
		}
		return w.vec.Make(v, [4]float64{})
	}
	return w.vec.Make(vec.Vector4, [4]float64{})
}

// value is the property, or the element that is meant.
func (w *World) read(p *property) lua.LValue {
	v := p.get()
	if p.element < 0 {
		return w.vec.Copy(v)
	}
	_, parts := w.vec.Read(v)
	return lua.LNumber(parts[p.element])
}

// write sets a property, or the element that is meant. It says of which type the
// value must be if it isn't.
func (w *World) write(p *property, v lua.LValue) (want string) {
	current := p.get()
	if p.element < 0 {
		if want = arg.TypeName(current); want != arg.TypeName(v) {
			if n, ok := v.(lua.LNumber); ok && p.name == "scale" && want == "vector3" { // the uniform scale of old
				p.set(w.vec.Make(vec.Vector3, [4]float64{float64(n), float64(n), float64(n)}))
				return ""
			}
			if text, ok := v.(lua.LString); ok && want == "hash" {
				p.set(w.e.Hash(string(text)))
				return ""
			}
			return want
		}
		p.set(w.vec.Copy(v))
		return ""
	}
	n, ok := v.(lua.LNumber)
	if !ok {
		return "number"
	}
	kind, parts := w.vec.Read(current)
	parts[p.element] = float64(n)
	p.set(w.vec.Make(kind, parts))
	return ""
}

// goGet is go.get(url, property [, options]).
func (w *World) goGet(L *lua.LState) int {
	p := w.checkProperty(L, 1)
	optTable(L, 3)
	L.Push(w.read(p))
	return 1
}

// goSet is go.set(url, property, value [, options]).
func (w *World) goSet(L *lua.LState) int {
	p := w.checkProperty(L, 1)
	value := L.CheckAny(3)
	optTable(L, 4)
	if want := w.write(p, value); want != "" {
		L.ArgError(3, fmt.Sprintf("the property '%s' must be a %s, got %s", headless.CheckHash(L, 2), want, arg.TypeName(value)))
	}
	return 0
}
