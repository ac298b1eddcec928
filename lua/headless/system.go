package headless

import lua "github.com/yuin/gopher-lua"

// Busy is what a System may implement that will cause something by itself as time
// passes, without a network: an animation's end, a step of a driver. While it is
// busy Run neither ends nor waits for a Wake.
type Busy interface{ Busy() bool }

// System is a native module that is driven by the frame. The engine calls all
// of it from the Lua goroutine.
type System interface {
	// Open puts the module on the state. The engine calls it once, in Add.
	Open(L *lua.LState) error
	// Update delivers what has arrived. It may call scripts.
	Update()
	// Flush sends what the frame has caused.
	Flush()
	// Release says that a script instance was deleted: its self.
	Release(self lua.LValue)
	// Active counts what is still alive. With 0 nothing is left to happen.
	Active() int
	// Wake has capacity 1 and is sent to when something is ready for Update.
	Wake() <-chan struct{}
	// Close ends it, in bounded time. No callback fires afterwards.
	Close() error
}
