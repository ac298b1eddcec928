package headless

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Instance is a script instance: its self, its address, and the callbacks of
// its script.
type Instance struct {
	engine *Engine
	script *script
	url    address
	self   *lua.LUserData // what scripts get; its fields are in a table of its own
	fields *lua.LTable
	prefix string // of the paths of what it names without a slash

	data     any // the host's
	late     bool
	timeline *Timeline // nil: the engine's time
	born     uint64    // the frame it was made in
	// Disabled keeps update and timers of a placed instance from running; it gets
	// messages all the same. Set it from the tick.
	Disabled bool

	initialized bool
	finalized   bool // final ran before Delete
	dooming     bool // Delete was called
	dead        bool
}

// Self is what the instance's callbacks get first: a userdata that scripts
// index freely and may use as a table's key.
func (i *Instance) Self() *lua.LUserData { return i.self }

// URL is the instance's address, "main:/echo#echo".
func (i *Instance) URL() string { return i.url.String() }

// Alive says whether the instance was not deleted yet.
func (i *Instance) Alive() bool { return !i.dead }

// NewInstance makes an instance without a script: a self for code that the host
// runs. It panics after Close.
func (e *Engine) NewInstance(id string) *Instance {
	if e.closing {
		panic("headless: NewInstance after Close")
	}
	return e.newInstance(id, &script{})
}

func (e *Engine) newInstance(id string, s *script) *Instance {
	i := e.place(s, Placement{Address: e.newAddress(id).outer()})
	if e.world != nil {
		e.world.Born(i)
	}
	return i
}

func (e *Engine) place(s *script, where Placement) *Instance {
	i := &Instance{engine: e, script: s, url: where.Address.inner(), prefix: where.Prefix, late: where.Late,
		timeline: where.Timeline, data: where.Data, born: e.frames}
	e.late = e.late || i.late
	if i.prefix == "" {
		i.prefix = "/"
	}
	kind := where.Kind
	if kind == "" {
		kind = "Script"
	}
	fields := e.L.CreateTable(0, 0) // NewTable makes room for 32
	i.fields = fields
	meta := e.L.CreateTable(0, 3)
	meta.RawSetString("__index", fields)
	meta.RawSetString("__newindex", fields)
	text := lua.LString(fmt.Sprintf("%s: %p", kind, i))
	meta.RawSetString("__tostring", e.L.NewFunction(func(L *lua.LState) int {
		L.Push(text)
		return 1
	}))
	i.self = &lua.LUserData{Value: i, Env: e.L.Env, Metatable: meta}
	e.instances = append(e.instances, i)
	e.objects[i.url.path] = append(e.objects[i.url.path], i)
	if !where.Hold {
		e.fresh = append(e.fresh, i)
	}
	return i
}

// newAddress is "main:/id#id", with a number after the path's id while that one
// is taken. Numbers aren't given again.
func (e *Engine) newAddress(id string) address {
	id = strings.Map(func(r rune) rune {
		if r == '#' || r == ':' {
			return '_'
		}
		return r
	}, strings.TrimPrefix(id, "/"))
	if id == "" {
		id = "script"
	}
	path := "/" + id
	for len(e.objects[path]) > 0 { // of all sockets: a number too many is no harm
		e.numbers[id]++
		path = fmt.Sprintf("/%s%d", id, e.numbers[id])
	}
	return address{socket: e.socket, path: path, fragment: id}
}

// Delete ends an instance: final, its timers die, each System's Release. Within
// a Step that happens at the frame's end and the instance lives till then, as
// in Defold; else at once. A second call does nothing.
func (e *Engine) Delete(i *Instance) {
	if i.engine != e {
		panic("headless: Delete of another engine's instance")
	}
	if i.dooming || i.dead {
		return
	}
	i.dooming = true
	if e.closing {
		return // Close is on its way to it
	}
	e.doomed = append(e.doomed, i)
	if !e.stepping {
		e.deleteDoomed()
	}
}

// deleteDoomed also takes those that a final deletes. Each instance comes here
// once, so it ends.
func (e *Engine) deleteDoomed() {
	if len(e.doomed) == 0 {
		return
	}
	for n := 0; n < len(e.doomed); n++ {
		e.remove(e.doomed[n])
	}
	clear(e.doomed)
	e.doomed = e.doomed[:0]
	e.instances = keepAlive(e.instances)
	e.fresh = keepAlive(e.fresh)
}

// remove is the end of one instance. Its connections outlive final: that may
// still say goodbye.
func (e *Engine) remove(i *Instance) {
	if i.dead {
		return
	}
	i.dooming = true
	if i.initialized {
		e.call(i, "final", i.script.final)
	}
	i.dead = true
	e.timers.kill(i)
	e.dropFocus(i)
	if object := keepAlive(e.objects[i.url.path]); len(object) > 0 {
		e.objects[i.url.path] = object
	} else {
		delete(e.objects, i.url.path)
	}
	for _, s := range e.systems {
		s.Release(i.self)
	}
}

func keepAlive(list []*Instance) []*Instance {
	kept := list[:0]
	for _, i := range list {
		if !i.dead {
			kept = append(kept, i)
		}
	}
	clear(list[len(kept):])
	return kept
}
