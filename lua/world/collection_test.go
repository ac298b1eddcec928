package world_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// level is a project with a collection within a collection, overrides on each
// way in, and children.
func level() map[string]string {
	return map[string]string{
		"main.collection": `name: "world"
instances { id: "top" prototype: "/thing.go" position { x: 100 } children: "kid" }
instances { id: "kid" prototype: "/thing.go" position { x: 5 } scale: 2
  component_properties { id: "script" properties { id: "speed" value: "2.5" type: PROPERTY_TYPE_NUMBER } } }
collection_instances { id: "sub" collection: "/sub.collection" position { x: 1000 } scale3 { x: 10 y: 10 z: 10 }
  instance_properties { id: "inner" properties { id: "script" properties { id: "speed" value: "9" type: PROPERTY_TYPE_NUMBER } } }
  instance_properties { id: "deep/inner" properties { id: "script" properties { id: "speed" value: "8" type: PROPERTY_TYPE_NUMBER } } } }`,
		"sub.collection": `name: "sub"
instances { id: "inner" prototype: "/thing.go" position { x: 1 z: 1 }
  component_properties { id: "script" properties { id: "speed" value: "1" type: PROPERTY_TYPE_NUMBER } } }
collection_instances { id: "deep" collection: "/deep.collection"
  instance_properties { id: "inner" properties { id: "script" properties { id: "speed" value: "7" type: PROPERTY_TYPE_NUMBER } } } }`,
		"deep.collection": `name: "deep"
instances { id: "inner" prototype: "/thing.go" }`,
		"thing.go": `components { id: "script" component: "/thing.script"
  properties { id: "who" value: "#other" type: PROPERTY_TYPE_URL }
  properties { id: "tint" value: "1, 0, 0, 1" type: PROPERTY_TYPE_VECTOR4 }
  properties { id: "on" value: "true" type: PROPERTY_TYPE_BOOLEAN }
  properties { id: "kind" value: "orc" type: PROPERTY_TYPE_HASH } }
embedded_components { id: "sprite" type: "sprite" data: "" }`,
		"thing.script": `
go.property("speed", 0)
go.property("who", msg.url())
go.property("tint", vmath.vector4())
go.property("on", false)
go.property("kind", hash(""))
go.property("at", vmath.vector3(1, 2, 3))
go.property("near", msg.url("#near"))
go.property("nobody", msg.url())
`}
}

