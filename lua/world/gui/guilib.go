package gui

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// Open enters the module gui.
func (l *Library) Open() {
	l.meta = l.L.SetFuncs(l.L.CreateTable(0, 1), map[string]lua.LGFunction{"__tostring": nodeString})
	arg.NewModules(l.L).Add("gui", func(lib *lua.LTable) {
		l.L.SetFuncs(lib, map[string]lua.LGFunction{
			"get":                        l.get,
			"set":                        l.set,
			"get_node":                   l.getNode,
			"get_id":                     l.getID,
			"set_id":                     l.setID,
			"get_type":                   l.getType,
			"get_index":                  l.getIndex,
			"get_parent":                 l.getParent,
			"set_parent":                 l.setParent,
			"get_tree":                   l.getTree,
			"move_above":                 l.move(1),
			"move_below":                 l.move(0),
			"clone":                      l.clone,
			"clone_tree":                 l.cloneTree,
			"delete_node":                l.deleteNode,
			"reset_nodes":                l.resetNodes,
			"new_box_node":               l.newNode("BOX"),
			"new_pie_node":               l.newNode("PIE"),
			"new_text_node":              l.newNode("TEXT"),
			"new_particlefx_node":        l.newNode("PARTICLEFX"),
			"pick_node":                  l.pickNode,
			"get_screen_position":        l.getScreenPosition,
			"set_screen_position":        l.setScreenPosition,
			"screen_to_local":            l.screenToLocal,
			"get_text":                   l.getText,
			"set_text":                   l.setText,
			"get_text_metrics":           l.textMetrics,
			"get_text_metrics_from_node": l.textMetricsFromNode,
			"get_rotation":               l.getRotation,
			"set_rotation":               l.setRotation,
			"get_euler":                  l.getEuler,
			"set_euler":                  l.setEuler,
			"is_enabled":                 l.isEnabled,
			"animate":                    l.animate,
			"cancel_animation":           l.cancelAnimations,
			"cancel_animations":          l.cancelAnimations,
			"play_flipbook":              l.playFlipbook,
			"cancel_flipbook":            l.cancelFlipbook,
			"play_particlefx":            l.playParticleFX,
			"stop_particlefx":            l.touch,
			"reset_material":             l.resetMaterial,
			"get_width":                  l.number(&l.width),
			"get_height":                 l.number(&l.height),
			"get_layout":                 l.getLayout,
			"get_layouts":                l.getLayouts,
			"set_layout":                 l.setLayout,
			"set_render_order":           l.setRenderOrder,
			"get_font_resource":          l.getFontResource,
			"new_texture":                l.newTexture,
			"set_texture_data":           l.setTextureData,
			"delete_texture":             l.deleteTexture,
			"show_keyboard":              l.nothing,
			"hide_keyboard":              l.nothing,
			"reset_keyboard":             l.nothing,
		})
		l.openAccessors(lib)
		l.openConstants(lib)
	})
}

// openAccessors enters get_NAME and set_NAME of each property.
func (l *Library) openAccessors(lib *lua.LTable) {
	enter := func(name string, fn lua.LGFunction) { lib.RawSetString(name, l.L.NewFunction(fn)) }
	for _, p := range vectorProperties {
		enter("get_"+p.name, func(L *lua.LState) int {
			L.Push(l.vec.Make(p.kind, *p.field(l.check(L, 1))))
			return 1
		})
		enter("set_"+p.name, func(L *lua.LState) int {
			n := l.check(L, 1)
			v := p.field(n)
			*v = l.checkVector(L, 2, p.kind, *v)
			return 0
		})
	}
	for name, field := range numberProperties {
		enter("get_"+name, func(L *lua.LState) int {
			L.Push(lua.LNumber(*field(l.check(L, 1))))
			return 1
		})
		enter("set_"+name, func(L *lua.LState) int {
			n := l.check(L, 1)
			*field(n) = float64(L.CheckNumber(2))
			return 0
		})
	}
	for name, field := range boolProperties {
		if name != "enabled" { // that one is is_enabled
			enter("get_"+name, func(L *lua.LState) int {
				L.Push(lua.LBool(*field(l.check(L, 1))))
				return 1
			})
		}
		enter("set_"+name, func(L *lua.LState) int {
			n := l.check(L, 1)
			*field(n) = lua.LVAsBool(L.Get(2)) // any value, as in Defold: nil is false
			return 0
		})
	}
	for name, field := range hashProperties {
		enter("get_"+name, func(L *lua.LState) int {
			L.Push(l.e.Hash(*field(l.check(L, 1))))
			return 1
		})
		enter("set_"+name, func(L *lua.LState) int {
			n := l.check(L, 1)
			l.assign(L, n, name, field(n), 2)
			return 0
		})
	}
	for _, p := range enumProperties {
		enter("get_"+p.name, func(L *lua.LState) int {
			L.Push(lua.LNumber(slices.Index(p.values, *p.field(l.check(L, 1)))))
			return 1
		})
		enter("set_"+p.name, func(L *lua.LState) int {
			n := l.check(L, 1)
			value, ok := L.Get(2).(lua.LNumber)
			at := float64(value)
			if !ok || at != float64(int(at)) || at < 0 || int(at) >= len(p.values) || p.values[int(at)] == "-" {
				L.ArgError(2, fmt.Sprintf("want one of the constants gui.%s…, got %s", p.prefix, L.Get(2)))
			}
			*p.field(n) = p.values[int(at)]
			return 0
		})
	}
}

