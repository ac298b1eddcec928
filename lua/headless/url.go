package headless

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// mainSocket is the collection of LoadScript's instances, unless UseSocket says
// another.
const mainSocket = "main"

// address is where a message goes: "socket:/path#fragment".
type address struct{ socket, path, fragment string }

// LuaType is what errors call a url.
func (*address) LuaType() string { return "url" }

func (a address) String() string {
	text := a.socket + ":" + a.path
	if a.fragment != "" {
		text += "#" + a.fragment
	}
	return text
}

// openURL makes the type of msg.url's values.
func (e *Engine) openURL() {
	e.urls = e.L.SetFuncs(e.L.CreateTable(0, 5), map[string]lua.LGFunction{
		"__tostring": urlString,
		"__concat":   urlConcat,
		"__eq":       urlEqual,
		"__index":    e.urlIndex,
		"__newindex": urlNewIndex,
	})
}

// url is a new url value: scripts may change its fields.
func (e *Engine) url(a address) *lua.LUserData {
	return &lua.LUserData{Value: &a, Env: e.L.Env, Metatable: e.urls}
}

func toAddress(v lua.LValue) (*address, bool) {
	if ud, ok := v.(*lua.LUserData); ok {
		a, ok := ud.Value.(*address)
		return a, ok
	}
	return nil, false
}

// parseAddress reads "[socket:][path][#fragment]".
func parseAddress(text string) (a address, err error) {
	rest := text
	if colon := strings.IndexByte(rest, ':'); colon >= 0 {
		a.socket, rest = rest[:colon], rest[colon+1:]
		if a.socket == "" || strings.ContainsAny(a.socket, "#/") || strings.ContainsRune(rest, ':') {
			return a, malformed(text)
		}
	}
	if sharp := strings.IndexByte(rest, '#'); sharp >= 0 {
		a.path, a.fragment = rest[:sharp], rest[sharp+1:]
		if strings.ContainsRune(a.fragment, '#') {
			return a, malformed(text)
		}
	} else {
		a.path = rest
	}
	return a, nil
}

func malformed(text string) error {
	return fmt.Errorf("'%s' is no URL: want [socket:][path][#fragment]", text)
}

// resolve makes what a script wrote absolute: "." is its own object, "#" its
// own script, and a path without a slash one beside it.
func (a address) resolve(own *Instance) (address, error) {
	if a.socket != "" {
		return a, nil
	}
	if own == nil {
		return a, fmt.Errorf("no script instance is running that '%s' could be relative to", strings.TrimPrefix(a.String(), ":"))
	}
	a.socket = own.url.socket
	switch {
	case a.path == ".":
		a.path = own.url.path
	case a.path == "":
		a.path = own.url.path
		if a.fragment == "" {
			a.fragment = own.url.fragment
		}
	case a.path[0] != '/':
		a.path = own.prefix + a.path
	}
	return a, nil
}

// checkAddress reads argument n, a string, url or hash. A hash is a path.
func (e *Engine) checkAddress(L *lua.LState, n int) address {
	v := L.Get(n)
	if a, ok := toAddress(v); ok {
		return *a
	}
	var a address
	var err error
	if path, ok := toHash(v); ok {
		a = address{path: path}
	} else if text, ok := v.(lua.LString); ok {
		a, err = parseAddress(string(text))
	} else {
		L.ArgError(n, "string, url or hash expected, got "+typeName(v))
	}
	if err == nil && (e.running() != nil || e.loading == nil) { // the default of a property stays relative
		a, err = a.resolve(e.running())
	}
	if err != nil {
		L.ArgError(n, err.Error())
	}
	return a
}

// msgURL is msg.url(), msg.url(text) and msg.url(socket, path, fragment).
func (e *Engine) msgURL(L *lua.LState) int {
	switch L.GetTop() {
	case 0, 1:
		if L.Get(1) != lua.LNil {
			L.Push(e.url(e.checkAddress(L, 1)))
			return 1
		}
		own := e.running()
		if own == nil && e.loading != nil { // go.property("target", msg.url())
			L.Push(e.url(address{}))
			return 1
		}
		if own == nil {
			L.RaiseError("msg.url: no script instance is running")
		}
		L.Push(e.url(own.url))
	case 3:
		L.Push(e.url(e.checkParts(L)))
	default:
		L.RaiseError("msg.url takes nothing, a text [socket:][path][#fragment], or socket, path and fragment; got %d arguments", L.GetTop())
	}
	return 1
}

// checkParts reads three arguments, each nil, string or hash. What is nil
// before the first that is given is the running script's.
func (e *Engine) checkParts(L *lua.LState) address {
	part := func(n int) string {
		if L.Get(n) == lua.LNil {
			return ""
		}
		return checkHashOrString(L, n)
	}
	a := address{part(1), part(2), part(3)}
	if strings.ContainsAny(a.socket, ":#/") {
		L.ArgError(1, "'"+a.socket+"' is no socket's name")
	}
	if a.socket != "" && a.path == "" && a.fragment != "" {
		L.ArgError(2, "a fragment in another socket needs its path")
	}
	a, err := a.resolve(e.running())
	if err != nil {
		L.ArgError(1, err.Error())
	}
	return a
}

func urlString(L *lua.LState) int {
	a := checkURL(L, 1)
	L.Push(lua.LString("url: [" + a.String() + "]"))
	return 1
}

// urlConcat makes "a" .. url the text a[socket:/path#fragment].
func urlConcat(L *lua.LState) int {
	var joined string
	for n := 1; n <= 2; n++ {
		if a, ok := toAddress(L.Get(n)); ok {
			joined += "[" + a.String() + "]"
		} else if text, ok := toHash(L.Get(n)); ok {
			joined += "[" + text + "]"
		} else {
			joined += L.CheckString(n)
		}
	}
	L.Push(lua.LString(joined))
	return 1
}

func urlEqual(L *lua.LState) int {
	a, b := checkURL(L, 1), checkURL(L, 2)
	L.Push(lua.LBool(*a == *b))
	return 1
}

// urlIndex gives a field as a hash, nil if it is empty.
func (e *Engine) urlIndex(L *lua.LState) int {
	text := *urlField(L, checkURL(L, 1))
	if text == "" {
		L.Push(lua.LNil)
	} else {
		L.Push(e.hash(text))
	}
	return 1
}

func urlNewIndex(L *lua.LState) int {
	field := urlField(L, checkURL(L, 1))
	if L.Get(3) == lua.LNil {
		*field = ""
	} else {
		*field = checkHashOrString(L, 3)
	}
	return 0
}

func checkURL(L *lua.LState, n int) *address {
	a, ok := toAddress(L.Get(n))
	if !ok {
		L.ArgError(n, "url expected, got "+typeName(L.Get(n)))
	}
	return a
}

func urlField(L *lua.LState, a *address) *string {
	switch L.CheckString(2) {
	case "socket":
		return &a.socket
	case "path":
		return &a.path
	case "fragment":
		return &a.fragment
	}
	L.RaiseError("url has the fields socket, path and fragment, not '%s'", L.CheckString(2))
	return nil
}
