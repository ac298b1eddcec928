package spec

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	luasrc "github.com/tickwire/tickwire/lua"
)

// typeChecker is a system that brings check_types(samples) -> problems.
type typeChecker struct {
	known    *annotations
	L        *lua.LState
	problems []string
	bound    map[*annotated]bool    // compared with something that exists
	seen     map[*lua.LTable]bool   // compared, or the metatable of something that was
	classes  map[*lua.LTable]string // metatables that modules use, by the module's name
	upvalues map[lua.LValue]string  // what modules call them
}

func (c *typeChecker) Open(L *lua.LState) error {
	L.SetGlobal("check_types", L.NewFunction(c.check))
	return nil
}
func (*typeChecker) Update()               {}
func (*typeChecker) Flush()                {}
func (*typeChecker) Release(lua.LValue)    {}
func (*typeChecker) Active() int           { return 0 }
func (*typeChecker) Wake() <-chan struct{} { return nil }
func (*typeChecker) Close() error          { return nil }

// check is check_types({[class] = instance}) -> list of texts.
func (c *typeChecker) check(L *lua.LState) int {
	c.L, c.problems = L, slices.Clone(c.known.wrong)
	c.bound, c.seen = make(map[*annotated]bool), make(map[*lua.LTable]bool)
	c.classes, c.upvalues = make(map[*lua.LTable]string), make(map[lua.LValue]string)
	c.globals()
	c.modules()
	L.CheckTable(1).ForEach(func(name, instance lua.LValue) {
		if class := c.known.classes[name.String()]; class != nil {
			c.compare(name.String(), instance, class, true)
			return
		}
		c.say("testdata/samples.lua has an instance of %s, which is no class of lua/types: add ---@class %s there", name, name)
	})
	c.samplesMissing()
	c.words("assert", "assertion")
	c.words("match", "matcher")
	slices.Sort(c.problems)
	list := L.NewTable()
	for _, text := range slices.Compact(c.problems) {
		list.Append(lua.LString(text))
	}
	L.Push(list)
	return 1
}

