package headless_test

import (
	"path/filepath"
	"testing"

	"github.com/tickwire/tickwire/lua/headless"
)

// TestReloadModule holds that the table that scripts hold has what the new file
// says, that a broken file leaves the old one, and that Scripts names both files.
func TestReloadModule(t *testing.T) {
	p := newProject(t, map[string]string{
		"words.lua": `return { say = function() return "old" end, kept = 1 }`,
		"a.script":  `local words = require("words") function update() print(words.say(), words.kept) end`,
	}, headless.Options{})
	p.load("a.script")
	p.steps(1)
	p.printed("old\t1")
	if got := len(p.Scripts()); got != 2 {
		t.Errorf("%d scripts and modules: %q", got, p.Scripts())
	}
	file := filepath.Join(p.root, "words.lua")
	p.write(map[string]string{"words.lua": `return { say = function() return "new" end }`})
	if err := p.Reload(file); err != nil {
		t.Fatal(err)
	}
	p.steps(1)
	p.printed("new\t1")
	for _, broken := range []string{"return {", "error('no')"} {
		p.write(map[string]string{"words.lua": broken})
		if err := p.Reload(file); err == nil || !contains(err.Error(), "words.lua") {
			t.Errorf("error %v", err)
		}
	}
	p.steps(1)
	p.printed("new\t1")
}
