package spec

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// builtinTypes are what LuaLS knows without an annotation.
var builtinTypes = []string{"any", "nil", "boolean", "string", "number", "integer", "function", "table", "thread", "userdata",
	"lightuserdata", "unknown", "self", "true", "false", "fun", "file*"}

var (
	typedLine   = regexp.MustCompile(`^---@(?:param +[\w.]+\?? +|field +(?:private |protected |package |public )?(?:\[.+?\]|[\w]+)\?? +|return +|type +|overload +|alias +[\w.]+ +|class +(?:\([a-z]+\) +)?[\w.]+(?:<[^>]*>)? *: *)(.+)`)
	namedLine   = regexp.MustCompile(`^---@(?:class +(?:\([a-z]+\) +)?|alias +|enum +)([\w.]+)`)
	genericLine = regexp.MustCompile(`^---@generic +(.+)`)
	typeToken   = regexp.MustCompile(`^(?:[A-Za-z_][\w.]*\*?|"[^"]*"|'[^']*'|` + "`[^`]*`" + `|-?\d+|\.\.\.|.)`)
)

// typeNames are the names of types in a type expression, which ends with the
// first blank that no operator needs: the rest of the line is a comment.
func typeNames(text string) (names []string) {
	type open struct{ bracket, before string }
	var stack []open
	var tokens []string
	for text != "" {
		rest := strings.TrimLeft(text, " \t")
		last := ""
		if len(tokens) > 0 {
			last = tokens[len(tokens)-1]
		}
		if rest != text && len(stack) == 0 && last != "" && !strings.ContainsAny(last, "|:,") && !strings.HasPrefix(rest, "|") {
			break
		}
		token := typeToken.FindString(rest)
		text = rest[len(token):]
		before := last
		switch token {
		case "(", "{", "<", "[":
			stack = append(stack, open{token, before})
		case ")", "}", ">", "]":
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
		tokens = append(tokens, token)
		if first := token[0] | 0x20; first != '_'|0x20 && (first < 'a' || first > 'z') {
			continue
		}
		// What stands before a colon is a name: of a parameter, a field or a value
		// that is returned; a parameter may have no type.
		if strings.HasPrefix(strings.TrimPrefix(text, "?"), ":") {
			continue
		}
		if len(stack) > 0 && (before == "(" || before == ",") && stack[len(stack)-1] == (open{"(", "fun"}) {
			continue
		}
		names = append(names, token)
	}
	return names
}

// TestTypesAreKnown holds that each type that lua/types names is one: a class,
// an alias or LuaLS' own.
func TestTypesAreKnown(t *testing.T) {
	files, err := filepath.Glob("../lua/types/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no annotations: %v", err)
	}
	known := slices.Clone(builtinTypes)
	texts := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(text)
		for line := range strings.Lines(string(text)) {
			if m := namedLine.FindStringSubmatch(line); m != nil {
				known = append(known, m[1])
			}
		}
	}
	for _, file := range files {
		var generics []string
		scanner := bufio.NewScanner(strings.NewReader(texts[file]))
		for number := 1; scanner.Scan(); number++ {
			line := scanner.Text()
			if !strings.HasPrefix(line, "---") {
				generics = nil
			}
			if m := genericLine.FindStringSubmatch(line); m != nil {
				for name := range strings.SplitSeq(m[1], ",") {
					name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
					generics = append(generics, strings.TrimSpace(name))
				}
			}
			m := typedLine.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			for _, name := range typeNames(m[1]) {
				if !slices.Contains(known, name) && !slices.Contains(generics, name) {
					t.Errorf("lua/types/%s:%d: there is no type %s: want a ---@class or ---@alias of lua/types, or one of LuaLS' own",
						filepath.Base(file), number, name)
				}
			}
		}
	}
}

// TestTypeNames holds what is read as the name of a type, and what isn't.
func TestTypeNames(t *testing.T) {
	for text, want := range map[string][]string{
		"string the url":                            {"string"},
		"string|url|hash|nil a word":                {"string", "url", "hash", "nil"},
		"game.player? of it":                        {"game.player"},
		"table<string, game.player[]> by name":      {"table", "string", "game.player"},
		`"a"|"b b"|nil one`:                         {"nil"},
		"fun(self: any, other): boolean what is so": {"fun", "any", "boolean"},
		"fun(a: x?, ...): y, z":                     {"fun", "x", "y", "z"},
		"{ a: x, b: { c: y } }[] list":              {"x", "y"},
		"{ [string]: x }":                           {"string", "x"},
		"(fun(): x)|nil why":                        {"fun", "x", "nil"},
		"fun(a: integer): name: string, n: integer": {"fun", "integer", "string", "integer"},
		"{ f: fun(a): b: x?, c: y }":                {"fun", "x", "y"},
		"x | y | z then":                            {"x", "y", "z"},
	} {
		if diff := cmp.Diff(want, typeNames(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", fmt.Sprintf("%q", text), diff)
		}
	}
}
