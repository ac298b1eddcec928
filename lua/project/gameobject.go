package project

import (
	"path"
	"strings"
)

// GameObject is a .go: components.
type GameObject struct {
	File       string
	Components []Component
}

// Component is one of a game object's.
type Component struct {
	ID         string
	Type       string // "script", "gui", "factory" …: the file's ending, or what an embedded one says
	File       string // "" for an embedded one
	Properties []Property
	Line       int

	data *reader // an embedded one's
}

// GameObject reads the .go at path.
func (p *Project) GameObject(path string) (*GameObject, error) {
	return cached(p, path, func(root *Node) (*GameObject, error) {
		r := newReader(root)
		return r.gameObject(), *r.err
	})
}

func (r reader) gameObject() *GameObject {
	g := &GameObject{File: r.node.File}
	lines := make(map[string]int)
	add := func(c Component) {
		if before, taken := lines[c.ID]; taken {
			r.fail(c.Line, "the component id %q is taken by line %d", c.ID, before)
		}
		lines[c.ID] = c.Line
		g.Components = append(g.Components, c)
	}
	for _, c := range r.children("components") {
		file := c.resource("component")
		add(Component{
			ID:         c.id(),
			Type:       strings.TrimPrefix(path.Ext(file), "."),
			File:       file,
			Properties: c.properties(),
			Line:       c.node.Line,
		})
	}
	for _, c := range r.children("embedded_components") {
		component := Component{ID: c.id(), Type: c.need("type", "a component's type, such as \"factory\""), Line: c.node.Line}
		if data, ok := c.embedded("data"); ok && c.needsData(component.Type) {
			component.data = &data
		}
		add(component)
	}
	return g
}

// needsData says whether what is embedded is of a type that is read here.
func (r reader) needsData(kind string) bool {
	switch kind {
	case "factory", "collectionfactory", "collectionproxy":
		return true
	}
	return false
}

// Prototype reads what a factory, a collection factory or a collection proxy
// makes: the path of a .go or of a .collection.
func (p *Project) Prototype(c *Component) (string, error) {
	field := "prototype"
	if c.Type == "collectionproxy" {
		field = "collection"
	}
	if c.data != nil {
		own := newReader(c.data.node)
		own.path = c.data.path
		return own.resource(field), *own.err
	}
	return cached(p, c.File, func(root *Node) (string, error) {
		r := newReader(root)
		return r.resource(field), *r.err
	})
}
