package project_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/project"
)

const mainCollection = `name: "level"
instances {
  id: "player"
  prototype: "/player.go"
  position { x: 1.5 y: -2 }
  scale3 { x: 2.0 y: 2.0 z: 1.0 }
  children: "gun"
  component_properties {
    id: "script"
    properties { id: "speed" value: "7.5" type: PROPERTY_TYPE_NUMBER }
    properties { id: "aim" value: "1, 2, 3" type: PROPERTY_TYPE_VECTOR3 }
    properties { id: "who" value: "/gun#x" type: PROPERTY_TYPE_URL }
    properties { id: "on" value: "true" type: PROPERTY_TYPE_BOOLEAN }
  }
}
collection_instances {
  id: "sub"
  collection: "/sub.collection"
  rotation { z: 0.5 w: 0.5 }
  scale: 3
  instance_properties {
    id: "inner/object"
    properties {
      id: "script"
      properties { id: "speed" value: "1" type: PROPERTY_TYPE_NUMBER }
    }
  }
}
scale_along_z: 0
embedded_instances {
  id: "gun"
  data: "components {\n"
  "  id: \"script\"\n"
  "  component: \"/gun.script\"\n"
  "}\n"
  "embedded_components {\n"
  "  id: \"factory\"\n"
  "  type: \"factory\"\n"
  "  data: \"prototype: \\\"/bullet.go\\\"\\n"
  "\"\n"
  "}\n"
  ""
  position { x: 0.0 y: 0.0 z: 0.0 }
}
`

func TestCollection(t *testing.T) {
	p := open(t, map[string]string{"level.collection": mainCollection})
	c, err := p.Collection("/level.collection")
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "level" || len(c.Objects) != 2 || len(c.Collections) != 1 {
		t.Fatalf("read %+v", c)
	}
	player, gun, sub := c.Objects[0], c.Objects[1], c.Collections[0]
	want := project.Transform{Position: project.Vector{1.5, -2}, Rotation: project.Vector{3: 1}, Scale: project.Vector{2, 2, 1}}
	if diff := cmp.Diff(want, player.Transform); diff != "" {
		t.Errorf("player's transform (-want +got):\n%s", diff)
	}
	properties := player.Properties[0].Properties
	if player.Prototype != "/player.go" || player.Children[0] != "gun" || player.Properties[0].Component != "script" ||
		properties[0].Number != 7.5 || properties[1].Vector != (project.Vector{1, 2, 3}) || properties[2].Text != "/gun#x" || properties[3].Number != 1 {
		t.Errorf("player is %+v", player)
	}
	if sub.ID != "sub" || sub.Transform.Scale != (project.Vector{3, 3, 3}) || sub.Transform.Rotation != (project.Vector{2: 0.5, 3: 0.5}) ||
		sub.Properties[0].Object != "inner/object" || sub.Properties[0].Overrides[0].Properties[0].Number != 1 {
		t.Errorf("sub is %+v", sub)
	}
	if len(gun.Embedded.Components) != 2 || gun.Embedded.Components[0].File != "/gun.script" || gun.Embedded.Components[0].Type != "script" {
		t.Fatalf("gun is %+v", gun.Embedded)
	}
	if made, err := p.Prototype(&gun.Embedded.Components[1]); made != "/bullet.go" || err != nil {
		t.Errorf("the factory makes %q, %v", made, err)
	}
	again, err := p.Collection("/level.collection")
	if err != nil || again != c {
		t.Error("the file was read twice")
	}
}

