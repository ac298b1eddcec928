package headless_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestPrint(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"nothing", `print()`, "\n"},
		{"values", `print(1, "a", nil, true, 1.5)`, "1\ta\tnil\ttrue\t1.5\n"},
		{"metamethod", `print(setmetatable({}, {__tostring = function() return "me" end}))`, "me\n"},
		{"bytes", `print("a\0\255")`, "a\x00\xff\n"},
		{"pprint values", `pprint(1, "a", nil)`, "1,\na,\nnil\n"},
		{"pprint nothing", `pprint()`, "\n"},
		{"pprint empty", `pprint({})`, "\n{ } --[[0x0]]\n"},
		{"pprint table", `pprint({b = 1, a = "x", c = true, 5})`, `
{ --[[0x0]]
  1 = 5,
  b = 1,
  a = "x",
  c = true
}
`},
		{"pprint nested", `pprint({a = {b = {}}})`, `
{ --[[0x0]]
  a = { --[[0x0]]
    b = { } --[[0x0]]
  }
}
`},
		{"pprint cycle", `local t = {} t.t = t pprint(t)`, `
{ --[[0x0]]
  t = { ... } --[[0x0]]
}
`},
		{"pprint the same twice is no cycle", `local u = {1} pprint({u, u})`, `
{ --[[0x0]]
  1 = { --[[0x0]]
    1 = 1
  },
  2 = { --[[0x0]]
    1 = 1
  }
}
`},
		{"pprint many", `pprint({1}, "x", {2})`, `
{ --[[0x0]]
  1 = 1
},
x,
{ --[[0x0]]
  1 = 2
}
`},
		{"pprint userdata", `pprint({h = hash("a"), u = msg.url("main:/a#b")})`, `
{ --[[0x0]]
  h = hash: [a],
  u = url: [main:/a#b]
}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newEngine(t)
			if _, err := p.eval(c.code); err != nil {
				t.Fatal(err)
			}
			got := regexp.MustCompile(`0x[0-9a-f]+`).ReplaceAllString(p.out.String(), "0x0")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("printed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPPrintDeep(t *testing.T) {
	p := newEngine(t)
	if _, err := p.eval(`local t = {} for i = 1, 100000 do t = {t} end pprint(t)`); err != nil {
		t.Fatal(err)
	}
	if n := p.out.Len(); n > 100_000 {
		t.Errorf("printed %d bytes", n)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestPrintFails(t *testing.T) {
	e, err := headless.New(headless.Options{Stdout: brokenWriter{}})
	if err != nil {
		t.Fatal(err)
	}
	p := &project{Engine: e, t: t}
	defer func() { _ = e.Close() }()
	p.run([]evalCase{{"print", `print(1)`, nil, "print: write output: broken pipe"}})
}

func TestGlobals(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"only gopher-lua's", `return channel, package.loaded.channel, _printregs`, []string{"nil", "nil", "nil"}, ""},
		{"package.loaded", `
			local missing = {}
			for _, name in ipairs({"string", "table", "math", "io", "os", "debug", "coroutine", "package", "json", "timer", "msg", "socket", "sys"}) do
				if package.loaded[name] ~= _G[name] or type(_G[name]) ~= "table" then missing[#missing + 1] = name end
			end
			return table.concat(missing, " "), require("_G") == _G`, []string{"", "true"}, ""},
	})
}
