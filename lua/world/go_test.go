package world_test

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

func input(id string) headless.Input { return headless.Input{ID: id, Pressed: true} }

func address(text string) headless.Address {
	a, err := headless.ParseAddress(text)
	if err != nil {
		panic(err)
	}
	return a
}

// family is /mother at 10, 20 with a scale of 2 and a quarter's turn, and /child
// below her at 1, 0.
func family() map[string]string {
	return map[string]string{
		"main.collection": `name: "main"
instances { id: "mother" prototype: "/a.go" position { x: 10 y: 20 } rotation { z: 0.70710678 w: 0.70710678 } scale: 2 children: "child" }
embedded_instances { id: "child" position { x: 1 } data: "embedded_components { id: \"sprite\" type: \"sprite\" data: \"\" }\n"
"embedded_components { id: \"body\" type: \"collisionobject\" data: \"\" }" }
embedded_instances { id: "alone" data: "" }`,
		"a.go":     `components { id: "script" component: "/a.script" }`,
		"a.script": "go.property(\"n\", 1)\ngo.property(\"v\", vmath.vector3(1, 2, 3))\nlocal function round(v) return math.floor(v.x + 0.5), math.floor(v.y + 0.5), math.floor(v.z + 0.5) end\n",
	}
}

func TestGo(t *testing.T) {
	eval(t, family(), "a.script", []evalCase{
		{"own place", `print(go.get_position(), go.get_scale(), go.get_scale_uniform(), go.get_id())`,
			"vmath.vector3(10, 20, 0)\tvmath.vector3(2, 2, 2)\t2\thash: [/mother]", ""},
		{"a child's place", `print(round(go.get_world_position("/child"))) print(go.get_world_scale("/child"), go.get_world_scale_uniform("/child"))
			print(go.get("/child", "euler"), math.floor(go.get("/mother", "euler.z") + 0.5))`,
			"10\t22\t0\nvmath.vector3(2, 2, 2)\t2\nvmath.vector3(0, 0, 0)\t90", ""},
		{"set", `go.set_position(vmath.vector3(1, 2, 3)) go.set_scale(3) print(go.get_position(), go.get_scale())
			go.set_scale(vmath.vector3(1, 2, 3), "/child") print(go.get_scale("/child"), go.get_scale_uniform("/child"))
			go.set_scale_xy(5, "/child") print(go.get_scale("/child"))
			go.set_rotation(vmath.quat(0, 0, 0, 2)) print(go.get_rotation(), go.get_rotation("/child") == vmath.quat())`,
			"vmath.vector3(1, 2, 3)\tvmath.vector3(3, 3, 3)\nvmath.vector3(1, 2, 3)\t1\nvmath.vector3(5, 5, 3)\nvmath.quat(0, 0, 0, 1)\ttrue", ""},
		{"what get gives is a copy", `local p = go.get_position() p.x = 99 print(go.get_position())`, "vmath.vector3(10, 20, 0)", ""},
		{"what set takes is copied", `local p = vmath.vector3(1, 1, 1) go.set_position(p) p.x = 99 print(go.get_position())`, "vmath.vector3(1, 1, 1)", ""},
		{"parents", `print(go.get_parent(), go.get_parent("/child"))
			go.set_parent("/child", nil, true) print(go.get_parent("/child"), round(go.get_position("/child")))
			go.set_parent("/child", ".", true) print(go.get_parent("/child"), round(go.get_position("/child")))
			go.set_parent("/child") print(round(go.get_position("/child")))`,
			"nil\thash: [/mother]\nnil\t10\t22\t0\nhash: [/mother]\t1\t0\t0\n1\t0\t0", ""},
		{"no circles", `go.set_parent("/mother", "/child")`, "", "'/child' is below '/mother'"},
		{"world to local", `print(round(go.world_to_local_position(vmath.vector3(10, 22, 0), "/mother")))
			local m = go.world_to_local_transform(go.get_world_transform("/child"), "/mother") print(round(vmath.vector3(m.m03, m.m13, m.m23)))`,
			"1\t0\t0\n1\t0\t0", ""},
		{"get and set", `print(go.get(".", "position.y"), go.get(".", "scale"), go.get(".", "scale.x"))
			go.set(".", "position.y", 5) go.set(".", "scale", vmath.vector3(1, 1, 1)) go.set(".", hash("euler.z"), 45)
			print(go.get_position(), go.get_scale(), go.get(".", "euler.z")) go.set(".", "scale", 4) print(go.get_scale())`,
			"20\tvmath.vector3(2, 2, 2)\t2\nvmath.vector3(10, 5, 0)\tvmath.vector3(1, 1, 1)\t45\nvmath.vector3(4, 4, 4)", ""},
		{"a script's properties", `go.set("#script", "n", 5) self.n = self.n + 1 print(go.get("#script", "n"))
			go.set("#", "v.y", 7) print(self.v, go.get("#script", "v.y"))`, "6\nvmath.vector3(1, 7, 3)\t7", ""},
		{"what get gives of a script is a copy", `local v = go.get("#script", "v") v.x = 99 print(self.v)`, "vmath.vector3(1, 2, 3)", ""},
		{"components that do nothing hold what is set", `print(go.get("/child#sprite", "tint"), go.get("/child#sprite", "playback_rate"), go.get("/child#sprite", "anything"))
			go.set("/child#sprite", "tint.w", 0.5) go.set("/child#sprite", "image", hash("x"))
			print(go.get("/child#sprite", "tint"), go.get("/child#sprite", "image"), go.get("/child#body", "linear_velocity"))`,
			"vmath.vector4(1, 1, 1, 1)\t1\tvmath.vector4(0, 0, 0, 0)\nvmath.vector4(1, 1, 1, 0.5)\thash: [x]\tvmath.vector3(0, 0, 0)", ""},
		{"delete moves children up", `go.delete() timer.delay(0, false, function() end)`, "", ""},
		{"a property that isn't there", `go.get("#script", "no")`, "", "'main:/mother#script' does not have any property called 'no'"},
		{"a property of an object that isn't there", `go.get(".", "size")`, "", "'main:/mother' does not have any property called 'size'"},
		{"a property of a body that isn't there", `go.get("/child#body", "no")`, "", "does not have any property called 'no'"},
		{"an element that isn't there", `go.get(".", "position.w")`, "", "the property 'position' of 'main:/mother' is a vector3: it has no 'w'"},
		{"a value of another type", `go.set("#script", "n", "x")`, "", "the property 'n' must be a number, got string"},
		{"an element of another type", `go.set("#script", "v.x", "x")`, "", "the property 'v.x' must be a number, got string"},
		{"an object that isn't there", `go.get_position("/no")`, "", "there is no game object '/no' in the collection main"},
		{"another collection", `go.get_position("other:/no")`, "", "only game objects of the same collection are in reach"},
		{"a position of another type", `go.set_position(1)`, "", "bad argument #1 to 'set_position' (vector3 expected, got number)"},
		{"a rotation of another type", `go.set_rotation(vmath.vector4())`, "", "quat expected, got vector4"},
		{"a scale of another type", `go.set_scale("x")`, "", "number or vector3 expected, got string"},
		{"a property within a function", `go.property("late", 1)`, "", "go.property can only be called at the top of a script file"},
		{"delete what isn't there", `go.delete("/no")`, "", "there is no game object '/no'"},
		{"delete a list with what isn't there", `go.delete({"/child", "/no"})`, "", "go.delete: [2] of the table: there is no game object 'main:/no'"},
		{"exists", `print(go.exists("."), go.exists("/child"), go.exists("/no"), go.exists("other:/no"))`, "true\ttrue\tfalse\tfalse", ""},
		{"constants", `print(go.PLAYBACK_NONE, go.PLAYBACK_LOOP_PINGPONG, go.EASING_LINEAR, go.EASING_OUTINBOUNCE)`, "0\t6\t0\t40", ""},
	})
}

