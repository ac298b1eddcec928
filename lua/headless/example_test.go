package headless_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/tickwire/tickwire/lua/headless"
)

func ExampleNew() {
	root, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(root)
	script := `
function init(self)
	self.count = 0
	timer.delay(0.5, false, function(self, handle, elapsed)
		print("half a second", self.count)
	end)
end

function update(self, dt)
	self.count = self.count + 1
end

function final(self)
	print("bye")
end
`
	if err := os.WriteFile(filepath.Join(root, "count.script"), []byte(script), 0o644); err != nil {
		log.Fatal(err)
	}

	engine, err := headless.New(headless.Options{Root: root})
	if err != nil {
		log.Fatal(err)
	}
	instance, err := engine.LoadScript("count.script")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(instance.URL())
	for range 10 {
		engine.Step(100 * time.Millisecond)
	}
	if err := engine.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// main:/count#count
	// half a second	5
	// bye
}

func ExampleVirtualClock() {
	clock := headless.NewVirtualClock(time.Unix(0, 0), nil)
	clock.AfterFunc(time.Hour, func() { fmt.Println("an hour later") })
	clock.Advance(2 * time.Hour)
	fmt.Println(clock.Now().Unix(), "s")
	// Output:
	// an hour later
	// 7200 s
}
