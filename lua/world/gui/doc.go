// Package gui is Defold's gui module over scenes that nobody draws: nodes hold
// what was set, animations run by the clock, and pick_node answers by position and
// size. Layouts and adjustment to a window don't exist: the display has the size
// that game.project says.
//
// A gui script reaches its own scene only, by way of its instance: whose Data has
// a method GUI.
package gui
