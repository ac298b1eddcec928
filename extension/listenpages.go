package extension

import (
	"strings"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
	"golang.org/x/net/http/httpguts"
)

// pageKeys are what a page may hold where it is a table.
var pageKeys = []string{"type", "body"}

// pages reads params.pages: for each path an HTML text, or a table {type, body}.
func (p params) pages(value lua.LValue) map[string]wire.Page {
	if value == lua.LNil {
		return nil
	}
	table, ok := value.(*lua.LTable)
	if !ok {
		p.fail("params.pages is %s: want a table of pages by their paths", describe(value))
	}
	pages := make(map[string]wire.Page)
	table.ForEach(func(key, value lua.LValue) {
		path, ok := key.(lua.LString)
		if !ok || !strings.HasPrefix(string(path), "/") || strings.ContainsAny(string(path), "?# ") {
			p.fail("params.pages has the key %s: want a path such as \"/\"", describe(key))
		}
		pages[string(path)] = p.page(string(path), value)
	})
	return pages
}

func (p params) page(path string, value lua.LValue) wire.Page {
	page := wire.Page{Type: "text/html; charset=utf-8"}
	var body lua.LValue = value
	if table, ok := value.(*lua.LTable); ok {
		p.checkKeys("params.pages["+quote(path)+"]", table, pageKeys)
		body = table.RawGetString("body")
		if kind := table.RawGetString("type"); kind != lua.LNil {
			text, ok := kind.(lua.LString)
			if !ok || !strings.Contains(string(text), "/") || !httpguts.ValidHeaderFieldValue(string(text)) {
				p.fail("params.pages[%s].type is %s: want a content type such as \"text/css\"", quote(path), describe(kind))
			}
			page.Type = string(text)
		}
	}
	text, ok := body.(lua.LString)
	if !ok {
		p.fail("params.pages[%s] is %s: want HTML, or a table {type, body}", quote(path), describe(body))
	}
	page.Body = string(text)
	return page
}
