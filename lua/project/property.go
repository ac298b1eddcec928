package project

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Vector is a vector3 (w is 0), a vector4 or a quaternion.
type Vector [4]float64

// Transform is where an object stands, relative to its parent.
type Transform struct {
	Position Vector
	Rotation Vector // a quaternion
	Scale    Vector
}

// Identity is the transform that changes nothing.
var identity = Transform{Rotation: Vector{3: 1}, Scale: Vector{1, 1, 1}}

// NewTransform is one that changes nothing.
func NewTransform() Transform { return identity }

func (r reader) transform() Transform {
	t := identity
	t.Position = r.vector("position", t.Position)
	// A quaternion's missing w is 1, whatever its other parts are.
	t.Rotation = r.vector("rotation", t.Rotation)
	uniform := r.number("scale", 1)
	t.Scale = r.vector("scale3", Vector{uniform, uniform, uniform})
	return t
}

// PropertyType is the type of a script's property.
type PropertyType int

// The types of properties, numbered as in Defold.
const (
	PropertyNumber PropertyType = iota
	PropertyHash
	PropertyURL
	PropertyVector3
	PropertyVector4
	PropertyQuat
	PropertyBoolean
)

var propertyTypes = []string{"NUMBER", "HASH", "URL", "VECTOR3", "VECTOR4", "QUAT", "BOOLEAN"}

func (t PropertyType) String() string {
	return [...]string{"number", "hash", "url", "vector3", "vector4", "quat", "boolean"}[t]
}

// Property is the value that a collection or game object gives a script's
// property.
type Property struct {
	ID     string
	Type   PropertyType
	Number float64 // a boolean's is 1 or 0
	Text   string  // of a hash or url
	Vector Vector
	File   string
	Line   int
}

func (r reader) properties() (all []Property) {
	for _, p := range r.children("properties") {
		property := Property{ID: p.need("id", "a property's name"), File: r.node.File, Line: p.node.Line}
		name := p.enum("type", "PROPERTY_TYPE_", "NUMBER", propertyTypes...)
		for n, known := range propertyTypes {
			if known == name {
				property.Type = PropertyType(n)
			}
		}
		text := p.text("value")
		if err := property.set(text); err != nil && !p.failed() {
			f, _ := p.last("value")
			line := f.Line
			if line == 0 {
				line = p.node.Line
			}
			p.fail(line, "%svalue of the property %s must be %v, it is %q", p.path, property.ID, err, shorten(text))
		}
		all = append(all, property)
	}
	return all
}

// set reads the text of a value. Its error says what would be right.
func (p *Property) set(text string) error {
	trimmed := strings.TrimSpace(text)
	switch p.Type {
	case PropertyNumber:
		n, err := strconv.ParseFloat(trimmed, 64)
		if err != nil || math.IsNaN(n) {
			return fmt.Errorf("a number")
		}
		p.Number = n
	case PropertyBoolean:
		switch strings.ToLower(trimmed) {
		case "true", "1", "1.0":
			p.Number = 1
		case "false", "0", "0.0", "":
		default:
			return fmt.Errorf("true or false")
		}
	case PropertyVector3, PropertyVector4, PropertyQuat:
		want := 4
		if p.Type == PropertyVector3 {
			want = 3
		}
		parts := strings.Split(trimmed, ",")
		if len(parts) != want {
			return fmt.Errorf("%d numbers with commas between", want)
		}
		for n, part := range parts {
			value, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
			if err != nil {
				return fmt.Errorf("%d numbers with commas between", want)
			}
			p.Vector[n] = value
		}
	default:
		p.Text = text
	}
	return nil
}
