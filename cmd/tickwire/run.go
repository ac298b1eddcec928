package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/httplib"
	"github.com/tickwire/tickwire/lua/luasocket"
	"github.com/tickwire/tickwire/lua/world"
)

const runHelp = `Each SCRIPT becomes an instance with a self of its own; require looks in the
current folder. A PROJECT is a game.project or its folder: its main collection is
loaded with all that is in it, and require looks in that folder, then in the
libraries. Sprites, sounds and whatever else needs a window are passed over; with
--debug 1 that is said.

The run ends when a script calls sys.exit(code), after --for, on Ctrl-C or TERM
(scripts get final and connections a close frame; a second one kills), or when
nothing is left to happen: no connection, timer, message or animation, and no script
with update, fixed_update or late_update.

A script error goes to stderr with its file, line and traceback, and the run goes
on. With --strict it is the last frame: scripts get final, and the exit code is 1.

--post, --input, --click and --script play a game that nobody sits at: what they ask
for is done in the order of the command line. With --fast an hour of a script's time
takes as long as the machine computes it, as long as nothing is on a network.

--instances starts many engines in one process, each on a goroutine of its own: for
load tests. An answer is timed from the last send on the connection to the next message.
A frame is late by how much after its time it comes, and missed when the next one is due.
The environment's GOGC trades memory for fewer of those (400 unless it is set).

Exit codes: 0 for a quiet end or --for, sys.exit's own, 1 for a script error under
--strict, a script that --watchdog stopped, and a --post or --click that could not be
done, 2 for a wrong command line or a script or project that can't be loaded, 130 on
Ctrl-C, 143 on TERM.

` + rulesHelp + `
Scripts may listen (websocket.listen) on loopback and at socket files. An ADDR of
--listen allows more: an address or a range with or without ports (192.168.1.5:8080,
10.0.0.0/8), or every address (:8080, :8000-8999, *). Without ports it allows any,
also port 0, one that is free.

  tickwire run --echo examples/echo/echo.script
  tickwire run --resolve game.example:443=127.0.0.1:8443 --ca test.pem game.script
  tickwire run --allow public game.script
  tickwire run --listen :8080 server.script
  tickwire run --library ../defold-lib.zip path/to/game
  tickwire run --strict --click 1s:play_button --post '5s:@system::exit' path/to/game
  tickwire run --instances 1000 --ramp 50 --for 1m bot.script
  tickwire run --deny private --deny loopback --allow '*.game.example:443' game.script
`

// rulesHelp is about networkFlags.
const rulesHelp = `A RULE of --allow and --deny is [SCHEME://]HOST[:PORTS]. HOST is a name, a pattern
(*.game.example is every name below it, * every host), an address, a range such as
10.0.0.0/8, or a set: private, loopback, link-local, metadata (of clouds),
multicast, unspecified, public (none of these). PORTS is a number or a range, of
the URL: 8000-8999. An IPv6 address with ports stands in brackets, a name of one
label ends in a dot. SCHEME is ws, wss, http or https; without one a rule is for
all. Deny wins; with any --allow, one of them must match, by the name or by the
address. Addresses are judged as they are dialled, also where --resolve leads to.
What is refused is an ERROR with stage "policy", and status 0 for http.request.
`

// runOptions are run's flags and arguments; rpc has the network's.
type runOptions struct {
	scripts   []string
	libraries []string
	drive     driveOptions
	echo      bool
	routes    routes
	config    settings
	duration  time.Duration // 0: no end
	rate      float64       // 0: the default
	strict    bool
	ca        string
	saveDir   string // "": one that ends with the run
	policy    extension.Policy
	listen    []string         // rules beside the default's
	debug     *extension.Debug // nil: what the config says
	many      manyOptions
	programs  *headless.Programs               // compiled files; nil: the engine's own
	trace     func(extension.Traffic)          // nil: nobody counts
	frame     func(late, period time.Duration) // nil: nobody counts
	pool      *extension.Pool                  // nil: each engine's own
	tls       *tls.Config                      // what --ca and the echo servers come to; nil: each engine's own
}

