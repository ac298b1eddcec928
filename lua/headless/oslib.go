package headless

import (
	"errors"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// openOS makes os tell the engine's time, so that it agrees with timers in
// virtual time too, and keeps os.exit from ending the process. The rest of os
// stays gopher-lua's.
func (e *Engine) openOS() error {
	lib, ok := e.L.GetGlobal("os").(*lua.LTable)
	if !ok {
		return errors.New("no table os")
	}
	e.L.SetFuncs(lib, map[string]lua.LGFunction{
		"clock": e.osClock,
		"date":  e.osDate,
		"time":  e.osTime,
		"exit":  e.osExit,
	})
	return nil
}

// osClock is os.clock(): seconds since the engine began.
//
// Differs from Lua: time that passes, not time that the processor worked.
func (e *Engine) osClock(L *lua.LState) int {
	L.Push(lua.LNumber(e.options.Clock.Now().Sub(e.started).Seconds()))
	return 1
}

// osTime is os.time([table]), whole seconds since 1970. The table is local
// time: year, month and day, and hour (12 by default), min and sec.
func (e *Engine) osTime(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(e.options.Clock.Now().Unix()))
		return 1
	}
	t := L.CheckTable(1)
	field := func(name string, fallback int) int {
		switch v := t.RawGetString(name).(type) {
		case lua.LNumber:
			return int(v)
		case lua.LString:
			if n, err := strconv.Atoi(strings.TrimSpace(string(v))); err == nil {
				return n
			}
		}
		if fallback < 0 {
			L.RaiseError("field '%s' missing in date table", name)
		}
		return fallback
	}
	at := time.Date(field("year", -1), time.Month(field("month", -1)), field("day", -1),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.Local)
	L.Push(lua.LNumber(at.Unix()))
	return 1
}

// osDate is os.date([format [, time]]): the engine's time by default, local
// unless the format begins with "!"; "*t" gives a table.
func (e *Engine) osDate(L *lua.LState) int {
	format := L.OptString(1, "%c")
	at := e.options.Clock.Now()
	if L.Get(2) != lua.LNil {
		at = time.Unix(L.CheckInt64(2), 0)
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

// strftime formats what dateLayouts has and leaves the rest as it is.
func strftime(format string, at time.Time) string {
	var text strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			text.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; c {
		case '%':
			text.WriteByte('%')
		case 'n':
			text.WriteByte('\n')
		case 't':
			text.WriteByte('\t')
		case 'w':
			text.WriteByte('0' + byte(at.Weekday()))
		default:
			if layout, ok := dateLayouts[c]; ok {
				text.WriteString(at.Format(layout))
			} else {
				text.WriteByte('%')
				text.WriteByte(c)
			}
		}
	}
	return text.String()
}

// osExit is os.exit([code]).
//
// Differs from Lua: it is sys.exit. The frame goes on to its end, instances get
// their final and connections their close frame.
func (e *Engine) osExit(L *lua.LState) int {
	switch code := L.Get(1).(type) {
	case *lua.LNilType:
		e.Exit(0)
	case lua.LBool: // LuaJIT's: true is success
		if code {
			e.Exit(0)
		} else {
			e.Exit(1)
		}
	default:
		e.Exit(L.CheckInt(1))
	}
	return 0
}
