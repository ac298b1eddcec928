package main

import (
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFlags(t *testing.T) {
	type result struct {
		Rest  []string
		On    bool
		Value string
	}
	for _, test := range []struct {
		args string
		want result
		err  string
	}{
		{args: ""},
		{args: "a b", want: result{Rest: []string{"a", "b"}}},
		{args: "--on a", want: result{Rest: []string{"a"}, On: true}},
		{args: "a --on b -value x", want: result{Rest: []string{"a", "b"}, On: true, Value: "x"}},
		{args: "a --value=x", want: result{Rest: []string{"a"}, Value: "x"}},
		{args: "a -- --on", want: result{Rest: []string{"a", "--on"}}},
		{args: "-- a --on", want: result{Rest: []string{"a", "--on"}}},
		{args: "a --on --", want: result{Rest: []string{"a"}, On: true}},
		{args: "a - --on", want: result{Rest: []string{"a", "-"}, On: true}},
		{args: "a --no", err: "unknown flag --no; did you mean --on?"},
		{args: "--valeu x", err: "unknown flag --valeu; did you mean --value?"},
		{args: "--frobnicate", err: "unknown flag --frobnicate; tickwire help fish lists them"},
		{args: "a --value", err: "the flag --value needs a value"},
		{args: "--on=2", err: `invalid boolean value "2" for --on: parse error`},
		{args: "--odd x", err: `invalid value "x" for --odd: want none`},
		{args: "a -h", err: flag.ErrHelp.Error()},
	} {
		t.Run(test.args, func(t *testing.T) {
			flags := flag.NewFlagSet("fish", flag.ContinueOnError)
			var got result
			flags.BoolVar(&got.On, "on", false, "")
			flags.StringVar(&got.Value, "value", "", "")
			flags.Func("odd", "", func(string) error { return io.EOF })
			var err error
			got.Rest, err = parseFlags(flags, strings.Fields(test.args))
			if test.err != "" {
				if err == nil || strings.Replace(err.Error(), "EOF", "want none", 1) != test.err {
					t.Errorf("error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	names := []string{"run", "test", "echo", "version", "help", "exclude-tags"}
	for typed, want := range map[string]string{
		"rum": "run", "rn": "run", "RUN": "run", "ehco": "echo", "tets": "test", "vresoin": "version",
		"exclude-tag": "exclude-tags", "excludetags": "exclude-tags",
		"": "", "x": "", "bat": "", "frobnicate": "", "serve": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

// TestCommandsTellAllAboutThemselves: what help shows has no holes.
func TestCommandsTellAllAboutThemselves(t *testing.T) {
	for _, c := range commands() {
		if c.short == "" || c.run == nil {
			t.Errorf("%s: short text %q, run %p", c.name, c.short, c.run)
		}
		c.flags.VisitAll(func(f *flag.Flag) {
			value, usage := flag.UnquoteUsage(f)
			if usage == "" || value == "value" || value == "string" {
				t.Errorf("%s --%s %s: %q: a flag says what its value is and what it does", c.name, f.Name, value, usage)
			}
		})
	}
}