// runScripts runs the scripts to their end.
func runScripts(std streams, o runOptions) (code int, err error) {
	if len(o.scripts) == 0 {
		return 0, errors.New("no script or project given; usage: tickwire run [flags] SCRIPT… or tickwire run [flags] PROJECT")
	}
	if err := o.many.check(); err != nil {
		return 0, err
	}
	if o.drive.json {
		std = jsonStreams(std)
	}
	game, err := openGame(&o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, game.close()) }()
	servers, err := startEchoes(o.echo, o.routes.echoHosts())
	if err != nil {
		return 0, err
	}
	defer servers.close()
	o.config = o.config.with(servers.settings())

	// Caught from here on, so that init, too, is followed by final.
	signals := catchSignals(func() {
		fmt.Fprintln(std.err, "tickwire run: a script takes its time to end; Ctrl-C again kills it")
	})
	defer signals.stop()
	if o.many.instances > 0 {
		return runMany(signals, std, o, game, servers)
	}
	p, err := newProgram(std, o, game, servers, func(err error) {
		fmt.Fprintf(std.err, "error: %v\n", err)
		if o.strict {
			signals.cancel()
		}
	})
	if err != nil {
		return 0, err
	}
	result := p.engine.Run(signals)
	if err := p.engine.Close(); err != nil {
		fmt.Fprintln(std.err, err) // the run itself is over: it keeps its code
	}
	return runCode(signals.code(), p.failed(o.strict), result), nil
}

// program is an engine with all that the flags ask for.
type program struct {
	engine *headless.Engine
	driver *driver
}

// newProgram makes an engine, whose errors onError hears of, and loads what is to
// run.
func newProgram(std streams, o runOptions, game *game, servers *echoes, onError func(error)) (*program, error) {
	engine, err := newEngine(std, &o, game, onError)
	if err != nil {
		return nil, err
	}
	p := &program{engine: engine}
	if err := p.load(std, o, game, servers); err != nil {
		engine.Close()
		return nil, err
	}
	return p, nil
}

func (p *program) load(std streams, o runOptions, game *game, servers *echoes) error {
	world, err := game.addWorld(p.engine, std, o)
	if err != nil {
		return err
	}
	if err := addNetwork(p.engine, std, o, servers); err != nil {
		return err
	}
	if p.driver, err = addDrive(p.engine, world, game, std, o); err != nil {
		return err
	}
	return game.load(p.engine, world, o)
}

// failed says whether the run failed, whatever the scripts' exit code.
func (p *program) failed(strict bool) bool {
	return p.driver.failed || strict && p.engine.ScriptErrors() > 0
}

// addDrive gives the engine what drives it.
func addDrive(engine *headless.Engine, world *world.World, game *game, std streams, o runOptions) (*driver, error) {
	instance, _ := strconv.Atoi(o.config["tickwire.instance"]) // 0 for the only one
	if err := o.drive.begin(engine.State(), instance); err != nil {
		return nil, err
	}
	driver, err := newDriver(engine, world, game, o.drive.steps)
	if err != nil {
		return nil, err
	}
	if err := engine.Add(driver); err != nil || !o.drive.watch {
		return driver, err
	}
	watcher, err := newWatcher(engine, lines(std.err))
	if err != nil {
		return nil, err
	}
	return driver, engine.Add(watcher)
}

// newEngine makes an engine whose errors onError hears of.
func newEngine(std streams, o *runOptions, game *game, onError func(error)) (*headless.Engine, error) {
	options := headless.Options{
		Modules:  luasrc.Modules(),
		Config:   o.config,
		Rate:     o.rate,
		For:      o.duration,
		SaveDir:  o.saveDir,
		Log:      o.passedOver(std),
		Stdout:   std.out,
		OnError:  onError,
		Programs: o.programs,
	}
	o.drive.configure(&options)
	if err := game.configure(o, &options); err != nil {
		return nil, err
	}
	if o.frame != nil {
		period := framePeriod(options)
		options.OnFrame = func(late time.Duration) { o.frame(late, period) }
	}
	return headless.New(options)
}

