package spec

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// annotated is a table, a class, a function or a value as lua/types describes
// it.
type annotated struct {
	where    string // file:line
	class    string // its name, "" for none
	parents  []string
	members  map[string]*annotated
	open     bool   // ---@field [string]: any name may be indexed
	function bool   // function a.b() end, or a field of a function's type
	method   bool   // function a:b() end
	optional bool   // a field that may be nil
	private  bool   // a field that is the class' own affair
	typ      string // of a field
}

func newAnnotated(where string) *annotated {
	return &annotated{where: where, members: make(map[string]*annotated)}
}

// annotations is what the files of lua/types say together.
type annotations struct {
	globals map[string]*annotated // by name; functions and values too
	classes map[string]*annotated // by name
	modules map[string]*annotated // by the name of ---@meta
	wrong   []string
}

var (
	metaLine  = regexp.MustCompile(`^---@meta[ \t]*([\w.]*)`)
	classLine = regexp.MustCompile(`^---@class (?:\([a-z]+\) )?([\w.]+)(?:<[^>]*>)?(?:: *(.+))?`)
	paramLine = regexp.MustCompile(`^---@param +([\w.]+)`)
	fieldLine = regexp.MustCompile(`^---@field (?:(private|protected|package|public) )?(\[.+?\]|[\w]+)(\??) +(.+)`)
)

// readAnnotations reads the files of a folder as LuaLS does.
func readAnnotations(t *testing.T, folder string) *annotations {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.lua"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no annotations in %s: %v", folder, err)
	}
	a := &annotations{globals: make(map[string]*annotated), classes: make(map[string]*annotated), modules: make(map[string]*annotated)}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.read("lua/types/"+filepath.Base(file), string(text)); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// annotationFile is one file while it is read.
type annotationFile struct {
	*annotations
	name    string
	meta    string             // what ---@meta calls it
	classAt map[int]*annotated // by the line of code that a class stands above
	params  map[int][]string   // by the line of code that each ---@param stands above
	locals  map[string]*annotated
}