// openConstants enters the constants.
func (l *Library) openConstants(lib *lua.LTable) {
	number := func(name string, n int) { lib.RawSetString(name, lua.LNumber(n)) }
	for _, p := range enumProperties {
		for n, value := range p.values {
			if value != "-" {
				number(p.prefix+value, n)
			}
		}
	}
	for n, name := range nodeTypes {
		if name != "TEMPLATE" && name != "SPINE" {
			number("TYPE_"+name, n)
		}
	}
	for n, easing := range tween.Easings() {
		number("EASING_"+easing.Name, n)
		if old, ok := strings.CutSuffix(easing.Name, "CUBIC"); ok && old != "OUTIN" {
			number("EASING_"+old, n) // older names: EASING_IN, EASING_OUT, EASING_INOUT
		}
	}
	number("EASING_NONE", 0)
	for n, playback := range tween.Playbacks() {
		if playback != "NONE" {
			number("PLAYBACK_"+playback, n)
		}
	}
	for n, name := range []string{"DEFAULT", "NUMBER_PAD", "EMAIL", "PASSWORD"} {
		number("KEYBOARD_TYPE_"+name, n)
	}
	number("RESULT_TEXTURE_ALREADY_EXISTS", textureExists)
	number("RESULT_OUT_OF_RESOURCES", textureResources)
	number("RESULT_DATA_ERROR", textureData)
	for n, name := range []string{"LEGACY", "PARENT", "DISABLED"} {
		number("ADJUST_REFERENCE_"+name, n)
	}
	for _, name := range []string{"position", "rotation", "euler", "scale", "color", "outline", "shadow", "size",
		"fill_angle", "inner_radius", "slice9", "leading", "tracking"} {
		lib.RawSetString("PROP_"+strings.ToUpper(name), lua.LString(name)) // a text: scripts append ".x"
	}
}

func nodeString(L *lua.LState) int {
	n, ok := L.CheckUserData(1).Value.(*node)
	if !ok {
		L.ArgError(1, "node expected")
	}
	L.Push(lua.LString("node: [" + n.ID + "]"))
	return 1
}

// getNode is gui.get_node(id).
func (l *Library) getNode(L *lua.LState) int {
	s := l.here(L)
	id := headless.CheckHash(L, 1)
	n := s.byID[id]
	if n == nil {
		L.ArgError(1, fmt.Sprintf("No such node: %s", id))
	}
	L.Push(n.lua())
	return 1
}

func (l *Library) getID(L *lua.LState) int {
	L.Push(l.e.Hash(l.check(L, 1).ID))
	return 1
}

func (l *Library) setID(L *lua.LState) int {
	n := l.check(L, 1)
	id := headless.CheckHash(L, 2)
	if other := n.scene.byID[id]; other != nil && other != n {
		L.ArgError(2, fmt.Sprintf("there is a node '%s' already", id))
	}
	delete(n.scene.byID, n.ID)
	n.ID = id
	n.scene.byID[id] = n
	return 0
}

