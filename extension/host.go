package extension

import lua "github.com/yuin/gopher-lua"

// Host tells an [Extension] which script instance is running, so that a callback
// gets it as self, and makes it the running one again while the callback runs,
// so that what it starts (a timer, a message to "#", a connection) is its own.
// Its methods are called on the tick.
type Host interface {
	// Instance returns the script instance that runs now, lua.LNil for none. It
	// is the same inside coroutines.
	Instance() lua.LValue
	// SetInstance makes self the running instance and returns the one before.
	SetInstance(self lua.LValue) (previous lua.LValue)
}

// noHost is the Host of a program without script instances.
type noHost struct{}

func (noHost) Instance() lua.LValue                  { return lua.LNil }
func (noHost) SetInstance(lua.LValue) (p lua.LValue) { return lua.LNil }