func (a *annotations) read(name, text string) error {
	f := &annotationFile{annotations: a, name: name, classAt: make(map[int]*annotated), params: make(map[int][]string), locals: make(map[string]*annotated)}
	f.comments(text)
	statements, err := parse.Parse(strings.NewReader(text), name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, statement := range statements {
		f.statement(statement)
	}
	return nil
}

// comments reads the classes, each with the fields below it, and the names of
// parameters. They stand above the line of code that follows their block.
func (f *annotationFile) comments(text string) {
	var class *annotated
	var params []string
	scanner := bufio.NewScanner(strings.NewReader(text))
	for line := 1; scanner.Scan(); line++ {
		code := scanner.Text()
		if !strings.HasPrefix(code, "---") {
			if class != nil && code != "" {
				f.classAt[line] = class
			}
			f.params[line] = params
			class, params = nil, nil
			continue
		}
		if m := paramLine.FindStringSubmatch(code); m != nil {
			params = append(params, m[1])
		} else if m := metaLine.FindStringSubmatch(code); m != nil {
			f.meta = m[1]
		} else if m := classLine.FindStringSubmatch(code); m != nil {
			class = f.class(m[1], line)
			for parent := range strings.SplitSeq(m[2], ",") {
				if parent = strings.TrimSpace(parent); parent != "" {
					class.parents = append(class.parents, parent)
				}
			}
		} else if m := fieldLine.FindStringSubmatch(code); m != nil && class != nil {
			f.field(class, line, m[1], m[2], m[3] == "?", m[4])
		} else if strings.HasPrefix(code, "---@field") {
			f.wrong = append(f.wrong, fmt.Sprintf("%s:%d: a ---@field without a class above it, or of another form than ---@field name type", f.name, line))
		}
	}
}

// class finds or makes a class: it may be declared in parts.
func (f *annotationFile) class(name string, line int) *annotated {
	class := f.classes[name]
	if class == nil {
		class = newAnnotated(f.at(line))
		class.class = name
		f.classes[name] = class
	}
	return class
}

func (f *annotationFile) field(class *annotated, line int, visibility, name string, optional bool, typ string) {
	if strings.HasPrefix(name, "[") {
		class.open = true
		return
	}
	member := newAnnotated(f.at(line))
	member.private = visibility != "" && visibility != "public"
	member.typ = typ
	member.function = strings.HasPrefix(typ, "fun(") || strings.HasPrefix(typ, "function")
	first, _, _ := strings.Cut(typ, " ")
	member.optional = optional || !member.function && (strings.HasSuffix(first, "?") || slices.Contains(strings.Split(first, "|"), "nil"))
	class.members[name] = member
}

func (f *annotationFile) at(line int) string { return fmt.Sprintf("%s:%d", f.name, line) }

func (f *annotationFile) statement(statement ast.Stmt) {
	line := statement.Line()
	switch s := statement.(type) {
	case *ast.LocalAssignStmt:
		for i, name := range s.Names {
			f.locals[name] = f.value(s.Exprs, i, line)
		}
	case *ast.AssignStmt:
		for i, target := range s.Lhs {
			f.assign(target, f.value(s.Rhs, i, line), line)
		}
	case *ast.FuncDefStmt:
		fn := newAnnotated(f.at(line))
		fn.function = true
		f.parameters(line, s.Func.ParList)
		if s.Name.Func != nil {
			f.assign(s.Name.Func, fn, line)
			return
		}
		fn.method = true
		if owner := f.thing(s.Name.Receiver); owner != nil {
			owner.members[s.Name.Method] = fn
		} else {
			f.wrong = append(f.wrong, f.at(line)+": a method of something that is not declared above it")
		}
	case *ast.ReturnStmt:
		if len(s.Exprs) == 1 && f.meta != "" {
			f.modules[f.meta] = f.value(s.Exprs, 0, line)
		}
	}
}

// parameters compares a function's parameters with those that its ---@param
// describe.
func (f *annotationFile) parameters(line int, list *ast.ParList) {
	names := slices.Clone(list.Names)
	if list.HasVargs {
		names = append(names, "...")
	}
	for _, name := range f.params[line] {
		if !slices.Contains(names, name) {
			f.wrong = append(f.wrong, fmt.Sprintf("%s: ---@param %s describes no parameter of the function below it", f.at(line), name))
		}
	}
	for _, name := range names {
		if !slices.Contains(f.params[line], name) {
			f.wrong = append(f.wrong, fmt.Sprintf("%s: the parameter %s lacks its ---@param", f.at(line), name))
		}
	}
}

// value is what an assignment's i-th expression stands for.
func (f *annotationFile) value(list []ast.Expr, i, line int) *annotated {
	thing := f.classAt[line]
	if thing == nil || i > 0 {
		thing = newAnnotated(f.at(line))
	}
	if i >= len(list) {
		return thing
	}
	switch e := list[i].(type) {
	case *ast.IdentExpr, *ast.AttrGetExpr:
		if known := f.thing(e); known != nil {
			return known
		}
	case *ast.FunctionExpr:
		thing.function = true
	case *ast.TableExpr:
		for _, field := range e.Fields {
			if key, ok := field.Key.(*ast.StringExpr); ok {
				thing.members[key.Value] = f.value([]ast.Expr{field.Value}, 0, 0)
			}
		}
	}
	return thing
}

func (f *annotationFile) assign(target ast.Expr, value *annotated, line int) {
	switch e := target.(type) {
	case *ast.IdentExpr:
		if _, local := f.locals[e.Value]; local {
			f.locals[e.Value] = value
		} else {
			f.globals[e.Value] = value
		}
	case *ast.AttrGetExpr:
		key, ok := e.Key.(*ast.StringExpr)
		if owner := f.thing(e.Object); ok && owner != nil {
			owner.members[key.Value] = value
			return
		}
		f.wrong = append(f.wrong, f.at(line)+": a member of something that is not declared above it")
	}
}

// thing is what a name stands for so far, nil for nothing.
func (f *annotationFile) thing(e ast.Expr) *annotated {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if local := f.locals[e.Value]; local != nil {
			return local
		}
		return f.globals[e.Value]
	case *ast.AttrGetExpr:
		if owner := f.thing(e.Object); owner != nil {
			if key, ok := e.Key.(*ast.StringExpr); ok {
				return owner.members[key.Value]
			}
		}
	}
	return nil
}

// all is a thing's members, those of its classes included.
func (a *annotations) all(thing *annotated) (members map[string]*annotated, open bool) {
	members = make(map[string]*annotated)
	seen := make(map[*annotated]bool)
	var add func(*annotated)
	add = func(thing *annotated) {
		if thing == nil || seen[thing] {
			return
		}
		seen[thing] = true
		open = open || thing.open
		for name, member := range thing.members {
			if members[name] == nil {
				members[name] = member
			}
		}
		for _, parent := range thing.parents {
			add(a.classes[parent])
		}
		add(a.classes[strings.TrimSuffix(thing.typ, "?")])
	}
	add(thing)
	return members, open
}
