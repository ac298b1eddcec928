package world_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// spawner is /spawner with a factory, a collection factory, and a proxy.
func spawner() map[string]string {
	return map[string]string{
		"main.collection": `name: "main"
embedded_instances { id: "spawner" position { x: 3 y: 4 }
data: "components { id: \"script\" component: \"/a.script\" }\n"
"embedded_components { id: \"factory\" type: \"factory\" data: \"prototype: \\\"/bullet.go\\\"\" }\n"
"embedded_components { id: \"swarm\" type: \"collectionfactory\" data: \"prototype: \\\"/swarm.collection\\\"\" }\n"
"embedded_components { id: \"proxy\" type: \"collectionproxy\" data: \"collection: \\\"/level.collection\\\"\" }\n"
"components { id: \"clash\" component: \"/clash.collectionproxy\" }" }`,
		"bullet.go": `components { id: "script" component: "/bullet.script" } components { id: "other" component: "/other.script" }`,
		"bullet.script": `go.property("damage", 1)
go.property("target", msg.url())
function init(self) print("init", go.get_id(), self.damage, go.get_position(), self.target) end
function update(self) if self.damage > 99 then print("update", go.get_id()); go.delete() end end
function final(self) print("final", go.get_id()) end
function on_message(self, id) print("bullet", id) end`,
		"other.script": `go.property("damage", 5) function init(self) OTHER = self.damage end`,
		"swarm.collection": `name: "swarm"
instances { id: "queen" prototype: "/bullet.go" position { x: 1 } children: "bee" }
instances { id: "bee" prototype: "/bullet.go" position { x: 1 } }`,
		"level.collection": `name: "level"
embedded_instances { id: "boss" data: "components { id: \"script\" component: \"/boss.script\" }" }`,
		"clash.collectionproxy": `collection: "/clash.collection"`,
		"clash.collection":      `name: "main"`,
		"boss.script": `function init(self) print("boss init", msg.url()); msg.post(".", "acquire_input_focus"); timer.delay(0.125, true, function() print("tick") end) end
function update(self, dt) print("boss", dt) end
function final(self) print("boss final") end
function on_message(self, id) print("boss got", id) end
function on_input(self, id) print("boss input", id) end`,
		"a.script": `function on_message(self, id, message, sender) print("got", id, sender) end`,
	}
}

func TestFactory(t *testing.T) {
	eval(t, spawner(), "a.script", []evalCase{
		{"where the factory is", `local id = factory.create("#factory") print(id, go.exists(id), OTHER)`,
			"init\thash: [/instance0]\t1\tvmath.vector3(3, 4, 0)\turl: [main:/instance0#script]\nhash: [/instance0]\ttrue\t5", ""},
		{"with all arguments", `
			local id = factory.create("#factory", vmath.vector3(1, 2, 3), vmath.quat_rotation_z(math.pi), {damage = 9, [hash("target")] = msg.url("#")}, 2)
			print(go.get_scale(id), OTHER, math.floor(go.get(id, "euler.z") + 0.5))`,
			"init\thash: [/instance0]\t9\tvmath.vector3(1, 2, 3)\turl: [main:/spawner#script]\nvmath.vector3(2, 2, 2)\t9\t180", ""},
		{"ids count up", `factory.create("#factory", nil, nil, {damage = 2}) print(factory.create("#factory"))`,
			"init\thash: [/instance0]\t2\tvmath.vector3(3, 4, 0)\turl: [main:/instance0#script]\ninit\thash: [/instance1]\t1\tvmath.vector3(3, 4, 0)\turl: [main:/instance1#script]\nhash: [/instance1]", ""},
		{"a property of the wrong type", `factory.create("#factory", nil, nil, {damage = "much"})`, "",
			"factory.create: the property 'damage' of 'main:/instance0#script' must be a number, got string"},
		{"no such component", `factory.create("#nothing")`, "", "the game object '/spawner' has no component 'nothing'"},
		{"another kind of component", `factory.create("#swarm")`, "", "'main:/spawner#swarm' must be a factory, it is a collectionfactory"},
		{"a position of another type", `factory.create("#factory", 1)`, "", "vector3 expected, got number"},
		{"status", `factory.unload("#factory") print(factory.get_status("#factory") == factory.STATUS_UNLOADED)
			factory.load("#factory", function(self, url, ok) print("loaded", url, ok) end)
			print(factory.get_status("#factory") == factory.STATUS_LOADED)`, "true\ntrue\nloaded\turl: [main:/spawner#factory]\ttrue", ""},
		{"another prototype", `factory.set_prototype("#factory", "/level.go")`, "", "there is no file /level.go"},
		{"a prototype of another kind", `factory.set_prototype("#factory", "/level.collectionc")`, "", "want the path of a .go file"},
	})
}

