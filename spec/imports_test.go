package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path of our own packages, which the rules name without it.
const module = "github.com/tickwire/tickwire/"

// importRule says what packages may not import, directly or through others.
// Their tests may: they drive a package from outside, with wstest for one.
type importRule struct {
	name     string
	packages string // "a/b" is that one, "a/b/..." it and those below it
	never    func(path string) bool
}

// importRules are the house's: imports run one way.
var importRules = []importRule{
	// Law 1: what runs off the tick can't touch a Lua value.
	{"internal knows no Lua", "extension/internal/...", isGopherLua},
	{"internal imports internal", "extension/internal/...", oursBut("extension/internal/...")},
	{"tick imports only what is Go's", "extension/internal/tick", isForeign},
	{"extension imports internal", "extension", oursBut("extension/internal/...")},
	{"wstest imports internal", "extension/wstest", oursBut("extension/internal/...")},
	{"wstest knows no Lua", "extension/wstest", isGopherLua},
	// The engine knows a System; who wires it knows the extension.
	{"headless imports modules that need no engine", "lua/headless", oursBut("lua/luajit", "lua/luajson", "lua/vmath", "lua/bytelib", "lua/inert", "lua/internal/...")},
	{"bytelib imports none of ours but how arguments are read", "lua/bytelib", oursBut("lua/internal/...")},
	{"inert imports vmath", "lua/inert", oursBut("lua/vmath", "lua/internal/...")},
	{"vmath imports none of ours but how arguments are read", "lua/vmath", oursBut("lua/internal/...")},
	{"luajit imports none of ours but how libraries are made late", "lua/luajit", oursBut("lua/internal/lazy")},
	{"luajson imports none of ours", "lua/luajson", oursBut()},
	{"project imports none of ours", "lua/project", oursBut()},
	{"world knows no network and no command", "lua/world/...", matcher("extension/...", "lua/luaspec/...", "lua/httplib", "lua/luasocket", "cmd/...", "spec/...")},
	{"project knows no Lua", "lua/project", isGopherLua},
	{"the embedded modules' package imports json alone", "lua", oursBut("lua/luajson")},
	{"luaspec imports extension, wstest, headless and the modules", "lua/luaspec",
		oursBut("lua/project", "lua/world/...", "extension", "extension/internal/...", "extension/wstest", "lua", "lua/luajit", "lua/luajson", "lua/headless", "lua/httplib", "lua/luasocket", "lua/vmath", "lua/bytelib", "lua/inert", "lua/internal/...")},
	{"luasocket imports none of ours but how arguments are read", "lua/luasocket", oursBut("lua/internal/...")},
	{"httplib imports none of ours but how arguments are read", "lua/httplib", oursBut("lua/internal/...")},
	{"what modules share imports none of ours", "lua/internal/...", oursBut("lua/internal/...")},
	{"the modules import no command, no spec and no engine", "extension/...", matcher("cmd/...", "spec/...", "lua/...")},
	{"the Lua side imports no command and no spec", "lua/...", matcher("cmd/...", "spec/...")},
	{"the command imports no other command", "cmd/tickwire", oursBut("cmd/tickwire/...", "extension/...", "lua/...")},
}

// TestImportsRunOneWay holds the house's walls: a boundary is a package, not a
// comment.
func TestImportsRunOneWay(t *testing.T) {
	all := goList(t)
	for _, rule := range importRules {
		t.Run(rule.name, func(t *testing.T) {
			bound := matcher(rule.packages)
			held := 0
			for _, p := range all {
				if !bound(p.ImportPath) {
					continue
				}
				held++
				for _, path := range p.Deps {
					if rule.never(path) {
						t.Errorf("%s imports %s", p.ImportPath, path)
					}
				}
			}
			if held == 0 {
				t.Errorf("there is no package %s", rule.packages)
			}
		})
	}
}

// TestFramesAreGobwas holds that gobwas/ws is what reads and writes frames.
func TestFramesAreGobwas(t *testing.T) {
	if !slices.ContainsFunc(goList(t), func(p listed) bool {
		return p.ImportPath == module+"extension/internal/wire" && slices.Contains(p.Imports, "github.com/gobwas/ws")
	}) {
		t.Errorf("extension/internal/wire does not import github.com/gobwas/ws")
	}
}

func isGopherLua(path string) bool { return strings.HasPrefix(path, "github.com/yuin/gopher-lua") }

// isForeign tells whether a package is neither Go's own nor ours.
func isForeign(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") && !strings.HasPrefix(path, module)
}

// oursBut tells which of our packages match none of the patterns.
func oursBut(patterns ...string) func(path string) bool {
	allowed := matcher(patterns...)
	return func(path string) bool { return strings.HasPrefix(path, module) && !allowed(path) }
}

// matcher tells which packages are ours and match one of the patterns.
func matcher(patterns ...string) func(path string) bool {
	return func(path string) bool {
		own, ok := strings.CutPrefix(path, module)
		return ok && slices.ContainsFunc(patterns, func(pattern string) bool {
			folder, tree := strings.CutSuffix(pattern, "/...")
			return own == folder || tree && strings.HasPrefix(own, folder+"/")
		})
	}
}

// listed is what is read of go list.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string // all of Imports, and what those import
}

// goList lists the packages of this module.
func goList(t *testing.T) (packages []listed) {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	command.Dir = ".."
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}
