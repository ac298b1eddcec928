package luajit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// SyntaxError is a script that is no Lua.
type SyntaxError struct {
	Name string // of the chunk
	Line int
	Text string // what is wrong
	Err  error  // of gopher-lua's parser or compiler, if one of them found it
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Text) }

func (e *SyntaxError) Unwrap() error { return e.Err }

// compile mends the script's text, then its syntax tree, compiles that, and
// mends what came of it.
func compile(text []byte, name string) (*lua.FunctionProto, error) {
	x := lexer{text: text}
	mended, err := x.read()
	if err != nil {
		return nil, syntaxError(name, text, err)
	}
	chunk, err := parse.Parse(bytes.NewReader(mended), name)
	if err != nil {
		failed := syntaxError(name, text, err)
		if found := explain(text); found != nil {
			failed.Line, failed.Text = found.line, found.text
		}
		return nil, failed
	}
	main := &scope{}
	w := rewriter{scope: main, foreign: x.foreign}
	chunk = w.chunk(chunk)
	if w.problem == nil {
		w.problem = main.checkGotos()
	}
	if w.problem != nil {
		return nil, syntaxError(name, text, w.problem)
	}
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, syntaxError(name, text, err)
	}
	main.finish(proto)
	return proto, nil
}

// syntaxError gives gopher-lua's errors the form of all others.
func syntaxError(name string, text []byte, err error) *SyntaxError {
	failed := &SyntaxError{Name: name, Line: 1 + bytes.Count(text, []byte("\n")), Text: err.Error(), Err: err}
	var own *problem
	var syntax *parse.Error
	var compile *lua.CompileError
	switch {
	case errors.As(err, &own):
		failed.Line, failed.Text = own.line, own.text
	case errors.As(err, &syntax) && syntax.Pos.Line == parse.EOF:
		failed.Text = syntax.Message + " near '<eof>'"
	case errors.As(err, &syntax):
		failed.Line, failed.Text = syntax.Pos.Line, fmt.Sprintf("%s near '%s'", syntax.Message, realName(syntax.Token))
	case errors.As(err, &compile):
		failed.Line, failed.Text = compile.Line&^gotoLine, gotoAt.ReplaceAllString(compile.Message, ">")
		switch {
		case strings.HasPrefix(failed.Text, "<goto "):
			failed.Line-- // gopher-lua names the label's next one
		case strings.HasPrefix(failed.Text, "cannot use '...'"):
			failed.Text += " near '...'"
		}
	}
	return failed
}

// gotoAt is a goto's line as the compiler names it: marked.
var gotoAt = regexp.MustCompile(`> at line \d+`)

// realName undoes what the lexer did to a name.
func realName(name string) string {
	if digits, ok := strings.CutPrefix(name, foreignName); ok {
		if bytes, err := hex.DecodeString(digits); err == nil {
			return string(bytes)
		}
	}
	return name
}

// The functions that a rewritten script calls. A script holds them as constants:
// no name leads to them, and they need nothing of a state.
const (
	concatMark = "\x00luajit.concat"
	joinMark   = "\x00luajit.join"
)

var (
	concatFunction = &lua.LFunction{IsG: true, GFunction: concat}
	joinFunction   = &lua.LFunction{IsG: true, GFunction: join}
)

// finish mends what gopher-lua's compiler made of a function and those in it.
func (s *scope) finish(proto *lua.FunctionProto) {
	for i, constant := range proto.Constants {
		switch constant {
		case lua.LString(concatMark):
			proto.Constants[i] = concatFunction
		case lua.LString(joinMark):
			proto.Constants[i] = joinFunction
		}
	}
	s.finishGotos(proto)
	s.finishLocals(proto)
	for i, inner := range s.inner {
		if i < len(proto.FunctionPrototypes) {
			inner.finish(proto.FunctionPrototypes[i])
		}
	}
}

// finishGotos makes each goto close the variables that it leaves, and no others:
// gopher-lua's parts all variables of the function from the closures that share
// them, or none.
func (s *scope) finishGotos(proto *lua.FunctionProto) {
	next := 0
	for pc, line := range proto.DbgSourcePositions {
		if line&gotoLine == 0 {
			continue
		}
		proto.DbgSourcePositions[pc] = line &^ gotoLine
		if operation(proto.Code[pc]) == lua.OP_CLOSE && next < len(s.gotos) {
			kept := s.gotos[next].kept()
			proto.Code[pc] = proto.Code[pc]&^(0xff<<18) | uint32(kept)<<18
			next++
		}
	}
}

// finishLocals tells where variables end, which gopher-lua enters at the wrong
// ones.
func (s *scope) finishLocals(proto *lua.FunctionProto) {
	if len(proto.DbgLocals) != len(s.locals) {
		return // a name too few in an error is better than a wrong one
	}
	for i, local := range s.locals {
		info := proto.DbgLocals[i]
		end := len(proto.Code) + 1
		if local.next < len(s.locals) {
			end = proto.DbgLocals[local.next].StartPc
		}
		for pc := info.StartPc + 1; pc < end && pc < len(proto.DbgSourcePositions); pc++ {
			if local.lastLine > 0 && proto.DbgSourcePositions[pc] > local.lastLine {
				end = pc
			}
		}
		info.EndPc = end
	}
	for _, info := range proto.DbgLocals {
		info.Name = realName(info.Name)
		info.StartPc-- // LocalName would pass the first instruction over
	}
	for i, name := range proto.DbgUpvalues {
		proto.DbgUpvalues[i] = realName(name)
	}
}
