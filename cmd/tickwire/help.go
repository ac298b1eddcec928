package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const overview = `Tickwire runs Defold-style Lua scripts with WebSockets, without a window.

Usage: tickwire COMMAND [arguments]

`

const overviewEnd = `
tickwire help COMMAND tells all about one. To see a script talk over a socket:

  tickwire run --echo examples/echo/echo.script
`

// printHelp is the help command.
func printHelp(std streams, args []string) (int, error) {
	all := commands()
	if len(args) == 0 {
		printOverview(std.out, all)
		return exitOK, nil
	}
	if err := noArguments(args[1:]); err != nil {
		return 0, fmt.Errorf("takes one command, but got %q too", args[1])
	}
	c, err := findCommand(all, args[0])
	if err != nil {
		return 0, err
	}
	c.printHelp(std.out)
	return exitOK, nil
}

func printOverview(w io.Writer, all []*command) {
	io.WriteString(w, overview)
	for _, c := range all {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.short)
	}
	io.WriteString(w, overviewEnd)
}

// printHelp tells all about a command.
func (c *command) printHelp(w io.Writer) {
	fmt.Fprintf(w, "tickwire %s: %s\n\nUsage: %s\n", c.name, c.short, strings.TrimSpace("tickwire "+c.name+" "+c.arguments))
	if c.long != "" {
		fmt.Fprintf(w, "\n%s", c.long)
	}
	heading := "\nFlags, which may stand anywhere; what follows -- is none:\n"
	c.flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			value = ""
		}
		fmt.Fprintf(w, "%s  %s\n      %s%s\n", heading, strings.TrimSpace("--"+f.Name+" "+value),
			strings.ReplaceAll(usage, "\n", "\n      "), byDefault(f))
		heading = ""
	})
}

// byDefault tells a flag's default, if it has one.
func byDefault(f *flag.Flag) string {
	switch f.DefValue {
	case "", "0", "false":
		return ""
	}
	return " (default " + f.DefValue + ")"
}
