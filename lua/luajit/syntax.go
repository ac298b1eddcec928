package luajit

import "fmt"

// checker reads a script that gopher-lua refused once more, to say in LuaJIT's
// words what is wrong: gopher-lua says "syntax error" whatever it is. Scripts that
// are right never come here.
type checker struct {
	lexer
	token, ahead token
	looked       bool // ahead is filled
	last         int  // line of the token before
	varargs      bool // of the function that is read
	depth        int
}

// token is a keyword or an operator by its own text, or one of the kinds below.
type token struct {
	kind, text string
	line       int
}

const (
	tokenEnd    = "<eof>"
	tokenName   = "<name>"
	tokenNumber = "<number>"
	tokenString = "<string>"
)

var keywords = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true, "for": true,
	"function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true, "not": true, "or": true,
	"repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}

// explain is what is wrong with a script, nil if nothing is.
func explain(text []byte) (found *problem) {
	c := checker{lexer: lexer{text: text, line: 1}, varargs: true}
	defer func() {
		switch failure := recover().(type) {
		case nil:
		case *problem:
			found = failure
		default:
			panic(failure)
		}
	}()
	c.next()
	c.block()
	if c.token.kind != tokenEnd {
		c.expected(tokenEnd)
	}
	return nil
}

// scan reads a token.
func (c *checker) scan() token {
	for c.at < len(c.text) {
		begin := c.at
		b := c.text[c.at]
		kind := ""
		switch {
		case b == '\n':
			c.line++
			c.at++
			continue
		case b == ' ' || '\t' <= b && b <= '\r':
			c.at++
			continue
		case b == '-' && c.peek(1) == '-':
			c.comment()
			continue
		case b == '[' && c.longBracket(c.at) >= 0:
			c.long(c.at, "string")
			kind = tokenString
		case b == '"' || b == '\'':
			c.string(b)
			kind = tokenString
		case isDigit(b) || b == '.' && isDigit(c.peek(1)):
			c.number()
			kind = tokenNumber
		case isNameByte(b):
			c.name()
			if kind = tokenName; keywords[string(c.text[begin:c.at])] {
				kind = string(c.text[begin:c.at])
			}
		default:
			c.at++
			for _, operator := range []string{"...", "..", "==", "~=", "<=", ">=", "::"} {
				if end := begin + len(operator); end <= len(c.text) && string(c.text[begin:end]) == operator {
					c.at = end
					break
				}
			}
			kind = string(c.text[begin:c.at])
		}
		return token{kind: kind, text: string(c.text[begin:c.at]), line: c.line}
	}
	return token{kind: tokenEnd, text: tokenEnd, line: c.line}
}

func (c *checker) next() {
	c.last = c.token.line
	if c.looked {
		c.token, c.looked = c.ahead, false
	} else {
		c.token = c.scan()
	}
}

func (c *checker) lookahead() token {
	if !c.looked {
		c.ahead, c.looked = c.scan(), true
	}
	return c.ahead
}

// wrong raises a text about the token that is read.
func (c *checker) wrong(format string, args ...any) {
	panic(&problem{line: c.token.line, text: fmt.Sprintf(format, args...) + " near '" + c.token.text + "'"})
}

func (c *checker) expected(kind string) { c.wrong("'%s' expected", kind) }

func (c *checker) is(kinds ...string) bool {
	for _, kind := range kinds {
		if c.token.kind == kind {
			return true
		}
	}
	return false
}

// option takes a token if it is there.
func (c *checker) option(kind string) bool {
	if c.token.kind == kind {
		c.next()
		return true
	}
	return false
}

func (c *checker) want(kind string) {
	if !c.option(kind) {
		c.expected(kind)
	}
}

// match wants what closes a token of another line, which it names.
func (c *checker) match(kind, opening string, line int) {
	switch {
	case c.option(kind):
	case line == c.token.line:
		c.expected(kind)
	default:
		c.wrong("'%s' expected (to close '%s' at line %d)", kind, opening, line)
	}
}

func (c *checker) deeper() (up func()) {
	if c.depth++; c.depth > maxNesting {
		c.wrong("chunk has too many syntax levels")
	}
	return func() { c.depth-- }
}

func (c *checker) blockEnds() bool { return c.is("else", "elseif", "end", "until", tokenEnd) }

func (c *checker) block() {
	defer c.deeper()()
	for last := false; !last && !c.blockEnds(); {
		last = c.statement()
		c.option(";")
	}
}

