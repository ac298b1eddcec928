package arg_test

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

type colour struct{ name string }

func (colour) LuaType() string    { return "colour" }
func (c colour) HashText() string { return c.name }

// TestArguments: what is taken, and what is said of the rest.
func TestArguments(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	for name, fn := range map[string]arg.Func{
		"text":     func(c arg.Call) int { return c.Return(lua.LString(c.Text(1))) },
		"opttext":  func(c arg.Call) int { return c.Return(lua.LString(c.OptText(1, "none"))) },
		"number":   func(c arg.Call) int { return c.Return(lua.LNumber(c.Number(1))) },
		"optnum":   func(c arg.Call) int { return c.Return(lua.LNumber(c.OptNumber(1, 7))) },
		"whole":    func(c arg.Call) int { return c.Return(lua.LNumber(c.Whole(1, -2, 5))) },
		"bool":     func(c arg.Call) int { return c.Return(lua.LBool(c.Bool(1))) },
		"tab":      func(c arg.Call) int { return c.Return(lua.LNumber(c.Table(1).Len())) },
		"opttab":   func(c arg.Call) int { return c.Return(lua.LBool(c.OptTable(1) == nil)) },
		"callable": func(c arg.Call) int { return c.Return(c.Function(1)) },
		"name":     func(c arg.Call) int { return c.Return(lua.LString(c.Name(1))) },
	} {
		L.SetGlobal(name, arg.New(L, name, fn))
	}
	L.SetGlobal("red", &lua.LUserData{Value: colour{"red"}, Env: L.Env})
	for _, test := range []struct{ code, want, raises string }{
		{code: `return text("a")`, want: "a"},
		{code: `return text(5)`, want: "5"},
		{code: `return text(nil)`, raises: "bad argument #1 to 'text' (string expected, got nil)"},
		{code: `return text()`, raises: "bad argument #1 to 'text' (string expected, got no value)"},
		{code: `return text(red)`, raises: "(string expected, got colour)"},
		{code: `return opttext()`, want: "none"},
		{code: `return opttext({})`, raises: "(string expected, got table)"},
		{code: `return number(2.5)`, want: "2.5"},
		{code: `return number("2.5")`, want: "2.5"},
		{code: `return number("0")`, want: "0"},
		{code: `return number("two")`, raises: "bad argument #1 to 'number' (number expected, got string)"},
		{code: `return number("")`, raises: "(number expected, got string)"},
		{code: `return number(true)`, raises: "(number expected, got boolean)"},
		{code: `return optnum()`, want: "7"},
		{code: `return whole(5.9)`, want: "5"},
		{code: `return whole(-2)`, want: "-2"},
		{code: `return whole(6)`, raises: "(a number from -2 to 5 expected, got 6)"},
		{code: `return whole(0/0)`, raises: "a number from -2 to 5 expected"},
		{code: `return bool(false)`, want: "false"},
		{code: `return bool(nil)`, raises: "(boolean expected, got nil)"},
		{code: `return tab({1, 2})`, want: "2"},
		{code: `return tab("x")`, raises: "(table expected, got string)"},
		{code: `return opttab()`, want: "true"},
		{code: `return opttab({})`, want: "false"},
		{code: `return callable(print) == print`, want: "true"},
		{code: `return callable(5)`, raises: "(function expected, got number)"},
		{code: `return name(red) .. name("blue")`, want: "redblue"},
		{code: `return name(5)`, raises: "(hash or string expected, got number)"},
	} {
		err := L.DoString(test.code)
		switch {
		case test.raises == "" && err != nil:
			t.Errorf("%s: %v", test.code, err)
		case test.raises == "":
			if got := L.Get(-1).String(); got != test.want {
				t.Errorf("%s is %s, want %s", test.code, got, test.want)
			}
		case err == nil || !strings.Contains(err.Error(), test.raises):
			t.Errorf("%s: error %v, want %q in it", test.code, err, test.raises)
		}
		L.SetTop(0)
	}
}

// TestModules: a module is filled once, at the first look, around what a script
// has put there; two fills of one module add up.
func TestModules(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	modules := arg.NewModules(L)
	fills := 0
	modules.Add("paint", func(module *lua.LTable) {
		fills++
		arg.Fill(L, module, map[string]arg.Func{
			"mix":  func(c arg.Call) int { return c.Return(lua.LString("native")) },
			"thin": func(c arg.Call) int { return c.Return(lua.LString("native")) },
		})
	})
	modules.Functions("paint", func() map[string]arg.Func {
		return map[string]arg.Func{"dry": func(c arg.Call) int { return c.Return(lua.LString("later")) }}
	})
	if err := L.DoString(`assert(require("paint") == paint)`); err != nil {
		t.Fatal(err)
	}
	if fills != 0 {
		t.Errorf("%d fills before the first look", fills)
	}
	if err := L.DoString(`
		function paint.mix() return "mine" end
		paint.shades = 50
		assert(paint.nothing == nil and getmetatable(paint) == nil)
		assert(paint.mix() == "mine" and paint.thin() == "native" and paint.dry() == "later" and paint.shades == 50)
		paint.thin = nil
		assert(paint.thin == nil and paint.nothing == nil)`); err != nil {
		t.Fatal(err)
	}
	if fills != 1 {
		t.Errorf("%d fills, want 1", fills)
	}
}
