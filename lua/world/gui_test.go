package world_test

import (
	"testing"

	"github.com/tickwire/tickwire/lua/headless"
)

// screen is a gui: a panel at 100, 50 of 40 by 20 with a label in it.
func screen() map[string]string {
	return map[string]string{
		"main.collection": `name: "main"
embedded_instances { id: "ui" data: "components { id: \"hud\" component: \"/hud.gui\" }\n"
"components { id: \"script\" component: \"/a.script\" }" }`,
		"hud.gui": `script: "/hud.gui_script"
fonts { name: "big" font: "/big.font" }
textures { name: "atlas" texture: "/a.atlas" }
layers { name: "front" }
nodes { id: "panel" type: TYPE_BOX position { x: 100 y: 50 } size { x: 40 y: 20 } color { x: 1 y: 0 z: 0 } alpha: 0.5 pivot: PIVOT_SW xanchor: XANCHOR_RIGHT yanchor: YANCHOR_TOP }
nodes { id: "label" type: TYPE_TEXT parent: "panel" position { x: 10 } size { x: 20 y: 10 } text: "hi" font: "big" layer: "front" }
nodes { id: "free" type: TYPE_PIE rotation { z: 90 } scale { x: 2 y: 2 z: 1 } size { x: 10 y: 4 } innerRadius: 3 enabled: false }
max_nodes: 5`,
		"hud.gui_script": `
local function node(id) return gui.get_node(id) end
`,
		"a.script": "",
	}
}

