package main

import (
	"flag"
	"os"
	"time"

	"github.com/tickwire/tickwire/extension"
)

func main() { os.Exit(dispatch(os.Args[1:], streams{os.Stdout, os.Stderr})) }

// commands are tickwire's, in the order in which help shows them.
func commands() []*command {
	return []*command{runCommand(), testCommand(), echoCommand(), rpcCommand(), versionCommand(), helpCommand()}
}

func runCommand() *command {
	c := newCommand("run", "[flags] SCRIPT… | PROJECT", "run Defold scripts or a whole project without a window", runHelp)
	o := runOptions{config: settings{}, routes: routes{}}
	c.flags.BoolVar(&o.echo, "echo", false, "start a ws and a wss echo server on free ports of 127.0.0.1; scripts find them\n"+
		"with sys.get_config_string(\"websocket.echo_url\") and (\"websocket.echo_wss_url\")")
	networkFlags(c, &o)
	c.flags.Func("listen", "let scripts listen at `ADDR` too, such as :8080, besides loopback and socket files. May be\n"+
		"repeated; see above", func(s string) error {
		o.listen = append(o.listen, s)
		return extension.CheckListenRule(s)
	})
	c.flags.Func("config", "set `section.key=value` for sys.get_config_*. May be repeated. The module reads\n"+
		"websocket.max_connections, .buffer_size, .socket_timeout (µs) and .debug", o.config.set)
	c.flags.Func("for", "end after `DURATION`, such as 500ms, 10s or 2m (default: when nothing is left to happen)", func(s string) (err error) {
		o.duration, err = parseDuration(s)
		return err
	})
	c.flags.Func("rate", "run `HZ` frames a second (default 60)", func(s string) (err error) {
		o.rate, err = parseRate(s)
		return err
	})
	c.flags.Func("library", "look for what the project lacks in the `PATH` of a library, a folder or a ZIP, too.\n"+
		"May be repeated", func(s string) error {
		o.libraries = append(o.libraries, s)
		return nil
	})
	driveFlags(c, &o.drive)
	manyFlags(c, &o.many)
	c.flags.BoolVar(&o.strict, "strict", false, "stop at the first script error, with exit code 1")
	c.run = func(std streams, scripts []string) (int, error) {
		o.scripts = scripts
		return runScripts(std, o)
	}
	return c
}

// networkFlags are about where a program's connections lead.
func networkFlags(c *command, o *runOptions) {
	c.flags.Func("resolve", "lead connections to a host elsewhere, `HOST:PORT=ADDR:PORT`; the Host header and the\n"+
		"name asked of TLS stay. ADDR:PORT may be the word echo, for an echo server whose\n"+
		"certificate is HOST's. May be repeated", o.routes.set)
	c.flags.Func("allow", "allow connections only where a `RULE` allows it. May be repeated; see above", func(s string) error {
		o.policy.Allow = append(o.policy.Allow, s)
		return extension.CheckRule(s)
	})
	c.flags.Func("deny", "allow no connection that matches `RULE`. May be repeated; see above", func(s string) error {
		o.policy.Deny = append(o.policy.Deny, s)
		return extension.CheckRule(s)
	})
	c.flags.StringVar(&o.ca, "ca", "", "trust the certificates in the PEM `FILE`, besides the system's")
	c.flags.StringVar(&o.saveDir, "save-dir", "", "keep what scripts save (sys.get_save_file) in `DIR` (default: gone when the run ends)")
	c.flags.Func("debug", "log connections, and what is passed over, to stderr; `LEVEL` is 0, 1, 2 or\n"+
		"disabled, state_changes, verbose (default: what the config's websocket.debug says)", func(s string) (err error) {
		o.debug, err = parseDebug(s)
		return err
	})
}

func rpcCommand() *command {
	c := newCommand("rpc", "[flags]", "websockets for a program in any language, by JSON lines", rpcHelp)
	o := runOptions{config: settings{}, routes: routes{}}
	c.flags.BoolVar(&o.echo, "echo", false, "start a ws and a wss echo server on free ports of 127.0.0.1; the first line of the\n"+
		"output tells their URLs: {\"event\":\"echo-servers\",\"payload\":{\"ws\":\"…\",\"wss\":\"…\"}}")
	networkFlags(c, &o)
	c.flags.Func("config", "set `section.key=value`: websocket.max_connections, .buffer_size, .socket_timeout (µs),\n"+
		".debug. May be repeated", o.config.set)
	c.run = func(std streams, args []string) (int, error) {
		if err := noArguments(args); err != nil {
			return 0, err
		}
		return serveRPC(std, o)
	}
	return c
}

func testCommand() *command {
	c := newCommand("test", "[flags] PATH…", "run specs: files, or folders with *_spec.lua", testHelp)
	o := testOptions{config: settings{}}
	c.flags.Func("output", "print the results in this `FORMAT`: text, dots, tap or junit (default text)", func(s string) (err error) {
		o.output, err = parseOutput(s)
		return err
	})
	c.flags.StringVar(&o.filter, "filter", "", "run only the specs whose full name matches this Lua `PATTERN`")
	c.flags.Func("tags", "run only the specs with one of these `TAGS`, separated by commas", o.tags.set)
	c.flags.Func("exclude-tags", "run no spec with one of these `TAGS`, separated by commas", o.excludeTags.set)
	c.flags.BoolVar(&o.shuffle, "shuffle", false, "run the specs in an order that --seed decides")
	c.flags.Uint64Var(&o.seed, "seed", 0, "the `NUMBER` that --shuffle printed, for the same order again")
	c.flags.Func("config", "set `section.key=value` for sys.get_config_*. May be repeated", o.config.set)
	c.flags.StringVar(&o.ca, "ca", "", "trust the certificates in the PEM `FILE`, besides the system's")
	c.run = func(std streams, paths []string) (int, error) {
		o.paths = paths
		return runSpecs(std, o)
	}
	return c
}

func echoCommand() *command {
	c := newCommand("echo", "[flags]", "serve WebSocket echoes until interrupted", echoHelp)
	var listen string
	c.flags.StringVar(&listen, "listen", "127.0.0.1:0", "listen on `ADDR`; port 0 is a free one. Another machine reaches it only if you\n"+
		"type an address here that is not loopback's")
	c.run = func(std streams, args []string) (int, error) {
		if err := noArguments(args); err != nil {
			return 0, err
		}
		signals := catchSignals(nil)
		defer signals.stop()
		return serveEcho(signals, std, listen)
	}
	return c
}

func versionCommand() *command {
	c := newCommand("version", "", "say what this tickwire is built of", versionHelp)
	c.run = func(std streams, args []string) (int, error) {
		if err := noArguments(args); err != nil {
			return 0, err
		}
		return printVersion(std)
	}
	return c
}

func helpCommand() *command {
	c := newCommand("help", "[command]", "show what there is, or all about one command", "")
	c.run = printHelp
	return c
}

// maxDuration keeps --for within what a clock can add up.
const maxDuration = 100 * 365 * 24 * time.Hour

func newCommand(name, arguments, short, long string) *command {
	return &command{name: name, arguments: arguments, short: short, long: long, flags: flag.NewFlagSet(name, flag.ContinueOnError)}
}
