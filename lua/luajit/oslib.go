package luajit

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// openOS makes os tell the Runtime's time, as C does. What else os has stays
// gopher-lua's.
func (r *Runtime) openOS() error {
	lib, err := r.library("os")
	if err != nil {
		return err
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"clock":     r.osClock,
		"date":      r.osDate,
		"difftime":  osDiffTime,
		"getenv":    osGetEnv,
		"remove":    osRemove,
		"rename":    osRename,
		"setlocale": osSetLocale,
		"time":      r.osTime,
		"tmpname":   osTmpName,
	})
	lib.RawSetString("setenv", lua.LNil)
	return nil
}

// osClock is os.clock(): seconds since the state was opened.
//
// Differs from Lua: time that passes, not time that the processor worked.
func (r *Runtime) osClock(L *lua.LState) int {
	L.Push(lua.LNumber(r.options.Now().Sub(r.started).Seconds()))
	return 1
}

func osDiffTime(L *lua.LState) int {
	earlier := 0.0
	if L.Get(2) != lua.LNil {
		earlier = checkNumber(L, 2)
	}
	L.Push(lua.LNumber(toInt(checkNumber(L, 1)) - toInt(earlier)))
	return 1
}

// osTime is os.time([table]), whole seconds since 1970. The table is local
// time: year, month and day, and hour (12 by default), min and sec.
func (r *Runtime) osTime(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(r.options.Now().Unix()))
		return 1
	}
	t := checkTable(L, 1)
	field := func(name string, fallback int) int {
		n, ok := toNumber(t.RawGetString(name))
		if ok {
			return toInt(n)
		}
		if fallback < 0 {
			raise(L, "field '%s' missing in date table", name)
		}
		return fallback
	}
	sec, minute, hour := field("sec", 0), field("min", 0), field("hour", 12)
	day, month, year := field("day", -1), field("month", -1), field("year", -1)
	at := time.Date(year, time.Month(month), day, hour, minute, sec, 0, time.Local)
	L.Push(lua.LNumber(at.Unix()))
	return 1
}

// osDate is os.date([format [, time]]): now by default, local unless the format
// begins with "!"; "*t" gives a table.
func (r *Runtime) osDate(L *lua.LState) int {
	format := optString(L, 1, "%c")
	at := r.options.Now()
	if L.Get(2) != lua.LNil {
		at = time.Unix(int64(toInt(checkNumber(L, 2))), 0)
	}
	at = at.Local()
	if rest, ok := strings.CutPrefix(format, "!"); ok {
		format, at = rest, at.UTC()
	}
	if strings.HasPrefix(format, "*t") {
		L.Push(dateTable(L, at))
		return 1
	}
	L.Push(lua.LString(strftime(format, at)))
	return 1
}

func dateTable(L *lua.LState, at time.Time) *lua.LTable {
	t := L.CreateTable(0, 9)
	for name, n := range map[string]int{
		"year": at.Year(), "month": int(at.Month()), "day": at.Day(),
		"hour": at.Hour(), "min": at.Minute(), "sec": at.Second(),
		"wday": int(at.Weekday()) + 1, "yday": at.YearDay(),
	} {
		t.RawSetString(name, lua.LNumber(n))
	}
	t.RawSetString("isdst", lua.LBool(at.IsDST()))
	return t
}

// dateLayouts are C's conversions, in the C locale, as Go's layouts.
var dateLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006",
	'd': "02", 'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'h': "Jan", 'H': "15", 'I': "03",
	'j': "002", 'm': "01", 'M': "04", 'p': "PM", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05",
	'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
}

// strftime formats what C has and leaves the rest as it is.
func strftime(format string, at time.Time) string {
	var text strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			text.WriteByte(format[i])
			continue
		}
		i++
		if (format[i] == 'E' || format[i] == 'O') && i+1 < len(format) {
			i++ // other locales have other forms
		}
		text.WriteString(dateField(format[i], at))
	}
	return text.String()
}

func dateField(c byte, at time.Time) string {
	two := func(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
	padded := func(n int) string { return strings.Replace(two(n), "0", " ", 1-min(1, n/10)) }
	switch c {
	case '%':
		return "%"
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'w':
		return string('0' + byte(at.Weekday()))
	case 'u':
		return string('0' + byte((at.Weekday()+6)%7+1))
	case 'C':
		return two(at.Year() / 100)
	case 'G', 'g', 'V':
		year, week := at.ISOWeek()
		switch c {
		case 'G':
			return numberText(float64(year))
		case 'g':
			return two(year % 100)
		}
		return two(week)
	case 'U':
		return two((at.YearDay() + 6 - int(at.Weekday())) / 7)
	case 'W':
		return two((at.YearDay() + 6 - int(at.Weekday()+6)%7) / 7)
	case 'k':
		return padded(at.Hour())
	case 'l':
		return padded((at.Hour()+11)%12 + 1)
	case 'P':
		return strings.ToLower(at.Format("PM"))
	case 's':
		return numberText(float64(at.Unix()))
	case 'Z':
		if name := at.Format("MST"); name != "UTC" {
			return name
		}
		return "GMT"
	}
	if layout, ok := dateLayouts[c]; ok {
		return at.Format(layout)
	}
	return "%" + string(c)
}

func osGetEnv(L *lua.LState) int {
	if value, ok := os.LookupEnv(checkString(L, 1)); ok {
		L.Push(lua.LString(value))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func osRemove(L *lua.LState) int {
	name := checkString(L, 1)
	return pushOutcome(L, os.Remove(name), name)
}

func osRename(L *lua.LState) int {
	from, to := checkString(L, 1), checkString(L, 2)
	return pushOutcome(L, os.Rename(from, to), from)
}

// osSetLocale knows the C locale alone.
func osSetLocale(L *lua.LState) int {
	switch optString(L, 1, "C") {
	case "", "C", "POSIX":
		L.Push(lua.LString("C"))
	default:
		L.Push(lua.LNil)
	}
	return 1
}

func osTmpName(L *lua.LState) int {
	file, err := os.CreateTemp("", "lua_")
	if err != nil {
		raise(L, "unable to generate a unique filename")
	}
	name := file.Name()
	_ = file.Close()
	L.Push(lua.LString(name))
	return 1
}

// pushOutcome pushes true, or nil, "name: why" and C's number of the error.
func pushOutcome(L *lua.LState, err error, name string) int {
	if err == nil {
		L.Push(lua.LTrue)
		return 1
	}
	text := errorText(err)
	if name != "" {
		text = name + ": " + text
	}
	L.Push(lua.LNil)
	L.Push(lua.LString(text))
	number := 0
	var errno syscall.Errno
	if errors.As(err, &errno) {
		number = int(errno)
	}
	L.Push(lua.LNumber(number))
	return 3
}

// errorText is C's text: Go's begins with a small letter.
func errorText(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
