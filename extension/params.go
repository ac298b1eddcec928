package extension

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
	"golang.org/x/net/http/httpguts"
)

// longest is what a time in params may be at the most: 2^31 ms, as a signed 32
// bit number of milliseconds.
const longest = 1<<31 - 1

// params reads websocket.connect's table; every complaint raises and names the
// key, the value and what would be right.
type params struct {
	L     *lua.LState
	n     int // which argument
	table *lua.LTable
}

// checkParams reads argument n, a table or nil, into target.
func (e *Extension) checkParams(L *lua.LState, n int, target *wire.Target) {
	p := params{L: L, n: n, table: L.OptTable(n, nil)}
	target.Timeout = p.milliseconds("timeout", e.o.ConnectTimeout)
	target.PingInterval = p.milliseconds("ping_interval", e.o.PingInterval)
	target.PongTimeout = p.milliseconds("pong_timeout", e.o.PongTimeout)
	target.Compression = p.compression()
	p.ways(target)
	target.TLS = p.trust(e.o.AllowInsecureTLS)
	target.Protocols = p.protocols("params.protocol", p.get("protocol"))
	for _, field := range p.headers(p.get("headers")) {
		// What a script puts into the headers negotiates as params.protocol does.
		if strings.EqualFold(field.Name, "Sec-WebSocket-Protocol") {
			for _, protocol := range p.protocolList("params.headers", field.Value) {
				if !slices.Contains(target.Protocols, protocol) {
					target.Protocols = append(target.Protocols, protocol)
				}
			}
			continue
		}
		target.Header = append(target.Header, field)
	}
}

func (p params) get(key string) lua.LValue {
	if p.table == nil {
		return lua.LNil
	}
	return p.L.GetField(p.table, key)
}

func (p params) fail(format string, args ...any) {
	p.L.ArgError(p.n, fmt.Sprintf(format, args...))
}

// milliseconds reads a time, a number or a string that is one; nil stands for
// byDefault, of which a negative one is off.
func (p params) milliseconds(key string, byDefault time.Duration) time.Duration {
	value := p.get(key)
	if value == lua.LNil {
		return max(0, byDefault)
	}
	var ms float64
	switch v := value.(type) {
	case lua.LNumber:
		ms = float64(v)
	case lua.LString:
		parsed, err := strconv.ParseFloat(strings.TrimSpace(string(v)), 64)
		if err != nil {
			p.fail("params.%s is %s: want a number of milliseconds", key, describe(value))
		}
		ms = parsed
	default:
		p.fail("params.%s is %s: want a number of milliseconds", key, describe(value))
	}
	if math.IsNaN(ms) || ms < 0 || ms > longest {
		p.fail("params.%s is %s: want milliseconds from 0 to %d", key, describe(value), longest)
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// protocols reads subprotocols: a string that may list several, or a list.
func (p params) protocols(what string, value lua.LValue) (protocols []string) {
	switch v := value.(type) {
	case *lua.LNilType:
	case lua.LString:
		for _, protocol := range p.protocolList(what, string(v)) {
			if !slices.Contains(protocols, protocol) {
				protocols = append(protocols, protocol)
			}
		}
	case *lua.LTable:
		// Differs from Defold: a list may be a table.
		for i := 1; i <= v.Len(); i++ {
			name, ok := v.RawGetInt(i).(lua.LString)
			if !ok || !isToken(string(name)) {
				p.fail("%s[%d] is %s: want the name of a subprotocol", what, i, describe(v.RawGetInt(i)))
			}
			if !slices.Contains(protocols, string(name)) {
				protocols = append(protocols, string(name))
			}
		}
		if v.Len() == 0 && !isEmpty(v) {
			p.fail("%s is a table without a first item: want a list of subprotocols", what)
		}
	default:
		p.fail("%s is %s: want a string or a list of strings", what, describe(value))
	}
	return protocols
}

// protocolList splits "a, b" and checks each name (RFC 6455 section 4.1).
func (p params) protocolList(what, list string) (protocols []string) {
	for part := range strings.SplitSeq(list, ",") {
		name := strings.Trim(part, " \t")
		if name == "" {
			continue
		}
		if !isToken(name) {
			p.fail("%s holds the subprotocol %s, which is no token: want letters, digits and !#$%%&'*+-.^_`|~", what, quote(name))
		}
		protocols = append(protocols, name)
	}
	return protocols
}

// headers reads the script's own headers: one string of pairs separated by
// "\r\n", or a table of values or lists of values.
func (p params) headers(value lua.LValue) (fields []wire.Field) {
	switch v := value.(type) {
	case *lua.LNilType:
	case lua.LString:
		text := string(v)
		if strings.Contains(text, "\r\n\r\n") {
			p.L.RaiseError("The header field must not contain double '\\r\\n\\r\\n': '%s'", text) // Defold's words
		}
		text = strings.TrimSuffix(text, "\r\n")
		if text == "" {
			return nil
		}
		for line := range strings.SplitSeq(text, "\r\n") {
			name, value, found := strings.Cut(line, ":")
			if !found {
				p.fail("params.headers holds the line %s, which has no colon: want \"Name: value\"", quote(line))
			}
			fields = append(fields, p.header(name, strings.Trim(value, " \t")))
		}
	case *lua.LTable:
		// Differs from Defold: headers may be a table.
		v.ForEach(func(key, value lua.LValue) {
			name, ok := key.(lua.LString)
			if !ok {
				p.fail("params.headers has the key %s: want the names of headers", describe(key))
			}
			list, ok := value.(*lua.LTable)
			if !ok {
				fields = append(fields, p.header(string(name), p.headerValue(string(name), value)))
				return
			}
			for i := 1; i <= list.Len(); i++ {
				fields = append(fields, p.header(string(name), p.headerValue(string(name), list.RawGetInt(i))))
			}
		})
	default:
		p.fail("params.headers is %s: want a string or a table", describe(value))
	}
	return fields
}

func (p params) headerValue(name string, value lua.LValue) string {
	if !lua.LVCanConvToString(value) {
		p.fail("params.headers[%s] is %s: want a string or a list of strings", quote(name), describe(value))
	}
	return lua.LVAsString(value)
}

// header checks one header: what reaches the wire can't break out of its line.
func (p params) header(name, value string) wire.Field {
	if !isToken(name) {
		p.fail("params.headers has the name %s, which is no token: want letters, digits and !#$%%&'*+-.^_`|~", quote(name))
	}
	if !httpguts.ValidHeaderFieldValue(value) {
		p.fail("params.headers[%s] is %s, which holds a control character: a line ends in \\r\\n", quote(name), quote(value))
	}
	if wire.OwnHeader(name) {
		p.fail("params.headers sets %s, which is the handshake's own", quote(name))
	}
	return wire.Field{Name: name, Value: value}
}

// isToken tells whether s is a token (RFC 9110 section 5.6.2).
func isToken(s string) bool { return httpguts.ValidHeaderFieldName(s) }

func isEmpty(t *lua.LTable) bool {
	key, _ := t.Next(lua.LNil)
	return key == lua.LNil
}

// describe says what a value is, for an error message.
func describe(value lua.LValue) string {
	switch v := value.(type) {
	case lua.LString:
		return quote(string(v))
	case lua.LNumber, lua.LBool:
		return v.String()
	}
	return "a " + value.Type().String()
}

// quote shows a script's text, shortened.
func quote(s string) string {
	if len(s) > 60 {
		s = s[:60] + "…"
	}
	return strconv.Quote(s)
}
