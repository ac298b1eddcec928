// Package project reads Defold projects: game.project, and the text formats of
// collections, game objects, gui scenes, factories, collection proxies and input
// bindings. It knows no Lua and runs nothing.
//
// What it returns is shared by whoever asks and must not be changed. A Project
// parses each file once and is safe from any goroutine.
//
// An error names file, line and field, and says what would be right:
//
//	main/main.collection:12: instances.position.x must be a number, it is the text "one"
//
// Fields that only a window needs (sprites, materials, sounds …) are passed over,
// and so are fields that no list here knows: Defold's formats grow.
package project
