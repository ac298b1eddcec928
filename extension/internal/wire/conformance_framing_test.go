package wire

import (
	"fmt"
	"math"
	"strings"

	"github.com/gobwas/ws"
)

// protocolError is a rule that the peer breaks: it sees 1002, and our side
// delivers what came before.
func protocolError(name string, sends ...frame) conformCase {
	return conformCase{name: name, sends: sends, sees: []frame{goodbye(1002, "")}, fails: "protocol/other", code: 1006}
}

// dataKinds are the frames that begin a message.
var dataKinds = []struct {
	name string
	of   func(payload string) frame
}{{"a text", text}, {"a binary", binaryOf}}

// everyKind is a frame of each kind, and what has to come before it.
var everyKind = []struct {
	name   string
	before []frame
	frame  frame
}{
	{"a text", nil, text("x")},
	{"a binary", nil, binaryOf("x")},
	{"a first fragment", nil, text("x").first()},
	{"a continuation", []frame{text("x").first()}, rest("x")},
	{"a ping", nil, ping("x")},
	{"a pong", nil, pong("x")},
	{"a close", nil, goodbye(1000, "")},
	{"a ping between fragments", []frame{text("x").first()}, ping("x")},
}

// framingRules are those of RFC 6455 sections 5.1 and 5.2, and the limits that
// section 10.4 asks for.
func framingRules() (all []conformCase) {
	add := func(r conformCase) { all = append(all, r) }

	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 65537} {
		payload := strings.Repeat("0123456789abcdef", n/16+1)[:n]
		for _, data := range dataKinds {
			f := data.of(payload)
			add(conformCase{name: fmt.Sprintf("5.2 %s of %d bytes", data.name, n), echo: true, sends: []frame{f}, gets: []frame{f}, sees: []frame{f}})
		}
	}
	octets := make([]byte, 256)
	for i := range octets {
		octets[i] = byte(i)
	}
	opaque := binaryOf(string(octets))
	add(conformCase{name: "5.6 a binary of every octet", echo: true, sends: []frame{opaque}, gets: []frame{opaque}, sees: []frame{opaque}})
	several := []frame{text("one"), binaryOf(""), text("three"), binaryOf("\x00\xff"), text("")}
	add(conformCase{name: "5.2 several in a row", echo: true, sends: several, gets: several, sees: several})

	for _, kind := range everyKind {
		for rsv := byte(1); rsv <= 7; rsv++ {
			f := kind.frame
			f.rsv = rsv
			add(protocolError(fmt.Sprintf("5.2 the reserved bits %03b on %s", rsv, kind.name), append(kind.before, f)...))
		}
		f := kind.frame
		f.unruly = true
		add(protocolError("5.1 the wrong masking of "+kind.name, append(kind.before, f)...))
		for _, form := range []int{2, 8} {
			f := kind.frame
			f.form = form
			add(protocolError(fmt.Sprintf("5.2 a length in %d bytes, one would do: %s", form, kind.name), append(kind.before, f)...))
		}
		f = kind.frame
		f.form, f.claim = 8, 1<<63
		add(protocolError("5.2 a length with its top bit set: "+kind.name, append(kind.before, f)...))
		f.claim = math.MaxUint64
		add(protocolError("5.2 a length of 2^64-1: "+kind.name, append(kind.before, f)...))
	}
	for _, opcode := range []ws.OpCode{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		for _, payload := range []string{"", "x"} {
			f := frame{opcode: opcode, payload: payload}
			add(protocolError(fmt.Sprintf("5.2 the reserved opcode %d with %d bytes", opcode, len(payload)), f))
		}
		add(protocolError(fmt.Sprintf("5.2 the reserved opcode %d between fragments", opcode), text("x").first(), frame{opcode: opcode}))
	}
	add(protocolError("5.2 a length of 0 in 2 bytes", frame{opcode: ws.OpText, form: 2}))
	add(protocolError("5.2 a length of 0 in 8 bytes", frame{opcode: ws.OpText, form: 8}))
	for _, n := range []int{125, 126, 65535} {
		f := binaryOf(strings.Repeat("x", n))
		f.form = 8
		if n == 125 {
			f.form = 2
		}
		add(protocolError(fmt.Sprintf("5.2 a length of %d in %d bytes", n, f.form), f))
	}

	full := binaryOf(strings.Repeat("x", conformanceLimit))
	add(conformCase{name: "10.4 a message up to the limit", echo: true, sends: []frame{full}, gets: []frame{full}, sees: []frame{full}})
	half := binaryOf(strings.Repeat("x", conformanceLimit/2)).first()
	add(conformCase{name: "10.4 fragments up to the limit", echo: true, sends: []frame{half, rest(half.payload)}, gets: []frame{full}, sees: []frame{full}})
	tooBig := func(name string, broken place, sends ...frame) {
		add(conformCase{name: name, sends: sends, broken: broken, sees: []frame{goodbye(1009, "")}, fails: "limit/other", code: 1006})
	}
	// The header says it: none of the payload need come.
	tooBig("7.4.1 a message over the limit", place{1, 0}, binaryOf(full.payload+"x"))
	tooBig("7.4.1 fragments over the limit", place{3, 0}, half, rest(half.payload).first(), rest("x"))
	tooBig("10.4 a length of 2^62", place{1, 0}, frame{opcode: ws.OpText, claim: 1 << 62})
	tooBig("10.4 a length of 2^63-1", place{1, 0}, frame{opcode: ws.OpBinary, claim: math.MaxInt64})
	tooBig("10.4 a length of 2^62 in a continuation", place{2, 0}, text("x").first(), frame{opcode: ws.OpContinuation, claim: 1 << 62})

	// RFC 6455 section 7.1.7: what came before is not undone.
	for _, test := range []struct {
		name string
		bad  frame
		code int
	}{{"a reserved opcode", frame{opcode: 3}, 1002}, {"RSV1", frame{opcode: ws.OpText, rsv: 4}, 1002}, {"a text that is none", text("\xff"), 1007}} {
		r := protocolError("7.1.7 messages before and after "+test.name, text("one"), binaryOf("two"), test.bad, text("after"))
		r.gets, r.sees = []frame{text("one"), binaryOf("two")}, []frame{goodbye(test.code, "")}
		add(r)
	}
	return all
}
