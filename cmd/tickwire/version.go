package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"text/tabwriter"
)

const versionHelp = `Prints the version of tickwire, of the Go that built it, and of each module in it.
`

// printVersion tells what this program is built of.
func printVersion(std streams) (int, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return 0, errors.New("this program was built without its build information")
	}
	writeVersion(std.out, info)
	return exitOK, nil
}

func writeVersion(w io.Writer, info *debug.BuildInfo) {
	setting := make(map[string]string)
	for _, s := range info.Settings {
		setting[s.Key] = s.Value
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	if revision := setting["vcs.revision"]; revision != "" {
		version += " " + revision[:min(12, len(revision))]
		if setting["vcs.modified"] == "true" {
			version += " with changes"
		}
	}
	fmt.Fprintf(w, "tickwire %s\n", version)
	fmt.Fprintf(w, "built by %s for %s/%s, of:\n", info.GoVersion, setting["GOOS"], setting["GOARCH"])
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			fmt.Fprintf(columns, "  %s\t%s, replaced by %s %s\n", dep.Path, dep.Version, dep.Replace.Path, dep.Replace.Version)
			continue
		}
		fmt.Fprintf(columns, "  %s\t%s\n", dep.Path, dep.Version)
	}
	columns.Flush()
}
