package headless_test

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// TestRaisedTables holds that an error table is reported by its own text and
// with its place, and is still what Lua raised.
func TestRaisedTables(t *testing.T) {
	const raise = `
		local function mine() return setmetatable({}, {__tostring = function() return "Mine: told" end}) end
	`
	p := newProject(t, map[string]string{
		"init.script": raise + `function init() error(mine()) end`,
		"load.script": raise + "\n\nlocal function f() error(mine()) end f()",
		"bad.script":  raise + `function init() error(setmetatable({}, {__tostring = error})) end`,
	}, headless.Options{})
	for _, file := range []string{"init.script", "bad.script"} {
		if _, err := p.LoadScript(file); err != nil {
			t.Fatal(err)
		}
	}
	p.Step(frame)
	if len(p.errors) != 2 || !strings.Contains(p.errors[0].Error(), "init of main:/init#init: Mine: told\nstack traceback:") ||
		!strings.Contains(p.errors[1].Error(), "table: 0x") {
		t.Errorf("reported %q, want the first one's own text", p.errors)
	}
	var raised *lua.ApiError
	if !errors.As(p.errors[0], &raised) {
		t.Error("it does not unwrap to what Lua raised")
	}
	p.errors = nil
	_, err := p.LoadScript("load.script")
	if want := "load.script:5: Mine: told"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("load: %v, want %q at its end", err, want)
	}
}