// A factory elsewhere makes objects where the script is that calls it, as games do
// whose factories stand together in one object.
func TestFactoryOfAnotherObject(t *testing.T) {
	files := spawner()
	files["main.collection"] += `
embedded_instances { id: "caller" position { x: 7 } rotation { z: 1 w: 0 } scale3 { x: 2 y: 2 z: 2 }
data: "components { id: \"script\" component: \"/caller.script\" } components { id: \"gui\" component: \"/caller.gui\" }" }`
	files["caller.script"] = ""
	files["caller.gui"] = `script: "/caller.gui_script"`
	files["caller.gui_script"] = `function init(self) print(pcall(factory.create, "/spawner#factory")) end`
	const denied = "false\tYou can only access go.* functions and values from a script instance (.script file)"
	eval(t, files, "caller.script", []evalCase{
		{"factory", `local id = factory.create("/spawner#factory") print(go.get_scale(id).x, math.floor(go.get(id, "euler.z") + 0.5))`,
			"init\thash: [/instance0]\t1\tvmath.vector3(7, 0, 0)\turl: [main:/instance0#script]\n2\t180\n" + denied, ""},
		{"collectionfactory", `local ids = collectionfactory.create("/spawner#swarm") print(go.get_position(ids["/queen"]).x, go.get_scale(ids["/queen"]).x)`,
			"init\thash: [/collection0/queen]\t1\tvmath.vector3(5, 0, 0)\turl: [main:/collection0/queen#script]\n" +
				"init\thash: [/collection0/bee]\t1\tvmath.vector3(1, 0, 0)\turl: [main:/collection0/bee#script]\n5\t2\n" + denied, ""},
	})
}

func TestSpawnedObjectsLiveAndDie(t *testing.T) {
	files := spawner()
	files["a.script"] += `
function init(self)
	self.id = factory.create("#factory", nil, nil, {damage = 100})
	print(go.exists(self.id))
end
function update(self) print("exists", go.exists(self.id)) end`
	newGame(t, files).steps(2).printed("init\thash: [/instance0]\t100\tvmath.vector3(3, 4, 0)\turl: [main:/instance0#script]", "true",
		"exists\ttrue", "update\thash: [/instance0]", "final\thash: [/instance0]", "exists\tfalse")
}

func TestCollectionFactory(t *testing.T) {
	eval(t, spawner(), "a.script", []evalCase{
		{"ids, places and properties", `
			local ids = collectionfactory.create("#swarm", vmath.vector3(10, 0, 0), nil, {[hash("/bee")] = {damage = 7}}, 3)
			print(ids[hash("/queen")], ids[hash("/bee")], go.get_parent(ids[hash("/bee")]))
			print(go.get_world_position(ids[hash("/bee")]))
			go.delete(ids[hash("/queen")], true)`,
			"init\thash: [/collection0/queen]\t1\tvmath.vector3(13, 0, 0)\turl: [main:/collection0/queen#script]\n" +
				"init\thash: [/collection0/bee]\t7\tvmath.vector3(1, 0, 0)\turl: [main:/collection0/bee#script]\n" +
				"hash: [/collection0/queen]\thash: [/collection0/bee]\thash: [/collection0/queen]\n" +
				"vmath.vector3(16, 0, 0)\nfinal\thash: [/collection0/bee]\nfinal\thash: [/collection0/queen]", ""},
		{"go.delete takes the ids", `local ids = collectionfactory.create("#swarm") go.delete(ids) timer.delay(0, false, function() end)`,
			"init\thash: [/collection0/queen]\t1\tvmath.vector3(4, 4, 0)\turl: [main:/collection0/queen#script]\n" +
				"init\thash: [/collection0/bee]\t1\tvmath.vector3(1, 0, 0)\turl: [main:/collection0/bee#script]\n" +
				"final\thash: [/collection0/queen]\nfinal\thash: [/collection0/bee]", ""},
		{"ids by their text", `local ids = collectionfactory.create("#swarm") print(ids["/bee"] == ids[hash("/bee")], ids["/nobody"], ids[1])`,
			"init\thash: [/collection0/queen]\t1\tvmath.vector3(4, 4, 0)\turl: [main:/collection0/queen#script]\n" +
				"init\thash: [/collection0/bee]\t1\tvmath.vector3(1, 0, 0)\turl: [main:/collection0/bee#script]\ntrue\tnil\tnil", ""},
		{"properties under a text", `collectionfactory.create("#swarm", nil, nil, {["/bee"] = {damage = 7}})`, "",
			"the properties of objects stand under hashes, such as [hash(\"/id\")], got the string /bee"},
		{"properties that are no table", `collectionfactory.create("#swarm", nil, nil, {[hash("/bee")] = 1})`, "", "the properties of '/bee' must be a table, got number"},
	})
}

