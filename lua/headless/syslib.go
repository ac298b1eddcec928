package headless

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (e *Engine) openSys() error {
	e.register("sys", map[string]lua.LGFunction{
		"get_config":         e.sysConfigString, // Defold's older name
		"get_config_string":  e.sysConfigString,
		"get_config_int":     e.sysConfigInt,
		"get_config_number":  e.sysConfigNumber,
		"get_config_boolean": e.sysConfigBoolean,
		"exit":               e.sysExit,
	})
	return nil
}

// checkKey reads argument 1, "section.key", and what is set there.
func (e *Engine) checkKey(L *lua.LState) (value string, ok bool) {
	key, isString := L.Get(1).(lua.LString)
	if !isString {
		L.ArgError(1, "key must be a string \"section.key\", got "+typeName(L.Get(1)))
	}
	value, ok = e.options.Config[string(key)]
	return strings.TrimSpace(value), ok
}

// sysConfigString is sys.get_config_string(key [, default]); nil without both.
func (e *Engine) sysConfigString(L *lua.LState) int {
	value, ok := e.checkKey(L)
	fallback := L.Get(2)
	if fallback != lua.LNil {
		fallback = lua.LString(L.CheckString(2))
	}
	if ok {
		L.Push(lua.LString(value))
	} else {
		L.Push(fallback)
	}
	return 1
}

// sysConfigInt is sys.get_config_int(key [, default]), 0 without both or where
// the value is no number. A fraction is cut off.
func (e *Engine) sysConfigInt(L *lua.LState) int {
	return e.pushNumber(L, func(n float64) float64 { return math.Trunc(n) })
}

// sysConfigNumber is sys.get_config_number(key [, default]), 0 without both or
// where the value is no number.
func (e *Engine) sysConfigNumber(L *lua.LState) int {
	return e.pushNumber(L, func(n float64) float64 { return n })
}

func (e *Engine) pushNumber(L *lua.LState, round func(float64) float64) int {
	value, ok := e.checkKey(L)
	n := float64(L.OptNumber(2, 0))
	if ok {
		if parsed, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(parsed) {
			n = parsed
		}
	}
	L.Push(lua.LNumber(round(n)))
	return 1
}

// sysConfigBoolean is sys.get_config_boolean(key [, default]): 1 and true are
// true, 0 and false are false; else the default, false without it.
func (e *Engine) sysConfigBoolean(L *lua.LState) int {
	value, ok := e.checkKey(L)
	result := L.OptBool(2, false)
	if ok {
		switch strings.ToLower(value) {
		case "1", "true":
			result = true
		case "0", "false":
			result = false
		}
	}
	L.Push(lua.LBool(result))
	return 1
}

// sysExit is sys.exit(code): the frame goes on to its end, then the run ends.
func (e *Engine) sysExit(L *lua.LState) int {
	code, ok := L.Get(1).(lua.LNumber)
	if !ok {
		L.ArgError(1, "code must be a number, got "+typeName(L.Get(1)))
	}
	e.Exit(int(code))
	return 0
}
