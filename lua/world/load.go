package world

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// The bounds of collections within collections: how deep, and how many in all.
// Two in each of sixty levels would never end, though each is small.
const (
	maxCollections = 64
	maxLoaded      = 32_766
)

// loader makes the objects of a collection and of those within it.
type loader struct {
	in   *collection
	made []*object
	// Values for the properties of scripts, the outermost collection's first.
	overrides map[string][]project.Override // by the object's path
	parts     []part
	loaded    int // collections
}

// part is an object whose components are still to be made: they come after all
// objects, so that every script finds them.
type part struct {
	object     *object
	described  *project.GameObject
	properties []project.Override
}

// load makes a collection's objects; their paths begin with prefix. Nothing is
// left of them if it fails.
func (c *collection) load(described *project.Collection, prefix string) ([]*object, error) {
	l := &loader{in: c, overrides: make(map[string][]project.Override)}
	err := l.collection(described, prefix, placeOf(project.NewTransform()), nil, 0)
	if err == nil {
		err = l.components()
	}
	if err != nil {
		l.undo()
		return nil, err
	}
	return l.made, nil
}

func (l *loader) undo() {
	for _, o := range l.made {
		o.doom()
	}
}

func placeOf(t project.Transform) place {
	return place{t.Position, vec.Normalized(t.Rotation), t.Scale}
}