// What a broken prototype made half of is gone again, and the script hears why.
func TestBrokenPrototype(t *testing.T) {
	files := spawner()
	files["bullet.go"] = `components { id: "script" component: "/bullet.script" } components { id: "other" component: "/no.script" }`
	files["a.script"] += `
function init(self)
	print(pcall(factory.create, "#factory"))
end
function update(self) print(go.exists("/instance0")) end`
	g := newGame(t, files).steps(2)
	text := g.out.String()
	g.out.Reset()
	for _, want := range []string{"bullet.go:1: component other: there is no file /no.script", "\nfalse\n"} {
		if !contains(text, want) {
			t.Errorf("printed %q, want %q in it", text, want)
		}
	}
}

func TestProxy(t *testing.T) {
	files := spawner()
	files["a.script"] = `function init(self)
	msg.post("#proxy", "load")
	msg.post(".", "acquire_input_focus")
end
function on_message(self, id, message, sender)
	if sender.fragment ~= hash("script") then print("got", id, sender) end
	if id == hash("run") then for _, step in ipairs(message) do msg.post("#proxy", step[1], step[2]) end end
	if id == hash("proxy_loaded") then msg.post("level:/boss", "early") end
end`
	g := newGame(t, files).steps(2)
	g.printed("got\thash: [proxy_loaded]\turl: [main:/spawner#proxy]")
	g.steps(1).printed() // nothing begins by itself
	run := func(code string) *game {
		t.Helper()
		fn, err := g.State().LoadString("return " + code)
		if err != nil {
			t.Fatal(err)
		}
		g.State().Push(fn)
		if err := g.State().PCall(0, 1, nil); err != nil {
			t.Fatal(err)
		}
		body := g.State().Get(-1).(*lua.LTable)
		g.State().Pop(1)
		if err := g.Post(address("main:/spawner#script"), address("main:/spawner#script"), "run", body); err != nil {
			t.Fatal(err)
		}
		return g.steps(1)
	}
	run(`{{"enable"}}`).printed("boss init\turl: [level:/boss#script]", "boss got\thash: [early]")
	g.Input(input("jump"))
	g.steps(1).printed("boss input\thash: [jump]", "tick", "boss\t0.125")
	run(`{{"set_time_step", {factor = 0.5, mode = 0}}}`).printed("tick", "boss\t0.125")
	g.steps(2).printed("boss\t0.0625", "tick", "boss\t0.0625")
	run(`{{"set_time_step", {factor = 0.5, mode = 1}}}`).printed("boss\t0.0625")
	g.steps(3).printed("tick", "boss\t0.125")
	run(`{{"disable"}}`)
	g.out.Reset()
	g.Input(input("jump"))
	g.steps(2).printed()
	run(`{{"load"}, {"unload"}}`).reported("/level.collection is loaded already").printed("boss final")
	g.steps(1).printed("got\thash: [proxy_unloaded]\turl: [main:/spawner#proxy]")
	run(`{{"enable"}}`).reported("message 'enable' to the collection proxy 'main:/spawner#proxy': /level.collection isn't loaded")
	run(`{{"async_load"}}`)
	g.steps(1).printed("got\thash: [proxy_loaded]\turl: [main:/spawner#proxy]")
	run(`{{"init"}, {"final"}, {"unload"}}`).printed("boss init\turl: [level:/boss#script]", "boss got\thash: [early]", "boss final")
}

func TestProxyOfATakenName(t *testing.T) {
	files := spawner()
	files["a.script"] = `function init(self) msg.post("#clash", "load") end`
	newGame(t, files).steps(2).reported("/clash.collection: a collection with the name main is loaded already")
}

// An object that goes takes the collection of its proxy with it.
func TestDeletedProxyUnloads(t *testing.T) {
	files := spawner()
	files["a.script"] = `function init(self) msg.post("#proxy", "load") end
function on_message(self, id, message, sender)
	msg.post("#proxy", "enable")
	timer.delay(0.15, false, function() go.delete() end)
end`
	g := newGame(t, files).steps(5)
	g.printed("boss init\turl: [level:/boss#script]", "tick", "boss\t0.125", "tick", "boss\t0.125", "boss final")
	if g.world.HasSocket("level") {
		t.Error("the level is still there")
	}
}

func TestSetCollection(t *testing.T) {
	eval(t, spawner(), "a.script", []evalCase{
		{"another one", `print(collectionproxy.set_collection("#proxy", "/swarm.collectionc"))`, "true", ""},
		{"its own again", `print(collectionproxy.set_collection("#proxy"))`, "true", ""},
		{"no collection", `collectionproxy.set_collection("#proxy", "/bullet.go")`, "", "want the path of a .collection file, got '/bullet.go'"},
		{"resources", `print(#collectionproxy.get_resources("#proxy"), #collectionproxy.missing_resources("#proxy"))`, "0\t0", ""},
	})
}
