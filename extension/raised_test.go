package extension

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestRaisedTables holds that an error table is reported by its own text, and
// is still what Lua raised.
func TestRaisedTables(t *testing.T) {
	for _, c := range []struct{ name, raise, want string }{
		{"with __tostring", `setmetatable({name = "Mine"}, {__tostring = function(e) return e.name .. ": told" end})`, "callback echo.test:80: Mine: told\nstack traceback:"},
		{"whose __tostring raises", `setmetatable({}, {__tostring = function() error("worse") end})`, "callback echo.test:80: table: 0x"},
		{"whose __tostring is none", `setmetatable({}, {__tostring = 7})`, "callback echo.test:80: table: 0x"},
		{"without", `{}`, "callback echo.test:80: table: 0x"},
		{"that is a text", `"plain"`, "callback echo.test:80: <string>:1: plain\nstack traceback:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var reported error
			inBubble(t, Options{OnError: func(err error) { reported = err }}, func(r *rig) {
				r.do(`open("ws://echo.test/", nil, { connected = function() error(` + c.raise + `) end })`)
				r.frame()
				if reported == nil || !strings.Contains(reported.Error(), c.want) {
					t.Fatalf("reported %v, want %q in it", reported, c.want)
				}
				var raised *lua.ApiError
				if !errors.As(reported, &raised) {
					t.Error("it does not unwrap to what Lua raised")
				}
				if top := r.L.GetTop(); top != 0 {
					t.Errorf("%d values are left on the stack", top)
				}
			})
		})
	}
}
