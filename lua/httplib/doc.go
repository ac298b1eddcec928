// Package httplib is Defold's http module for gopher-lua: http.request over
// net/http, answered on the tick.
//
// A [Client] belongs to one Lua state and is driven by the frame: Update calls
// back. It holds to the laws of package extension: Lua runs on one goroutine,
// what the tick calls returns at once, requests, bodies and time are bounded,
// and Close joins every goroutine of the client's.
//
// Connections are kept for later requests, 30 s after the last one. The way to
// a server is Options.Dial; give it Extension.DialContext and the policy,
// routes and proxies of the websocket module hold for HTTP too.
//
// A proxy of the environment is asked for a tunnel (CONNECT), for http:// too, if
// Dial is Extension.DialContext: what some proxies open for port 443 alone.
//
// # Against Defold
//
// Redirects are not followed, as in Defold: status is 301, say, and
// headers.location says where to. There is no cache: options.ignore_cache is
// accepted and changes nothing. A request that fails gets status 0, an empty
// response and no headers, and beyond Defold error, which says why.
package httplib
