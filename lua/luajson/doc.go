// Package luajson is Defold's json module for a gopher-lua state: json.encode,
// json.decode and json.null. Open enters it; the headless engine does.
//
// What can't be written or read raises, with what was wrong and, for a text, at
// which character. Depth is bounded (1,000), both ways.
package luajson
