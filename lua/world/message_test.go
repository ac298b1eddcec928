package world_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// two is /one with the scripts #a and #b, /sub/two within a collection, and the
// gui of /one, #hud. Each says what it gets.
func two(script string) map[string]string {
	return map[string]string{
		"main.collection": `name: "main"
embedded_instances { id: "one"
data: "components { id: \"a\" component: \"/a.script\" }\n"
"components { id: \"b\" component: \"/say.script\" }\n"
"components { id: \"hud\" component: \"/hud.gui\" }\n"
"embedded_components { id: \"sprite\" type: \"sprite\" data: \"\" }" }
collection_instances { id: "sub" collection: "/sub.collection" }`,
		"sub.collection": `name: "sub"
embedded_instances { id: "two" data: "components { id: \"b\" component: \"/say.script\" }" }
embedded_instances { id: "near" data: "components { id: \"b\" component: \"/say.script\" }" }`,
		"hud.gui": `script: "/hud.gui_script"`,
		"say.script": `function on_message(self, id, message, sender) print(tostring(msg.url()), id, message.n, sender)
	if id == hash("near") then msg.post("near", "hi") end end
function on_input(self, id, action) print(tostring(msg.url()), id, action.pressed); return CONSUME end`,
		"hud.gui_script": `function on_message(self, id) print("hud", id) end
function on_input(self, id, action) print("hud", id, action.x) end`,
		"a.script": script,
	}
}

func TestMessagesFindTheirWay(t *testing.T) {
	newGame(t, two(`function init(self)
	msg.post("#b", "component", {n = 1})
	msg.post("one#b", "relative")
	msg.post("/sub/two", "object")
	msg.post("main:/sub/two#b", "full")
	msg.post(msg.url("main", "/sub/two", "b"), "url")
	msg.post(go.get_id("/sub/near"), "id")
	msg.post("sub/two#b", "near")
	msg.post("#hud", "gui")
	msg.post("#sprite", "play_animation", {id = hash("run")})
	msg.post("@render:", "clear_color", {color = vmath.vector4()})
	msg.post("@sound:", "set_gain")
end
function on_message(self, id) print("a", id) end`)).steps(1).printed(
		"url: [main:/one#b]\thash: [component]\t1\turl: [main:/one#a]",
		"url: [main:/one#b]\thash: [relative]\tnil\turl: [main:/one#a]",
		"url: [main:/sub/two#b]\thash: [object]\tnil\turl: [main:/one#a]",
		"url: [main:/sub/two#b]\thash: [full]\tnil\turl: [main:/one#a]",
		"url: [main:/sub/two#b]\thash: [url]\tnil\turl: [main:/one#a]",
		"url: [main:/sub/near#b]\thash: [id]\tnil\turl: [main:/one#a]",
		"url: [main:/sub/two#b]\thash: [near]\tnil\turl: [main:/one#a]",
		"hud\thash: [gui]",
		"url: [main:/sub/near#b]\thash: [hi]\tnil\turl: [main:/sub/two#b]",
	)
}

func TestAnObjectsMessageReachesAllItsComponents(t *testing.T) {
	newGame(t, two(`function init(self) msg.post(".", "all") end
function on_message(self, id) print("a", id) end`)).steps(1).printed(
		"a\thash: [all]", "url: [main:/one#b]\thash: [all]\tnil\turl: [main:/one#a]", "hud\thash: [all]")
}

func TestMessagesToNobody(t *testing.T) {
	newGame(t, two(`function init(self)
	msg.post("/nobody", "a")
	msg.post("#nothing", "b")
	print(pcall(msg.post, "elsewhere:/go", "c"))
end`)).steps(1).printed("false\tmsg.post: could not send 'c' from 'main:/one#a' to 'elsewhere:/go': no socket has that name").
		reported("message 'a' found nobody at 'main:/nobody': there is no game object '/nobody'",
			"message 'b' found nobody at 'main:/one#nothing': the game object '/one' has no component 'nothing'")
}

func TestInputGoesByFocus(t *testing.T) {
	g := newGame(t, two(`function init(self)
	msg.post("#", "acquire_input_focus")
	msg.post("/sub/two", "acquire_input_focus")
	CONSUME = false
end
function on_input(self, id, action) print("a", id, action.value) end
function on_message(self, id) if id == hash("go") then msg.post("/sub/two", "release_input_focus") end end`)).steps(1)
	g.Input(headless.Input{ID: "jump", Pressed: true, Value: 1, X: 7})
	all := []string{"a\thash: [jump]\t1", "url: [main:/one#b]\thash: [jump]\ttrue", "hud\thash: [jump]\t7"}
	g.steps(1).printed(append([]string{"url: [main:/sub/two#b]\thash: [jump]\ttrue"}, all...)...)

	g.State().G.Global.RawSetString("CONSUME", lua.LTrue)
	g.Input(headless.Input{ID: "jump", Pressed: true, Value: 1, X: 7})
	g.steps(1).printed("url: [main:/sub/two#b]\thash: [jump]\ttrue")

	if err := g.Post(headless.Address{}, headless.Address{Socket: "main", Path: "/one", Fragment: "a"}, "go", nil); err != nil {
		t.Fatal(err)
	}
	g.steps(1)
	g.Input(headless.Input{ID: "jump", Pressed: true, Value: 1, X: 7})
	g.steps(1).printed(all...) // one of an object's consumes it, and all of them got it
}

func TestDisabledGUI(t *testing.T) {
	g := newGame(t, two(`function init(self)
	msg.post("#hud", "disable"); msg.post("#hud", "acquire_input_focus") CONSUME = true
end
function on_message(self, id) if id == hash("on") then msg.post("#hud", "enable") end end`)).steps(1)
	g.Input(headless.Input{ID: "jump"})
	g.steps(1).printed("url: [main:/one#b]\thash: [jump]\tfalse")
	if err := g.Post(headless.Address{}, headless.Address{Socket: "main", Path: "/one", Fragment: "a"}, "on", nil); err != nil {
		t.Fatal(err)
	}
	g.steps(1)
	g.Input(headless.Input{ID: "jump"})
	g.steps(1).printed("url: [main:/one#b]\thash: [jump]\tfalse", "hud\thash: [jump]\t0")
}
