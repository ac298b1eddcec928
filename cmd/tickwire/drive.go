package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/world"
)

// driveOptions are the flags that have a program do something, or run it at
// another pace.
type driveOptions struct {
	steps    []driveStep
	scripts  []string
	watch    bool
	fast     bool
	speed    float64
	seed     *int64
	watchdog time.Duration
	json     bool // --log-format
}

// driveStep is what one --post, --input or --click asks for.
type driveStep struct {
	flag  string // as it was typed
	delay time.Duration
	post  *drivePost
	input string
	click string
}

type drivePost struct {
	to      headless.Address
	message string
	body    map[string]any
}

func driveFlags(c *command, o *driveOptions) {
	step := func(flag string, parse func(s *driveStep, text string) error) func(string) error {
		return func(text string) error {
			s := driveStep{flag: "--" + flag + " " + text}
			delay, rest := cutDelay(text)
			s.delay = delay
			if err := parse(&s, rest); err != nil {
				return err
			}
			o.steps = append(o.steps, s)
			return nil
		}
	}
	c.flags.Func("post", "post a message, `[DELAY:]URL:MESSAGE[:JSON]`, such as 2s:/player#script:hit:{\"by\":3}.\n"+
		"What --post, --input and --click ask for is done in their order, each when the one\n"+
		"before is done and the run is DELAY old. May be repeated", step("post", parsePost))
	c.flags.Func("input", "press and release what an input binding calls ACTION: `[DELAY:]ACTION`. May be\nrepeated", step("input", func(s *driveStep, text string) error {
		s.input = text
		return notEmpty(text, "want [DELAY:]ACTION, such as 500ms:jump")
	}))
	c.flags.Func("click", "click the middle of a gui node, `[DELAY:]NODE`. May be repeated", step("click", func(s *driveStep, text string) error {
		s.click = text
		return notEmpty(text, "want [DELAY:]NODE, such as 1s:play_button")
	}))
	c.flags.Func("script", "run the script `FILE` beside the project, as its driver. May be repeated", func(s string) error {
		o.scripts = append(o.scripts, s)
		return nil
	})
	c.flags.BoolVar(&o.watch, "watch", false, "load a script or module again when its file changes: instances and connections live\n"+
		"on, and scripts get on_reload. The run waits for changes then")
	c.flags.Func("speed", "run `N` times as many frames a second, each as long as ever; networks keep their time", func(s string) (err error) {
		o.speed, err = strconv.ParseFloat(s, 64)
		if err != nil || !(o.speed >= 0.001 && o.speed <= 1e6) {
			return errors.New("want a number from 0.001 to 1000000")
		}
		return nil
	})
	c.flags.BoolVar(&o.fast, "fast", false, "don't wait for frames while nothing is on a network")
	c.flags.Func("seed", "begin math.random with `NUMBER`; with --instances each adds its own", func(s string) error {
		n, err := strconv.ParseInt(s, 10, 54)
		if err != nil {
			return errors.New("want a whole number")
		}
		o.seed = &n
		return nil
	})
	c.flags.Func("watchdog", "stop the run, with exit code 1, when a script doesn't return for `DURATION`, and say\n"+
		"where it was. Scripts are slower by a quarter then", func(s string) (err error) {
		o.watchdog, err = parseDuration(s)
		return err
	})
	c.flags.Func("log-format", "print what scripts print, and errors, as `FORMAT`: text, or json, an object a line with\n"+
		"time, level (print, error, log) and text (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return errors.New("want text or json")
		}
		o.json = s == "json"
		return nil
	})
}

func notEmpty(text, want string) error {
	if text == "" {
		return errors.New(want)
	}
	return nil
}

var delayed = regexp.MustCompile(`^([0-9.]+(?:ms|s|m|h)):(.*)$`)

// cutDelay takes a duration and a colon off the beginning, where there are some.
func cutDelay(text string) (time.Duration, string) {
	if m := delayed.FindStringSubmatch(text); m != nil {
		if d, err := time.ParseDuration(m[1]); err == nil && d <= maxDuration {
			return d, m[2]
		}
	}
	return 0, text
}

// posted is URL:MESSAGE[:JSON]; a URL that begins with a socket has a colon too.
var posted = regexp.MustCompile(`^((?:@?[\w-]+:)?(?:/[^:#{]*)?(?:#[^:#{]+)?):([^:{]+)(?::(.*))?$`)

func parsePost(s *driveStep, text string) error {
	m := posted.FindStringSubmatch(text)
	if m == nil {
		return errors.New(`want [DELAY:]URL:MESSAGE[:JSON], such as 2s:/player#script:hit:{"by":3}`)
	}
	to, err := headless.ParseAddress(m[1])
	if err != nil {
		return err
	}
	if to.Path == "" && !strings.HasPrefix(to.Socket, "@") {
		return errors.New("the URL must name a game object: /object, /object#component or socket:/object")
	}
	s.post = &drivePost{to: to, message: m[2]}
	if m[3] != "" {
		if err := json.Unmarshal([]byte(m[3]), &s.post.body); err != nil {
			return fmt.Errorf("the message must be a JSON object: %w", err)
		}
	}
	return nil
}

