// Package tween moves numbers over time, as go.animate and gui.animate do:
// easings, playbacks, delays, and a list of what is under way. It knows
// Lua only to read the arguments that both have.
//
// A List belongs to one goroutine, the tick's.
package tween
