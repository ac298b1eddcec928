package project

import "strings"

// Scene is a .gui: nodes, templates already put in, and what they refer to.
type Scene struct {
	File     string
	Script   string // the .gui_script, "" for none
	Nodes    []GUINode
	Fonts    []string // names
	Textures []string
	Layers   []string
	Layouts  []string
	MaxNodes int
}

// GUINode is a node of a scene. Vectors are x, y, z, w; rotation is in degrees.
type GUINode struct {
	ID, Parent string
	Type       string // "BOX", "TEXT", "PIE", "TEMPLATE", "PARTICLEFX", "SPINE", "CUSTOM"
	Line       int

	Position, Rotation, Scale, Size Vector
	Color, Outline, Shadow, Slice9  Vector // with their alphas

	Text, Font, Texture, Layer, Material, ParticleFX string

	Pivot, XAnchor, YAnchor, AdjustMode, BlendMode, ClippingMode, SizeMode, OuterBounds string // without their prefix

	InnerRadius, FillAngle, Leading, Tracking float64
	PerimeterVertices                         float64

	LineBreak, InheritAlpha, ClippingVisible, ClippingInverted, Enabled, Visible bool
}

// The bounds of templates within templates, and of what they add up to.
const (
	maxTemplates  = 32
	maxSceneNodes = 100_000
)

// Scene reads the .gui at path and the templates that it uses.
func (p *Project) Scene(path string) (*Scene, error) { return p.scene(path, 0) }

func (p *Project) scene(path string, depth int) (*Scene, error) {
	return cached(p, path, func(root *Node) (*Scene, error) { return p.readScene(root, depth) })
}

func (p *Project) readScene(root *Node, depth int) (*Scene, error) {
	r := newReader(root)
	s := &Scene{File: root.File, Script: r.text("script"), MaxNodes: int(r.number("max_nodes", 512))}
	names := func(list string) (all []string) {
		for _, one := range r.children(list) {
			all = append(all, one.need("name", "a name"))
		}
		return all
	}
	s.Fonts, s.Textures, s.Layers, s.Layouts = names("fonts"), names("textures"), names("layers"), names("layouts")

	byID := make(map[string]int) // in s.Nodes
	for _, n := range r.children("nodes") {
		if n.failed() {
			break
		}
		id := n.text("id")
		if n.truth("template_node_child", false) {
			at, ok := byID[id]
			if !ok { // the template lost the node: the scene keeps an old override
				continue
			}
			n.guiNode(&s.Nodes[at], n.overridden())
			continue
		}
		if before, taken := byID[id]; taken && id != "" {
			n.fail(n.node.Line, "the node id %q is taken by line %d", id, s.Nodes[before].Line)
		}
		node := newGUINode()
		node.ID, node.Parent, node.Line = id, n.text("parent"), n.node.Line
		node.Type = n.enum("type", "TYPE_", "BOX", "BOX", "TEXT", "PIE", "TEMPLATE", "SPINE", "PARTICLEFX", "CUSTOM")
		n.guiNode(&node, nil)
		byID[id] = len(s.Nodes)
		s.Nodes = append(s.Nodes, node)
		if node.Type == "TEMPLATE" {
			p.putTemplate(s, n, id, byID, depth)
		}
	}
	for _, n := range s.Nodes {
		if _, ok := byID[n.Parent]; !ok && n.Parent != "" {
			r.fail(n.Line, "nodes.parent: there is no node %q in this scene", n.Parent)
		}
	}
	s.breakCircles(r, byID)
	return s, *r.err
}

func (s *Scene) breakCircles(r reader, byID map[string]int) {
	for _, n := range s.Nodes {
		above, steps := n.Parent, 0
		for ; above != "" && steps <= len(s.Nodes); steps++ {
			at, ok := byID[above]
			if !ok {
				break
			}
			above = s.Nodes[at].Parent
		}
		if steps > len(s.Nodes) {
			r.fail(n.Line, "nodes.parent: %q is among its own parents", n.ID)
			return
		}
	}
}

// putTemplate adds the nodes of a template's scene below the node id, with ids
// "id/theirs".
func (p *Project) putTemplate(s *Scene, n reader, id string, byID map[string]int, depth int) {
	path := n.resource("template")
	if n.failed() {
		return
	}
	f, _ := n.last("template")
	if depth == maxTemplates {
		n.fail(f.Line, "nodes.template: more than %d templates within templates, or one that holds itself", maxTemplates)
		return
	}
	scene, err := p.scene(path, depth+1)
	if err != nil {
		if *n.err == nil {
			*n.err = p.blame(err, s.File, f.Line, "nodes.template")
		}
		return
	}
	if len(s.Nodes)+len(scene.Nodes) > maxSceneNodes {
		n.fail(f.Line, "nodes.template: the scene has more than %d nodes", maxSceneNodes)
		return
	}
	for _, inner := range scene.Nodes {
		inner.ID = id + "/" + inner.ID
		if inner.Parent == "" {
			inner.Parent = id
		} else {
			inner.Parent = id + "/" + inner.Parent
		}
		inner.Line = n.node.Line
		byID[inner.ID] = len(s.Nodes)
		s.Nodes = append(s.Nodes, inner)
	}
}

func newGUINode() GUINode {
	one := Vector{1, 1, 1, 1}
	return GUINode{
		Scale: Vector{1, 1, 1, 1}, Color: one, Outline: Vector{3: 1}, Shadow: Vector{3: 1},
		Position: Vector{3: 1}, Rotation: Vector{3: 1},
		Pivot: "CENTER", XAnchor: "NONE", YAnchor: "NONE", AdjustMode: "FIT", BlendMode: "ALPHA",
		ClippingMode: "NONE", SizeMode: "MANUAL", OuterBounds: "ELLIPSE",
		FillAngle: 360, Leading: 1, PerimeterVertices: 32,
		ClippingVisible: true, Enabled: true, Visible: true,
	}
}

