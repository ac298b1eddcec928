package headless

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// World is a System that also knows what a project is made of besides scripts:
// game objects with other components, in collections. Add makes it the engine's.
// The engine calls it from the Lua goroutine.
type World interface {
	System
	// Born tells of an instance that LoadScript or NewInstance made.
	Born(i *Instance)
	// HasSocket says whether a collection has that name.
	HasSocket(name string) bool
	// Deliver delivers a message. The error says who isn't there.
	Deliver(m Message) error
	// Input hands out an action to those that have the input focus.
	Input(id lua.LValue, action *lua.LTable)
	Busy
}

// Address is where a message goes: "socket:/path#fragment".
type Address struct{ Socket, Path, Fragment string }

func (a Address) String() string { return a.inner().String() }

func (a Address) inner() address { return address{a.Socket, a.Path, a.Fragment} }

func (a address) outer() Address { return Address{a.socket, a.path, a.fragment} }

// ParseAddress reads "[socket:][path][#fragment]".
func ParseAddress(text string) (Address, error) {
	a, err := parseAddress(text)
	return a.outer(), err
}

// Message is one that was posted, on its way to its receiver.
type Message struct {
	From, To Address
	ID       string
	Body     *lua.LTable // the receiver's own copy
}

// Placement says where an instance of a script lives, and how.
type Placement struct {
	Address Address
	// Prefix begins the path of what the script names without a slash: "/", or
	// "/sub/" within a collection of that name.
	Prefix string
	// Late instances are updated after the others, as gui scripts are.
	Late bool
	// Timeline is the time of the instance's collection. Default: the engine's.
	Timeline *Timeline
	// Kind is how the instance calls itself: tostring(self). Default "Script".
	Kind string
	// Hold keeps init from running by itself: the host calls Instance.Init.
	Hold bool
	// Data is the host's.
	Data any
	// Born is called with the instance before its init can run, also when that
	// fails. Its error becomes Place's.
	Born func(i *Instance) error
}

// Place makes an instance of the script file at path, an absolute one or one
// relative to the root, at an address of the host's choosing. Otherwise it is
// like LoadScript.
func (e *Engine) Place(path string, where Placement) (*Instance, error) {
	if e.closing {
		return nil, ErrClosed
	}
	s, err := e.loadScript(e.resolve(path))
	if err != nil {
		return nil, err
	}
	i := e.place(s, where)
	if where.Born != nil {
		if err := where.Born(i); err != nil {
			e.Delete(i)
			return nil, err
		}
	}
	return i, nil
}

// UseSocket names the collection that LoadScript's and NewInstance's instances
// live in. It is "main" without a call.
func (e *Engine) UseSocket(name string) { e.socket = name }

// hasSocket says whether messages can be posted there.
func (e *Engine) hasSocket(name string) bool {
	return name == e.socket || e.world != nil && e.world.HasSocket(name)
}

// Running is the instance whose callback runs, nil for none.
func (e *Engine) Running() *Instance { return e.running() }

// Delta is the time of the frame that runs, or ran last.
func (e *Engine) Delta() float64 { return e.dt.d.Seconds() }

// Post posts a message for the host. body may be nil; it is not copied.
func (e *Engine) Post(from, to Address, id string, body *lua.LTable) error {
	if body == nil {
		body = e.L.CreateTable(0, 0)
	}
	if e.posted.len() >= e.options.MaxQueue {
		return fmt.Errorf("headless: post '%s' to '%s': %d messages wait already", id, to, e.posted.len())
	}
	if to.Socket == "" || to.Socket[0] != '@' && !e.hasSocket(to.Socket) {
		return fmt.Errorf("headless: post '%s' to '%s': no socket has that name", id, to)
	}
	e.posted.push(message{from: from.inner(), to: to.inner(), id: id, body: body})
	return nil
}

// MainSocket is the name of the collection that the engine began with.
func (e *Engine) MainSocket() string { return e.socket }

// ToHash is the text of a hash, and whether v is one.
func ToHash(v lua.LValue) (text string, ok bool) { return toHash(v) }

// CheckHash is the text of argument n, a hash or a string; it raises for others.
func CheckHash(L *lua.LState, n int) string { return checkHashOrString(L, n) }

// URL is a Lua value like msg.url's.
func (e *Engine) URL(a Address) *lua.LUserData { return e.url(a.inner()) }

// ToAddress is the address of a url value, and whether v is one.
func ToAddress(v lua.LValue) (Address, bool) {
	a, ok := toAddress(v)
	if !ok {
		return Address{}, false
	}
	return a.outer(), true
}

// CheckAddress reads argument n, a string, url or hash, and makes it absolute;
// it raises for others.
func (e *Engine) CheckAddress(L *lua.LState, n int) Address { return e.checkAddress(L, n).outer() }

// Address is where the instance is reached.
func (i *Instance) Address() Address { return i.url.outer() }

// Data is what Placement.Data was, or SetData.
func (i *Instance) Data() any { return i.data }

// SetData sets Data, for an instance that came by Born.
func (i *Instance) SetData(data any) { i.data = data }

// Script is the path of the instance's file, "" for NewInstance's.
func (i *Instance) Script() string { return i.script.path }

// Field is self[name].
func (i *Instance) Field(name string) lua.LValue { return i.fields.RawGetString(name) }

// SetField sets self[name].
func (i *Instance) SetField(name string, value lua.LValue) { i.fields.RawSetString(name, value) }

// Init runs the instance's init now, unless it ran.
func (i *Instance) Init() { i.engine.ensureInit(i) }

// Initialized says whether init ran, and final didn't.
func (i *Instance) Initialized() bool { return i.initialized }

// Finalize runs final now, if init ran. Delete will not run it again.
func (i *Instance) Finalize() {
	if i.initialized && !i.dead {
		i.engine.call(i, "final", i.script.final)
		i.initialized, i.finalized = false, true
	}
}

// Receive runs on_message.
func (i *Instance) Receive(m Message) {
	e := i.engine
	e.ensureInit(i)
	if i.script.onMessage != nil && !i.dead {
		e.call(i, "on_message", i.script.onMessage, e.hash(m.ID), m.Body, e.url(m.From.inner()))
	}
}

// Input runs on_input and says whether it consumed the action.
func (i *Instance) Input(id lua.LValue, action *lua.LTable) bool {
	return i.engine.inputTo(i, id, action)
}

// Call runs fn(self, args…) as a callback of that name: its error is reported.
// A dead instance's isn't run.
func (i *Instance) Call(callback string, fn *lua.LFunction, args ...lua.LValue) {
	if !i.dead {
		i.engine.call(i, callback, fn, args...)
	}
}

// Property is a property that a script file declares: go.property.
type Property struct {
	Name  string
	Value lua.LValue
}

// DeclareProperty adds a property to the script file that is being loaded, and
// says whether there is one.
func (e *Engine) DeclareProperty(name string, value lua.LValue) bool {
	if e.loading == nil {
		return false
	}
	for n, p := range e.loading.properties {
		if p.Name == name {
			e.loading.properties[n].Value = value
			return true
		}
	}
	e.loading.properties = append(e.loading.properties, Property{name, value})
	return true
}

// Properties are those that the instance's file declares.
func (i *Instance) Properties() []Property { return i.script.properties }
