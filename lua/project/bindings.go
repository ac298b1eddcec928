package project

// Binding is a trigger of an .input_binding: a key, a mouse button, a gamepad's
// button, touch or text, and the action that it causes.
type Binding struct {
	Trigger string // "key", "mouse", "gamepad", "touch", "text"
	Input   string // "KEY_SPACE", "MOUSE_BUTTON_LEFT" …
	Action  string
}

// Bindings reads the .input_binding at path.
func (p *Project) Bindings(path string) ([]Binding, error) {
	return cached(p, path, func(root *Node) ([]Binding, error) {
		r := newReader(root)
		var all []Binding
		for _, trigger := range []string{"key", "mouse", "gamepad", "touch", "text"} {
			for _, t := range r.children(trigger + "_trigger") {
				all = append(all, Binding{trigger, t.word("input", ""), t.need("action", "an action's name")})
			}
		}
		return all, *r.err
	})
}
