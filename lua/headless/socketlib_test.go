package headless_test

import (
	"testing"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestSocketGettime(t *testing.T) {
	clock := headless.NewVirtualClock(time.Unix(1000, 0), nil)
	p := newProject(t, nil, headless.Options{Clock: clock})
	clock.Advance(2500 * time.Millisecond)
	p.run([]evalCase{
		{"gettime", `return socket.gettime()`, []string{"1002.5"}, ""},
		{"require", `return require("socket") == socket, package.loaded.socket == socket`, []string{"true", "true"}, ""},
	})
}