func TestPropertyOfTheWrongKind(t *testing.T) {
	g := tryGame(t, map[string]string{"main.collection": oneObject, "a.script": `go.property("name", "text")`})
	if g.failed == nil || !contains(g.failed.Error(), "the property 'name' must be a number, boolean, hash, url, vector3, vector4 or quat, got string") {
		t.Errorf("error %v", g.failed)
	}
}

func TestDeleteMovesChildrenUp(t *testing.T) {
	files := family()
	files["main.collection"] += `embedded_instances { id: "watch" data: "components { id: \"s\" component: \"/watch.script\" }" }`
	files["watch.script"] = `function init(self) go.delete("/mother"); print(go.exists("/mother"), go.get_parent("/child")) end
function update(self) print(go.exists("/mother"), go.exists("/child") and go.get_parent("/child")) end`
	newGame(t, files).steps(2).printed("true\thash: [/mother]", "true\thash: [/mother]", "false\tnil")
}

func TestSetParentByMessage(t *testing.T) {
	files := family()
	files["a.script"] += `function init(self)
	msg.post("/alone", "set_parent", {parent_id = go.get_id(), keep_world_transform = 0})
	msg.post("/child", "set_parent")
	msg.post("/child", "set_parent", {parent_id = hash("/no")})
end
function update(self) print(go.get_parent("/alone"), go.get_parent("/child"), round(go.get_position("/child"))) end`
	newGame(t, files).steps(2).printed("nil\thash: [/mother]\t1\t0\t0", "hash: [/mother]\tnil\t10\t22\t0").
		reported("message 'set_parent' to 'main:/child': there is no game object '/no'")
}

