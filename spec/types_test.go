package spec

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/luaspec"
)

// scriptCallbacks are annotated as functions, but a script defines them.
var scriptCallbacks = []string{"init", "final", "update", "fixed_update", "late_update", "on_message", "on_input", "on_reload"}

// editorsKnow are globals that LuaLS describes itself: LuaJIT's, beside those
// that gopher-lua has.
var editorsKnow = []string{"bit", "jit", "ffi", "arg"}

// TestTypesAnnotateAll holds that what a script can reach is annotated in
// lua/types, and that what is annotated there exists: the globals of the
// engine and of the spec library, the modules of lua/tickwire, and the
// instances that testdata/samples.lua makes.
func TestTypesAnnotateAll(t *testing.T) {
	known := readAnnotations(t, "../lua/types")
	luaspec.Options{
		Root: "..",
		Systems: func(*headless.Engine, headless.Clock) []headless.System {
			return []headless.System{&typeChecker{known: known}}
		},
	}.Run(t, "testdata/samples.lua")
}

// TestTypesAreCompared holds that the comparison finds what it is there for,
// and says what to do.
func TestTypesAreCompared(t *testing.T) {
	const types = `---@meta

---@class game
---@field LIMIT integer
---@field name string? may be nil
---@field private secret table
game = {}

function game.start() end
function game.gone() end

---@class game.player
---@field health integer
local player = {}
function player:jump() end

function lost() end

--- Greets.
---@param who string
function game.greet(whom, ...) end
`
	const live = `
		game = { LIMIT = 3, start = function() end, greet = function() end, stop = function() end, FLAG = true, secret = {}, _own = 1 }
		stray = {}
		local player = { jump = function() end, duck = function() end }
		player.__index = player
		one = setmetatable({ health = 1 }, player)
	`
	known := &annotations{globals: make(map[string]*annotated), classes: make(map[string]*annotated), modules: make(map[string]*annotated)}
	if err := known.read("game.lua", types); err != nil {
		t.Fatal(err)
	}
	L := lua.NewState()
	defer L.Close()
	if err := L.DoString(live); err != nil {
		t.Fatal(err)
	}
	c := &typeChecker{known: known, L: L, bound: make(map[*annotated]bool), seen: make(map[*lua.LTable]bool)}
	c.globals()
	c.samplesMissing()
	c.compare("game.player", L.GetGlobal("one"), known.classes["game.player"], true)
	wrong := []string{
		"game.lua:21: ---@param who describes no parameter of the function below it",
		"game.lua:21: the parameter whom lacks its ---@param",
		"game.lua:21: the parameter ... lacks its ---@param",
	}
	if diff := cmp.Diff(wrong, known.wrong); diff != "" {
		t.Errorf("wrong (-want +got):\n%s", diff)
	}
	slices.Sort(c.problems)
	want := []string{
		"game.lua:10 annotates game.gone, which does not exist (it is nil): take it out, or write ---@field gone? if it may be nil",
		"game.lua:12 annotates the class game.player, and nothing was compared with it: add an instance to spec/testdata/samples.lua",
		"game.lua:17 annotates the global lost, which does not exist: take it out",
		"nothing annotates game.FLAG, a boolean: add it to game.lua, as a ---@field of its class (private, if it is nobody's business) or as an assignment",
		"nothing annotates one, a table: add it to the lua/types/*.lua that fits, or a new one, as a ---@field of its class (private, if it is nobody's business) or as an assignment",
		"nothing annotates stray, a table: add it to the lua/types/*.lua that fits, or a new one, as a ---@field of its class (private, if it is nobody's business) or as an assignment",
		"nothing annotates the function game.player.duck: add it to game.lua, with what it does, its ---@param and ---@return",
		"nothing annotates the function game.stop: add it to game.lua, with what it does, its ---@param and ---@return",
	}
	if diff := cmp.Diff(want, c.problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