func TestGUI(t *testing.T) {
	eval(t, screen(), "hud.gui_script", []evalCase{
		{"nodes hold what the file says", `local n = node("panel")
			print(n, gui.get_position(n), gui.get_size(n), gui.get_color(n), gui.get_alpha(n))
			print(gui.get_pivot(n) == gui.PIVOT_SW, gui.get_xanchor(n) == gui.ANCHOR_RIGHT, gui.get_yanchor(n) == gui.ANCHOR_TOP, gui.get_type(n) == gui.TYPE_BOX)
			print(gui.get_text(node("label")), gui.get_font(node("label")), gui.get_layer(node("label")), gui.get_parent(node("label")))
			print(gui.get_euler(node("free")), gui.get_scale(node("free")), gui.get_inner_radius(node("free")), gui.is_enabled(node("free")), gui.get_fill_angle(node("free")))`,
			"node: [panel]\tvmath.vector3(100, 50, 0)\tvmath.vector3(40, 20, 0)\tvmath.vector4(1, 0, 0, 0.5)\t0.5\n" +
				"true\ttrue\ttrue\ttrue\nhi\thash: [big]\thash: [front]\tnode: [panel]\n" +
				"vmath.vector3(0, 0, 90)\tvmath.vector3(2, 2, 1)\t3\tfalse\t360", ""},
		{"nodes hold what was set", `local n = node("panel")
			gui.set_position(n, vmath.vector3(1, 2, 3)) gui.set_color(n, vmath.vector3(0, 1, 0)) gui.set_size(n, vmath.vector4(5, 6, 0, 0)) gui.set_alpha(n, 0.25)
			gui.set_slice9(n, vmath.vector4(1, 2, 3, 4)) gui.set_visible(n, false) gui.set_enabled(n, false) gui.set_text(node("label"), "x")
			gui.set_pivot(n, gui.PIVOT_N) gui.set_yanchor(n, gui.ANCHOR_BOTTOM) gui.set_blend_mode(n, gui.BLEND_MULT) gui.set_clipping_mode(n, gui.CLIPPING_MODE_STENCIL)
			gui.set_euler(n, vmath.vector3(0, 0, 30)) gui.set_layer(n, "front") gui.set_texture(n, "atlas") gui.set_line_break(node("label"), true)
			print(gui.get_position(n), gui.get_color(n), gui.get_size(n), gui.get_alpha(n), gui.get_slice9(n), gui.get_visible(n), gui.is_enabled(n), gui.is_enabled(node("label"), true))
			print(gui.get_text(node("label")), gui.get_pivot(n) == gui.PIVOT_N, gui.get_yanchor(n) == gui.ANCHOR_BOTTOM, gui.get_blend_mode(n) == gui.BLEND_MULT, gui.get_clipping_mode(n) == gui.CLIPPING_MODE_STENCIL)
			print(gui.get_euler(n), gui.get_layer(n), gui.get_texture(n), gui.get_line_break(node("label")))`,
			"vmath.vector3(1, 2, 3)\tvmath.vector4(0, 1, 0, 0.25)\tvmath.vector3(5, 6, 0)\t0.25\tvmath.vector4(1, 2, 3, 4)\tfalse\tfalse\tfalse\n" +
				"x\ttrue\ttrue\ttrue\ttrue\nvmath.vector3(0, 0, 30)\thash: [front]\thash: [atlas]\ttrue", ""},
		{"get and set by name", `local n = node("panel")
			gui.set(n, "position.x", 7) gui.set(n, gui.PROP_COLOR, vmath.vector4(0, 0, 0, 1)) gui.set(n, "euler.z", 90) gui.set(n, "fill_angle", 10)
			print(gui.get(n, "position"), gui.get(n, hash("color")), gui.get(n, "euler.z"), gui.get(n, "fill_angle"), gui.get(n, "size.y"))
			gui.set(n, "rotation", vmath.quat_rotation_z(0)) print(gui.get_euler(n), gui.get_rotation(n))`,
			"vmath.vector3(7, 50, 0)\tvmath.vector4(0, 0, 0, 1)\t90\t10\t20\nvmath.vector3(0, 0, 0)\tvmath.quat(0, 0, 0, 1)", ""},
		{"nodes are themselves", `print(node("panel") == node(hash("panel")), ({[node("panel")] = 1})[node("panel")], gui.get_id(node("panel")))`, "true\t1\thash: [panel]", ""},
		{"picking", `local n = node("panel")
			print(gui.pick_node(n, 100, 50), gui.pick_node(n, 140, 70), gui.pick_node(n, 99, 60), gui.pick_node(n, 120, 71))
			print(gui.pick_node(node("label"), 101, 46), gui.pick_node(node("label"), 121, 50))
			print(gui.pick_node(node("free"), 3, 9), gui.pick_node(node("free"), 9, 3))
			print(gui.get_screen_position(node("label")), gui.screen_to_local(node("label"), vmath.vector3(100, 50, 0)))
			gui.set_screen_position(node("label"), vmath.vector3(0, 0, 0)) print(gui.get_position(node("label")))`,
			"true\ttrue\tfalse\tfalse\ntrue\tfalse\ntrue\tfalse\nvmath.vector3(110, 50, 0)\tvmath.vector3(0, 0, 0)\nvmath.vector3(-100, -50, 0)", ""},
		{"new nodes", `local box, text = gui.new_box_node(vmath.vector3(1, 2, 0), vmath.vector3(3, 4, 0)), gui.new_text_node(vmath.vector3(), "t")
			gui.set_id(box, "box") gui.set_parent(text, box)
			print(node("box") == box, gui.get_size(box), gui.get_text(text), gui.get_parent(text), gui.get_type(text) == gui.TYPE_TEXT, gui.get_color(box))
			gui.new_pie_node(vmath.vector3(), vmath.vector3())`,
			"true\tvmath.vector3(3, 4, 0)\tt\tnode: [box]\ttrue\tvmath.vector4(1, 1, 1, 1)", "the gui has 5 nodes already; max_nodes of the scene is 5"},
		{"clones", `local c = gui.clone(node("label")) gui.set_text(c, "copy") print(gui.get_text(node("label")), gui.get_text(c), gui.get_parent(c), gui.get_id(c))
			gui.delete_node(c) local t = gui.clone_tree(node("panel")) print(gui.get_text(t[hash("label")]), gui.get_parent(t[hash("label")]) == t[hash("panel")])
			local tree = gui.get_tree(node("panel")) print(tree[hash("label")] == node("label"), tree[hash("panel")] == node("panel"))`,
			"hi\tcopy\tnode: [panel]\thash: []\nhi\ttrue\ntrue\ttrue", ""},
		{"deleting takes the children", `local label = node("label") gui.delete_node(node("panel")) local _, why = pcall(function() gui.get_node("label") end) print((why:gsub(".*: ", ""))) gui.get_text(label)`,
			"label)", "the node 'label' was deleted"},
		{"order", `local a, b = node("panel"), node("free")
			print(gui.get_index(a), gui.get_index(b)) gui.move_above(a, b) print(gui.get_index(a), gui.get_index(b))
			gui.move_below(a, nil) print(gui.get_index(a)) gui.move_above(a) print(gui.get_index(a)) gui.move_below(a, b) print(gui.get_index(a))`,
			"0\t1\n1\t0\n0\n1\n0", ""},
		{"parents keep the place if asked", `gui.set_parent(node("label"), nil, true) print(gui.get_position(node("label")))
			gui.set_parent(node("label"), node("panel"), true) print(gui.get_position(node("label")))`,
			"vmath.vector3(110, 50, 0)\nvmath.vector3(10, 0, 0)", ""},
		{"no circles", `gui.set_parent(node("panel"), node("label"))`, "", "the node 'label' is below 'panel'"},
		{"reset", `gui.set_position(node("panel"), vmath.vector3()) gui.set_text(node("label"), "") gui.reset_nodes() print(gui.get_position(node("panel")), gui.get_text(node("label")))`,
			"vmath.vector3(100, 50, 0)\thi", ""},
		{"the display", `print(gui.get_width(), gui.get_height(), gui.get_layout())`, "960\t640\thash: []", ""},
		{"text has a size", `local m = gui.get_text_metrics_from_node(node("label")) print(m.width, m.height) print(gui.get_text_metrics("big", "a\nbcd").height)`, "16\t16\n32", ""},
		{"textures", `print(gui.new_texture("t", 1, 1, "rgb", "xyz")) print(gui.new_texture("t", 1, 1, "rgb", "xyz")) gui.set_texture(node("panel"), "t") gui.delete_texture("t")`,
			"true\nfalse\t-1", ""},
		{"a font that isn't there", `gui.set_font(node("label"), "small")`, "", "Font 'small' is not specified in scene"},
		{"a layer that isn't there", `gui.set_layer(node("label"), "back")`, "", "Layer 'back' is not specified in scene"},
		{"no layer is fine", `gui.set_layer(node("label"), "") gui.set_texture(node("panel"), "")`, "", ""},
		{"no node", `gui.get_position(5)`, "", "bad argument #1 to 'get_position' (node expected, got number)"},
		{"no vector", `gui.set_position(node("panel"), 5)`, "", "bad argument #2 to 'set_position' (vector3 or vector4 expected, got number)"},
		{"no constant", `gui.set_pivot(node("panel"), 99)`, "", "want one of the constants gui.PIVOT_…, got 99"},
		{"no clipping mode", `gui.set_clipping_mode(node("panel"), 1)`, "", "want one of the constants gui.CLIPPING_MODE_…, got 1"},
		{"no property", `gui.get(node("panel"), "shape")`, "", "a node has no property 'shape'"},
		{"an id that is taken", `gui.set_id(node("panel"), "label")`, "", "there is a node 'label' already"},
		{"go is for scripts", `go.get_position()`, "", "You can only access go.* functions and values from a script instance (.script file)"},
		{"constants as in Defold", `print(gui.ANCHOR_NONE, gui.ANCHOR_LEFT, gui.ANCHOR_BOTTOM, gui.EASING_OUT == gui.EASING_OUTCUBIC, gui.PROP_COLOR .. ".w", gui.get_enabled)`,
			"0\t1\t2\ttrue\tcolor.w\tnil", ""},
		{"any value is a truth", `gui.set_enabled(node("panel"), nil) print(gui.is_enabled(node("panel"))) gui.set_enabled(node("panel"), 1) print(gui.is_enabled(node("panel")))`, "false\ntrue", ""},
	})
}

