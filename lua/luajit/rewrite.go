package luajit

import (
	"fmt"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// rewriter goes through a syntax tree in the order in which gopher-lua compiles
// it, changes what would come out wrong, and keeps account of the variables.
//
//   - a, b = b, a sets nothing before all values are there
//   - a .. b becomes a call of concat, which writes numbers as LuaJIT does
//   - a table constructor that is too long becomes a call of join
//   - numbers are written so that gopher-lua reads them as LuaJIT does
//   - local f = function … end doesn't see itself as f
//   - break out of a block within a loop closes that block's variables
type rewriter struct {
	scope   *scope
	foreign bool // names were written anew by the lexer
	loops   []*loop
	problem error
	nesting int
}

// loop is where a break leads to.
type loop struct {
	label string // "" as long as no break needs one
	depth int    // of its own block
}

// scope is one function.
type scope struct {
	outer  *scope
	inner  []*scope
	locals []local // in the order they were declared
	active []int   // those in scope, by register
	blocks []*block
	gotos  []*jump
	labels int
}

// local is a variable.
type local struct {
	name     string
	next     int // the first variable that was declared after its end
	lastLine int // of its block; 0 is unknown
}

// block is a list of statements with variables of its own.
type block struct {
	base   int            // variables in scope where it begins
	labels map[string]int // variables in scope at each label
	outer  *block
}

// jump is a goto.
type jump struct {
	label  string
	line   int
	active int // variables in scope
	block  *block
}

// gotoLine marks the line of what a goto compiles to.
const gotoLine = 1 << 30

// kept is how many variables stay when the goto jumps, -1 if it leads nowhere.
func (j *jump) kept() int {
	for b := j.block; b != nil; b = b.outer {
		if n, ok := b.labels[j.label]; ok {
			return min(n, j.active)
		}
	}
	return -1
}

func (s *scope) current() *block {
	if len(s.blocks) == 0 {
		return nil
	}
	return s.blocks[len(s.blocks)-1]
}

func (s *scope) isLocal(name string) bool {
	for _, i := range s.active {
		if s.locals[i].name == name {
			return true
		}
	}
	return false
}

func (s *scope) enter() {
	s.blocks = append(s.blocks, &block{base: len(s.active), labels: make(map[string]int), outer: s.current()})
}

func (s *scope) leave(lastLine int) {
	b := s.current()
	s.blocks = s.blocks[:len(s.blocks)-1]
	for _, i := range s.active[b.base:] {
		s.locals[i].next, s.locals[i].lastLine = len(s.locals), lastLine
	}
	s.active = s.active[:b.base]
}

// checkGotos returns what is wrong with the first goto that leads nowhere.
func (s *scope) checkGotos() error {
	for _, j := range s.gotos {
		if j.kept() < 0 {
			return &problem{line: j.line, text: "undefined label '" + j.label + "'"}
		}
	}
	return nil
}

func (s *scope) declare(names ...string) {
	for _, name := range names {
		s.active = append(s.active, len(s.locals))
		s.locals = append(s.locals, local{name: name})
	}
}

// maxNesting bounds blocks and operators within one another.
const maxNesting = 3000

func (w *rewriter) deeper(line int) (up func()) {
	if w.nesting++; w.nesting > maxNesting && w.problem == nil {
		w.problem = &problem{line: line, text: "chunk has too many syntax levels"}
	}
	return func() { w.nesting-- }
}

// chunk rewrites a function's body, or that of a block that was entered.
func (w *rewriter) chunk(statements []ast.Stmt) []ast.Stmt {
	if w.scope.outer == nil && len(w.scope.blocks) == 0 {
		w.scope.enter()
		defer w.scope.leave(0)
	}
	out := make([]ast.Stmt, 0, len(statements))
	for i, statement := range statements {
		last := true
		for _, later := range statements[i+1:] {
			if _, ok := later.(*ast.LabelStmt); !ok {
				last = false
			}
		}
		out = append(out, w.statement(statement, last)...)
	}
	return out
}

func (w *rewriter) block(statements []ast.Stmt, lastLine int) []ast.Stmt {
	w.scope.enter()
	defer w.scope.leave(lastLine)
	return w.chunk(statements)
}

// loop rewrites a loop by fn, and adds the label that its breaks need.
func (w *rewriter) loop(statement ast.Stmt, fn func()) []ast.Stmt {
	l := &loop{depth: len(w.scope.blocks) + 1}
	w.loops = append(w.loops, l)
	fn()
	w.loops = w.loops[:len(w.loops)-1]
	if l.label == "" {
		return []ast.Stmt{statement}
	}
	label := &ast.LabelStmt{Name: l.label}
	label.SetLine(max(statement.Line(), statement.LastLine()))
	w.scope.current().labels[l.label] = len(w.scope.active)
	return []ast.Stmt{statement, label}
}

func (w *rewriter) statement(statement ast.Stmt, last bool) []ast.Stmt {
	defer w.deeper(statement.Line())()
	if w.problem != nil {
		return nil
	}
	s := w.scope
	switch st := statement.(type) {
	case *ast.AssignStmt:
		return []ast.Stmt{w.assign(st)}
	case *ast.LocalAssignStmt:
		w.names(st.Names)
		w.localAssign(st)
	case *ast.FuncCallStmt:
		st.Expr = w.call(st.Expr)
	case *ast.DoBlockStmt:
		st.Stmts = w.block(st.Stmts, st.LastLine())
	case *ast.WhileStmt:
		return w.loop(st, func() {
			st.Condition = w.expression(st.Condition)
			st.Stmts = w.block(st.Stmts, st.LastLine())
		})
	case *ast.RepeatStmt:
		return w.loop(st, func() {
			s.enter()
			defer s.leave(st.LastLine())
			st.Stmts = w.chunk(st.Stmts)
			st.Condition = w.expression(st.Condition)
		})
	case *ast.NumberForStmt:
		return w.loop(st, func() { w.numberFor(st) })
	case *ast.GenericForStmt:
		return w.loop(st, func() {
			s.enter()
			defer s.leave(st.LastLine())
			s.declare("(for generator)", "(for state)", "(for control)")
			w.expressions(st.Exprs)
			w.names(st.Names)
			s.declare(st.Names...)
			st.Stmts = w.chunk(st.Stmts)
		})
	case *ast.IfStmt:
		st.Condition = w.expression(st.Condition)
		st.Then = w.block(st.Then, st.LastLine())
		st.Else = w.block(st.Else, st.LastLine())
	case *ast.FuncDefStmt:
		w.funcDef(st)
	case *ast.ReturnStmt:
		w.expressions(st.Exprs)
	case *ast.BreakStmt:
		return []ast.Stmt{w.breakOut(st)}
	case *ast.LabelStmt:
		at := len(s.active)
		if _, ok := s.current().labels[st.Name]; ok {
			w.problem = &problem{line: st.Line(), text: "duplicate label '" + st.Name + "'"}
		}
		if last {
			at = s.current().base
		}
		s.current().labels[st.Name] = at
	case *ast.GotoStmt:
		w.jump(st)
	}
	return []ast.Stmt{statement}
}

// assign keeps a, b = b, a from setting a before b is read, a = t.x and t.y from
// leaving a as it was where t.x is nil, and a = (b or c) and a from loading b into
// a first: all of which gopher-lua does with local variables.
func (w *rewriter) assign(st *ast.AssignStmt) ast.Stmt {
	w.expressions(st.Lhs)
	parallel := false
	_, logical := st.Rhs[0].(*ast.LogicalOpExpr)
	if len(st.Lhs) > 1 || logical {
		for _, target := range st.Lhs {
			if name, ok := target.(*ast.IdentExpr); ok && w.scope.isLocal(name.Value) {
				parallel = true
			}
		}
	}
	if !parallel {
		w.expressions(st.Rhs)
		// a = (f(a)) would load f into a, if a is the last parameter, and
		// a = (...) as many values from a on as there are.
		if last := len(st.Rhs) - 1; len(st.Lhs) == len(st.Rhs) {
			switch value := st.Rhs[last].(type) {
			case *ast.FuncCallExpr:
				value.AdjustRet = false
			case *ast.Comma3Expr:
				value.AdjustRet = false
			}
		}
		return st
	}
	// do local v1, v2 = …; b = v2; a = v1 end. What is not a variable comes
	// first: it may need one.
	s := w.scope
	s.enter()
	defer s.leave(st.Line())
	w.expressions(st.Rhs)
	values := &ast.LocalAssignStmt{Exprs: st.Rhs}
	values.SetLine(st.Line())
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{values}}
	block.SetLine(st.Line())
	block.SetLastLine(st.Line())
	var variables []ast.Stmt
	for i := range st.Lhs {
		values.Names = append(values.Names, fmt.Sprintf("(value %d)", i+1))
	}
	for i := len(st.Lhs) - 1; i >= 0; i-- {
		value := &ast.IdentExpr{Value: values.Names[i]}
		value.SetLine(st.Line())
		one := &ast.AssignStmt{Lhs: []ast.Expr{st.Lhs[i]}, Rhs: []ast.Expr{value}}
		one.SetLine(st.Line())
		if _, ok := st.Lhs[i].(*ast.IdentExpr); ok {
			variables = append(variables, one)
		} else {
			block.Stmts = append(block.Stmts, one)
		}
	}
	s.declare(values.Names...)
	block.Stmts = append(block.Stmts, variables...)
	return block
}

