package wire

import "net/http"

// Page is what a listener answers to a request that asks for no WebSocket: the
// page, say, whose script then opens one. It is of the server's own origin.
type Page struct {
	Type string // the Content-Type
	Body string
}

// plain answers a request without a handshake.
func (q *Request) plain(pages map[string]Page) *refusal {
	if page, ok := pages[q.Path]; ok {
		r := refuse(http.StatusOK, "a page")
		r.page = &page
		r.fields = []Field{{"Content-Type", page.Type}, {"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-cache"}}
		return r
	}
	if len(pages) > 0 {
		return refuse(http.StatusNotFound, "there is no such page")
	}
	r := refuse(http.StatusUpgradeRequired, "this is a WebSocket server: want a WebSocket handshake")
	r.fields = []Field{{"Upgrade", "websocket"}}
	return r
}
