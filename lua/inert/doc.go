// Package inert has those of Defold's modules that mean nothing without a
// window, a speaker or a phone: sprite, sound, render, window, physics and so
// on, for gopher-lua. A script that touches them keeps running: their functions
// accept what they get, hold nothing, and answer with what Defold's reference
// has as the type or the default; their constants differ from each other, but
// are not Defold's numbers.
//
// A function that plays something, and gets a function to call when that is
// over, has it called in the next frame.
//
// The names are in one table, tables.go.
package inert