func TestGUIIsForGUIScripts(t *testing.T) {
	eval(t, screen(), "a.script", []evalCase{
		{"in a script", `gui.get_node("panel")`, "", "You can only access gui.* functions and values from a gui script instance (.gui_script file)"},
		{"constants are for all", `print(gui.PIVOT_CENTER)`, "0", ""},
	})
}

func TestGUIAnimate(t *testing.T) {
	files := screen()
	files["hud.gui_script"] += `function init(self)
	local n = node("panel")
	gui.animate(n, gui.PROP_POSITION, vmath.vector3(200, 50, 0), gui.EASING_LINEAR, 0.25, 0, function(self, node) print("there", node, self.mine) end)
	gui.animate(n, "color.w", 0, gui.EASING_LINEAR, 0.25, 0.125)
	gui.animate(n, "rotation", vmath.vector3(0, 0, 90), gui.EASING_LINEAR, 0.25, 0, nil, gui.PLAYBACK_LOOP_FORWARD)
	gui.play_flipbook(n, "walk", function(self, node) print("walked", node) end)
	gui.animate(node("label"), "position", 0, gui.EASING_LINEAR, 0.25, 0, function() print("never") end)
	gui.delete_node(node("label"))
	self.mine = "mine"
end
function update(self) local n = node("panel") print(gui.get_position(n).x, gui.get_alpha(n), gui.get_euler(n).z) end
function on_message(self, id) gui.cancel_animations(node("panel"), gui.PROP_ROTATION) end`
	g := newGame(t, files).steps(1).printed("walked\tnode: [panel]", "150\t0.5\t45")
	g.steps(2).printed("there\tnode: [panel]\tmine", "200\t0.25\t0", "200\t0\t45")
	if err := g.Post(headless.Address{}, address("main:/ui#hud"), "stop", nil); err != nil {
		t.Fatal(err)
	}
	g.steps(2).printed("200\t0\t0", "200\t0\t0")
}

