package wire

import (
	"net/http"
	"slices"
)

// accept is our answer to a request that may open its connection (RFC 6455
// section 4.2.2), and what the connection begins with.
func (q *Request) accept(o *Listening) ([]byte, *opening) {
	begin := &opening{response: &Response{Status: http.StatusSwitchingProtocols}, ping: o.PingInterval, silence: o.PongTimeout}
	b := make([]byte, 0, 256)
	b = append(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	b = append(b, accept(q.key)...)
	for _, protocol := range o.Protocols {
		if slices.Contains(q.Protocols, protocol) {
			begin.response.Protocol = protocol
			b = append(append(b, "\r\nSec-WebSocket-Protocol: "...), protocol...)
			break
		}
	}
	if answer, agreed := o.Compression.answer(q.values("Sec-WebSocket-Extensions")); agreed != nil {
		begin.response.Extensions = answer
		b = append(append(b, "\r\nSec-WebSocket-Extensions: "...), answer...)
		begin.press = newCompression(o.Compression, agreed.server, agreed.client)
	}
	return append(b, "\r\n\r\n"...), begin
}