// collection makes the objects of one collection, which lies at outer. Those
// without a parent of their own get parent.
func (l *loader) collection(described *project.Collection, prefix string, outer place, parent *object, depth int) error {
	if depth == maxCollections {
		return &project.Error{File: described.File, Text: fmt.Sprintf("more than %d collections within collections, or one that holds itself", maxCollections)}
	}
	if l.loaded++; l.loaded > maxLoaded {
		return &project.Error{File: described.File, Text: fmt.Sprintf("more than %d collections in one", maxLoaded)}
	}
	byID := make(map[string]*object, len(described.Objects))
	childOf := make(map[string]string)
	for _, o := range described.Objects {
		for _, child := range o.Children {
			childOf[child] = o.ID
		}
		made, err := l.object(described, &o, prefix)
		if err != nil {
			return err
		}
		byID[o.ID] = made
	}
	for _, o := range described.Objects {
		made := byID[o.ID]
		switch above := byID[childOf[o.ID]]; {
		case above != nil:
			made.attach(above, false)
		case parent != nil:
			made.place = made.place.under(outer, l.in.alongZ)
			made.attach(parent, false)
		default:
			made.place = made.place.under(outer, l.in.alongZ)
		}
	}
	for _, s := range described.Collections {
		inner, err := l.in.w.options.Project.Collection(s.Collection)
		if err != nil {
			return l.in.w.options.Project.Blame(err, described.File, s.Line, "collection_instances.collection")
		}
		for _, o := range s.Properties {
			path := prefix + s.ID + "/" + o.Object
			l.overrides[path] = append(l.overrides[path], o.Overrides...)
		}
		at, above := placeOf(s.Transform), byID[childOf[s.ID]]
		if above == nil {
			at, above = at.under(outer, l.in.alongZ), parent
		}
		if err := l.collection(inner, prefix+s.ID+"/", at, above, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) object(in *project.Collection, o *project.Object, prefix string) (*object, error) {
	described := o.Embedded
	if described == nil {
		var err error
		p := l.in.w.options.Project
		if described, err = p.GameObject(o.Prototype); err != nil {
			return nil, p.Blame(err, in.File, o.Line, "instances.prototype")
		}
	}
	path := prefix + o.ID
	if l.in.objects[path] != nil {
		return nil, &project.Error{File: in.File, Line: o.Line, Text: fmt.Sprintf("there is an object %s already", path)}
	}
	if len(l.in.objects) >= maxObjects {
		return nil, &project.Error{File: in.File, Line: o.Line, Text: fmt.Sprintf("the collection has %d objects already", maxObjects)}
	}
	made := l.in.newObject(path, prefix)
	made.place = placeOf(o.Transform)
	l.made = append(l.made, made)
	l.parts = append(l.parts, part{made, described, o.Properties})
	return made, nil
}

// components makes what the objects are made of.
func (l *loader) components() error {
	for _, p := range l.parts {
		values := append([]project.Override(nil), p.properties...)
		outer := l.overrides[p.object.path]
		for n := len(outer) - 1; n >= 0; n-- { // the outermost collection's are the first there: they count
			values = append(values, outer[n])
		}
		known := make(map[string]bool)
		for n := range p.described.Components {
			described := &p.described.Components[n]
			known[described.ID] = true
			set := append([]project.Property(nil), described.Properties...)
			for _, o := range values {
				if o.Component == described.ID {
					set = append(set, o.Properties...)
				}
			}
			if err := p.object.add(p.described.File, described, set); err != nil {
				return err
			}
		}
		for _, o := range values {
			if !known[o.Component] {
				l.in.w.note(p.object.path+"#"+o.Component, "%s has properties for a component %s that isn't there", p.object.path, o.Component)
			}
		}
	}
	return nil
}

// add makes a component. file is where it is described.
func (o *object) add(file string, described *project.Component, set []project.Property) error {
	w := o.collection.w
	c := &component{object: o, id: described.ID, kind: described.Type, described: described}
	var err error
	switch described.Type {
	case "script":
		err = c.placeScript(described.File, set, false)
	case "gui":
		err = c.placeScene(set)
	case "factory", "collectionfactory", "collectionproxy":
		var prototype string
		prototype, err = w.options.Project.Prototype(described)
		if c.kind == "collectionproxy" {
			c.proxy = &proxy{path: prototype}
		} else {
			c.factory = &factory{prototype: prototype, original: prototype}
		}
	default:
		w.note(described.Type, "passes over components of type %s, %s#%s first: nothing is drawn, played or simulated here", described.Type, o.path, c.id)
		c.keep(set)
	}
	if err != nil {
		if c.script != nil {
			c.script = nil
		}
		return w.options.Project.Blame(err, file, described.Line, "component "+described.ID)
	}
	o.components = append(o.components, c)
	return nil
}

// placeScript makes the instance of a script file.
func (c *component) placeScript(path string, set []project.Property, late bool) error {
	w := c.object.collection.w
	file, err := w.options.Project.Find(path)
	if err != nil {
		return err
	}
	kind := "Script"
	if late {
		kind = "GuiScript"
	}
	_, err = w.e.Place(w.fromRoot(file), headless.Placement{
		Address:  headless.Address{Socket: c.object.collection.name, Path: c.object.path, Fragment: c.id},
		Prefix:   c.object.prefix,
		Late:     late,
		Timeline: c.object.collection.timeline,
		Kind:     kind,
		Data:     c,
		Hold:     c.object.collection.held,
		Born: func(i *headless.Instance) error {
			c.script = i
			return c.setDeclared(set)
		},
	})
	return err
}

// placeScene makes a gui component.
func (c *component) placeScene(set []project.Property) error {
	w := c.object.collection.w
	if c.described.File == "" {
		return &project.Error{File: c.described.File, Line: c.described.Line, Text: "a gui component can't be embedded"}
	}
	scene, err := w.options.Project.Scene(c.described.File)
	if err != nil {
		return err
	}
	c.scene = w.gui.NewScene(scene, func() float64 { return w.e.DeltaOf(c.object.collection.timeline) })
	if scene.Script == "" {
		return nil
	}
	err = c.placeScript(scene.Script, set, true)
	return w.options.Project.Blame(err, scene.File, 1, "script")
}

// fromRoot is the file's path as the engine's Place wants it: relative to its
// root, which is the project's.
func (w *World) fromRoot(file string) string {
	relative, err := filepath.Rel(w.options.Project.Root, file)
	if err != nil { // another volume, or one of them absolute
		if full, err := filepath.Abs(file); err == nil {
			return full
		}
		return file
	}
	return relative
}

// begin runs init of what was made.
func begin(made []*object) {
	for _, o := range made {
		for _, c := range o.components {
			if c.script != nil && !o.doomed {
				c.script.Init()
			}
		}
	}
}

// subpath is the path below a prefix: "/a/b" for "/collection0/a/b".
func subpath(path, prefix string) string { return "/" + strings.TrimPrefix(path, prefix) }