func (w *rewriter) jump(st *ast.GotoStmt) {
	s := w.scope
	s.gotos = append(s.gotos, &jump{label: st.Label, line: st.Line(), active: len(s.active), block: s.current()})
	st.SetLastLine(st.Line()) // which the block's own end takes its line from
	st.SetLine(st.Line() | gotoLine)
}

// breakOut makes a goto of a break in a block within the loop: gopher-lua's break
// closes the variables of the loop's own block alone.
func (w *rewriter) breakOut(st *ast.BreakStmt) ast.Stmt {
	if len(w.loops) == 0 {
		return st // the compiler says what is wrong
	}
	l := w.loops[len(w.loops)-1]
	if len(w.scope.blocks) <= l.depth {
		return st
	}
	if l.label == "" {
		w.scope.labels++
		l.label = fmt.Sprintf("\x00break%d", w.scope.labels)
	}
	jump := &ast.GotoStmt{Label: l.label}
	jump.SetLine(st.Line())
	w.jump(jump)
	return jump
}

func (w *rewriter) localAssign(st *ast.LocalAssignStmt) {
	s := w.scope
	if len(st.Names) == 1 && len(st.Exprs) == 1 {
		if _, ok := st.Exprs[0].(*ast.FunctionExpr); ok {
			if st.LastLine() != 0 { // local function f
				s.declare(st.Names...)
				w.expressions(st.Exprs)
				return
			}
			// local f = function: gopher-lua takes it for the same, unless
			// there is a second value.
			nothing := &ast.NilExpr{}
			nothing.SetLine(st.Line())
			st.Exprs = append(st.Exprs, nothing)
		}
	}
	w.expressions(st.Exprs)
	s.declare(st.Names...)
}

