package luaspec

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// scriptType names the metatable of what spec_script.load returns.
const scriptType = "luaspec.script"

// loadedScript is a script instance under test.
type loadedScript struct {
	instance *headless.Instance
}

// openScripts enters spec_script.
func (r *runner) openScripts() {
	meta := r.L.NewTypeMetatable(scriptType)
	methods := r.L.SetFuncs(r.L.NewTable(), map[string]lua.LGFunction{
		"message": r.scriptMessage,
		"input":   r.scriptInput,
		"delete":  r.scriptDelete,
		"alive": func(L *lua.LState) int {
			L.Push(lua.LBool(checkScript(L).instance.Alive()))
			return 1
		},
	})
	meta.RawSetString("__index", r.L.NewFunction(func(L *lua.LState) int {
		script := checkScript(L)
		switch key := L.CheckString(2); key {
		case "self":
			L.Push(script.instance.Self())
		case "url":
			L.Push(lua.LString(script.instance.URL()))
		default:
			L.Push(methods.RawGetString(key))
		}
		return 1
	}))
	module := r.L.SetFuncs(r.L.NewTable(), map[string]lua.LGFunction{"load": r.scriptLoad})
	r.L.SetGlobal("spec_script", module)
}

func checkScript(L *lua.LState) *loadedScript {
	if data, ok := L.Get(1).(*lua.LUserData); ok {
		if script, ok := data.Value.(*loadedScript); ok {
			return script
		}
	}
	misuse(L, "bad argument #1 (a script of spec_script.load expected, got "+L.Get(1).Type().String()+")")
	return nil
}

// spec_script.load(path [, properties]) makes an instance of a script file,
// which is deleted after the spec. Its init runs in the next frame; properties
// are in its self before that. A file that no living instance uses is run
// anew, so that its locals are fresh in each spec.
func (r *runner) scriptLoad(L *lua.LState) int {
	path := L.CheckString(1)
	properties := L.OptTable(2, nil)
	if r.engine.Stepping() {
		misuse(L, "spec_script.load: can't load within a callback")
	}
	if living, known := r.scripts[path]; known && living == 0 {
		if err := r.engine.Reload(path); err != nil {
			misuse(L, "spec_script.load: "+loadReason(err))
		}
	}
	current := r.engine.Instance()
	instance, err := r.engine.LoadScript(path)
	r.engine.SetInstance(current)
	if err != nil {
		misuse(L, "spec_script.load: "+loadReason(err))
	}
	if r.scripts == nil {
		r.scripts = make(map[string]int)
	}
	r.scripts[path]++
	r.scope.closers = append(r.scope.closers, func() {
		r.engine.Delete(instance)
		r.scripts[path]--
	})
	if properties != nil {
		properties.ForEach(func(key, value lua.LValue) { L.SetTable(instance.Self(), key, value) })
	}
	data := L.NewUserData()
	data.Value = &loadedScript{instance: instance}
	L.SetMetatable(data, L.GetTypeMetatable(scriptType))
	L.Push(data)
	return 1
}

func loadReason(err error) string {
	var load *headless.LoadError
	if errors.As(err, &load) {
		return load.Text
	}
	return err.Error()
}

// script:message(id [, message]) posts to it; on_message runs in the next
// frame.
func (r *runner) scriptMessage(L *lua.LState) int {
	script := checkScript(L)
	id := L.CheckAny(2)
	message := L.OptTable(3, L.NewTable())
	L.Push(L.GetField(L.GetGlobal("msg"), "post"))
	L.Push(lua.LString(script.instance.URL()))
	L.Push(id)
	L.Push(message)
	L.Call(3, 0)
	return 0
}

// script:input(action_id, action) is an input action of the next frame. As in
// the engine, whoever has the input focus gets it.
func (r *runner) scriptInput(L *lua.LState) int {
	checkScript(L)
	action := headless.Input{ID: L.OptString(2, "")}
	fields := L.OptTable(3, L.NewTable())
	number := func(name string) float64 {
		value := fields.RawGetString(name)
		if value == lua.LNil {
			return 0
		}
		n, ok := value.(lua.LNumber)
		if !ok {
			misuse(L, fmt.Sprintf("bad argument #2 to 'input' (field '%s' must be a number, got %s)", name, value.Type()))
		}
		return float64(n)
	}
	flag := func(name string) bool { return lua.LVAsBool(fields.RawGetString(name)) }
	action.Value = number("value")
	action.X, action.Y, action.DX, action.DY = number("x"), number("y"), number("dx"), number("dy")
	action.Pressed, action.Released, action.Repeated = flag("pressed"), flag("released"), flag("repeated")
	action.Text = lua.LVAsString(fields.RawGetString("text"))
	r.engine.Input(action)
	return 0
}

// script:delete() deletes the instance: final runs, its connections close.
func (r *runner) scriptDelete(L *lua.LState) int {
	r.engine.Delete(checkScript(L).instance)
	return 0
}