// guiFields are the fields of a node by their number, which overridden_fields
// speaks of.
var guiFields = map[int]string{
	1: "position", 2: "rotation", 3: "scale", 4: "size", 5: "color", 7: "blend_mode", 8: "text", 9: "texture",
	10: "font", 12: "xanchor", 13: "yanchor", 14: "pivot", 15: "outline", 16: "shadow", 17: "adjust_mode",
	18: "line_break", 20: "layer", 21: "inherit_alpha", 22: "slice9", 23: "outerBounds", 24: "innerRadius",
	25: "perimeterVertices", 26: "pieFillAngle", 27: "clipping_mode", 28: "clipping_visible",
	29: "clipping_inverted", 30: "alpha", 31: "outline_alpha", 32: "shadow_alpha", 36: "text_leading",
	37: "text_tracking", 38: "size_mode", 43: "particlefx", 45: "enabled", 46: "visible", 47: "material",
}

// overridden are the fields by which a template's node differs.
func (r reader) overridden() map[string]bool {
	fields := make(map[string]bool)
	for _, f := range r.node.Fields {
		if f.Name == "overridden_fields" && f.Value.Kind == Number {
			fields[guiFields[int(f.Value.Number)]] = true
		}
	}
	return fields
}

// guiNode reads the fields of only, or all of them where only is nil. An
// overridden field that isn't written has its type's default.
func (r reader) guiNode(n *GUINode, only map[string]bool) {
	defaults := newGUINode()
	reads := func(name string) bool { return only == nil || only[name] }
	vector := func(name string, to *Vector, or Vector) {
		if reads(name) {
			keep := to[3]
			*to = r.vector(name, or)
			if f, ok := r.last(name); ok && f.Value.Node != nil {
				if _, ok := (reader{f.Value.Node, "", r.err}).last("w"); !ok && only != nil {
					to[3] = keep
				}
			}
		}
	}
	vector("position", &n.Position, defaults.Position)
	vector("rotation", &n.Rotation, defaults.Rotation)
	vector("scale", &n.Scale, defaults.Scale)
	vector("size", &n.Size, defaults.Size)
	vector("color", &n.Color, defaults.Color)
	vector("outline", &n.Outline, defaults.Outline)
	vector("shadow", &n.Shadow, defaults.Shadow)
	vector("slice9", &n.Slice9, defaults.Slice9)
	alpha := func(name string, to *Vector) {
		if _, written := r.last(name); reads(name) && (written || only != nil) {
			to[3] = r.number(name, 1)
		}
	}
	alpha("alpha", &n.Color)
	alpha("outline_alpha", &n.Outline)
	alpha("shadow_alpha", &n.Shadow)

	for name, to := range map[string]*string{
		"text": &n.Text, "font": &n.Font, "texture": &n.Texture, "layer": &n.Layer,
		"material": &n.Material, "particlefx": &n.ParticleFX,
	} {
		if reads(name) {
			*to = r.text(name)
		}
	}
	for _, e := range []struct {
		name, prefix string
		to           *string
		values       string
	}{
		{"pivot", "PIVOT_", &n.Pivot, "CENTER N NE E SE S SW W NW"},
		{"xanchor", "XANCHOR_", &n.XAnchor, "NONE LEFT RIGHT"},
		{"yanchor", "YANCHOR_", &n.YAnchor, "NONE TOP BOTTOM"},
		{"adjust_mode", "ADJUST_MODE_", &n.AdjustMode, "FIT ZOOM STRETCH"},
		{"blend_mode", "BLEND_MODE_", &n.BlendMode, "ALPHA ADD ADD_ALPHA MULT SCREEN"},
		{"clipping_mode", "CLIPPING_MODE_", &n.ClippingMode, "NONE  STENCIL"},
		{"size_mode", "SIZE_MODE_", &n.SizeMode, "MANUAL AUTO"},
		{"outerBounds", "PIEBOUNDS_", &n.OuterBounds, "RECTANGLE ELLIPSE"},
	} {
		if reads(e.name) {
			values := strings.Split(e.values, " ")
			or := values[0]
			if e.name == "outerBounds" {
				or = "ELLIPSE"
			}
			*e.to = r.enum(e.name, e.prefix, or, values...)
		}
	}
	for name, to := range map[string]*float64{
		"innerRadius": &n.InnerRadius, "pieFillAngle": &n.FillAngle, "text_leading": &n.Leading,
		"text_tracking": &n.Tracking, "perimeterVertices": &n.PerimeterVertices,
	} {
		if reads(name) {
			or := map[string]float64{"pieFillAngle": 360, "text_leading": 1, "perimeterVertices": 32}[name]
			*to = r.number(name, or)
		}
	}
	for name, to := range map[string]*bool{
		"line_break": &n.LineBreak, "inherit_alpha": &n.InheritAlpha, "clipping_visible": &n.ClippingVisible,
		"clipping_inverted": &n.ClippingInverted, "enabled": &n.Enabled, "visible": &n.Visible,
	} {
		if reads(name) {
			*to = r.truth(name, name == "clipping_visible" || name == "enabled" || name == "visible")
		}
	}
}

// NewNode is a node of that type, "BOX" for one, as a script makes it.
func NewNode(kind string) GUINode {
	n := newGUINode()
	n.Type = kind
	return n
}