func TestCollectionsWithinCollections(t *testing.T) {
	files := level()
	files["thing.script"] += `
function init(self)
	local p = go.get_world_position()
	print(msg.url().path, self.speed, p.x, p.z, msg.url("inner").path, go.get_id("inner"))
end`
	g := newGame(t, files).steps(1)
	g.printed(
		"hash: [/top]\t0\t100\t0\thash: [/inner]\thash: [/inner]",
		"hash: [/kid]\t2.5\t105\t0\thash: [/inner]\thash: [/inner]",
		"hash: [/sub/inner]\t9\t1010\t1\thash: [/sub/inner]\thash: [/sub/inner]",
		"hash: [/sub/deep/inner]\t8\t1000\t0\thash: [/sub/deep/inner]\thash: [/sub/deep/inner]",
	)
	if diff := cmp.Diff([]string{"passes over components of type sprite, /top#sprite first: nothing is drawn, played or simulated here"}, g.notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestPropertiesAreTypedAndOwn(t *testing.T) {
	files := level()
	files["thing.script"] += `
function init(self)
	if go.get_id() ~= hash("/top") then return end
	print(self.who, self.tint, self.on, self.kind, self.at)
	self.at.x = 50
	print(go.get("/kid#script", "at"), go.get("#script", "at.x"), self.near, self.nobody == msg.url())
end`
	newGame(t, files).steps(1).printed(
		"url: [world:/top#other]\tvmath.vector4(1, 0, 0, 1)\ttrue\thash: [orc]\tvmath.vector3(1, 2, 3)",
		"vmath.vector3(1, 2, 3)\t50\turl: [world:/top#near]\ttrue",
	)
}

func TestBrokenProjectsSayWhere(t *testing.T) {
	main := func(text string) map[string]string {
		return map[string]string{"main.collection": "name: \"main\"\n" + text, "a.script": `go.property("n", 1)`}
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		fails []string
	}{
		{"an object without its file", main(`instances { id: "a" prototype: "/no.go" }`), []string{"main.collection:2: instances.prototype: there is no file /no.go in "}},
		{"a script without its file", main(`embedded_instances { id: "a" data: "components { id: \"s\" component: \"/no.script\" }" }`),
			[]string{"main.collection:2: component s: there is no file /no.script in "}},
		{"a collection without its file", main(`collection_instances { id: "a" collection: "/no.collection" }`),
			[]string{"main.collection:2: collection_instances.collection: there is no file /no.collection"}},
		{"a collection that holds itself", main(`collection_instances { id: "a" collection: "/main.collection" }`),
			[]string{"more than 64 collections within collections, or one that holds itself"}},
		{"a property of the wrong type", main("embedded_instances { id: \"a\" data: \"components { id: \\\"s\\\" component: \\\"/a.script\\\" }\"\n component_properties { id: \"s\"\n properties { id: \"n\" value: \"true\" type: PROPERTY_TYPE_BOOLEAN } } }"),
			[]string{"main.collection:4: the property n of main:/a#s must be a number, it is a boolean"}},
		{"a script that is no Lua", map[string]string{"main.collection": oneObject, "a.script": "function init(\n"}, []string{"a.script"}},
		{"a gui script without its file", map[string]string{
			"main.collection": `name: "main" embedded_instances { id: "a" data: "components { id: \"g\" component: \"/a.gui\" }" }`,
			"a.gui":           `script: "/no.gui_script"`}, []string{"a.gui:1: script: there is no file /no.gui_script"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := tryGame(t, c.files)
			for _, want := range c.fails {
				if g.failed == nil || !strings.Contains(g.failed.Error(), want) {
					t.Errorf("error %v, want %q in it", g.failed, want)
				}
			}
		})
	}
}

// Collections that double at each level end in an error, not in years.
func TestTooManyCollections(t *testing.T) {
	files := map[string]string{"c0.collection": `name: "c0"`}
	for n := 1; n <= 40; n++ {
		inner := fmt.Sprintf("collection: \"/c%d.collection\"", n-1)
		files[fmt.Sprintf("c%d.collection", n)] = fmt.Sprintf("name: \"c%d\"\ncollection_instances { id: \"a\" %s }\ncollection_instances { id: \"b\" %s }", n, inner, inner)
	}
	files["main.collection"] = files["c40.collection"]
	if g := tryGame(t, files); g.failed == nil || !strings.Contains(g.failed.Error(), "more than 32766 collections in one") {
		t.Errorf("error %v", g.failed)
	}
}

func TestUndeclaredPropertyIsNoted(t *testing.T) {
	g := newGame(t, map[string]string{"a.script": "", "main.collection": `name: "main"
embedded_instances { id: "go" data: "components { id: \"script\" component: \"/a.script\" properties { id: \"old\" value: \"1\" type: PROPERTY_TYPE_NUMBER } }"
component_properties { id: "gone" } }`})
	want := []string{"main:/go#script has a property old that the script doesn't declare", "/go has properties for a component gone that isn't there"}
	if diff := cmp.Diff(want, append(g.notes[1:], g.notes[:1]...)); diff != "" && cmp.Diff(want, g.notes) != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Every object and script of a collection is there when the first init runs.
func TestAllIsThereInInit(t *testing.T) {
	newGame(t, map[string]string{
		"main.collection": `name: "main"
instances { id: "a" prototype: "/a.go" }
instances { id: "b" prototype: "/a.go" }`,
		"a.go": `components { id: "script" component: "/a.script" }`,
		"a.script": `go.property("n", 3)
function init(self) print(go.exists("/a"), go.exists("/b"), go.exists("/c"), go.get("/b#script", "n")) end`,
	}).steps(1).printed("true\ttrue\tfalse\t3", "true\ttrue\tfalse\t3")
}
