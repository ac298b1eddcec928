package luajit_test

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

// BenchmarkAgainst's unit is 1,000 turns of a loop, in gopher-lua as it is and
// here.
func BenchmarkAgainst(b *testing.B) {
	for _, c := range []struct{ name, body string }{
		{"pcall", `pcall(f, i)`},
		{"pcall that fails", `pcall(error, "e", 0)`},
		{"tostring integer", `tostring(i)`},
		{"tostring fraction", `tostring(i / 3)`},
		{"format", `string.format("%d %s %5.2f", i, "x", i / 3)`},
		{"concat texts", `local s = a .. b .. a`},
		{"concat numbers", `local s = a .. i .. b`},
		{"find", `string.find("hello world", "w(o)r")`},
		{"gsub", `string.gsub("hello world", "o", "0")`},
		{"byte", `string.byte(a, 1)`},
		{"insert and remove", `table.insert(t, i) table.remove(t)`},
		{"coroutine", `resume()`},
		{"floor", `math.floor(i / 3)`},
		{"loop with pairs", `for k, v in pairs(t) do end`},
	} {
		code := []byte(`local a, b, t = "hello", "world", {1, 2, 3}
			local resume = coroutine.wrap(function() while true do coroutine.yield() end end)
			local function f(x) return x end
			return function() for i = 1, 1000 do ` + c.body + ` end end`)
		b.Run(c.name+"/gopher-lua", func(b *testing.B) {
			L := lua.NewState()
			defer L.Close()
			fn, err := L.LoadString(string(code))
			if err != nil {
				b.Fatal(err)
			}
			loop(b, L, fn)
		})
		b.Run(c.name+"/luajit", func(b *testing.B) {
			L, _ := open(b, luajit.Options{})
			proto, err := luajit.Compile(code, "bench")
			if err != nil {
				b.Fatal(err)
			}
			loop(b, L, L.NewFunctionFromProto(proto))
		})
	}
}

func loop(b *testing.B, L *lua.LState, maker *lua.LFunction) {
	L.Push(maker)
	L.Call(0, 1)
	fn := L.Get(-1)
	b.ReportAllocs()
	for b.Loop() {
		L.Push(fn)
		L.Call(0, 0)
	}
}

// BenchmarkCompile's unit is a script of 1,000 lines.
func BenchmarkCompile(b *testing.B) {
	var script strings.Builder
	for i := range 100 {
		fmt.Fprintf(&script, `
local function step%d(self, dt)
	local x, y = self.x + dt * %d, self.y - dt / 2
	if x > 100 and not self.done then
		print("passed " .. self.name .. " at " .. x, "y = " .. y)
		self.list[#self.list + 1] = { x = x, y = y, id = %d, "a", "b" }
	end
	for i, v in ipairs(self.list) do self.sum = (self.sum or 0) + v.x * i end
	return x, y
end
`, i%100, i, i)
		if i%100 == 99 {
			script.WriteString("")
		}
	}
	text := script.String()
	b.Run("gopher-lua", func(b *testing.B) {
		L := lua.NewState()
		defer L.Close()
		for b.Loop() {
			if _, err := L.LoadString(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("luajit", func(b *testing.B) {
		for b.Loop() {
			if _, err := luajit.Compile([]byte(text), "bench"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkOpen's unit is a state, made and closed.
func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		L := luajit.NewState()
		r, err := luajit.Open(L, luajit.Options{})
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
		L.Close()
	}
}
