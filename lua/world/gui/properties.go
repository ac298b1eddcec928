package gui

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// vectorProperty is a node's property of three or four numbers.
type vectorProperty struct {
	name  string
	kind  vec.Kind
	field func(n *node) *[4]float64
}

var vectorProperties = []vectorProperty{
	{"position", vec.Vector3, func(n *node) *[4]float64 { return (*[4]float64)(&n.Position) }},
	{"scale", vec.Vector3, func(n *node) *[4]float64 { return (*[4]float64)(&n.Scale) }},
	{"size", vec.Vector3, func(n *node) *[4]float64 { return (*[4]float64)(&n.Size) }},
	{"color", vec.Vector4, func(n *node) *[4]float64 { return (*[4]float64)(&n.Color) }},
	{"outline", vec.Vector4, func(n *node) *[4]float64 { return (*[4]float64)(&n.Outline) }},
	{"shadow", vec.Vector4, func(n *node) *[4]float64 { return (*[4]float64)(&n.Shadow) }},
	{"slice9", vec.Vector4, func(n *node) *[4]float64 { return (*[4]float64)(&n.Slice9) }},
}

var numberProperties = map[string]func(n *node) *float64{
	"alpha":                  func(n *node) *float64 { return &n.Color[3] },
	"fill_angle":             func(n *node) *float64 { return &n.FillAngle },
	"inner_radius":           func(n *node) *float64 { return &n.InnerRadius },
	"perimeter_vertices":     func(n *node) *float64 { return &n.PerimeterVertices },
	"leading":                func(n *node) *float64 { return &n.Leading },
	"tracking":               func(n *node) *float64 { return &n.Tracking },
	"flipbook_cursor":        func(n *node) *float64 { return &n.cursor },
	"flipbook_playback_rate": func(n *node) *float64 { return &n.rate },
}

var boolProperties = map[string]func(n *node) *bool{
	"enabled":           func(n *node) *bool { return &n.Enabled },
	"visible":           func(n *node) *bool { return &n.Visible },
	"line_break":        func(n *node) *bool { return &n.LineBreak },
	"inherit_alpha":     func(n *node) *bool { return &n.InheritAlpha },
	"clipping_visible":  func(n *node) *bool { return &n.ClippingVisible },
	"clipping_inverted": func(n *node) *bool { return &n.ClippingInverted },
}

// enumProperty is a property whose values are constants, gui.PREFIX…; a name
// without letters is no constant.
type enumProperty struct {
	name, prefix string
	values       []string // the index is the value
	field        func(n *node) *string
}

var enumProperties = []enumProperty{
	{"pivot", "PIVOT_", strings.Fields("CENTER N NE E SE S SW W NW"), func(n *node) *string { return &n.Pivot }},
	{"xanchor", "ANCHOR_", strings.Fields("NONE LEFT RIGHT"), func(n *node) *string { return &n.XAnchor }},
	{"yanchor", "ANCHOR_", strings.Fields("NONE TOP BOTTOM"), func(n *node) *string { return &n.YAnchor }},
	{"adjust_mode", "ADJUST_", strings.Fields("FIT ZOOM STRETCH"), func(n *node) *string { return &n.AdjustMode }},
	{"blend_mode", "BLEND_", strings.Fields("ALPHA ADD ADD_ALPHA MULT SCREEN"), func(n *node) *string { return &n.BlendMode }},
	{"clipping_mode", "CLIPPING_MODE_", strings.Fields("NONE - STENCIL"), func(n *node) *string { return &n.ClippingMode }},
	{"size_mode", "SIZE_MODE_", strings.Fields("MANUAL AUTO"), func(n *node) *string { return &n.SizeMode }},
	{"outer_bounds", "PIEBOUNDS_", strings.Fields("RECTANGLE ELLIPSE"), func(n *node) *string { return &n.OuterBounds }},
}

// nodeTypes are TYPE_… by their value.
var nodeTypes = []string{"BOX", "TEXT", "PIE", "TEMPLATE", "SPINE", "PARTICLEFX", "CUSTOM"}

// hashProperties are read as hashes and set as strings or hashes.
var hashProperties = map[string]func(n *node) *string{
	"font":       func(n *node) *string { return &n.Font },
	"layer":      func(n *node) *string { return &n.Layer },
	"texture":    func(n *node) *string { return &n.Texture },
	"material":   func(n *node) *string { return &n.Material },
	"flipbook":   func(n *node) *string { return &n.flipbook },
	"particlefx": func(n *node) *string { return &n.ParticleFX },
}

func findVector(name string) *vectorProperty {
	for k := range vectorProperties {
		if vectorProperties[k].name == name {
			return &vectorProperties[k]
		}
	}
	return nil
}

// splitName parts "position.x" into its name and element, -1 for all.
func splitName(full string) (name string, element int) {
	if dot := strings.LastIndexByte(full, '.'); dot > 0 {
		if e := vec.Element(full[dot+1:]); e >= 0 {
			return full[:dot], e
		}
	}
	return full, -1
}

