package httplib

import (
	"fmt"
	"net/http"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// outcome is what came of a request.
type outcome struct {
	status int // 0: there was no answer
	header http.Header
	url    string
	body   string
	path   string // the file that has the body
	err    error

	ranged           bool // the answer is a part of a document
	first, last, all int64
}

func failed(err error) *outcome { return &outcome{err: err} }

// readRange reads a Content-Range header, "bytes 0-99/1000" (RFC 9110 section
// 14.4).
func (o *outcome) readRange(text string) {
	n, err := fmt.Sscanf(text, "bytes %d-%d/%d", &o.first, &o.last, &o.all)
	o.ranged = n >= 2
	if err != nil && n < 3 {
		o.all = 0 // "*": nobody knows
	}
}

// table is what the callback gets.
func (o *outcome) table(L *lua.LState) *lua.LTable {
	t := L.CreateTable(0, 8)
	t.RawSetString("status", lua.LNumber(o.status))
	if o.path != "" {
		t.RawSetString("path", lua.LString(o.path))
	} else {
		t.RawSetString("response", lua.LString(o.body))
	}
	headers := L.CreateTable(0, len(o.header))
	for name, values := range o.header {
		headers.RawSetString(strings.ToLower(name), lua.LString(strings.Join(values, ", ")))
	}
	t.RawSetString("headers", headers)
	if o.url != "" {
		t.RawSetString("url", lua.LString(o.url))
	}
	if o.err != nil {
		t.RawSetString("error", lua.LString(o.err.Error()))
	}
	if o.ranged {
		t.RawSetString("range_start", lua.LNumber(o.first))
		t.RawSetString("range_end", lua.LNumber(o.last))
		if o.all > 0 {
			t.RawSetString("document_size", lua.LNumber(o.all))
		}
	}
	return t
}

// progress is how far a body has come.
type progress struct{ received, total int64 }

func (p *progress) table(L *lua.LState) *lua.LTable {
	t := L.CreateTable(0, 2)
	t.RawSetString("bytes_received", lua.LNumber(p.received))
	t.RawSetString("bytes_total", lua.LNumber(p.total))
	return t
}
