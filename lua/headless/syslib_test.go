package headless_test

import (
	"testing"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestConfig(t *testing.T) {
	newProject(t, nil, headless.Options{Config: map[string]string{
		"a.text": "x", "a.int": "42", "a.number": "-1.5", "a.one": "1", "a.yes": "True", "a.no": "false", "a.empty": "", "a.hex": "0x10",
	}}).run([]evalCase{
		{"string", `return sys.get_config_string("a.text"), sys.get_config_string("a.int", "d"), sys.get_config("a.text")`, []string{"x", "42", "x"}, ""},
		{"string missing", `return sys.get_config_string("b.c"), sys.get_config_string("b.c", "d")`, []string{"nil", "d"}, ""},
		{"string empty", `return sys.get_config_string("a.empty", "d")`, []string{""}, ""},
		{"int", `return sys.get_config_int("a.int"), sys.get_config_int("a.number", 7)`, []string{"42", "-1"}, ""},
		{"int missing", `return sys.get_config_int("b.c"), sys.get_config_int("b.c", 7), sys.get_config_int("a.text", 7)`, []string{"0", "7", "7"}, ""},
		{"number", `return sys.get_config_number("a.number"), sys.get_config_number("b.c", 0.5)`, []string{"-1.5", "0.5"}, ""},
		{"boolean", `return sys.get_config_boolean("a.one"), sys.get_config_boolean("a.yes"), sys.get_config_boolean("a.no", true)`, []string{"true", "true", "false"}, ""},
		{"boolean missing", `return sys.get_config_boolean("b.c"), sys.get_config_boolean("b.c", true), sys.get_config_boolean("a.text", true)`, []string{"false", "true", "true"}, ""},
		{"key", `sys.get_config_string(5)`, nil, `bad argument #1 to get_config_string (key must be a string "section.key", got number)`},
		{"default", `sys.get_config_int("a.int", "x")`, nil, "bad argument #2 to get_config_int (number expected, got string)"},
		{"string default", `sys.get_config_string("a.int", {})`, nil, "bad argument #2 to get_config_string"},
	})
}

// TestUpdateFrequency: sys.set_update_frequency changes how long a frame is,
// and 0 gives it back to the host.
func TestUpdateFrequency(t *testing.T) {
	clock := headless.NewVirtualClock(time.Unix(1e9, 0), nil)
	p := newProject(t, map[string]string{"a.script": `
		local n = 0
		function update(self, dt)
			n = n + 1
			print(math.floor(dt * 1000 + 0.5))
			if n == 2 then sys.set_update_frequency(10) end
			if n == 3 then msg.post("@system:", "set_update_frequency", {frequency = -1}) end
			if n == 4 then msg.post("@system:", "set_update_frequency", {frequency = 25}) end
			if n == 5 then sys.set_update_frequency(0) end
			if n == 6 then msg.post("@system:", "reboot", {arg1 = "--config=a.b=1"}) end
		end`}, headless.Options{Clock: clock, Rate: 50})
	p.load("a.script")
	if result := p.Run(t.Context()); result.Reason != headless.Exited || result.Code != 0 {
		t.Errorf("the run ended %v", result)
	}
	p.printed("20", "20", "100", "100", "40", "20")
}
