package wire

import (
	"bytes"
	"net/http"
	"slices"
)

// accept is our answer to a request that may open its connection (RFC 6455
// section 4.2.2), and what the connection begins with.
func (q *Request) accept(o *Listening) ([]byte, *opening) {
	response := &Response{Status: http.StatusSwitchingProtocols, Headers: []Field{
		{"Upgrade", "websocket"},
		{"Connection", "Upgrade"},
		{"Sec-WebSocket-Accept", accept(q.key)},
	}}
	begin := &opening{response: response, ping: o.PingInterval, silence: o.PongTimeout}
	for _, protocol := range o.Protocols {
		if slices.Contains(q.Protocols, protocol) {
			response.Protocol = protocol
			response.Headers = append(response.Headers, Field{"Sec-WebSocket-Protocol", protocol})
			break
		}
	}
	if answer, agreed := o.Compression.answer(q.values("Sec-WebSocket-Extensions")); agreed != nil {
		response.Extensions = answer
		response.Headers = append(response.Headers, Field{"Sec-WebSocket-Extensions", answer})
		begin.press = newCompression(o.Compression, agreed.server, agreed.client)
	}
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	for _, f := range response.Headers {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes(), begin
}
