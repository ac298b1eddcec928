package headless

import lua "github.com/yuin/gopher-lua"

// engineMessage takes what is posted to a socket of the engine's: "@system:"
// does what it can without a window, "@render:", "@physics:" and the others do
// nothing.
func (e *Engine) engineMessage(m message) {
	if m.to.socket != "@system" {
		e.passOver("what is posted to " + m.to.socket + ":")
		return
	}
	number := func(field string) float64 {
		n, _ := m.body.RawGetString(field).(lua.LNumber)
		return float64(n)
	}
	switch m.id {
	case "exit":
		e.Exit(int(number("code")))
	case "reboot":
		e.reboot()
	case "set_update_frequency":
		e.setFrequency(number("frequency"))
	default:
		e.passOver("the message " + m.id + " to @system:")
	}
}

// reboot ends the run: nothing starts it again.
func (e *Engine) reboot() {
	e.passOver("a reboot's new start")
	e.Exit(0)
}

// setFrequency says how many frames a second Run steps, 0 for what the options
// say, and whether that can be.
func (e *Engine) setFrequency(hz float64) bool {
	if !(hz == 0 || hz >= 1 && hz <= 100_000) {
		return false
	}
	e.sys.rate = hz
	return true
}
