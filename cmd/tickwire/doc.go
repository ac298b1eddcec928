// Command tickwire runs Defold-style scripts and busted-like specs with
// WebSockets and without a window, and has an echo server to talk to. It gives
// WebSockets to programs in other languages, too.
//
//	tickwire run --echo examples/echo/echo.script
//	tickwire run path/to/game.project
//	tickwire test spec
//	tickwire echo
//	tickwire rpc --echo
//
// Caveats first:
//
//   - Scripts are trusted: they reach the machine's files through io and os.
//     --allow and --deny are about WebSockets alone.
//   - The echo servers listen on loopback, unless echo --listen says otherwise.
//     The CA behind --echo's wss server is made anew by each run, trusted by that
//     run alone, and its key is never written down.
//   - What a script prints goes to stdout; its errors, and what --debug shows,
//     go to stderr.
//   - rpc's standard output holds the protocol alone.
//   - run's scripts live by the machine's own clock; test's by a virtual one.
//
// Each command has a file, and its flags stand in main.go. A flag may stand
// anywhere; what follows -- is no flag. The exit codes:
//
//	0    a quiet end, or run --for has passed
//	1    a script error under run --strict, what run --post or --click could not
//	     do, a script that run --watchdog stopped, or a failed spec
//	2    usage, or a script or spec that can't be loaded: one line says why
//	130  interrupted (Ctrl-C); 143: terminated
//	n    a script called sys.exit(n)
package main
