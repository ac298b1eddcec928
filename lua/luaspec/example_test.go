package luaspec_test

import (
	"testing"

	"github.com/tickwire/tickwire/lua/luaspec"
)

// The specs of a project, in its folder spec, under go test. Each it is a test:
//
//	go test -run 'TestSpecs/login_spec/login/tells'
func ExampleRun() {
	_ = func(t *testing.T) { // func TestSpecs(t *testing.T)
		luaspec.Run(t, "spec")
	}
}

// Only the quick ones, with a project's configuration, in another order each
// time.
func ExampleOptions_Run() {
	_ = func(t *testing.T) {
		luaspec.Options{
			Root:        "..",
			Config:      map[string]string{"server.url": "ws://lobby.test/"},
			ExcludeTags: []string{"slow"},
			Shuffle:     true,
		}.Run(t, "../spec")
	}
}
