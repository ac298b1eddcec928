package luajit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// verb is one conversion of string.format.
type verb struct {
	minus, plus, space, sharp, zero bool
	width, precision                int // precision is -1 for none
	kind                            byte
}

// stringFormat is string.format(format, …), with C's conversions.
func stringFormat(L *lua.LState) int {
	format := checkString(L, 1)
	var out []byte
	argument := 1
	for i := 0; i < len(format); {
		if at := strings.IndexByte(format[i:], '%'); at < 0 {
			out = append(out, format[i:]...)
			break
		} else if at > 0 {
			out = append(out, format[i:i+at]...)
			i += at
		}
		if i+1 < len(format) && format[i+1] == '%' {
			out = append(out, '%')
			i += 2
			continue
		}
		v, length := parseVerb(format[i:])
		if v.kind == 0 {
			raise(L, "invalid option '%s' to 'format'", format[i:i+length])
		}
		i += length
		argument++
		out = v.append(out, L, argument)
		if len(out) > maxText {
			outOfMemory(L)
		}
	}
	L.Push(lua.LString(out))
	return 1
}

// parseVerb reads "%-5.2f" and how long it is. Its kind is 0 if it is none.
func parseVerb(format string) (v verb, length int) {
	v.precision = -1
	i := 1
flags:
	for ; i < len(format); i++ {
		switch format[i] {
		case '-':
			v.minus = true
		case '+':
			v.plus = true
		case ' ':
			v.space = true
		case '#':
			v.sharp = true
		case '0':
			v.zero = true
		default:
			break flags
		}
	}
	number := func() (n int) {
		for end := i + 2; i < end && i < len(format) && '0' <= format[i] && format[i] <= '9'; i++ {
			n = n*10 + int(format[i]-'0')
		}
		return n
	}
	v.width = number()
	if i < len(format) && format[i] == '.' {
		i++
		v.precision = number()
	}
	if i >= len(format) {
		return v, len(format)
	}
	if strings.IndexByte("diuoxXcaAeEfFgGqsp", format[i]) >= 0 {
		v.kind = format[i]
	}
	return v, i + 1
}

func (v verb) append(out []byte, L *lua.LState, n int) []byte {
	if n > L.GetTop() {
		argError(L, n, "value expected")
	}
	switch v.kind {
	case 'd', 'i', 'u', 'o', 'x', 'X':
		number := checkNumber(L, n)
		return v.integer(out, number)
	case 'c':
		return v.pad(out, []byte{byte(checkInt(L, n))})
	case 'q':
		return quote(out, formatString(L, n))
	case 's':
		text := formatString(L, n)
		if v.precision >= 0 && v.precision < len(text) {
			text = text[:v.precision]
		}
		if v.width <= len(text) {
			return append(out, text...)
		}
		return v.pad(out, []byte(text))
	case 'p':
		return v.pad(out, pointer(checkAny(L, n)))
	}
	return v.float(out, checkNumber(L, n))
}

// formatString is %s: tostring, whatever that returns.
func formatString(L *lua.LState, n int) string {
	v := checkAny(L, n)
	if text, ok := toText(v); ok {
		return text
	}
	if result := toStringMeta(L, v); result != nil {
		return plainText(result)
	}
	return v.String()
}

func pointer(v lua.LValue) []byte {
	switch v.(type) {
	case *lua.LTable, *lua.LFunction, *lua.LUserData, *lua.LState:
		return fmt.Appendf(nil, "%p", v)
	}
	return []byte("NULL")
}

// pad brings text to its width.
func (v verb) pad(out, text []byte) []byte {
	if v.minus {
		out = append(out, text...)
	}
	for range v.width - len(text) {
		out = append(out, ' ')
	}
	if !v.minus {
		out = append(out, text...)
	}
	return out
}

// number joins sign, prefix and digits; zeros come between the last two.
func (v verb) number(out []byte, sign string, digits []byte, zeros bool) []byte {
	fill := v.width - len(sign) - len(digits)
	if fill <= 0 {
		return append(append(out, sign...), digits...)
	}
	if zeros && !v.minus {
		out = append(out, sign...)
		for range fill {
			out = append(out, '0')
		}
		return append(out, digits...)
	}
	return v.pad(out, append([]byte(sign), digits...))
}

func (v verb) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case v.plus:
		return "+"
	case v.space:
		return " "
	}
	return ""
}