// A file may list a node before its parent.
func TestChildBeforeParent(t *testing.T) {
	files := screen()
	files["hud.gui"] = `script: "/hud.gui_script"
nodes { id: "inner" parent: "outer" position { x: 1 } }
nodes { id: "outer" position { x: 10 } }`
	files["hud.gui_script"] = `function init() print(gui.get_parent(gui.get_node("inner")), gui.get_screen_position(gui.get_node("inner"))) end`
	newGame(t, files).steps(1).printed("node: [outer]\tvmath.vector3(11, 0, 0)")
}

func TestFindNode(t *testing.T) {
	files := screen()
	files["hud.gui_script"] += `function on_message(self, id) gui.set_enabled(node("panel"), false) end`
	g := newGame(t, files).steps(1)
	for id, want := range map[string][2]float64{"panel": {120, 60}, "label": {110, 50}} {
		if x, y, err := g.world.FindNode(id); err != nil || x != want[0] || y != want[1] {
			t.Errorf("%s is at %v, %v, %v; want %v", id, x, y, err, want)
		}
	}
	if _, _, err := g.world.FindNode("pane"); err == nil || !contains(err.Error(), `there is no node "pane"; there are ["free" "label" "panel"]`) {
		t.Errorf("error %v", err)
	}
	if err := g.Post(headless.Address{}, address("main:/ui#hud"), "hide", nil); err != nil {
		t.Fatal(err)
	}
	g.steps(1)
	if _, _, err := g.world.FindNode("label"); err == nil || !contains(err.Error(), `the node "label" is not enabled`) {
		t.Errorf("error %v", err)
	}
}
