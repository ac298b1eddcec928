package luajit_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

// cases are the oracle's.
func cases(f *testing.F) (lines []string) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	return lines
}

// FuzzCompile holds that any text compiles or has an error with its line.
func FuzzCompile(f *testing.F) {
	for _, line := range cases(f) {
		f.Add(line)
	}
	f.Add("goto a ::a:: local x ::b:: goto b")
	f.Add("while x do if y then local z break end end")
	f.Add("--the \r\r\r\r\r wam\xa7")
	f.Fuzz(func(t *testing.T, text string) {
		proto, err := luajit.Compile([]byte(text), "fuzz")
		if err != nil {
			lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r") // each begins one
			place, rest, _ := strings.Cut(strings.TrimPrefix(err.Error(), "fuzz:"), ": ")
			if line, convErr := strconv.Atoi(place); convErr != nil || line < 0 || line > lines+1 || rest == "" {
				t.Fatalf("%q has %d lines: %v", text, lines, err)
			}
			return
		}
		if proto == nil {
			t.Fatal("no function")
		}
	})
}

// FuzzFormat holds that string.format gives a text or an error, whatever the
// format.
func FuzzFormat(f *testing.F) {
	for _, format := range []string{"%d", "%5.2f|%-10s", "%q", "%x %X %o %c", "%g %e %a", "%99.99f", "%%", "%", "%+ #0-d", "%.3s", "%i%u%p"} {
		f.Add(format, 1.5, "text\x00\xff")
	}
	L := luajit.NewState()
	r, err := luajit.Open(L, luajit.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, format string, n float64, s string) {
		L.SetTop(0)
		format1 := L.GetField(L.GetGlobal("string"), "format")
		for _, args := range [][]lua.LValue{{lua.LNumber(n), lua.LString(s)}, {lua.LString(s), lua.LNumber(n)}, {}} {
			L.Push(format1)
			L.Push(lua.LString(format))
			for _, arg := range args {
				L.Push(arg)
			}
			if err := r.PCall(L, 1+len(args), 1); err != nil {
				if strings.Contains(err.Error(), "runtime error") {
					t.Fatalf("%q: %v", format, err)
				}
			}
			L.SetTop(0)
		}
	})
}

// FuzzPattern holds that matching ends with a result or an error.
func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{"(%w+)=(%w+)", "%b()", "%f[%a]", "[^%s]-", "(a)%1", "[]]", "[a-", "%", "^(.-)%s*$", "()", "((()))", ".-.-.-x", "[%a-z]", "%f", "%b"} {
		f.Add("key=value (a(b)c)", pattern)
	}
	L := luajit.NewState()
	r, err := luajit.Open(L, luajit.Options{})
	if err != nil {
		f.Fatal(err)
	}
	if err := L.DoString(`
		function try(text, pattern)
			local from, to = string.find(text, pattern)
			assert(not from or from >= 1 and to <= #text and to >= from - 1)
			local n = select(2, string.gsub(text, pattern, "%0"))
			local count = 0
			for _ in string.gmatch(text, pattern) do count = count + 1 end
			assert(pattern:sub(1, 1) == "^" or n == count, n .. " and " .. count)
		end`); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, pattern string) {
		if len(text) > 50 || len(pattern) > 20 {
			return // backtracking takes its time
		}
		L.SetTop(0)
		L.Push(L.GetGlobal("try"))
		L.Push(lua.LString(text))
		L.Push(lua.LString(pattern))
		if err := r.PCall(L, 2, 0); err != nil {
			for _, bad := range []string{"runtime error", "assertion failed", " and "} {
				if strings.Contains(err.Error(), bad) {
					t.Fatalf("%q, %q: %v", text, pattern, err)
				}
			}
		}
	})
}

// FuzzNumber holds that what a number is written as reads back as near as 14
// digits come, and that what gopher-lua's parser gets of a script is the same.
func FuzzNumber(f *testing.F) {
	for _, text := range []string{"1", "0x10", "1e5", "0x1p4", "inf", ".5", "5.", "010", "1e400", "0b11", " 7 "} {
		f.Add(text)
	}
	L := luajit.NewState()
	r, err := luajit.Open(L, luajit.Options{})
	if err != nil {
		f.Fatal(err)
	}
	if err := L.DoString(`
		function try(text)
			local n = tonumber(text)
			if not n or n ~= n then return end
			local back = tonumber(tostring(n))
			assert(back == n or math.abs(back - n) <= math.abs(n) * 1e-13, tostring(n))
			local fn = text:match("^%.?%d[%w.]*$") and loadstring("return " .. text)
			if fn then assert(fn() == n, text) end
		end`); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		L.SetTop(0)
		L.Push(L.GetGlobal("try"))
		L.Push(lua.LString(text))
		if err := r.PCall(L, 1, 0); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
