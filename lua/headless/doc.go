// Package headless is a Defold-style engine without a window: it runs script
// files as instances with their own self, once a frame, by a clock that the
// host chooses.
//
// Caveats first:
//
//   - One goroutine. Whoever calls Step is the Lua goroutine; every method of
//     Engine belongs to it. Only a Clock may be used from elsewhere.
//   - Step within Step (from a callback, a System, a timer) is a broken law and
//     panics. Close within Step too.
//   - A host that lets a Lua function call Step (a spec that waits) runs that
//     function with Engine.Call, which gives it a thread of its own: gopher-lua's protected
//     calls, when they catch an error, part the locals of the functions that are
//     running on their thread from the closures that share them.
//   - The engine knows no native module. One that is driven by the frame is a
//     System: a host adds it with Engine.Add.
//   - Step doesn't move the clock. Run does, where the clock is virtual.
//   - Scripts are trusted: io and os reach the machine, and a script that never
//     returns stops the engine. Only Close is bounded.
//
// # A frame
//
// Step(dt) does, in this order:
//
//  1. init of the instances that are new
//  2. input: on_input, the newest focus first
//  3. each System's Update, in the order they were added
//  4. timers that are due
//  5. fixed_update, none to five times
//  6. update(self, dt)
//  7. posted messages until none is left, at most Options.MaxMessages
//  8. late_update(self, dt)
//  9. deletions: final, the instance's timers die, each System's Release
//  10. each System's Flush
//
// What a step causes for an earlier one happens in the next frame. An instance
// that is deleted within a frame lives on until the frame's step 9, as in
// Defold. An error in a callback goes to Options.OnError with its traceback and
// the frame goes on.
//
// # Worlds
//
// By itself the engine knows scripts in one collection. A World, which is a System
// too, takes its messages and input, and puts instances at addresses of its own
// with Place, on Timelines that can stand still: package world does so for whole
// projects.
//
// # Builtins
//
// print, pprint, json, timer, msg, hash, hash_to_hex, hashmd5, socket.gettime,
// sys, vmath, crypt, zlib, buffer, image, types, require, what package inert has
// (sprite, sound, render …), and os by the engine's clock. Each is a file *lib.go
// with its table of functions, or a package beside this one; a further one is a
// line in openLibs, or in openBuiltins, whose modules are empty until a script
// looks into them.
//
// Files of sys.save are written beside and renamed. They end with the engine
// unless Options.SaveDir keeps them. sys.load takes what sys.save has written,
// and no file of Defold's own.
//
// # The language
//
// Scripts get LuaJIT's: package luajit's doc lists what is left of gopher-lua, and
// what it costs to work around.
package headless
