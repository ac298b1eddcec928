// Package arg reads the arguments of a function that a script calls, and raises
// for a bad one as Lua's own libraries do: "bad argument #1 to 'request' (string
// expected, got nil)".
package arg

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// Call is one call of a Go function by a script.
type Call struct {
	*lua.LState
	name string
}

// Func is a function that scripts call. It returns how many results it pushed.
type Func func(c Call) int

// New makes fn callable; name is what its errors call it.
func New(L *lua.LState, name string, fn Func) *lua.LFunction {
	return L.NewFunction(func(L *lua.LState) int { return fn(Call{L, name}) })
}

// Fill enters functions in a table that lack there: what a script has put in
// their place stays.
func Fill(L *lua.LState, t *lua.LTable, functions map[string]Func) {
	for name, fn := range functions {
		if t.RawGetString(name) == lua.LNil {
			t.RawSetString(name, New(L, name, fn))
		}
	}
}

// Typed is what the value of a userdata implements that has a type's name of
// its own.
type Typed interface{ LuaType() string }

// Hash is what the value of a hash's userdata implements.
type Hash interface{ HashText() string }

// NameOf reads a hash or a string, as which scripts give names.
func NameOf(v lua.LValue) (name string, ok bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case *lua.LUserData:
		if h, ok := v.Value.(Hash); ok {
			return h.HashText(), true
		}
	}
	return "", false
}

// TypeName is what errors call the type of v.
func TypeName(v lua.LValue) string {
	if data, ok := v.(*lua.LUserData); ok {
		if typed, ok := data.Value.(Typed); ok {
			return typed.LuaType()
		}
	}
	return v.Type().String()
}

// Fail raises for argument n.
func (c Call) Fail(n int, format string, args ...any) {
	c.RaiseError("bad argument #%d to '%s' (%s)", n, c.name, fmt.Sprintf(format, args...))
}

// Expected raises for argument n, which should be a want.
func (c Call) Expected(n int, want string) {
	got := "no value"
	if n <= c.GetTop() {
		got = TypeName(c.Get(n))
	}
	c.Fail(n, "%s expected, got %s", want, got)
}

// NewTable is an empty table. gopher-lua's own makes room for 32 items and 32 keys,
// 3 KiB.
func (c Call) NewTable() *lua.LTable { return c.CreateTable(0, 0) }

// Missing tells whether argument n is nil or was not given.
func (c Call) Missing(n int) bool { return c.Get(n) == lua.LNil }

// Text is argument n, a string or a number.
func (c Call) Text(n int) string {
	switch v := c.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return v.String()
	}
	c.Expected(n, "string")
	return ""
}

// OptText is Text, or fallback for nil.
func (c Call) OptText(n int, fallback string) string {
	if c.Missing(n) {
		return fallback
	}
	return c.Text(n)
}

// Name is argument n, a hash or a string.
func (c Call) Name(n int) string {
	name, ok := NameOf(c.Get(n))
	if !ok {
		c.Expected(n, "hash or string")
	}
	return name
}

// Number is argument n, a number or a text of one.
func (c Call) Number(n int) float64 {
	switch v := c.Get(n).(type) {
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		if number, ok := lua.LVAsNumber(v), lua.LVCanConvToString(v); ok && (number != 0 || isZero(string(v))) {
			return float64(number)
		}
	}
	c.Expected(n, "number")
	return 0
}

// isZero tells a text that is the number 0 from one that is none: LVAsNumber
// gives 0 for both.
func isZero(text string) bool {
	var n float64
	_, err := fmt.Sscan(text, &n)
	return err == nil && n == 0
}

// OptNumber is Number, or fallback for nil.
func (c Call) OptNumber(n int, fallback float64) float64 {
	if c.Missing(n) {
		return fallback
	}
	return c.Number(n)
}

// Whole is argument n, a number whose fraction is cut off, from least to most.
func (c Call) Whole(n, least, most int) int {
	number := c.Number(n)
	if math.IsNaN(number) || math.Trunc(number) < float64(least) || math.Trunc(number) > float64(most) {
		c.Fail(n, "a number from %d to %d expected, got %v", least, most, number)
	}
	return int(number)
}

// Bool is argument n, true or false.
func (c Call) Bool(n int) bool {
	v, ok := c.Get(n).(lua.LBool)
	if !ok {
		c.Expected(n, "boolean")
	}
	return bool(v)
}

// Table is argument n.
func (c Call) Table(n int) *lua.LTable {
	t, ok := c.Get(n).(*lua.LTable)
	if !ok {
		c.Expected(n, "table")
	}
	return t
}

// OptTable is Table, or nil for nil.
func (c Call) OptTable(n int) *lua.LTable {
	if c.Missing(n) {
		return nil
	}
	return c.Table(n)
}

// Function is argument n.
func (c Call) Function(n int) *lua.LFunction {
	f, ok := c.Get(n).(*lua.LFunction)
	if !ok {
		c.Expected(n, "function")
	}
	return f
}

// Return pushes the results and counts them.
func (c Call) Return(results ...lua.LValue) int {
	for _, v := range results {
		c.Push(v)
	}
	return len(results)
}