// statement reads one, and says whether it has to be the last.
func (c *checker) statement() (last bool) {
	line := c.token.line
	switch c.token.kind {
	case "if":
		for c.is("if", "elseif") {
			c.next()
			c.expression()
			c.want("then")
			c.block()
		}
		if c.option("else") {
			c.block()
		}
		c.match("end", "if", line)
	case "while":
		c.next()
		c.expression()
		c.want("do")
		c.block()
		c.match("end", "while", line)
	case "do":
		c.next()
		c.block()
		c.match("end", "do", line)
	case "for":
		c.forLoop(line)
	case "repeat":
		c.next()
		c.block()
		c.match("until", "repeat", line)
		c.expression()
	case "function":
		c.next()
		c.want(tokenName)
		for c.option(".") {
			c.want(tokenName)
		}
		if c.option(":") {
			c.want(tokenName)
		}
		c.body(line)
	case "local":
		c.next()
		if c.option("function") {
			c.want(tokenName)
			c.body(line)
			break
		}
		c.names()
		if c.option("=") {
			c.expressions()
		}
	case "return":
		c.next()
		if !c.blockEnds() && !c.is(";") {
			c.expressions()
		}
		return true
	case "break":
		c.next()
		return true
	case "::":
		c.next()
		c.want(tokenName)
		c.want("::")
	case "goto":
		c.next()
		c.want(tokenName)
	default:
		c.callOrAssignment()
	}
	return false
}

func (c *checker) names() {
	c.want(tokenName)
	for c.option(",") {
		c.want(tokenName)
	}
}

func (c *checker) forLoop(line int) {
	c.next()
	c.want(tokenName)
	switch {
	case c.option("="):
		c.expression()
		c.want(",")
		c.expression()
		if c.option(",") {
			c.expression()
		}
	case c.is(",", "in"):
		for c.option(",") {
			c.want(tokenName)
		}
		c.want("in")
		c.expressions()
	default:
		c.wrong("'=' or 'in' expected")
	}
	c.want("do")
	c.block()
	c.match("end", "for", line)
}

// The kinds of what stands where a statement begins.
const (
	isValue = iota
	isVariable
	isCall
)

func (c *checker) callOrAssignment() {
	kind := c.primary()
	if kind == isCall {
		return
	}
	for {
		if kind != isVariable {
			c.wrong("syntax error")
		}
		if !c.option(",") {
			break
		}
		kind = c.primary()
	}
	c.want("=")
	c.expressions()
}

// primary reads a name or something in brackets, and what is taken from it or
// called.
func (c *checker) primary() (kind int) {
	switch line := c.token.line; {
	case c.option(tokenName):
		kind = isVariable
	case c.option("("):
		c.expression()
		c.match(")", "(", line)
	default:
		c.wrong("unexpected symbol")
	}
	for {
		switch {
		case c.option("."):
			c.want(tokenName)
			kind = isVariable
		case c.option("["):
			c.expression()
			c.want("]")
			kind = isVariable
		case c.option(":"):
			c.want(tokenName)
			c.arguments()
			kind = isCall
		case c.is("(", "{", tokenString):
			c.arguments()
			kind = isCall
		default:
			return kind
		}
	}
}

func (c *checker) arguments() {
	line := c.token.line
	switch {
	case c.is("("):
		if line != c.last {
			c.wrong("ambiguous syntax (function call x new statement)")
		}
		c.next()
		if !c.is(")") {
			c.expressions()
		}
		c.match(")", "(", line)
	case c.is("{"):
		c.table()
	case c.option(tokenString):
	default:
		c.wrong("function arguments expected")
	}
}

func (c *checker) expressions() {
	c.expression()
	for c.option(",") {
		c.expression()
	}
}

func (c *checker) expression() {
	defer c.deeper()()
	for {
		for c.is("not", "-", "#") {
			c.next()
		}
		c.simple()
		if !c.is("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or") {
			return
		}
		c.next()
	}
}

func (c *checker) simple() {
	switch line := c.token.line; {
	case c.is(tokenNumber, tokenString, "nil", "true", "false"):
		c.next()
	case c.is("..."):
		if !c.varargs {
			c.wrong("cannot use '...' outside a vararg function")
		}
		c.next()
	case c.is("{"):
		c.table()
	case c.option("function"):
		c.body(line)
	default:
		c.primary()
	}
}

func (c *checker) table() {
	line := c.token.line
	c.next()
	for !c.is("}") {
		switch {
		case c.option("["):
			c.expression()
			c.want("]")
			c.want("=")
		case c.is(tokenName) && c.lookahead().kind == "=":
			c.next()
			c.next()
		}
		c.expression()
		if !c.option(",") && !c.option(";") {
			break
		}
	}
	c.match("}", "{", line)
}

// body reads a function's parameters and statements.
func (c *checker) body(line int) {
	outer := c.varargs
	c.varargs = false
	c.want("(")
	for !c.is(")") {
		if c.option("...") {
			c.varargs = true
			break
		}
		if !c.option(tokenName) {
			c.wrong("<name> or '...' expected")
		}
		if !c.option(",") {
			break
		}
		if c.is(")") {
			c.wrong("<name> or '...' expected")
		}
	}
	c.want(")")
	c.block()
	c.match("end", "function", line)
	c.varargs = outer
}