// driver is the System that does what the flags ask for.
type driver struct {
	engine *headless.Engine
	world  *world.World
	steps  []driveStep
	touch  string // the action of a click
	failed bool   // something could not be done: exit code 1
	age    float64
	held   *headless.Input // to be released in the next frame
}

// newDriver checks the actions against the project's input bindings.
func newDriver(engine *headless.Engine, w *world.World, g *game, steps []driveStep) (*driver, error) {
	d := &driver{engine: engine, world: w, steps: steps, touch: "touch"}
	if g.Project == nil || len(steps) == 0 {
		return d, nil
	}
	path, err := g.InputBinding()
	if err != nil || path == "" {
		return d, err
	}
	bindings, err := g.Bindings(path)
	if err != nil {
		return d, err
	}
	actions := make(map[string]bool)
	for _, b := range bindings {
		actions[b.Action] = true
		if b.Input == "MOUSE_BUTTON_LEFT" || b.Input == "MOUSE_BUTTON_1" {
			d.touch = b.Action
		}
	}
	for _, s := range steps {
		if s.input != "" && !actions[s.input] {
			return d, fmt.Errorf("%s: %s has no such action; it has %s", s.flag, path, strings.Join(slices.Sorted(maps.Keys(actions)), ", "))
		}
	}
	return d, nil
}

func (d *driver) Open(*lua.LState) error { return nil }
func (d *driver) Flush()                 {}
func (d *driver) Release(lua.LValue)     {}
func (d *driver) Active() int            { return 0 }
func (d *driver) Wake() <-chan struct{}  { return nil }
func (d *driver) Close() error           { return nil }

// Busy says whether something is left to do.
func (d *driver) Busy() bool { return len(d.steps) > 0 || d.held != nil }

// Update does what is due. What it posts and injects arrives in this frame and in
// the next one.
func (d *driver) Update() {
	d.age += d.engine.Delta()
	if d.held != nil {
		d.engine.Input(*d.held)
		d.held = nil
		return
	}
	for len(d.steps) > 0 && d.held == nil && d.age >= d.steps[0].delay.Seconds()-1e-6 {
		s := d.steps[0]
		d.steps = d.steps[1:]
		if err := d.do(s); err != nil {
			d.failed = true
			d.engine.Report(fmt.Errorf("%s: %w", s.flag, err))
		}
	}
}

func (d *driver) do(s driveStep) error {
	switch {
	case s.post != nil:
		to := s.post.to
		if to.Socket == "" {
			to.Socket = d.engine.MainSocket()
		}
		L := d.engine.State()
		body, _ := toLua(L, s.post.body).(*lua.LTable)
		return d.engine.Post(headless.Address{Socket: d.engine.MainSocket()}, to, s.post.message, body)
	case s.input != "":
		d.press(headless.Input{ID: s.input})
	default:
		x, y, err := d.world.FindNode(s.click)
		if err != nil {
			return err
		}
		d.press(headless.Input{ID: d.touch, X: x, Y: y})
	}
	return nil
}

// press injects an action now, and its release in the next frame.
func (d *driver) press(in headless.Input) {
	release := in
	in.Pressed, in.Value = true, 1
	release.Released = true
	d.held = &release
	d.engine.Input(in)
}

// toLua is a value of JSON's.
func toLua(L *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case string:
		return lua.LString(v)
	case []any:
		t := L.CreateTable(len(v), 0)
		for n, one := range v {
			t.RawSetInt(n+1, toLua(L, one))
		}
		return t
	case map[string]any:
		t := L.CreateTable(0, len(v))
		for key, one := range v {
			t.RawSetString(key, toLua(L, one))
		}
		return t
	}
	return lua.LNil
}

// configure sets what the engine has of the flags.
func (o *driveOptions) configure(engine *headless.Options) {
	engine.Fast, engine.Speed, engine.Watchdog = o.fast, o.speed, o.watchdog
	if o.fast {
		engine.Clock = &headless.SkippingClock{}
	}
}

// begin seeds math.random. Instances differ by their number.
func (o *driveOptions) begin(L *lua.LState, instance int) error {
	if o.seed == nil {
		return nil
	}
	seed := L.GetField(L.GetGlobal("math"), "randomseed")
	return L.CallByParam(lua.P{Fn: seed, Protect: true}, lua.LNumber(*o.seed+int64(instance)))
}

// loadDrivers loads the scripts of --script, which the current folder is for.
func (o *driveOptions) loadDrivers(engine *headless.Engine, root string) error {
	for _, path := range o.scripts {
		from := path
		if relative, err := filepath.Rel(root, path); err == nil && !filepath.IsAbs(path) {
			from = relative
		}
		if _, err := engine.LoadScript(from); err != nil {
			return loadError("--script "+path, err)
		}
	}
	return nil
}