func (w *rewriter) numberFor(st *ast.NumberForStmt) {
	s := w.scope
	s.enter()
	defer s.leave(st.LastLine())
	s.declare("(for index)")
	st.Init = w.expression(st.Init)
	s.declare("(for limit)")
	st.Limit = w.expression(st.Limit)
	s.declare("(for step)")
	if st.Step != nil {
		st.Step = w.expression(st.Step)
	}
	st.Name = w.name(st.Name)
	s.declare(st.Name)
	st.Stmts = w.chunk(st.Stmts)
}

func (w *rewriter) funcDef(st *ast.FuncDefStmt) {
	if st.Name.Func == nil {
		st.Name.Receiver = w.expression(st.Name.Receiver)
		st.Name.Method = w.name(st.Name.Method)
		w.function(st.Func, true)
		return
	}
	st.Name.Func = w.expression(st.Name.Func)
	w.function(st.Func, false)
}

func (w *rewriter) function(fn *ast.FunctionExpr, method bool) {
	outer, loops := w.scope, w.loops
	s := &scope{outer: outer}
	outer.inner = append(outer.inner, s)
	w.scope, w.loops = s, nil
	s.enter()
	if method {
		s.declare("self")
	}
	w.names(fn.ParList.Names)
	s.declare(fn.ParList.Names...)
	if fn.ParList.HasVargs {
		s.declare("arg") // gopher-lua's, from Lua 5.0
	}
	fn.Stmts = w.chunk(fn.Stmts)
	s.leave(0)
	if w.problem == nil {
		w.problem = s.checkGotos()
	}
	w.scope, w.loops = outer, loops
}

func (w *rewriter) name(name string) string {
	if w.foreign {
		return realName(name)
	}
	return name
}

func (w *rewriter) names(names []string) {
	for i, name := range names {
		names[i] = w.name(name)
	}
}

func (w *rewriter) expressions(list []ast.Expr) {
	for i, expression := range list {
		list[i] = w.expression(expression)
	}
}

func (w *rewriter) expression(expression ast.Expr) ast.Expr {
	defer w.deeper(expression.Line())()
	if w.problem != nil {
		return expression
	}
	switch ex := expression.(type) {
	case *ast.NumberExpr:
		w.number(ex)
	case *ast.StringExpr:
		if w.foreign { // also the name in t.name
			ex.Value = realName(ex.Value)
		}
	case *ast.IdentExpr:
		ex.Value = w.name(ex.Value)
	case *ast.AttrGetExpr:
		ex.Object = w.expression(ex.Object)
		ex.Key = w.expression(ex.Key)
	case *ast.TableExpr:
		return w.table(ex)
	case *ast.FuncCallExpr:
		return w.call(ex)
	case *ast.LogicalOpExpr:
		ex.Lhs = w.expression(ex.Lhs)
		ex.Rhs = w.expression(ex.Rhs)
	case *ast.RelationalOpExpr:
		ex.Lhs = w.expression(ex.Lhs)
		ex.Rhs = w.expression(ex.Rhs)
	case *ast.ArithmeticOpExpr:
		ex.Lhs = w.expression(ex.Lhs)
		ex.Rhs = w.expression(ex.Rhs)
	case *ast.StringConcatOpExpr:
		return w.concat(ex)
	case *ast.UnaryMinusOpExpr:
		ex.Expr = w.expression(ex.Expr)
	case *ast.UnaryNotOpExpr:
		ex.Expr = w.expression(ex.Expr)
	case *ast.UnaryLenOpExpr:
		ex.Expr = w.expression(ex.Expr)
	case *ast.FunctionExpr:
		w.function(ex, false)
	}
	return expression
}

