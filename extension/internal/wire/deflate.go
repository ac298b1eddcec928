package wire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gobwas/httphead"
)

// The names of RFC 7692 section 7.
const (
	permessageDeflate       = "permessage-deflate"
	serverNoContextTakeover = "server_no_context_takeover"
	clientNoContextTakeover = "client_no_context_takeover"
	serverMaxWindowBits     = "server_max_window_bits"
	clientMaxWindowBits     = "client_max_window_bits"
)

// MinWindowBits and MaxWindowBits bound [Window.Bits]; the most is also what
// holds where nothing is said.
const (
	MinWindowBits = 8
	MaxWindowBits = 15
)

// Compression is what a dial asks for of permessage-deflate (RFC 7692).
type Compression struct {
	Level         int    // of what we send: 1 is fast, 9 is small; a window under 15 bits has a level of its own
	Threshold     int    // what has fewer bytes goes out as it is
	Send, Receive Window // of what we send and of what the peer sends
}

// Window is how one direction refers back to bytes that went before.
type Window struct {
	Bits   int  // it may refer back 1<<Bits bytes: 8 to 15
	Forget bool // not past its own message: no context takeover
}

// terms are what both sides agreed on.
type terms struct{ client, server Window }

// offer is the client's header (RFC 7692 section 7.1). It always tells that the
// window we send with may be bounded.
func (o *Compression) offer() string {
	offer := permessageDeflate
	if o.Receive.Forget {
		offer += "; " + serverNoContextTakeover
	}
	if o.Send.Forget {
		offer += "; " + clientNoContextTakeover
	}
	if o.Receive.Bits < MaxWindowBits {
		offer += "; " + serverMaxWindowBits + "=" + strconv.Itoa(o.Receive.Bits)
	}
	offer += "; " + clientMaxWindowBits
	if o.Send.Bits < MaxWindowBits {
		offer += "=" + strconv.Itoa(o.Send.Bits)
	}
	return offer
}

// agree holds the extensions that the server uses against what was offered, nil
// for none, and notes the terms (RFC 6455 section 4.1, RFC 7692 section 7.1).
func (r *Response) agree(offered *Compression) error {
	answer := strings.Join(r.values("Sec-WebSocket-Extensions"), ", ")
	bad := func(format string, args ...any) error {
		f := fail(StageHandshake, CauseOther, format, args...)
		f.response = r
		return f
	}
	if len(r.values("Sec-WebSocket-Extensions")) == 0 {
		return nil
	}
	list, ok := parseExtensions(answer)
	if !ok {
		return bad("the server's Sec-WebSocket-Extensions is %q, which is no list of extensions", clip(answer))
	}
	var parameters []Field
	for _, e := range list {
		if offered == nil || e.name != permessageDeflate {
			return bad("the server uses the extension %q, which was not offered", clip(e.name))
		}
		parameters = e.parameters
	}
	if len(list) > 1 {
		return bad("the server uses the extension %q %d times: want once", permessageDeflate, len(list))
	}
	got, seen := terms{client: offered.Send, server: offered.Receive}, []string(nil)
	for _, p := range parameters {
		if slices.Contains(seen, p.Name) {
			return bad("the server's %s has %q twice", permessageDeflate, p.Name)
		}
		seen = append(seen, p.Name)
		window, isBits := &got.server, false
		switch p.Name {
		case serverNoContextTakeover:
		case clientNoContextTakeover:
			window = &got.client
		case serverMaxWindowBits:
			isBits = true
		case clientMaxWindowBits:
			window, isBits = &got.client, true
		default:
			return bad("the server's %s has the parameter %q, which does not exist", permessageDeflate, clip(p.Name))
		}
		if !isBits {
			if p.Value != "" {
				return bad("the server's %s has %s=%s: want no value", permessageDeflate, p.Name, clip(p.Value))
			}
			window.Forget = true
			continue
		}
		bits, err := strconv.Atoi(p.Value)
		if err != nil || bits < MinWindowBits || bits > MaxWindowBits || strconv.Itoa(bits) != p.Value {
			return bad("the server's %s has %s=%q: want %d to %d", permessageDeflate, p.Name, clip(p.Value), MinWindowBits, MaxWindowBits)
		}
		if bits > window.Bits {
			return bad("the server's %s has %s=%d, which is larger than the %d that was asked for", permessageDeflate, p.Name, bits, window.Bits)
		}
		window.Bits = bits
	}
	// A server accepts these by repeating them (RFC 7692 sections 7.1.1.1 and 7.1.2.1).
	if offered.Receive.Forget && !slices.Contains(seen, serverNoContextTakeover) {
		return bad("the server's %s has no %s, which was asked for", permessageDeflate, serverNoContextTakeover)
	}
	if offered.Receive.Bits < MaxWindowBits && !slices.Contains(seen, serverMaxWindowBits) {
		return bad("the server's %s has no %s, which was asked for", permessageDeflate, serverMaxWindowBits)
	}
	r.Extensions, r.terms = answer, &got
	return nil
}

// extension is one of a Sec-WebSocket-Extensions.
type extension struct {
	name       string
	parameters []Field // in order, the value of one without being ""
}

// parseExtensions takes a Sec-WebSocket-Extensions apart (RFC 6455 section 9.1).
func parseExtensions(header string) (list []extension, ok bool) {
	last := -1
	ok = httphead.ScanOptions([]byte(header), func(index int, name, attribute, value []byte) httphead.Control {
		if index != last {
			last = index
			list = append(list, extension{name: string(name)})
		}
		if attribute != nil {
			e := &list[len(list)-1]
			e.parameters = append(e.parameters, Field{string(attribute), string(value)})
		}
		return httphead.ControlContinue
	})
	// Two things the scanner lets pass: a blank in place of a separator, and half
	// a parameter at the end.
	before := byte(',')
	for _, field := range strings.Fields(header) {
		ok = ok && (isSeparator(before) || isSeparator(field[0]))
		before = field[len(field)-1]
	}
	return list, ok && before != ';' && before != '='
}

func isSeparator(c byte) bool { return c == ',' || c == ';' || c == '=' }
