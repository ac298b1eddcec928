// Command command is an ordinary program around luaspec.Command: what the tests
// build to see that specs run outside of go test.
package main

import (
	"flag"
	"os"

	"github.com/tickwire/tickwire/lua/luaspec"
)

func main() {
	var c luaspec.Command
	flag.StringVar(&c.Output, "output", "", "text, dots, tap or junit")
	flag.StringVar(&c.Filter, "filter", "", "a Lua pattern")
	flag.Parse()
	os.Exit(c.Run(flag.Args()...))
}