func TestCollectionFails(t *testing.T) {
	for _, c := range []struct{ name, text, fails string }{
		{"no name", "", `x.collection:1: name is missing: want the name of the collection`},
		{"a name that is no socket", "name: \"a:b\"", `x.collection:1: name can't hold any of : # /, it is "a:b"`},
		{"a name of another type", "name: main", "x.collection:1: name must be a text in quotes, it is the word main"},
		{"no id", "name: \"a\"\ninstances {\n prototype: \"/a.go\"\n}", "x.collection:2: instances.id is missing"},
		{"an id with #", "name: \"a\"\ninstances {\n id: \"a#b\" prototype: \"/a.go\"\n}", "x.collection:3: instances.id can't hold : or #"},
		{"a position of text", "name: \"a\"\ninstances {\n id: \"a\"\n prototype: \"/a.go\"\n position {\n x: \"one\" }\n}",
			`x.collection:6: instances.position.x must be a number, it is the text "one"`},
		{"a field that is no message", "name: \"a\"\ninstances: 1", "x.collection:2: instances must be a message { … }, it is the number 1"},
		{"a relative prototype", "name: \"a\"\ninstances {\n id: \"a\" prototype: \"a.go\"\n}", `x.collection:3: instances.prototype must begin with /`},
		{"an id twice", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" }\ncollection_instances { id: \"a\" collection: \"/a.collection\" }",
			`x.collection:3: the id "a" is taken by line 2`},
		{"a child that isn't there", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" children: \"b\" }", `x.collection:2: children of "a": there is no object "b"`},
		{"a circle of children", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" children: \"a\" }", `"a" is among its own children`},
		{"two parents", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" children: \"c\" }\ninstances { id: \"b\" prototype: \"/a.go\" children: \"c\" }\ninstances { id: \"c\" prototype: \"/a.go\" }",
			`x.collection:3: "c" is a child of "a" and of "b"`},
		{"a property of the wrong type", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" component_properties { id: \"s\" properties {\n id: \"speed\"\n value: \"fast\"\n type: PROPERTY_TYPE_NUMBER } } }",
			`x.collection:4: instances.component_properties.properties.value of the property speed must be a number, it is "fast"`},
		{"a vector with two numbers", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" component_properties { id: \"s\" properties { id: \"p\" value: \"1,2\" type: PROPERTY_TYPE_VECTOR3 } } }",
			`must be 3 numbers with commas between, it is "1,2"`},
		{"a type that is none", "name: \"a\"\ninstances { id: \"a\" prototype: \"/a.go\" component_properties { id: \"s\" properties { id: \"p\" value: \"1\" type: PROPERTY_TYPE_FISH } } }",
			"properties.type must be one of PROPERTY_TYPE_NUMBER, "},
		{"broken embedded data", "name: \"a\"\nembedded_instances {\n id: \"a\"\n data: \"components {\\n\"\n \"id 1\\n\"\n}", `x.collection:5: want : or { after id, got "1"`},
		{"an embedded component without an id", "name: \"a\"\nembedded_instances {\n id: \"a\"\n data: \"\"\n \"embedded_components {\\n\"\n \"type: \\\"sprite\\\" }\\n\"\n}",
			"embedded_instances.data: embedded_components.id is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(t, map[string]string{"x.collection": c.text}).Collection("/x.collection")
			wantError(t, err, c.fails)
		})
	}
}

func TestGameObject(t *testing.T) {
	p := open(t, map[string]string{
		"x.go": `components { id: "script" component: "/x.script" properties { id: "n" value: "2" type: PROPERTY_TYPE_NUMBER } }
components { id: "proxy" component: "/x.collectionproxy" }
embedded_components { id: "sprite" type: "sprite" data: "tile_set: \"/x.atlas\"\ndefault_animation: \"a\"\n" }
embedded_components { id: "swarm" type: "collectionfactory" data: "prototype: \"/y.collection\"" }`,
		"x.collectionproxy": `collection: "/level.collection" exclude: false`,
	})
	g, err := p.GameObject("/x.go")
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, c := range g.Components {
		types = append(types, c.ID+" "+c.Type)
	}
	if diff := cmp.Diff([]string{"script script", "proxy collectionproxy", "sprite sprite", "swarm collectionfactory"}, types); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for n, want := range map[int]string{1: "/level.collection", 3: "/y.collection"} {
		if got, err := p.Prototype(&g.Components[n]); got != want || err != nil {
			t.Errorf("%s makes %q, %v; want %q", g.Components[n].ID, got, err, want)
		}
	}
}

func TestGameObjectFails(t *testing.T) {
	p := open(t, map[string]string{
		"twice.go":  "components { id: \"a\" component: \"/x.script\" }\ncomponents { id: \"a\" component: \"/y.script\" }",
		"x.factory": "load_dynamically: true",
	})
	_, err := p.GameObject("/twice.go")
	wantError(t, err, `twice.go:2: the component id "a" is taken by line 1`)
	_, err = p.Prototype(&project.Component{Type: "factory", File: "/x.factory"})
	wantError(t, err, "x.factory:1: prototype is missing")
}

func TestScene(t *testing.T) {
	p := open(t, map[string]string{
		"button.gui": `nodes { id: "box" type: TYPE_BOX size { x: 100 y: 40 } color { x: 1 y: 0 z: 0 } pivot: PIVOT_W enabled: false }
nodes { id: "label" type: TYPE_TEXT parent: "box" text: "press" font: "big" }`,
		"hud.gui": `script: "/hud.gui_script"
fonts { name: "big" font: "/big.font" }
layers { name: "front" }
nodes { id: "ok" type: TYPE_TEMPLATE template: "/button.gui" position { x: 10 } }
nodes { id: "ok/box" type: TYPE_BOX parent: "ok" template_node_child: true overridden_fields: 4 overridden_fields: 45 size { x: 200 y: 50 } }
nodes { id: "ok/label" parent: "ok/box" template_node_child: true overridden_fields: 8 text: "OK" }
nodes { id: "gone" template_node_child: true }
nodes { id: "dim" color { x: 0.5 } alpha: 0.25 outerBounds: PIEBOUNDS_RECTANGLE layer: "front" }
`})
	s, err := p.Scene("/hud.gui")
	if err != nil {
		t.Fatal(err)
	}
	byID := make(map[string]project.GUINode)
	for _, n := range s.Nodes {
		byID[n.ID] = n
	}
	box, label, dim := byID["ok/box"], byID["ok/label"], byID["dim"]
	if len(s.Nodes) != 4 || s.Script != "/hud.gui_script" || s.Fonts[0] != "big" || s.Layers[0] != "front" {
		t.Fatalf("read %+v", s)
	}
	if box.Size != (project.Vector{200, 50}) || !box.Enabled || box.Pivot != "W" || box.Color != (project.Vector{1, 0, 0, 1}) || box.Parent != "ok" {
		t.Errorf("the box is %+v", box)
	}
	if label.Text != "OK" || label.Font != "big" || label.Type != "TEXT" || label.Parent != "ok/box" {
		t.Errorf("the label is %+v", label)
	}
	if dim.Color != (project.Vector{0.5, 1, 1, 0.25}) || dim.OuterBounds != "RECTANGLE" || !dim.Visible {
		t.Errorf("the dim node is %+v", dim)
	}
}

