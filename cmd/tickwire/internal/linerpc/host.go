package linerpc

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Options are a Host's settings.
type Options struct {
	In  io.Reader
	Out io.Writer
	// OnError hears of an input that can't be read, an output that can't be
	// written, and an action that raised. Called on the tick. Default: nobody.
	OnError func(error)
	// MaxLine bounds a line of the input in bytes. Default 16 MiB.
	MaxLine int
	// Backlog is how many bytes may wait for the output before no more are caused.
	// Default 1 MiB.
	Backlog int
	// CloseTimeout bounds Close, which waits for the output. Default 1 s.
	CloseTimeout time.Duration
}

const (
	defaultMaxLine      = 16 << 20
	defaultBacklog      = 1 << 20
	defaultCloseTimeout = time.Second
	// turn is how many lines one Update does: a flood of them holds up no event.
	turn = 64
)

// Host is a system that does the actions it reads. Everything in it is owned by
// the tick, but for in and out, which guard themselves.
type Host struct {
	o       Options
	L       *lua.LState
	do      *lua.LFunction // (action, payload) -> response, error
	leave   *lua.LFunction // disconnects all
	in      *inbox
	out     *outbox
	wake    chan struct{}
	written chan struct{} // closed when nobody writes any more
	over    bool          // the input has ended and its lines are done, or nobody hears the answers
	closed  bool
}

// New returns a host that reads and writes nothing yet.
func New(o Options) *Host {
	if o.MaxLine == 0 {
		o.MaxLine = defaultMaxLine
	}
	if o.Backlog == 0 {
		o.Backlog = defaultBacklog
	}
	if o.CloseTimeout == 0 {
		o.CloseTimeout = defaultCloseTimeout
	}
	if o.OnError == nil {
		o.OnError = func(error) {}
	}
	h := &Host{o: o, wake: make(chan struct{}, 1), written: make(chan struct{})}
	h.in, h.out = newInbox(o.MaxLine+lineOverhead, h.wake), newOutbox(o.Backlog, h.wake)
	return h
}

//go:embed host.lua
var source string

// Open loads tickwire.rpc on the state, which needs require, json and websocket,
// and begins to read and to write. Call from the tick goroutine, once.
func (h *Host) Open(L *lua.LState) error {
	fn, err := L.Load(strings.NewReader(source), "embedded/linerpc/host.lua")
	if err != nil {
		return fmt.Errorf("rpc: open: %w", err)
	}
	L.Push(fn)
	L.Push(L.NewFunction(h.emit))
	if err := L.PCall(1, 2, nil); err != nil {
		return fmt.Errorf("rpc: open: %w", err)
	}
	h.L, h.do, h.leave = L, L.CheckFunction(-2), L.CheckFunction(-1)
	L.Pop(2)
	// Owned by the Host. The input's end ends it, or a line that comes after
	// Close: a read can't be interrupted, so nobody joins it.
	go h.in.fill(h.o.In, h.o.MaxLine)
	// Owned by the Host; Close ends it once all is written, and joins it if the
	// output takes that in time.
	go func() {
		defer close(h.written)
		h.out.drain(h.o.Out)
	}()
	return nil
}

// emit is emit(text): one line out.
func (h *Host) emit(L *lua.LState) int {
	h.Emit(L.CheckString(1))
	return 0
}

// Emit puts one line of JSON out. Call from the tick goroutine.
func (h *Host) Emit(text string) {
	h.out.post(strings.ToValidUTF8(text, "\ufffd"))
}

// Ready says whether the output takes more: while it doesn't, the host of the
// connections should deliver none of their events. Call from the tick goroutine.
func (h *Host) Ready() bool { return !h.out.full() }

// Update does the actions that have come. Call from the tick goroutine.
func (h *Host) Update() {
	if h.over || h.closed {
		return
	}
	if err := h.out.failure(); err != nil {
		h.end(fmt.Errorf("rpc: write: %w", err))
		return
	}
	for range turn {
		if h.out.full() {
			return // the output wakes
		}
		l, ok, ended := h.in.take()
		if ended {
			err := h.in.failure()
			if err != nil {
				err = fmt.Errorf("rpc: read: %w", err)
			}
			h.end(err)
			return
		}
		if !ok {
			return // the input wakes
		}
		h.answer(l)
	}
	signal(h.wake) // there may be more
}

// end disconnects all: nobody can ask for anything any more.
func (h *Host) end(err error) {
	h.over = true
	if err != nil {
		h.o.OnError(err)
	}
	h.L.Push(h.leave)
	if err := h.L.PCall(0, 0, nil); err != nil {
		h.o.OnError(fmt.Errorf("rpc: disconnect: %w", err))
	}
}

// answer does what a line asks for.
func (h *Host) answer(l line) {
	request, problem := readRequest(l, h.o.MaxLine)
	if request == nil && problem == nil {
		return // an empty line
	}
	if problem == nil {
		var response string
		if response, problem = h.call(request); problem == nil {
			h.Emit(`{"id":` + request.id + `,"response":` + response + "}")
			return
		}
	}
	id := "null"
	if request != nil {
		id = request.id
	}
	h.Emit(`{"id":` + id + `,"error":` + problem.json() + "}")
}

// call does an action and returns its response as JSON.
func (h *Host) call(r *request) (string, *problem) {
	h.L.Push(h.do)
	h.L.Push(lua.LString(r.action))
	h.L.Push(lua.LString(r.payload))
	if err := h.L.PCall(2, 2, nil); err != nil {
		h.o.OnError(fmt.Errorf("rpc: do %s: %w", r.action, err))
		return "", &problem{Text: "the action failed; the program's error output tells why"}
	}
	response, wrong := h.L.Get(-2), h.L.Get(-1)
	h.L.Pop(2)
	if wrong != lua.LNil {
		return "", &problem{encoded: wrong.String()}
	}
	return response.String(), nil
}

// Flush does nothing: lines are written as they come.
func (h *Host) Flush() {}

// Release does nothing: an app is no script instance's.
func (h *Host) Release(lua.LValue) {}

// Active is 1 until the input has ended and its last line is done.
func (h *Host) Active() int {
	if h.over || h.closed {
		return 0
	}
	return 1
}

// Wake has a value when there is something for Update. Safe from any goroutine.
func (h *Host) Wake() <-chan struct{} { return h.wake }

// Close writes what waits, at most for Options.CloseTimeout. Call from the tick
// goroutine.
func (h *Host) Close() error {
	if h.closed {
		return nil
	}
	h.closed = true
	h.in.close()
	h.out.close()
	if h.L == nil {
		return nil // nobody writes
	}
	late := time.NewTimer(h.o.CloseTimeout)
	defer late.Stop()
	select {
	case <-h.written:
		return nil
	case <-late.C:
		return errors.New("rpc: close: nobody reads the output: what waited for it is lost")
	}
}
