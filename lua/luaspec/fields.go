package luaspec

import (
	"fmt"
	"sort"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension/wstest"
)

// tableFields reads a table of options, each with its type; done raises for
// those that nobody asked for.
type tableFields struct {
	L      *lua.LState
	fields *lua.LTable
	of     string // what they are options of
	known  map[string]bool
}

func (t *tableFields) get(name string, want lua.LValueType) lua.LValue {
	if t.known == nil {
		t.known = make(map[string]bool)
	}
	t.known[name] = true
	value := t.fields.RawGetString(name)
	if value != lua.LNil && value.Type() != want {
		misuse(t.L, fmt.Sprintf("%s: field '%s' must be a %s, got %s", t.of, name, want, value.Type()))
	}
	return value
}

func (t *tableFields) flag(name string) bool { return t.flagOr(name, false) }

func (t *tableFields) flagOr(name string, absent bool) bool {
	if value, ok := t.get(name, lua.LTBool).(lua.LBool); ok {
		return bool(value)
	}
	return absent
}

func (t *tableFields) text(name, absent string) string {
	if value, ok := t.get(name, lua.LTString).(lua.LString); ok {
		return string(value)
	}
	return absent
}

func (t *tableFields) count(name string, absent int) int {
	value, ok := t.get(name, lua.LTNumber).(lua.LNumber)
	if !ok {
		return absent
	}
	if value != value || value < 0 || value > 1<<62 || value != lua.LNumber(int64(value)) {
		misuse(t.L, fmt.Sprintf("%s: field '%s' must be a whole number from 0 on, got %s", t.of, name, formatNumber(value)))
	}
	return int(value)
}

func (t *tableFields) seconds(name string) time.Duration {
	value, ok := t.get(name, lua.LTNumber).(lua.LNumber)
	if !ok {
		return 0
	}
	if value != value || value < 0 || value > 1e9 {
		misuse(t.L, fmt.Sprintf("%s: field '%s' must be seconds from 0 to 1e9, got %s", t.of, name, formatNumber(value)))
	}
	return time.Duration(float64(value) * float64(time.Second))
}

func (t *tableFields) table(name string) *lua.LTable {
	value, _ := t.get(name, lua.LTTable).(*lua.LTable)
	return value
}

func (t *tableFields) done() {
	t.fields.ForEach(func(key, _ lua.LValue) {
		name, ok := key.(lua.LString)
		if ok && t.known[string(name)] {
			return
		}
		var known []string
		for name := range t.known {
			known = append(known, name)
		}
		sort.Strings(known)
		misuse(t.L, fmt.Sprintf("%s: unknown field '%s'; there are %s", t.of, key.String(), strings.Join(known, ", ")))
	})
}

// quality reads the field tls: true, false, or what is wrong with the
// certificate. See world.certificate.
func (t *tableFields) quality() string {
	if t.fields.RawGetString("tls").Type() == lua.LTBool {
		if t.flag("tls") {
			return "valid"
		}
		return ""
	}
	switch quality := t.text("tls", ""); quality {
	case "", "expired", "wrong_host", "untrusted":
		return quality
	default:
		misuse(t.L, fmt.Sprintf(`%s: field 'tls' must be true, "expired", "wrong_host" or "untrusted", got %q`, t.of, quality))
		return ""
	}
}

// readAnswer reads how a server answers a handshake: status, headers, body,
// protocol ("" for none), raw (the bytes of the whole answer), first (bytes
// right behind it), delay and trickle (seconds, before it and after each byte),
// drop_after (bytes of it), keep_open, mute and drop ("request" or "accept"),
// silent (answers neither pings nor a close), paused (reads nothing), echo.
func readAnswer(t *tableFields) wstest.Answer {
	a := wstest.Answer{
		Status:    t.count("status", 0),
		Header:    readHeader(t.L, t.table("headers")),
		Body:      t.text("body", ""),
		Protocol:  t.text("protocol", ""),
		Raw:       t.text("raw", ""),
		First:     t.text("first", ""),
		Delay:     t.seconds("delay"),
		Trickle:   t.seconds("trickle"),
		DropAfter: t.count("drop_after", 0),
		KeepOpen:  t.flag("keep_open"),
		Silent:    t.flag("silent"),
		Paused:    t.flag("paused"),
		Echo:      t.flag("echo"),
	}
	if t.fields.RawGetString("protocol") == lua.LString("") {
		a.Protocol = wstest.NoProtocol
	}
	if at := t.text("mute", ""); at != "" {
		a.Mute = point(t.L, at)
	}
	if at := t.text("drop", ""); at != "" {
		a.Drop = point(t.L, at)
	}
	return a
}

// readHeader reads {Name = "value" or {"v1", "v2"}}; false takes a header away.
func readHeader(L *lua.LState, t *lua.LTable) map[string][]string {
	if t == nil {
		return nil
	}
	header := make(map[string][]string)
	t.ForEach(func(key, value lua.LValue) {
		name := key.String()
		switch v := value.(type) {
		case lua.LString, lua.LNumber:
			header[name] = []string{v.String()}
		case *lua.LTable:
			for i := 1; i <= v.Len(); i++ {
				header[name] = append(header[name], v.RawGetInt(i).String())
			}
		default:
			if value != lua.LFalse {
				misuse(L, fmt.Sprintf("header '%s' must be a string or a list of strings, got %s", name, value.Type()))
			}
			header[name] = nil
		}
	})
	return header
}
