package world

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/gui"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// component is one of an object's.
type component struct {
	object    *object
	id        string
	kind      string // "script", "gui", "factory", "sprite" …
	described *project.Component
	script    *headless.Instance    // of a script or gui; nil without, or when deleted
	scene     *gui.Scene            // of a gui
	factory   *factory              // of a factory or collection factory
	proxy     *proxy                // of a collection proxy
	kept      map[string]lua.LValue // what go.set gave a component that does nothing
}

// GUI is the scene of a gui script's instance, nil for others.
func (c *component) GUI() *gui.Scene { return c.scene }

func (c *component) address() headless.Address {
	return headless.Address{Socket: c.object.collection.name, Path: c.object.path, Fragment: c.id}
}

// setDeclared gives a new instance the properties that its file declares, with
// the values of set where there are any: the last counts.
func (c *component) setDeclared(set []project.Property) error {
	w := c.object.collection.w
	declared := make(map[string]lua.LValue)
	for _, p := range c.script.Properties() {
		declared[p.Name] = p.Value
		c.script.SetField(p.Name, w.relative(c, w.vec.Copy(p.Value)))
	}
	for _, p := range set {
		value, ok := declared[p.ID]
		if !ok {
			w.note(c.address().String()+"."+p.ID, "%s has a property %s that the script doesn't declare", c.address(), p.ID)
			continue
		}
		if want := arg.TypeName(value); want != p.Type.String() {
			return &project.Error{File: p.File, Line: p.Line, Text: fmt.Sprintf("the property %s of %s must be a %s, it is a %s", p.ID, c.address(), want, p.Type)}
		}
		c.script.SetField(p.ID, w.relative(c, w.value(p)))
	}
	return nil
}

// keep holds values for a component that does nothing.
func (c *component) keep(set []project.Property) {
	for _, p := range set {
		c.store(p.ID, c.object.collection.w.value(p))
	}
}

func (c *component) store(name string, value lua.LValue) {
	if c.kept == nil {
		c.kept = make(map[string]lua.LValue)
	}
	c.kept[name] = value
}

// value is the Lua value of a property in a file.
func (w *World) value(p project.Property) lua.LValue {
	switch p.Type {
	case project.PropertyNumber:
		return lua.LNumber(p.Number)
	case project.PropertyBoolean:
		return lua.LBool(p.Number != 0)
	case project.PropertyHash:
		return w.e.Hash(p.Text)
	case project.PropertyVector3:
		return w.vec.Make(vec.Vector3, p.Vector)
	case project.PropertyVector4:
		return w.vec.Make(vec.Vector4, p.Vector)
	case project.PropertyQuat:
		return w.vec.Make(vec.Quat, p.Vector)
	}
	a, err := headless.ParseAddress(p.Text)
	if err != nil {
		a = headless.Address{Path: p.Text}
	}
	return w.e.URL(a)
}

// relative is a url of the component's own for one that a file wrote or a script
// declared, which may be relative. An empty one, as go.property("a", msg.url())
// declares it, is the script's own: scripts compare with that.
func (w *World) relative(c *component, v lua.LValue) lua.LValue {
	a, ok := headless.ToAddress(v)
	if !ok {
		return v
	}
	if a.Socket == "" {
		a.Socket = c.object.collection.name
		switch {
		case a.Path == "" || a.Path == ".":
			if a.Path == "" && a.Fragment == "" {
				a.Fragment = c.id
			}
			a.Path = c.object.path
		case a.Path[0] != '/':
			a.Path = c.object.prefix + a.Path
		}
	}
	return w.e.URL(a)
}
