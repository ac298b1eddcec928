package luaspec

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

func TestFormatNumber(t *testing.T) {
	for want, n := range map[string]float64{
		"0":                   0,
		"-0":                  math.Copysign(0, -1),
		"1":                   1,
		"-17":                 -17,
		"0.1":                 0.1,
		"0.30000000000000004": 0.30000000000000004,
		"9007199254740991":    1<<53 - 1,
		"1e+300":              1e300,
		"NaN":                 math.NaN(),
		"Inf":                 math.Inf(1),
		"-Inf":                math.Inf(-1),
	} {
		if got := formatNumber(lua.LNumber(n)); got != want {
			t.Errorf("formatNumber(%v) = %q, want %q", n, got, want)
		}
	}
}

func TestFormatString(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"plain":       {"it's", "'it's'"},
		"lines":       {"a\nb", "'a\nb'"},
		"tab":         {"a\tb", `"a\tb"`},
		"return":      {"a\r\n", `"a\r\n"`},
		"nul":         {"\x00", `"\000"`},
		"not UTF-8":   {"\xff\"", `"\255\""`},
		"no ink":      {"a\u200bb", `"a\u{200b}b"`},
		"no-break":    {"a\u00a0b", `"a\u{00a0}b"`},
		"replacement": {"\ufffd", "'\ufffd'"},
		"letters":     {"äß漢", "'äß漢'"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := formatString(test.in); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Whatever the bytes, a terminal gets text without control codes, and two
// strings that differ read differently.
func FuzzFormatString(f *testing.F) {
	for _, seed := range [][2]string{{"a", "b"}, {"a\n", "a\r\n"}, {"\xff", "\\255"}, {"\"", "'"}, {"\u00a0", " "}, {"\\t", "\t"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		shown := formatString(a)
		if !utf8.ValidString(shown) {
			t.Errorf("%q is shown as no UTF-8: %q", a, shown)
		}
		if i := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q is shown with something that has no ink: %q", a, shown)
		}
		if a != b && shown == formatString(b) {
			t.Errorf("%q and %q are both shown as %s", a, b, shown)
		}
	})
}

func TestDifferenceIsBounded(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	passed, expected := L.NewTable(), L.NewTable()
	for i := range 100 {
		passed.Append(lua.LNumber(i))
		expected.Append(lua.LNumber(-i - 1))
	}
	text := difference(L, passed, expected, true)
	if lines := strings.Count(text, "\n"); lines != maxDifferences+1 || !strings.HasSuffix(text, "and 80 more") {
		t.Errorf("%d lines in:\n%s", lines, text)
	}
}
