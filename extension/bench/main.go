// Command bench measures what go test -bench can't: whole processes.
//
// It is a module of its own, so that what it compares with stays out of
// Tickwire's dependencies. Run it in this folder:
//
//	go run . idle [-n 10000]    resident memory of an idle connection
//	go run . echo [-turns 5]    echoes through a Lua callback, against other clients
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	var err error
	switch os.Args[1] {
	case "idle":
		n := flags.Int("n", 10_000, "connections")
		flags.Parse(os.Args[2:])
		err = idle(*n)
	case "echo":
		turns := flags.Int("turns", 5, "turns that count")
		flags.Parse(os.Args[2:])
		err = echo(*turns)
	case "serve": // the other process of a measurement
		err = serve()
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: bench idle [-n connections] | echo [-turns n]")
	os.Exit(2)
}