func (l *Library) getType(L *lua.LState) int {
	L.Push(lua.LNumber(max(0, slices.Index(nodeTypes, l.check(L, 1).Type))))
	return 1
}

// getIndex is gui.get_index(node): 0 is the first of its siblings.
func (l *Library) getIndex(L *lua.LState) int {
	n := l.check(L, 1)
	L.Push(lua.LNumber(slices.Index(*n.siblings(), n)))
	return 1
}

func (l *Library) getParent(L *lua.LState) int {
	n := l.check(L, 1)
	if n.parent == nil {
		L.Push(lua.LNil)
	} else {
		L.Push(n.parent.lua())
	}
	return 1
}

// setParent is gui.set_parent(node [, parent [, keep_scene_transform]]).
func (l *Library) setParent(L *lua.LState) int {
	n, parent, keep := l.check(L, 1), l.opt(L, 2), lua.LVAsBool(L.Get(3))
	at, rotation, scale := n.toScreen([4]float64{}), n.rotationOnScreen(), n.scaleOnScreen()
	if !n.putUnder(parent) {
		L.ArgError(2, fmt.Sprintf("the node '%s' is below '%s'", parent.ID, n.ID))
	}
	if keep {
		local := parent.fromScreen(at)
		above := parent.scaleOnScreen()
		copy(n.Position[:3], local[:3])
		q := vec.Product(vec.Conjugate(parent.rotationOnScreen()), rotation)
		n.quat = &q
		for k := range 3 {
			if above[k] != 0 {
				n.Scale[k] = scale[k] / above[k]
			}
		}
	}
	return 0
}

// getTree is gui.get_tree(node) -> {[hash(id)] = node}, the node's own among them.
func (l *Library) getTree(L *lua.LState) int {
	tree := L.NewTable()
	var walk func(n *node)
	walk = func(n *node) {
		tree.RawSet(l.e.Hash(n.ID), n.lua())
		for _, child := range n.children {
			walk(child)
		}
	}
	walk(l.check(L, 1))
	L.Push(tree)
	return 1
}

// move is gui.move_above(node, other) and move_below: above is later in the list.
// Without another it becomes the last, or the first.
func (l *Library) move(after int) lua.LGFunction {
	return func(L *lua.LState) int {
		n, other := l.check(L, 1), l.opt(L, 2)
		if other == n {
			return 0
		}
		if other != nil && other.parent != n.parent {
			if !n.putUnder(other.parent) {
				L.ArgError(2, fmt.Sprintf("the node '%s' is below '%s'", other.ID, n.ID))
			}
		}
		n.leave()
		list := n.siblings()
		at := after * len(*list)
		if other != nil {
			at = slices.Index(*list, other) + after
		}
		*list = slices.Insert(*list, at, n)
		return 0
	}
}

// room raises when the scene has all the nodes that it may have.
func (s *Scene) room(L *lua.LState) {
	if s.described.MaxNodes > 0 && s.count >= s.described.MaxNodes {
		L.RaiseError("the gui has %d nodes already; max_nodes of the scene is %d", s.count, s.described.MaxNodes)
	}
}

func (s *Scene) copy(n *node, id string) *node {
	made := &node{GUINode: n.GUINode, initial: n.GUINode, scene: s, quat: n.quat, flipbook: n.flipbook, rate: n.rate}
	made.ID, made.initial.ID = id, id
	s.count++
	return made
}

// clone is gui.clone(node): without its children and without an id.
func (l *Library) clone(L *lua.LState) int {
	n := l.check(L, 1)
	n.scene.room(L)
	made := n.scene.copy(n, "")
	made.putUnder(n.parent)
	L.Push(made.lua())
	return 1
}

// cloneTree is gui.clone_tree(node) -> {[hash(id)] = the copy}.
func (l *Library) cloneTree(L *lua.LState) int {
	n := l.check(L, 1)
	clones := L.NewTable()
	var walk func(from, parent *node)
	walk = func(from, parent *node) {
		from.scene.room(L)
		made := from.scene.copy(from, "")
		made.putUnder(parent)
		clones.RawSet(l.e.Hash(from.ID), made.lua())
		for _, child := range from.children {
			walk(child, made)
		}
	}
	walk(n, n.parent)
	L.Push(clones)
	return 1
}

