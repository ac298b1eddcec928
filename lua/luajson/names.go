package luajson

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A text repeats its objects' names, and the next text has the same: so many of
// them, up to this length, are kept as Lua values.
const (
	namesKept = 256 // a power of two
	nameLong  = 32  // bytes
)

// names are the last short strings that were read, each at the place of its
// hash. They belong to one Lua state.
type names [namesKept]struct {
	text  string
	value lua.LValue // text, boxed; nil where the place is free
}

// value returns s as a Lua value that has memory of its own.
func (n *names) value(s string) lua.LValue {
	if n == nil || len(s) > nameLong {
		return lua.LString(strings.Clone(s))
	}
	hash := uint32(2166136261) // FNV-1a
	for i := 0; i < len(s); i++ {
		hash = (hash ^ uint32(s[i])) * 16777619
	}
	kept := &n[(hash^hash>>16)%namesKept]
	if kept.value == nil || kept.text != s {
		kept.text = strings.Clone(s)
		kept.value = lua.LString(kept.text)
	}
	return kept.value
}

// small are the numbers of one and two digits, boxed once.
var small = func() (all [100]lua.LValue) {
	for i := range all {
		all[i] = lua.LNumber(i)
	}
	return all
}()
