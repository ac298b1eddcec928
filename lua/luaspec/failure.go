package luaspec

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// libraryMark begins the chunk names of the library's own Lua, so that no
// position and no traceback names it.
const libraryMark = "[luaspec] "

// where is file:line of the innermost Lua code that is not the library's.
func where(L *lua.LState) string {
	for thread := L; thread != nil; thread = thread.Parent {
		if position := whereIn(thread); position != "" {
			return position
		}
	}
	// A protected call has a thread without a parent.
	return whereIn(L.G.MainThread)
}

func whereIn(thread *lua.LState) string {
	for level := 0; ; level++ {
		frame, ok := thread.GetStack(level)
		if !ok {
			return ""
		}
		if _, err := thread.GetInfo("Sl", frame, lua.LNil); err != nil {
			continue
		}
		if frame.What == "G" || frame.CurrentLine < 0 || strings.HasPrefix(frame.Source, libraryMark) {
			continue
		}
		return fmt.Sprintf("%s:%d", frame.Source, frame.CurrentLine)
	}
}

func at(where, text string) string {
	if where == "" {
		return text
	}
	return where + ": " + text
}

// marked makes a metatable for values that are raised to end a spec.
func (r *runner) marked(name string) *lua.LTable {
	meta := r.L.NewTable()
	meta.RawSetString("__type", lua.LString(name))
	meta.RawSetString("__tostring", r.L.NewFunction(func(L *lua.LState) int {
		L.Push(L.CheckTable(1).RawGetString("message"))
		return 1
	}))
	return meta
}

// raise ends the running spec with a failure or as pending.
func (r *runner) raise(L *lua.LState, meta *lua.LTable, message string) {
	t := L.NewTable()
	t.RawSetString("message", lua.LString(message))
	t.Metatable = meta
	L.Error(t, 0)
}

// fail raises a failure at the caller's line.
func (r *runner) fail(L *lua.LState, message string) {
	r.raise(L, r.failureMeta, at(where(L), message))
}

// misuse raises an error at the caller's line, whatever of the library is
// between.
func misuse(L *lua.LState, message string) {
	L.Error(lua.LString(at(where(L), message)), 0)
}

var hasPosition = regexp.MustCompile(`\A[^\n]*?:\d+: `)

// problem makes of what a call raised what a user reads.
func (r *runner) problem(err error) Problem {
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		return Problem{Status: Errored, Message: err.Error()}
	}
	p := Problem{Status: Errored, Traceback: trimTraceback(raised.StackTrace)}
	switch value := raised.Object.(type) {
	case *lua.LTable:
		switch value.Metatable {
		case r.failureMeta:
			p.Status = Failed
			p.Traceback = ""
		case r.pendingMeta:
			p.Status = Pending
			p.Traceback = ""
		}
	}
	p.Message = r.text(raised.Object)
	// A failed assert(v, message) is a failure, its message whatever was given.
	if r.asserted.value != nil && r.asserted.value == raised.Object {
		p.Status = Failed
		if !hasPosition.MatchString(p.Message) {
			p.Message = at(r.asserted.where, p.Message)
		}
		p.Traceback = ""
	}
	r.asserted.value = nil
	if p.Traceback != "" && !hasPosition.MatchString(p.Message) {
		first, _, _ := strings.Cut(p.Traceback, "\n")
		if position := hasPosition.FindString(first); position != "" {
			p.Message = position + p.Message
		}
	}
	return p
}

// text is an error value as text: by its __tostring, or shown as a table.
func (r *runner) text(value lua.LValue) string {
	switch v := value.(type) {
	case *lua.LTable:
		if r.L.GetMetaField(v, "__tostring") == lua.LNil {
			return formatValue(v, formatting{levels: 3})
		}
		text := ""
		// Its __tostring is the spec's code and may raise.
		if err := r.L.CallByParam(lua.P{Fn: r.L.NewFunction(func(L *lua.LState) int {
			text = L.ToStringMeta(L.Get(1)).String()
			return 0
		}), Protect: true}, v); err != nil {
			return formatValue(v, formatting{levels: 3})
		}
		return text
	case *lua.LNilType:
		return "Nil error"
	}
	return value.String()
}

// trimTraceback keeps the frames a user wrote, one a line.
func trimTraceback(trace string) string {
	var kept []string
	for line := range strings.Lines(trace) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "stack traceback"), strings.HasPrefix(line, "[G]"), strings.HasPrefix(line, "[C]"),
			strings.HasPrefix(line, libraryMark), strings.HasPrefix(line, "(tailcall)"):
			continue
		}
		kept = append(kept, strings.Replace(line, " in main chunk", " in the callback", 1))
	}
	return strings.Join(kept, "\n")
}