func TestAnimate(t *testing.T) {
	files := family()
	files["a.script"] += `function init(self)
	go.animate(".", "position.x", go.PLAYBACK_ONCE_FORWARD, 20, go.EASING_LINEAR, 0.25, 0.125, function(self, url, property)
		print("done", self.n, url, property, msg.url().fragment)
	end)
	go.animate("#script", "n", go.PLAYBACK_LOOP_PINGPONG, 5, go.EASING_LINEAR, 0.5)
	go.animate("/child", "scale", go.PLAYBACK_ONCE_FORWARD, vmath.vector3(3, 1, 1), vmath.vector({0, 1}), 0.25)
end
function update(self) print(go.get_position().x, self.n, go.get_scale("/child").x) end
function on_message(self, id) go.cancel_animations("#script") go.cancel_animations("/child", "scale") end`
	g := newGame(t, files).steps(5)
	g.printed("10\t3\t2", "15\t5\t3", "done\t5\turl: [main:/mother]\thash: [position.x]\thash: [script]", "20\t3\t3", "20\t1\t3", "20\t3\t3")
	if g.Quiet() {
		t.Error("the engine is quiet while an animation loops")
	}
	if err := g.Post(headless.Address{}, address("main:/mother#script"), "stop", nil); err != nil {
		t.Fatal(err)
	}
	g.steps(2).printed("20\t5\t3", "20\t5\t3")
}

// Animations end with their object, and their callbacks with their script.
func TestAnimationsDieWithTheirObject(t *testing.T) {
	files := family()
	files["main.collection"] += `embedded_instances { id: "brief" data: "components { id: \"s\" component: \"/brief.script\" }" }`
	files["brief.script"] = `function init(self)
	go.animate(".", "position.x", go.PLAYBACK_ONCE_FORWARD, 20, 0, 0.3, 0, function() print("own") end)
	go.animate("/alone", "position.x", go.PLAYBACK_ONCE_FORWARD, 20, 0, 0.3, 0, function() print("other's") end)
	go.delete()
end`
	files["a.script"] += `function init(self)
	timer.delay(0.5, false, function() print(go.get_position("/alone").x) end)
	go.animate("/child", "position.x", go.PLAYBACK_ONCE_FORWARD, 20, 0, 0.3, 0, function() print("the deleted one's") end)
	go.delete("/child")
end`
	newGame(t, files).steps(7).printed("20")
}

func TestAnimateMisused(t *testing.T) {
	eval(t, family(), "a.script", []evalCase{
		{"no playback", `go.animate(".", "position", 99, 1, 0, 1)`, "", "playback must be one of the constants PLAYBACK_…, got 99"},
		{"no easing", `go.animate(".", "position", 1, 1, 41, 1)`, "", "easing must be one of the constants EASING_… or a vmath.vector, got 41"},
		{"a target of another type", `go.animate(".", "position", 1, vmath.quat(), 0, 1)`, "", "to must be a number or a vector3, got quat"},
		{"a vector for a number", `go.animate(".", "position.x", 1, vmath.vector3(), 0, 1)`, "", "to must be a number or a vector3, got vector3"},
		{"no duration", `go.animate(".", "position", 1, 1, 0, "x")`, "", "duration must be a number of seconds, got string"},
		{"time that runs backwards", `go.animate(".", "position", 1, 1, 0, -1)`, "", "duration must be 0 s or more, got -1"},
		{"no function", `go.animate(".", "position", 1, 1, 0, 1, 0, 5)`, "", "complete_function must be a function, got number"},
		{"what can't be animated", `go.animate("/child#sprite", "image", 1, 1, 0, 1)`, "", "the property 'image' is a hash, which can't be animated"},
	})
}

// A script that the engine loads by its path has a game object too.
func TestScriptsWithoutAProject(t *testing.T) {
	g := one(t, "")
	i, err := g.LoadScript("a.script")
	if err != nil {
		t.Fatal(err)
	}
	g.State().SetGlobal("found", lua.LTrue)
	fn, err := g.State().LoadString(`print(go.get_id(), go.get_position(), go.exists("/go")) msg.post("/go", "hi") go.delete()`)
	if err != nil {
		t.Fatal(err)
	}
	i.Call("test", fn)
	g.steps(1).printed("hash: [/a]\tvmath.vector3(0, 0, 0)\ttrue")
	if i.Alive() {
		t.Error("go.delete left the instance")
	}
}

func TestRelativeToNobody(t *testing.T) {
	g := one(t, "")
	fn, err := g.State().LoadString(`go.get_position()`)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Call(fn); err == nil || !contains(err.Error(), "You can only access go.* functions and values from a script instance") {
		t.Errorf("error %v", err)
	}
}
