// Package world is what a Defold project is made of besides its scripts: game
// objects in collections, with scripts, gui scenes, factories, collection
// factories and collection proxies; messages between them by URL; the input
// focus; and the modules go, gui, factory, collectionfactory and collectionproxy.
//
// A World is a System of the headless engine:
//
//	w := world.New(engine, world.Options{Project: p})
//	err := engine.Add(w) // before other systems: their callbacks find it there
//	err = w.LoadMain()   // the main collection of game.project
//
// Without a project it makes a game object of each script that the engine loads,
// so that go.* works there too.
//
// What needs a window or a speaker is passed over: a sprite is there, takes
// messages and holds what go.set gives it, and does nothing. Options.Note is told
// of each kind of component that is passed over.
//
// A World belongs to the engine's goroutine.
package world
