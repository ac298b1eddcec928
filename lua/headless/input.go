package headless

import lua "github.com/yuin/gopher-lua"

// Input is one action for on_input(self, action_id, action).
type Input struct {
	ID                          string // "" for none: action_id is nil, as for mouse moves
	Value                       float64
	Pressed, Released, Repeated bool
	X, Y, DX, DY                float64 // pixels
	Text                        string  // typed text; "" leaves the field out
}

// Input queues an action for the next frame. The instances that hold the input
// focus (msg.post(".", "acquire_input_focus")) get it, the newest first, until
// one returns true.
func (e *Engine) Input(action Input) { e.inputs = append(e.inputs, action) }

func (e *Engine) dispatchInput() {
	if len(e.inputs) == 0 {
		return
	}
	inputs := e.inputs
	e.inputs = nil
	for _, input := range inputs {
		var id lua.LValue = lua.LNil
		if input.ID != "" {
			id = e.hash(input.ID)
		}
		action := input.table(e.L)
		if e.world != nil {
			e.world.Input(id, action)
			continue
		}
		focus := append([]*Instance(nil), e.focus...)
		for n := len(focus) - 1; n >= 0; n-- {
			if e.inputTo(focus[n], id, action) {
				break
			}
		}
	}
}

// inputTo says whether the instance consumed the action.
func (e *Engine) inputTo(i *Instance, id lua.LValue, action *lua.LTable) bool {
	if !i.initialized || i.dead || !e.callReturning(i, "on_input", i.script.onInput, 1, id, action) {
		return false
	}
	consumed := e.L.Get(-1) == lua.LTrue
	e.L.Pop(1)
	return consumed
}

func (in Input) table(L *lua.LState) *lua.LTable {
	t := L.CreateTable(0, 13)
	t.RawSetString("value", lua.LNumber(in.Value))
	t.RawSetString("pressed", lua.LBool(in.Pressed))
	t.RawSetString("released", lua.LBool(in.Released))
	t.RawSetString("repeated", lua.LBool(in.Repeated))
	t.RawSetString("x", lua.LNumber(in.X))
	t.RawSetString("y", lua.LNumber(in.Y))
	t.RawSetString("screen_x", lua.LNumber(in.X)) // the window has the display's size
	t.RawSetString("screen_y", lua.LNumber(in.Y))
	t.RawSetString("screen_dx", lua.LNumber(in.DX))
	t.RawSetString("screen_dy", lua.LNumber(in.DY))
	t.RawSetString("dx", lua.LNumber(in.DX))
	t.RawSetString("dy", lua.LNumber(in.DY))
	if in.Text != "" {
		t.RawSetString("text", lua.LString(in.Text))
	}
	return t
}

// takeFocus puts the instance on top.
func (e *Engine) takeFocus(i *Instance) {
	e.dropFocus(i)
	e.focus = append(e.focus, i)
}

func (e *Engine) dropFocus(i *Instance) {
	for n, other := range e.focus {
		if other == i {
			e.focus = append(e.focus[:n], e.focus[n+1:]...)
			return
		}
	}
}
