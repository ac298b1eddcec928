package luajit

import (
	"fmt"
	"iter"
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// frames are the functions that run, the innermost first, through the threads
// of protected calls. What stands below a protected function is left out: to a
// script a protected call is its pcall.
func (r *Runtime) frames(L *lua.LState) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		for L != nil {
			for f, ok := frameAt(L, 0); ok; f, ok = f.below() {
				if !r.hidden[f.fn] && !yield(f) {
					return
				}
			}
			L = r.home(L)
		}
	}
}

// home is the thread that waits for a protected call which runs on L.
func (r *Runtime) home(L *lua.LState) *lua.LState {
	for p := r.now().protection; p != nil; p = p.outer {
		if p.th == L && p.home != nil {
			return p.home
		}
	}
	return nil
}

// level is one of frames; 0 is the running function.
func (r *Runtime) level(L *lua.LState, level int) (frame, bool) {
	for f := range r.frames(L) {
		if level == 0 {
			return f, true
		}
		level--
	}
	return frame{}, false
}

// place is "file:line: " of a level, "" for a Go function and for no level.
func (r *Runtime) place(L *lua.LState, level int) string {
	if f, ok := r.level(L, level); ok && !f.fn.IsG {
		return fmt.Sprintf("%s:%d: ", f.fn.Proto.SourceName, f.line())
	}
	return ""
}

// The functions that a traceback shows of a deep stack.
const (
	traceFirst = 12
	traceLast  = 10
)

// traceback is LuaJIT's debug.traceback without a message.
func (r *Runtime) traceback(L *lua.LState, level int) string {
	var text strings.Builder
	text.WriteString("stack traceback:")
	shown := 0
	var left []frame
	for f := range r.frames(L) {
		if level > 0 {
			level--
			continue
		}
		if shown < traceFirst {
			text.WriteString(f.traceLine())
			shown++
			continue
		}
		if left = append(left, f); len(left) > traceLast {
			text.WriteString("\n\t...")
			left = deepest(f)
			break
		}
	}
	for _, f := range left {
		if !r.hidden[f.fn] {
			text.WriteString(f.traceLine())
		}
	}
	return text.String()
}

// deepest are the last functions on the thread of f.
func deepest(f frame) []frame {
	levels := sort.Search(1<<20, func(n int) bool {
		_, ok := f.L.GetStack(f.level + n)
		return !ok
	})
	var found []frame
	for level := max(f.level, f.level+levels-traceLast); level < f.level+levels; level++ {
		if g, ok := frameAt(f.L, level); ok && (g.index > 0 || level == f.level+levels-1) {
			found = append(found, g)
		}
	}
	return found
}

func (f frame) traceLine() string {
	kind, name := f.calledAs()
	if f.fn.IsG {
		if kind == "" {
			return "\n\t[C]: in ?"
		}
		return "\n\t[C]: in function '" + name + "'"
	}
	proto := f.fn.Proto
	place := fmt.Sprintf("\n\t%s:%d: in ", proto.SourceName, f.line())
	switch {
	case proto.LineDefined == 0:
		return place + "main chunk"
	case kind != "":
		return place + "function '" + name + "'"
	}
	return fmt.Sprintf("%sfunction <%s:%d>", place, proto.SourceName, proto.LineDefined)
}
