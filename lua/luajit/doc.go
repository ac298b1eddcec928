// Package luajit gives a gopher-lua state the language and the libraries of
// LuaJIT 2.1, which Defold runs: Lua 5.1, bit, jit, and what LuaJIT took from Lua
// 5.2. Debian's LuaJIT is the oracle: some thousand cases run under both, and what
// differs is listed with its reason in testdata/known_differences.txt.
//
//	L := luajit.NewState()
//	r, err := luajit.Open(L, luajit.Options{})
//	…
//	proto, err := luajit.Compile(text, "main.lua")
//	L.Push(L.NewFunctionFromProto(proto))
//	err = r.PCall(L, 0, 0)
//	…
//	r.Close()
//	L.Close()
//
// Caveats first:
//
//   - One goroutine at a time runs the state, and calls the Runtime's methods. A
//     coroutine has a goroutine of its own, but only to hand over to it: resume
//     stands still until it yields.
//   - Close ends the coroutines that wait in a yield. One that nothing can reach
//     any more ends without it; one that holds itself (local co = coroutine.create
//     of a function that uses co) does not, for a goroutine's variables are roots.
//   - A thread that a script holds stands for a coroutine and can't be used with
//     gopher-lua's Go functions (L.Resume, XMoveTo). Threads that a host makes with
//     L.NewThread and resumes itself work as ever; a script can't resume them.
//   - Mended are texts that go through Compile, load, loadstring, loadfile and
//     dofile. What a host compiles with L.Load keeps gopher-lua's ways: numbers
//     joined with .. as Go prints them, for one.
//   - Errors have LuaJIT's words where a protected call of this package catches
//     them: pcall, xpcall, a coroutine, Runtime.PCall. A host's own L.PCall gets
//     gopher-lua's.
//   - The bound of a host on the state (L.SetContext) holds in coroutines and
//     protected calls too.
//
// # How it is done
//
// Functions in Go replace those of gopher-lua. Compile reads the text (\x, \z, \u{},
// 0x1p4), rewrites the syntax tree, and mends what gopher-lua compiles of it:
// without that, a, b = b, a sets a to itself where both are local variables, and
// a = t.x and t.y leaves a as it was where t.x is nil; goto
// parts a function's variables from the closures that share them; break leaves
// them shared with whatever comes later; local f = function … f() … end calls
// itself where it means an outer f; a table constructor with more than 25,550
// items loses some; .. writes numbers as Go does; names with letters beyond ASCII
// are no names.
//
// A protected call runs on a thread of its own, since gopher-lua parts the
// variables of all functions on the thread where it catches an error from their
// closures. It costs about what gopher-lua's own does. An error is worded where it is
// raised, by what the failed instruction worked on; calls that don't fail pay
// nothing for that.
//
// # What is left, and what it costs to work around
//
//   - There is no FFI: no require "ffi", no 64-bit and no complex numbers. It raises.
//   - No functions can be dumped or loaded as bytecode. It raises.
//   - There are no hooks: debug.sethook raises. A host bounds scripts with a context.
//   - Weak tables hold their keys and values all the same, and __gc is never called:
//     remove what should go.
//   - # of a list with holes is its last item that is not nil. After t[#t] = nil, #
//     looks at all that was cleared: table.remove(t) shortens the list instead.
//   - # asks a table's __len, which LuaJIT doesn't.
//   - pairs goes through keys in the order in which they were first set. A key that
//     was ever set takes room as long as the table lives: make a new table now and
//     then where keys come and go.
//   - 5 % math.huge is 5, not nan; -0 may read as 0 where the same function has 0.
//   - for i = "1", "2" takes no texts: use tonumber.
//   - next(t, key) with a key that t never had ends the traversal: it doesn't raise.
//   - { 1, [1] = 2 } holds 1: list items win.
//   - A function with more than 200 variables and intermediate values doesn't
//     compile, and compiling takes time by the square of its constants: put big
//     tables of data into JSON, or into several functions.
//   - debug.getinfo knows a chunk by its short name, debug.getlocal no varargs.
//   - collectgarbage counts and collects for the whole process.
//   - A pattern may hold zero bytes, which end LuaJIT's.
package luajit