func (c *typeChecker) say(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// globals compares the globals that are no plain Lua's.
func (c *typeChecker) globals() {
	plain := lua.NewState()
	defer plain.Close()
	for name, value := range members(c.L.G.Global) {
		thing := c.known.globals[name]
		switch {
		case name == "check_types":
		case thing != nil:
			c.compare(name, value, thing, false)
		case plain.GetGlobal(name) == lua.LNil && !slices.Contains(editorsKnow, name):
			c.missing("", name, value, "the lua/types/*.lua that fits, or a new one")
		}
	}
	for name, thing := range c.known.globals {
		if c.L.GetGlobal(name) == lua.LNil && !slices.Contains(scriptCallbacks, name) {
			c.say("%s annotates the global %s, which does not exist: take it out", thing.where, name)
		}
	}
}

// modules compares what each embedded module returns.
func (c *typeChecker) modules() {
	files, err := fs.Glob(luasrc.Modules(), "tickwire/*.lua")
	if err != nil || len(files) == 0 {
		c.say("no embedded modules: %v", err)
	}
	for _, file := range files {
		short := strings.TrimSuffix(path.Base(file), ".lua")
		name := "tickwire." + short
		thing := c.known.modules[name]
		if thing == nil {
			c.say("nothing annotates the module %s: make lua/types/%s.lua, which begins with ---@meta %s and returns the table that it describes", name, short, name)
			continue
		}
		if err := c.L.CallByParam(lua.P{Fn: c.L.GetGlobal("require"), NRet: 1, Protect: true}, lua.LString(name)); err != nil {
			c.say("require %q: %v", name, err)
			continue
		}
		value := c.L.Get(-1)
		c.L.Pop(1)
		c.compare(name, value, thing, false)
		c.classTables(name, value, make(map[lua.LValue]bool))
	}
	for name, thing := range c.known.modules {
		if short, ours := strings.CutPrefix(name, "tickwire."); ours && !slices.Contains(files, "tickwire/"+short+".lua") {
			c.say("%s annotates the module %s, which does not exist", thing.where, name)
		}
	}
}

// classTables collects the tables that a module's functions use as metatables
// of what they make: what has an __index. Each has to be met again in an
// instance of testdata/samples.lua, unless the module itself holds it.
func (c *typeChecker) classTables(name string, value lua.LValue, walked map[lua.LValue]bool) {
	if walked[value] {
		return
	}
	walked[value] = true
	switch v := value.(type) {
	case *lua.LTable:
		if v.RawGetString("__index") != lua.LNil && c.classes[v] == "" {
			c.classes[v] = name
		}
		v.ForEach(func(_, member lua.LValue) { c.classTables(name, member, walked) })
	case *lua.LFunction:
		if v.Proto == nil || !strings.Contains(v.Proto.SourceName, strings.ReplaceAll(name, ".", "/")+".lua") {
			return // of another module
		}
		for i, upvalue := range v.Upvalues {
			c.upvalues[upvalue.Value()] = v.Proto.DbgUpvalues[i]
			c.classTables(name, upvalue.Value(), walked)
		}
	}
}

// samplesMissing asks for an instance of each class that has methods and that
// nothing was compared with.
func (c *typeChecker) samplesMissing() {
	for table, module := range c.classes {
		if !c.seen[table] {
			c.say("%s makes instances of %s, and none was compared: annotate the class in lua/types, and add an instance to spec/testdata/samples.lua", module, c.upvalues[table])
		}
	}
	for name, class := range c.known.classes {
		inherited := slices.ContainsFunc(slices.Collect(maps.Values(c.known.classes)), func(other *annotated) bool {
			return c.bound[other] && slices.Contains(other.parents, name)
		})
		if c.bound[class] || inherited {
			continue
		}
		for _, member := range class.members {
			if member.method {
				c.say("%s annotates the class %s, and nothing was compared with it: add an instance to spec/testdata/samples.lua", class.where, name)
				break
			}
		}
	}
}

// compare compares a value's members with those of what annotates it. instance
// tells whether the value is one of a class, not a name's own.
func (c *typeChecker) compare(name string, value lua.LValue, thing *annotated, instance bool) {
	annotated, open := c.known.all(thing)
	c.bind(thing)
	if table, ok := value.(*lua.LTable); ok {
		if c.seen[table] {
			return // the same by another name
		}
		c.seen[table] = true
	}
	existing := c.reachable(value, instance)
	for key, member := range existing {
		switch found := annotated[key]; {
		case found != nil && found.private:
		case found == nil && !(open && thing.function):
			if !open || member.Type() == lua.LTFunction {
				c.missing(name, key, member, strings.SplitN(thing.where, ":", 2)[0])
			}
		case found != nil && (found.function || found.method) && !callable(c.L, member) && member != lua.LNil:
			c.say("%s annotates %s.%s as a function: it is a %s", found.where, name, key, member.Type())
		case found != nil:
			if table, ok := member.(*lua.LTable); ok && (len(found.members) > 0 || c.known.classes[found.typ] != nil) {
				c.compare(name+"."+key, table, found, false)
			}
		}
	}
	for key, member := range annotated {
		if _, ok := existing[key]; ok || member.optional || member.private {
			continue
		}
		if text := c.lacks(value, key); text != "" {
			c.say("%s annotates %s.%s, which does not exist (%s): take it out, or write ---@field %s? if it may be nil", member.where, name, key, text, key)
		}
	}
}

// bind notes what a value was compared with, its classes included.
func (c *typeChecker) bind(thing *annotated) {
	if thing == nil || c.bound[thing] {
		return
	}
	c.bound[thing] = true
	for _, parent := range thing.parents {
		c.bind(c.known.classes[parent])
	}
	c.bind(c.known.classes[thing.typ])
}

// missing says what is to be added where.
func (c *typeChecker) missing(owner, key string, value lua.LValue, file string) {
	what := key
	if owner != "" {
		what = owner + "." + key
	}
	if callable(c.L, value) {
		c.say("nothing annotates the function %s: add it to %s, with what it does, its ---@param and ---@return", what, file)
		return
	}
	kind := "a " + value.Type().String()
	if value == lua.LNil {
		kind = "a function or a field" // told by name only
	}
	c.say("nothing annotates %s, %s: add it to %s, as a ---@field of its class (private, if it is nobody's business) or as an assignment", what, kind, file)
}

// reachable is what can be indexed in a value: its own members or, of an
// instance, those that its metatables bring. Names that begin with _ are nobody's business.
func (c *typeChecker) reachable(value lua.LValue, instance bool) map[string]lua.LValue {
	all := make(map[string]lua.LValue)
	for depth := 0; depth < 10; depth++ {
		var meta lua.LValue = lua.LNil
		switch v := value.(type) {
		case *lua.LTable:
			meta = v.Metatable
			if instance && depth == 0 && c.L.GetMetaField(v, "__index") != lua.LNil {
				break // what it keeps in itself is its own affair
			}
			for key, member := range members(v) {
				if all[key] == nil {
					all[key] = member
				}
			}
		case *lua.LUserData:
			meta = v.Metatable
		}
		table, ok := meta.(*lua.LTable)
		if !ok {
			return all
		}
		c.seen[table] = true
		index := table.RawGetString("__index")
		if fn, ok := index.(*lua.LFunction); ok {
			for _, key := range c.told(value, fn) {
				all[key] = lua.LNil // there is something
			}
			for _, key := range candidates(fn) {
				if found := c.index(value, key); found != lua.LNil {
					all[key] = found
				}
			}
			return all
		}
		value = index
	}
	return all
}

var toldNames = regexp.MustCompile(`there are (.+)`)

// told is what an __index function names where it is asked for what isn't
// there: "a server has no 'x'; there are accept, answer".
func (c *typeChecker) told(value lua.LValue, fn *lua.LFunction) []string {
	err := c.L.CallByParam(lua.P{Fn: fn, NRet: 1, Protect: true}, value, lua.LString("no such name"))
	if err == nil {
		c.L.Pop(1)
		return nil
	}
	if m := toldNames.FindStringSubmatch(strings.Split(err.Error(), "\n")[0]); m != nil {
		return strings.Split(m[1], ", ")
	}
	return nil
}

// candidates are names that an __index function may know: those in the tables
// that it uses, methods and getters among them.
func candidates(fn *lua.LFunction) (names []string) {
	for _, upvalue := range fn.Upvalues {
		if table, ok := upvalue.Value().(*lua.LTable); ok {
			names = slices.AppendSeq(names, maps.Keys(members(table)))
		}
	}
	return names
}

// index is value[key], nil if that raises.
func (c *typeChecker) index(value lua.LValue, key string) lua.LValue {
	if err := c.L.CallByParam(lua.P{Fn: c.L.NewFunction(func(L *lua.LState) int {
		L.Push(L.GetField(L.Get(1), key))
		return 1
	}), NRet: 1, Protect: true}, value); err != nil {
		return lua.LNil
	}
	defer c.L.Pop(1)
	return c.L.Get(-1)
}

// lacks says why value has no key, "" if it has.
func (c *typeChecker) lacks(value lua.LValue, key string) string {
	fn := c.L.NewFunction(func(L *lua.LState) int {
		L.Push(L.GetField(L.Get(1), key))
		return 1
	})
	if err := c.L.CallByParam(lua.P{Fn: fn, NRet: 1, Protect: true}, value); err != nil {
		return strings.Split(err.Error(), "\n")[0]
	}
	found := c.L.Get(-1)
	c.L.Pop(1)
	if found == lua.LNil {
		return "it is nil"
	}
	return ""
}

// words compares the words that assert and match take apart by themselves: each
// one that is registered is annotated, as it is, with is_ or with has_ in front,
// and each one that is annotated is known.
func (c *typeChecker) words(global, kind string) {
	thing := c.known.globals[global]
	for word := range members(c.registered(kind)) {
		if !slices.ContainsFunc([]string{"", "is_", "has_"}, func(front string) bool { return thing.members[front+word] != nil }) {
			c.say("nothing annotates the %s %s.%s: add it to lua/types/luaspec.lua", kind, global, word)
		}
	}
	for word, member := range thing.members {
		chain := c.L.GetField(c.L.GetGlobal(global), word)
		if err := c.L.CallByParam(lua.P{Fn: chain, Protect: true}); err != nil && strings.Contains(err.Error(), "unknown modifier") {
			c.say("%s annotates %s.%s, which is no %s: take it out", member.where, global, word, kind)
		}
	}
}

// registered is the library's own table of words, which no name reaches.
func (c *typeChecker) registered(kind string) *lua.LTable {
	upvalue := func(fn lua.LValue, name string) lua.LValue {
		f := fn.(*lua.LFunction)
		return f.Upvalues[slices.Index(f.Proto.DbgUpvalues, name)].Value()
	}
	register := c.L.GetField(c.L.GetGlobal("assert"), "register")
	chain := c.L.GetField(upvalue(register, "chain"), "register")
	return c.L.GetField(upvalue(chain, "registered"), kind).(*lua.LTable)
}

// members are a table's named members, but for those that are its own affair.
func members(t *lua.LTable) map[string]lua.LValue {
	all := make(map[string]lua.LValue)
	t.ForEach(func(key, value lua.LValue) {
		if name, ok := key.(lua.LString); ok && !strings.HasPrefix(string(name), "_") {
			all[string(name)] = value
		}
	})
	return all
}

// callable tells whether a value may be called.
func callable(L *lua.LState, value lua.LValue) bool {
	return value.Type() == lua.LTFunction || L.GetMetaField(value, "__call") != lua.LNil
}