func (l *Library) deleteNode(L *lua.LState) int {
	l.check(L, 1).delete()
	return 0
}

// resetNodes is gui.reset_nodes(): all nodes as the scene's file says. Those that
// a script made stay as they are.
func (l *Library) resetNodes(L *lua.LState) int {
	for _, n := range l.here(L).all() {
		id := n.ID
		n.GUINode, n.quat = n.initial, nil
		n.ID = id
		l.tweens.Cancel(n, "", nil)
	}
	return 0
}

// newNode is gui.new_box_node(position, size), new_pie_node(position, size),
// new_text_node(position, text) and new_particlefx_node(position, particlefx).
func (l *Library) newNode(kind string) lua.LGFunction {
	return func(L *lua.LState) int {
		s := l.here(L)
		_, position := l.vec.Check(L, 1, vec.Vector3, vec.Vector4)
		described := project.GUINode{}
		switch kind {
		case "TEXT":
			described = project.NewNode(kind)
			described.Text = L.CheckString(2)
		case "PARTICLEFX":
			described = project.NewNode(kind)
			described.ParticleFX = headless.CheckHash(L, 2)
		default:
			_, size := l.vec.Check(L, 2, vec.Vector3, vec.Vector4)
			described = project.NewNode(kind)
			copy(described.Size[:3], size[:3])
		}
		s.room(L)
		copy(described.Position[:3], position[:3])
		L.Push(s.add(described).lua())
		return 1
	}
}

// pickNode is gui.pick_node(node, x, y), in screen coordinates.
func (l *Library) pickNode(L *lua.LState) int {
	n := l.check(L, 1)
	at := n.fromScreen([4]float64{float64(L.CheckNumber(2)), float64(L.CheckNumber(3))})
	left, bottom := n.corner()
	L.Push(lua.LBool(at[0] >= left && at[0] <= left+n.Size[0] && at[1] >= bottom && at[1] <= bottom+n.Size[1]))
	return 1
}

func (l *Library) getScreenPosition(L *lua.LState) int {
	L.Push(l.vec.Make(vec.Vector3, l.check(L, 1).toScreen([4]float64{})))
	return 1
}

func (l *Library) setScreenPosition(L *lua.LState) int {
	n := l.check(L, 1)
	_, at := l.vec.Check(L, 2, vec.Vector3, vec.Vector4)
	at[3] = 0
	local := n.parent.fromScreen(at)
	copy(n.Position[:3], local[:3])
	return 0
}

// screenToLocal is gui.screen_to_local(node, position): in the space of the
// node's parent, where its position is.
func (l *Library) screenToLocal(L *lua.LState) int {
	n := l.check(L, 1)
	_, at := l.vec.Check(L, 2, vec.Vector3)
	L.Push(l.vec.Make(vec.Vector3, n.parent.fromScreen(at)))
	return 1
}

func (l *Library) getText(L *lua.LState) int {
	L.Push(lua.LString(l.check(L, 1).Text))
	return 1
}

func (l *Library) setText(L *lua.LState) int {
	n := l.check(L, 1)
	n.Text = L.CheckString(2)
	return 0
}

func (l *Library) getRotation(L *lua.LState) int {
	L.Push(l.vec.Make(vec.Quat, l.check(L, 1).rotation()))
	return 1
}

func (l *Library) setRotation(L *lua.LState) int {
	n := l.check(L, 1)
	q := vec.Normalized(l.checkVector(L, 2, vec.Quat, [4]float64{}))
	n.quat = &q
	return 0
}

func (l *Library) getEuler(L *lua.LState) int {
	L.Push(l.vec.Make(vec.Vector3, l.check(L, 1).euler()))
	return 1
}

func (l *Library) setEuler(L *lua.LState) int {
	n := l.check(L, 1)
	n.setEuler(l.checkVector(L, 2, vec.Vector3, [4]float64{}))
	return 0
}

// isEnabled is gui.is_enabled(node [, recursive]).
func (l *Library) isEnabled(L *lua.LState) int {
	n := l.check(L, 1)
	if lua.LVAsBool(L.Get(2)) {
		L.Push(lua.LBool(n.shown()))
	} else {
		L.Push(lua.LBool(n.Enabled))
	}
	return 1
}
