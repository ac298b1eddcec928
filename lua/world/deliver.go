package world

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
)

// maxWaiting bounds the messages to a collection that is loaded and not begun.
const maxWaiting = 10_000

// Deliver delivers a message to an object or to one of its components. The
// object itself understands those of Defold's that concern it.
func (w *World) Deliver(m headless.Message) error {
	in := w.collections[m.To.Socket]
	if in == nil {
		return fmt.Errorf("message '%s' found nobody at '%s': the collection %s is gone", m.ID, m.To, m.To.Socket)
	}
	o := in.objects[m.To.Path]
	if o == nil {
		return fmt.Errorf("message '%s' found nobody at '%s': there is no game object '%s'", m.ID, m.To, m.To.Path)
	}
	if in.held {
		if len(in.waiting) >= maxWaiting {
			return fmt.Errorf("message '%s' to '%s': %d messages wait for its collection to be initialized", m.ID, m.To, maxWaiting)
		}
		in.waiting = append(in.waiting, m)
		return nil
	}
	switch m.ID {
	case "acquire_input_focus":
		in.takeFocus(o)
		return nil
	case "release_input_focus":
		in.dropFocus(o)
		return nil
	case "set_parent":
		return w.setParentMessage(o, m)
	}
	if m.To.Fragment == "" {
		for _, c := range slices.Clone(o.components) {
			c.receive(m)
		}
		return nil
	}
	c := o.component(m.To.Fragment)
	if c == nil {
		return fmt.Errorf("message '%s' found nobody at '%s': the game object '%s' has no component '%s'", m.ID, m.To, o.path, m.To.Fragment)
	}
	c.receive(m)
	return nil
}

func (c *component) receive(m headless.Message) {
	switch {
	case c.proxy != nil:
		c.proxy.receive(c, m)
	case c.scene != nil && (m.ID == "enable" || m.ID == "disable"):
		if c.script != nil {
			c.script.Disabled = m.ID == "disable"
		}
	case c.script != nil:
		c.script.Receive(m)
	}
}

// setParentMessage is the message set_parent {parent_id, keep_world_transform}.
func (w *World) setParentMessage(o *object, m headless.Message) error {
	var parent *object
	if id := m.Body.RawGetString("parent_id"); id != lua.LNil {
		path, ok := headless.ToHash(id)
		if !ok {
			return fmt.Errorf("message 'set_parent' to '%s': parent_id must be a hash, it is a %s", m.To, arg.TypeName(id))
		}
		if parent = o.collection.objects[path]; parent == nil {
			return fmt.Errorf("message 'set_parent' to '%s': there is no game object '%s'", m.To, path)
		}
	}
	keep := m.Body.RawGetString("keep_world_transform")
	if !o.attach(parent, keep == lua.LNil || keep != lua.LNumber(0) && keep != lua.LFalse) {
		return fmt.Errorf("message 'set_parent' to '%s': '%s' is below it", m.To, parent.path)
	}
	return nil
}

// Input hands an action to the objects that have the focus, the newest first,
// until one consumes it. A proxy among an object's components hands it on to the
// collection that it loaded.
func (w *World) Input(id lua.LValue, action *lua.LTable) { w.main.input(id, action) }

func (c *collection) input(id lua.LValue, action *lua.LTable) (consumed bool) {
	focus := slices.Clone(c.focus)
	for n := len(focus) - 1; n >= 0; n-- {
		if focus[n].input(id, action) {
			return true
		}
	}
	return false
}

// input hands the action to all components, as Defold does, also when one of
// them consumes it.
func (o *object) input(id lua.LValue, action *lua.LTable) (consumed bool) {
	if o.gone {
		return false
	}
	for _, c := range slices.Clone(o.components) {
		switch {
		case c.proxy != nil:
			if c.proxy.enabled && c.proxy.loaded.input(id, action) {
				consumed = true
			}
		case c.script != nil && !c.script.Disabled:
			if c.script.Input(id, action) {
				consumed = true
			}
		}
	}
	return consumed
}
