package httplib

import (
	"context"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// register enters the module.
func (c *Client) register() {
	module := c.L.CreateTable(0, 1)
	arg.Fill(c.L, module, map[string]arg.Func{"request": c.request})
	c.L.SetGlobal("http", module)
	c.L.SetField(c.L.FindTable(c.L.G.Registry, "_LOADED", 1), "http", module)
}

// request is http.request(url, method, callback [, headers [, post_data [,
// options]]]). All that comes of it is the callback's, a bad URL included.
func (c *Client) request(call arg.Call) int {
	r := &request{
		pool:    c.pool,
		url:     call.Text(1),
		method:  strings.ToUpper(call.Text(2)),
		header:  http.Header{"User-Agent": {"Tickwire"}},
		timeout: c.o.Timeout,
	}
	callback := call.Function(3)
	if !isToken(r.method) {
		call.Fail(2, "an HTTP method such as GET expected, got %q", r.method)
	}
	r.readHeaders(call, call.OptTable(4))
	r.body = call.OptText(5, "")
	r.readOptions(call, call.OptTable(6))
	if len(c.waiting) >= c.o.MaxWaiting {
		call.RaiseError("http.request: %d requests wait already", len(c.waiting))
	}
	if c.pool.ctx.Err() != nil {
		return 0 // nobody will hear of it
	}
	r.shown = display(r.url)
	r.ctx, r.cancel = context.WithCancelCause(c.pool.ctx)
	c.waiting = append(c.waiting, &asked{request: r, self: c.o.Host.Instance(), callback: callback})
	c.start()
	return 0
}

// readHeaders reads {name = value}.
func (r *request) readHeaders(call arg.Call, headers *lua.LTable) {
	if headers == nil {
		return
	}
	headers.ForEach(func(key, value lua.LValue) {
		name, ok := key.(lua.LString)
		if !ok || !isToken(string(name)) {
			call.Fail(4, "headers: %q is no header's name", key.String())
		}
		if !lua.LVCanConvToString(value) {
			call.Fail(4, "headers: '%s' must be a string, got %s", name, arg.TypeName(value))
		}
		text := textproto.TrimString(value.String())
		if strings.ContainsAny(text, "\r\n\x00") {
			call.Fail(4, "headers: '%s' holds a line break", name)
		}
		switch http.CanonicalHeaderKey(string(name)) {
		case "Host":
			r.host = text
		case "Content-Length", "Transfer-Encoding":
			// They are the body's, whose length is known.
		default:
			r.header.Set(string(name), text)
		}
	})
}

// readOptions reads timeout, path, chunked_transfer and report_progress;
// ignore_cache is without meaning, for there is no cache.
func (r *request) readOptions(call arg.Call, options *lua.LTable) {
	if options == nil {
		return
	}
	get := func(name string, want lua.LValueType) lua.LValue {
		v := options.RawGetString(name)
		if v != lua.LNil && v.Type() != want {
			call.Fail(6, "options.%s must be a %s, got %s", name, want, arg.TypeName(v))
		}
		return v
	}
	if seconds, ok := get("timeout", lua.LTNumber).(lua.LNumber); ok {
		if !(seconds >= 0 && seconds <= 1e9) {
			call.Fail(6, "options.timeout must be seconds from 0 on, got %v", seconds)
		}
		r.timeout = time.Duration(float64(seconds) * float64(time.Second))
	}
	if path, ok := get("path", lua.LTString).(lua.LString); ok {
		r.path = string(path)
	}
	get("ignore_cache", lua.LTBool)
	r.chunked = lua.LVAsBool(get("chunked_transfer", lua.LTBool))
	r.report = lua.LVAsBool(get("report_progress", lua.LTBool))
}

// display is a URL for people: without what may be secret.
func display(raw string) string {
	raw, _, _ = strings.Cut(raw, "?")
	if parsed, err := url.Parse(raw); err == nil {
		parsed.User, parsed.Fragment = nil, ""
		return parsed.String()
	}
	return raw
}

// isToken tells a token (RFC 9110 section 5.6.2) from what isn't one.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
