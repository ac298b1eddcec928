package world

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/gui"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// Options says what a World is made of. Its zero value works.
type Options struct {
	// Project is where files are found. Default none: only scripts that the
	// engine loads by their path.
	Project *project.Project
	// Settings are by "section.key"; display.width and .height are gui's. Default:
	// the project's own.
	Settings map[string]string
	// Note is told, once each, what is passed over. Default: nobody.
	Note func(line string)
}

// World is a System of an engine. Call its methods from the engine's goroutine.
type World struct {
	options Options
	e       *headless.Engine
	L       *lua.LState
	vec     *vec.Space
	gui     *gui.Library
	tweens  tween.List

	collections map[string]*collection // by socket
	main        *collection
	proxies     []*component // that have something to do in the next Update
	laters      []func()     // run in the next Update
	removed     []*object    // go at the frame's end
	unloading   []*component // proxies whose collection goes at the frame's end
	noted       map[string]bool
	idsMeta     *lua.LTable // of what collectionfactory.create returns; made when one is needed
}

// New makes a world for e. It does nothing before e.Add.
func New(e *headless.Engine, options Options) *World {
	return &World{
		options:     options,
		e:           e,
		collections: make(map[string]*collection),
		noted:       make(map[string]bool),
	}
}

// Open enters the modules. The engine calls it.
func (w *World) Open(L *lua.LState) error {
	w.L = L
	w.vec = vec.New(w.e.VMath())
	settings := w.options.Settings
	if settings == nil && w.options.Project != nil {
		settings = w.options.Project.Settings()
	}
	w.gui = gui.New(w.e, w.vec, settings)
	w.gui.Open()
	w.openGo()
	w.openFactory()
	w.openCollectionFactory()
	w.openCollectionProxy()
	w.main = w.newCollection(w.e.MainSocket(), nil)
	w.collections[w.main.name] = w.main
	return nil
}

// LoadMain loads the project's main collection. Its scripts have init in the
// engine's next Step.
func (w *World) LoadMain() error {
	path, err := w.options.Project.MainCollection()
	if err != nil {
		return err
	}
	return w.Load(path)
}

// Load makes the collection at path the main one.
func (w *World) Load(path string) error {
	described, err := w.options.Project.Collection(path)
	if err != nil {
		return err
	}
	delete(w.collections, w.main.name)
	w.main.name = described.Name
	w.collections[w.main.name] = w.main
	w.e.UseSocket(w.main.name)
	_, err = w.main.load(described, "/")
	return err
}

// note tells of something that is passed over, once for each key.
func (w *World) note(key, format string, args ...any) {
	if w.options.Note != nil && !w.noted[key] {
		w.noted[key] = true
		w.options.Note(fmt.Sprintf(format, args...))
	}
}

// Update loads what proxies were asked for and moves animations on.
func (w *World) Update() {
	laters := w.laters
	w.laters = nil
	for _, do := range laters {
		do()
	}
	waiting := w.proxies
	w.proxies = nil
	for _, c := range waiting {
		c.proxy.work(c)
	}
	w.tweens.Update()
	w.gui.Update()
}

// Flush ends what was deleted within the frame. The engine has run final of the
// scripts by now.
func (w *World) Flush() {
	for len(w.removed) > 0 || len(w.unloading) > 0 {
		for n := 0; n < len(w.removed); n++ {
			w.removed[n].end()
		}
		w.removed = nil
		proxies := w.unloading
		w.unloading = nil
		for _, c := range proxies {
			c.proxy.unloaded(c)
		}
	}
}

// Release says that a script instance is gone.
func (w *World) Release(self lua.LValue) {
	ud, ok := self.(*lua.LUserData)
	if !ok {
		return
	}
	i, ok := ud.Value.(*headless.Instance)
	if !ok {
		return
	}
	c, ok := i.Data().(*component)
	if !ok {
		return
	}
	c.script = nil
	if o := c.object; o.loose && !o.doomed { // the engine deleted a script of its own
		o.components = slices.DeleteFunc(o.components, func(other *component) bool { return other == c })
		if len(o.components) == 0 {
			o.doom()
		}
	}
}

// Active is 0: nothing of a world is on a network.
func (w *World) Active() int { return 0 }

// Wake is nil: only the frame moves a world.
func (w *World) Wake() <-chan struct{} { return nil }

// Close ends it.
func (w *World) Close() error { return nil }

// Busy says whether an animation runs or a proxy loads.
func (w *World) Busy() bool {
	return w.tweens.Len() > 0 || w.gui.Busy() || len(w.proxies) > 0 || len(w.laters) > 0
}

// later runs do in the next Update.
func (w *World) later(do func()) { w.laters = append(w.laters, do) }

// HasSocket says whether a collection has that name.
func (w *World) HasSocket(name string) bool { return w.collections[name] != nil }

// Born makes a game object for a script that the engine loaded by its path.
func (w *World) Born(i *headless.Instance) {
	a := i.Address()
	in := w.collections[a.Socket]
	if in == nil {
		in = w.main
	}
	o := in.objects[a.Path]
	if o == nil {
		o = in.newObject(a.Path, "/")
		o.loose = true
	}
	c := &component{object: o, id: a.Fragment, kind: "script", script: i}
	o.components = append(o.components, c)
	i.SetData(c)
	for _, p := range i.Properties() {
		i.SetField(p.Name, w.relative(c, w.vec.Copy(p.Value)))
	}
}

// FindNode says where on the screen the middle of the gui node called id is: a
// driver clicks there.
func (w *World) FindNode(id string) (x, y float64, err error) { return w.gui.Find(id) }