func TestSceneFails(t *testing.T) {
	for _, c := range []struct{ name, text, fails string }{
		{"an id twice", "nodes { id: \"a\" }\nnodes { id: \"a\" }", `x.gui:2: the node id "a" is taken by line 1`},
		{"a parent that isn't there", "\nnodes { id: \"a\" parent: \"b\" }", `x.gui:2: nodes.parent: there is no node "b"`},
		{"a circle of parents", "nodes { id: \"a\" parent: \"b\" }\nnodes { id: \"b\" parent: \"a\" }", `is among its own parents`},
		{"a pivot that is none", "nodes { id: \"a\"\n pivot: PIVOT_UP }", "x.gui:2: nodes.pivot must be one of PIVOT_CENTER, "},
		{"a template that isn't there", "nodes { id: \"a\"\n type: TYPE_TEMPLATE\n template: \"/no.gui\" }", "x.gui:3: nodes.template: there is no file /no.gui"},
		{"a template that holds itself", "nodes { id: \"a\" type: TYPE_TEMPLATE template: \"/x.gui\" }", "more than 32 templates within templates"},
		{"an enabled that is none", "nodes { id: \"a\"\n enabled: maybe }", "x.gui:2: nodes.enabled must be true or false, it is the word maybe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(t, map[string]string{"x.gui": c.text}).Scene("/x.gui")
			wantError(t, err, c.fails)
		})
	}
}

func TestBindings(t *testing.T) {
	p := open(t, map[string]string{"x.input_binding": `key_trigger { input: KEY_SPACE action: "jump" }
mouse_trigger { input: MOUSE_BUTTON_LEFT action: "touch" }`, "y.input_binding": "key_trigger {\n input: \"KEY_A\" action: \"a\" }"})
	got, err := p.Bindings("/x.input_binding")
	want := []project.Binding{{"key", "KEY_SPACE", "jump"}, {"mouse", "MOUSE_BUTTON_LEFT", "touch"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = p.Bindings("/y.input_binding")
	wantError(t, err, "y.input_binding:2: key_trigger.input must be a name in capitals without quotes")
}

// FuzzFormats holds that no text makes a reader panic or hang, that errors name
// the file, and that what is read keeps what check promises: ids that are there
// once, and parents that end.
func FuzzFormats(f *testing.F) {
	f.Add(mainCollection)
	for _, text := range []string{
		`components { id: "a" component: "/x.script" properties { id: "n" value: "1,2,3" type: PROPERTY_TYPE_VECTOR3 } }`,
		`embedded_components { id: "f" type: "factory" data: "prototype: \"/x.go\"" }`,
		`script: "/x.gui_script" nodes { id: "a" type: TYPE_TEMPLATE template: "/x.gui" } nodes { id: "a/b" template_node_child: true overridden_fields: 4 }`,
		`nodes { id: "a" parent: "b" color { x: 1 } alpha: 0.5 pivot: PIVOT_NE } nodes { id: "b" clipping_mode: 2 }`,
		`name: "a" instances { id: "a" prototype: "/x.go" children: "b" } instances { id: "b" prototype: "/x.go" children: "a" }`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var failed [3]error
		c, err := project.ReadCollection(text)
		failed[0] = err
		_, failed[1] = project.ReadGameObject(text)
		s, err := project.ReadScene(text)
		failed[2] = err
		for _, err := range failed {
			if err != nil && !strings.HasPrefix(err.Error(), "x:") {
				t.Errorf("error %q names no file", err)
			}
		}
		if c != nil && failed[0] == nil {
			ids := make(map[string]bool)
			for _, o := range c.Objects {
				if o.ID == "" || ids[o.ID] {
					t.Errorf("the id %q is there twice, or empty", o.ID)
				}
				ids[o.ID] = true
			}
		}
		if s != nil && failed[2] == nil {
			parents := make(map[string]string)
			for _, n := range s.Nodes {
				parents[n.ID] = n.Parent
			}
			for _, n := range s.Nodes {
				above, steps := n.Parent, 0
				for ; above != "" && steps <= len(s.Nodes); steps++ {
					above = parents[above]
				}
				if steps > len(s.Nodes) {
					t.Errorf("the parents of %q go in a circle", n.ID)
				}
			}
		}
	})
}
