package world

import (
	"slices"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
)

// collection is a world of objects with a socket of its own: the main one, or
// what a proxy loaded.
type collection struct {
	w        *World
	name     string
	timeline *headless.Timeline
	objects  map[string]*object // by path
	order    []*object          // as they were made
	focus    []*object          // the newest last
	proxy    *component         // nil for the main one
	alongZ   bool
	closing  bool
	held     bool               // loaded by a proxy and not begun
	waiting  []headless.Message // held meanwhile

	instances   int // given out as /instance0 …
	collections int // and /collection0 …
}

// maxObjects bounds the objects of a collection, as Defold's
// collection.max_instances does; a factory in a loop ends in an error.
const maxObjects = 32_766

func (w *World) newCollection(name string, proxy *component) *collection {
	var outer *headless.Timeline
	if proxy != nil {
		outer = proxy.object.collection.timeline
	}
	return &collection{
		w: w, name: name, proxy: proxy,
		timeline: headless.NewTimeline(outer),
		objects:  make(map[string]*object),
	}
}

// object is a game object.
type object struct {
	collection *collection
	path       string // "/level/player"
	prefix     string // "/level/", for what its scripts name without a slash
	place      place
	euler      *project.Vector // the degrees that were set; nil after a rotation was
	parent     *object
	children   []*object
	components []*component
	loose      bool // made for a script that the engine loaded
	doomed     bool // goes at the frame's end
	gone       bool
}

func (c *collection) newObject(path, prefix string) *object {
	identity := project.NewTransform()
	o := &object{collection: c, path: path, prefix: prefix, place: place{identity.Position, identity.Rotation, identity.Scale}}
	c.objects[path] = o
	c.order = append(c.order, o)
	return o
}

// world is where the object is, all parents counted.
//
// Differs from Defold: it is so at once, not after the frame.
func (o *object) world() place {
	if o.parent == nil {
		return o.place
	}
	return o.place.under(o.parent.world(), o.collection.alongZ)
}

// attach moves the object under parent, nil for none. It says whether it could:
// an object can't be its own parent, by way of others neither.
func (o *object) attach(parent *object, keepWorld bool) bool {
	for above := parent; above != nil; above = above.parent {
		if above == o {
			return false
		}
	}
	before := o.world()
	o.detach()
	o.parent = parent
	if parent != nil {
		parent.children = append(parent.children, o)
	}
	if keepWorld {
		o.place = before
		if parent != nil {
			o.place = before.within(parent.world(), o.collection.alongZ)
		}
		o.euler = nil
	}
	return true
}

func (o *object) detach() {
	if o.parent != nil {
		o.parent.children = slices.DeleteFunc(o.parent.children, func(child *object) bool { return child == o })
		o.parent = nil
	}
}

// doom deletes the object at the frame's end: its scripts get final then.
func (o *object) doom() {
	if o.doomed {
		return
	}
	o.doomed = true
	w := o.collection.w
	w.removed = append(w.removed, o)
	for _, c := range slices.Clone(o.components) {
		if c.script != nil {
			w.e.Delete(c.script)
		}
		if c.proxy != nil {
			c.proxy.unload(c, nil)
		}
	}
}

// doomTree deletes the object's children too, the innermost first.
func (o *object) doomTree() {
	for _, child := range slices.Clone(o.children) {
		child.doomTree()
	}
	o.doom()
}

// end takes the object away. Its children move up.
func (o *object) end() {
	if o.gone {
		return
	}
	o.gone = true
	for _, child := range o.children {
		child.parent = o.parent
		if o.parent != nil {
			o.parent.children = append(o.parent.children, child)
		}
	}
	o.children = nil
	o.detach()
	in := o.collection
	in.w.tweens.Cancel(o, "", nil)
	for _, c := range o.components {
		in.w.tweens.Cancel(c, "", nil)
		if c.scene != nil {
			c.scene.Close()
		}
	}
	in.dropFocus(o)
	if in.objects[o.path] == o {
		delete(in.objects, o.path)
	}
	in.order = slices.DeleteFunc(in.order, func(other *object) bool { return other == o })
}

// component finds one by its id.
func (o *object) component(id string) *component {
	for _, c := range o.components {
		if c.id == id {
			return c
		}
	}
	return nil
}

func (c *collection) takeFocus(o *object) {
	c.dropFocus(o)
	c.focus = append(c.focus, o)
}

func (c *collection) dropFocus(o *object) {
	c.focus = slices.DeleteFunc(c.focus, func(other *object) bool { return other == o })
}
