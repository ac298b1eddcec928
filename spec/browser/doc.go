// Package browser compares tickwire.w3c with the original: the same scripts run
// in headless Chromium, in JavaScript, and here, in Lua, each against a server
// that does the same, and both have to tell the same.
//
// The scripts are in testdata/scenarios.txtar. testdata/differences.txt lists
// where the two differ, and why; a difference that is not listed fails, and so
// does one that is listed and gone.
package browser
