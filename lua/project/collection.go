package project

import "strings"

// Collection is a .collection: game objects and collections with their places.
type Collection struct {
	File        string
	Name        string // its socket's, where it is a world of its own
	Objects     []Object
	Collections []Subcollection
}

// Object is a game object within a collection.
type Object struct {
	ID         string
	Prototype  string      // the .go, "" for an embedded one
	Embedded   *GameObject // nil for one with a Prototype
	Children   []string    // ids within the same collection
	Transform  Transform
	Properties []Override
	Line       int
}

// Subcollection is a collection within a collection.
type Subcollection struct {
	ID         string
	Collection string
	Children   []string
	Transform  Transform
	Properties []ObjectOverride
	Line       int
}

// Override holds values for the properties of one component.
type Override struct {
	Component  string
	Properties []Property
	Line       int
}

// ObjectOverride holds values for the components of one object of a
// subcollection. Its path may lead through further ones: "sub/object".
type ObjectOverride struct {
	Object    string
	Overrides []Override
	Line      int
}

// Collection reads the .collection at path, "/main/main.collection".
func (p *Project) Collection(path string) (*Collection, error) {
	return cached(p, path, readCollection)
}

func readCollection(root *Node) (*Collection, error) {
	r := newReader(root)
	c := &Collection{File: root.File, Name: r.need("name", `the name of the collection, such as name: "main"`)}
	if strings.ContainsAny(c.Name, ":#/") {
		f, _ := r.last("name")
		r.fail(f.Line, "name can't hold any of : # /, it is %q", c.Name)
	}
	for _, i := range r.children("instances") {
		c.Objects = append(c.Objects, Object{
			ID:         i.id(),
			Prototype:  i.resource("prototype"),
			Children:   i.texts("children"),
			Transform:  i.transform(),
			Properties: i.overrides("component_properties"),
			Line:       i.node.Line,
		})
	}
	for _, i := range r.children("embedded_instances") {
		o := Object{
			ID:         i.id(),
			Children:   i.texts("children"),
			Transform:  i.transform(),
			Properties: i.overrides("component_properties"),
			Line:       i.node.Line,
			Embedded:   &GameObject{File: root.File},
		}
		if data, ok := i.embedded("data"); ok {
			o.Embedded = data.gameObject()
		}
		c.Objects = append(c.Objects, o)
	}
	for _, i := range r.children("collection_instances") {
		sub := Subcollection{
			ID:         i.id(),
			Collection: i.resource("collection"),
			Children:   i.texts("children"),
			Transform:  i.transform(),
			Line:       i.node.Line,
		}
		for _, o := range i.children("instance_properties") {
			sub.Properties = append(sub.Properties, ObjectOverride{
				Object:    o.need("id", "an object's id"),
				Overrides: o.overrides("properties"),
				Line:      o.node.Line,
			})
		}
		c.Collections = append(c.Collections, sub)
	}
	c.check(r)
	return c, *r.err
}

// check holds that ids are there once, and children too.
func (c *Collection) check(r reader) {
	lines := make(map[string]int)
	note := func(id string, line int) {
		if before, taken := lines[id]; taken {
			r.fail(line, "the id %q is taken by line %d", id, before)
		}
		lines[id] = line
	}
	parents := make(map[string]string)
	family := func(id string, children []string, line int) {
		for _, child := range children {
			if _, ok := lines[child]; !ok {
				r.fail(line, "children of %q: there is no object %q in this collection", id, child)
			}
			if other, taken := parents[child]; taken {
				r.fail(line, "%q is a child of %q and of %q", child, other, id)
			}
			parents[child] = id
		}
	}
	for _, o := range c.Objects {
		note(o.ID, o.Line)
	}
	for _, s := range c.Collections {
		note(s.ID, s.Line)
	}
	for _, o := range c.Objects {
		family(o.ID, o.Children, o.Line)
	}
	for _, s := range c.Collections {
		family(s.ID, s.Children, s.Line)
	}
	for id, line := range lines {
		above, steps := parents[id], 0
		for ; above != "" && steps <= len(lines); steps++ {
			above = parents[above]
		}
		if steps > len(lines) {
			r.fail(line, "%q is among its own children", id)
			return
		}
	}
}

// id is the id of an object or a component.
func (r reader) id() string {
	id := r.need("id", "a name")
	if strings.ContainsAny(id, ":#") {
		f, _ := r.last("id")
		r.fail(f.Line, "%sid can't hold : or #, it is %q", r.path, id)
	}
	return id
}

// resource reads the path of another file, "/main/player.go".
func (r reader) resource(name string) string {
	path := r.need(name, "a file's path, such as \"/main/file\"")
	if f, ok := r.last(name); ok && !strings.HasPrefix(path, "/") && path != "" {
		r.fail(f.Line, "%s%s must begin with / (the project's folder), it is %q", r.path, name, path)
	}
	return path
}

func (r reader) overrides(name string) (all []Override) {
	for _, o := range r.children(name) {
		all = append(all, Override{Component: o.need("id", "a component's id"), Properties: o.properties(), Line: o.node.Line})
	}
	return all
}
