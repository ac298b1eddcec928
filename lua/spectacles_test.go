package luasrc_test

import (
	"errors"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
)

// TestSpectaclesWithoutEngine holds that a host without settings has the device's
// rules, and that it may bring settings of its own.
func TestSpectaclesWithoutEngine(t *testing.T) {
	for _, c := range []struct{ name, host, ws, api string }{
		{"without settings", ``, "SecurityError", "NotAllowedError"},
		{"with settings", `
			local settings = { ["spectacles.experimental"] = "1", ["spectacles.api_specs"] = "weather" }
			sys = { get_config_string = function(key, default) return settings[key] or default end }`, "fine", "fine"},
		{"with other settings", `sys = { get_config_string = function() end }`, "SecurityError", "NotAllowedError"},
	} {
		t.Run(c.name, func(t *testing.T) {
			L := lua.NewState()
			defer L.Close()
			ext := extension.New(extension.Options{})
			defer ext.Close()
			L.SetGlobal("want_ws", lua.LString(c.ws))
			L.SetGlobal("want_api", lua.LString(c.api))
			if err := errors.Join(ext.Open(L), luasrc.Open(L), L.DoString(c.host), L.DoString(`
				local module = require("tickwire.spectacles")
				local function result(...)
					local ok, problem = pcall(...)
					return ok and "fine" or problem.name
				end
				local function want(expected, got) assert(got == expected, got) end
				want(want_ws, result(module.createWebSocket, module, "ws://127.0.0.1:9/"))
				want(want_api, result(module.createAPIWebSocket, module, "weather", "wss://127.0.0.1:9/"))
				want("fine", result(module.createWebSocket, module, "wss://127.0.0.1:9/"))`)); err != nil {
				t.Error(err)
			}
		})
	}
}