// numbers reaches the numbers of a property; kind is Other for one that is a
// single number. ok is false for what has none.
func (n *node) numbers(name string) (kind vec.Kind, get func() [4]float64, set func([4]float64), ok bool) {
	if p := findVector(name); p != nil {
		v := p.field(n)
		return p.kind, func() [4]float64 { return *v }, func(to [4]float64) { *v = to }, true
	}
	switch name {
	case "euler":
		return vec.Vector3, n.euler, n.setEuler, true
	case "rotation":
		return vec.Quat, n.rotation, func(q [4]float64) {
			q = vec.Normalized(q)
			n.quat = &q
		}, true
	}
	if field, ok := numberProperties[name]; ok {
		v := field(n)
		return vec.Other, func() [4]float64 { return [4]float64{*v} }, func(to [4]float64) { *v = to[0] }, true
	}
	return vec.Other, nil, nil, false
}

func (n *node) euler() [4]float64 {
	if n.quat != nil {
		return vec.ToEuler(*n.quat)
	}
	return [4]float64{n.Rotation[0], n.Rotation[1], n.Rotation[2]}
}

func (n *node) setEuler(degrees [4]float64) { n.Rotation, n.quat = degrees, nil }

// get is gui.get(node, property [, options]).
func (l *Library) get(L *lua.LState) int {
	n := l.check(L, 1)
	full := headless.CheckHash(L, 2)
	name, element := splitName(full)
	kind, get, _, ok := n.numbers(name)
	if !ok || element >= 0 && element >= kind.Parts() {
		if text, isHash := hashProperties[full]; isHash {
			L.Push(l.e.Hash(*text(n)))
			return 1
		}
		L.ArgError(2, fmt.Sprintf("a node has no property '%s'", full))
	}
	switch parts := get(); {
	case element >= 0:
		L.Push(lua.LNumber(parts[element]))
	case kind == vec.Other:
		L.Push(lua.LNumber(parts[0]))
	default:
		L.Push(l.vec.Make(kind, parts))
	}
	return 1
}

// set is gui.set(node, property, value [, options]). With a url or string in
// place of the node it sets a resource of the component, which nothing here
// draws.
func (l *Library) set(L *lua.LState) int {
	if _, isNode := L.Get(1).(*lua.LUserData); !isNode || l.isURL(L.Get(1)) {
		l.here(L)
		l.e.CheckAddress(L, 1)
		headless.CheckHash(L, 2)
		return 0
	}
	n := l.check(L, 1)
	full := headless.CheckHash(L, 2)
	name, element := splitName(full)
	kind, get, set, ok := n.numbers(name)
	if !ok || element >= 0 && element >= kind.Parts() {
		if text, isHash := hashProperties[full]; isHash {
			l.assign(L, n, full, text(n), 3)
			return 0
		}
		L.ArgError(2, fmt.Sprintf("a node has no property '%s'", full))
	}
	parts := get()
	switch {
	case element >= 0:
		parts[element] = float64(L.CheckNumber(3))
	case kind == vec.Other:
		parts[0] = float64(L.CheckNumber(3))
	default:
		parts = l.checkVector(L, 3, kind, parts)
	}
	set(parts)
	return 0
}

func (l *Library) isURL(v lua.LValue) bool {
	if _, ok := headless.ToAddress(v); ok {
		return true
	}
	_, ok := headless.ToHash(v)
	return ok
}

// checkVector reads a vector; a vector3 where four are wanted keeps the fourth,
// and a vector4 where three are wanted is fine.
func (l *Library) checkVector(L *lua.LState, n int, kind vec.Kind, keep [4]float64) [4]float64 {
	if kind == vec.Quat {
		got, parts := l.vec.Check(L, n, vec.Quat, vec.Vector3, vec.Vector4)
		if got != vec.Quat {
			return vec.FromEuler(parts) // degrees, as older scripts have them
		}
		return parts
	}
	got, parts := l.vec.Check(L, n, vec.Vector3, vec.Vector4)
	if got == vec.Vector3 && kind == vec.Vector4 {
		parts[3] = keep[3]
	}
	return parts
}

// assign reads the name of a font, a layer and so on, which the scene must have.
func (l *Library) assign(L *lua.LState, n *node, property string, to *string, at int) {
	name := headless.CheckHash(L, at)
	var list []string
	what := ""
	switch property {
	case "font":
		list, what = n.scene.described.Fonts, "Font"
	case "layer":
		list, what = n.scene.described.Layers, "Layer"
	case "texture":
		list, what = n.scene.described.Textures, "Texture"
	}
	if what != "" && name != "" && !contains(list, name) && !n.scene.textures[name] && name != "/" {
		L.ArgError(at, fmt.Sprintf("%s '%s' is not specified in scene", what, name))
	}
	*to = name
}

func contains(list []string, name string) bool {
	base, _, _ := strings.Cut(name, "/") // "atlas/image"
	for _, one := range list {
		if one == name || one == base {
			return true
		}
	}
	return false
}
