// Package spec holds the project's own specs: what a script sees of its
// websockets and what the server receives, without a look inside.
//
// Everything is in memory and in virtual time; only the modules under test are
// real. The specs are the *_spec.lua beside this file, one noun each, and need
// no Go to be read. They run under go test, or alone with
//
//	go run ./cmd/tickwire test spec
package spec
