package project_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/project"
)

// dump writes a node in one line.
func dump(n *project.Node) string {
	var parts []string
	for _, f := range n.Fields {
		var value string
		switch f.Value.Kind {
		case project.Text:
			value = fmt.Sprintf("%q", f.Value.Text)
		case project.Number:
			value = fmt.Sprint(f.Value.Number)
		case project.Word:
			value = f.Value.Text
		default:
			value = "{" + dump(f.Value.Node) + "}"
		}
		parts = append(parts, fmt.Sprintf("%d %s=%s", f.Line, f.Name, value))
	}
	return strings.Join(parts, " ")
}

// textCases are texts and what they are, or the error.
var textCases = []struct{ name, text, want, fails string }{
	{"empty", "", "", ""},
	{"comments and blanks", "# one\n\n  # two", "", ""},
	{"a byte order mark", "\xef\xbb\xbfa: 1", "1 a=1", ""},
	{"numbers", "a: 1 b: -2.5 c: 1e3 d: 0x1F e: 1.5f f: - 3 g: .5", "1 a=1 1 b=-2.5 1 c=1000 1 d=31 1 e=1.5 1 f=-3 1 g=0.5", ""},
	{"infinity", "a: inf b: -inf", "1 a=+Inf 1 b=-Inf", ""},
	{"words", "a: true\nb: TYPE_BOX", "1 a=true 2 b=TYPE_BOX", ""},
	{"texts", `a: "x" b: 'y "z"'`, `1 a="x" 1 b="y \"z\""`, ""},
	{"texts in pieces", "a: \"x\\n\"\n  \"y\"", `1 a="x\ny"`, ""},
	{"escapes", `a: "\t\"\\\101\x41\u00e9\'"`, `1 a="\t\"\\AAé'"`, ""},
	{"messages", "a { b: 1 }\nc: { d: 2 } e < f: 3 >", "1 a={1 b=1} 2 c={2 d=2} 2 e={2 f=3}", ""},
	{"lists", `a: [1, 2] b: [] c: ["x"]`, `1 a=1 1 a=2 1 c="x"`, ""},
	{"separators", "a: 1; b: 2, c { d: 3; }", "1 a=1 1 b=2 1 c={1 d=3}", ""},
	{"carriage returns", "a: 1\r\nb: 2\r\n", "1 a=1 2 b=2", ""},

	{"no end of a message", "a {\n b: 1\n", "", "f:3: '}' of the message that begins in line 1 is missing"},
	{"no value", "a:\n}", "", `f:2: want a value for a, got "}"`},
	{"no colon", "a 1", "", `f:1: want : or { after a, got "1"`},
	{"no name", "a: 1\n: 2", "", `f:2: want a field's name, got ":"`},
	{"no end of a text", "a: \"x\nb: 1", "", `f:1: a text has no " at its end`},
	{"a backslash at the end", `a: "\`, "", "f:1: a text ends in a backslash"},
	{"an escape that is none", `a: "\q"`, "", `f:1: a text has \q, which stands for nothing`},
	{"digits that are missing", `a: "\xg"`, "", `f:1: a text has \x without its digits`},
	{"a number that is none", "a: 1.2.3", "", `f:1: want a number for a, got "1.2.3"`},
	{"no end of a list", "a: [1 2]", "", `f:1: want , or ] in the list of a, got "2"`},
	{"too deep", strings.Repeat("a {", 200), "", "f:1: more than 100 messages within messages"},
}

func TestParse(t *testing.T) {
	for _, c := range textCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := project.Parse("f", c.text)
			if c.fails != "" {
				wantError(t, err, c.fails)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, dump(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEmbeddedErrorsNameTheOuterLine holds that trouble within data: "…" is
// found in the file that the user edits.
func TestEmbeddedErrorsNameTheOuterLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a piece a line", "data: \"a: 1\\n\"\n\"b: 2\\n\"\n\"c\\n\"\n\"\"", "f:4: want : or { after c"},
		{"one piece", "\n\ndata: \"a: 1\\nb\\n\"", "f:3: want : or { after b"},
		{"text within text", "data: \"data: \\\"a: 1\\\\n\\\"\\n\"\n\"  \\\"b\\\\n\\\"\\n\"", "f:2: want : or { after b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			node, err := project.Parse("f", c.text)
			for err == nil {
				node, err = node.Fields[0].Value.Embedded("f")
			}
			wantError(t, err, c.want)
		})
	}
}

// FuzzText holds that no text makes the parser panic, that errors name a line of
// the text, and that numbers are none that a text can't write.
func FuzzText(f *testing.F) {
	for _, c := range textCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		node, err := project.Parse("f", text)
		if err != nil {
			var failed *project.Error
			if !errors.As(err, &failed) || failed.Line < 1 || failed.Line > 1+strings.Count(text, "\n") {
				t.Fatalf("error %#v", err)
			}
			return
		}
		var walk func(n *project.Node)
		walk = func(n *project.Node) {
			for _, field := range n.Fields {
				switch v := field.Value; v.Kind {
				case project.Message:
					walk(v.Node)
				case project.Text:
					_, _ = v.Embedded("f")
				case project.Number:
					if math.IsNaN(v.Number) && !strings.Contains(strings.ToLower(text), "nan") {
						t.Fatal("a number came out of nothing")
					}
				}
			}
		}
		walk(node)
	})
}