// framePeriod is the time from frame to frame by the clock.
func framePeriod(o headless.Options) time.Duration {
	rate, speed := o.Rate, o.Speed
	if rate == 0 {
		rate = 60
	}
	if speed == 0 {
		speed = 1
	}
	return time.Duration(float64(time.Second) / rate / speed)
}

// passedOver hears of what does nothing here: nobody does unless --debug is on.
func (o runOptions) passedOver(std streams) func(line string) {
	if o.debug == nil || *o.debug == extension.Disabled {
		return nil
	}
	return lines(std.err)
}

// addNetwork gives the engine the modules websocket and http, set up by the
// flags: one way to servers for both.
func addNetwork(engine *headless.Engine, std streams, o runOptions, servers *echoes) error {
	options, err := networkOptions(engine, std, o, servers)
	if err != nil {
		return err
	}
	options.Listen = append([]string{"loopback", "unix"}, o.listen...)
	options.ListenHint = "tickwire run --listen ADDR allows more"
	websocket := extension.New(options)
	if err := engine.Add(websocket); err != nil {
		return err
	}
	web := httplib.Options{Host: engine, OnError: engine.Report, Hash: engine.Hash, Dial: websocket.DialContext, TLS: options.TLS}
	if err := web.Configure(o.config); err != nil {
		return err
	}
	if err := engine.Add(httplib.New(web)); err != nil {
		return err
	}
	return engine.Add(luasocket.New(socketOptions(engine, websocket, o.policy)))
}

// socketOptions have LuaSocket go where the websockets may.
func socketOptions(engine *headless.Engine, websocket *extension.Extension, policy extension.Policy) luasocket.Options {
	options := luasocket.Options{
		Host: engine, Dial: websocket.DialContext, Listen: websocket.Listen, PermitPort: websocket.PermitPort, Permit: websocket.Permit,
	}
	if len(policy.Allow)+len(policy.Deny) > 0 {
		options.Lookup = func(context.Context, string) ([]string, error) {
			return nil, errors.New("not allowed here: a policy doesn't tell where names lead")
		}
	}
	return options
}

// networkOptions are the websocket module's for the flags.
func networkOptions(engine *headless.Engine, std streams, o runOptions, servers *echoes) (extension.Options, error) {
	options, err := o.config.websocketOptions()
	if err != nil {
		return options, err
	}
	if o.debug != nil {
		options.Debug = *o.debug
	}
	if options.TLS = o.tls; options.TLS == nil {
		if options.TLS, err = trust(o.ca, servers.certificates()...); err != nil {
			return options, err
		}
	}
	options.Host = engine
	options.Trace = o.trace
	options.Pool = o.pool
	options.OnError = engine.Report
	options.Log = lines(std.err)
	options.Getenv = o.routes.getenv
	options.Route = o.routes.route(servers.routed())
	options.Policy = o.policy
	return options, nil
}

// lines writes whole lines to w, from any goroutine.
func lines(w io.Writer) func(line string) {
	var mu sync.Mutex
	return func(line string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(w, line)
	}
}

// loadError is one line: file, line, what.
func loadError(path string, err error) error {
	if load := (*headless.LoadError)(nil); errors.As(err, &load) {
		return errors.New(oneLine(load.Text))
	}
	return fmt.Errorf("%s: %w", path, reason(err))
}

// oneLine folds a text of several lines, such as where require has looked.
func oneLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.ReplaceAll(strings.Join(lines, "; "), ":; ", ": ")
}

// runCode is the exit code of a run. A signal's comes first, for whoever sent it
// waits for that one; then a script error under --strict.
func runCode(signal int, failed bool, result headless.Result) int {
	switch {
	case signal != 0:
		return signal
	case failed:
		return exitFailed
	}
	return result.Code
}
