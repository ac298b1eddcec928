// Package luaspec runs specs written in busted's style, with websocket and the
// rest of a headless engine around them, in virtual time.
package luaspec
