package main

import (
	"errors"
	"io"
	"os"

	"github.com/tickwire/tickwire/lua/luaspec"
)

const testHelp = `Runs specs in busted's style: describe, it, before_each, assert, spy. Each PATH is
a file, or a folder whose *_spec.lua are run, those below it too. Specs run in
virtual time, so a timeout of 3 s costs nothing; with a real socket open, time is
the machine's own.

Exit codes: 0 if all is well, 1 after a failed spec, 2 for a wrong command line
or a file that can't be run.

  tickwire test spec
  tickwire test --tags network --output tap spec/login_spec.lua
`

// testOptions are test's flags and arguments.
type testOptions struct {
	paths             []string
	output            string
	filter            string
	tags, excludeTags list
	shuffle           bool
	seed              uint64
	config            settings
	ca                string
}

// parseOutput reads --output.
func parseOutput(s string) (string, error) {
	switch s {
	case "text", "dots", "tap", "junit":
		return s, nil
	}
	return "", errors.New("want text, dots, tap or junit")
}

// runSpecs runs the specs of the paths.
func runSpecs(std streams, o testOptions) (int, error) {
	if len(o.paths) == 0 {
		return 0, errors.New("no path given; usage: tickwire test [flags] PATH…")
	}
	roots, err := trust(o.ca)
	if err != nil {
		return 0, err
	}
	return luaspec.Command{
		Options: luaspec.Options{
			Config:      o.config,
			TLS:         roots,
			Filter:      o.filter,
			Tags:        o.tags,
			ExcludeTags: o.excludeTags,
			Shuffle:     o.shuffle || o.seed != 0,
			Seed:        o.seed,
		},
		Output: o.output,
		Color:  colored(std.out),
		Stdout: std.out,
		Stderr: std.err,
	}.Run(o.paths...), nil
}

// colored says whether w is a terminal whose user likes colours (no-color.org).
func colored(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(w)
}

// terminal says whether somebody watches w.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
