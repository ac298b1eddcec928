package wire

import (
	"slices"
	"strconv"
	"strings"
)

// deflateOffer is one permessage-deflate of a client's list.
type deflateOffer struct {
	server, client Window // what it asks for and what it hints at
	hinted         bool   // client_max_window_bits is there: the server may bound it
}

// answer picks the first offer of a client's, every one of which can be met (RFC
// 7692 section 5), and gives the header that says so, and what holds then: its terms are nil
// where there is none. A nil Compression takes none.
//
// The server's own side is as its params say, or as the client asks where that is
// less. The client's can only be bounded if it says that it can be.
func (o *Compression) answer(headers []string) (string, *terms) {
	if o == nil {
		return "", nil
	}
	offer, found := firstOffer(strings.Join(headers, ", "))
	if !found {
		return "", nil
	}
	agreed := &terms{server: o.Send, client: o.Receive}
	agreed.server.Forget = o.Send.Forget || offer.server.Forget
	agreed.server.Bits = min(o.Send.Bits, offer.server.Bits)
	agreed.client.Forget = o.Receive.Forget || offer.client.Forget
	agreed.client.Bits = MaxWindowBits
	if offer.hinted {
		agreed.client.Bits = min(o.Receive.Bits, offer.client.Bits)
	}
	return agreed.answer(offer.hinted), agreed
}

// answer is the server's header (RFC 7692 section 7.1).
func (t *terms) answer(hinted bool) string {
	answer := permessageDeflate
	if t.server.Forget {
		answer += "; " + serverNoContextTakeover
	}
	if t.client.Forget {
		answer += "; " + clientNoContextTakeover
	}
	if t.server.Bits < MaxWindowBits {
		answer += "; " + serverMaxWindowBits + "=" + strconv.Itoa(t.server.Bits)
	}
	if hinted && t.client.Bits < MaxWindowBits {
		answer += "; " + clientMaxWindowBits + "=" + strconv.Itoa(t.client.Bits)
	}
	return answer
}

// firstOffer gives the first offer of permessage-deflate that can be meant. One
// with an unknown, repeated or wrong parameter is passed over, as RFC 7692
// section 7 has it, and so is every other extension.
func firstOffer(header string) (offer deflateOffer, found bool) {
	list, ok := parseExtensions(header)
	if !ok {
		return offer, false
	}
	for _, e := range list {
		if e.name != permessageDeflate {
			continue
		}
		if offer, ok := readOffer(e.parameters); ok {
			return offer, true
		}
	}
	return offer, false
}

// readOffer reads one offer's parameters (RFC 7692 section 7.1).
func readOffer(parameters []Field) (deflateOffer, bool) {
	offer := deflateOffer{server: Window{Bits: MaxWindowBits}, client: Window{Bits: MaxWindowBits}}
	var seen []string
	for _, p := range parameters {
		if slices.Contains(seen, p.Name) {
			return offer, false
		}
		seen = append(seen, p.Name)
		switch p.Name {
		case serverNoContextTakeover, clientNoContextTakeover:
			if p.Value != "" {
				return offer, false
			}
			if p.Name == serverNoContextTakeover {
				offer.server.Forget = true
			} else {
				offer.client.Forget = true
			}
		case serverMaxWindowBits, clientMaxWindowBits:
			window := &offer.server
			if p.Name == clientMaxWindowBits {
				window, offer.hinted = &offer.client, true
				if p.Value == "" {
					continue // any will do
				}
			}
			bits, err := strconv.Atoi(p.Value)
			if err != nil || bits < MinWindowBits || bits > MaxWindowBits || strconv.Itoa(bits) != p.Value {
				return offer, false
			}
			window.Bits = bits
		default:
			return offer, false
		}
	}
	return offer, true
}
