package luajit

import (
	"math"
	mathbits "math/bits"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// numberText is a number as tostring, print and .. write it: C's %.14g.
func numberText(n float64) string {
	if n == math.Trunc(n) && math.Abs(n) < 1e14 && (n != 0 || !math.Signbit(n)) {
		return strconv.FormatInt(int64(n), 10)
	}
	return string(appendNumber(nil, n))
}

// appendNumber appends numberText.
func appendNumber(text []byte, n float64) []byte {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e14 && (n != 0 || !math.Signbit(n)):
		return strconv.AppendInt(text, int64(n), 10)
	case math.IsNaN(n):
		return append(text, "nan"...) // LuaJIT shows no sign
	case math.IsInf(n, 0):
		if n < 0 {
			text = append(text, '-')
		}
		return append(text, "inf"...)
	}
	return strconv.AppendFloat(text, awayFromTie(n, 'g', 14), 'g', 14, 64)
}

// awayFromTie moves a number that lies halfway between two of that many digits a
// little off zero: LuaJIT rounds it up, C and Go to the even digit. format is 'e'
// or 'g' (digits counts all), or 'f' (it counts those behind the point).
func awayFromTie(n float64, format byte, digits int) float64 {
	// A number with a fraction of more binary digits has too many decimal ones.
	bits := math.Float64bits(n)
	exponent2 := int(bits>>52&0x7ff) - 1075
	if exponent2+min(52, mathbits.TrailingZeros64(bits)) < -(digits+2)*3/2 {
		return n
	}
	var room [32]byte
	shortest := strconv.AppendFloat(room[:0], math.Abs(n), 'e', -1, 64)
	mantissa := len(shortest) - 1
	for shortest[mantissa] != 'e' {
		mantissa--
	}
	if shortest[mantissa-1] != '5' {
		return n
	}
	exponent, _ := strconv.Atoi(string(shortest[mantissa+1:]))
	has := max(1, mantissa-1) // digits; the point is none
	if format == 'f' {
		digits += exponent + 1
	}
	if has != digits+1 {
		return n
	}
	const more = 30
	exact := strconv.FormatFloat(math.Abs(n), 'e', has-1+more, 64)
	if end := strings.IndexByte(exact, 'e'); strings.Trim(exact[end-more:end], "0") != "" {
		return n // its digits go on
	}
	return math.Nextafter(n, math.Copysign(math.Inf(1), n))
}

// toText is the text of a string or a number, as Lua converts it.
func toText(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return numberText(float64(v)), true
	}
	return "", false
}

// toNumber is the number of a number or a string, as Lua converts it.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return parseNumber(string(v))
	}
	return 0, false
}

// space is what C's isspace takes.
const space = " \t\n\v\f\r"

// parseNumber reads a number as LuaJIT does, in a text and in a script: decimal,
// hexadecimal and binary, fractions and exponents, inf and nan; space around it.
// Go's own functions also take 1_000, 0o17 and octal 017.
func parseNumber(text string) (float64, bool) {
	text = strings.Trim(text, space)
	digits, negative := text, false
	if text != "" && (text[0] == '-' || text[0] == '+') {
		digits, negative = text[1:], text[0] == '-'
	}
	n, ok := parseUnsigned(digits)
	if negative {
		n = -n
	}
	return n, ok
}

func parseUnsigned(text string) (float64, bool) {
	if text == "" {
		return 0, false
	}
	if len(text) > 2 && text[0] == '0' {
		switch text[1] | 0x20 {
		case 'x':
			return parseHex(text[2:])
		case 'b':
			return parseDigits(text[2:], 2)
		}
	}
	if first := text[0]; first != '.' && (first < '0' || first > '9') {
		switch strings.ToLower(text) {
		case "inf", "infinity":
			return math.Inf(1), true
		case "nan":
			return math.NaN(), true
		}
		return 0, false
	}
	short := true
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
		case c == '.' || c|0x20 == 'e' || c == '-' || c == '+':
			short = false
		default:
			return 0, false
		}
	}
	if short && len(text) < 16 {
		n := 0
		for i := range len(text) {
			n = n*10 + int(text[i]-'0')
		}
		return float64(n), true
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil || math.IsInf(n, 0) // 1e400 is inf
}

// parseHex reads what follows 0x.
func parseHex(text string) (float64, bool) {
	mantissa, exponent, found := text, "0", false
	if p := strings.IndexAny(text, "pP"); p >= 0 {
		mantissa, exponent, found = text[:p], text[p+1:], true
	}
	if strings.Contains(mantissa, "_") || strings.Trim(mantissa, ".") == "" {
		return 0, false
	}
	if !found && !strings.Contains(mantissa, ".") {
		return parseDigits(mantissa, 16)
	}
	n, err := strconv.ParseFloat("0x"+mantissa+"p"+exponent, 64)
	return n, err == nil || math.IsInf(n, 0)
}

// parseDigits reads digits of a base, as many as there are.
func parseDigits(text string, base int) (float64, bool) {
	if text == "" {
		return 0, false
	}
	n := 0.0
	for i := range len(text) {
		digit := 99
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digit = int(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			digit = int(c|0x20-'a') + 10
		}
		if digit >= base {
			return 0, false
		}
		n = n*float64(base) + float64(digit)
	}
	return n, true
}

// toInt32 is a C program's conversion to int on amd64.
func toInt32(n float64) int {
	if n > math.MinInt32-1 && n < math.MaxInt32+1 {
		return int(n)
	}
	return math.MinInt32
}

// toInt cuts a number to an integer, one out of range to the nearest there is,
// as a C program on amd64 does by and large.
func toInt(n float64) int {
	switch {
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n > math.MinInt64:
		return int(n)
	case math.IsNaN(n):
		return 0
	}
	return math.MinInt64
}

// parseBase is tonumber(text, base): digits alone, no fraction.
func parseBase(text string, base int) (float64, bool) {
	text = strings.Trim(text, space)
	negative := strings.HasPrefix(text, "-")
	if text != "" && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	if base == 16 && len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
		text = text[2:]
	}
	n, ok := parseDigits(text, base)
	if negative {
		n = -n
	}
	return n, ok
}
