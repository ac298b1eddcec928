package project

// The readers without files, for fuzzing. Templates are found nowhere.

// ReadCollection reads the text of a .collection.
func ReadCollection(text string) (*Collection, error) { return readText(text, readCollection) }

// ReadGameObject reads the text of a .go, and what its factories make.
func ReadGameObject(text string) (*GameObject, error) {
	p := &Project{Config: &Config{}}
	return readText(text, func(root *Node) (*GameObject, error) {
		r := newReader(root)
		g := r.gameObject()
		for n := range g.Components {
			if g.Components[n].data != nil {
				_, _ = p.Prototype(&g.Components[n])
			}
		}
		return g, *r.err
	})
}

// ReadScene reads the text of a .gui.
func ReadScene(text string) (*Scene, error) {
	p := &Project{Config: &Config{}, files: make(map[string]any)}
	return readText(text, func(root *Node) (*Scene, error) { return p.readScene(root, 0) })
}

func readText[T any](text string, read func(*Node) (T, error)) (T, error) {
	root, err := Parse("x", text)
	if err != nil {
		var none T
		return none, err
	}
	return read(root)
}