func (w *rewriter) call(expression ast.Expr) ast.Expr {
	ex, ok := expression.(*ast.FuncCallExpr)
	if !ok {
		return expression
	}
	if ex.Func != nil {
		ex.Func = w.expression(ex.Func)
	} else {
		ex.Receiver = w.expression(ex.Receiver)
		ex.Method = w.name(ex.Method)
	}
	w.expressions(ex.Args)
	return ex
}

// number writes a number so that gopher-lua reads it as LuaJIT does: its own
// way takes 010 for octal, and 0xffffffffffffffff and 1e400 for no number.
func (w *rewriter) number(ex *ast.NumberExpr) {
	if len(ex.Value) < 16 && ex.Value[0] != '0' && ex.Value[0] != '.' {
		if _, err := strconv.Atoi(ex.Value); err == nil {
			return
		}
	}
	n, ok := parseUnsigned(ex.Value)
	if !ok {
		w.problem = &problem{line: ex.Line(), text: "malformed number near '" + ex.Value + "'"}
		return
	}
	if ex.Value = numberLiteral(n); ex.Value == "1e999" {
		ex.Value = "inf"
	}
}

// maxOperands bounds the operands of one call of concat: each takes a register.
const maxOperands = 50

func (w *rewriter) concat(ex *ast.StringConcatOpExpr) ast.Expr {
	var operands []ast.Expr
	for next := ast.Expr(ex); ; {
		chain, ok := next.(*ast.StringConcatOpExpr)
		if !ok {
			operands = append(operands, w.expression(next))
			break
		}
		operands = append(operands, w.expression(chain.Lhs))
		next = chain.Rhs
	}
	for len(operands) > maxOperands {
		from := len(operands) - maxOperands
		operands = append(operands[:from:from], hiddenCall(concatMark, ex.Line(), operands[from:]))
	}
	return hiddenCall(concatMark, ex.Line(), operands)
}

// hiddenCall calls one of hiddenFunction's. Its results are one value.
func hiddenCall(mark string, line int, args []ast.Expr) ast.Expr {
	fn := &ast.StringExpr{Value: mark}
	fn.SetLine(line)
	if last, ok := args[len(args)-1].(*ast.FuncCallExpr); ok {
		last.AdjustRet = true
	} else if last, ok := args[len(args)-1].(*ast.Comma3Expr); ok {
		last.AdjustRet = true
	}
	call := &ast.FuncCallExpr{Func: fn, Args: args, AdjustRet: true}
	call.SetLine(line)
	call.SetLastLine(line)
	return call
}

// partItems is how many items a table constructor may have: what follows them
// is another table, which join adds.
const partItems = 25_000

func (w *rewriter) table(ex *ast.TableExpr) ast.Expr {
	items := 0
	for _, field := range ex.Fields {
		if field.Key != nil {
			field.Key = w.expression(field.Key)
		} else {
			items++
		}
		field.Value = w.expression(field.Value)
	}
	if last := len(ex.Fields) - 1; last >= 0 && ex.Fields[last].Key != nil {
		// { 5, k = f() } would take all that f returns for items.
		switch value := ex.Fields[last].Value.(type) {
		case *ast.FuncCallExpr:
			value.AdjustRet = true
		case *ast.Comma3Expr:
			value.AdjustRet = true
		}
	}
	if items <= partItems {
		return ex
	}
	var keyed, listed []*ast.Field
	for _, field := range ex.Fields {
		if field.Key != nil {
			keyed = append(keyed, field)
		} else {
			listed = append(listed, field)
		}
	}
	var parts []ast.Expr
	for len(listed) > 0 {
		n := min(len(listed), partItems)
		part := &ast.TableExpr{Fields: append(keyed, listed[:n]...)}
		part.SetLine(ex.Line())
		parts = append(parts, part)
		keyed, listed = nil, listed[n:]
	}
	return hiddenCall(joinMark, ex.Line(), parts)
}