func (v verb) integer(out []byte, n float64) []byte {
	var digits []byte
	sign := ""
	switch v.kind {
	case 'd', 'i':
		i := int64(math.MinInt64) // what amd64 makes of what doesn't fit
		if n < 1<<63 && n >= -(1<<63) {
			i = int64(n)
		}
		sign = v.sign(i < 0)
		u := uint64(i)
		if i < 0 {
			u = -u
		}
		digits = strconv.AppendUint(nil, u, 10)
	default:
		u := toUnsigned(n)
		switch v.kind {
		case 'u':
			digits = strconv.AppendUint(nil, u, 10)
		case 'o':
			if digits = strconv.AppendUint(nil, u, 8); v.sharp && u != 0 {
				digits = append([]byte("0"), digits...)
			}
		case 'x', 'X':
			digits = strconv.AppendUint(nil, u, 16)
			if v.sharp && u != 0 {
				sign = "0x"
			}
			if v.kind == 'X' {
				digits = []byte(strings.ToUpper(string(digits)))
				sign = strings.ToUpper(sign)
			}
		}
	}
	if v.precision == 0 && len(digits) == 1 && digits[0] == '0' {
		digits = nil
	}
	for len(digits) < v.precision {
		digits = append([]byte("0"), digits...)
	}
	return v.number(out, sign, digits, v.zero && v.precision < 0)
}

// toUnsigned is C's conversion to 64 bits, where negative numbers wrap.
func toUnsigned(n float64) uint64 {
	switch {
	case n >= 1<<64 || math.IsNaN(n):
		return 0
	case n >= 1<<63:
		return uint64(n)
	case n < -(1 << 63):
		return 1 << 63
	}
	return uint64(int64(n))
}

func (v verb) float(out []byte, n float64) []byte {
	sign := v.sign(math.Signbit(n) && !math.IsNaN(n))
	n = math.Abs(n)
	upper := v.kind < 'a'
	kind := v.kind | 0x20
	var digits []byte
	zeros := v.zero
	switch {
	case math.IsNaN(n):
		digits, zeros = []byte("nan"), false
	case math.IsInf(n, 0):
		digits, zeros = []byte("inf"), false
	case kind == 'a':
		sign += "0x"
		digits = hexFloat(n, v.precision, v.sharp)
	default:
		precision := v.precision
		if precision < 0 {
			precision = 6
		}
		if kind == 'g' && precision == 0 {
			precision = 1
		}
		counted := precision
		if kind == 'e' {
			counted++
		}
		digits = strconv.AppendFloat(nil, awayFromTie(n, kind, counted), kind, precision, 64)
		if v.sharp {
			digits = keepPoint(digits, kind, precision)
		}
	}
	if upper {
		digits, sign = []byte(strings.ToUpper(string(digits))), strings.ToUpper(sign)
	}
	return v.number(out, sign, digits, zeros)
}

// keepPoint is C's # flag: a point always, and with %g the zeros at the end.
func keepPoint(digits []byte, kind byte, precision int) []byte {
	mantissa, exponent := string(digits), ""
	if e := strings.IndexByte(mantissa, 'e'); e >= 0 {
		mantissa, exponent = mantissa[:e], mantissa[e:]
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += "."
	}
	if kind == 'g' {
		shown := len(strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "0"))
		mantissa += strings.Repeat("0", max(0, precision-max(shown, 1)))
	}
	return []byte(mantissa + exponent)
}

// hexFloat is C's %a without its sign and 0x.
func hexFloat(n float64, precision int, point bool) []byte {
	text := strconv.FormatFloat(n, 'x', precision, 64)
	mantissa, exponent, _ := strings.Cut(strings.TrimPrefix(text, "0x"), "p")
	if point && !strings.Contains(mantissa, ".") {
		mantissa += "."
	}
	sign, digits := exponent[:1], strings.TrimLeft(exponent[1:], "0")
	if digits == "" {
		digits = "0"
	}
	return []byte(mantissa + "p" + sign + digits)
}

// quote is %q: a text that Lua reads back.
func quote(out []byte, text string) []byte {
	out = append(out, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\' || c == '\n':
			out = append(out, '\\', c)
		case c < 32 || c == 127:
			if i+1 < len(text) && '0' <= text[i+1] && text[i+1] <= '9' {
				out = fmt.Appendf(out, `\%03d`, c)
			} else {
				out = fmt.Appendf(out, `\%d`, c)
			}
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
