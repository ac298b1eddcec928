package luaspec

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/luajit"
)

// runner runs the blocks of one spec file: one engine, one Lua state. All of it
// is owned by the runner goroutine, which lives in the bubble.
type runner struct {
	options Options
	path    string

	engine *headless.Engine
	L      *lua.LState
	driver *driver
	limit  *limit
	world  *world // the in-memory network and what was wired to the engine

	root    *node
	loading *node // the block whose body runs while the file loads, else nil
	spec    *node // the it that runs, else nil
	scope   *scope
	finally []*lua.LFunction // of the running it
	scripts map[string]int   // by path: instances that a spec loaded and that live

	printed      bytes.Buffer
	scriptErrors []error // since they were last taken

	servers     *class[*specServer]
	questions   questions // requests that a spec's function answers
	connections *class[*specConnection]

	running                  *lua.LFunction // coroutine.running
	takeSnapshot             *lua.LFunction
	failureMeta, pendingMeta *lua.LTable
	// asserted is the last assert(v, message) that failed: who meets that
	// message at the top knows that it is a failure, and where.
	asserted struct {
		value lua.LValue
		where string
	}
}

// scope is what a block owns: it ends with it.
type scope struct {
	outer    *scope
	instance *headless.Instance
	snapshot *lua.LTable
	closers  []func() // newest last
}

// blockState is how far a describe has come.
type blockState struct {
	scope  *scope
	lazy   bool // its lazy_setup ran
	failed bool // a setup failed: its specs can't run
}

// newRunner makes the engine. Call from the bubble.
func newRunner(o Options, path string, limit *limit, outside *outside) (*runner, error) {
	r := &runner{options: o, path: path, limit: limit}
	r.driver = newDriver(o, outside)
	engine, err := headless.New(headless.Options{
		Root:      o.Root,
		Libraries: o.Libraries,
		Modules:   o.Modules,
		Programs:  o.programs,
		Config:    o.Config,
		Clock:     r.driver.clock,
		Stdout:    &r.printed,
		OnError:   func(err error) { r.scriptErrors = append(r.scriptErrors, err) },
	})
	if err != nil {
		return nil, err
	}
	r.engine, r.L, r.driver.engine = engine, engine.State(), engine
	r.failureMeta, r.pendingMeta = r.marked("failure"), r.marked("pending")
	world, err := wire(r)
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.world = world
	r.L.SetContext(limit) // last: what was opened so far is not the spec's
	return r, nil
}

// load runs the file, which registers its blocks, and returns the tree. What
// is wrong with the file is in the problems of the root.
func (r *runner) load(name string) *node {
	r.root = &node{kind: kindFile, name: name, where: r.path}
	proto, err := compileFile(r.path)
	if err != nil {
		r.root.problems = []Problem{{Status: Broken, Message: err.Error()}}
		return r.root
	}
	r.root.fn = r.L.NewFunctionFromProto(proto)
	r.register(r.root)
	return r.root
}

// register runs a block's body, which calls describe, it and so on.
func (r *runner) register(n *node) {
	outer := r.loading
	r.loading = n
	defer func() { r.loading = outer }()
	if p := r.protected(n.fn); p != nil {
		p.Status = Broken
		n.problems = append(n.problems, *p)
	}
}

// protected calls fn, which may wait, and returns what went wrong, or nil.
func (r *runner) protected(fn *lua.LFunction, args ...lua.LValue) *Problem {
	err := r.engine.Call(fn, args...)
	if err == nil {
		return nil
	}
	p := r.problem(err)
	return &p
}

// compileFile compiles a spec file. What is wrong with it has file and line.
func compileFile(path string) (*lua.FunctionProto, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		var failed *fs.PathError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return luajit.Compile(text, path)
}

// open begins a scope: an instance to run in, a snapshot of the spies.
func (r *runner) open() *scope {
	s := &scope{outer: r.scope, instance: r.engine.NewInstance("spec")}
	r.engine.SetInstance(s.instance.Self())
	if err := r.L.CallByParam(lua.P{Fn: r.takeSnapshot, NRet: 1, Protect: true}); err == nil {
		s.snapshot = r.L.CheckTable(-1)
		r.L.Pop(1)
	}
	r.scope = s
	return s
}

// end ends the scope: what was opened in it closes, newest first, its instance
// is deleted, spies are put back. One frame then lets the rest of the
// program see it.
func (r *runner) end(s *scope) {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	if s.instance.Alive() {
		r.engine.Delete(s.instance)
	}
	if s.snapshot != nil {
		if revert, ok := s.snapshot.RawGetString("revert").(*lua.LFunction); ok {
			r.protected(revert)
		}
	}
	r.scope = s.outer
	r.enter(r.scope)
	r.driver.frame()
}

// enter makes the scope's instance the running one.
func (r *runner) enter(s *scope) {
	if s == nil {
		r.engine.SetInstance(lua.LNil)
		return
	}
	r.engine.SetInstance(s.instance.Self())
}

// takeScriptErrors is what callbacks raised since it was last asked.
func (r *runner) takeScriptErrors() []error {
	taken := r.scriptErrors
	r.scriptErrors = nil
	return taken
}

func (r *runner) takePrinted() string {
	defer r.printed.Reset()
	return r.printed.String()
}

// measured runs f and fills in what it cost and printed, and what callbacks
// raised meanwhile.
func (r *runner) measured(result *Result, f func()) {
	wall, virtual := r.driver.outside.now(), r.driver.clock.Now()
	f()
	for _, err := range r.takeScriptErrors() {
		p := r.problem(err)
		var script *headless.ScriptError
		if errors.As(err, &script) && p.Status == Errored {
			p.Message += "\n(in " + script.Callback + ")"
		}
		if p.Status == Pending {
			p.Status = Errored // pending() in a callback can't end the spec
		}
		result.add(p)
	}
	result.Output = r.takePrinted()
	result.Took = r.driver.outside.now().Sub(wall)
	result.Virtual = r.driver.clock.Now().Sub(virtual)
}

// close ends the engine: scripts' final, connections, servers, the state. The
// clock goes on meanwhile, for closing has timeouts of its own.
func (r *runner) close() error {
	var err error
	finished := r.driver.during(func() {
		err = r.engine.Close()
	})
	if !finished {
		return fmt.Errorf("luaspec: close engine of %s: did not end within %v", r.path, closeLimit)
	}
	return errors.Join(append(r.takeScriptErrors(), err)...)
}

// closeLimit bounds the close of an engine, in virtual time.
const closeLimit = 30 * time.Second
