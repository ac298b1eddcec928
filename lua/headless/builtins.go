package headless

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/inert"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/vmath"
)

// openBuiltins enters the modules whose functions come with the first look.
func (e *Engine) openBuiltins() error {
	e.builtins = arg.NewModules(e.L)
	e.builtins.Add("sys", e.fillSys)
	e.builtins.Functions("types", typesFunctions)
	inert.Open(e.L, inert.Options{
		VMath:     e.vmath,
		Hash:      e.Hash,
		URL:       e.senderOf,
		Load:      e.loadText,
		NextFrame: e.nextFrame,
		Touched:   func(module string) { e.passOver("the module " + module) },
		Width:     e.configWhole("display.width"),
		Height:    e.configWhole("display.height"),
	})
	return nil
}

// register makes a global table and what require returns, with room for no more
// than its functions: gopher-lua's RegisterModule makes some for 32, 3 KiB.
func (e *Engine) register(name string, functions map[string]lua.LGFunction) *lua.LTable {
	module := e.L.SetFuncs(e.L.CreateTable(0, len(functions)+1), functions)
	e.L.SetGlobal(name, module)
	e.modules.loaded.RawSetString(name, module)
	return module
}

// senderOf is the url that a script's name for a component leads to, nil if it
// is none.
func (e *Engine) senderOf(component lua.LValue) lua.LValue {
	if a, ok := toAddress(component); ok {
		return e.url(*a)
	}
	var a address
	if path, ok := toHash(component); ok {
		a.path = path
	} else if text, ok := component.(lua.LString); ok {
		a, _ = parseAddress(string(text))
	} else {
		return lua.LNil
	}
	if a, err := a.resolve(e.running()); err == nil {
		return e.url(a)
	}
	return lua.LNil
}

// loadText is a file of the project, nil for none.
func (e *Engine) loadText(name string) lua.LValue {
	data, err := readBounded(e.resource(name), maxResource)
	if err != nil {
		return lua.LNil
	}
	return lua.LString(data)
}

// configWhole is a setting that is a whole number, 0 for none.
func (e *Engine) configWhole(key string) int {
	n, err := strconv.Atoi(e.options.Config[key])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// typesFunctions is the module types: what a value is.
func typesFunctions() map[string]arg.Func {
	is := func(test func(v lua.LValue) bool) arg.Func {
		return func(c arg.Call) int { return c.Return(lua.LBool(test(c.Get(1)))) }
	}
	return map[string]arg.Func{
		"is_hash":    is(func(v lua.LValue) bool { _, ok := toHash(v); return ok }),
		"is_url":     is(func(v lua.LValue) bool { _, ok := toAddress(v); return ok }),
		"is_vector":  is(isVMath[vmath.Vector]),
		"is_vector3": is(isVMath[vmath.Vector3]),
		"is_vector4": is(isVMath[vmath.Vector4]),
		"is_quat":    is(isVMath[vmath.Quat]),
		"is_matrix4": is(isVMath[vmath.Matrix4]),
	}
}

func isVMath[T vmath.Vector | vmath.Vector3 | vmath.Vector4 | vmath.Quat | vmath.Matrix4](v lua.LValue) bool {
	_, ok := vmath.To[T](v)
	return ok
}
