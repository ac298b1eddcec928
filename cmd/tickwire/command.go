package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// streams is where a command prints.
type streams struct{ out, err io.Writer }

// The exit codes, but for sys.exit's own.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one of tickwire's commands.
type command struct {
	name      string
	arguments string // as usage shows them
	short     string // one line for the list of commands
	long      string // what help says besides the flags
	flags     *flag.FlagSet
	// run gets what is left without the flags. An error is what the user did
	// wrong: it becomes one line on stderr, and exit code 2.
	run func(std streams, args []string) (code int, err error)
}

// dispatch runs what the arguments ask for and returns the exit code.
func dispatch(args []string, std streams) int {
	all := commands()
	if len(args) == 0 {
		printOverview(std.out, all)
		return exitOK
	}
	name, args := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-v", "-version", "--version":
		name = "version"
	}
	c, err := findCommand(all, name)
	if err != nil {
		fmt.Fprintf(std.err, "tickwire: %v\n", err)
		return exitUsage
	}
	args, err = parseFlags(c.flags, args)
	if errors.Is(err, flag.ErrHelp) {
		c.printHelp(std.out)
		return exitOK
	}
	code := exitUsage
	if err == nil {
		code, err = c.run(std, args)
	}
	if err != nil {
		fmt.Fprintf(std.err, "tickwire %s: %v\n", c.name, err)
		return exitUsage
	}
	return code
}

// findCommand looks a command up, or says which one may have been meant.
func findCommand(all []*command, name string) (*command, error) {
	names := make([]string, len(all))
	for i, c := range all {
		if c.name == name {
			return c, nil
		}
		names[i] = c.name
	}
	if strings.HasPrefix(name, "-") {
		return nil, fmt.Errorf("the flag %s needs a command before it; tickwire help lists them", name)
	}
	if meant := nearest(name, names); meant != "" {
		return nil, fmt.Errorf("unknown command %q; did you mean %s?", name, meant)
	}
	return nil, fmt.Errorf("unknown command %q; tickwire help lists them", name)
}

// parseFlags reads the flags wherever they stand and returns the rest. What
// follows -- is no flag. (Package flag stops at the first argument that is none;
// who types "run game.script --for 3s" means the flag.)
func parseFlags(flags *flag.FlagSet, args []string) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	for {
		if err := flags.Parse(args); err != nil {
			return nil, flagError(flags, err)
		}
		left := flags.Args()
		read := len(args) - len(left)
		if len(left) == 0 || read > 0 && args[read-1] == "--" {
			return append(rest, left...), nil
		}
		rest = append(rest, left[0])
		args = left[1:]
	}
}

// flagError puts package flag's texts into the form in which people type flags.
func flagError(flags *flag.FlagSet, err error) error {
	text := err.Error()
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if _, name, found := strings.Cut(text, "flag provided but not defined: -"); found {
		var names []string
		flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		if meant := nearest(name, names); meant != "" {
			return fmt.Errorf("unknown flag --%s; did you mean --%s?", name, meant)
		}
		return fmt.Errorf("unknown flag --%s; tickwire help %s lists them", name, flags.Name())
	}
	if _, name, found := strings.Cut(text, "flag needs an argument: -"); found {
		return fmt.Errorf("the flag --%s needs a value", name)
	}
	// "invalid value "x" for flag -for: want …", and for -echo without "flag"
	before, after, _ := strings.Cut(text, " for ")
	return fmt.Errorf("%s for -%s", before, strings.TrimPrefix(after, "flag "))
}

// noArguments complains about the arguments of a command that takes none.
func noArguments(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("takes no arguments, but got %q", args[0])
	}
	return nil
}

// list is a flag's values, separated by commas.
type list []string

func (l *list) set(s string) error {
	for value := range strings.SplitSeq(s, ",") {
		value = strings.TrimPrefix(strings.TrimSpace(value), "#")
		if value != "" && !slices.Contains(*l, value) {
			*l = append(*l, value)
		}
	}
	return nil
}
